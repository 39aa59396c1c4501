import ConsentModel
import ConsentSource
import Glibc

/// What the program exits with; `--help` documents it.
enum ExitStatus: Int32 {
  /// Everything went well.
  case ok = 0
  /// Something that has no number of its own: a file that cannot be written, for example.
  case failure = 1
  /// The command line cannot be understood, or there is no terminal.
  case usage = 2
  /// A journal is unfinished.
  case unfinished = 3
  /// A journal is broken.
  case broken = 4
  /// Screen files are wrong.
  case screens = 5
  /// A walk did not come true.
  case walk = 6
  /// A study gives no session, or refuses an act: full, paused, not sealed, finished before.
  case refused = 7
  /// What a study's ledger, journals and allocation say does not agree.
  case unreconciled = 8
  /// A receipt lacks something, or says something wrong.
  case receipt = 9
  /// A rule fires that the command line says must not.
  case audit = 10
  /// A property that a flow is meant to keep to does not hold, or was not proved.
  case property = 11
}

/// How the program ends.
enum Ending {
  /// It exits.
  case exit(ExitStatus)
  /// It ends by the signal that ended the session.
  case signal(Int32)

  /// The status for a shell; a signal's is 128 and its number.
  var status: Int32 {
    switch self {
    case .exit(let status): status.rawValue
    case .signal(let number): 128 + number
    }
  }
}

/// Why a command cannot do what it was asked for.
struct CommandFailure: Error {
  /// What the program exits with.
  var status: ExitStatus
  /// What to say on standard error, line by line.
  var lines: [String]

  init(_ status: ExitStatus, _ lines: String...) {
    self.status = status
    self.lines = lines
  }

  init(_ status: ExitStatus, lines: [String]) {
    self.status = status
    self.lines = lines
  }
}

extension CommandFailure {
  /// A flow cannot be shown as lines.
  static func noLinear(_ flow: FlowDefinition) -> CommandFailure {
    CommandFailure(
      .screens,
      "clickwrap: \(flow.name) has no words for the linear presentation; add `uses: [parts/session]` to its "
        + "flow.yaml, or `linear` with texts of its own")
  }
}

/// The end of a command that said everything already and does not exit with 0.
struct EndOfCommand: Error {
  /// How the program ends.
  var ending: Ending
}

/// Standard output and standard error.
enum Console {
  /// A text in which nothing can act on a terminal; what comes from files and arguments is shown only like this.
  static func printable(_ text: String) -> String { Diagnostic.printable(text) }

  /// Writes lines that are already safe to standard output.
  static func out(_ text: String) { write(text, to: STDOUT_FILENO) }

  /// Writes a line to standard output, made safe.
  static func line(_ text: String) { write(printable(text) + "\n", to: STDOUT_FILENO) }

  /// Writes a line to standard error, made safe.
  static func complain(_ text: String) { write(printable(text) + "\n", to: STDERR_FILENO) }

  /// Writes text that is already safe to standard error as it is, for a line that is written over.
  static func raw(_ text: String) { write(text, to: STDERR_FILENO) }

  private static func write(_ text: String, to descriptor: Int32) {
    var text = text
    text.withUTF8 { bytes in
      var rest = UnsafeRawBufferPointer(bytes)
      while !rest.isEmpty {
        let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
        if count < 0 && errno == EINTR { continue }
        guard count > 0 else { return }
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
      }
    }
  }
}
