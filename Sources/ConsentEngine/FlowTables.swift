import ConsentModel

/// A flow flattened into tables of plain values, so that a step copies no array and counts no reference.
struct FlowTables: Sendable {
  /// A stretch of one of the tables.
  struct Span: Sendable, BitwiseCopyable {
    var start: Int32 = 0
    var count: Int32 = 0
    var range: Range<Int> { Int(start)..<Int(start) + Int(count) }
  }

  /// A branch: stretches of `conditions` and `steps`.
  struct Act: Sendable, BitwiseCopyable {
    var when: Span
    var steps: Span
  }

  /// What the machine has to know of an element.
  struct Control: Sendable, BitwiseCopyable {
    enum Kind: UInt8, Sendable { case none, press, toggle, list, option, field, number, slider }
    var kind = Kind.none
    var screen: Int32
    /// The variable of a switch, a list or a blank.
    var variable: Int32 = -1
    /// The options of a list, a stretch of `indices`.
    var options = Span()
    /// The list of an option and its row in it.
    var list: Int32 = -1
    var row: Int32 = -1
    var acts = Span()
    /// What must hold for it to be on the screen: its own conditions and those of whatever holds it.
    var when = Span()
    /// A link that stands in several texts: what must hold for the others, a stretch of `alternatives`.
    var alternatives = Span()
    /// Whether any part of its screen shows it at all.
    var isPresent = false
    /// The terms whose control it shows, one bit a term.
    var terms: UInt64 = 0
    /// By how much a slider moves.
    var step: Int32 = 1
    /// The room of a field's widths, an index into `rooms`, or −1.
    var room: Int32 = -1
    /// Whether something is entered into it.
    var isBlank: Bool {
      switch kind {
      case .field, .number, .slider: true
      case .none, .press, .toggle, .list, .option: false
      }
    }
    /// Whether it can be chosen by a number: a list as such cannot, its rows can.
    var isChoice: Bool {
      switch kind {
      case .press, .toggle, .option, .field, .number, .slider: isPresent
      case .none, .list: false
      }
    }
  }

  /// What the machine has to know of a screen.
  struct Page: Sendable, BitwiseCopyable {
    /// Stretches of `indices`: controls in the order of Tab, and lists.
    var focusOrder = Span()
    var lists = Span()
    var onOpen = Span()
    var onEscape = Span()
    /// A stretch of `bindings`.
    var keys = Span()
    var timer = Span()
    /// Idle time of its timer in microseconds, or −1.
    var idle: Int64 = -1
    var initialFocus: Int32 = -1
    var isPrompt = false
  }

  struct Binding: Sendable, BitwiseCopyable {
    var key: Key
    var element: Int32
  }

  struct TermInfo: Sendable, BitwiseCopyable {
    var kind: Term.Kind
    var control: Int32
  }

  /// A variable that the engine derives, and from what.
  struct Derived: Sendable, BitwiseCopyable {
    enum Source: Sendable, BitwiseCopyable {
      case account, entry, presentation, date, phase, daysLeft, prompts, daysSincePrompt
      case standing(Int32), provenance(Int32), choice(Int32)
      case onScreen(Int32), focused(Int32), operations(Int32), latency(Int32), accidental(Int32)
      /// Facts are a stretch of `facts`.
      case policy(facts: Span, effect: Int32, isActual: Bool)
    }
    var variable: Int32
    var source: Source

    /// What it depends on: the session's inputs and the stages of a session, as bits of `Stale`.
    var reads: Stale {
      switch source {
      case .account, .entry, .presentation: .inputs
      case .date, .phase, .daysLeft: .date
      case .prompts: .prompts
      case .daysSincePrompt: [.date, .prompts]
      case .standing, .provenance, .choice, .onScreen, .focused, .operations, .latency, .accidental: .terms
      case .policy: .facts
      }
    }
  }

  /// What changed since the derived variables were last brought up to date.
  struct Stale: OptionSet, Sendable, BitwiseCopyable {
    let rawValue: UInt8
    static let inputs = Stale(rawValue: 1)
    static let date = Stale(rawValue: 2)
    static let prompts = Stale(rawValue: 4)
    static let terms = Stale(rawValue: 8)
    static let facts = Stale(rawValue: 16)
    static let all = Stale(rawValue: 31)
  }

