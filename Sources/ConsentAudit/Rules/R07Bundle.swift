import ConsentModel

/// R07: one act accepts the contract and an untouched optional purpose.
enum R07Bundle: AuditRule {
  static let about = AuditRuleFacts(
    "R07", "bundle", firesWhen: "one act accepts the contract and an untouched optional purpose",
    basis: "GDPR Art. 7(2), 7(4), Recital 43", edpb: "misleading action", ontology: "bundling",
    silencedBy: "an act of its own for the purpose")

  static func look(at subject: AuditSubject) -> AuditVerdict {
    .of(
      subject.acts.filter { act in
        subject.contracts.contains { act.after[$0].standing == .agreed }
          && subject.purposes.contains {
            act.after[$0].standing == .agreed && act.after[$0].provenance == .presetUntouched
          }
      }.map {
        AuditFinding(
          subject.name($0.element), "accepts the contract and an untouched purpose", threshold: "one of them")
      })
  }
}
