import ConsentModel

/// R05: the buttons offer accepting and later, and no refusal.
enum R05DeferOnly: AuditRule {
  static let about = AuditRuleFacts(
    "R05", "defer only", firesWhen: "the buttons offer accepting and later, and no refusal",
    basis: "11 CCR 7004(a)(2)(B)", edpb: "continuous prompting", ontology: "nagging",
    silencedBy: "a button that refuses")

  static func look(at subject: AuditSubject) -> AuditVerdict {
    guard let accept = subject.controls(.accept).first, let later = subject.controls(.deferral).first,
      subject.controls(.decline).isEmpty
    else { return .quiet }
    return .fires([
      AuditFinding(
        subject.name(accept.element), "beside it only \(subject.name(later.element))",
        threshold: "a control that refuses")
    ])
  }
}
