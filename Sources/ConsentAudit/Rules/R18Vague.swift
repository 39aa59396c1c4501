import ConsentModel

/// R18: the label of accepting or refusing says nothing of what it does.
enum R18Vague: AuditRule {
  static let about = AuditRuleFacts(
    "R18", "vague label", firesWhen: "the label of accepting or refusing says nothing of what it does",
    basis: "GDPR Art. 4(11)", edpb: "ambiguous wording", ontology: "feedforward ambiguity",
    silencedBy: "a verb that names what is agreed to")

  static func look(at subject: AuditSubject) -> AuditVerdict {
    guard let lexicon = subject.lexicon else {
      return .notAssessed("there is no lexicon for \(subject.flow.language)")
    }
    let controls = subject.controls(.accept) + subject.controls(.decline)
    return .of(
      controls.compactMap { region in
        let label = subject.text(region.element).lowercased()
        let plain = label.filter { !".!…".contains($0) }
        guard lexicon.vague.contains(plain) else { return nil }
        return AuditFinding(subject.name(region.element), label.quotedAsJSON, threshold: "no label of the list")
      })
  }
}
