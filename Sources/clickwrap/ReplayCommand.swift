import ArgumentParser
import ConsentEngine
import ConsentJournal
import ConsentModel
import ConsentRender
import ConsentStudy
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

struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Say whether journals are complete, unfinished or broken.",
    discussion: """
      Checks the form, the chain and, where the flow is known, every frame. Exit status: 0 all complete, 3 one is \
      unfinished, 4 one is broken, 1 one cannot be read; of several the worst. Of a study it checks every journal, the \
      notes, and the chain over all sessions, in which those who withdrew have their place.

      Examples:
        clickwrap verify mine.jsonl
        clickwrap verify --json journals/*.jsonl
        clickwrap verify defaults
      """)

  @Argument(help: "The journals, or a study.")
  var journals: [String]

  @Flag(help: "Print one JSON object a journal.")
  var json = false

  func run() throws {
    var worst = ExitStatus.ok
    let order: [ExitStatus] = [.ok, .unfinished, .failure, .broken]
    let verifier = JournalVerifier()
    for path in journals {
      let status: ExitStatus
      if StudyFolder(path).isStudy {
        let found = try StudyVerification(OpenStudy(path), verifier, json: json).run()
        if (order.firstIndex(of: found) ?? 0) > (order.firstIndex(of: worst) ?? 0) { worst = found }
        continue
      }
      do {
        let verdict = try Journals.verify(path, with: verifier)
        status = ExitStatus(rawValue: verdict.exitCode.rawValue) ?? .failure
        Console.out(
          json ? Journals.json(path, verdict).line + "\n" : Console.printable(Journals.line(path, verdict)) + "\n")
      } catch {
        status = .failure
        if json {
          let object = JSON.object([
            ("journal", .text(path)), ("verdict", .text("unreadable")), ("error", .text("\(error)")),
          ])
          Console.out(object.line + "\n")
        } else {
          Console.complain("\(path): \(error)")
        }
      }
      if (order.firstIndex(of: status) ?? 0) > (order.firstIndex(of: worst) ?? 0) { worst = status }
    }
    if worst != .ok { throw EndOfCommand(ending: .exit(worst)) }
  }
}

/// Journals on the disk, with the built-in flow where the one beside them is missing.
enum Journals {
  /// Replays a journal without showing it.
  static func replay(_ path: String) throws -> JournalVerifier.Replay {
    do {
      let replay = try JournalVerifier().replay(path, visit: nil)
      guard replay.frames == .noFlow, let flow = builtIn(replay.reader.header.flowDigest) else { return replay }
      return try JournalVerifier(flow: flow).replay(path, visit: nil)
    } catch .broken(let line, let fault) {
      throw CommandFailure(.broken, "\(path): broken: line \(line): \(fault)")
    }
  }

  /// Verifies a journal.
  static func verify(_ path: String, with verifier: JournalVerifier) throws -> Verdict {
    let verdict = try verifier.verify(path)
    switch verdict {
    case .complete(let summary), .unfinished(let summary, _):
      guard summary.frames == .noFlow, let flow = builtIn(summary.header.flowDigest) else { return verdict }
      return try JournalVerifier(flow: flow).verify(path)
    case .broken: return verdict
    }
  }

  private static func builtIn(_ digest: Digest256) -> FlowDefinition? {
    let bytes = BuiltIn.demoBytes
    guard !bytes.isEmpty, FlowCodec.digest(bytes) == digest else { return nil }
    return try? FlowCodec.decode(bytes)
  }

  /// Why frames were not compared, or that they were.
  static func reason(_ frames: JournalSummary.Frames) -> String {
    switch frames {
    case .same: "every frame as recorded"
    case .notComparable(let recorded, let replaying):
      "frames not comparable: recorded by engine \(recorded), this is engine \(replaying)"
    case .noFlow: "frames not compared: the flow does not lie beside the journal in flows/"
    }
  }

  /// A verdict in one line.
  static func line(_ path: String, _ verdict: Verdict) -> String {
    switch verdict {
    case .complete(let summary):
      "\(path): complete, \(summary.events) events\(dropped(summary)), \(reason(summary.frames)), head \(summary.chain.hex.prefix(16))"
    case .unfinished(let summary, let tornBytes):
      "\(path): unfinished, \(summary.events) events\(dropped(summary))"
        + (tornBytes > 0 ? ", a torn last line of \(tornBytes) bytes was dropped" : "") + ", \(reason(summary.frames))"
    case .broken(let line, let fault): "\(path): broken: line \(line): \(fault)"
    }
  }

  /// What was lost where the session went on; nothing where that is nothing.
  private static func dropped(_ summary: JournalSummary) -> String {
    summary.droppedBytes == 0 ? "" : ", \(summary.droppedBytes) bytes of torn lines lost when it went on"
  }

  /// A verdict as JSON.
  static func json(_ path: String, _ verdict: Verdict) -> JSON {
    func facts(_ word: String, _ summary: JournalSummary, _ more: [(String, JSON)]) -> JSON {
      .object(
        [
          ("journal", .text(path)), ("verdict", .text(word)), ("flow", .text(summary.header.flow)),
          ("events", .number(Int64(summary.events))), ("dropped_bytes", .number(Int64(summary.droppedBytes))),
          ("frames", .text(reason(summary.frames))),
          ("head", .text(summary.chain.hex)),
        ] + more)
    }
    switch verdict {
    case .complete(let summary): return facts("complete", summary, [])
    case .unfinished(let summary, let tornBytes):
      return facts("unfinished", summary, [("torn_bytes", .number(Int64(tornBytes)))])
    case .broken(let line, let fault):
      return .object([
        ("journal", .text(path)), ("verdict", .text("broken")), ("line", .number(Int64(line))),
        ("fault", .text("\(fault)")),
      ])
    }
  }
}
