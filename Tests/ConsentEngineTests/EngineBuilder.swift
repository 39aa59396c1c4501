import ConsentEngine
import ConsentModel
import ConsentRender

/// Builds small flows in a few lines.
struct FlowBuilder {
  var flow = FlowDefinition(name: "test")

  init() {
    flow.accounts = ["free", "work"]
    flow.dates = FlowDates(published: Day(number: 100), decision: Day(number: 110))
    flow.inputGuardMicroseconds = 500_000
    flow.styles = [Style(name: "ground", foreground: 0, background: 0xFFFFFF)]
    flow.signs.tooSmallText = text("too small")
    flow.outcomes = ["finished", "quit"]
  }

  mutating func text(_ string: String) -> Int32 {
    let glyphs = string.unicodeScalars.map { $0 == "\n" ? Glyph.newline : Glyph(scalar: $0.value, columns: 1) }
    flow.texts.append(Text(pieces: [.literal(glyphs)]))
    return Int32(flow.texts.count - 1)
  }

  mutating func variable(
    _ name: String, _ initial: Int32 = 0, values: [String] = [], bounds: ClosedRange<Int32> = 0...1000,
    from source: Variable.Source = .steps
  ) -> Int32 {
    flow.variables.append(
      Variable(name: name, values: values, initial: initial, bounds: bounds, source: source))
    return Int32(flow.variables.count - 1)
  }

  mutating func toggleVariable(_ name: String, _ initial: Int32) -> Int32 {
    variable(name, initial, values: ["unset", "off", "on"])
  }

  mutating func screen(_ name: String, shape: Screen.Shape = .full) -> Int32 {
    flow.screens.append(Screen(name: name, shape: shape))
    return Int32(flow.screens.count - 1)
  }

  mutating func add(_ kind: Element.Kind, _ name: String, on screen: Int32, when: [Condition] = []) -> Int32 {
    var element = Element(name: name, screen: screen, kind: kind)
    element.when = when
    flow.elements.append(element)
    return Int32(flow.elements.count - 1)
  }

  /// A control in the next line of a screen, and next in its focus order.
  @discardableResult
  mutating func button(
    _ name: String, on screen: Int32, when: [Condition] = [], _ steps: Step..., branches: [Branch] = []
  ) -> Int32 {
    let element = add(.button(label: text(name)), name, on: screen, when: when)
    flow.elements[Int(element)].onActivate = steps.isEmpty ? branches : [Branch(steps: steps)]
    return place(element, on: screen)
  }

  @discardableResult
  mutating func toggle(_ name: String, on screen: Int32, _ variable: Int32, _ steps: Step...) -> Int32 {
    let element = add(.toggle(variable: variable, words: [], hitsRow: false), name, on: screen)
    if !steps.isEmpty { flow.elements[Int(element)].onActivate = [Branch(steps: steps)] }
    return place(element, on: screen)
  }

  @discardableResult
  mutating func list(
    _ name: String, on screen: Int32, _ variable: Int32, _ rows: [(when: [Condition], steps: [Step])]
  ) -> Int32 {
    let options = rows.enumerated().map { index, row in
      let option = add(.option(label: text("row \(index)")), "\(name)\(index)", on: screen, when: row.when)
      flow.elements[Int(option)].onActivate = [Branch(steps: row.steps)]
      return option
    }
    return place(add(.list(variable: variable, options: options), name, on: screen), on: screen)
  }

  mutating func lines(_ count: Int, on screen: Int32, fromEnd: Bool = false) {
    let lines = (0..<count).map { add(.text(text("line \($0)")), "line\($0)", on: screen) }
    let scroll = add(.scroll(lines, fromEnd: fromEnd), "scroll", on: screen)
    flow.screens[Int(screen)].children.append(scroll)
  }

  private mutating func place(_ element: Int32, on screen: Int32) -> Int32 {
    flow.screens[Int(screen)].children.append(element)
    flow.screens[Int(screen)].focusOrder.append(element)
    return element
  }

  func element(_ name: String) -> Int32 {
    Int32(flow.elements.firstIndex { $0.name == name } ?? -1)
  }
}

/// A session in a test: keys by their spelling, times in milliseconds.
struct Session {
  let engine: FlowEngine
  var state: FlowState
  var outbox = Outbox()
  var frame = Frame()

  init(_ flow: FlowDefinition, _ inputs: SessionInputs? = nil) {
    engine = FlowEngine(flow)
    let inputs = inputs ?? SessionInputs(date: flow.dates.published, inputGuardMicroseconds: 0)
    state = engine.start(inputs, into: &outbox)
    show()
  }

  private mutating func show() {
    engine.render(state, into: &frame)
    state.lastFrameDigest = frame.digest
  }

