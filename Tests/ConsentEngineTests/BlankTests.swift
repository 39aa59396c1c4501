import ConsentModel
import ConsentRender
import Testing

@testable import ConsentEngine

/// A page with a field, a number and a slider, and a button that asks for all of them.
private struct Page {
  var builder = FlowBuilder()
  let page: Int32
  let last: Int32

  init(maximum: Int32 = 5, characters: Int32 = 3, age: Int32 = 18) {
    let said = builder.variable("said", bounds: 0...maximum)
    let years = builder.variable("age", -1, bounds: -1...120)
    let effort = builder.variable("effort", -1, bounds: -1...100)
    let more = builder.variable("more", bounds: 0...maximum)
    page = builder.screen("page")
    last = builder.screen("last")
    let first = page
    let second = last
    func put(_ name: String, _ kind: Element.Kind, on screen: Int32) {
      let element = builder.add(kind, name, on: screen)
      if case .field = kind { builder.flow.elements[Int(element)].isPrivate = true }
      builder.flow.screens[Int(screen)].children.append(element)
      builder.flow.screens[Int(screen)].focusOrder.append(element)
    }
    put("said", .field(variable: said, label: -1), on: first)
    put("age", .number(variable: years, label: -1), on: first)
    put("effort", .slider(variable: effort, step: 5, label: -1), on: first)
    builder.button(
      "next", on: first,
      branches: [
        Branch(
          when: [
            Condition(variable: said, .atLeast(characters)), Condition(variable: years, .atLeast(age)),
            Condition(variable: effort, .atLeast(0)),
          ], steps: [.go(screen: second)])
      ])
    put("more", .field(variable: more, label: -1), on: second)
    builder.button("again", on: second, .go(screen: first))
    builder.button("done", on: second, .end(outcome: 0))
    builder.flow.screens[0].initialFocus = builder.element("said")
    builder.flow.screens[0].keys = [Screen.KeyBinding(key: Key("n"), element: builder.element("next"))]
    builder.flow.entries = [.init(name: "e", screen: first)]
  }

  func session() -> Session { Session(builder.flow) }
}

extension Session {
  fileprivate var miss: MissReason? {
    for case .missed(let reason) in outbox.records { return reason }
    return nil
  }
}

@Suite("fields, numbers and sliders in the machine")
struct BlankTests {
  /// Every short sequence of keys in a field against a list of widths: what the frame masks, how it is counted, and
  /// whether a key was a miss.
  @Test func everyShortSequenceInAField() {
    let keys: [Key] = [.typed, .typedWide, .backspace, .clear, Key("x"), .space, .left]
    let page = Page(maximum: 3)
    let start = page.session()
    var frame = Frame()
    var outbox = Outbox()
    var count = 0
    var wrong = 0
    func visit(_ state: FlowState, _ model: [Int], _ depth: Int) {
      for key in keys {
        var next = state
        start.engine.step(&next, Event(at: next.now.advanced(byMicroseconds: 1000), .key(key)), into: &outbox)
        start.engine.render(next, into: &frame)
        var expected = model
        switch key {
        case .typed: if model.count < 3 { expected.append(1) }
        case .typedWide: if model.count < 3 { expected.append(2) }
        case .backspace: _ = expected.popLast()
        case .clear: expected = []
        default: break
        }
        let isMiss = outbox.records.contains { if case .missed = $0 { true } else { false } }
        let masks = frame.cells.count { $0.scalar == 0x2022 }
        let isRight =
          next.view.values[0] == Int32(expected.count) && masks == expected.reduce(0, +)
          && isMiss == (expected == model)
          && Int(frame.cursor.column) == 3 + masks && frame.blanks.first?.value == Int32(expected.count)
        count += 1
        if !isRight { wrong += 1 }
        if depth > 1 { visit(next, expected, depth - 1) }
      }
    }
    visit(start.state, [], 5)
    #expect(count == 19_607)
    #expect(wrong == 0)
  }

