import ConsentEngine
import ConsentModel

/// A breadth-first search with keys over the states of a flow, told apart by everything but times.
struct StateSearch {
  let engine: FlowEngine
  /// How many states may be found before it gives up.
  var limit = 20_000
  /// Which variables tell states apart: all but those that are lengths of time.
  private let isRead: [Bool]

  /// Every key comes this long after what was before it, past any guard.
  private static let pauseMicroseconds: Int64 = 60_000_000

  init(_ engine: FlowEngine) {
    self.engine = engine
    isRead = engine.flow.variables.map { variable in
      switch variable.source {
      case .onScreenMilliseconds, .focusedMilliseconds, .latencyMilliseconds, .operations, .possiblyAccidental: false
      case .steps, .account, .entry, .presentation, .date, .phase, .daysLeft, .prompts, .daysSincePrompt, .standing,
        .provenance, .choice, .policy, .compiled, .drawn:
        true
      }
    }
  }

  /// Where a search has come to.
  struct Found {
    /// The keys, and the waits between them.
    var inputs: [Input]
    /// The state after them.
    var state: FlowState
    /// How many keys there are.
    var keys: Int { inputs.count { $0 != .wake } }
  }

  /// What one input does.
  func step(_ state: FlowState, _ input: Input) -> (state: FlowState, records: [LogRecord]) {
    var next = state
    var outbox = Outbox()
    let at =
      input == .wake
      ? max(state.now, state.wakeAt ?? state.now) : state.now.advanced(byMicroseconds: StateSearch.pauseMicroseconds)
    engine.step(&next, Event(at: at, input), into: &outbox)
    return (next, outbox.records)
  }

  /// The nearest state that is a goal, or nil.
  ///
  /// - Parameters:
  ///   - start: where it begins; it may be the goal itself.
  ///   - isAllowed: whether the search goes on from a state.
  func nearest(
    from start: FlowState, isAllowed: (FlowState) -> Bool = { _ in true }, isGoal: (FlowState) -> Bool
  ) -> Found? {
    if isGoal(start) { return Found(inputs: [], state: start) }
    var nodes: [(state: FlowState, parent: Int, via: Input)] = [(start, -1, .wake)]
    var known: Set<[Int32]> = [key(start)]
    var level = [0]
    while !level.isEmpty, nodes.count < limit {
      var next: [Int] = []
      var position = 0
      while position < level.count {
        let node = level[position]
        position += 1
        let state = nodes[node].state
        guard !state.isOver else { continue }
        for input in inputs(of: state) {
          let (found, _) = step(state, input)
          let isFree = input == .wake
          guard isGoal(found) || isAllowed(found), known.insert(key(found)).inserted else { continue }
          nodes.append((found, node, input))
          if isGoal(found) {
            return Found(inputs: path(nodes.count - 1, nodes.map { ($0.parent, $0.via) }), state: found)
          }
          // Waiting costs nothing.
          if isFree { level.append(nodes.count - 1) } else { next.append(nodes.count - 1) }
        }
      }
      level = next
    }
    return nil
  }

  private func path(_ node: Int, _ nodes: [(parent: Int, via: Input)]) -> [Input] {
    var inputs: [Input] = []
    var node = node
    while nodes[node].parent >= 0 {
      inputs.append(nodes[node].via)
      node = nodes[node].parent
    }
    return inputs.reversed()
  }

  private func inputs(of state: FlowState) -> [Input] {
    var keys: [Key] = [.enter, .space, .tab, .backTab, .down, .up, .escape]
    let screen = engine.flow.screens[Int(state.view.screen)]
    keys += screen.keys.map(\.key)
    if state.view.focus >= 0, case .list(_, let options) = engine.flow.elements[Int(state.view.focus)].kind {
      keys += (1...9).prefix(options.count).map { Key(Unicode.Scalar(UInt8(0x30 + $0))) }
    }
    return (state.wakeAt == nil ? [] : [Input.wake]) + keys.map { .key($0) }
  }

  private func key(_ state: FlowState) -> [Int32] {
    var key: [Int32] = [state.view.focus, state.date.number, state.prompts, state.isOver ? 1 : 0, state.outcome ?? -1]
    key += state.stack.map(\.screen)
    key.append(-1)
    for (value, isRead) in zip(state.view.values, isRead) where isRead { key.append(value) }
    for term in engine.flow.terms.indices { key.append(Int32(state.standing(of: term).rawValue)) }
    return key
  }
}
