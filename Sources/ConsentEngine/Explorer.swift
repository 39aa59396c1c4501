import ConsentModel
import ConsentRender

/// A breadth-first search over projected states; a wake costs nothing, every key one.
struct Explorer {
  /// How a variable enters the projection.
  struct Feature {
    var variable: Int
    var range: ClosedRange<Int32>
    /// Of a blank: the values from which on conditions tell it apart, in order. The range counts for all others.
    var cuts: [Int32]?
    /// Whether it is read whatever screen there is: by a policy, or by a property that was asked about.
    var isAlwaysRead: Bool
  }

  /// What of a state its values and stack do not hold.
  struct Node {
    var focus: Int32
    var scroll: Int32
    var date: Day
    var prompts: Int32
    var promptDay: Int32
    var outcome: Int32
    var depth: Int32
    var isArmed: Bool
    var isOver: Bool
    var isExpanded = false
    var geometry: FlowState.Geometry
    var distance: Int32
    var parent: Int32
    var via: Int32
    /// Which of the watched elements have been visible on the way here, one bit each.
    var seen: UInt64
    /// The same without the frame of this state: what had been visible when the last key was pressed.
    var before: UInt64
  }

  let engine: FlowEngine
  private let limit: Int
  let features: [Feature]
  let dropped: [Int32]
  /// For every screen and feature (screen × features + feature) whether it can still be read.
  private let isLive: [Bool]
  private let passesDays: Bool
  private let countsDays: Bool
  private let opening: Int32
  let firstDate: Day
  /// The node at which the session starts on the last day before the decision date, or −1.
  var eve: Int32 = -1
  var state: FlowState
  var outbox = Outbox()

  var nodes: ContiguousArray<Node> = []
  private var values: ContiguousArray<Int32> = []
  var terms: ContiguousArray<FlowState.TermState> = []
  var stacks: ContiguousArray<FlowState.Place> = []
  var keys: ContiguousArray<Int32> = []
  private var key: ContiguousArray<Int32>
  /// How many numbers tell a state apart.
  var keyWidth: Int { key.count }
  private var slots: ContiguousArray<Int32>
  var edges: ContiguousArray<(from: Int32, to: Int32, via: Int32)> = []
  var inputs: ContiguousArray<Input> = []
  /// What is entered into a blank at once; `via` is −2 less the index.
  var sequences: [[Input]] = []
  private var wakeInput: Int32 = 0
  var screenKeys: [[Int32]] = []
  /// Among lines: for every screen the choices of its controls and of the rows of its lists.
  var screenChoices: [[Int32]] = []
  let isLinear: Bool
  /// Whether it clicks instead of pressing keys.
  private let clicks: Bool
  /// The elements for which is told apart whether they have been visible; at most 64.
  let watched: [Int32]
  /// What is told apart whether the session has been so; a bit each, after those of the elements.
  let marks: [StateTest]
  var frame = Frame()
  var clickInputs: [Input: Int32] = [:]
  var stopInput: Int32 = 0
  var order: ContiguousArray<Int32> = []
  var steps = 0
  var isComplete = true

  let valueCount: Int
  let termCount: Int
  let screenCount: Int

  // Positions in `inputs`.
  private static let plain: [Key] = [.tab, .backTab, .enter, .space, .escape, .up, .down, .left, .right]
  /// Positions in `plain` of Enter and Escape.
  private static let lines: [Int32] = [2, 4]
  private static let scrolling: [Key] = [.home, .end, .pageUp, .pageDown]

  /// Every key comes this long after its prompt.
  static let moment = SessionTime(milliseconds: 3_600_000)