  @Test func everyShortSequenceInANumber() {
    var start = Page().session()
    start.press("tab")
    let keys: [Key] = [Key("0"), Key("1"), Key("9"), .backspace, .clear, .typed, Key("a")]
    var outbox = Outbox()
    var wrong = 0
    func visit(_ state: FlowState, _ model: String, _ depth: Int) {
      for key in keys {
        var next = state
        start.engine.step(&next, Event(at: next.now, .key(key)), into: &outbox)
        var expected = model
        if let digit = key.digit {
          let longer = String(Int(model + "\(digit)") ?? 0)
          if Int(longer) ?? 0 <= 120 { expected = longer }
        } else if key == .backspace {
          _ = expected.popLast()
        } else if key == .clear {
          expected = ""
        }
        let isMiss = outbox.records.contains { if case .missed = $0 { true } else { false } }
        if next.view.values[1] != Int32(expected) ?? -1 || isMiss != (expected == model) { wrong += 1 }
        if depth > 1 { visit(next, expected, depth - 1) }
      }
    }
    visit(start.state, "", 5)
    #expect(wrong == 0)
  }

  @Test(arguments: [
    ("right", 50), ("left", 50), ("right right", 55), ("left left", 45), ("home", 0), ("end", 100), ("end right", 100),
    ("home left", 0), ("7", 7), ("7 3", 73), ("7 3 right", 75), ("7 3 left", 70), ("1 0 0", 100), ("1 0 1", 1),
    ("7 backspace", -1), ("7 ctrl+u", -1), ("end 4", 4), ("0", 0), ("typed", -1), ("x", -1), ("space", -1),
  ])
  func keysOfASlider(_ keys: String, _ expected: Int32) {
    var session = Page().session()
    session.press("tab", "tab")
    for key in keys.split(separator: " ") { session.press(String(key)) }
    #expect(session.value("effort") == expected)
    #expect(session.focus == "effort")
  }

  @Test func enterAndTabMoveOn() {
    var session = Page().session()
    #expect(session.focus == "said")
    for expected in ["age", "effort", "next"] {
      session.press("enter")
      #expect(session.focus == expected)
    }
    session.press("shift+tab", "shift+tab", "shift+tab")
    #expect(session.focus == "said")
    session.press("down")
    #expect(session.focus == "age")
  }

  /// What was typed never acts on the screen, and nothing that is on the screen is typed.
  @Test func lettersOfTheScreenRestWhileABlankHasTheFocus() {
    var session = Page().session()
    for blank in ["said", "age", "effort"] {
      #expect(session.focus == blank)
      session.press("n")
      #expect(session.miss == .noMeaning && session.focus == blank)
      session.press("tab")
    }
    #expect(session.focus == "next")
    session.press("typed")
    #expect(session.miss == .noMeaning)
    session.press("shift+tab")
    session.press("tab", "n")
    #expect(session.focus == "next")
    #expect(session.outbox.records.contains(.operated(element: 3, value: 0)))
  }

  @Test func stoppingWorksInAField() {
    var session = Page().session()
    session.press("typed", "ctrl+c")
    #expect(session.state.leave == .stopKey)
  }

  @Test func aPasteIntoAFieldIsAMiss() {
    var session = Page().session()
    session.send(.paste(characters: 12, lines: 1))
    #expect(session.miss == .pasted && session.value("said") == 0)
  }

  @Test func whatIsEnteredIsOperatedAndChanged() {
    var session = Page().session()
    #expect(session.press("typed-wide") == [.operated(element: 0, value: 1), .changed(variable: 0, value: 1)])
    #expect(session.press("backspace") == [.operated(element: 0, value: 0), .changed(variable: 0, value: 0)])
    #expect(session.press("backspace") == [.missed(.atLimit)])
    #expect(session.exposure("said").operations == 2)
  }