  var acts: ContiguousArray<Act> = []
  var conditions: ContiguousArray<Condition> = []
  var steps: ContiguousArray<Step> = []
  var indices: ContiguousArray<Int32> = []
  var bindings: ContiguousArray<Binding> = []
  var controls: ContiguousArray<Control> = []
  var pages: ContiguousArray<Page> = []
  var terms: ContiguousArray<TermInfo> = []
  /// The fields, and where the widths of their characters are kept.
  var rooms: ContiguousArray<FieldRoom> = []
  var bounds: ContiguousArray<ClosedRange<Int32>> = []
  /// The first value of every variable.
  var initial: ContiguousArray<Int32> = []
  /// The variables that are drawn at the start.
  var draws: ContiguousArray<(variable: Int32, bound: Int32)> = []
  /// The variables that the engine derives, policies last, for these read the others.
  var derived: ContiguousArray<Derived> = []
  /// What each of them depends on.
  var derivedReads: ContiguousArray<Stale> = []
  var facts: ContiguousArray<PolicyFactSource> = []
  /// Whether a policy reads a variable.
  var isFact: ContiguousArray<Bool> = []
  var alternatives: ContiguousArray<Span> = []
  /// Whether a screen's layout shows a variable's value: screen × variables + variable.
  var layoutReads: ContiguousArray<Bool> = []
  /// The conditions that decide which elements a screen has, a stretch of `layoutConditions` a screen.
  var layoutSpans: ContiguousArray<Span> = []
  var layoutConditions: ContiguousArray<Condition> = []
  /// The flow's own stop key and the screen to which it leads; −1 where stopping is leaving.
  var stopKey = Key.stop
  var stopScreen: Int32 = -1
  /// The screens on which a session is being stopped: the question and what follows from it.
  var isStopping: ContiguousArray<Bool> = []
  /// The same while the tables are made; and the further places of links.
  private var conditionsOfScreen: [[Condition]] = []
  private var furtherPlaces: [Int32: [Span]] = [:]

  /// The most terms whose controls' exposure is kept; one bit each.
  static let maximumTerms = 64

  init(_ flow: FlowDefinition) {
    precondition(flow.terms.count <= FlowTables.maximumTerms, "a flow has at most 64 terms")
    controls = ContiguousArray(flow.elements.map { Control(screen: $0.screen) })
    layoutReads = ContiguousArray(repeating: false, count: flow.screens.count * flow.variables.count)
    conditionsOfScreen = Array(repeating: [], count: flow.screens.count)
    rooms = ContiguousArray(flow.fieldRooms)
    for (index, room) in rooms.enumerated() { controls[Int(room.element)].room = Int32(index) }
    terms = ContiguousArray(flow.terms.map { TermInfo(kind: $0.kind, control: $0.control) })
    bounds = ContiguousArray(flow.variables.map(\.bounds))
    initial = ContiguousArray(flow.variables.map(\.initial))
    for (index, variable) in flow.variables.enumerated() {
      if case .drawn(let bound) = variable.source { draws.append((Int32(index), bound)) }
    }
    for (index, screen) in flow.screens.enumerated() { pages.append(page(screen, index, flow)) }
    for (index, term) in flow.terms.enumerated() {
      for element in term.elements { controls[Int(element)].terms |= 1 << UInt64(index) }
    }
    // A card's layout may hold what lies behind it.
    for (index, screen) in flow.screens.enumerated() {
      var list = conditionsOfScreen[index]
      if screen.backdrop >= 0 { list += conditionsOfScreen[Int(screen.backdrop)] }
      layoutSpans.append(Span(start: Int32(layoutConditions.count), count: Int32(list.count)))
      layoutConditions.append(contentsOf: list)
    }
    conditionsOfScreen = []
    for (element, places) in furtherPlaces.sorted(by: { $0.key < $1.key }) {
      controls[Int(element)].alternatives = Span(start: Int32(alternatives.count), count: Int32(places.count))
      alternatives.append(contentsOf: places)
    }
    furtherPlaces = [:]
    for (index, screen) in flow.screens.enumerated() where screen.backdrop >= 0 {
      for variable in flow.variables.indices
      where layoutReads[Int(screen.backdrop) * flow.variables.count + variable] {
        layoutReads[index * flow.variables.count + variable] = true
      }
    }
    isFact = ContiguousArray(repeating: false, count: flow.variables.count)
    for (index, variable) in flow.variables.enumerated() {
      guard let source = derivation(variable.source) else { continue }
      derived.append(Derived(variable: Int32(index), source: source))
    }
    for (index, variable) in flow.variables.enumerated() {
      guard case .policy(let list, let effect, let isActual) = variable.source else { continue }
      let span = Span(start: Int32(facts.count), count: Int32(list.count))
      facts.append(contentsOf: list)
      for case .variable(let fact) in list { isFact[Int(fact)] = true }
      derived.append(
        Derived(variable: Int32(index), source: .policy(facts: span, effect: effect, isActual: isActual)))
    }
    derivedReads = ContiguousArray(derived.map(\.reads))
    noteStopping(flow)
  }

