import ArgumentParser
import ConsentEngine
import ConsentJournal
import ConsentModel
import ConsentScreens
import ConsentTerminal
import Glibc

struct WalkCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "walk", abstract: "Run scripts of keys and expectations through their flows.",
    discussion: """
      A walk that lies in a flow's folder walks through that flow; any other through the built-in one. Built-in walks \
      are named as in `clickwrap screens list`.

      Examples:
        clickwrap walk screens/consumer-terms/walks/*.walk
        clickwrap walk consumer-terms/walks/accept-at-once.walk --slow
        clickwrap walk screens/fair-choice/walks/*.walk --language en-XA
      """)

  @Argument(help: "The walks.")
  var files: [String]

  @Flag(help: "Show the walk in the terminal at its own pace.")
  var slow = false

  @Flag(help: "Write the golden files anew.")
  var update = false

  @Option(
    help: """
      The language of the texts, found as by `clickwrap run`. In another language than English the texts and frames \
      that a walk expects are left out; everything else has to come true.
      """)
  var language = "en"

  @Option(
    help:
      "Keep the session of the walk as a journal; one walk only. It is unfinished where the walk ends before the session."
  )
  var journal: String?

  @OptionGroup var terminal: TerminalFlags

  func validate() throws {
    if journal != nil, files.count > 1 || slow || update {
      throw ValidationError("--journal is for one walk, without --slow and --update")
    }
    if slow && update { throw ValidationError("--slow and --update exclude each other") }
    if update && language != "en" { throw ValidationError("golden files are in English: --update without --language") }
  }

  func run() throws {
    var failures = 0
    for file in files {
      let (walk, problems) = try load(file)
      var found = problems
      if found.isEmpty { found = try go(walk, file) }
      if found.isEmpty {
        if !slow { Console.line("\(file): passed") }
        continue
      }
      failures += 1
      for problem in found {
        Console.complain("\(problem)")
        for row in (problem.frame ?? "").split(separator: "\n", omittingEmptySubsequences: false) {
          Console.complain("  |\(row)")
        }
      }
    }
    if failures > 0 { throw EndOfCommand(ending: .exit(.walk)) }
  }

  private func load(_ file: String) throws -> (Walk, [WalkProblem]) {
    if access(file, R_OK) != 0, let bytes = BuiltIn.files[file] {
      return Walk.parse(String(decoding: bytes, as: UTF8.self), file: file)
    }
    return try Walk.load(file)
  }

  private func go(_ walk: Walk, _ file: String) throws -> [WalkProblem] {
    var levels: [String: String] = [:]
    for setting in walk.settings { levels[setting.factor] = setting.level }
    let (source, name) = place(of: walk, file)
    let loaded = try LoadedFlow.load(name, from: source, set: levels, language: language)
    let engine = FlowEngine(loaded.flow)
    let runner = WalkRunner(engine)
    let isEnglish = loaded.flow.language == "en"
    let walk = isEnglish ? walk : walk.withoutTexts
    if slow { return try watch(walk, runner, engine) }
    let golden = update || !isEnglish || access(file, R_OK) != 0 ? nil : try WalkGolden.load(ofWalk: file)
    let result = runner.run(walk, golden: golden)
    if let journal, result.failures.isEmpty { try keep(result, engine, bytes: loaded.bytes, at: journal) }
    if update, result.failures.isEmpty, let text = result.golden { try WalkGolden.update(ofWalk: file, text) }
    return result.failures
  }

  /// Keeps the session of a walk; its terminal is none, and its header says so.
  private func keep(_ result: WalkResult, _ engine: FlowEngine, bytes: [UInt8]?, at path: String) throws {
    let terminal = TerminalFacts(
      term: "xterm-256color", colours: 256, isUTF8: true, escapeDelayMilliseconds: 25, hasMouse: true, through: ["walk"]
    )
    try KeptSession(
      engine: engine, bytes: bytes, inputs: result.inputs, firstFrame: result.firstFrame, events: result.recorded,
      state: result.state, terminal: terminal, started: nil
    ).write(to: path)
  }

  /// The flow in whose folder the walk lies, or the built-in one of that name.
  private func place(of walk: Walk, _ file: String) -> (FlowSource, String) {
    let parts = file.split(separator: "/", omittingEmptySubsequences: false)
    let folder = parts.dropLast().joined(separator: "/")
    for candidate in [folder + "/..", folder] where !folder.isEmpty && access(candidate + "/flow.yaml", R_OK) == 0 {
      guard let real = realpath(candidate, nil) else { continue }
      defer { free(real) }
      return FlowPlace.find(String(cString: real), screens: nil)
    }
    return FlowPlace.find(walk.flow, screens: nil)
  }

  private func watch(_ walk: Walk, _ runner: WalkRunner, _ engine: FlowEngine) throws -> [WalkProblem] {
    var surface = try terminal.choices.open()
    surface.begin(engine.flow)
    var player = Player(speed: 1)
    var isFirst = true
    var isStopped = false
    let result = runner.run(walk) { frame, time in
      guard !isStopped else { return }
      do {
        try player.show(frame, at: time, isFirst: isFirst, on: &surface)
      } catch {
        isStopped = true
      }
      isFirst = false
    }
    if !isStopped { do { try player.hold(on: &surface) } catch {} }
    let signal = surface.endingSignal
    surface.close()
    if signal != 0 { throw EndOfCommand(ending: .signal(signal)) }
    return isStopped ? [] : result.failures
  }
}
