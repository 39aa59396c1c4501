import ConsentEngine
import ConsentModel
import ConsentRender
import ConsentScreens
import Testing

/// A person who goes through a study with keys, one a second.
private struct Person {
  let engine: FlowEngine
  private(set) var state: FlowState
  private var outbox = Outbox()

  init(_ flow: FlowDefinition, seed: UInt64 = 1, size: Size = .standard) {
    engine = FlowEngine(flow)
    state = engine.start(
      SessionInputs(
        size: size, date: flow.dates.published, seed: seed, inputGuardMicroseconds: flow.inputGuardMicroseconds,
        asksBeforeStopping: true), into: &outbox)
  }

  private mutating func send(_ input: Input, after milliseconds: Int64) {
    let at = state.now.advanced(byMicroseconds: milliseconds * 1000)
    while let due = state.wakeAt, due <= at { engine.step(&state, Event(at: due, .wake), into: &outbox) }
    engine.step(&state, Event(at: at, input), into: &outbox)
  }

  /// Presses keys, `milliseconds` apart.
  mutating func press(_ keys: String, after milliseconds: Int64 = 1000) {
    for key in keys.split(separator: " ") {
      send(.key(Key(spelling: String(key)) ?? .stop), after: milliseconds)
    }
  }

  mutating func wait(_ milliseconds: Int64) { send(.terminalFocus(true), after: milliseconds) }

  var screen: String { engine.flow.screens[Int(state.view.screen)].name }
  var outcome: String? { state.outcome.map { engine.flow.outcomes[Int($0)] } }

  func value(_ name: String) -> String {
    guard let index = engine.flow.variables.firstIndex(where: { $0.name == name }) else { return "there is no \(name)" }
    let value = Int(state.view.values[index])
    let values = engine.flow.variables[index].values
    return values.isEmpty ? String(value) : values[value]
  }

  var frame: String {
    var frame = Frame()
    engine.render(state, into: &frame)
    return frame.text(flow: engine.flow)
  }

  /// From the first screen to the chat, with everything done wrong once.
  mutating func beginning() {
    press("tab enter")
    press("tab enter tab enter")
    press("tab tab enter shift+tab space space tab enter")
    press("enter 4 enter")
    press("tab")
    let words = ["amber", "birch", "cedar", "delta"]
    let right = (words.firstIndex(of: value("practice_word")) ?? 0) + 1
    press("\(right % 4 + 1) enter \(right) enter")
    press("tab enter")
  }
}

@Suite("a way through a study") struct StudyWalkTests {
  @Test func fromTheConsentToTheCodes() throws {
    let study = try SampleStudy([("days: [1]", "days: [1, 2]")])
    var person = Person(try study.compile())
    #expect(person.screen == "consent" && person.value("study_consent") == "unset")
    person.press("enter")
    #expect(person.screen == "consent", "nothing is preset")
    person.beginning()
    #expect(person.screen == "chat" && person.value("practice_misses") == "4")

    person.press("2 enter 3 enter", after: 300)
    #expect(person.screen == "chat" && person.value("exchanges") == "2")
    person.press("x enter", after: 400)
    #expect(person.screen == "chat", "keys keep the pop-up away")
    person.wait(600)
    #expect(person.screen == "popup" && person.state.prompts == 1)
    person.press("tab enter")
    #expect(person.screen == "chat" && person.value("stands_training") == "deferred")
    person.wait(5000)
    person.press("1 enter 2 enter")
    #expect(person.frame.contains("Where to: Alderby. How: bicycles, at nine. To bring: a picnic."))
    person.press("enter")
    #expect(person.screen == "product")
    person.press("enter")
    #expect(person.screen == "product", "nothing is preset")
    let rows = ["first", "second", "third"]
    person.press("\((rows.firstIndex(of: person.value("product_order")) ?? 0) + 1) enter")
    #expect(person.value("task_product") == "right")

    #expect(person.screen == "study-day" && person.value("day_number") == "2")
    person.press("tab enter")
    #expect(person.screen == "chat" && person.value("exchanges") == "0")
    person.press("enter")
    person.wait(600)
    #expect(person.screen == "popup" && person.state.prompts == 2)
    person.press("enter")
    #expect(person.screen == "chat" && person.value("stands_training") == "agreed")
    // Whoever still has something to say may; Enter alone goes on to the end of the day.
    person.press("typed typed enter enter")
    #expect(person.frame.contains("I keep that in mind for the next time.") && person.value("said_more") == "yes")
    #expect(person.value("own_text") == "0")
    person.press("enter enter")

    #expect(person.screen == "reveal-study")
    #expect(person.frame.contains("The new terms: you accepted them."))
    #expect(person.frame.contains("Training on your chats: allowed."))
    #expect(person.frame.contains("the switch was preset, and you never touched it"))
    #expect(person.value("debriefed") == "no")
    person.press("tab enter")
    #expect(person.screen == "debriefing" && person.value("debriefed") == "yes")
    person.press("tab enter enter")
    #expect(person.screen == "data-choice" && person.value("keep_data") == "unset")
    person.press("tab enter")
    #expect(person.screen == "codes" && person.value("keep_data") == "keep")
    let code = (1...3).map { person.value("complete_\($0)") }.joined(separator: "-")
    #expect(person.frame.contains("C\u{A0}\(code)") || person.frame.contains("C \(code)"))
    person.press("tab enter")
    #expect(person.outcome == "completed")
  }