  private mutating func noteStopping(_ flow: FlowDefinition) {
    isStopping = ContiguousArray(repeating: false, count: flow.screens.count)
    guard let stop = flow.stop else { return }
    stopKey = stop.key
    stopScreen = stop.screen
    // In a study stopping leads to the debriefing, which everybody else comes to as well and can be stopped in turn.
    let otherwise = FlowTables.reached(in: flow, from: flow.entries.map(\.screen), without: stop.screen)
    for screen in FlowTables.reached(in: flow, from: [stop.screen], without: -1) {
      isStopping[Int(screen)] = !otherwise.contains(screen)
    }
  }

  /// The screens that the steps of others lead to, whatever the conditions.
  private static func reached(in flow: FlowDefinition, from starts: [Int32], without left: Int32) -> Set<Int32> {
    var found: Set<Int32> = []
    var pending = starts
    while let screen = pending.popLast() {
      guard screen != left, found.insert(screen).inserted else { continue }
      let source = flow.screens[Int(screen)]
      let branches =
        source.onOpen + source.onEscape + (source.timer?.branches ?? [])
        + flow.elements.filter { $0.screen == screen }.flatMap(\.onActivate)
      for step in branches.flatMap(\.steps) {
        switch step {
        case .go(let next), .open(let next): pending.append(next)
        case .set, .add, .decide, .decideFromControl, .defer_, .reaffirm, .changeFromControl, .showStanding, .back,
          .pass, .end:
          break
        }
      }
    }
    return found
  }

  /// Where a derived variable other than a policy's comes from; nil for every other one.
  private func derivation(_ source: Variable.Source) -> Derived.Source? {
    switch source {
    case .steps, .compiled, .drawn, .policy: nil
    case .account: .account
    case .entry: .entry
    case .presentation: .presentation
    case .date: .date
    case .phase: .phase
    case .daysLeft: .daysLeft
    case .prompts: .prompts
    case .daysSincePrompt: .daysSincePrompt
    case .standing(let term): .standing(term)
    case .provenance(let term): .provenance(term)
    case .choice(let term): .choice(term)
    case .onScreenMilliseconds(let term): .onScreen(term)
    case .focusedMilliseconds(let term): .focused(term)
    case .operations(let term): .operations(term)
    case .latencyMilliseconds(let term): .latency(term)
    case .possiblyAccidental(let term): .accidental(term)
    }
  }

  private mutating func span(_ list: [Condition]) -> Span {
    conditions.append(contentsOf: list)
    return Span(start: Int32(conditions.count - list.count), count: Int32(list.count))
  }

  private mutating func span(_ list: [Int32]) -> Span {
    indices.append(contentsOf: list)
    return Span(start: Int32(indices.count - list.count), count: Int32(list.count))
  }

  private mutating func span(_ branches: [Branch]) -> Span {
    var flat: [Act] = []
    for branch in branches {
      let when = span(branch.when)
      flat.append(Act(when: when, steps: Span(start: Int32(steps.count), count: Int32(branch.steps.count))))
      steps.append(contentsOf: branch.steps)
    }
    acts.append(contentsOf: flat)
    return Span(start: Int32(acts.count - flat.count), count: Int32(flat.count))
  }

  private mutating func page(_ screen: Screen, _ index: Int, _ flow: FlowDefinition) -> Page {
    var page = Page()
    var lists: [Int32] = []
    add(screen.children, to: index, under: [], in: flow, page: &page, lists: &lists)
    page.lists = span(lists)
    page.focusOrder = span(
      screen.focusOrder.filter { controls[Int($0)].isPresent && flow.elements[Int($0)].isControl })
    page.onOpen = span(screen.onOpen)
    page.onEscape = span(screen.onEscape)
    page.keys = Span(start: Int32(bindings.count), count: Int32(screen.keys.count))
    bindings.append(contentsOf: screen.keys.map { Binding(key: $0.key, element: $0.element) })
    if let timer = screen.timer {
      page.idle = max(timer.idleMicroseconds, 0)
      page.timer = span(timer.branches)
    }
    page.initialFocus = screen.initialFocus
    page.isPrompt = screen.isPrompt
    return page
  }

