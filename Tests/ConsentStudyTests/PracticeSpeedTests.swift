import ConsentEngine
import ConsentModel
import Testing

@testable import ConsentStudy

/// Presses keys on a study's way from the consent on, each so many milliseconds after the one before it, and compares.
private func check(
  _ keys: [(key: String, after: Int64)], count: Int, median: Int?, flow: FlowDefinition,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let engine = FlowEngine(flow)
  var outbox = Outbox()
  var state = engine.start(
    SessionInputs(date: flow.dates.published, seed: 1, inputGuardMicroseconds: 0), into: &outbox)
  var speed = PracticeSpeed(flow)
  speed.note(nil, state)
  for (key, after) in keys {
    let at = state.now.advanced(byMicroseconds: after * 1000)
    let input: Input = key == "away" ? .terminalFocus(false) : .key(Key(spelling: key) ?? .stop)
    engine.step(&state, Event(at: at, input), into: &outbox)
    speed.note(Event(at: at, input), state)
  }
  #expect(speed.count == count && speed.medianMilliseconds == median, sourceLocation: sourceLocation)
}

@Suite("how fast keys are pressed") struct PracticeSpeedTests {
  @Test func onlyKeysOfThePracticeCount() throws {
    let flow = try SampleStudy().compile()
    let consent: [(key: String, after: Int64)] = [("tab", 10), ("enter", 10)]
    check([], count: 0, median: nil, flow: flow)
    // The consent is no practice, and the first key has the reading in front of it.
    check(consent, count: 0, median: nil, flow: flow)
    check(consent + [("tab", 9000)], count: 0, median: nil, flow: flow)
    check(consent + [("tab", 9000), ("tab", 200)], count: 1, median: 200, flow: flow)
    check(consent + [("tab", 9000), ("tab", 200), ("tab", 400)], count: 2, median: 300, flow: flow)
    check(consent + [("tab", 9000), ("tab", 200), ("tab", 400), ("tab", 60_000)], count: 3, median: 400, flow: flow)
    // Enter on the green button leads on; the key that leaves a screen counts, the first of the next does not.
    check(
      consent + [("tab", 9000), ("tab", 200), ("enter", 300), ("tab", 5000), ("space", 100)], count: 3, median: 200,
      flow: flow)
    check(
      consent + [("tab", 9000), ("tab", 200), ("away", 1), ("tab", 70_000), ("tab", 100)], count: 2, median: 150,
      flow: flow)
  }

  @Test func aFlowWithoutPracticeHasNoSpeed() throws {
    let flow = try SampleStudy([("[consent, practice, task,", "[consent, task,")]).compile()
    check([("tab", 10), ("enter", 10), ("tab", 100), ("tab", 100), ("tab", 100)], count: 0, median: nil, flow: flow)
  }
}