  init(
    _ engine: FlowEngine, _ sessionInputs: SessionInputs, opening screen: Int32, limit: Int, countsDays: Bool,
    watching: [Int32], telling: [Condition] = [], seeing watched: [Int32] = [], marking marks: [StateTest] = [],
    clicks: Bool = false
  ) {
    precondition(watched.count + marks.count <= FlowEngine.mostWatched, "there is a bit for each that is watched")
    self.engine = engine
    self.watched = watched
    self.marks = marks
    self.clicks = clicks
    self.limit = max(limit, 1)
    self.countsDays = countsDays
    opening = screen
    firstDate = sessionInputs.date
    let flow = engine.flow
    var state = FlowState(flow, rooms: engine.tables.rooms, inputs: sessionInputs)
    state.keepsExposure = false
    engine.restart(&state, sessionInputs, opening: screen, into: &outbox)
    self.state = state
    (features, dropped) = Explorer.features(of: engine, start: state.view.values, watching, telling)
    let liveness = Liveness(engine.tables, screens: flow.screens.count)
    let features = features
    isLive = flow.screens.indices.flatMap { screen in
      features.map { liveness.isLive($0.variable, screen: screen) || $0.isAlwaysRead }
    }
    passesDays = engine.tables.steps.contains { if case .pass = $0 { true } else { false } }
    valueCount = flow.variables.count
    termCount = flow.terms.count
    screenCount = flow.screens.count
    key = ContiguousArray(
      repeating: 0, count: 8 + 2 * screenCount + termCount + features.count + (watched.isEmpty && marks.isEmpty ? 0 : 4)
    )
    slots = ContiguousArray(repeating: -1, count: 1 << 12)
    let fixed = Explorer.plain + Explorer.scrolling + (1...9).map { Key(Unicode.Scalar(UInt8(0x30 + $0))) }
    inputs = ContiguousArray(fixed.map { Input.key($0) })
    wakeInput = Int32(inputs.count)
    inputs.append(.wake)
    stopInput = Int32(inputs.count)
    inputs.append(.key(engine.tables.stopKey))
    isLinear = state.view.presentation == .linear
    for screen in flow.screens.indices {
      let controls = engine.tables.controls
      screenChoices.append(
        controls.indices.filter { isLinear && Int(controls[$0].screen) == screen && controls[$0].isChoice }.map {
          inputs.append(.choose(control: Int32($0)))
          return Int32(inputs.count - 1)
        })
    }
    for screen in flow.screens {
      screenKeys.append(
        screen.keys.map { binding in
          inputs.append(.key(binding.key))
          return Int32(inputs.count - 1)
        })
    }
    enter(parent: -1, via: -1, distance: 0)
  }

  /// The variables that keep their first value through a session.
  private static func constants(of engine: FlowEngine) -> [Bool] {
    let tables = engine.tables
    var isConstant = engine.flow.variables.map { variable in
      switch variable.source {
      case .steps, .account, .entry, .presentation, .compiled, .drawn: true
      case .date, .phase, .daysLeft, .prompts, .daysSincePrompt, .standing, .provenance, .choice,
        .onScreenMilliseconds, .focusedMilliseconds, .operations, .latencyMilliseconds, .possiblyAccidental, .policy:
        false
      }
    }
    for step in tables.steps {
      switch step {
      case .set(let variable, _), .add(let variable, _): isConstant[Int(variable)] = false
      case .decide, .decideFromControl, .defer_, .reaffirm, .changeFromControl, .showStanding, .go, .open, .back, .pass,
        .end:
        break
      }
    }
    for control in tables.controls where control.isPresent && control.variable >= 0 {
      isConstant[Int(control.variable)] = false
    }
    for term in tables.terms where term.control >= 0 { isConstant[Int(term.control)] = false }
    return isConstant
  }

