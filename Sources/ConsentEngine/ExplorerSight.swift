import ConsentModel
import ConsentRender

// What a search reads off the frame: where can be clicked, and what has been visible.
extension Explorer {
  private static let wheel: [Input] = [
    .mouse(Mouse(.wheelDown, column: 0, row: 0)), .mouse(Mouse(.wheelUp, column: 0, row: 0)),
  ]

  /// The index of a click among the inputs.
  mutating func clickInput(_ input: Input) -> Int32 {
    if let known = clickInputs[input] { return known }
    inputs.append(input)
    clickInputs[input] = Int32(inputs.count - 1)
    return Int32(inputs.count - 1)
  }

  /// The watched elements that have been visible, and what the session has been like, once the present state is shown
  /// after a node.
  mutating func seen(after parent: Int32) -> UInt64 {
    guard !watched.isEmpty || !marks.isEmpty else { return 0 }
    var bits = parent >= 0 ? nodes[Int(parent)].seen : 0
    if !watched.isEmpty {
      engine.render(state, into: &frame)
      for region in frame.regions {
        if let bit = watched.firstIndex(of: region.element) { bits |= 1 << UInt64(bit) }
      }
    }
    let before = parent >= 0 ? nodes[Int(parent)].seen : 0
    for (index, mark) in marks.enumerated() where mark.holds(state, seen: bits, before: before, of: watched) {
      bits |= 1 << UInt64(watched.count + index)
    }
    return bits
  }

  /// The clicks that may do something in the present state: on every control, every row of a list, and the wheel.
  mutating func clicks(at node: Int32) -> [Input] {
    engine.render(state, into: &frame)
    let places = frame.regions.filter { $0.state.contains(.control) || $0.kind == .option }.map {
      Input.mouse(Mouse(.press, column: $0.column, row: $0.row))
    }
    return places + (nodes[Int(node)].geometry.maximumScroll > 0 ? Explorer.wheel : [])
  }
}
