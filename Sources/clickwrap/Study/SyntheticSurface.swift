import ConsentAgents
import ConsentModel
import ConsentRender
import ConsentTerminal

/// A surface with a synthetic participant in front of it: it sees frames with their regions, and its own clock runs.
struct SyntheticSurface<Participant: SyntheticParticipant>: InteractiveSurface {
  let report: TerminalReport
  let endingSignal: Int32 = 0
  let currentSize: Size
  var keepsTypingTimes = false
  private var participant: Participant
  private var flow: FlowDefinition?
  private var sight: Sight?
  private var shown: UInt64?
  private var now = SessionTime.zero
  private var next: (at: SessionTime, input: Input?)?
  private var events = 0

  /// A participant who does nothing any more, or who never comes to an end, is taken to have gone.
  private static var mostEvents: Int { 5000 }

  init(_ participant: Participant, size: Size, hasMouse: Bool) {
    self.participant = participant
    currentSize = size
    report = TerminalReport(
      type: "synthetic", colors: .indexed, isUTF8: true, hasMouse: hasMouse, reportsFocus: false, hasFences: false,
      isKiosk: true, through: [], escapeDelayMicroseconds: 0)
  }

  mutating func begin(_ flow: FlowDefinition, _ inputs: SessionInputs, at time: SessionTime) {
    self.flow = flow
    now = time
  }

  mutating func present(_ frame: borrowing Frame) {
    guard let flow else { return }
    // What has the focus may change without a cell that does.
    sight = Sight(frame, flow: flow)
    if frame.digest != shown { next = nil }
    shown = frame.digest
  }

  mutating func nextEvent(until: SessionTime?) -> Event {
    events += 1
    guard let sight, events < Self.mostEvents else { return Event(at: now, .leave(.hangup)) }
    let coming: (at: SessionTime, input: Input?)
    if let next {
      coming = next
    } else {
      let move = participant.move(on: sight)
      coming = (now.advanced(byMicroseconds: max(0, move.afterMicroseconds)), move.input)
    }
    if let until, coming.input == nil || coming.at > until {
      next = coming
      now = until
      return Event(at: until, .wake)
    }
    next = nil
    now = coming.at
    return Event(at: now, coming.input ?? .leave(.hangup))
  }

  mutating func takeTexts() -> [PrivateText] { [] }

  mutating func close() {}
}
