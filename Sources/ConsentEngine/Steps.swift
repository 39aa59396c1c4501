import ConsentModel
import ConsentRender

// Branches and what they do: values, decisions, screens, days.
extension FlowEngine {
  /// Takes the first branch whose conditions hold; says whether one did.
  @discardableResult
  func perform(_ span: FlowTables.Span, _ state: inout FlowState, _ outbox: inout Outbox) -> Bool {
    guard span.count > 0 else { return false }
    refresh(&state, &outbox)
    let branch = tables.branch(span, state.view.values)
    guard branch >= 0 else { return false }
    for index in tables.acts[branch].steps.range {
      guard !state.isOver else { break }
      perform(tables.steps[index], &state, &outbox)
    }
    return true
  }

  private func perform(_ step: Step, _ state: inout FlowState, _ outbox: inout Outbox) {
    switch step {
    case .set(let variable, let value): set(variable, to: value, &state, &outbox)
    case .add(let variable, let amount):
      let bounds = tables.bounds[Int(variable)]
      let sum = Int64(state.view.values[Int(variable)]) + Int64(amount)
      let value = min(max(sum, Int64(bounds.lowerBound)), Int64(bounds.upperBound))
      set(variable, to: Int32(value), &state, &outbox)
    case .decide(let term, let standing):
      if standing == .deferred {
        deferDecision(term, &state, &outbox)
      } else {
        let provenance: Provenance = tables.terms[Int(term)].kind == .terms ? .chosen : .explicitRow
        decide(term, standing, provenance, &state, &outbox)
      }
    case .decideFromControl(let term): decideFromControl(term, &state, &outbox)
    case .defer_(let term): deferDecision(term, &state, &outbox)
    case .reaffirm(let term): reaffirm(term, &state)
    case .changeFromControl(let term): changeFromControl(term, &state, &outbox)
    case .showStanding(let term): showStanding(term, &state, &outbox)
    case .go(let screen): open(screen, isReplacing: true, &state, &outbox)
    case .open(let screen): open(screen, isReplacing: false, &state, &outbox)
    case .back: back(&state, &outbox)
    case .pass(let days):
      // Up to the last day of the year 9999.
      let number = min(Int64(state.date.number) + Int64(max(days, 0)), 2_932_896)
      state.date = max(state.date, Day(number: Int32(number)))
      state.stale.insert(.date)
      outbox.append(.passed(to: state.date))
    case .end(let outcome):
      state.outcome = outcome
      state.isOver = true
      outbox.append(.ended(outcome: outcome))
    }
  }

  // MARK: Decisions

  private func decide(
    _ term: Int32, _ standing: Standing, _ provenance: Provenance, _ state: inout FlowState, _ outbox: inout Outbox
  ) {
    state.terms[Int(term)].agreement = facts(of: Int(term), standing, provenance, state)
    state.stale.insert(.terms)
    outbox.append(.decided(term: term, standing: standing, provenance: provenance))
  }

  private func decideFromControl(_ term: Int32, _ state: inout FlowState, _ outbox: inout Outbox) {
    guard let standing = shown(term, state) else {
      outbox.append(.missed(.noMeaning))
      return
    }
    decide(term, standing, provenance(of: term, state), &state, &outbox)
  }

  /// How the control of a term says that it stands; nil while it is unset, or without one.
  private func shown(_ term: Int32, _ state: borrowing FlowState) -> Standing? {
    let control = tables.terms[Int(term)].control
    guard control >= 0 else { return nil }
    switch state.view.values[Int(control)] {
    case 1: return .declined
    case 2: return .agreed
    default: return nil
    }
  }

  /// How the value that the control shows came about.
  private func provenance(of term: Int32, _ state: borrowing FlowState) -> Provenance {
    let value = state.view.values[Int(tables.terms[Int(term)].control)]
    let preset = state.terms[Int(term)].preset
    if preset == 0 { return .chosen }
    // A preset is only confirmed while it is what is decided.
    if state.terms[Int(term)].isReaffirmed, value == preset { return .presetConfirmed }
    if value != preset { return .changed }
    return state.terms[Int(term)].operations == 0 ? .presetUntouched : .changedBack
  }

