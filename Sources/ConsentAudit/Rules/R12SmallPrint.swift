import ConsentModel

/// R12: text that the decision turns on is below the size of the body, or dim.
enum R12SmallPrint: AuditRule {
  static let about = AuditRuleFacts(
    "R12", "small print", firesWhen: "text that the decision turns on is below the size of the body, or dim",
    basis: "GDPR Art. 7(2); FTC, clear and conspicuous", edpb: "lacking hierarchy", ontology: "hidden information",
    silencedBy: "the style of the body for what the decision turns on")

  static func look(at subject: AuditSubject) -> AuditVerdict {
    .of(
      subject.material.compactMap { region in
        let isDim = subject.style(region.element).attributes.contains(.dim)
        guard isDim || region.role == .smallPrint else { return nil }
        return AuditFinding(
          subject.name(region.element), isDim ? "dim" : "set as small print", threshold: "as the body")
      })
  }
}
