import ConsentEngine
import ConsentModel
import ConsentRender

/// What a session comes to whose events came from elsewhere: run by the one loop that everybody meets, with timers where they
/// belong.
public struct ImportedSession: Sendable {
  /// The events and the digests of the frames that follow them.
  public private(set) var recorded: [Recorded] = []
  /// Digest of the first frame.
  public private(set) var firstFrame: UInt64 = 0
  /// How the session stood at the end.
  public private(set) var state: FlowState
  /// Events that were left when the session was over.
  public private(set) var unused: Int
  /// Events that changed nothing.
  public private(set) var misses = 0

  /// Runs events through a flow.
  ///
  /// - Parameters:
  ///   - events: in the order of their times, without wakes: those are the machine's own.
  ///   - end: until when timers run once there are no further events.
  public init(_ engine: FlowEngine, _ inputs: SessionInputs, _ events: [Event], until end: SessionTime) {
    var outbox = Outbox()
    state = engine.start(inputs, into: &outbox)
    unused = 0
    var surface = TimedEvents(events: events, end: end)
    var kept: (recorded: [Recorded], state: FlowState, misses: Int) = ([], state, 0)
    var first: UInt64 = 0
    do {
      _ = try engine.run(
        .new(inputs), on: &surface, began: { first = $0.digest },
        record: { event, state, records in
          kept.recorded.append(event)
          kept.state = state
          if records.contains(where: { if case .missed = $0 { true } else { false } }) { kept.misses += 1 }
        })
    } catch {
      // The events are over before the session is.
    }
    firstFrame = first
    (recorded, state, misses) = kept
    unused = surface.left
  }
}

/// A surface whose events are known beforehand.
private struct TimedEvents: Surface {
  struct End: Error {}

  private let events: [Event]
  private let end: SessionTime
  private var next = 0
  /// A screen that wakes without end has to come to one.
  private var wakes = 0
  private static let maximumWakes = 1_000_000

  init(events: [Event], end: SessionTime) {
    self.events = events
    self.end = max(end, events.last?.at ?? .zero)
  }

  var left: Int { events.count - next }

  mutating func present(_ frame: borrowing Frame) {}

  mutating func nextEvent(until: SessionTime?) throws -> Event {
    let at = next < events.count ? events[next].at : end
    // A wake that is due at the moment of a key comes after it.
    if let until, until < at || (next == events.count && until <= end) {
      wakes += 1
      guard wakes <= TimedEvents.maximumWakes else { throw End() }
      return Event(at: until, .wake)
    }
    guard next < events.count else { throw End() }
    next += 1
    return events[next - 1]
  }
}
