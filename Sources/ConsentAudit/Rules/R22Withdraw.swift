import ConsentEngine
import ConsentModel

/// R22: switching off in the settings takes more keys than switching on there.
enum R22Withdraw: AuditRule {
  static let about = AuditRuleFacts(
    "R22", "withdrawing", firesWhen: "switching off in the settings takes more keys than switching on there",
    basis: "GDPR Art. 7(3); DSA Art. 25(3)(c)", edpb: "dead end", ontology: "roach motel",
    silencedBy: "as few keys to switch off as to switch on")

  static func look(at subject: AuditSubject) -> AuditVerdict {
    guard let purpose = subject.purposes.first else { return .notAssessed("the flow has no optional purpose") }
    // Settings are where something that was decided is changed.
    let hasSettings = subject.flow.elements.contains { element in
      element.onActivate.contains { branch in
        branch.steps.contains { if case .changeFromControl = $0 { true } else { false } }
      }
    }
    guard hasSettings else { return .notAssessed("the flow has no settings") }
    let offs = (subject.later[.switchedOff] ?? []).compactMap { keys(in: $0, purpose, subject) }
    let ons = (subject.later[.switchedOn] ?? []).compactMap { keys(in: $0, purpose, subject) }
    guard let off = offs.min(), let on = ons.min()
    else { return .notAssessed("nothing leads from an acceptance to the settings and back") }
    guard off > on, let first = subject.accepting?.keys else { return .quiet }
    return .fires([
      AuditFinding(
        "settings", "\(off) keys at the switch to switch off, \(on) to switch on; accepting at first took \(first)",
        threshold: "no more than \(on)")
    ])
  }

  /// The keys from first operating the switch to the change of standing, the first of them included; nil where no switch
  /// does it.
  private static func keys(in way: AuditSubject.Way, _ purpose: Int, _ subject: AuditSubject) -> Int? {
    let elements = subject.flow.terms[purpose].elements
    // What was operated before it stood as it did then belongs to an earlier change.
    let earlier = way.indices.dropLast().last { step in
      step > 0 && way[step].state.standing(of: purpose) != way[step - 1].state.standing(of: purpose)
    }
    let operated = way.indices.first { step in
      step > earlier ?? 0
        && way[step].records.contains { record in
          guard case .operated(let element, _) = record else { return false }
          return elements.contains(element)
        }
    }
    return operated.map { way.count - $0 }
  }
}