  @Test func clicksAndChoicesGiveTheFocus() {
    var session = Page().session()
    session.press("tab", "tab", "tab")
    func click(_ name: String, _ columns: Int16) {
      let element = session.engine.flow.elements.firstIndex { $0.name == name }!
      let region = session.frame.regions.first { $0.element == Int32(element) }!
      session.send(.mouse(Mouse(.press, column: region.column + columns, row: region.row)))
    }
    click("said", 10)
    #expect(session.focus == "said")
    click("said", 10)
    #expect(session.miss == .noControl)
    click("effort", 1)
    #expect(session.focus == "effort" && session.value("effort") == 0)
    click("effort", 74)
    #expect(session.value("effort") == 100)
    click("effort", 38)
    #expect(session.value("effort") == 50)
    click("effort", 38)
    #expect(session.miss == .atLimit)
    session.send(.choose(control: 1))
    #expect(session.focus == "age" && session.value("age") == -1)
  }

  // MARK: Resumptions

  @Test func aResumptionEmptiesTheFieldsOfTheScreen() {
    var session = Page().session()
    session.press("typed", "typed-wide", "tab", "4", "2")
    let records = session.send(.resumed)
    #expect(records.contains(.noted) && records.contains(.changed(variable: 0, value: 0)))
    #expect(session.value("said") == 0 && session.value("age") == 42)
    #expect(session.frame.cells.contains { $0.scalar == 0x2022 } == false)
  }

  /// What was sent before stays counted; whoever comes back to it types it anew.
  @Test func fieldsOfOtherScreensAreEmptiedWhenTheyAreMetAgain() {
    var session = Page().session()
    session.press("typed", "typed", "typed", "tab", "4", "2", "tab", "5", "tab", "enter")
    #expect(session.screen == "last")
    session.press("tab", "typed")
    #expect(session.value("more") == 1)
    session.send(.resumed)
    #expect(session.value("more") == 0 && session.value("said") == 3)
    session.press("tab", "enter")
    #expect(session.screen == "page" && session.value("said") == 0 && session.value("age") == 42)
    session.press("typed", "typed", "typed", "tab", "tab", "tab", "enter", "tab", "tab", "enter")
    #expect(session.screen == "page" && session.value("said") == 3)
  }

  // MARK: Exploration

  @Test func explorationsReachWhatConditionsTellApart() throws {
    let flow = Page(maximum: 500).builder.flow
    let engine = FlowEngine(flow)
    let inputs = SessionInputs(date: flow.dates.published, inputGuardMicroseconds: 0)
    let found = engine.explore(inputs)
    #expect(found.isComplete && found.traps == 0)
    #expect(found.states < 150, "\(found.states) states")
    #expect(found.screens.allSatisfy { $0 != nil })
    // Three characters, Enter, two digits, Enter, one digit, Enter, Enter; then Shift-Tab and Enter.
    let way = try #require(found.outcomes[0])
    #expect(way.keys == 3 + 1 + 2 + 1 + 1 + 1 + 1 + 2)
    var outbox = Outbox()
    var state = engine.start(inputs, into: &outbox)
    for input in way.inputs {
      engine.step(&state, Event(at: state.now.advanced(byMicroseconds: 1_000_000), input), into: &outbox)
    }
    #expect(state.outcome == 0)
  }

  @Test func explorationsOfManyBlanksStaySmall() {
    var builder = FlowBuilder()
    let screen = builder.screen("s")
    var conditions: [Condition] = []
    for index in 0..<6 {
      let variable = builder.variable("v\(index)", bounds: 0...500)
      let element = builder.add(.field(variable: variable, label: -1), "f\(index)", on: screen)
      builder.flow.screens[0].children.append(element)
      builder.flow.screens[0].focusOrder.append(element)
      // Of what nothing reads nothing is told apart.
      if index < 4 { conditions.append(Condition(variable: variable, .atLeast(200))) }
    }
    builder.button("next", on: screen, branches: [Branch(when: conditions, steps: [.end(outcome: 0)])])
    builder.flow.entries = [.init(name: "e", screen: screen)]
    let found = FlowEngine(builder.flow).explore(SessionInputs(date: Day(number: 0), inputGuardMicroseconds: 0))
    #expect(found.isComplete && found.traps == 0)
    #expect(found.states < 16 * 9, "\(found.states) states")
    // Tab to the first, 200 characters each, four times on, twice past what need not be filled, and the button.
    #expect(found.outcomes[0]?.keys == 1 + 4 * 200 + 4 + 2 + 1)
  }

