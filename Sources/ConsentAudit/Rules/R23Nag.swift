import ConsentEngine
import ConsentModel

/// R23: it asks again less than 183 days after a no, or less than 7 days after a deferral.
enum R23Nag: AuditRule {
  static let about = AuditRuleFacts(
    "R23", "nagging", firesWhen: "it asks again less than 183 days after a no, or less than 7 days after a deferral",
    basis: "CNIL 2020; DSA Art. 25(3)(b)", edpb: "continuous prompting", ontology: "nagging",
    silencedBy: "longer times between prompts")

  static func look(at subject: AuditSubject) -> AuditVerdict {
    var findings: [AuditFinding] = []
    for (later, standing, least, name) in [
      (AuditSubject.Later.askedAfterDeferral, Standing.deferred, subject.parameters.daysAfterDeferral, "putting off"),
      (.askedAfterRefusal, .declined, subject.parameters.daysAfterNo, "refusing"),
    ] {
      // Over all entries: what a person meets later begins elsewhere.
      let ways = subject.later[later] ?? []
      guard let days = ways.compactMap({ days(in: $0, after: standing) }).min(), days < least else { continue }
      findings.append(
        AuditFinding(
          "after \(name)", "asks again \(days) \(days == 1 ? "day" : "days") later", threshold: "at least \(least) days"
        ))
    }
    return .of(findings)
  }

  /// The days from the first time that it stood so to the next prompt.
  private static func days(in way: AuditSubject.Way, after standing: Standing) -> Int? {
    var from: Day?
    var before: Day?
    for (state, records) in way {
      for record in records {
        switch record {
        case .deferred where standing == .deferred: from = from ?? before ?? state.date
        case .decided(_, standing, _): from = from ?? before ?? state.date
        case .prompted: if let from { return Int(state.date.number - from.number) }
        case .shown, .missed, .focused, .operated, .changed, .decided, .deferred, .scrolled, .resized, .passed, .ended,
          .left,
          .noted:
          break
        }
      }
      before = state.date
    }
    return nil
  }
}
