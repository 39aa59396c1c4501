import ArgumentParser
import ConsentJournal
import ConsentStudy
import Glibc

/// The program and its commands.
struct Clickwrap: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "clickwrap",
    abstract: "Shows consent pop-ups in a terminal, records what people do, and says what they agreed to.",
    discussion: """
      Without a command it runs the demo: a chat, the "Updates to consumer terms" pop-up, a question, and the truth.

      Examples:
        clickwrap
        clickwrap run consumer-terms --set default=off --account pro --journal mine.jsonl
        clickwrap replay mine.jsonl --speed 2
        clickwrap verify mine.jsonl
        clickwrap screens show consumer-terms --size 100x30 --format svg > popup.svg
        clickwrap check screens

      Exit status: 0 all is well; 1 something else went wrong; 2 the command line cannot be understood or there is no \
      terminal; 3 a journal is unfinished; 4 a journal is broken; 5 screen files or study.yaml are wrong; 6 a walk did not come true; \
      7 a study gives no session or refuses an act; 8 the counts of a study do not reconcile, or it is not what was registered; 9 a \
      receipt is wrong; 10 a rule fires that --fail-on names; 11 a property does not hold; 128 + n the session was ended by signal n.
      """,
    version: Program.version,
    subcommands: [
      DemoCommand.self, RunCommand.self, ReplayCommand.self, VerifyCommand.self, AnchorCommand.self,
      ExportCommand.self, RecordCommand.self, FrameCommand.self, StimuliCommand.self, ImportCommand.self,
      ReceiptCommand.self,
      CheckReceiptCommand.self,
      WalkCommand.self, ScreensCommand.self,
      CheckCommand.self, ExploreCommand.self, AuditCommand.self, DiffCommand.self, CompareCommand.self,
      PowerCommand.self, ReportCommand.self, PlanCommand.self, DeviationsCommand.self, DoctorCommand.self,
      InitCommand.self, SimulateCommand.self, ExampleCommand.self,
      SealCommand.self,
      StatusCommand.self,
      SessionsCommand.self, NextCommand.self, MonitorCommand.self, WatchCommand.self, DebriefCommand.self,
      WithdrawCommand.self, PurgeCommand.self,
    ],
    defaultSubcommand: DemoCommand.self)

  /// Parses the command line and does what it says.
  static func start() -> Ending {
    let words = Array(CommandLine.arguments.dropFirst())
    // Without options there is nothing to parse, and the first frame comes sooner.
    if words.isEmpty || words == ["demo"] { return Demo.run(TerminalChoices(), journal: nil) }
    do {
      var command = try parsed(words)
      try command.run()
      return .exit(.ok)
    } catch {
      return report(error)
    }
  }

  /// The command that a command line names.
  ///
  /// A command that is named first and has no commands of its own is parsed by itself: to make the tree of all of them takes longer
  /// than to show the pop-up. Whatever that does not understand, and whatever asks for help, is parsed again by the whole, whose
  /// messages name the whole command line.
  static func parsed(_ words: [String]) throws -> any ParsableCommand {
    let isQuestion = words.contains { ["-h", "help"].contains($0) || $0.hasPrefix("--help") || isForTools($0) }
    if !isQuestion, let name = words.first,
      let type = configuration.subcommands.first(where: { $0.configuration.commandName == name }),
      type.configuration.subcommands.isEmpty, let command = try? type.parseAsRoot(Array(words.dropFirst()))
    {
      return command
    }
    return try parseAsRoot(words)
  }

  /// What shells and other programs ask every command for.
  private static func isForTools(_ word: String) -> Bool {
    ["--generate-completion-script", "--experimental-dump-help", "---completion"].contains { word.hasPrefix($0) }
  }

  /// Says what went wrong, and how the program ends for it.
  static func report(_ error: any Error) -> Ending {
    switch error {
    case let end as EndOfCommand: return end.ending
    case let failure as CommandFailure:
      for line in failure.lines { Console.complain(line) }
      return .exit(failure.status)
    case let error as JournalError:
      Console.complain("clickwrap: \(error)")
      return .exit(.failure)
    case let error as StudyError: return report(error.failure)
    case let error as LedgerError: return report(error.failure)
    default:
      // The parser's messages quote the command line; help is its own text.
      let isHelp = Clickwrap.exitCode(for: error) == .success
      for line in Clickwrap.fullMessage(for: error).split(separator: "\n", omittingEmptySubsequences: false) {
        isHelp ? Console.line(String(line)) : Console.complain(String(line))
      }
      return .exit(isHelp ? .ok : .usage)
    }
  }
}

/// Options for commands that open the terminal.
struct TerminalFlags: ParsableArguments {
  @Flag(help: "Use no colours; NO_COLOR in the environment does the same.")
  var noColor = false

  @Flag(help: "Leave the mouse to the terminal, so that text can be selected.")
  var noMouse = false

  @Option(help: "How long a lone escape is waited for, in milliseconds (1 to 10000).")
  var escDelay: Int?

  @Flag(
    inversion: .prefixedNo,
    help: """
      Lines with numbered choices instead of a full screen: for screen readers, pipes and terminals that can do no more, \
      where it is chosen without being asked for. --no-linear refuses it.
      """)
  var linear: Bool?

  @Flag(help: "Ask the terminal for an answer after each new frame, and record how long it took.")
  var fence = false

  @Flag(
    help: """
      Close the ways to a shell that keys open: Ctrl-Z and Ctrl-\\ are keys like any other, Ctrl-C leads to the flow's own \
      question where it has one, nothing suspends the program, and nothing is printed after the session. It does not \
      stop whoever closes the window, has another terminal, or may send signals; and leaving the session ends the \
      program, so start it with exec, or in place of a login shell, lest it ends in a shell.
      """)
  var kiosk = false

  func validate() throws {
    if let escDelay, !(1...10_000).contains(escDelay) { throw ValidationError("--esc-delay takes 1 to 10000") }
  }

  var choices: TerminalChoices {
    TerminalChoices(
      noColor: noColor, noMouse: noMouse, escapeDelayMilliseconds: escDelay, asksForFences: fence, isKiosk: kiosk,
      linear: linear)
  }
}

struct DemoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo", abstract: "Meet the pop-up, decide, and be told what you agreed to (the default).",
    discussion: """
      Nothing is kept unless --journal names a file; each session then gets one of its own.

      Examples:
        clickwrap demo --journal visit.jsonl
        exec clickwrap demo --kiosk --journal visit.jsonl
      """)

  @Option(help: "Record every session; when there is such a file, -2, -3 … is put before the extension.")
  var journal: String?

  @Option(
    help: """
      The language of the texts, found as by `clickwrap run`. The fair screen is in English where it has no other \
      language.
      """)
  var language = "en"

  @OptionGroup var terminal: TerminalFlags

  func run() throws {
    throw EndOfCommand(ending: Demo.run(terminal.choices, journal: journal, language: language))
  }
}