  /// The fewest keys to a number or a text against trying every key.
  @Test(arguments: [(10, 12), (5, 12), (0, 12), (12, 12), (2, 9)] as [(Int32, Int32)])
  func theFewestKeysAreFound(_ least: Int32, _ maximum: Int32) {
    var builder = FlowBuilder()
    let number = builder.variable("n", -1, bounds: -1...maximum)
    let screen = builder.screen("s")
    let element = builder.add(.number(variable: number, label: -1), "n", on: screen)
    builder.flow.screens[0].children = [element]
    builder.flow.screens[0].focusOrder = [element]
    builder.flow.screens[0].initialFocus = element
    builder.button(
      "go", on: screen,
      branches: [Branch(when: [Condition(variable: number, .atLeast(least))], steps: [.end(outcome: 0)])])
    builder.flow.entries = [.init(name: "e", screen: screen)]
    let engine = FlowEngine(builder.flow)
    let inputs = SessionInputs(date: Day(number: 0), inputGuardMicroseconds: 0)
    var outbox = Outbox()
    var level = [engine.start(inputs, into: &outbox)]
    var fewest = 0
    search: while fewest < 6 {
      fewest += 1
      var next: [FlowState] = []
      var seen: Set<[Int32]> = []
      for state in level {
        for key in [Key.enter, .backspace] + (0...9).map({ Key(Unicode.Scalar(0x30 + UInt8($0))) }) {
          var after = state
          engine.step(&after, Event(at: state.now, .key(key)), into: &outbox)
          if after.outcome == 0 { break search }
          if seen.insert(after.view.values + [after.view.focus]).inserted { next.append(after) }
        }
      }
      level = next
    }
    #expect(engine.explore(inputs).outcomes[0]?.keys == fewest)
  }

  @Test(
    arguments: [
      (-1, 18, 120, "1 8"), (1, 18, 120, "8"), (2, 18, 120, "0"), (200, 0, 99, "backspace"), (5, -1, -1, "ctrl+u"),
      (45, -1, -1, "ctrl+u"), (99, 1, 9, "backspace"), (0, 7, 9, "7"), (3, 40, 49, "ctrl+u 4 0"),
    ] as [(Int32, Int32, Int32, String)])
  func keysBetweenNumbers(_ from: Int32, _ first: Int32, _ last: Int32, _ expected: String) {
    let keys = Explorer.counting(from: from, to: first, upTo: last, canErase: true)
    #expect(keys.map(\.spelling).joined(separator: " ") == expected)
  }

  /// Lines reach the same states as screens: what is entered there is a line.
  @Test func linesReachWhatScreensReach() {
    var page = Page()
    let word = page.builder.text("word")
    page.builder.flow.linear = LinearTexts(switches: [word, word, word], ask: word, askDefault: word, stop: word)
    let engine = FlowEngine(page.builder.flow)
    var inputs = SessionInputs(date: page.builder.flow.dates.published, inputGuardMicroseconds: 0)
    let onScreen = engine.explore(inputs, keepsContents: true)
    inputs.presentation = .linear
    let inLines = engine.explore(inputs, keepsContents: true)
    #expect(onScreen.isComplete && inLines.isComplete)
    #expect(onScreen.contents == inLines.contents)
    #expect(inLines.outcomes[0] != nil && inLines.traps == 0)
  }
}
