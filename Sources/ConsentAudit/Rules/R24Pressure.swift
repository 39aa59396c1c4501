import ConsentModel
import ConsentRender

/// R24: there is a countdown, access is blocked at the date, or there are less than 30 days of notice.
enum R24Pressure: AuditRule {
  static let about = AuditRuleFacts(
    "R24", "pressure",
    firesWhen: "there is a countdown, access is blocked at the date, or there are less than 30 days of notice",
    basis: "GDPR Recital 42", edpb: "", ontology: "urgency",
    silencedBy: "no deadline that takes something away")

  static func look(at subject: AuditSubject) -> AuditVerdict {
    var findings: [AuditFinding] = []
    for region in subject.frame.regions where countsDown(region.element, subject) {
      findings.append(AuditFinding(subject.name(region.element), "counts the days that are left"))
    }
    findings += waits(subject)
    let dates = subject.flow.dates
    let notice = Int(dates.decision.number - dates.published.number)
    if notice > 0, notice < subject.parameters.noticeDays {
      findings.append(
        AuditFinding(
          "\(dates.published.text) to \(dates.decision.text)", "\(notice) days of notice",
          threshold: "at least \(subject.parameters.noticeDays) days"))
    }
    if let row = blockingRow(subject) {
      findings.append(
        AuditFinding("policy: \(row)", "access is blocked from \(dates.decision.text) on without a choice"))
    }
    return .of(findings)
  }

  /// Controls that only waiting brings or takes away.
  private static func waits(_ subject: AuditSubject) -> [AuditFinding] {
    guard subject.start.wakeAt != nil else { return [] }
    let later = subject.search.step(subject.start, .wake).state
    guard later.view.screen == subject.screen, !later.isOver else { return [] }
    var frame = Frame()
    subject.engine.render(later, into: &frame)
    func controls(_ frame: borrowing Frame) -> Set<Int32> {
      Set(frame.regions.filter { $0.state.contains(.control) }.map(\.element))
    }
    let (before, after) = (controls(subject.frame), controls(frame))
    return after.subtracting(before).sorted().map {
      AuditFinding(subject.name($0), "is there only after waiting", threshold: "from the beginning")
    }
      + before.subtracting(after).sorted().map {
        AuditFinding(subject.name($0), "goes away while one waits", threshold: "as long as one needs")
      }
  }

  private static func countsDown(_ element: Int32, _ subject: AuditSubject) -> Bool {
    guard case .text(let text) = subject.flow.elements[Int(element)].kind else { return false }
    return subject.flow.texts[Int(text)].pieces.contains { piece in
      guard case .value(let variable, _) = piece else { return false }
      return subject.flow.variables[Int(variable)].source == .daysLeft
    }
  }

  /// A row of the policy that blocks the service for somebody who has not chosen.
  private static func blockingRow(_ subject: AuditSubject) -> String? {
    let policy = subject.flow.policy
    guard let effect = policy.effects.firstIndex(where: { $0.name == "access" }),
      let blocked = policy.effects[effect].values.firstIndex(of: "blocked")
    else { return nil }
    return policy.rows.first { Int($0.actual[effect]) == blocked }?.name
  }
}
