import ConsentModel
import ConsentRender

/// Why a replay stopped.
public enum ReplayError: Error {
  /// The frame after the event at `index` has another digest than the journal; −1 is the first frame.
  case frameDiffers(index: Int, expected: UInt64, found: UInt64)
  /// The event at `index` is earlier than the one before it, or than the start.
  case timeRunsBack(index: Int)
  /// The session was over before the event at `index`.
  case eventAfterEnd(index: Int)
  /// The visitor threw at the event at `index`; −1 is the first frame.
  case stopped(index: Int, any Error)
}

extension FlowEngine {
  /// Runs a session on a surface until it is over: the one loop for people, scripts and agents.
  ///
  /// Each event is handed to `record` together with the digest of the frame that follows it, before that frame is shown.
  /// A surface's time that runs back is recorded as the time before it, so that what is recorded replays.
  /// - Parameters:
  ///   - began: gets the first frame before it is shown.
  ///   - record: gets each event and what came of it before its frame is shown.
  /// - Returns: the session when it is over; the last frame was shown.
  /// - Throws: what the surface, `began` or `record` throw.
  public func run<S: Surface & ~Copyable>(
    _ inputs: SessionInputs, on surface: inout S, began: (borrowing Frame) throws -> Void = { _ in },
    record: (Recorded, [LogRecord]) throws -> Void = { _, _ in }
  ) throws -> FlowState {
    try run(.new(inputs), on: &surface, began: began) { recorded, _, records in try record(recorded, records) }
  }

  /// Where a session begins.
  public enum Beginning: Sendable {
    /// At its start.
    case new(SessionInputs)
    /// Where another process left it: the session after its last event, and the size of the terminal now.
    case resumed(FlowState, Size)
  }

  /// The same loop for sessions that may be interrupted and gone on with.
  ///
  /// A session that goes on gets the event `resumed` at the moment of its last event, and a `resize` when the terminal has
  /// another size; times go on from there. Its first frame is shown after them.
  /// - Parameters:
  ///   - survives: whether a session is only interrupted when it is left from outside for this reason; then the event
  ///     never reaches it, and it is returned as it stands.
  ///   - record: gets each event, the session after it and what came of it before its frame is shown.
  ///   - shown: gets the surface after each frame that it has shown.
  /// - Returns: the session; it is over unless it was interrupted.
  public func run<S: Surface & ~Copyable>(
    _ beginning: Beginning, on surface: inout S, survives: (LeaveReason) -> Bool = { _ in false },
    began: (borrowing Frame) throws -> Void = { _ in },
    record: (Recorded, borrowing FlowState, [LogRecord]) throws -> Void,
    shown: (inout S) throws -> Void = { (_: inout S) in }
  ) throws -> FlowState {
    var outbox = Outbox()
    var frame = Frame()
    var state: FlowState
    var first: [Input] = []
    switch beginning {
    case .new(let inputs):
      state = start(inputs, into: &outbox)
      render(state, into: &frame)
      state.lastFrameDigest = frame.digest
      try began(frame)
      try surface.present(frame)
      try shown(&surface)
    case .resumed(let kept, let size):
      state = kept
      first = size == kept.view.size ? [.resumed] : [.resize(size), .resumed]
    }
    while !state.isOver {
      var event: Event
      if let input = first.popLast() {
        event = Event(at: state.now, input)
      } else {
        event = try surface.nextEvent(until: state.wakeAt)
        if case .leave(let reason) = event.input, survives(reason) { return state }
      }
      event.at = max(event.at, state.now)
      step(&state, event, into: &outbox)
      render(state, into: &frame)
      state.lastFrameDigest = frame.digest
      try record(Recorded(event: event, frameDigest: frame.digest), state, outbox.records)
      guard first.isEmpty else { continue }
      try surface.present(frame)
      try shown(&surface)
    }
    return state
  }

  /// Runs recorded events again and compares every frame.
  ///
  /// - Parameters:
  ///   - firstDigest: digest of the first frame.
  ///   - events: the events and the digests of the frames that follow them.
  ///   - visit: gets the index of an event, the event, the state and the frame after it, and what came of it.
  /// - Returns: the session after the last event.
  /// - Throws: `ReplayError` at the first difference.
  public func replay(
    _ inputs: SessionInputs, firstDigest: UInt64, _ events: some Sequence<Recorded>,
    visit: (Int, Recorded, borrowing FlowState, borrowing Frame, [LogRecord]) throws -> Void = { _, _, _, _, _ in }
  ) throws(ReplayError) -> FlowState {
    var room = ReplayRoom()
    return try replay(inputs, firstDigest: firstDigest, events, in: &room, visit: visit)
  }

  /// The same in a room that is used again; replaying many sessions in one room saves most of the memory they take.
  public func replay(
    _ inputs: SessionInputs, firstDigest: UInt64, _ events: some Sequence<Recorded>, in room: inout ReplayRoom,
    visit: (Int, Recorded, borrowing FlowState, borrowing Frame, [LogRecord]) throws -> Void = { _, _, _, _, _ in }
  ) throws(ReplayError) -> FlowState {
    var state: FlowState
    if let kept = room.state.take(), room.owner === self {
      state = kept
      restart(&state, inputs, into: &room.outbox)
    } else {
      state = start(inputs, into: &room.outbox)
      room.frame = Frame()
      room.owner = self
    }
    render(state, into: &room.frame)
    state.lastFrameDigest = room.frame.digest
    guard room.frame.digest == firstDigest else {
      throw .frameDiffers(index: -1, expected: firstDigest, found: room.frame.digest)
    }
    var index = 0
    for recorded in events {
      guard !state.isOver else { throw .eventAfterEnd(index: index) }
      guard recorded.event.at >= state.now else { throw .timeRunsBack(index: index) }
      step(&state, recorded.event, into: &room.outbox)
      render(state, into: &room.frame)
      state.lastFrameDigest = room.frame.digest
      guard room.frame.digest == recorded.frameDigest else {
        throw .frameDiffers(index: index, expected: recorded.frameDigest, found: room.frame.digest)
      }
      do {
        try visit(index, recorded, state, room.frame, room.outbox.records)
      } catch {
        throw .stopped(index: index, error)
      }
      index += 1
    }
    return state
  }
}

/// Memory for replays, used again from one to the next.
public struct ReplayRoom {
  var outbox = Outbox()
  var frame = Frame()
  var state: FlowState?
  var owner: FlowEngine?

  /// Empty room.
  public init() {}

  /// Gives a session's memory back when nobody needs the session any more.
  public mutating func reuse(_ state: consuming FlowState) { self.state = state }
}
