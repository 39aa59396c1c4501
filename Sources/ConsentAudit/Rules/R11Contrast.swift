import ConsentModel

/// R11: the text of a choice, a refusal, a deferral or a material row has a contrast under 4.5:1, or under 3:1 in letters of two or more rows.
enum R11Contrast: AuditRule {
  static let about = AuditRuleFacts(
    "R11", "contrast",
    firesWhen:
      "the text of a choice, a refusal, a deferral or a material row has a contrast under 4.5:1, or under 3:1 in letters of two or more rows",
    basis: "WCAG 2.x 1.4.3", edpb: "hidden in plain sight", ontology: "hidden information",
    silencedBy: "colours with more contrast")

  static func look(at subject: AuditSubject) -> AuditVerdict {
    let roles: Set<Element.Role> = [.choice, .decline, .deferral]
    let material = Set(subject.material.map(\.element))
    var findings: [AuditFinding] = []
    for region in subject.frame.regions where roles.contains(region.role) || material.contains(region.element) {
      // Of dim text the terminal decides the colour.
      let style = subject.style(region.element)
      guard region.kind != .list, region.kind != .scroll, !style.attributes.contains(.dim) else { continue }
      let isLarge = subject.flow.elements[Int(region.element)].scale == .large
      let threshold = isLarge ? subject.parameters.largeContrast : subject.parameters.contrast
      let ratio = Colour.contrast(style.foreground, style.background)
      guard ratio < threshold else { continue }
      findings.append(
        AuditFinding(
          subject.name(region.element), "\(AuditSubject.number(ratio)):1",
          threshold: "at least \(AuditSubject.number(threshold, digits: 1)):1"))
    }
    return .of(findings)
  }
}
