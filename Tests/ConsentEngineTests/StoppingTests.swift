import ConsentModel
import Testing

@testable import ConsentEngine

/// A flow with a question whether to stop, on top of the usual sample.
private func stoppable() -> FlowDefinition {
  var builder = FlowBuilder()
  let front = builder.screen("front")
  let below = builder.screen("below")
  let stop = builder.screen("stop")
  let stopped = builder.screen("stopped")
  builder.button("next", on: front, .open(screen: below))
  builder.button("back", on: below, .back)
  builder.button("yes", on: stop, .go(screen: stopped))
  builder.button("no", on: stop, .back)
  builder.button("end", on: stopped, .end(outcome: 1))
  builder.flow.entries = [FlowDefinition.Entry(name: "start", screen: front)]
  builder.flow.screens[Int(stop)].initialFocus = -1
  builder.flow.screens[Int(stop)].keys = [
    Screen.KeyBinding(key: Key("s"), element: Int32(builder.flow.elements.firstIndex { $0.name == "yes" } ?? 0))
  ]
  builder.flow.stop = StopRule(key: .function(10), screen: stop, legend: builder.text("F10 stop"))
  return builder.flow
}

@Suite struct StoppingTests {
  private func session(asks: Bool, size: Size = .standard) -> Session {
    Session(
      stoppable(),
      SessionInputs(size: size, date: Day(number: 100), inputGuardMicroseconds: 0, asksBeforeStopping: asks))
  }

  @Test func controlCLeavesWhereNothingAsks() {
    var session = session(asks: false)
    #expect(session.press("f10") == [.missed(.noMeaning)])
    #expect(session.press("ctrl+c") == [.left(.stopKey)])
    #expect(session.press("enter") == [.missed(.over)])
  }

  @Test(arguments: ["f10", "ctrl+c"])
  func theStopKeyAsksAndGoingOnGoesBack(_ key: String) {
    var session = session(asks: true)
    session.press("enter")
    let before = session.state.stack
    session.press(key)
    #expect(session.screen == "stop")
    #expect(session.focus == "-")
    #expect(session.press("enter") == [.missed(.noMeaning)])
    #expect(session.press(key) == [.missed(.atLimit)])
    session.press("tab")
    session.press("tab")
    session.press("enter")
    #expect(session.state.stack.map(\.screen) == before.map(\.screen))
    #expect(session.state.leave == nil && !session.state.isOver)
  }

  @Test func whoStopsIsNotAskedAgain() {
    var session = session(asks: true)
    for key in ["f10", "tab", "enter"] { session.press(key) }
    #expect(session.screen == "stopped")
    #expect(session.press("f10") == [.missed(.atLimit)])
    session.press("tab")
    session.press("enter")
    #expect(session.state.outcome == 1)
    #expect(session.state.leave == nil)
  }

  @Test func whereTheQuestionCannotBeSeenStoppingLeaves() {
    var session = session(asks: true, size: Size(columns: 20, rows: 5))
    #expect(session.press("f10") == [.left(.stopKey)])
  }

  @Test func everyStateIsTwoKeysFromStopping() {
    let flow = stoppable()
    let engine = FlowEngine(flow)
    var inputs = SessionInputs(date: Day(number: 100), inputGuardMicroseconds: 0)
    let without = engine.explore(inputs)
    inputs.asksBeforeStopping = true
    let with = engine.explore(inputs)
    #expect(with.isComplete && with.traps == 0)
    #expect(without.screens[3] == nil)
    #expect(with.screens[3]?.keys == 2)
    #expect(with.unstoppable == 0)
  }

  @Test func aQuestionWithoutAKeyOfItsOwnIsThreeKeysAway() {
    var flow = stoppable()
    flow.screens[2].keys = []
    let found = FlowEngine(flow).explore(
      SessionInputs(date: Day(number: 100), inputGuardMicroseconds: 0, asksBeforeStopping: true))
    #expect(found.unstoppable > 0)
  }
}
