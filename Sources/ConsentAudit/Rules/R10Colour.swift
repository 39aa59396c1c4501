import ConsentModel

/// R10: the backgrounds of the two controls differ by more than 30 in ΔE CMC(1:1), or only one is bold or reversed.
enum R10Colour: AuditRule {
  static let about = AuditRuleFacts(
    "R10", "colour",
    firesWhen:
      "the backgrounds of the two controls differ by more than 30 in ΔE CMC(1:1), or only one is bold or reversed",
    basis: "DSA Art. 25(3)(a)", edpb: "hidden in plain sight", ontology: "visual prominence",
    silencedBy: "one style for both controls")

  static func look(at subject: AuditSubject) -> AuditVerdict {
    guard let accept = subject.controls(.accept).first, let other = subject.alternative else {
      return .notAssessed("there are no two controls to compare")
    }
    guard accept.kind == .button, other.kind == .button else { return .quiet }
    let (one, two) = (subject.style(accept.element), subject.style(other.element))
    let difference = Colour.difference(background(one), background(two))
    var findings: [AuditFinding] = []
    if difference > subject.parameters.colourDifference {
      findings.append(
        AuditFinding(
          subject.name(accept.element), "ΔE \(AuditSubject.number(difference)) from \(subject.name(other.element))",
          threshold: "at most \(AuditSubject.number(subject.parameters.colourDifference))"))
    }
    for (attribute, name) in [(Style.Attributes.bold, "bold"), (.reverse, "reversed")]
    where one.attributes.contains(attribute) != two.attributes.contains(attribute) {
      findings.append(
        AuditFinding(subject.name(accept.element), "only one of the two is \(name)", threshold: "both or none"))
    }
    return .of(findings)
  }

  private static func background(_ style: Style) -> UInt32 {
    style.attributes.contains(.reverse) ? style.foreground : style.background
  }
}
