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

      Examples:
        clickwrap replay mine.jsonl --speed 4
        clickwrap replay mine.jsonl --step
        clickwrap replay mine.jsonl --headless --json
      """)

  @Argument(help: "The journal.")
  var journal: String

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
    if step && headless { throw ValidationError("--step and --headless exclude each other") }
  }

  func run() throws {
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
