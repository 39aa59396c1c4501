import ConsentModel

/// What somebody did from the first prompt's first frame to their first answer to it: a decision, or putting it off.
public struct DecisionWay: Hashable, Sendable {
  /// Keys that were pressed, the answering one included.
  public private(set) var keys = 0
  /// Clicks of the mouse.
  public private(set) var clicks = 0
  /// Keys and clicks that changed nothing.
  public private(set) var misses = 0
  /// Screens that were opened on the way, such as what is behind a link.
  public private(set) var detours = 0
  /// Whether there was an answer; otherwise the session ended, or went on elsewhere, without one.
  public private(set) var isAnswered = false
  /// Whether the first answer put it off.
  public private(set) var isDeferral = false
  private var isBegun = false

  /// Before anything.
  public init() {}

  /// Whether a prompt was met.
  public var isMet: Bool { isBegun }

  /// Takes in an event, or the start (nil), and what came of it.
  public mutating func note(_ input: Input?, _ records: [LogRecord]) {
    if isBegun, !isAnswered { count(input, records) }
    for record in records {
      if case .prompted = record { isBegun = true }
    }
  }

  private mutating func count(_ input: Input?, _ records: [LogRecord]) {
    switch input {
    case .key, .choose: keys += 1
    case .mouse(let mouse): if mouse.action == .press { clicks += 1 }
    case .paste, .resize, .wake, .terminalFocus, .suspended, .continued, .fence, .unknown, .resumed, .leave, nil: return
    }
    var opened = 0
    for record in records {
      switch record {
      case .missed: misses += 1
      case .shown: opened += 1
      case .decided: isAnswered = true
      case .deferred: (isAnswered, isDeferral) = (true, true)
      case .prompted, .focused, .operated, .changed, .scrolled, .resized, .passed, .ended, .left, .noted: break
      }
    }
    // Where the answer leads is no detour.
    if !isAnswered { detours += opened }
  }
}

/// What the first answer to a prompt was.
public enum FirstAnswer: String, CaseIterable, Sendable {
  /// Training was allowed.
  case allowed
  /// It was not.
  case refused
  /// It was put off.
  case deferred
}

/// How somebody came to their first answer.
public enum WayKind: String, CaseIterable, Sendable {
  /// With the fewest keys that lead to what was answered.
  case direct
  /// With more keys, or with clicks, without leaving the screen and without a miss.
  case longer
  /// With a key or a click that changed nothing.
  case offTarget = "off-target"
  /// By way of another screen.
  case detour
  /// Without an answer.
  case givenUp = "given-up"
}

extension DecisionWay {
  /// How it was.
  ///
  /// - Parameter fewest: the fewest keys that lead to this answer, or nil where that is not known.
  public func kind(fewest: Int?) -> WayKind {
    guard isAnswered else { return .givenUp }
    if detours > 0 { return .detour }
    if misses > 0 { return .offTarget }
    return clicks == 0 && keys == fewest ? .direct : .longer
  }
}
