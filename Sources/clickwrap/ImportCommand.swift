import ArgumentParser
import ConsentEngine
import ConsentInterchange
import ConsentJournal
import ConsentModel
import ConsentScreens
import Glibc

struct ImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Make a journal of what others recorded: keys, clicks and sizes, with their times.",
    discussion: """
      Reads an asciicast of version 2 or 3 that holds what was typed, a log of `script --log-in` or `--log-io` with its timing, \
      a tape of vhs (Type, keys, Sleep, Set TypingSpeed; `# cols: 80 rows: 24` for its size), or a walk. What was typed is decoded \
      by the decoder of live sessions, run through the flow, and written as a journal that replays, verifies and exports like any \
      other; its header says that it came through an import. What could not be decoded is listed.

      The flow has to be the one that was shown, under its levels; the session has no stage. It starts where the recording takes \
      over the screen, or where --offset says. Sessions among lines cannot be imported: what was typed there is not keys.

      Exit status: 0 imported; 1 a file cannot be read or written; 2 the recording has a form that cannot be imported; 5 screen \
      files are wrong; 6 a walk did not come true.

      Examples:
        asciinema rec --stdin -c 'clickwrap run consumer-terms --entry popup' session.cast
        clickwrap import consumer-terms session.cast --entry popup --journal session.jsonl
        script --log-in typed --log-timing times -c 'clickwrap run consumer-terms --entry popup'
        clickwrap import consumer-terms typed --timing times --entry popup --journal session.jsonl
        clickwrap import fair-choice keys.tape --journal fair.jsonl
      """)

  @OptionGroup var options: FlowOptions

  @Argument(help: "The recording.")
  var file: String

  @Option(help: "The journal to write; nothing is overwritten.")
  var journal: String

  @Option(help: "The timing of a log of `script`.")
  var timing: String?

  @Option(help: "The session starts so many seconds after the recording, 0 to 86400.")
  var offset: Double?

  @Option(help: "Columns and rows, where the recording does not say them.")
  var size: Size?

  @Option(help: "How long a lone escape was waited for, in milliseconds, 1 to 10000.")
  var escDelay = 25

  @Flag(help: "The session was held as a kiosk: its stop key asks.")
  var kiosk = false

  @Flag(help: "Say what was imported as one JSON object.")
  var json = false

  func validate() throws {
    guard (1...10_000).contains(escDelay) else { throw ValidationError("--esc-delay takes 1 to 10000") }
    if let offset, !(0...86_400).contains(offset) { throw ValidationError("--offset takes 0 to 86400") }
  }

  func run() throws {
    if file.hasSuffix(".walk") { return try importWalk() }
    let imported = try read()
    let loaded = try options.load()
    var inputs = try options.inputs(for: loaded.flow)
    inputs.seed = options.seed ?? 0
    inputs.size = size ?? imported.size ?? .standard
    inputs.asksBeforeStopping = kiosk
    let engine = FlowEngine(loaded.flow)
    let session = ImportedSession(engine, inputs, imported.events, until: imported.end)
    let terminal = TerminalFacts(
      term: imported.terminal ?? "", colours: 256, isUTF8: true, escapeDelayMilliseconds: Int32(escDelay),
      hasMouse: true,
      isKiosk: kiosk, through: ["import", imported.format.rawValue])
    try KeptSession(
      engine: engine, bytes: loaded.bytes, inputs: inputs, firstFrame: session.firstFrame, events: session.recorded,
      state: session.state, terminal: terminal, started: imported.started
    ).write(to: journal)
    for problem in imported.problems { Console.complain(problem.rendered(in: timing ?? file)) }
    say(imported, session, AgreementReport(engine, session.state))
  }

  private func importWalk() throws {
    let (walk, problems) = try Walk.load(file)
    guard problems.isEmpty else { throw CommandFailure(.walk, lines: problems.map { "\($0)" }) }
    var levels = try options.levels()
    for setting in walk.settings where levels[setting.factor] == nil { levels[setting.factor] = setting.level }
    let (source, name) = options.place
    let loaded = try LoadedFlow.load(name, from: source, set: levels, language: options.language)
    let engine = FlowEngine(loaded.flow)
    let result = WalkRunner(engine).run(walk)
    guard result.failures.isEmpty else { throw CommandFailure(.walk, lines: result.failures.map { "\($0)" }) }
    let terminal = TerminalFacts(
      term: "xterm-256color", colours: 256, isUTF8: true, escapeDelayMilliseconds: 25, hasMouse: true,
      through: ["import", "walk"])
    try KeptSession(
      engine: engine, bytes: loaded.bytes, inputs: result.inputs, firstFrame: result.firstFrame,
      events: result.recorded,
      state: result.state, terminal: terminal, started: nil
    ).write(to: journal)
    Console.line("\(file): \(result.recorded.count) events")
  }

  // MARK: Reading

  private func read() throws -> ImportedInput {
    let bytes = try contents(file)
    let log = try timing.map(contents)
    do throws(ImportProblem) {
      return try ImportedInput(
        bytes, timing: log, startMicroseconds: offset.map { Int64($0 * 1_000_000) },
        escapeDelayMicroseconds: Int64(escDelay) * 1000)
    } catch {
      // Of a log with a timing, it is the timing that has lines.
      throw CommandFailure(.usage, error.rendered(in: timing ?? file))
    }
  }

  private func contents(_ path: String) throws -> [UInt8] {
    guard let bytes = try DurableFile.contents(of: path, limit: ImportedInput.maximumBytes) else {
      throw JournalError.system("open", path: path, errno: ENOENT)
    }
    return bytes
  }

  // MARK: What came of it

  private func say(_ imported: ImportedInput, _ session: ImportedSession, _ report: AgreementReport) {
    let unknown = imported.problems.count
    if json {
      let object = JSON.object([
        ("journal", .text(journal)), ("format", .text(imported.format.rawValue)),
        ("events", .number(Int64(session.recorded.count))), ("misses", .number(Int64(session.misses))),
        ("unused", .number(Int64(session.unused))), ("problems", .number(Int64(unknown))),
        ("over", .bool(session.state.isOver)), ("agreement", report.json),
      ])
      Console.out(object.line + "\n")
      return
    }
    Console.line(
      "\(journal): \(session.recorded.count) events of \(imported.format.rawValue), \(session.misses) changed nothing, "
        + "\(session.unused) came after the end, \(unknown) problems"
        + (session.state.isOver ? "" : "; the recording ends before the session"))
    for line in report.lines { Console.line(line) }
  }
}