  /// Hands over an event `after` so many milliseconds; returns its records.
  @discardableResult
  mutating func send(_ input: Input, after milliseconds: Int64 = 1000) -> [LogRecord] {
    let at = SessionTime(microseconds: state.now.microseconds + milliseconds * 1000)
    engine.step(&state, Event(at: at, input), into: &outbox)
    show()
    return outbox.records
  }

  /// Presses keys, one a second; returns the records of the last.
  @discardableResult
  mutating func press(_ keys: String..., after milliseconds: Int64 = 1000) -> [LogRecord] {
    for key in keys { send(.key(Key(spelling: key)!), after: milliseconds) }
    return outbox.records
  }

  var screen: String { engine.flow.screens[Int(state.view.screen)].name }
  var focus: String { state.view.focus < 0 ? "-" : engine.flow.elements[Int(state.view.focus)].name }
  var agreement: Agreement { engine.agreement(state) }
  func value(_ name: String) -> Int32 {
    state.view.values[engine.flow.variables.firstIndex { $0.name == name }!]
  }
  func exposure(_ name: String) -> Exposure {
    agreement.exposures[engine.flow.elements.firstIndex { $0.name == name }!]
  }
}

/// A pop-up over a chat, with settings and long terms: every feature of the machine in one small flow.
struct Sample {
  var builder = FlowBuilder()
  let training: Int32
  let chat: Int32
  let popup: Int32
  let more: Int32
  let after: Int32
  let settings: Int32

  var flow: FlowDefinition { builder.flow }

  init(preset: Int32 = 2) {
    training = builder.toggleVariable("training", preset)
    let stands = builder.variable("stands", from: .standing(term: 1))
    let phase = builder.variable("phase", from: .phase)
    _ = builder.variable("prompts", from: .prompts)
    let since = builder.variable("since", from: .daysSincePrompt)
    _ = builder.variable("choice", from: .choice(term: 1))
    _ = builder.variable("seen", from: .onScreenMilliseconds(term: 1))
    _ = builder.variable("left", from: .daysLeft)
    _ = builder.variable("how", from: .provenance(term: 1))
    _ = builder.variable("soon", from: .possiblyAccidental(term: 1))
    chat = builder.screen("chat")
    popup = builder.screen("popup", shape: .card)
    more = builder.screen("more")
    after = builder.screen("after")
    settings = builder.screen("settings")
    let open = Condition(variable: stands, .isIn(0b11))
    builder.lines(40, on: chat, fromEnd: true)
    builder.button("send", on: chat, .set(variable: since, value: 9999))
    builder.flow.screens[Int(chat)].timer = Screen.Timer(
      idleMicroseconds: 500_000,
      branches: [
        Branch(when: [open, Condition(variable: since, .atLeast(1))], steps: [.open(screen: popup)])
      ])
    builder.button(
      "accept", on: popup,
      branches: [
        Branch(
          when: [Condition(variable: training, .isIn(0b110))],
          steps: [.decide(term: 0, standing: .agreed), .decideFromControl(term: 1), .go(screen: after)]),
        Branch(steps: [.decideFromControl(term: 1)]),
      ])
    builder.button(
      "not_now", on: popup, when: [Condition(variable: phase, .below(1))], .defer_(term: 0), .defer_(term: 1),
      .pass(days: 1), .back)
    let toggle = builder.toggle("switch", on: popup, training)
    builder.button("learn", on: popup, .open(screen: more))
    builder.button("sure", on: popup, .reaffirm(term: 1))
    builder.flow.screens[Int(popup)].initialFocus = builder.element("accept")
    builder.flow.screens[Int(popup)].isPrompt = true
    builder.flow.screens[Int(popup)].backdrop = chat
    builder.flow.screens[Int(popup)].keys = [
      Screen.KeyBinding(key: Key("a"), element: builder.element("accept"))
    ]
    builder.lines(60, on: more)
    builder.button("close", on: more, .back)
    builder.flow.screens[Int(more)].onEscape = [Branch(steps: [.back])]
    builder.button("finish", on: after, .end(outcome: 0))
    builder.button("to_settings", on: after, .open(screen: settings))
    builder.flow.screens[Int(after)].initialFocus = builder.element("finish")
    builder.toggle("later", on: settings, training, .changeFromControl(term: 1))
    builder.button("done", on: settings, .back)
    builder.flow.screens[Int(settings)].onOpen = [Branch(steps: [.showStanding(term: 1)])]
    builder.flow.screens[Int(settings)].initialFocus = builder.element("later")
    builder.flow.terms = [
      Term(name: "terms", kind: .terms),
      Term(name: "training", kind: .purpose, control: training, elements: [toggle, builder.element("later")]),
    ]
    builder.flow.entries = [.init(name: "chat", screen: chat), .init(name: "popup", screen: popup)]
  }

  /// A session that begins with the pop-up.
  func atPopup(guardMilliseconds: Int32 = 0) -> Session {
    Session(
      flow,
      SessionInputs(entry: 1, date: flow.dates.published, inputGuardMicroseconds: guardMilliseconds * 1000))
  }
}
