import ConsentModel

/// Lets the first of many new sizes through at once, and of those that follow closely only the last.
///
/// Whoever drags the edge of a window makes hundreds; each would be an event and a whole screen of bytes.
struct ResizeGate {
  /// For how long after one size the next has to wait, in microseconds.
  static let quietMicroseconds: Int64 = 16_000

  private var closedUntil: SessionTime?
  private var isWaiting = false

  /// Whether a size that comes now is let through; otherwise it waits until `deadline`.
  mutating func admits(at time: SessionTime) -> Bool {
    if let closedUntil, time < closedUntil {
      isWaiting = true
      return false
    }
    letThrough(at: time)
    return true
  }

  /// When the size that waits is to be let through, or nil when none waits.
  var deadline: SessionTime? { isWaiting ? closedUntil : nil }

  /// Whether a size waits whose moment has come; it is let through then.
  mutating func opens(at time: SessionTime) -> Bool {
    guard let deadline, deadline <= time else { return false }
    letThrough(at: time)
    return true
  }

  private mutating func letThrough(at time: SessionTime) {
    closedUntil = time.advanced(byMicroseconds: ResizeGate.quietMicroseconds)
    isWaiting = false
  }
}
