import ConsentModel
import ConsentRender

// What a search has found.
extension Explorer {
  /// The way to a node.
  func path(to node: Int32) -> Exploration.Path {
    var inputs: [Input] = []
    var node = node
    while nodes[Int(node)].parent >= 0 {
      let via = Int(nodes[Int(node)].via)
      if via < -1 { inputs += sequences[-2 - via].reversed() } else { inputs.append(self.inputs[via]) }
      node = nodes[Int(node)].parent
    }
    inputs.reverse()
    let date = node == eve ? Day(number: engine.flow.dates.decision.number &- 1) : firstDate
    return Exploration.Path(inputs: inputs, keys: inputs.count { $0 != .wake }, date: date)
  }

  /// What was found.
  func result() -> Exploration {
    var result = Exploration()
    result.states = nodes.count
    result.steps = steps
    result.isComplete = isComplete
    result.dropped = dropped
    result.screens = Array(repeating: nil, count: screenCount)
    result.outcomes = Array(repeating: nil, count: engine.flow.outcomes.count)
    var known: Set<[Standing]> = []
    for node in order {
      let facts = nodes[Int(node)]
      let screen = screen(of: node)
      if result.screens[screen] == nil { result.screens[screen] = path(to: node) }
      if facts.outcome >= 0, Int(facts.outcome) < result.outcomes.count,
        result.outcomes[Int(facts.outcome)] == nil
      {
        result.outcomes[Int(facts.outcome)] = path(to: node)
      }
      let first = Int(node) * termCount
      let standings = (0..<termCount).map { terms[first + $0].agreement.standing }
      if known.insert(standings).inserted {
        result.decisions.append(Exploration.Decision(standings: standings, path: path(to: node)))
      }
    }
    if isComplete { noteTraps(in: &result) }
    return result
  }

  func screen(of node: Int32) -> Int {
    Int(stacks[Int(node) * screenCount + Int(nodes[Int(node)].depth) - 1].screen)
  }

  /// From which nodes an end can be reached: goes back from every end.
  func canEnd() -> ContiguousArray<Bool> {
    var starts = ContiguousArray<Int32>(repeating: 0, count: nodes.count + 1)
    for edge in edges { starts[Int(edge.to) + 1] += 1 }
    for index in nodes.indices { starts[index + 1] += starts[index] }
    var fill = starts
    var sources = ContiguousArray<Int32>(repeating: 0, count: edges.count)
    for edge in edges {
      sources[Int(fill[Int(edge.to)])] = edge.from
      fill[Int(edge.to)] += 1
    }
    var canEnd = ContiguousArray(nodes.map(\.isOver))
    var pending = nodes.indices.filter { nodes[$0].isOver }
    while let node = pending.popLast() {
      for index in Int(starts[node])..<Int(starts[node + 1]) where !canEnd[Int(sources[index])] {
        canEnd[Int(sources[index])] = true
        pending.append(Int(sources[index]))
      }
    }
    return canEnd
  }

  private func noteTraps(in result: inout Exploration) {
    let canEnd = canEnd()
    var screens: Set<Int> = []
    for node in order where !canEnd[Int(node)] {
      result.traps += 1
      screens.insert(screen(of: node))
      if result.trap == nil { result.trap = path(to: node) }
    }
    result.trappedScreens = screens.sorted().map { Int32($0) }
  }

  /// What the states are, but for focus, scroll and the cursors of lists.
  func contents() -> Set<[Int32]> {
    let width = keyWidth
    let firstFeature = 8 + 2 * screenCount + termCount
    // A cursor counts only where a condition reads it.
    var isCursor = [Bool](repeating: false, count: features.count)
    for (position, feature) in features.enumerated() {
      isCursor[position] =
        engine.tables.controls.contains { $0.kind == .list && Int($0.variable) == feature.variable }
        && !engine.tables.conditions.contains { Int($0.variable) == feature.variable }
    }
    var contents: Set<[Int32]> = []
    for node in nodes.indices {
      var key = Array(keys[node * width..<(node + 1) * width])
      key[1] = 0
      key[2] = 0
      for place in 0..<screenCount { key[8 + 2 * place + 1] = 0 }
      var values = [Int32](repeating: 0, count: valueCount)
      for (position, feature) in features.enumerated() where !isCursor[position] {
        values[feature.variable] = key[firstFeature + position]
      }
      contents.insert(key[..<firstFeature] + values)
    }
    return contents
  }

  /// The shortest way to a state in which a property does not hold, or nil.
  mutating func violation(of property: Exploration.Property) -> Exploration.Path? {
    for node in order {
      load(node)
      if !property.holds(state) { return path(to: node) }
    }
    return nil
  }

  /// Counts the states from which the stop key and one key more do not stop the session, and says where stopping leads.
  mutating func stopping() -> (unstoppable: Int, leadsTo: Set<Int32>) {
    var count = 0
    var leadsTo: Set<Int32> = []
    for node in nodes.indices where !nodes[node].isOver && !isStopped(Int32(node)) {
      load(Int32(node))
      if !isQuestion(state) { engine.step(&state, Event(at: Explorer.moment, inputs[Int(stopInput)]), into: &outbox) }
      guard !state.isOver else { continue }
      let ends = isQuestion(state) ? stopsAtOneKey() : []
      if ends.isEmpty { count += 1 }
      leadsTo.formUnion(ends)
    }
    return (count, leadsTo)
  }

  private func isQuestion(_ state: borrowing FlowState) -> Bool { state.view.screen == engine.tables.stopScreen }

  private func isStopped(_ node: Int32) -> Bool {
    let screen = screen(of: node)
    return engine.tables.isStopping[screen] && screen != Int(engine.tables.stopScreen)
  }

  /// Where one key, or one number, at the question leads that stops the session; −1 is its end.
  private mutating func stopsAtOneKey() -> Set<Int32> {
    let question = state
    let screen = Int(engine.tables.stopScreen)
    var ends: Set<Int32> = []
    for input in screenKeys[screen] + screenChoices[screen] {
      state = question
      state.hasStopped = false
      engine.step(&state, Event(at: Explorer.moment, inputs[Int(input)]), into: &outbox)
      if state.hasStopped || state.isOver { ends.insert(state.isOver ? -1 : state.view.screen) }
    }
    return ends
  }
}
