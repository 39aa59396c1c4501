/// Why a terminal could not be opened.
public enum TerminalError: Error, Hashable, Sendable {
  /// Standard input or standard output is not a terminal.
  case notATerminal
  /// `TERM` is not set, or terminfo has no entry for it.
  case unknownType(String)
  /// The terminal cannot place its cursor, so that there is no full screen on it.
  case noCursorAddressing(String)
  /// Standard input or standard output is not open at all.
  case closed
  /// The system has no more file descriptors.
  case noSignalPipe

  /// Whether lines can be shown where a full screen cannot.
  public var allowsLines: Bool {
    switch self {
    case .notATerminal, .unknownType, .noCursorAddressing: true
    case .closed, .noSignalPipe: false
    }
  }

  /// What is missing and what to do about it, for a person, in one line.
  public var explanation: String {
    switch self {
    case .notATerminal:
      "needs a terminal: standard input and standard output must both be one"
    case .unknownType(let name):
      name.isEmpty
        ? "needs to know the terminal: TERM is not set (try TERM=xterm-256color)"
        : "needs to know the terminal: there is no description of TERM=\(name) (try TERM=xterm-256color)"
    case .noCursorAddressing(let name):
      "needs a terminal with a movable cursor: TERM=\(name) has none"
    case .closed: "needs standard input and standard output; one of them is closed"
    case .noSignalPipe: "needs one more file descriptor than the system gives"
    }
  }
}
