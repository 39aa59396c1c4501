import ConsentModel
import ConsentRender

// Keys, clicks and wakes: what they mean on the current screen.
extension FlowEngine {
  @inline(__always)
  private func page(_ state: borrowing FlowState) -> FlowTables.Page { tables.pages[Int(state.view.screen)] }

  /// Whether a control or an option is on its screen as things stand.
  @inline(__always)
  func isThere(_ element: Int32, _ state: borrowing FlowState) -> Bool {
    tables.isThere(element, state.view.values)
  }

  /// Why keys and clicks mean nothing at the moment, or nil.
  private func obstacle(_ state: borrowing FlowState) -> MissReason? {
    if state.geometry.isTooSmall { return .tooSmall }
    let guardMicroseconds = Int64(max(state.inputs.inputGuardMicroseconds, 0))
    guard state.promptScreen >= 0, state.now.microseconds &- state.guardedAt.microseconds < guardMicroseconds else {
      return nil
    }
    for place in state.stack where place.screen == state.promptScreen { return .guarded }
    return nil
  }

  // MARK: Keys

  func press(_ key: Key, _ state: inout FlowState, _ outbox: inout Outbox) {
    arm(&state)
    if isStopKey(key, state) {
      stop(&state, &outbox)
      return
    }
    if let obstacle = obstacle(state) {
      outbox.append(.missed(obstacle))
      return
    }
    let page = page(state)
    let focused = state.view.focus
    let kind = focused >= 0 ? tables.controls[Int(focused)].kind : .none
    if focused >= 0, tables.controls[Int(focused)].isBlank, enter(key, into: focused, &state, &outbox) { return }
    for index in page.keys.range where tables.bindings[index].key == key {
      let element = tables.bindings[index].element
      guard isThere(element, state) else { continue }
      focus(element, &state, &outbox)
      activate(element, &state, &outbox)
      return
    }
    switch key {
    case .tab, .right: moveFocus(forward: true, &state, &outbox)
    case .backTab, .left: moveFocus(forward: false, &state, &outbox)
    case .enter:
      if focused >= 0 { activate(focused, &state, &outbox) } else { outbox.append(.missed(.noMeaning)) }
    case .space:
      switch kind {
      case .press, .toggle: activate(focused, &state, &outbox)
      case .none, .list, .option, .field, .number, .slider: outbox.append(.missed(.noMeaning))
      }
    case .escape:
      if !perform(page.onEscape, &state, &outbox) { outbox.append(.missed(.noMeaning)) }
    case .up, .down:
      let isDown = key == .down
      if kind == .list {
        moveCursor(of: focused, by: isDown ? 1 : -1, &state, &outbox)
      } else if state.geometry.maximumScroll > 0 {
        scroll(to: state.view.scroll &+ (isDown ? 1 : -1), &state, &outbox)
      } else {
        moveFocus(forward: isDown, &state, &outbox)
      }
    case .pageUp: scroll(to: state.view.scroll &- state.geometry.pageRows, &state, &outbox)
    case .pageDown: scroll(to: state.view.scroll &+ state.geometry.pageRows, &state, &outbox)
    case .home, .end:
      let isEnd = key == .end
      if kind == .list {
        moveCursor(of: focused, by: isEnd ? Int32.max : -Int32.max, &state, &outbox)
      } else {
        scroll(to: isEnd ? Int32.max : 0, &state, &outbox)
      }
    default:
      guard kind == .list, let digit = key.digit, digit > 0 else {
        outbox.append(.missed(.noMeaning))
        return
      }
      moveCursor(of: focused, toVisible: digit - 1, &state, &outbox)
    }
  }

  /// Gives a control the focus.
  func focus(_ element: Int32, _ state: inout FlowState, _ outbox: inout Outbox) {
    guard state.view.focus != element else { return }
    state.view.focus = element
    state.isFocusMoved = true
    outbox.append(.focused(element: element))
  }

  /// Moves the focus round the controls that are there.
  func moveFocus(forward: Bool, _ state: inout FlowState, _ outbox: inout Outbox) {
    let next = neighbour(of: state.view.focus, forward: forward, state)
    if next < 0 {
      outbox.append(.missed(.noMeaning))
    } else if next == state.view.focus {
      outbox.append(.missed(.atLimit))
    } else {
      focus(next, &state, &outbox)
    }
  }

