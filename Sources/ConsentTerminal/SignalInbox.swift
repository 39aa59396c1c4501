import CNcurses
import ConsentModel
import Glibc

/// The signals that have come to the process, taken out one by one, the most urgent first.
///
/// One at a time in a process. `close` puts the former handlers back; it is called by whoever opened it.
struct SignalInbox {
  /// What a signal means to a surface.
  enum News: Hashable, Sendable {
    /// The session ends; the number is kept in `endingSignal`.
    case end(LeaveReason)
    /// Ctrl-C was typed at a terminal that makes a signal of it.
    case stopKey
    /// Somebody asks the program to stop for a while.
    case suspend
    /// The program goes on after a stop that it was not asked about.
    case continued
    /// The terminal may have another size.
    case resized
  }

  /// What is polled for reading: there are bytes when a signal has come.
  let descriptor: Int32
  /// The signal that ended the session, or 0.
  private(set) var endingSignal: Int32 = 0

  private let isKiosk: Bool
  private var ends: Set<Int32> = []
  private var wasStopTyped = false
  private var isSuspended = false
  private var isContinued = false
  private var isResized = false

  private static let reasons: [(number: Int32, reason: LeaveReason)] = [
    (SIGHUP, .hangup), (SIGTERM, .terminate), (SIGQUIT, .quit), (SIGINT, .interrupt),
  ]

  /// Catches the signals; in a kiosk those that would stop the program are ignored.
  ///
  /// - Throws: `TerminalError.noSignalPipe` when the system has no more file descriptors.
  init(isKiosk: Bool = false) throws(TerminalError) {
    self.isKiosk = isKiosk
    descriptor = cn_signals_open(isKiosk)
    guard descriptor >= 0 else { throw .noSignalPipe }
  }

  /// An inbox that is connected to nothing: bytes come to it only through `sort`.
  init(unconnected: (), isKiosk: Bool = false) {
    descriptor = -1
    self.isKiosk = isKiosk
  }

  /// Puts the former handlers back; more calls do nothing.
  func close() {
    if descriptor >= 0 { cn_signals_close() }
  }

  /// What has come: an end before Ctrl-C before a stop before a new size; nil when there is nothing more.
  mutating func take() -> News? {
    collect()
    if let end = SignalInbox.reasons.first(where: { ends.contains($0.number) }) {
      ends.remove(end.number)
      endingSignal = end.number
      // The kernel sends CONT along with HUP, so that what is stopped ends as well: nothing goes on.
      isSuspended = false
      isContinued = false
      return .end(end.reason)
    }
    if wasStopTyped {
      wasStopTyped = false
      return .stopKey
    }
    if isSuspended {
      isSuspended = false
      return .suspend
    }
    if isContinued {
      isContinued = false
      return .continued
    }
    if isResized {
      isResized = false
      return .resized
    }
    return nil
  }

  /// Whether the program was told to go on before it has stopped; a stop that is still to come is then not wanted.
  mutating func isToldToContinue() -> Bool {
    collect()
    return isContinued
  }

  /// Forgets the CONT that ended a stop of our own, and what asked for that stop again.
  mutating func forgetStop() {
    collect()
    isContinued = false
    isSuspended = false
  }

  /// Sorts one byte of the pipe in.
  mutating func sort(_ byte: UInt8) {
    let number = Int32(byte & ~UInt8(CN_FROM_TERMINAL))
    let isFromTerminal = byte & UInt8(CN_FROM_TERMINAL) != 0
    switch number {
    case SIGINT where isFromTerminal: wasStopTyped = true
    // Ctrl-\ at a terminal that makes a signal of it is no way out.
    case SIGQUIT where isFromTerminal && isKiosk: break
    case SIGHUP, SIGTERM, SIGQUIT, SIGINT: ends.insert(number)
    case SIGTSTP:
      isSuspended = true
      isContinued = false
    case SIGCONT:
      // As with a stop that nobody catches: going on undoes it.
      isSuspended = false
      isContinued = true
    case SIGWINCH: isResized = true
    default: break
    }
  }

  private mutating func collect() {
    guard descriptor >= 0 else { return }
    withUnsafeTemporaryAllocation(byteCount: 64, alignment: 1) { bytes in
      while true {
        let count = read(descriptor, bytes.baseAddress, bytes.count)
        guard count > 0 else { return }
        for byte in bytes.prefix(count) { sort(byte) }
        guard count == bytes.count else { return }
      }
    }
  }
}
