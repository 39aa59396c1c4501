import ConsentModel

/// R03: there is no one-action refusal and no unset or off control on the first layer.
enum R03NoRefuseFirstLayer: AuditRule {
  static let about = AuditRuleFacts(
    "R03", "no refusal on the first layer",
    firesWhen: "there is no one-action refusal and no unset or off control on the first layer",
    basis: "11 CCR 7004(a)(2)", edpb: "longer than necessary", ontology: "adding steps",
    silencedBy: "a refusal of one action, or a control that is off or unset, on the first layer")

  static func look(at subject: AuditSubject) -> AuditVerdict {
    guard !subject.purposes.isEmpty else { return .notAssessed("the flow has no optional purpose") }
    let refuses = subject.acts.contains { subject.standing($0.after) == .declined }
    let isFree = subject.switches.contains { !$0.region.state.contains(.on) }
    guard !refuses, !isFree else { return .quiet }
    return .fires([
      AuditFinding(
        subject.flow.screens[Int(subject.screen)].name, "no control refuses at once, and none starts off or unset",
        threshold: "one of them")
    ])
  }
}
