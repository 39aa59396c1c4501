import ConsentEngine
import ConsentModel
import ConsentScreens
import ConsentSource
import Testing

/// Says of a compiled flow whether it can be decided; flows that differ only in looks are explored once.
final class Decider {
  private var known: [FlowDefinition: String?] = [:]
  private(set) var explored = 0
  /// The only entry that is tried, or nil for all.
  private let entry: String?

  init(entry: String? = nil) { self.entry = entry }

  /// What keeps the flow from being decided, or nil.
  func problem(with flow: FlowDefinition) -> String? {
    let machine = Decider.machine(flow)
    if let known = known[machine] { return known }
    explored += 1
    let found = explore(flow)
    known[machine] = found
    return found
  }

  /// From every entry every term has to be within reach of being agreed to, and every purpose of being declined.
  private func explore(_ flow: FlowDefinition) -> String? {
    let engine = FlowEngine(flow)
    for (index, entry) in flow.entries.enumerated() where self.entry == nil || self.entry == entry.name {
      let inputs = SessionInputs(
        entry: UInt8(index), date: flow.dates.published, inputGuardMicroseconds: flow.inputGuardMicroseconds)
      for (number, term) in flow.terms.enumerated() {
        for standing in term.kind == .purpose ? [Standing.agreed, .declined] : [.agreed] {
          let goal = [(term: Int32(number), standing: standing)]
          if engine.shortestPath(inputs, from: entry.screen, to: goal, limit: 100_000) == nil {
            return "from `\(entry.name)` no keys lead to \(term.name) \(standing)"
          }
        }
      }
    }
    return nil
  }

  /// The flow without what only changes how it looks.
  private static func machine(_ flow: FlowDefinition) -> FlowDefinition {
    var flow = flow
    flow.condition = []
    flow.styles = []
    flow.texts = []
    for index in flow.elements.indices {
      flow.elements[index].style = 0
      flow.elements[index].alignment = .left
      flow.elements[index].scale = .normal
      flow.elements[index].rows = 1
      flow.elements[index].columns = 0
      flow.elements[index].discloses = []
      switch flow.elements[index].kind {
      case .text: flow.elements[index].kind = .text(0)
      case .button: flow.elements[index].kind = .button(label: 0)
      case .link: flow.elements[index].kind = .link(label: 0)
      case .option: flow.elements[index].kind = .option(label: 0)
      case .toggle(let variable, _, let hitsRow):
        flow.elements[index].kind = .toggle(variable: variable, words: [], hitsRow: hitsRow)
      case .field(let variable, _): flow.elements[index].kind = .field(variable: variable, label: -1)
      case .number(let variable, _): flow.elements[index].kind = .number(variable: variable, label: -1)
      case .slider(let variable, let step, _):
        flow.elements[index].kind = .slider(variable: variable, step: step, label: -1)
      case .gap, .rule, .list, .row, .scroll: break
      }
    }
    for index in flow.variables.indices where flow.variables[index].source == .compiled {
      flow.variables[index].initial = 0
    }
    return flow
  }
}

@Suite("The flows of the repository")
struct ConditionTests {
  @Test("nothing is wrong with any of them, at any level")
  func sound() {
    let flows = FlowLoader.flows(in: Repository.screens)
    #expect(
      flows == [
        "chat-delete", "consumer-terms", "cookie-banner", "default-question", "fair-choice", "install-terms",
        "monitoring-offer", "quiet-change",
      ])
    // The fair screen fills all rows with its eight disclosures.
    let known = ["`choice` does not fit into 80 columns and 24 rows in en-XA: it has 24 rows for 22"]
    for flow in flows {
      let problems = FlowLoader.check(flow: flow, from: Repository.screens).filter { !known.contains($0.message) }
      #expect(problems.map(\.rendered) == [], "\(flow)")
    }
  }

  @Test("every baseline and every level can be decided")
  func levels() throws {
    // In the one something is deleted, and the other is about there being no way to refuse.
    for flow in FlowLoader.flows(in: Repository.screens) where !["chat-delete", "quiet-change"].contains(flow) {
      try decide(flow, [[]] + document(flow).conditions(of: 1))
    }
  }

  @Test("every pair of levels of consumer-terms fits and can be decided")
  func pairs() throws {
    try decide("consumer-terms", document("consumer-terms").conditions(of: 2), from: "popup")
  }

  @Test("random combinations of all factors of consumer-terms fit and can be decided")
  func combinations() throws {
    let document = try document("consumer-terms")
    let seed: UInt64 = 20_250_828
    var random = PRNG(seed: seed)
    var conditions: [[FlowDefinition.FactorLevel]] = []
    for _ in 0..<Repository.number("CLICKWRAP_COMBINATIONS", otherwise: 100) {
      conditions.append(try #require(document.drawCondition(&random), "seed \(seed)"))
    }
    try decide("consumer-terms", conditions, from: "popup")
  }

  private func document(_ flow: String) throws -> FlowDocument {
    try #require(FlowLoader.document(flow, from: Repository.screens).document)
  }

  private func decide(
    _ flow: String, _ conditions: [[FlowDefinition.FactorLevel]], from entry: String? = nil
  ) throws {
    let document = try document(flow)
    let decider = Decider(entry: entry)
    var problems: [String] = []
    for condition in conditions {
      let (definition, found) = document.compile(set: condition.byFactor, countsKeys: false)
      problems += found.map { "\(condition.words): \($0.rendered)" }
      if let definition, let problem = decider.problem(with: definition) {
        problems.append("\(condition.words): \(problem)")
      }
      if problems.count > 20 { break }
    }
    #expect(problems == [], "\(flow), \(conditions.count) conditions, \(decider.explored) explored")
  }
}
