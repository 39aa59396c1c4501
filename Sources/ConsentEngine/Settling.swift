import ConsentModel
import ConsentRender

// What every event ends with: focus, cursors, layout and scroll that fit each other, and the exposure of what is shown.
extension FlowEngine {
  func settle(_ state: inout FlowState, _ outbox: inout Outbox) {
    if state.isOver {
      state.wakeAt = nil
      closeExposure(&state)
      return
    }
    refresh(&state, &outbox)
    if state.areValuesChanged {
      keepCursors(&state, &outbox)
      keepFocus(&state, &outbox)
      refresh(&state, &outbox)
      state.areValuesChanged = false
    }
    if state.isLayoutStale {
      // Who reads the end of a chat goes on reading its end.
      let followsEnd = state.geometry.startsAtEnd && state.view.scroll >= state.geometry.maximumScroll
      layOut(&state)
      state.isFocusMoved = true
      let maximum = state.geometry.maximumScroll
      state.view.scroll = followsEnd ? maximum : min(max(state.view.scroll, 0), maximum)
    }
    if state.isFocusMoved {
      state.isFocusMoved = false
      if state.view.focus >= 0, state.geometry.maximumScroll > 0 {
        let layout = painter.layout(for: state.view)
        state.view.scroll = layout.scroll(toShow: state.view.focus, from: state.view.scroll)
      }
    }
    guard state.keepsExposure else { return }
    if state.isVisibleStale || state.isFreshlyOpened || state.visibleScroll != state.view.scroll { see(&state) }
    let exposed = state.geometry.isTooSmall ? -1 : state.view.focus
    if exposed != state.exposedFocus {
      closeFocus(&state)
      state.exposedFocus = exposed
    }
  }

  /// Brings the layout's numbers up to date.
  func layOut(_ state: inout FlowState) {
    guard state.isLayoutStale else { return }
    state.isLayoutStale = false
    state.isVisibleStale = true
    let layout = painter.layout(for: state.view)
    state.geometry = FlowState.Geometry(
      maximumScroll: layout.maximumScroll, pageRows: Int32(layout.pageRows), isTooSmall: layout.isTooSmall,
      isFallback: layout.isFallback, startsAtEnd: layout.startsAtEnd)
  }

  /// Keeps the cursor of each list of the screen on a row that is there; one that may be under 0 stays on no row until a
  /// key sets it.
  func keepCursors(_ state: inout FlowState, _ outbox: inout Outbox) {
    for index in tables.pages[Int(state.view.screen)].lists.range {
      let control = tables.controls[Int(tables.indices[index])]
      let row = state.view.values[Int(control.variable)]
      if row < 0, tables.bounds[Int(control.variable)].lowerBound < 0 { continue }
      if row >= 0, row < control.options.count,
        isThere(tables.indices[Int(control.options.start &+ row)], state)
      {
        continue
      }
      for row in 0..<control.options.count where isThere(tables.indices[Int(control.options.start &+ row)], state) {
        set(control.variable, to: row, &state, &outbox)
        break
      }
    }
  }

  /// Moves the focus on when its control has gone.
  private func keepFocus(_ state: inout FlowState, _ outbox: inout Outbox) {
    let old = state.view.focus
    guard old >= 0, !isThere(old, state) else { return }
    focus(neighbour(of: old, forward: true, state), &state, &outbox)
  }

  // MARK: Exposure

  /// Counts for what was visible until now, and notes what is visible from now on.
  private func see(_ state: inout FlowState) {
    closeVisible(&state)
    state.isVisibleStale = false
    state.visibleScroll = state.view.scroll
    state.visible.removeAll(keepingCapacity: true)
    state.visibleTerms = 0
    let isFirst = state.isFreshlyOpened
    if isFirst { noteOpening(&state) }
    let layout = painter.layout(for: state.view)
    layout.forEachVisible(scroll: state.view.scroll) { element, share in
      let index = Int(element)
      if share > state.exposures[index].largestShare { state.exposures[index].largestShare = share }
      if isFirst { noteFirst(share, of: index, &state) }
      // A link that is broken into two lines is there twice and counts once.
      if tables.controls[index].kind == .press, state.visible.contains(element) { return }
      state.visible.append(element)
      state.visibleTerms |= tables.controls[index].terms
    }
  }

