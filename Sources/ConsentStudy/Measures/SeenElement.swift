import ConsentModel

/// How long something of a deciding screen was on screen, had the focus, and was operated: columns that are never put together.
public struct SeenElement: Hashable, Sendable {
  /// Name of its screen.
  public var screen: String
  /// Its name.
  public var element: String
  /// What it means to a participant, one of the words of files.
  public var role: String
  /// How many words its text has; nil where it has none.
  public var words: Int?
  /// What is known of it.
  public var exposure: Exposure

  /// Something that was seen so.
  public init(screen: String, element: String, role: String, words: Int?, exposure: Exposure) {
    self.screen = screen
    self.element = element
    self.role = role
    self.words = words
    self.exposure = exposure
  }

  /// Whether it had the focus, but never for as long as a look takes.
  public var wasOnlyPassedThrough: Bool {
    exposure.focusedMicroseconds > 0 && exposure.longestFocusMicroseconds < ReadingTime.fixationMicroseconds
  }
}

/// How much of a text can have been read while it was on screen: an upper bound, not reading.
public enum ReadingTime {
  /// A focus that stays for less was only passed through, in microseconds.
  public static let fixationMicroseconds: Int64 = 250_000

  /// Columns, and the words a minute they assume (Brysbaert 2019: 238 on average, 175 and 400 as bounds).
  public static let speeds: [(column: String, wordsPerMinute: Int64)] = [
    ("max_readable_share", 238), ("max_readable_share_175", 175), ("max_readable_share_400", 400),
  ]

  /// Millionths of a text of so many words, 0...1,000,000; all of an empty one.
  public static func millionthsReadable(words: Int, in microseconds: Int64, _ wordsPerMinute: Int64) -> Int64 {
    guard words > 0 else { return 1_000_000 }
    return min(1_000_000, microseconds * wordsPerMinute / (60 * Int64(words)))
  }
}

/// Why somebody who was assigned does not count in what describes answers and decisions.
public enum ReasonLeftOut: String, CaseIterable, Sendable {
  /// Withdrew, or had the data deleted after the debriefing.
  case withdrawn
  /// A moderator excluded the session, with a reason in the ledger.
  case excluded
  /// Did not say that the data may be kept: left before the question, or left it unanswered.
  case dataNotKept = "data-not-kept"
  /// Went before the pop-up was shown, so that no arm was met; whoever comes next has the place.
  case notExposed = "not-exposed"
  /// The journal is gone or broken, or another engine recorded it.
  case notReplayed = "not-replayed"
}
