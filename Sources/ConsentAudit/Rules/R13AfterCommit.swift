import ConsentModel
import ConsentRender

/// R13: a choice of its own comes after accepting, in rows or in the order of focus.
enum R13AfterCommit: AuditRule {
  static let about = AuditRuleFacts(
    "R13", "after the commitment",
    firesWhen: "a choice of its own comes after accepting, in rows or in the order of focus",
    basis: "FTC; DSA Art. 25", edpb: "look over there", ontology: "false hierarchy",
    silencedBy: "the choice before the button that accepts")

  static func look(at subject: AuditSubject) -> AuditVerdict {
    guard let accept = subject.controls(.accept).first else { return .quiet }
    let order = subject.flow.screens[Int(subject.screen)].focusOrder
    return .of(
      subject.switches.compactMap { found in
        let region = found.region
        let isBelow = region.row > accept.row
        let places = (order.firstIndex(of: region.element), order.firstIndex(of: accept.element))
        let isLater = if case (let own?, let accepting?) = places { own > accepting } else { false }
        guard isBelow || isLater else { return nil }
        return AuditFinding(
          subject.name(region.element),
          "row \(region.row), accepting in row \(accept.row)\(isLater ? "; later in the order of focus" : "")",
          threshold: "before \(subject.name(accept.element))")
      })
  }
}
