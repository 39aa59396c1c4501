import Glibc

/// How far long work has come: one line on standard error that is written over, only where that is a terminal.
struct Progress {
  private let what: String
  private let total: Int?
  private let isShown: Bool
  private var done = 0
  private var started = Progress.now()
  private var last: UInt64 = 0
  private var width = 0

  /// - Parameters:
  ///   - what: what is counted, for example `sessions`.
  ///   - total: how many there are, or nil when nobody knows.
  ///   - isBesideLines: whether lines go to standard output meanwhile; where that is a terminal they say enough.
  init(_ what: String, of total: Int?, isBesideLines: Bool = false) {
    self.what = what
    self.total = total
    isShown = isatty(STDERR_FILENO) == 1 && !(isBesideLines && isatty(STDOUT_FILENO) == 1)
  }

  /// Says that so many more are done; it is shown at most five times a second.
  mutating func note(_ more: Int) {
    done += more
    let now = Progress.now()
    guard isShown, now - last >= 200_000_000, now - started >= 300_000_000 else { return }
    last = now
    let rate = UInt64(done) * 1_000_000_000 / max(1, now - started)
    show("\(done)\(total.map { " of \($0)" } ?? "") \(what), \(rate) a second")
  }

  /// Takes the line away.
  mutating func finish() {
    guard width > 0 else { return }
    show("")
    Console.raw("\r")
    width = 0
  }

  private mutating func show(_ text: String) {
    Console.raw("\r" + text + String(repeating: " ", count: max(0, width - text.count)))
    width = max(width, text.count)
  }

  private static func now() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}
