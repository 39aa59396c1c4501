import ConsentModel
import ConsentPolicy
import ConsentRender

/// The machine that runs a flow: `start`, then `step` for every event, then `render` for its frame.
///
/// It never fails and never waits: any event is legal in any state, and one that changes nothing is a miss. It reads no
/// clock and draws no number that is not in the session's inputs. After `start` a step allocates nothing. One engine
/// belongs to one thread; the states are plain data and belong to anyone.
public final class FlowEngine {
  /// The flow that it runs.
  public let flow: FlowDefinition
  /// The painter of its frames.
  public let painter: Painter
  let tables: FlowTables
  let variableCount: Int

  /// How many screens a step may open one after the other before the rest is ignored.
  static let maximumHops: Int32 = 16
  /// A decision so soon after the guard may be an accident.
  static let accidentMicroseconds: Int64 = 300_000

  /// An engine for a flow.
  ///
  /// - Precondition: every index in the flow is in range, as the compiler of screens and the decoder of kept flows see to, and it has an entry.
  public init(_ flow: FlowDefinition) {
    precondition(!flow.entries.isEmpty, "a flow has at least one entry")
    self.flow = flow
    painter = Painter(flow: flow)
    tables = FlowTables(flow)
    variableCount = flow.variables.count
  }

  /// A new session, its first screen open; `outbox` gets the records of the opening.
  public func start(_ inputs: SessionInputs, into outbox: inout Outbox) -> FlowState {
    var state = FlowState(flow, rooms: tables.rooms, inputs: inputs)
    restart(&state, inputs, into: &outbox)
    return state
  }

  /// Makes a state of this flow a new session, using its room again; otherwise as `start`.
  public func restart(_ state: inout FlowState, _ inputs: SessionInputs, into outbox: inout Outbox) {
    let entry = min(Int(inputs.entry), flow.entries.count - 1)
    restart(&state, inputs, opening: flow.entries[entry].screen, into: &outbox)
  }

  /// The same with another first screen; explorations use it.
  func restart(_ state: inout FlowState, _ inputs: SessionInputs, opening screen: Int32, into outbox: inout Outbox) {
    outbox.records.removeAll(keepingCapacity: true)
    reset(&state, inputs)
    refresh(&state, &outbox)
    // What is derived at the start was never anything else.
    outbox.records.removeAll(keepingCapacity: true)
    for term in state.terms.indices where tables.terms[term].control >= 0 {
      state.terms[term].preset = state.view.values[Int(tables.terms[term].control)]
    }
    open(screen, isReplacing: false, &state, &outbox)
    settle(&state, &outbox)
  }

  /// Hands an event to a session and puts what came of it into `outbox`, in place of what was there.
  ///
  /// Total: any event is legal in any state. A time before the last event's counts as the last event's.
  public func step(_ state: inout FlowState, _ event: Event, into outbox: inout Outbox) {
    outbox.records.removeAll(keepingCapacity: true)
    state.eventCount &+= 1
    guard !state.isOver else {
      outbox.append(.missed(.over))
      return
    }
    if event.at > state.now {
      if !state.isSuspended { state.clock &+= event.at.microseconds &- state.now.microseconds }
      state.now = event.at
    }
    state.hops = 0
    state.isAnticipatory = event.isAnticipatory
    switch event.input {
    case .key(let key): press(key, &state, &outbox)
    case .mouse(let mouse): point(mouse, &state, &outbox)
    case .choose(let control): choose(control, &state, &outbox)
    case .wake: wake(&state, &outbox)
    case .resize(let size): resize(size, &state, &outbox)
    case .paste: outbox.append(.missed(.pasted))
    case .unknown: outbox.append(.missed(.unknown))
    case .terminalFocus, .fence: outbox.append(.noted)
    case .suspended:
      state.isSuspended = true
      outbox.append(.noted)
    case .continued:
      state.isSuspended = false
      outbox.append(.noted)
    case .resumed:
      state.isSuspended = false
      // The frame is new to whoever sits there now: the guard and the timer begin again.
      state.guardedAt = state.now
      arm(&state)
      outbox.append(.noted)
      loseFields(&state, &outbox)
    case .leave(let reason): leave(reason, &state, &outbox)
    }
    settle(&state, &outbox)
  }

  /// Paints the frame of a session as it is now.
  public func render(_ state: borrowing FlowState, into frame: inout Frame) {
    painter.paint(state.view, into: &frame)
  }

  // MARK: Beginning

