import ConsentModel
import ConsentRender

/// What a flow can lead to: everything that exploring it from one start finds, for people to read.
public struct FlowSurvey: Sendable {
  /// The states, outcomes, decisions and traps that keys reach.
  public var exploration: Exploration
  /// For every outcome the way with the fewest clicks, or nil when clicks do not lead there.
  public var outcomesByMouse: [Exploration.Path?]
  /// For every combination of standings that can be reached the way with the fewest clicks, in the order of
  /// `exploration.decisions`; nil where clicks do not lead there.
  public var decisionsByMouse: [Exploration.Path?]
  /// Which screens lead to which, and by what, in the order in which they are met.
  public var moves: [Move]
  /// Elements with a text or a use that are visible in no state.
  public var unseen: [Int32]
  /// Ways to agree to a purpose without any of its controls ever having been visible.
  public var blind: [Blind]

  /// A way from one screen to another.
  public struct Move: Hashable, Sendable {
    /// The screen.
    public var from: Int32
    /// The screen that follows, or −1 where the session ends.
    public var to: Int32
    /// The outcome, where it ends.
    public var outcome: Int32
    /// What leads there, at most a few of many.
    public var by: [Input]
  }

  /// A purpose that can be agreed to unseen.
  public struct Blind: Hashable, Sendable {
    /// Index of the purpose.
    public var term: Int32
    /// The way with the fewest keys.
    public var path: Exploration.Path
  }
}

extension FlowEngine {
  /// Explores a flow from its start with these inputs, with keys and by mouse, and gathers what can be said of it.
  ///
  /// - Parameters:
  ///   - limit: how many states may be found before a search stops, 1 or more.
  ///   - properties: what has to hold in every state.
  public func survey(
    _ inputs: SessionInputs, limit: Int = 1_000_000, properties: [Exploration.Property] = []
  ) -> FlowSurvey {
    let entry = min(Int(inputs.entry), flow.entries.count - 1)
    let opening = flow.entries[entry].screen
    let controls = Set(flow.terms.filter { $0.kind == .purpose }.flatMap(\.elements)).sorted()
    var keys = Explorer(
      self, inputs, opening: opening, limit: limit, countsDays: false, watching: properties.flatMap(\.variables),
      seeing: Array(controls.prefix(64)))
    keys.search { _ in false }
    keys.searchFromEve()
    var exploration = keys.result()
    exploration.violations = properties.map { keys.violation(of: $0) }
    if inputs.asksBeforeStopping { (exploration.unstoppable, exploration.stopsAt) = keys.stopping() }
    var mouse = Explorer(
      self, inputs, opening: opening, limit: limit, countsDays: false, watching: [], clicks: true)
    mouse.search { _ in false }
    let byMouse = mouse.result()
    let decisions = exploration.decisions.map { decision in
      byMouse.decisions.first { $0.standings == decision.standings }?.path
    }
    return FlowSurvey(
      exploration: exploration, outcomesByMouse: byMouse.outcomes, decisionsByMouse: decisions, moves: keys.moves(),
      unseen: keys.unseen(), blind: keys.blind(controls))
  }
}

extension Explorer {
  /// How many inputs of a move are kept.
  private static let mostInputs = 3

  /// The ways between screens.
  func moves() -> [FlowSurvey.Move] {
    struct Ends: Hashable {
      var from: Int
      var to: Int
      var outcome: Int32
    }
    var found: [FlowSurvey.Move] = []
    var known: [Ends: Int] = [:]
    for edge in edges where nodes[Int(edge.from)].isExpanded {
      let isEnd = nodes[Int(edge.to)].isOver
      let from = screen(of: edge.from)
      let to = isEnd ? -1 : screen(of: edge.to)
      guard from != to else { continue }
      let outcome = isEnd ? nodes[Int(edge.to)].outcome : -1
      let input = edge.via < -1 ? sequences[Int(-2 - edge.via)].last ?? .wake : inputs[Int(edge.via)]
      let ends = Ends(from: from, to: to, outcome: outcome)
      if let place = known[ends] {
        if found[place].by.count < Explorer.mostInputs, !found[place].by.contains(input) {
          found[place].by.append(input)
        }
        continue
      }
      known[ends] = found.count
      found.append(FlowSurvey.Move(from: Int32(from), to: Int32(to), outcome: outcome, by: [input]))
    }
    return found
  }

  /// The elements that are visible in no state, of those that have a text or can be operated.
  mutating func unseen() -> [Int32] {
    let flow = engine.flow
    var visible = [Bool](repeating: false, count: flow.elements.count)
    var frame = Frame()
    var last: UInt64?
    for node in order {
      load(node)
      state.view.size = state.inputs.size
      // Of a screen that scrolls one state stands for all places between its ends.
      let most = state.geometry.maximumScroll
      let places = most == 0 ? [0] : Array(stride(from: 0, to: most, by: Int(max(1, state.geometry.pageRows)))) + [most]
      for place in places {
        state.view.scroll = place
        engine.render(state, into: &frame)
        guard frame.digest != last else { continue }
        last = frame.digest
        for region in frame.regions { visible[Int(region.element)] = true }
      }
    }
    return flow.elements.indices.filter { index in
      guard !visible[index] else { return false }
      switch flow.elements[index].kind {
      case .text, .button, .toggle, .link, .option, .field, .number, .slider: return true
      case .gap, .rule, .list, .row, .scroll: return false
      }
    }.map { Int32($0) }
  }

  /// The nearest states in which a purpose is agreed to and none of its controls has been visible.
  func blind(_ controls: [Int32]) -> [FlowSurvey.Blind] {
    var found: [FlowSurvey.Blind] = []
    for (index, term) in engine.flow.terms.enumerated() where term.kind == .purpose && !term.elements.isEmpty {
      var mask: UInt64 = 0
      for element in term.elements {
        if let bit = controls.prefix(64).firstIndex(of: element) { mask |= 1 << UInt64(bit) }
      }
      let first = order.first { node in
        terms[Int(node) * termCount + index].agreement.standing == .agreed && nodes[Int(node)].before & mask == 0
      }
      if let first { found.append(FlowSurvey.Blind(term: Int32(index), path: path(to: first))) }
    }
    return found
  }
}
