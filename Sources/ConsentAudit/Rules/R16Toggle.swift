import ConsentModel

/// R16: a switch lacks words for its states.
enum R16Toggle: AuditRule {
  static let about = AuditRuleFacts(
    "R16", "toggle", firesWhen: "a switch lacks words for its states",
    basis: "11 CCR 7004(a)(3)(B)", edpb: "ambiguous wording", ontology: "feedforward ambiguity",
    silencedBy: "words beside the switch that say what on and off do")

  static func look(at subject: AuditSubject) -> AuditVerdict {
    .of(
      subject.switches.filter { found in
        guard case .toggle(_, let words, _) = subject.flow.elements[Int(found.region.element)].kind else {
          return false
        }
        return words.isEmpty
      }.map {
        AuditFinding(subject.name($0.region.element), "no words for its states", threshold: "words for on and off")
      })
  }
}
