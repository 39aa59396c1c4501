import ConsentEngine
import ConsentModel

/// R25: an effect comes before the choice, reaches data of older terms without an act, is not logged, or is another one than is stated.
enum R25EffectRecord: AuditRule {
  static let about = AuditRuleFacts(
    "R25", "effect and record",
    firesWhen:
      "an effect comes before the choice, reaches data of older terms without an act, is not logged, or is another one than is stated",
    basis: "GDPR Art. 7(1); FTC 2024", edpb: "", ontology: "bait and switch",
    silencedBy: "effects that follow from a recorded choice, as stated")

  static func look(at subject: AuditSubject) -> AuditVerdict {
    var findings: [AuditFinding] = []
    for name in subject.shares(subject.start) where isUndecided(subject.start, subject) {
      findings.append(AuditFinding("before any choice", "\(name) is \(subject.parameters.sharedValue)"))
    }
    for (way, word) in [(subject.accepting, "agreeing"), (subject.refusing, "refusing")] {
      guard let way else { continue }
      let state = subject.state(after: way.inputs)
      findings += differences(state, word, subject)
      findings += reaches(state, word, subject)
    }
    return .of(findings)
  }

  private static func isUndecided(_ state: FlowState, _ subject: AuditSubject) -> Bool {
    let terms = subject.engine.agreement(state).terms
    return subject.purposes.allSatisfy { terms[$0].standing == .undecided }
  }

  /// What is told and what is done, for the same data, in one state.
  private static func differences(_ state: FlowState, _ word: String, _ subject: AuditSubject) -> [AuditFinding] {
    let flow = subject.flow
    var findings: [AuditFinding] = []
    for (index, told) in flow.variables.enumerated() {
      guard case .policy(let facts, let effect, false) = told.source else { continue }
      for (other, done) in flow.variables.enumerated() {
        guard case .policy(facts, effect, true) = done.source, state.view.values[index] != state.view.values[other]
        else {
          continue
        }
        func value(_ variable: Variable, _ index: Int) -> String {
          let value = Int(state.view.values[index])
          return variable.values.indices.contains(value) ? variable.values[value] : "unknown"
        }
        findings.append(
          AuditFinding(
            "after \(word)", "\(told.name) is \(value(told, index)), \(done.name) is \(value(done, other))",
            threshold: "the same"))
      }
    }
    return findings
  }

  /// What reaches data that were given under older terms.
  private static func reaches(_ state: FlowState, _ word: String, _ subject: AuditSubject) -> [AuditFinding] {
    let policy = subject.flow.policy
    guard let fact = policy.facts.firstIndex(where: { $0.name == "data" }) else { return [] }
    var older = ["old"]
    if !subject.parameters.resumingIsAnAct { older.append("resumed") }
    return older.flatMap { name -> [AuditFinding] in
      guard let value = policy.facts[fact].values.firstIndex(of: name) else { return [] }
      let names = subject.shares(state) { facts in
        facts.indices.contains(fact) && facts[fact] == .constant(Int32(value))
      }
      return names.map {
        AuditFinding("after \(word)", "\($0) is \(subject.parameters.sharedValue) for data of older terms")
      }
    }
  }
}
