import Glibc

/// How long the terminal takes to answer where its cursor is: the way there, what it had to do before, and the way back.
public enum AnswerTime {
  /// Asks some times, one after the other; what is not answered within a quarter of a second ends it.
  ///
  /// Not while a surface is open. The terminal's modes are put back, and what is typed meanwhile is lost.
  /// - Parameter samples: how often to ask, 1...1000.
  /// - Returns: microseconds, in the order of the questions; empty without a terminal or without an answer.
  public static func measure(samples: Int) -> [Int64] {
    var found: [Int64] = []
    guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1 else { return found }
    var saved = termios()
    guard tcgetattr(STDIN_FILENO, &saved) == 0 else { return found }
    var raw = saved
    cfmakeraw(&raw)
    guard tcsetattr(STDIN_FILENO, TCSAFLUSH, &raw) == 0 else { return found }
    defer { tcsetattr(STDIN_FILENO, TCSAFLUSH, &saved) }
    for _ in 0..<min(max(samples, 1), 1000) {
      guard let time = ask() else { break }
      found.append(time)
    }
    return found
  }

  private static func ask() -> Int64? {
    let question: [UInt8] = [0x1B, 0x5B, 0x36, 0x6E]
    let clock = SessionClock()
    guard write(STDOUT_FILENO, question, question.count) == question.count else { return nil }
    while true {
      let rest = 250 - Int32(clamping: clock.now().milliseconds)
      var waited = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
      guard rest > 0, poll(&waited, 1, rest) > 0 else { return nil }
      var bytes = [UInt8](repeating: 0, count: 64)
      let count = read(STDIN_FILENO, &bytes, bytes.count)
      guard count > 0 else { return nil }
      if bytes.prefix(count).contains(0x52) { return clock.now().microseconds }
    }
  }
}