  /// Which variables tell states apart, and how finely.
  private static func features(
    of engine: FlowEngine, start: [Int32], _ watching: [Int32], _ telling: [Condition]
  ) -> ([Feature], dropped: [Int32]) {
    let flow = engine.flow
    let tables = engine.tables
    let isConstant = constants(of: engine)
    var ranges: [ClosedRange<Int32>?] = Array(repeating: nil, count: flow.variables.count)
    func include(_ variable: Int32, _ range: ClosedRange<Int32>) {
      guard !isConstant[Int(variable)] else { return }
      let old = ranges[Int(variable)] ?? range
      ranges[Int(variable)] = min(old.lowerBound, range.lowerBound)...max(old.upperBound, range.upperBound)
    }
    func include(_ span: FlowTables.Span) { include(Array(tables.conditions[span.range])) }
    func include(_ conditions: [Condition]) {
      // What a constant rules out can never be read.
      for condition in conditions where isConstant[Int(condition.variable)] && !condition.holds(start) { return }
      for condition in conditions {
        switch condition.test {
        case .atLeast(let bound), .below(let bound):
          include(condition.variable, (bound == .min ? bound : bound - 1)...bound)
        case .isIn(let mask):
          let top = Int32(63 - mask.leadingZeroBitCount)
          include(condition.variable, -1...max(top + 1, 0))
        }
      }
    }
    for variable in watching { include(variable, 0...1) }
    for condition in telling { include([condition]) }
    for act in tables.acts { include(act.when) }
    for control in tables.controls where control.isPresent { include(control.when) }
    for span in tables.alternatives { include(span) }
    for control in tables.controls where control.isPresent && control.variable >= 0 && !control.isBlank {
      include(control.variable, -1...64)
    }
    let blanks = BlankCuts(tables, watching: watching, telling: telling, start: start, isConstant: isConstant)
    for term in tables.terms where term.control >= 0 { include(term.control, -1...64) }
    for derived in tables.derived {
      guard case .policy(let facts, _, _) = derived.source, ranges[Int(derived.variable)] != nil else { continue }
      for fact in tables.facts[facts.range] {
        if case .variable(let variable) = fact { include(variable, -1...64) }
      }
    }
    var features: [Feature] = []
    var dropped: [Int32] = []
    for (index, range) in ranges.enumerated() {
      if let range {
        let isNamed = !flow.variables[index].values.isEmpty
        features.append(
          Feature(
            variable: index, range: isNamed ? Int32.min...Int32.max : range, cuts: blanks.cuts(of: index),
            isAlwaysRead: tables.isFact[index] || watching.contains(Int32(index))))
      } else {
        dropped.append(Int32(index))
      }
    }
    return (features, dropped)
  }

  // MARK: Search

  /// Searches until a state is the goal, everything is found, or the limit is reached; returns the goal's node.
  @discardableResult
  mutating func search(from start: Int32 = 0, until isGoal: (borrowing FlowState) -> Bool) -> Int32? {
    var level: [Int32] = [start]
    var next: [Int32] = []
    // What takes more than one key is found at once, and met when its turn has come.
    var later: [Int32: [Int32]] = [:]
    var distance: Int32 = 0
    while !level.isEmpty || !later.isEmpty {
      var position = 0
      while position < level.count {
        let node = level[position]
        position += 1
        guard !nodes[Int(node)].isExpanded, nodes[Int(node)].distance == distance else { continue }
        nodes[Int(node)].isExpanded = true
        order.append(node)
        load(node)
        if isGoal(state) { return node }
        if nodes[Int(node)].isOver { continue }
        if nodes[Int(node)].isArmed, let found = take(wakeInput, from: node, distance: distance) { level.append(found) }
        forEachKey(of: node) { explorer, input in
          if let found = explorer.take(input, from: node, distance: distance + 1) { next.append(found) }
        }
        for sequence in entries(at: node) {
          let end = distance + Int32(sequence.count)
          if let found = take(sequence, from: node, distance: end) { later[end, default: []].append(found) }
        }
        if nodes.count > limit {
          isComplete = false
          return nil
        }
      }
      swap(&level, &next)
      next.removeAll(keepingCapacity: true)
      distance += 1
      if let due = later.removeValue(forKey: distance) { level += due }
    }
    return nil
  }

  /// Searches on from a session that starts on the last day before the decision date.
  ///
  /// Where days are not counted, a session that starts early never gets there, though days do pass.
  mutating func searchFromEve() {
    let day = Day(number: engine.flow.dates.decision.number &- 1)
    guard passesDays, !countsDays, isComplete, state.inputs.date < day else { return }
    var inputs = state.inputs
    inputs.date = day
    engine.restart(&state, inputs, opening: opening, into: &outbox)
    guard let root = enter(parent: -1, via: -1, distance: 0) else { return }
    eve = root
    search(from: root) { _ in false }
  }

