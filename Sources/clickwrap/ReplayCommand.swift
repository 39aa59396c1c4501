import ArgumentParser
import ConsentEngine
import ConsentJournal
import ConsentModel
import ConsentRender
import ConsentTerminal

struct ReplayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay", abstract: "Show a recorded session again, frame by frame the same.",
    discussion: """
      Space, Enter or the right arrow go on at once; q or Escape leave.
      Every frame is compared with the recorded digest before anything is shown.

      With --under the keys of any number of journals are run under other levels of factors, and nothing is shown but counts: \
      mechanical exposure to inertia, not an effect. People answer to what they see; the same keys say only to how much a design is \
      open when nobody looks. There is no estimate and no test of it. Exit status then: 0 all were run; 1 some were left out.

      Examples:
        clickwrap replay mine.jsonl --speed 4
        clickwrap replay mine.jsonl --step
        clickwrap replay mine.jsonl --headless --json
        clickwrap replay study/journals/*.jsonl --under default=off
      """)

  @Argument(help: "The journal; with --under any number of them.")
  var journals: [String]

  @Option(help: "A factor and its level, factor=level: run the same keys under it; may be given more than once.")
  var under: [String] = []

  @Option(help: "With --under: take the flows from this folder instead of the built-in ones.")
  var screens: String?

  private var journal: String { journals[0] }

  @Option(help: "How many times faster than it was, 0.01 to 1000.")
  var speed = 1.0

  @Flag(help: "Wait for a key before every frame.")
  var step = false

  @Flag(help: "Show nothing; only compare the frames and print what was agreed to.")
  var headless = false

  @Flag(help: "Print the agreement as JSON.")
  var json = false

  @OptionGroup var terminal: TerminalFlags

  func validate() throws {
    guard (0.01...1000).contains(speed) else { throw ValidationError("--speed takes 0.01 to 1000") }
    if terminal.kiosk || terminal.fence {
      throw ValidationError("--kiosk and --fence are for sessions, not for replays")
    }
    if journals.count > 1, under.isEmpty { throw ValidationError("one journal is shown at a time") }
    if screens != nil, under.isEmpty { throw ValidationError("--screens is for --under") }
    if !under.isEmpty, step || headless || speed != 1 { throw ValidationError("--under shows nothing but counts") }
    if step && headless { throw ValidationError("--step and --headless exclude each other") }
  }

  func run() throws {
    guard under.isEmpty else { return try runSameKeys() }
    let replay = try Journals.replay(journal)
    guard let engine = replay.engine, let state = replay.state else {
      throw CommandFailure(.failure, "clickwrap: \(journal): \(Journals.reason(replay.frames))")
    }
    var signal: Int32 = 0
    if !headless { signal = try show(engine, replay.reader.header) }
    let report = AgreementReport(engine, state)
    if json {
      Console.out(report.json.line + "\n")
    } else {
      Console.line("\(replay.reader.eventCount) events replayed, every frame as recorded")
      for line in report.lines { Console.line(line) }
    }
    if signal != 0 { throw EndOfCommand(ending: .signal(signal)) }
    if replay.reader.closing == nil {
      Console.complain("\(journal): unfinished: the session has no closing line")
      throw EndOfCommand(ending: .exit(.unfinished))
    }
  }

  private func runSameKeys() throws {
    var levels: [String: String] = [:]
    for setting in under {
      let parts = setting.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty,
        levels.updateValue(parts[1], forKey: parts[0]) == nil
      else { throw ValidationError("--under takes factor=level, each factor once, not '\(setting)'") }
    }
    let report = SameKeysReport(under: levels, screens: screens)
    let (tally, problems) = report.run(journals)
    if json {
      Console.out(report.json(tally, problems).line + "\n")
    } else {
      for line in report.lines(tally) { Console.line(line) }
    }
    for problem in problems { Console.complain(problem) }
    if !problems.isEmpty { throw EndOfCommand(ending: .exit(.failure)) }
  }

  /// Shows the session; the journal was compared already.
  private func show(_ engine: FlowEngine, _ header: JournalHeader) throws -> Int32 {
    guard let inputs = header.inputs(for: engine.flow) else { return 0 }
    let reader = try JournalReader(journal)
    var surface = try terminal.choices.open()
    let size = surface.currentSize
    surface.begin(engine.flow)
    var player = Player(speed: step ? nil : speed)
    var outbox = Outbox()
    var frame = Frame()
    var state = engine.start(inputs, into: &outbox)
    var widest = inputs.size
    do {
      engine.render(state, into: &frame)
      try player.show(frame, at: .zero, isFirst: true, on: &surface)
      while let line = try reader.next() {
        guard case .event(let event) = line else { continue }
        engine.step(&state, event.recorded.event, into: &outbox)
        engine.render(state, into: &frame)
        widest = Size(
          columns: max(Int(widest.columns), Int(frame.size.columns)), rows: max(Int(widest.rows), Int(frame.size.rows)))
        try player.show(frame, at: event.recorded.event.at, on: &surface)
      }
      try player.hold(on: &surface)
    } catch is Player.Stopped {
      // The person has seen enough.
    }
    let signal = surface.endingSignal
    surface.close()
    if size.columns < widest.columns || size.rows < widest.rows {
      Console.complain(
        "the session was recorded at \(widest.columns)x\(widest.rows); \(size.columns)x\(size.rows) shows a part of it")
    }
    return signal
  }
}