  /// Nothing of a screen that has just been opened counts as visible until it is found to be.
  private func noteOpening(_ state: inout FlowState) {
    state.isFreshlyOpened = false
    let screen = state.view.screen
    for index in tables.controls.indices where tables.controls[index].screen == screen {
      state.exposures[index].shareAtOpening = 0
      guard state.promptScreen == screen else { continue }
      var terms = tables.controls[index].terms
      while terms != 0 {
        state.terms[terms.trailingZeroBitCount].shareAtPrompt = 0
        terms &= terms &- 1
      }
    }
  }

  /// Notes how much of an element was visible in the first frame of its screen, for a prompt also for its terms.
  private func noteFirst(_ share: UInt8, of index: Int, _ state: inout FlowState) {
    state.exposures[index].shareAtOpening = max(state.exposures[index].shareAtOpening, share)
    guard state.promptScreen == state.view.screen else { return }
    var terms = tables.controls[index].terms
    while terms != 0 {
      let term = terms.trailingZeroBitCount
      state.terms[term].shareAtPrompt = max(state.terms[term].shareAtPrompt, Int16(share))
      terms &= terms &- 1
    }
  }

  private func closeVisible(_ state: inout FlowState) {
    let time = state.clock &- state.settledAt
    state.settledAt = state.clock
    guard time > 0 else { return }
    for element in state.visible { state.exposures[Int(element)].onScreenMicroseconds &+= time }
    var terms = state.visibleTerms
    while terms != 0 {
      state.terms[terms.trailingZeroBitCount].onScreen &+= time
      terms &= terms &- 1
    }
  }

  private func closeFocus(_ state: inout FlowState) {
    let time = state.clock &- state.focusedAt
    state.focusedAt = state.clock
    guard time > 0, state.exposedFocus >= 0 else { return }
    let index = Int(state.exposedFocus)
    state.exposures[index].focusedMicroseconds &+= time
    state.exposures[index].longestFocusMicroseconds = max(state.exposures[index].longestFocusMicroseconds, time)
    var terms = tables.controls[index].terms
    while terms != 0 {
      state.terms[terms.trailingZeroBitCount].focused &+= time
      terms &= terms &- 1
    }
  }

  private func closeExposure(_ state: inout FlowState) {
    closeVisible(&state)
    closeFocus(&state)
    state.visible.removeAll(keepingCapacity: true)
    state.visibleTerms = 0
    state.exposedFocus = -1
  }

  /// Microseconds for which any control of a term was on screen until now.
  func onScreen(_ term: Int, _ state: borrowing FlowState) -> Int64 {
    let runs = state.visibleTerms >> UInt64(term) & 1 == 1
    return state.terms[term].onScreen &+ (runs ? state.clock &- state.settledAt : 0)
  }

  /// Microseconds for which any control of a term had the focus until now.
  func focused(_ term: Int, _ state: borrowing FlowState) -> Int64 {
    guard state.exposedFocus >= 0 else { return state.terms[term].focused }
    let runs = tables.controls[Int(state.exposedFocus)].terms >> UInt64(term) & 1 == 1
    return state.terms[term].focused &+ (runs ? state.clock &- state.focusedAt : 0)
  }

  // MARK: Agreement

  /// What a session has agreed to as it is now, exposure until the last event included.
  ///
  /// For a term that nothing was decided about, preset, operations and the control's times are those until now.
  public func agreement(_ state: FlowState) -> Agreement {
    var settled = state
    closeExposure(&settled)
    let terms = settled.terms.map { term in
      var agreement = term.agreement
      if agreement.standing == .undecided, agreement.decidedStanding == .undecided {
        agreement.preset = term.preset
        agreement.operations = term.operations
        agreement.controlShareAtPrompt = term.shareAtPrompt
        agreement.controlOnScreenMicroseconds = term.onScreen
        agreement.controlFocusedMicroseconds = term.focused
      }
      return agreement
    }
    return Agreement(
      terms: terms, prompts: state.prompts, date: state.date, outcome: state.outcome, leave: state.leave,
      exposures: settled.exposures)
  }
}