  @Test func whoStopsInThePopUpIsToldAndAsked() throws {
    var person = Person(try SampleStudy().compile())
    person.beginning()
    person.press("enter enter")
    person.wait(600)
    #expect(person.screen == "popup")
    person.press("f10 s")
    #expect(person.screen == "debriefing" && person.value("debriefed") == "yes" && person.value("left_early") == "yes")
    person.press("tab enter tab tab enter")
    #expect(person.screen == "codes" && person.value("keep_data") == "delete")
    #expect(!person.frame.contains("W\u{A0}") && person.frame.contains("Your data is deleted"))
    person.press("tab enter")
    #expect(person.outcome == "stopped" && person.value("stands_training") == "undecided")
  }

  @Test func messagesOfOnesOwnAreAnsweredAndNeverLost() throws {
    var person = Person(try SampleStudy().compile())
    person.beginning()
    // Something is typed, and then a ready message is chosen: it takes the place of what was typed.
    person.press("tab typed typed shift+tab 3 enter")
    #expect(person.value("say_place") == "hill" && person.value("own_text") == "0")
    person.press("tab typed typed typed-wide", after: 300)
    #expect(person.value("own_text") == "3")
    person.wait(60_000)
    #expect(person.screen == "chat", "nothing is due")
    person.press("enter", after: 300)
    #expect(person.value("say_way") == "none", "Enter goes from the field to Send")
    person.press("enter", after: 300)
    #expect(person.value("say_way") == "own" && person.value("own_text") == "0")
    #expect(person.frame.contains("You: (your own message)") && person.frame.contains("at 10:10"))
    // Now it is due, and there is no field into which anything could be typed meanwhile.
    person.press("typed typed", after: 300)
    #expect(person.value("own_text") == "0" && !person.frame.contains("in your own words"))
    person.wait(600)
    #expect(person.screen == "popup")
    person.press("tab enter")
    #expect(person.screen == "chat" && person.frame.contains("in your own words"))
    person.press("tab typed enter enter")
    #expect(person.value("say_bring") == "own")
    person.press("tab typed enter enter")
    #expect(person.value("say_invite") == "own")
    #expect(person.frame.contains("How: the train at 10:10."), "\(person.frame)")
  }

  @Test func whoDoesNotTakePartIsAskedNothingMore() throws {
    var person = Person(try SampleStudy().compile())
    person.press("tab tab enter")
    #expect(person.screen == "declined" && person.value("study_consent") == "declined")
    person.press("tab enter")
    #expect(person.outcome == "declined" && person.state.prompts == 0)
  }

  @Test func exemptAccountsFinishTheTaskUnasked() throws {
    let flow = try SampleStudy().compile()
    let engine = FlowEngine(flow)
    var inputs = SessionInputs(
      date: flow.dates.published, inputGuardMicroseconds: flow.inputGuardMicroseconds, asksBeforeStopping: true)
    inputs.account = UInt8(flow.accounts.firstIndex(of: "work") ?? 0)
    let found = engine.explore(inputs)
    #expect(found.isComplete && found.traps == 0)
    #expect(found.screens[flow.screens.firstIndex { $0.name == "popup" } ?? 0] == nil)
    #expect(found.outcomes[flow.outcomes.firstIndex(of: "completed") ?? 0] != nil)
  }
}