  private func reset(_ state: inout FlowState, _ inputs: SessionInputs) {
    state.inputs = inputs
    state.view.size = Size(columns: Int(inputs.size.columns), rows: Int(inputs.size.rows))
    // A flow without the words for it has no linear presentation.
    state.view.presentation = flow.linear == nil ? .screen : inputs.presentation
    state.view.showsStop = false
    state.now = .zero
    state.date = inputs.date
    state.stack.removeAll(keepingCapacity: true)
    state.prompts = 0
    state.eventCount = 0
    state.outcome = nil
    state.leave = nil
    state.isOver = false
    state.wakeAt = nil
    state.lastFrameDigest = 0
    for term in state.terms.indices { state.terms[term] = FlowState.TermState() }
    state.exposures.withUnsafeMutableBufferPointer { $0.update(repeating: Exposure()) }
    state.visible.removeAll(keepingCapacity: true)
    state.visibleTerms = 0
    state.visibleScroll = 0
    state.clock = 0
    state.settledAt = 0
    state.exposedFocus = -1
    state.focusedAt = 0
    state.geometry = FlowState.Geometry()
    state.promptAt = .zero
    state.guardedAt = .zero
    state.promptDay = 0
    state.promptScreen = -1
    state.openings = 0
    state.hops = 0
    state.isSuspended = false
    state.isLayoutStale = true
    state.stale = .all
    state.areValuesChanged = true
    state.isFocusMoved = false
    state.isVisibleStale = true
    state.isFreshlyOpened = false
    state.isAnticipatory = false
    state.hasStopped = false
    state.hasLostFields = false
    for field in state.isLost.indices { state.isLost[field] = false }
    for word in state.view.widths.indices { state.view.widths[word] = 0 }
    for variable in 0..<variableCount { state.view.values[variable] = tables.initial[variable] }
    for draw in tables.draws {
      // The seed is mixed first, so that neighbouring variables and neighbouring seeds share no sequence.
      var mixer = PRNG(seed: inputs.seed)
      var drawer = PRNG(seed: mixer.next() ^ UInt64(draw.variable) &* 0xD6E8_FEB8_6659_FD93)
      let low = tables.bounds[Int(draw.variable)].lowerBound
      state.view.values[Int(draw.variable)] = low &+ Int32(drawer.below(Int(max(draw.bound, 1))))
    }
  }

  // MARK: Derived values

  /// Brings the derived variables up to date.
  @inline(__always)
  func refresh(_ state: inout FlowState, _ outbox: inout Outbox) {
    if !state.stale.isEmpty { refreshAll(&state, &outbox) }
  }

  private func refreshAll(_ state: inout FlowState, _ outbox: inout Outbox) {
    for index in tables.derived.indices where !tables.derivedReads[index].isDisjoint(with: state.stale) {
      let derived = tables.derived[index]
      // A policy comes after everything that it reads; its own facts mark it stale while the loop runs.
      set(derived.variable, to: value(of: derived, state), &state, &outbox)
    }
    state.stale = []
  }

  private func value(of derived: FlowTables.Derived, _ state: borrowing FlowState) -> Int32 {
    func milliseconds(_ microseconds: Int64) -> Int32 { Int32(clamping: microseconds / 1000) }
    switch derived.source {
    case .account: return Int32(state.inputs.account)
    case .entry: return Int32(state.inputs.entry)
    case .presentation: return Int32(state.view.presentation.rawValue)
    case .date: return state.date.number
    case .phase: return state.date < flow.dates.decision ? 0 : 1
    case .daysLeft: return flow.dates.decision.number &- state.date.number
    case .prompts: return state.prompts
    case .daysSincePrompt: return state.prompts == 0 ? 9999 : state.date.number &- state.promptDay
    case .standing(let term): return Int32(state.terms[Int(term)].agreement.standing.rawValue)
    case .provenance(let term): return Int32(state.terms[Int(term)].agreement.provenance.rawValue)
    case .choice(let term):
      switch state.terms[Int(term)].agreement.standing {
      case .undecided: return 0
      case .deferred: return 1
      case .agreed: return 2
      case .declined: return state.terms[Int(term)].agreement.wasWithdrawn ? 4 : 3
      }
    case .onScreen(let term): return milliseconds(state.terms[Int(term)].agreement.controlOnScreenMicroseconds)
    case .focused(let term): return milliseconds(state.terms[Int(term)].agreement.controlFocusedMicroseconds)
    case .operations(let term): return state.terms[Int(term)].agreement.operations
    case .latency(let term): return milliseconds(state.terms[Int(term)].agreement.latencyMicroseconds)
    case .accidental(let term): return state.terms[Int(term)].agreement.isPossiblyAccidental ? 1 : 0
    case .policy(let facts, let effect, let isActual):
      let row = flow.policy.evaluate { fact in
        guard fact < Int(facts.count) else { return -1 }
        switch tables.facts[Int(facts.start) + fact] {
        case .constant(let value): return value
        case .variable(let variable): return state.view.values[Int(variable)]
        }
      }
      guard let row else { return tables.initial[Int(derived.variable)] }
      return Int32(flow.policy.result(effect: Int(effect), row: row, isActual: isActual))
    }
  }

  /// Gives a variable a value, and marks what depends on it.
  @inline(__always)
  func set(_ variable: Int32, to value: Int32, _ state: inout FlowState, _ outbox: inout Outbox) {
    let index = Int(variable)
    let old = state.view.values[index]
    guard old != value else { return }
    state.view.values[index] = value
    state.areValuesChanged = true
    if tables.isFact[index] { state.stale.insert(.facts) }
    if !state.isLayoutStale,
      tables.isLayoutChanged(screen: Int(state.view.screen), variable: variable, from: old, to: value)
    {
      state.isLayoutStale = true
    }
    outbox.append(.changed(variable: variable, value: value))
  }
}
