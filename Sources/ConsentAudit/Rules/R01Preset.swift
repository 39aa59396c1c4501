import ConsentModel

/// R01: an optional purpose's control starts in the sharing state.
enum R01Preset: AuditRule {
  static let about = AuditRuleFacts(
    "R01", "preset", firesWhen: "an optional purpose's control starts in the sharing state",
    basis: "GDPR Recital 32; CJEU C-673/17", edpb: "deceptive snugness", ontology: "bad defaults",
    silencedBy: "a control that starts off or unset")

  static func look(at subject: AuditSubject) -> AuditVerdict {
    .of(
      subject.switches.filter { $0.region.state.contains(.on) }.map {
        AuditFinding(subject.name($0.region.element), "starts on", threshold: "off or unset")
      })
  }
}