  /// The next control in the order of Tab that is there, starting beside `element`; `element` itself comes last.
  func neighbour(of element: Int32, forward: Bool, _ state: borrowing FlowState) -> Int32 {
    let order = tables.pages[Int(state.view.screen)].focusOrder
    let count = Int(order.count)
    guard count > 0 else { return -1 }
    var position = forward ? -1 : count
    for index in 0..<count where tables.indices[Int(order.start) + index] == element { position = index }
    for _ in 0..<count {
      position += forward ? 1 : -1
      if position >= count { position = 0 }
      if position < 0 { position = count - 1 }
      let candidate = tables.indices[Int(order.start) + position]
      if isThere(candidate, state) { return candidate }
    }
    return -1
  }

  // MARK: Lists

  /// Moves a list's cursor by visible rows, at most to its first or last.
  private func moveCursor(of list: Int32, by distance: Int32, _ state: inout FlowState, _ outbox: inout Outbox) {
    let control = tables.controls[Int(list)]
    let isDown = distance > 0
    var left = distance.magnitude
    var row = state.view.values[Int(control.variable)]
    var best = row
    while left > 0 {
      row &+= isDown ? 1 : -1
      guard row >= 0, row < control.options.count else { break }
      if isThere(tables.indices[Int(control.options.start &+ row)], state) {
        best = row
        left -= 1
      }
    }
    operate(list, to: best, &state, &outbox)
  }

  /// Moves a list's cursor to the visible row with this number, from 0.
  private func moveCursor(of list: Int32, toVisible number: Int, _ state: inout FlowState, _ outbox: inout Outbox) {
    let options = tables.controls[Int(list)].options
    var left = number
    for row in 0..<options.count where isThere(tables.indices[Int(options.start &+ row)], state) {
      if left == 0 {
        operate(list, to: row, &state, &outbox)
        return
      }
      left -= 1
    }
    outbox.append(.missed(.noMeaning))
  }

  // MARK: Operating

  /// Gives the variable of a list or a blank a value; a key that changes nothing is a miss.
  func operate(_ element: Int32, to value: Int32, _ state: inout FlowState, _ outbox: inout Outbox) {
    let variable = tables.controls[Int(element)].variable
    guard state.view.values[Int(variable)] != value else {
      outbox.append(.missed(.atLimit))
      return
    }
    operated(element, value: value, &state, &outbox)
    set(variable, to: value, &state, &outbox)
  }

  private func operated(_ element: Int32, value: Int32, _ state: inout FlowState, _ outbox: inout Outbox) {
    outbox.append(.operated(element: element, value: value))
    state.exposures[Int(element)].operations &+= 1
  }

  /// Operates a control: presses a button or link, flips a switch, picks the row under a list's cursor.
  private func activate(_ element: Int32, _ state: inout FlowState, _ outbox: inout Outbox) {
    let control = tables.controls[Int(element)]
    switch control.kind {
    case .none: outbox.append(.missed(.noMeaning))
    case .press, .option:
      operated(element, value: 0, &state, &outbox)
      perform(control.acts, &state, &outbox)
    case .toggle:
      let value: Int32 = state.view.values[Int(control.variable)] == 2 ? 1 : 2
      operated(element, value: value, &state, &outbox)
      for term in state.terms.indices where tables.terms[term].control == control.variable {
        state.terms[term].operations &+= 1
      }
      set(control.variable, to: value, &state, &outbox)
      perform(control.acts, &state, &outbox)
    case .list:
      let row = state.view.values[Int(control.variable)]
      guard row >= 0, row < control.options.count else {
        outbox.append(.missed(.noMeaning))
        return
      }
      let option = tables.indices[Int(control.options.start &+ row)]
      guard isThere(option, state) else {
        outbox.append(.missed(.noMeaning))
        return
      }
      operated(option, value: 0, &state, &outbox)
      if !perform(tables.controls[Int(option)].acts, &state, &outbox) { perform(control.acts, &state, &outbox) }
    case .field, .number, .slider:
      // A key that leads to a blank only gives it the focus.
      if outbox.records.isEmpty { outbox.append(.missed(.noMeaning)) }
    }
  }

