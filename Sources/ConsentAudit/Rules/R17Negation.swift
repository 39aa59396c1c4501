import ConsentModel

/// R17: a choice's label has two or more negations, or one where on shares.
enum R17Negation: AuditRule {
  static let about = AuditRuleFacts(
    "R17", "negation", firesWhen: "a choice's label has two or more negations, or one where on shares",
    basis: "11 CCR 7004(a)(3)(A)", edpb: "ambiguous wording", ontology: "trick questions",
    silencedBy: "a label that says what is done when it is on")

  static func look(at subject: AuditSubject) -> AuditVerdict {
    guard let lexicon = subject.lexicon else {
      return .notAssessed("there is no lexicon for \(subject.flow.language)")
    }
    var findings: [AuditFinding] = []
    func check(_ element: Int32, _ label: String, most: Int) {
      let count = lexicon.negationCount(in: label)
      guard count > most else { return }
      findings.append(
        AuditFinding(subject.name(element), "\(count) negations in \(label.quotedAsJSON)", threshold: "at most \(most)")
      )
    }
    for found in subject.switches {
      check(found.region.element, subject.line(ofSwitch: found.region.element), most: 0)
    }
    for role in [Element.Role.accept, .decline] {
      for region in subject.controls(role) { check(region.element, subject.text(region.element), most: 1) }
    }
    return .of(findings)
  }
}
