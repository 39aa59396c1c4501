import ConsentEngine
import ConsentModel

/// R02: Esc, waiting, continued use or the date turns an optional purpose on.
enum R02Silence: AuditRule {
  static let about = AuditRuleFacts(
    "R02", "silence", firesWhen: "Esc, waiting, continued use or the date turns an optional purpose on",
    basis: "GDPR Recital 32", edpb: "", ontology: "bad defaults",
    silencedBy: "passive paths that leave the purpose off")

  static func look(at subject: AuditSubject) -> AuditVerdict {
    var findings: [AuditFinding] = []
    func expectNothing(_ state: FlowState, _ path: String) {
      if subject.standing(subject.engine.agreement(state).terms) == .agreed {
        findings.append(AuditFinding(path, "the purpose is agreed to", threshold: "it stays as it was"))
      }
    }
    expectNothing(subject.search.step(subject.start, .key(.escape)).state, "esc")
    // What is no answer: sending a message, opening something.
    for act in subject.acts where !R02Silence.isAnswer(subject.flow.elements[Int(act.element)]) {
      if subject.standing(act.after) == .agreed {
        findings.append(
          AuditFinding(
            "continued use: \(subject.name(act.element))", "the purpose is agreed to", threshold: "it stays as it was"))
      }
    }
    if subject.start.wakeAt != nil { expectNothing(subject.search.step(subject.start, .wake).state, "waiting") }
    // Continued use, before the date and after it, with nothing decided.
    for day in [subject.flow.dates.published, subject.flow.dates.decision] {
      var inputs = subject.inputs
      inputs.date = day
      var outbox = Outbox()
      let state = subject.engine.start(inputs, into: &outbox)
      guard subject.engine.agreement(state).terms.allSatisfy({ $0.standing == .undecided }) else {
        expectNothing(state, "continued use on \(day.text)")
        continue
      }
      for name in subject.shares(state) {
        findings.append(AuditFinding("continued use on \(day.text)", "\(name) is \(subject.parameters.sharedValue)"))
      }
    }
    return .of(findings)
  }

  /// Whether operating a control answers the question, by what it means to the person.
  private static func isAnswer(_ element: Element) -> Bool {
    switch element.role {
    case .accept, .decline, .deferral, .choice, .answer: true
    case .heading, .text, .smallPrint, .notice, .link, .other, .message, .legend: false
    }
  }
}