  // MARK: Scrolling

  private func scroll(to line: Int32, _ state: inout FlowState, _ outbox: inout Outbox) {
    let line = min(max(line, 0), state.geometry.maximumScroll)
    guard line != state.view.scroll else {
      outbox.append(.missed(.atLimit))
      return
    }
    state.view.scroll = line
    outbox.append(.scrolled(line: line))
  }

  // MARK: Mouse and numbered choices

  func point(_ mouse: Mouse, _ state: inout FlowState, _ outbox: inout Outbox) {
    switch mouse.action {
    case .release: outbox.append(.noted)
    case .wheelUp, .wheelDown:
      if state.geometry.isTooSmall {
        outbox.append(.missed(.tooSmall))
      } else {
        scroll(to: state.view.scroll &+ (mouse.action == .wheelUp ? -3 : 3), &state, &outbox)
      }
    case .press:
      arm(&state)
      if let obstacle = obstacle(state) {
        outbox.append(.missed(obstacle))
        return
      }
      let layout = painter.layout(for: state.view)
      let hit = layout.hit(column: Int(mouse.column), row: Int(mouse.row), scroll: state.view.scroll)
      if hit >= 0, tables.controls[Int(hit)].kind == .slider, isThere(hit, state) {
        let maximum = tables.bounds[Int(tables.controls[Int(hit)].variable)].upperBound
        let point = layout.point(of: hit, at: Int(mouse.column), maximum: max(maximum, 0)) ?? 0
        slide(hit, to: point, &state, &outbox)
      } else {
        pick(hit, &state, &outbox)
      }
    }
  }

  func choose(_ element: Int32, _ state: inout FlowState, _ outbox: inout Outbox) {
    arm(&state)
    if let obstacle = obstacle(state) {
      outbox.append(.missed(obstacle))
      return
    }
    let isHere =
      element >= 0 && element < Int32(clamping: tables.controls.count)
      && tables.controls[Int(element)].screen == state.view.screen
    pick(isHere ? element : -1, &state, &outbox)
  }

  /// Focuses and operates what was clicked or chosen.
  private func pick(_ element: Int32, _ state: inout FlowState, _ outbox: inout Outbox) {
    guard element >= 0, isThere(element, state) else {
      outbox.append(.missed(.noControl))
      return
    }
    let control = tables.controls[Int(element)]
    switch control.kind {
    case .none: outbox.append(.missed(.noControl))
    case .press, .toggle:
      focus(element, &state, &outbox)
      activate(element, &state, &outbox)
    case .option:
      focus(control.list, &state, &outbox)
      let variable = tables.controls[Int(control.list)].variable
      if state.view.values[Int(variable)] != control.row {
        operate(control.list, to: control.row, &state, &outbox)
      }
      activate(control.list, &state, &outbox)
    case .list, .field, .number, .slider:
      // A list as such decides nothing, only its rows do; into a blank something is entered by keys.
      if state.view.focus == element {
        outbox.append(.missed(.noControl))
      } else {
        focus(element, &state, &outbox)
      }
    }
  }

  // MARK: Wake and size

  func wake(_ state: inout FlowState, _ outbox: inout Outbox) {
    guard let due = state.wakeAt, state.now >= due else {
      outbox.append(.missed(.early))
      return
    }
    state.wakeAt = nil
    if !perform(page(state).timer, &state, &outbox) { outbox.append(.noted) }
  }

  func resize(_ size: Size, _ state: inout FlowState, _ outbox: inout Outbox) {
    let size = Size(columns: Int(size.columns), rows: Int(size.rows))
    if state.view.size != size {
      state.view.size = size
      state.isLayoutStale = true
    }
    outbox.append(.resized(size))
  }

  /// Starts the idle time of the current screen's timer again.
  func arm(_ state: inout FlowState) {
    let idle = page(state).idle
    guard idle >= 0 else {
      state.wakeAt = nil
      return
    }
    let (due, isOverflow) = state.now.microseconds.addingReportingOverflow(idle)
    state.wakeAt = SessionTime(microseconds: isOverflow ? .max : due)
  }
}
