import ConsentEngine
import ConsentModel
import ConsentStudy
import Testing

/// The smallest flow there can be.
private func tinyFlow() -> FlowDefinition {
  var flow = FlowDefinition(name: "tiny")
  flow.screens = [Screen(name: "only")]
  flow.entries = [.init(name: "start", screen: 0)]
  flow.accounts = ["any"]
  flow.styles = [Style(name: "ground", foreground: 0, background: 0xFFFFFF)]
  flow.texts = [Text(pieces: [])]
  return flow
}

private func check(
  _ events: [Event], size: Size = .standard, _ expected: [SessionWarnings.Warning],
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let engine = FlowEngine(tinyFlow())
  var outbox = Outbox()
  var state = engine.start(
    SessionInputs(size: size, date: Day(number: 0), inputGuardMicroseconds: 0), into: &outbox)
  var warnings = SessionWarnings(minimum: .standard)
  warnings.note(nil, state)
  for event in events {
    engine.step(&state, event, into: &outbox)
    warnings.note(event, state)
  }
  #expect(warnings.warnings == expected, sourceLocation: sourceLocation)
}

/// Keys with these intervals in milliseconds.
private func keys(_ intervals: [Int64]) -> [Event] {
  var now: Int64 = 1_000_000
  return [Event(at: SessionTime(microseconds: now), .key(.tab))]
    + intervals.map { interval in
      now += interval * 1000
      return Event(at: SessionTime(microseconds: now), .key(.tab))
    }
}

@Suite("warnings") struct SessionWarningsTests {
  @Test func peopleDoNotFire() {
    check([], [])
    check(
      keys([120, 340, 90, 800, 410, 220, 95, 600, 150, 310, 700, 80, 130, 240, 510, 90, 330, 160, 720, 140, 260]), [])
    // A machine that pauses like a person after every nineteen keys is not found; the rule says what it can see.
    check(keys(Array(repeating: 100, count: 19) + [3000] + Array(repeating: 100, count: 19)), [])
  }

  @Test func regularAndFastKeysFire() {
    check(keys(Array(repeating: 100, count: 20)), [.regularKeys])
    check(keys((0..<20).map { 100 + $0 % 3 }), [.regularKeys])
    check(keys((0..<20).map { $0 % 2 == 0 ? 5 : 45 }), [.regularKeys])
    check(keys((0..<20).map { $0 % 2 == 0 ? 20 : 100 }), [])
  }

  @Test func smallTerminalsAndLostFocusFire() {
    check([], size: Size(columns: 79, rows: 24), [.smallTerminal])
    let at = SessionTime(microseconds: 1)
    check([Event(at: at, .resize(Size(columns: 80, rows: 23))), Event(at: at, .resize(.standard))], [.smallTerminal])
    check([Event(at: at, .terminalFocus(true))], [])
    check([Event(at: at, .terminalFocus(false)), Event(at: at, .terminalFocus(true))], [.lostFocus])
  }
}
