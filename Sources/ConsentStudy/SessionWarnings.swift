import ConsentEngine
import ConsentModel

/// What a moderator should look at in a session: it fires, and judges nothing.
public struct SessionWarnings: Sendable {
  /// Something to look at.
  public enum Warning: String, CaseIterable, Hashable, Sendable {
    /// The terminal was smaller than the study asks for.
    case smallTerminal = "small-terminal"
    /// The window of the terminal lost the focus.
    case lostFocus = "lost-focus"
    /// A decision came so soon that it may be an accident, or was typed before its frame.
    case possiblyAccidental = "possibly-accidental"
    /// Keys came as regularly, or as fast, as people do not press them.
    case regularKeys = "regular-keys"
  }

  private let minimum: Size
  private var fired: Set<Warning> = []
  private var lastKey: Int64?
  /// Intervals between keys, in microseconds; the last ones only.
  private var intervals: [Int64] = []

  /// How many intervals are looked at.
  private static let window = 20
  /// A pause of so long begins a new stretch, in microseconds.
  private static let pauseMicroseconds: Int64 = 2_000_000

  /// Warnings for a study with this smallest size.
  public init(minimum: Size) { self.minimum = minimum }

  /// What has fired so far, in the order in which warnings are declared.
  public var warnings: [Warning] { Warning.allCases.filter(fired.contains) }

  /// Takes in an event and the session after it; nil is the start.
  public mutating func note(_ event: Event?, _ state: borrowing FlowState) {
    let size = state.view.size
    if size.columns < minimum.columns || size.rows < minimum.rows { fired.insert(.smallTerminal) }
    if state.hasDoubtfulDecision { fired.insert(.possiblyAccidental) }
    guard let event else { return }
    switch event.input {
    case .terminalFocus(false): fired.insert(.lostFocus)
    case .key: noteKey(event.at.microseconds)
    case .mouse, .paste, .resize, .wake, .terminalFocus, .suspended, .continued, .fence, .unknown, .choose, .resumed,
      .leave:
      break
    }
  }

  /// Twenty intervals in a row with a standard deviation of less than a tenth of their mean, or a mean of less than 30 ms:
  /// neither a person nor the repetition of a held key that a person lets go of.
  private mutating func noteKey(_ now: Int64) {
    defer { lastKey = now }
    guard let lastKey, now - lastKey < SessionWarnings.pauseMicroseconds else {
      intervals.removeAll(keepingCapacity: true)
      return
    }
    intervals.append(now - lastKey)
    if intervals.count > SessionWarnings.window { intervals.removeFirst() }
    guard intervals.count == SessionWarnings.window else { return }
    let count = Int64(intervals.count)
    let mean = intervals.reduce(0, +) / count
    let variance = intervals.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
    if mean < 30_000 || variance * 100 < mean * mean { fired.insert(.regularKeys) }
  }
}
