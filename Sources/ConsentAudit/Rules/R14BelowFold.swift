import ConsentModel

/// R14: a choice or a material row is outside the first viewport while accepting is in it.
enum R14BelowFold: AuditRule {
  static let about = AuditRuleFacts(
    "R14", "below the fold",
    firesWhen: "a choice or a material row is outside the first viewport while accepting is in it",
    basis: "FTC, clear and conspicuous", edpb: "lacking hierarchy", ontology: "hidden information",
    silencedBy: "all of it in the first viewport")

  static func look(at subject: AuditSubject) -> AuditVerdict {
    guard !subject.controls(.accept).isEmpty else { return .quiet }
    let size = "\(subject.inputs.size.columns)x\(subject.inputs.size.rows)"
    let visible = Dictionary(subject.frame.regions.map { ($0.element, $0.share) }, uniquingKeysWith: max)
    let values = subject.start.view.values
    var findings: [AuditFinding] = []
    for (index, element) in subject.flow.elements.enumerated() where element.screen == subject.screen {
      guard element.when.allSatisfy({ $0.holds(values) }), subject.isPlaced(Int32(index)) else { continue }
      let isChoice = element.role == .choice && element.isControl
      guard isChoice || !element.discloses.isEmpty || element.role == .smallPrint else { continue }
      let share = visible[Int32(index)] ?? 0
      guard share < 255 else { continue }
      findings.append(
        AuditFinding(
          subject.name(Int32(index)), "\(share == 0 ? "nothing" : "a part") of it is visible at \(size)",
          threshold: "all of it while accepting is visible"))
    }
    return .of(findings)
  }
}
