import CBuiltInScreens
import ConsentEngine
import ConsentJournal
import ConsentModel
import ConsentScreens
import Testing

/// A walk is done once with keys on the screen, and once by choosing the same controls by their numbers.
private let walks: [String] = (0..<built_in_count()).map { String(cString: built_in_at($0).path) }
  .filter { $0.hasSuffix(".walk") }

@Suite("walks in the linear presentation")
struct LinearWalkTests {
  @Test(arguments: walks)
  func endInTheAgreementOfTheScreen(_ path: String) throws {
    let (walk, problems) = try Walk.load(Repository.root + "/screens/" + path)
    try #require(problems.isEmpty, "\(problems)")
    var levels: [String: String] = [:]
    for setting in walk.settings { levels[setting.factor] = setting.level }
    let (flow, diagnostics) = FlowLoader.load(
      flow: walk.flow, from: .folder(Repository.root + "/screens"), set: levels)
    let engine = FlowEngine(try #require(flow, "\(diagnostics.map(\.rendered))"))
    let onScreen = WalkRunner(engine).run(walk)
    try #require(onScreen.failures.isEmpty, "\(onScreen.failures)")
    let state = try #require(onScreen.state)
    let inLines = try chosen(onScreen, engine)
    #expect(facts(engine.agreement(state)) == facts(engine.agreement(inLines)))
    #expect(state.outcome == inLines.outcome)
    #expect(state.leave == inLines.leave)
  }

  /// What there is in an agreement but for how long things were on screen: what a screen shows at once is shown
  /// otherwise in lines.
  private func facts(_ agreement: Agreement) -> [[String]] {
    agreement.terms.map { term in
      [
        "\(term.standing)", "\(term.decidedStanding)", "\(term.provenance)", "\(term.preset)", "\(term.operations)",
        "\(term.isReaffirmed)", "\(term.wasWithdrawn)", "\(term.decidedOn)", "\(term.decidedAt.microseconds)",
        "\(term.latencyMicroseconds)", "\(term.isPossiblyAccidental)",
      ]
    } + [["\(agreement.prompts)", agreement.date.text, "\(agreement.outcome ?? -1)"]]
  }

  /// The session in lines: every control that was operated on the screen is chosen at the same moment.
  private func chosen(_ result: WalkResult, _ engine: FlowEngine) throws -> FlowState {
    var outbox = Outbox()
    var other = Outbox()
    var inputs = result.inputs
    var onScreen = engine.start(inputs, into: &outbox)
    // A walk in lines is held against itself, which is no test; it is one of `everyWalkComesTrue`.
    inputs.presentation = .linear
    var inLines = engine.start(inputs, into: &other)
    for recorded in result.recorded {
      engine.step(&onScreen, recorded.event, into: &outbox)
      guard let input = input(for: recorded.event.input, outbox.records, engine.flow) else { continue }
      while let due = inLines.wakeAt, due < recorded.event.at {
        engine.step(&inLines, Event(at: due, .wake), into: &other)
      }
      engine.step(&inLines, Event(at: recorded.event.at, input), into: &other)
      if case .missed(let reason)? = other.records.first, case .choose = input {
        Issue.record("\(input) at \(recorded.event.at.milliseconds) ms was a miss: \(reason)")
      }
    }
    return inLines
  }

  private func input(for input: Input, _ records: [LogRecord], _ flow: FlowDefinition) -> Input? {
    switch input {
    case .wake, .leave, .resize: return input
    case .key(.escape), .key(.stop): return input
    case .key(let key) where key == flow.stop?.key: return input
    case .key, .mouse, .choose:
      for case .operated(let element, _) in records {
        // The cursor of a list moves on the way to a row; the row is what is chosen.
        if case .list = flow.elements[Int(element)].kind { continue }
        return .choose(control: element)
      }
      return nil
    case .paste, .terminalFocus, .suspended, .continued, .fence, .unknown, .resumed: return nil
    }
  }
}
