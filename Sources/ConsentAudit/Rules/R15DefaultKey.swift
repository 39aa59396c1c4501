import ConsentEngine
import ConsentModel

/// R15: Enter on the untouched screen shares.
enum R15DefaultKey: AuditRule {
  static let about = AuditRuleFacts(
    "R15", "default key", firesWhen: "Enter on the untouched screen shares",
    basis: "GDPR Recital 32", edpb: "deceptive snugness", ontology: "bad defaults",
    silencedBy: "no control that has the focus at first, or one that does not share")

  static func look(at subject: AuditSubject) -> AuditVerdict {
    let (state, _) = subject.search.step(subject.start, .key(.enter))
    guard subject.standing(subject.engine.agreement(state).terms) == .agreed else { return .quiet }
    return .fires([AuditFinding("enter", "the purpose is agreed to", threshold: "it stays as it was")])
  }
}
