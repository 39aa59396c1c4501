import ConsentModel

/// R20: the deciding layer lacks one of eight disclosures.
enum R20Gaps: AuditRule {
  static let about = AuditRuleFacts(
    "R20", "gaps", firesWhen: "the deciding layer lacks one of eight disclosures",
    basis: "GDPR Art. 7(3), 13, Recital 42", edpb: "ambiguous information", ontology: "hiding information",
    silencedBy: "all eight disclosures on the layer")

  static func look(at subject: AuditSubject) -> AuditVerdict {
    var made: Disclosures = []
    // What lies below the fold is on the layer all the same; that is what R14 is for.
    for (index, element) in subject.flow.elements.enumerated() where element.screen == subject.screen {
      guard element.when.allSatisfy({ $0.holds(subject.start.view.values) }), subject.isPlaced(Int32(index)) else {
        continue
      }
      made.formUnion(element.discloses)
    }
    let lacking = Disclosures.names.enumerated().filter { made.rawValue >> UInt8($0.offset) & 1 == 0 }.map(\.element)
    guard !lacking.isEmpty else { return .quiet }
    return .fires([
      AuditFinding(
        subject.flow.screens[Int(subject.screen)].name,
        "\(8 - lacking.count) of 8: lacks \(lacking.joined(separator: ", "))", threshold: "8 of 8")
    ])
  }
}
