import ConsentModel
import ConsentRender

// Fields, numbers and sliders: what keys enter into them. Editing is adding at the end, taking off the end, and emptying.
extension FlowEngine {
  /// What a key does in the blank that has the focus; false when it means there what it means elsewhere.
  func enter(_ key: Key, into blank: Int32, _ state: inout FlowState, _ outbox: inout Outbox) -> Bool {
    if key == .enter {
      moveFocus(forward: true, &state, &outbox)
      return true
    }
    let isTaken: Bool
    switch tables.controls[Int(blank)].kind {
    case .field: isTaken = type(key, into: blank, &state, &outbox)
    case .number: isTaken = count(key, into: blank, &state, &outbox)
    case .slider: isTaken = move(key, on: blank, &state, &outbox)
    case .none, .press, .toggle, .list, .option: return false
    }
    if isTaken { return true }
    // A character that has no meaning here must not act on the screen either.
    guard key.isCharacter || key == .typed || key == .typedWide else { return false }
    outbox.append(.missed(.noMeaning))
    return true
  }

  // MARK: Fields

  private func type(_ key: Key, into field: Int32, _ state: inout FlowState, _ outbox: inout Outbox) -> Bool {
    let control = tables.controls[Int(field)]
    let room = tables.rooms[Int(control.room)]
    let count = min(max(state.view.values[Int(control.variable)], 0), room.maximum)
    switch key {
    case .typed, .typedWide:
      guard count < room.maximum else {
        outbox.append(.missed(.atLimit))
        return true
      }
      let word = Int(room.firstWord &+ count >> 6)
      let bit = UInt64(1) << UInt64(count & 63)
      if key == .typedWide { state.view.widths[word] |= bit } else { state.view.widths[word] &= ~bit }
      operate(field, to: count &+ 1, &state, &outbox)
    case .backspace: operate(field, to: max(0, count &- 1), &state, &outbox)
    case .clear: operate(field, to: 0, &state, &outbox)
    // There is no place in a field but its end.
    case .left, .right: outbox.append(.missed(.noMeaning))
    default: return false
    }
    return true
  }

  /// Notes that what was typed was lost with the process that knew it: fields that lie on the screen now are emptied, all
  /// others when their screen is opened again.
  func loseFields(_ state: inout FlowState, _ outbox: inout Outbox) {
    for field in state.isLost.indices { state.isLost[field] = true }
    state.hasLostFields = !state.isLost.isEmpty
    for index in state.stack.indices { emptyLostFields(of: state.stack[index].screen, &state, &outbox) }
  }

  /// Empties the fields of a screen whose text nobody knows any more.
  func emptyLostFields(of screen: Int32, _ state: inout FlowState, _ outbox: inout Outbox) {
    for field in state.isLost.indices where state.isLost[field] {
      let room = tables.rooms[field]
      guard tables.controls[Int(room.element)].screen == screen else { continue }
      state.isLost[field] = false
      set(room.variable, to: 0, &state, &outbox)
    }
  }

  // MARK: Numbers

  private func count(_ key: Key, into number: Int32, _ state: inout FlowState, _ outbox: inout Outbox) -> Bool {
    let variable = Int(tables.controls[Int(number)].variable)
    let value = max(state.view.values[variable], -1)
    switch key {
    case .backspace: operate(number, to: value < 10 ? -1 : value / 10, &state, &outbox)
    case .clear: operate(number, to: -1, &state, &outbox)
    case .left, .right: outbox.append(.missed(.noMeaning))
    default:
      guard let digit = key.digit else { return false }
      let longer = Int64(max(value, 0)) &* 10 &+ Int64(digit)
      if longer > Int64(tables.bounds[variable].upperBound) {
        outbox.append(.missed(.atLimit))
      } else {
        operate(number, to: Int32(longer), &state, &outbox)
      }
    }
    return true
  }

  // MARK: Sliders

  private func move(_ key: Key, on slider: Int32, _ state: inout FlowState, _ outbox: inout Outbox) -> Bool {
    let control = tables.controls[Int(slider)]
    let maximum = max(tables.bounds[Int(control.variable)].upperBound, 0)
    let value = min(max(state.view.values[Int(control.variable)], -1), maximum)
    switch key {
    // From no point the first key leads to the middle, so that neither end is nearer.
    case .left where value < 0, .right where value < 0:
      operate(slider, to: maximum / 2 / control.step &* control.step, &state, &outbox)
    case .left: operate(slider, to: max(0, (value &- 1) / control.step &* control.step), &state, &outbox)
    case .right:
      let next = (Int64(value) / Int64(control.step) &+ 1) &* Int64(control.step)
      operate(slider, to: Int32(min(next, Int64(maximum))), &state, &outbox)
    case .home: operate(slider, to: 0, &state, &outbox)
    case .end: operate(slider, to: maximum, &state, &outbox)
    case .backspace, .clear: operate(slider, to: -1, &state, &outbox)
    default:
      guard let digit = key.digit else { return false }
      // Digits are a number, which begins anew where it would become too large.
      let longer = Int64(max(value, 0)) &* 10 &+ Int64(digit)
      operate(slider, to: longer > Int64(maximum) ? min(Int32(digit), maximum) : Int32(longer), &state, &outbox)
    }
    return true
  }

  /// A click on the track: the point is brought to the nearest whole step.
  func slide(_ slider: Int32, to point: Int32, _ state: inout FlowState, _ outbox: inout Outbox) {
    let control = tables.controls[Int(slider)]
    let maximum = Int64(max(tables.bounds[Int(control.variable)].upperBound, 0))
    let step = Int64(control.step)
    let value = min((Int64(point) &+ step / 2) / step &* step, maximum)
    let isNew = state.view.focus != slider
    focus(slider, &state, &outbox)
    if isNew, state.view.values[Int(control.variable)] == Int32(value) { return }
    operate(slider, to: Int32(value), &state, &outbox)
  }
}
