import ConsentEngine
import ConsentModel
import ConsentRender
import Testing

@Suite struct MachineTests {
  @Test func openingIsRecorded() {
    let flow = Sample().flow
    let engine = FlowEngine(flow)
    var outbox = Outbox()
    _ = engine.start(
      SessionInputs(entry: 1, date: Day(number: 100), inputGuardMicroseconds: 0), into: &outbox)
    #expect(outbox.records.contains(.shown(screen: 1, isFallback: false)))
    #expect(outbox.records.contains(.prompted(number: 1)))
    #expect(!outbox.records.contains { if case .missed = $0 { true } else { false } })
  }

  @Test func guardTurnsInputIntoMisses() {
    var session = Sample().atPopup(guardMilliseconds: 500)
    let accept = session.frame.regions.first { $0.kind == .button }!
    let misses: [Input] = [
      .key(.enter), .key(.escape), .key(.tab), .mouse(Mouse(.press, column: accept.column, row: accept.row)),
      .choose(control: accept.element),
    ]
    for input in misses { #expect(session.send(input, after: 99) == [.missed(.guarded)]) }
    #expect(session.send(.resize(Size(columns: 90, rows: 30)), after: 1) == [.resized(Size(columns: 90, rows: 30))])
    #expect(session.send(.wake, after: 1) == [.missed(.early)])
    #expect(session.agreement.terms[0].standing == .undecided)
    session.press("enter", after: 3)
    #expect(session.screen == "after")
  }

  @Test func leavingIsNeverGuarded() {
    var session = Sample().atPopup(guardMilliseconds: 500)
    #expect(session.send(.leave(.stopKey), after: 1) == [.left(.stopKey)])
    #expect(session.state.isOver)
    #expect(session.agreement.leave == .stopKey)
    #expect(session.agreement.outcome == nil)
    #expect(session.agreement.terms[1].provenance == .left)
    for input in [Input.key(.enter), .wake, .leave(.crash), .resize(.standard)] {
      #expect(session.send(input) == [.missed(.over)])
    }
    #expect(session.agreement.leave == .stopKey)
  }

  @Test func focusGoesRound() {
    var session = Sample().atPopup()
    let order = ["accept", "not_now", "switch", "learn", "sure"]
    #expect(session.focus == "accept")
    for index in 1...10 {
      session.press("tab")
      #expect(session.focus == order[index % 5])
    }
    for (key, name) in [
      ("shift+tab", "sure"), ("left", "learn"), ("right", "sure"), ("down", "accept"), ("up", "sure"),
    ] {
      #expect(session.press(key) == [.focused(element: session.state.view.focus)])
      #expect(session.focus == name)
    }
  }

  @Test func aDeclaredFocusThatIsNotThereGoesToTheFirst() {
    var sample = Sample()
    sample.builder.flow.screens[Int(sample.popup)].initialFocus = sample.builder.element("not_now")
    sample.builder.flow.entries[0].screen = sample.popup
    var session = Session(sample.flow)
    #expect(session.focus == "not_now")
    session = Session(sample.flow, SessionInputs(date: Day(number: 110), inputGuardMicroseconds: 0))
    #expect(session.focus == "accept")
    sample.builder.flow.screens[Int(sample.popup)].initialFocus = -1
    session = Session(sample.flow)
    #expect(session.focus == "-")
    #expect(session.press("enter") == [.missed(.noMeaning)])
    #expect(session.press("space") == [.missed(.noMeaning)])
    session.press("shift+tab")
    #expect(session.focus == "sure")
  }

  @Test func keysWithoutMeaning() {
    var session = Sample().atPopup()
    for key in ["x", "1", "esc", "f1", "ctrl+d", "delete", "u+7"] {
      #expect(session.press(key) == [.missed(.noMeaning)], "\(key)")
    }
    for key in ["pageup", "pagedown", "home", "end"] { #expect(session.press(key) == [.missed(.atLimit)], "\(key)") }
    #expect(session.send(.paste(characters: 9, lines: 2)) == [.missed(.pasted)])
    #expect(session.send(.unknown(bytes: 3)) == [.missed(.unknown)])
    for input in [
      Input.terminalFocus(false), .suspended, .continued(droppedKeys: 2), .fence(replyMicroseconds: 9), .resumed,
      .mouse(Mouse(.release, column: 0, row: 0)),
    ] {
      #expect(session.send(input) == [.noted])
    }
  }

  @Test func stackRemembersFocusAndScroll() {
    var session = Sample().atPopup()
    session.press("tab", "tab", "tab", "enter")
    #expect(session.screen == "more")
    #expect(session.focus == "-")
    #expect(session.state.stack.map(\.screen) == [1, 2])
    #expect(session.press("esc").contains(.shown(screen: 1, isFallback: false)))
    #expect(session.focus == "learn")
    #expect(session.value("prompts") == 1)
    #expect(session.press("down", "enter") == [.operated(element: session.state.view.focus, value: 0)])
  }

  @Test func openingAScreenOfTheStackGoesBackToIt() {
    var sample = Sample()
    sample.builder.button("round", on: sample.more, .open(screen: sample.popup))
    var session = sample.atPopup()
    for number in 1...5 as ClosedRange<Int32> {
      #expect(session.value("prompts") == number)
      session.press("up", "up", "enter", "tab", "tab", "enter")
      #expect(session.screen == "popup")
      #expect(session.state.stack.count == 1)
    }
  }

  @Test func opensThatNeverEndAreCut() {
    var builder = FlowBuilder()
    let first = builder.screen("first")
    let second = builder.screen("second")
    builder.button("a", on: first)
    builder.button("b", on: second)
    builder.flow.screens[0].onOpen = [Branch(steps: [.go(screen: second)])]
    builder.flow.screens[1].onOpen = [Branch(steps: [.go(screen: first)])]
    builder.flow.entries = [.init(name: "e", screen: first)]
    var session = Session(builder.flow)
    #expect(session.state.stack.count == 1)
    session.press("tab", "enter")
  }

  @Test func longTextScrolls() {
    var session = Sample().atPopup()
    session.press("up", "up", "enter")
    #expect(session.press("up") == [.missed(.atLimit)])
    #expect(session.press("down") == [.scrolled(line: 1)])
    let rows = session.state.view.size.rows
    session.press("end")
    let last = session.state.view.scroll
    #expect(last > 60 - Int32(rows) - 1 && last < 60)
    #expect(session.press("pagedown") == [.missed(.atLimit)])
    #expect(session.send(.mouse(Mouse(.wheelDown, column: 3, row: 3))) == [.missed(.atLimit)])
    #expect(session.send(.mouse(Mouse(.wheelUp, column: 3, row: 3))) == [.scrolled(line: last - 3)])
    session.press("home")
    #expect(session.state.view.scroll == 0)
    session.press("pagedown")
    #expect(session.state.view.scroll > 3)
    session.press("end")
    session.send(.resize(Size(columns: 80, rows: 50)))
    #expect(session.state.view.scroll < last)
    #expect(session.press("down") == [.missed(.atLimit)])
  }

  @Test func chatsBeginAtTheirEndAndStayThere() {
    var session = Session(Sample().flow)
    let last = session.state.view.scroll
    #expect(last > 0)
    session.send(.resize(Size(columns: 80, rows: 20)))
    #expect(session.state.view.scroll == last + 4)
    session.press("up")
    let read = session.state.view.scroll
    session.send(.resize(Size(columns: 80, rows: 18)))
    #expect(session.state.view.scroll == read)
  }

  @Test func tooSmallTerminalsOperateNothing() {
    var session = Sample().atPopup()
    session.send(.resize(Size(columns: 20, rows: 5)))
    #expect(session.press("enter") == [.missed(.tooSmall)])
    #expect(session.send(.mouse(Mouse(.press, column: 1, row: 1))) == [.missed(.tooSmall)])
    #expect(session.send(.mouse(Mouse(.wheelDown, column: 1, row: 1))) == [.missed(.tooSmall)])
    session.send(.resize(.standard), after: 50_000)
    #expect(session.exposure("accept").onScreenMicroseconds == 1_000_000)
    #expect(session.exposure("accept").focusedMicroseconds == 1_000_000)
    session.press("enter")
    #expect(session.screen == "after")
  }

  @Test func clicksOperateWhatTheyHit() {
    var session = Sample().atPopup()
    func region(_ name: String, _ session: Session) -> Region {
      let element = session.engine.flow.elements.firstIndex { $0.name == name }!
      return session.frame.regions.first { $0.element == Int32(element) }!
    }
    func click(_ region: Region) -> Input { .mouse(Mouse(.press, column: region.column, row: region.row)) }
    #expect(session.send(.mouse(Mouse(.press, column: 0, row: 0))) == [.missed(.noControl)])
    session.send(click(region("switch", session)))
    #expect(session.value("training") == 1)
    #expect(session.focus == "switch")
    #expect(session.exposure("switch").operations == 1)
    session.send(.choose(control: region("switch", session).element))
    #expect(session.value("training") == 2)
    #expect(session.send(.choose(control: -5)) == [.missed(.noControl)])
    #expect(session.send(.choose(control: 99_999)) == [.missed(.noControl)])
    #expect(session.send(.choose(control: Int32(0))) == [.missed(.noControl)])
    session.send(click(region("accept", session)))
    #expect(session.agreement.terms[1].provenance == .changedBack)
    #expect(session.agreement.terms[1].operations == 2)
  }

  @Test func lists() {
    var builder = FlowBuilder()
    let row = builder.variable("row", 1)
    let shows = builder.variable("shows", 0)
    let screen = builder.screen("list")
    let hidden = [Condition(variable: shows, .atLeast(1))]
    let list = builder.list(
      "l", on: screen, row,
      [
        ([], [.end(outcome: 0)]), (hidden, [.end(outcome: 1)]), ([], [.set(variable: shows, value: 1)]),
        ([], [.set(variable: shows, value: 0)]),
      ])
    builder.flow.screens[0].initialFocus = list
    builder.button("b", on: screen)
    builder.flow.entries = [.init(name: "e", screen: screen)]
    var session = Session(builder.flow)
    // The row that is not there cannot hold the cursor.
    #expect(session.value("row") == 0)
    #expect(session.press("up") == [.missed(.atLimit)])
    #expect(session.press("space") == [.missed(.noMeaning)])
    #expect(session.press("down") == [.operated(element: list, value: 2), .changed(variable: row, value: 2)])
    #expect(session.press("1").first == .operated(element: list, value: 0))
    #expect(session.press("1") == [.missed(.atLimit)])
    #expect(session.press("4") == [.missed(.noMeaning)])
    #expect(session.press("0") == [.missed(.noMeaning)])
    session.press("3")
    #expect(session.value("row") == 3)
    session.press("home")
    #expect(session.value("row") == 0)
    #expect(session.press("home") == [.missed(.atLimit)])
    session.press("end", "up", "enter")
    #expect(session.value("shows") == 1)
    session.press("up")
    #expect(session.value("row") == 1)
    session.press("end", "enter", "home", "down", "enter", "tab")
    #expect(session.focus == "b")
    #expect(session.press("2") == [.missed(.noMeaning)])
    let option = session.frame.regions.first { $0.kind == .option }!
    session.send(.mouse(Mouse(.press, column: option.column, row: option.row)))
    #expect(session.state.outcome == 0)
    #expect(session.focus == "l")
  }

  @Test func timersCountFromTheLastKey() {
    var session = Session(Sample().flow)
    session.press("x", after: 400)
    #expect(session.state.wakeAt == SessionTime(milliseconds: 900))
    #expect(session.send(.wake, after: 100) == [.missed(.early)])
    session.send(.mouse(Mouse(.press, column: 0, row: 0)), after: 100)
    #expect(session.state.wakeAt == SessionTime(milliseconds: 1100))
    session.send(.terminalFocus(true), after: 100)
    #expect(session.state.wakeAt == SessionTime(milliseconds: 1100))
    session.send(.wake, after: 400)
    #expect(session.screen == "popup")
    session.press("tab", "a")
    #expect(session.screen == "after")
  }

  @Test func exposureAddsUp() {
    var session = Sample().atPopup()
    session.press("tab", after: 300)
    session.press("tab", after: 100)
    session.press("x", after: 1000)
    session.send(.suspended, after: 50)
    session.send(.continued(droppedKeys: 0), after: 60_000)
    session.press("shift+tab", after: 200)
    session.press("tab", after: 20)
    session.press("tab", after: 400)
    session.press("enter", after: 30)
    #expect(session.screen == "more")
    session.press("esc", after: 7000)
    #expect(session.screen == "popup")
    session.press("a", after: 10)
    let total: Int64 = 300 + 100 + 1000 + 50 + 200 + 20 + 400 + 30 + 10
    let toggle = session.exposure("switch")
    #expect(toggle.onScreenMicroseconds == total * 1000)
    #expect(toggle.focusedMicroseconds == (1000 + 50 + 200 + 400) * 1000)
    #expect(toggle.longestFocusMicroseconds == 1250 * 1000)
    #expect(toggle.largestShare == 255)
    #expect(session.exposure("close").onScreenMicroseconds == 7000 * 1000)
    #expect(session.agreement.terms[1].controlOnScreenMicroseconds == total * 1000)
    #expect(session.agreement.terms[1].controlFocusedMicroseconds == 1650 * 1000)
  }

  @Test func timesThatRunBackCountAsNow() {
    var session = Sample().atPopup()
    session.press("x", after: 500)
    session.send(.key(.tab), after: -400)
    #expect(session.state.now == SessionTime(milliseconds: 500))
    #expect(session.focus == "not_now")
    session.engine.step(&session.state, Event(at: SessionTime(microseconds: .min), .key(.tab)), into: &session.outbox)
    session.engine.step(&session.state, Event(at: SessionTime(microseconds: .max), .key(.tab)), into: &session.outbox)
    session.engine.step(&session.state, Event(at: SessionTime(microseconds: .max), .key(.enter)), into: &session.outbox)
    #expect(session.screen == "more")
  }

  @Test func drawsComeFromTheSeed() {
    var builder = FlowBuilder()
    for index in 0..<3 { _ = builder.variable("d\(index)", from: .drawn(bound: 6)) }
    let screen = builder.screen("s")
    builder.button("b", on: screen)
    builder.flow.entries = [.init(name: "e", screen: screen)]
    var counts = Array(repeating: 0, count: 6)
    var equal = 0
    for seed in 0..<600 as Range<UInt64> {
      let inputs = SessionInputs(date: Day(number: 0), seed: seed, inputGuardMicroseconds: 0)
      let session = Session(builder.flow, inputs)
      counts[Int(session.value("d1"))] += 1
      if session.value("d0") == session.value("d1") { equal += 1 }
      #expect(session.state.view.values == Session(builder.flow, inputs).state.view.values)
    }
    #expect(counts.allSatisfy { (60...140).contains($0) }, "\(counts)")
    #expect((60...140).contains(equal))
  }
}
