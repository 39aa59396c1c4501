import ConsentStudy

/// What an arm's participants had on screen of the screens that ask for a decision, and for how long: time on screen, not attention.
public struct SeeingSummary: Sendable {
  /// What is known of one element.
  public struct Row: Hashable, Sendable {
    /// Name of its screen.
    public var screen: String
    /// Its name.
    public var element: String
    /// What it means to a participant.
    public var role: String
    /// How many words its text has; nil where it has none.
    public var words: Int?
    /// How many had any of it on screen.
    public internal(set) var shown = 0
    /// How many had the focus on it.
    public internal(set) var focused = 0
    /// How many of those only passed through: never as long as a look takes.
    public internal(set) var passedThrough = 0
    /// How many operated it.
    public internal(set) var operated = 0
    /// Sum of the times on screen, in microseconds.
    public internal(set) var onScreenMicroseconds: Int64 = 0
    /// Sum of the times in focus, in microseconds.
    public internal(set) var focusedMicroseconds: Int64 = 0
    /// Sums of the largest readable shares, in millionths, one for each of `ReadingTime.speeds`.
    public internal(set) var readableMillionths = [Int64](repeating: 0, count: ReadingTime.speeds.count)

    /// The mean time on screen of those who had it there, in seconds.
    public var meanOnScreenSeconds: Double { Double(onScreenMicroseconds) / 1e6 / Double(max(shown, 1)) }
    /// The mean time in focus of those who had it on screen, in seconds.
    public var meanFocusedSeconds: Double { Double(focusedMicroseconds) / 1e6 / Double(max(shown, 1)) }
  }

  /// The elements in the order in which they were first met.
  public private(set) var rows: [Row] = []
  private var index: [String: Int] = [:]

  /// Nobody yet.
  public init() {}

  /// Takes in what one person had on screen.
  public mutating func add(_ seen: [SeenElement]) {
    for element in seen { add(element) }
  }

  private mutating func add(_ seen: SeenElement) {
    let key = "\(seen.screen) \(seen.element)"
    let place: Int
    if let known = index[key] {
      place = known
    } else {
      place = rows.count
      index[key] = place
      rows.append(Row(screen: seen.screen, element: seen.element, role: seen.role, words: seen.words))
    }
    let exposure = seen.exposure
    if exposure.onScreenMicroseconds > 0 { rows[place].shown += 1 }
    if exposure.focusedMicroseconds > 0 { rows[place].focused += 1 }
    if seen.wasOnlyPassedThrough { rows[place].passedThrough += 1 }
    if exposure.operations > 0 { rows[place].operated += 1 }
    rows[place].onScreenMicroseconds += exposure.onScreenMicroseconds
    rows[place].focusedMicroseconds += exposure.focusedMicroseconds
    guard let words = seen.words else { return }
    for (speed, one) in ReadingTime.speeds.enumerated() {
      rows[place].readableMillionths[speed] += ReadingTime.millionthsReadable(
        words: words, in: exposure.onScreenMicroseconds, one.wordsPerMinute)
    }
  }
}
