import ConsentModel

/// R06: refusing is possible only through preferences or more information.
enum R06SettingsOnly: AuditRule {
  static let about = AuditRuleFacts(
    "R06", "settings only", firesWhen: "refusing is possible only through preferences or more information",
    basis: "11 CCR 7004(a)(2)(C)", edpb: "privacy maze", ontology: "privacy maze",
    silencedBy: "a refusal that does not leave the layer")

  static func look(at subject: AuditSubject) -> AuditVerdict {
    guard let refusing = subject.refusing, subject.refusingHere == nil else { return .quiet }
    return .fires([
      AuditFinding(
        AuditSubject.words(refusing.inputs), "every refusal opens another screen", threshold: "a refusal on the layer")
    ])
  }
}
