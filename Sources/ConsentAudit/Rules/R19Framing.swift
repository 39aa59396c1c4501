import ConsentModel

/// R19: a phrase shames, or a choice's label has words of benefit and none of consequence.
enum R19Framing: AuditRule {
  static let about = AuditRuleFacts(
    "R19", "framing", firesWhen: "a phrase shames, or a choice's label has words of benefit and none of consequence",
    basis: "FTC 2022", edpb: "emotional steering", ontology: "positive or negative framing, confirmshaming",
    silencedBy: "a label that says what is done with the data")

  static func look(at subject: AuditSubject) -> AuditVerdict {
    guard let lexicon = subject.lexicon else {
      return .notAssessed("there is no lexicon for \(subject.flow.language)")
    }
    var findings: [AuditFinding] = []
    for region in subject.frame.regions {
      let text = subject.text(region.element).lowercased().replacing("\u{2019}", with: "'")
      for phrase in lexicon.shaming where text.contains(phrase) {
        findings.append(AuditFinding(subject.name(region.element), "shames: \(phrase.quotedAsJSON)"))
      }
    }
    var labels = subject.switches.map { ($0.region.element, subject.label(ofSwitch: $0.region.element)) }
    labels += subject.controls(.accept).map { ($0.element, subject.text($0.element)) }
    for (element, label) in labels
    where Lexicon.has(lexicon.benefits, in: label) && !Lexicon.has(lexicon.consequences, in: label) {
      findings.append(
        AuditFinding(
          subject.name(element), "benefit without consequence: \(label.quotedAsJSON)", threshold: "both, or neither"))
    }
    return .of(findings)
  }
}
