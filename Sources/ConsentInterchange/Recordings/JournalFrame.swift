import ConsentEngine
import ConsentJournal
import ConsentModel
import ConsentRender

/// One frame of a journal, after a replay up to it in which every frame was as recorded.
public struct JournalFrame {
  /// Which frame.
  public enum Place: Hashable, Sendable {
    /// The one before any event.
    case first
    /// The one after the last event.
    case last
    /// The one that was shown when the first decision was made.
    case decision
    /// The one that followed an event, by its number from 0.
    case event(Int)

    /// `first`, `last`, `decision`, or the number of an event.
    public init?(_ text: String) {
      switch text {
      case "first": self = .first
      case "last": self = .last
      case "decision": self = .decision
      default:
        guard let number = Int(text), number >= 0, String(number) == text else { return nil }
        self = .event(number)
      }
    }
  }

  /// The machine of its flow.
  public let engine: FlowEngine
  /// The frame.
  public let frame: Frame
  /// Number of the event that it followed; −1 for the first frame.
  public let event: Int
  /// When that event came.
  public let time: SessionTime
  private let header: JournalHeader
  private let view: ViewState

  /// Finds a frame.
  ///
  /// - Parameter verifier: one that finds the journal's flow.
  public init(
    _ path: String, at place: Place, with verifier: JournalVerifier
  ) throws(JournalRecording.Failure) {
    let (header, flow) = try JournalRecording.look(at: path, verifier)
    var kept: (frame: Frame, event: Int, time: SessionTime, view: ViewState)?
    var before = kept
    var isFound = false
    // The whole journal is replayed: a frame of a broken one proves nothing.
    try JournalRecording.replay(path, with: verifier) { index, recorded, state, frame, records in
      guard !isFound else { return }
      let now = (copy frame, index, recorded?.event.at ?? .zero, state.view)
      switch place {
      case .first: (kept, isFound) = (now, true)
      case .last: kept = now
      case .event(let number): if index == number { (kept, isFound) = (now, true) }
      case .decision:
        let isDecision = records.contains { if case .decided = $0 { true } else { false } }
        if isDecision { (kept, isFound) = (before, true) }
        before = now
      }
    }
    guard let kept else {
      switch place {
      case .decision: throw .noEvent("decision")
      case .event(let number): throw .noEvent("event \(number)")
      case .first, .last: throw .notReplayed
      }
    }
    engine = FlowEngine(flow)
    self.header = header
    (frame, event, time, view) = kept
  }

  /// What a picture of it shows.
  public var title: String { "\(JournalRecording.title(header)), \(words)" }

  /// Which frame it is, in words.
  public var words: String {
    let digits = String(frame.digest, radix: 16)
    let digest = String(repeating: "0", count: 16 - digits.count) + digits
    return (event < 0 ? "first frame" : "after event \(event) at \(Decimal.text(time.microseconds, digits: 6)) s")
      + ", "
      + digest
  }

  /// The frame with its regions as JSON.
  public var json: String { frame.json(painter: engine.painter, view: view) }
}
