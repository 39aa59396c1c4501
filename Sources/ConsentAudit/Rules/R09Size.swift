import ConsentModel
import ConsentRender

/// R09: accepting is drawn on 1.5 times as many cells as its alternative, or more.
enum R09Size: AuditRule {
  static let about = AuditRuleFacts(
    "R09", "size", firesWhen: "accepting is drawn on 1.5 times as many cells as its alternative, or more",
    basis: "DSA Art. 25(3)(a)", edpb: "hidden in plain sight", ontology: "false hierarchy",
    silencedBy: "controls of one size")

  static func look(at subject: AuditSubject) -> AuditVerdict {
    guard let accept = subject.controls(.accept).first, let other = subject.alternative else {
      return .notAssessed("there are no two controls to compare")
    }
    // Rows of a list are as wide as the list.
    guard accept.kind == .button, other.kind == .button else { return .quiet }
    func area(_ region: Region) -> Double { Double(region.columns) * Double(region.rows) }
    let ratio = area(accept) / max(area(other), 1)
    guard ratio >= subject.parameters.sizeRatio else { return .quiet }
    return .fires([
      AuditFinding(
        subject.name(accept.element),
        "\(Int(area(accept))) cells; \(subject.name(other.element)) \(Int(area(other))): \(AuditSubject.number(ratio)) times",
        threshold: "less than \(AuditSubject.number(subject.parameters.sizeRatio)) times")
    ])
  }
}