  private mutating func add(
    _ children: [Int32], to screen: Int, under outer: [Condition], in flow: FlowDefinition, page: inout Page,
    lists: inout [Int32]
  ) {
    let variables = flow.variables.count
    for child in children {
      let element = flow.elements[Int(child)]
      let when = outer + element.when
      guard !controls[Int(child)].isPresent else {
        // Only a link can stand in several texts, of which conditions choose one.
        if case .link = element.kind { furtherPlaces[child, default: []].append(span(when)) }
        continue
      }
      var control = controls[Int(child)]
      control.isPresent = true
      control.when = span(when)
      control.acts = span(element.onActivate)
      conditionsOfScreen[screen] += element.when
      switch element.kind {
      case .text(let text):
        controls[Int(child)] = control
        read(text, on: screen, flow)
        let links = flow.texts[Int(text)].pieces.compactMap { piece -> Int32? in
          if case .link(let link) = piece { link } else { nil }
        }
        add(links, to: screen, under: when, in: flow, page: &page, lists: &lists)
      case .gap, .rule: break
      case .button(let label), .link(let label):
        control.kind = .press
        read(label, on: screen, flow)
      case .toggle(let variable, let words, _):
        control.kind = .toggle
        control.variable = variable
        if !words.isEmpty { layoutReads[screen * variables + Int(variable)] = true }
        for word in words { read(word, on: screen, flow) }
      case .list(let variable, let options):
        control.kind = .list
        control.variable = variable
        control.options = span(options)
        lists.append(child)
        controls[Int(child)] = control
        add(options, to: screen, under: when, in: flow, page: &page, lists: &lists)
        for (row, option) in options.enumerated() {
          controls[Int(option)].kind = .option
          controls[Int(option)].list = child
          controls[Int(option)].row = Int32(row)
        }
      case .option(let label):
        read(label, on: screen, flow)
      case .field(let variable, let label):
        enter(.field, variable, label, &control, on: screen, flow)
      case .number(let variable, let label):
        enter(.number, variable, label, &control, on: screen, flow)
      case .slider(let variable, let step, let label):
        enter(.slider, variable, label, &control, on: screen, flow)
        control.step = max(1, step)
      case .row(let children):
        controls[Int(child)] = control
        add(children, to: screen, under: when, in: flow, page: &page, lists: &lists)
      case .scroll(let children, _):
        controls[Int(child)] = control
        add(children, to: screen, under: when, in: flow, page: &page, lists: &lists)
      }
      controls[Int(child)] = control
    }
  }

  private mutating func enter(
    _ kind: Control.Kind, _ variable: Int32, _ label: Int32, _ control: inout Control, on screen: Int,
    _ flow: FlowDefinition
  ) {
    control.kind = kind
    control.variable = variable
    if label >= 0 { read(label, on: screen, flow) }
  }

  private mutating func read(_ text: Int32, on screen: Int, _ flow: FlowDefinition) {
    for case .value(let variable, _) in flow.texts[Int(text)].pieces {
      layoutReads[screen * flow.variables.count + Int(variable)] = true
    }
  }

  /// Whether all conditions of a stretch hold.
  func holds(_ span: Span, _ values: borrowing [Int32]) -> Bool {
    for index in span.range where !conditions[index].holds(values) { return false }
    return true
  }

  /// Whether an element is on its screen for these values.
  @inline(__always)
  func isThere(_ element: Int32, _ values: borrowing [Int32]) -> Bool {
    let control = controls[Int(element)]
    guard control.isPresent else { return false }
    if holds(control.when, values) { return true }
    for index in control.alternatives.range where holds(alternatives[index], values) { return true }
    return false
  }

  /// Whether a screen is laid out otherwise when a variable goes from one value to another.
  func isLayoutChanged(screen: Int, variable: Int32, from old: Int32, to new: Int32) -> Bool {
    if layoutReads[screen &* bounds.count &+ Int(variable)] { return true }
    for index in layoutSpans[screen].range where layoutConditions[index].variable == variable {
      if layoutConditions[index].holds(for: old) != layoutConditions[index].holds(for: new) { return true }
    }
    return false
  }

  /// The first branch of a stretch whose conditions hold, or −1.
  func branch(_ span: Span, _ values: borrowing [Int32]) -> Int {
    for index in span.range where holds(acts[index].when, values) { return index }
    return -1
  }
}

extension Condition {
  /// Whether it holds when its variable has this value.
  func holds(for value: Int32) -> Bool {
    switch test {
    case .isIn(let mask): value >= 0 && value < 64 && mask >> UInt64(value) & 1 == 1
    case .atLeast(let bound): value >= bound
    case .below(let bound): value < bound
    }
  }
}