  private mutating func forEachKey(of node: Int32, _ body: (inout Explorer, Int32) -> Void) {
    let focus = nodes[Int(node)].focus
    let kind = focus >= 0 ? engine.tables.controls[Int(focus)].kind : .none
    let screen = Int(stacks[Int(node) * screenCount + Int(nodes[Int(node)].depth) - 1].screen)
    if state.inputs.asksBeforeStopping { body(&self, stopInput) }
    guard !clicks else {
      for click in self.clicks(at: node) { body(&self, clickInput(click)) }
      return
    }
    guard !isLinear else {
      // What can be typed there: a number, Enter alone, Escape, and the letters that a screen knows. Where a blank has
      // the focus a line goes into it.
      for input in Explorer.lines { body(&self, input) }
      if focus >= 0, engine.tables.controls[Int(focus)].isBlank { return }
      for input in screenChoices[screen] + screenKeys[screen] { body(&self, input) }
      return
    }
    for input in 0..<Explorer.plain.count { body(&self, Int32(input)) }
    if nodes[Int(node)].geometry.maximumScroll > 0 || kind == .list {
      for input in 0..<Explorer.scrolling.count { body(&self, Int32(Explorer.plain.count + input)) }
    }
    if kind == .list {
      let count = min(9, Int(engine.tables.controls[Int(focus)].options.count))
      for digit in 0..<count { body(&self, Int32(Explorer.plain.count + Explorer.scrolling.count + digit)) }
    }
    for index in screenKeys[screen].indices { body(&self, screenKeys[screen][index]) }
  }

  /// Takes a step; returns the node it leads to when that was not known, or not known to be so near.
  private mutating func take(_ input: Int32, from node: Int32, distance: Int32) -> Int32? {
    load(node)
    engine.step(&state, Event(at: Explorer.moment, inputs[Int(input)]), into: &outbox)
    steps += 1
    return enter(parent: node, via: input, distance: distance)
  }

  /// Enters something into the blank that has the focus, key by key, as one step.
  private mutating func take(_ sequence: [Input], from node: Int32, distance: Int32) -> Int32? {
    load(node)
    for input in sequence { engine.step(&state, Event(at: Explorer.moment, input), into: &outbox) }
    steps += 1
    let found = enter(parent: node, via: -2 - Int32(sequences.count), distance: distance)
    if found != nil { sequences.append(sequence) }
    return found
  }

  /// The value of a variable at a node.
  func value(of variable: Int, at node: Int32) -> Int32 { values[Int(node) * valueCount + variable] }

  @discardableResult
  private mutating func enter(parent: Int32, via: Int32, distance: Int32) -> Int32? {
    // The engine has no use for what follows from an end; whoever asks about it has.
    if state.isOver { engine.refresh(&state, &outbox) }
    project()
    let before = parent >= 0 ? nodes[Int(parent)].seen : 0
    let bits = seen(after: parent)
    if !(watched.isEmpty && marks.isEmpty) {
      key[key.count - 4] = Int32(truncatingIfNeeded: before)
      key[key.count - 3] = Int32(truncatingIfNeeded: before >> 32)
      key[key.count - 2] = Int32(truncatingIfNeeded: bits)
      key[key.count - 1] = Int32(truncatingIfNeeded: bits >> 32)
    }
    if slots.count < 2 * nodes.count { rehash() }
    var slot = Int(truncatingIfNeeded: hash(key, from: 0)) & (slots.count - 1)
    let width = key.count
    while slots[slot] >= 0 {
      let known = slots[slot]
      if isEqual(known, width) {
        if parent >= 0, known != parent { edges.append((parent, known, via)) }
        guard distance < nodes[Int(known)].distance, !nodes[Int(known)].isExpanded else { return nil }
        nodes[Int(known)].distance = distance
        nodes[Int(known)].parent = parent
        nodes[Int(known)].via = via
        return known
      }
      slot = (slot + 1) & (slots.count - 1)
    }
    let node = Int32(nodes.count)
    slots[slot] = node
    keys.append(contentsOf: key)
    nodes.append(
      Node(
        focus: state.view.focus, scroll: state.view.scroll, date: state.date, prompts: state.prompts,
        promptDay: state.promptDay, outcome: state.outcome ?? -1, depth: Int32(state.stack.count),
        isArmed: state.wakeAt != nil, isOver: state.isOver, geometry: state.geometry, distance: distance,
        parent: parent, via: via, seen: bits, before: before))
    values.append(contentsOf: state.view.values)
    terms.append(contentsOf: state.terms)
    stacks.append(contentsOf: state.stack)
    for _ in state.stack.count..<screenCount { stacks.append(FlowState.Place(screen: -1, focus: -1, scroll: 0)) }
    if parent >= 0 { edges.append((parent, node, via)) }
    return node
  }

