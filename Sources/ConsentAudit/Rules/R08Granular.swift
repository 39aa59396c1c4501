import ConsentModel

/// R08: there are more optional purposes than independent controls.
enum R08Granular: AuditRule {
  static let about = AuditRuleFacts(
    "R08", "granularity", firesWhen: "there are more optional purposes than independent controls",
    basis: "GDPR Recitals 32 and 43", edpb: "", ontology: "bundling",
    silencedBy: "a control for each purpose")

  static func look(at subject: AuditSubject) -> AuditVerdict {
    guard !subject.purposes.isEmpty else { return .notAssessed("the flow has no optional purpose") }
    // A single purpose cannot be bundled with another.
    guard subject.purposes.count > 1 else { return .quiet }
    let controls = Set(
      subject.purposes.compactMap { purpose in
        subject.flow.terms[purpose].control >= 0 ? subject.flow.terms[purpose].control : nil
      })
    // A purpose without a switch is independent where something decides it and no other one.
    let alone = subject.purposes.filter { purpose in
      subject.flow.terms[purpose].control < 0
        && subject.acts.contains { act in
          act.after[purpose].standing != .undecided
            && subject.purposes.allSatisfy { $0 == purpose || act.after[$0].standing == .undecided }
        }
    }
    let count = controls.count + alone.count
    guard subject.purposes.count > count else { return .quiet }
    return .fires([
      AuditFinding(
        subject.flow.screens[Int(subject.screen)].name,
        "\(subject.purposes.count) purposes, \(count) independent controls",
        threshold: "as many")
    ])
  }
}
