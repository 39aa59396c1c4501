import CNcurses
import ConsentModel

/// The monotonic clock, counted from the start of a session.
struct SessionClock {
  /// Microseconds of the system's monotonic clock at the start of the session.
  private(set) var originMicroseconds: Int64

  /// A clock that starts now.
  init() { originMicroseconds = cn_clock() }

  /// Makes now the moment at which a session is as old as `time`.
  mutating func restart(at time: SessionTime = .zero) { originMicroseconds = cn_clock() - time.microseconds }

  /// How long ago the session started.
  func now() -> SessionTime { SessionTime(microseconds: cn_clock() - originMicroseconds) }
}