  /// Makes `state` the state of a node.
  mutating func load(_ index: Int32) {
    let node = nodes[Int(index)]
    state.now = Explorer.moment
    state.promptAt = .zero
    state.guardedAt = .zero
    state.promptScreen = -1
    state.date = node.date
    state.prompts = node.prompts
    state.promptDay = node.promptDay
    state.outcome = node.outcome < 0 ? nil : node.outcome
    state.isOver = node.isOver
    state.wakeAt = node.isArmed ? Explorer.moment : nil
    state.geometry = node.geometry
    state.view.focus = node.focus
    state.view.scroll = node.scroll
    state.isLayoutStale = false
    state.stale = []
    state.areValuesChanged = false
    state.isFocusMoved = false
    let first = Int(index) * valueCount
    for value in 0..<valueCount { state.view.values[value] = values[first + value] }
    let firstTerm = Int(index) * termCount
    for term in 0..<termCount { state.terms[term] = terms[firstTerm + term] }
    state.stack.removeAll(keepingCapacity: true)
    let firstPlace = Int(index) * screenCount
    for place in 0..<Int(node.depth) { state.stack.append(stacks[firstPlace + place]) }
    state.view.screen = state.stack[Int(node.depth) - 1].screen
    state.view.showsStop = engine.showsStop(on: state.view.screen, state)
  }

  // MARK: Projection

  /// Writes what tells the present state apart into `key`.
  private mutating func project() {
    let maximum = state.geometry.maximumScroll
    key[0] = Int32(state.stack.count)
    key[1] = state.view.focus
    key[2] = state.view.scroll <= 0 ? 0 : state.view.scroll >= maximum ? 2 : 1
    key[3] = state.wakeAt == nil ? 0 : 1
    key[4] = state.isOver ? 1 : 0
    key[5] = state.outcome ?? -1
    let daysLeft = engine.flow.dates.decision.number &- state.date.number
    // One at a time, or as far as they lead to another phase.
    key[6] = countsDays && passesDays ? max(daysLeft, 0) : min(max(daysLeft, 0), 2)
    key[7] = min(state.prompts, 2)
    var position = 8
    for index in 0..<screenCount {
      let isThere = index < state.stack.count
      key[position] = isThere ? state.stack[index].screen : -1
      // What the top of the stack remembers is overwritten when it is covered.
      key[position + 1] = index + 1 < state.stack.count ? state.stack[index].focus : -1
      position += 2
    }
    for term in 0..<termCount {
      let facts = state.terms[term]
      key[position] =
        Int32(facts.agreement.standing.rawValue) | (facts.isReaffirmed ? 8 : 0)
        | (facts.agreement.wasWithdrawn ? 16 : 0)
      position += 1
    }
    for (index, feature) in features.enumerated() {
      var isRead = false
      for place in state.stack where isLive[Int(place.screen) * features.count + index] {
        isRead = true
        break
      }
      let value = state.view.values[feature.variable]
      if let cuts = feature.cuts {
        key[position] = isRead ? Int32(cuts.count { $0 <= value }) : .min
      } else {
        key[position] = isRead ? min(max(value, feature.range.lowerBound), feature.range.upperBound) : .min
      }
      position += 1
    }
  }

  private func hash(_ words: borrowing ContiguousArray<Int32>, from first: Int) -> UInt64 {
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15
    for index in first..<first + key.count {
      state = (state ^ UInt64(UInt32(bitPattern: words[index]))) &* 0xD6E8_FEB8_6659_FD93
      state ^= state >> 32
    }
    return state
  }

  private func isEqual(_ node: Int32, _ width: Int) -> Bool {
    let first = Int(node) * width
    for index in 0..<width where keys[first + index] != key[index] { return false }
    return true
  }

  private mutating func rehash() {
    slots = ContiguousArray(repeating: -1, count: slots.count * 4)
    for node in nodes.indices {
      var slot = Int(truncatingIfNeeded: hash(keys, from: node * key.count)) & (slots.count - 1)
      while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = Int32(node)
    }
  }
}
