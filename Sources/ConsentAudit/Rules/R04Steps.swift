import ConsentEngine
import ConsentModel

/// R04: refusing takes more keys than accepting.
enum R04Steps: AuditRule {
  static let about = AuditRuleFacts(
    "R04", "steps", firesWhen: "refusing takes more keys than accepting",
    basis: "11 CCR 7004(a)(2)(A)", edpb: "longer than necessary", ontology: "adding steps",
    silencedBy: "a refusal of as few keys as the acceptance")

  static func look(at subject: AuditSubject) -> AuditVerdict {
    guard let accepting = subject.accepting else { return .notAssessed("nothing leads to accepting") }
    guard let refusing = subject.refusing else {
      return .fires([AuditFinding("any way", "nothing leads to refusing", threshold: "\(accepting.keys) keys")])
    }
    guard refusing.keys > accepting.keys else { return .quiet }
    func cost(_ way: (inputs: [Input], keys: Int)) -> String {
      "\(way.keys) keys, \(AuditSubject.number(Double(KeystrokeLevel.milliseconds(way.inputs)) / 1000)) s"
    }
    return .fires([
      AuditFinding(
        AuditSubject.words(refusing.inputs), "refusing \(cost(refusing)); accepting \(cost(accepting))",
        threshold: "no more than \(accepting.keys) keys")
    ])
  }
}