  private func facts(
    of term: Int, _ standing: Standing, _ provenance: Provenance, _ state: borrowing FlowState
  ) -> TermAgreement {
    var facts = TermAgreement()
    let old = state.terms[term].agreement
    facts.standing = standing
    facts.decidedStanding = standing
    facts.provenance = provenance
    facts.preset = state.terms[term].preset
    facts.operations = state.terms[term].operations
    facts.isReaffirmed = state.terms[term].isReaffirmed
    facts.isAnticipatory = state.isAnticipatory
    facts.controlShareAtPrompt = state.terms[term].shareAtPrompt
    facts.wasWithdrawn = old.wasWithdrawn || (old.standing == .agreed && standing == .declined)
    facts.eventIndex = state.eventCount &- 1
    facts.frameDigest = state.lastFrameDigest
    facts.decidedAt = state.now
    facts.decidedOn = state.date
    if state.prompts > 0 {
      facts.latencyMicroseconds = state.now.microseconds &- state.promptAt.microseconds
      let sinceFrame = state.now.microseconds &- state.guardedAt.microseconds
      let afterGuard = sinceFrame &- Int64(max(state.inputs.inputGuardMicroseconds, 0))
      facts.isPossiblyAccidental = afterGuard >= 0 && afterGuard < FlowEngine.accidentMicroseconds
    }
    facts.controlOnScreenMicroseconds = onScreen(term, state)
    facts.controlFocusedMicroseconds = focused(term, state)
    return facts
  }

  private func deferDecision(_ term: Int32, _ state: inout FlowState, _ outbox: inout Outbox) {
    switch state.terms[Int(term)].agreement.standing {
    case .agreed, .declined: return
    case .undecided, .deferred: break
    }
    state.terms[Int(term)].agreement = facts(of: Int(term), .deferred, .deferred, state)
    state.stale.insert(.terms)
    outbox.append(.deferred(term: term))
  }

  private func reaffirm(_ term: Int32, _ state: inout FlowState) {
    state.terms[Int(term)].isReaffirmed = true
    // The question may also come after the decision that it confirms.
    guard state.terms[Int(term)].agreement.provenance == .presetUntouched else { return }
    state.terms[Int(term)].agreement.isReaffirmed = true
    state.terms[Int(term)].agreement.provenance = .presetConfirmed
    state.stale.insert(.terms)
  }

  private func changeFromControl(_ term: Int32, _ state: inout FlowState, _ outbox: inout Outbox) {
    guard let standing = shown(term, state) else {
      outbox.append(.missed(.noMeaning))
      return
    }
    let old = state.terms[Int(term)].agreement
    switch old.standing {
    case .undecided, .deferred:
      // Nothing was decided that could be changed: this is the decision.
      decide(term, standing, provenance(of: term, state), &state, &outbox)
    case .agreed, .declined:
      guard standing != old.standing else { return }
      state.terms[Int(term)].agreement.standing = standing
      if standing == .declined { state.terms[Int(term)].agreement.wasWithdrawn = true }
      state.stale.insert(.terms)
      outbox.append(.decided(term: term, standing: standing, provenance: old.provenance))
    }
  }

  private func showStanding(_ term: Int32, _ state: inout FlowState, _ outbox: inout Outbox) {
    let control = tables.terms[Int(term)].control
    guard control >= 0 else { return }
    let value: Int32 =
      switch state.terms[Int(term)].agreement.standing {
      case .agreed: 2
      case .declined: 1
      case .undecided, .deferred: 0
      }
    set(control, to: value, &state, &outbox)
  }

  // MARK: Screens

  /// Opens a screen afresh: over the current one, or in its place. A screen that lies in the stack is gone back to, and
  /// opened afresh there, so that the stack never holds more than all screens.
  func open(_ screen: Int32, isReplacing: Bool, _ state: inout FlowState, _ outbox: inout Outbox) {
    guard state.hops < FlowEngine.maximumHops else { return }
    state.hops &+= 1
    let place = FlowState.Place(screen: screen, focus: -1, scroll: 0)
    if isReplacing, state.view.screen == tables.stopScreen, state.stack.count > 1 {
      // Whoever stops does not come back to what was there.
      state.hasStopped = true
      state.stack.removeSubrange(..<(state.stack.count - 1))
    }
    if let index = state.stack.firstIndex(where: { $0.screen == screen }) {
      state.stack.removeSubrange((index + 1)...)
    } else if isReplacing, !state.stack.isEmpty {
      state.stack[state.stack.count - 1] = place
    } else {
      keepPlace(&state)
      state.stack.append(place)
    }
    enter(place, &state)
    if state.hasLostFields { emptyLostFields(of: screen, &state, &outbox) }
    state.openings &+= 1
    let opening = state.openings
    let page = tables.pages[Int(screen)]
    arm(&state)
    perform(page.onOpen, &state, &outbox)
    // Opening it may have led on to another screen, or to the end; then it was never shown.
    guard opening == state.openings, !state.isOver else { return }
    if page.isPrompt { prompt(screen, &state) }
    refresh(&state, &outbox)
    keepCursors(&state, &outbox)
    let initial = page.initialFocus
    let focus = initial < 0 || isThere(initial, state) ? initial : neighbour(of: -1, forward: true, state)
    layOut(&state)
    if state.geometry.startsAtEnd { state.view.scroll = state.geometry.maximumScroll }
    state.isFreshlyOpened = true
    outbox.append(.shown(screen: screen, isFallback: state.geometry.isFallback))
    if page.isPrompt { outbox.append(.prompted(number: state.prompts)) }
    if focus >= 0 { self.focus(focus, &state, &outbox) }
  }

  /// Notes that a prompt opens, and how the controls stand at its first frame.
  private func prompt(_ screen: Int32, _ state: inout FlowState) {
    state.prompts &+= 1
    state.promptAt = state.now
    state.guardedAt = state.now
    state.promptDay = state.date.number
    state.promptScreen = screen
    state.stale.insert(.prompts)
    for term in state.terms.indices {
      let control = tables.terms[term].control
      state.terms[term].preset = control >= 0 ? state.view.values[Int(control)] : -1
      state.terms[term].operations = 0
      state.terms[term].isReaffirmed = false
      state.terms[term].shareAtPrompt = -1
    }
  }

  private func back(_ state: inout FlowState, _ outbox: inout Outbox) {
    guard state.stack.count > 1 else {
      outbox.append(.missed(.atLimit))
      return
    }
    state.stack.removeLast()
    let place = state.stack[state.stack.count - 1]
    enter(place, &state)
    // Coming back is no opening: a prompt that is being opened above is over all the same.
    state.openings &+= 1
    arm(&state)
    refresh(&state, &outbox)
    layOut(&state)
    state.view.scroll = min(place.scroll, state.geometry.maximumScroll)
    outbox.append(.shown(screen: place.screen, isFallback: state.geometry.isFallback))
    if place.focus >= 0 { outbox.append(.focused(element: place.focus)) }
  }

  private func enter(_ place: FlowState.Place, _ state: inout FlowState) {
    state.view.screen = place.screen
    state.view.showsStop = showsStop(on: place.screen, state)
    state.view.focus = place.focus
    state.view.scroll = place.scroll
    state.isLayoutStale = true
    state.areValuesChanged = true
    state.isFocusMoved = place.focus >= 0
    state.isVisibleStale = true
    state.geometry.startsAtEnd = false
  }

  private func keepPlace(_ state: inout FlowState) {
    guard !state.stack.isEmpty else { return }
    state.stack[state.stack.count - 1].focus = state.view.focus
    state.stack[state.stack.count - 1].scroll = state.view.scroll
  }
}
