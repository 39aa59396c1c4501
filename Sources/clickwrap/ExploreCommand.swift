import ArgumentParser
import ConsentEngine
import ConsentJournal
import ConsentModel
import ConsentScreens
import Glibc

struct ExploreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explore", abstract: "Find everything that a flow can lead to, and the shortest ways there.",
    discussion: """
      Breadth first over all states: outcomes and agreements that can be reached, each with the fewest keys and the fewest \
      clicks and the seconds of the Keystroke-Level Model; traps, from which no end can be reached; screens to which nothing \
      leads; texts and controls that are never visible; purposes that can be agreed to without their control ever having been \
      on screen.

      States are told apart as far as conditions of the flow read them. What is left out is named: times (every key comes after \
      the input guard, and every timer that can run does), days but for the decision date, and of what is typed one value of each \
      stretch that conditions tell apart.

      What the flow's properties.yaml says that it keeps to is proved, or refuted by the shortest way to where it fails; then \
      the status is 11. --walks writes every way that is printed, and every refutation, as a walk for `clickwrap walk --slow`.

      Examples:
        clickwrap explore consumer-terms --entry popup
        clickwrap explore consumer-terms --entry popup --set default=off --size 80x24 --size 120x40
        clickwrap explore consumer-terms --entry popup --all-conditions --pairs --json
        clickwrap explore fair-choice --format dot | dot -Tsvg > fair.svg
        clickwrap explore screens/my-flow --walks screens/my-flow/found
      """)

  @OptionGroup var options: FlowOptions

  @Option(help: "Columns and rows; may be given several times. 80x24 unless given.")
  var size: [Size] = []

  @Flag(help: "Every level of every factor by itself, the others at their baseline: a line a condition.")
  var allConditions = false

  @Flag(help: "With --all-conditions: every possible pair of levels of two factors as well.")
  var pairs = false

  @Option(help: "text, mermaid or dot: the last two draw which screens lead to which.")
  var format = Format.text

  @Flag(help: "Print one JSON object a condition and size.")
  var json = false

  @Option(help: "Write the ways of one condition at one size as walks into this new folder.")
  var walks: String?

  @Flag(help: "Say on standard error how long it took.")
  var timing = false

  enum Format: String, CaseIterable, ExpressibleByArgument {
    case text, mermaid, dot
  }

  func validate() throws {
    if walks != nil, allConditions || size.count > 1 {
      throw ValidationError("--walks is for one condition at one size")
    }
    if pairs, !allConditions { throw ValidationError("--pairs goes with --all-conditions") }
    switch format {
    case .text: break
    case .mermaid, .dot:
      if json || allConditions || size.count > 1 {
        throw ValidationError("--format mermaid and dot draw one condition at one size, without --json")
      }
    }
  }

  func run() throws {
    let sizes = size.isEmpty ? [Size.standard] : size
    let jobs = try conditions().flatMap { condition in
      try sizes.map { size in
        var inputs = try options.inputs(for: condition.flow)
        inputs.seed = options.seed ?? 0
        inputs.size = size
        return FlowExploration.Job(
          name: condition.name, flow: condition.flow, inputs: inputs, properties: condition.properties)
      }
    }
    let started = ExploreCommand.now()
    let lanes = Lanes<Int, FlowExploration.Job, FlowExploration>(making: { 0 }, work: { FlowExploration($1) })
    let found = lanes.run(jobs)
    let nanoseconds = ExploreCommand.now() - started
    for exploration in found { say(exploration) }
    if let walks, let first = found.first { try write(first.walks, into: walks) }
    if timing {
      let steps = found.reduce(0) { $0 + $1.survey.exploration.steps }
      let states = found.reduce(0) { $0 + $1.survey.exploration.states }
      Console.complain(
        "clickwrap: \(found.count) explored by keys and by mouse in \(nanoseconds / 1_000_000) ms: by keys \(states) states and "
          + "\(steps) steps")
      // The search by itself, without what has been visible, on one core.
      let begun = ExploreCommand.now()
      let alone = jobs.reduce(0) { $0 + FlowEngine($1.flow).explore($1.inputs).steps }
      let spent = max(1, ExploreCommand.now() - begun)
      Console.complain(
        "clickwrap: the search by keys alone: \(UInt64(alone) * 1_000_000_000 / spent) steps a second on one core")
    }
    guard found.allSatisfy(\.keepsItsProperties) else { throw EndOfCommand(ending: .exit(.property)) }
  }

  private func write(_ walks: [(name: String, text: String)], into folder: String) throws {
    guard !DurableFile.isThere(folder) else {
      throw CommandFailure(.usage, "clickwrap: \(folder) is there already; nothing is overwritten")
    }
    try DurableFile.makeFolder(folder)
    for walk in walks { try DurableFile.create("\(folder)/\(walk.name).walk", Array(walk.text.utf8), mode: 0o644) }
    if !json, format == .text { Console.line("\(walks.count) walks in \(folder)") }
  }

  private func say(_ found: FlowExploration) {
    if json {
      Console.out(found.json.line + "\n")
      return
    }
    switch format {
    case .text:
      if allConditions {
        Console.line(found.summary)
      } else {
        for line in found.lines { Console.line(line) }
      }
    case .mermaid: Console.out(FlowGraph(found).mermaid)
    case .dot: Console.out(FlowGraph(found).dot)
    }
  }

  private typealias Condition = (name: String, flow: FlowDefinition, properties: [FlowDocument.Property])

  private func conditions() throws -> [Condition] {
    let (source, name) = options.place
    let levels = try options.levels()
    let base = try options.load()
    // A study's flow is no folder of screens and has none; what a study keeps to is proved by `check`.
    guard case (let document?, let diagnostics) = FlowLoader.document(name, from: source), !diagnostics.hasErrors else {
      guard !allConditions else {
        throw CommandFailure(.screens, lines: FlowLoader.document(name, from: source).diagnostics.map(\.rendered))
      }
      return [(options.settings.joined(separator: " "), base.flow, [])]
    }
    let words = options.settings.joined(separator: " ")
    guard allConditions else { return [try condition(words, base.flow, document)] }
    var sets = [(name: levels.isEmpty ? "baseline" : words, levels: levels)]
    for count in pairs ? [1, 2] : [1] {
      for added in document.conditions(of: count) where added.allSatisfy({ levels[$0.factor] == nil }) {
        let set = levels.merging(added.map { ($0.factor, $0.level) }) { $1 }
        guard document.condition(set).problems.isEmpty else { continue }
        sets.append((added.map { "\($0.factor)=\($0.level)" }.joined(separator: " "), set))
      }
    }
    let language = options.language
    let lanes = Lanes<Int, [String: String], (flow: FlowDefinition?, problems: [String])>(
      making: { 0 },
      work: {
        let (flow, found) = document.compile(set: $1, language: language)
        return (flow, found.filter { $0.severity == .error }.map(\.rendered))
      })
    return try zip(sets, lanes.run(sets.map(\.levels))).map { set, made in
      guard let flow = made.flow else { throw CommandFailure(.screens, lines: made.problems) }
      return try condition(set.name, flow, document)
    }
  }

  private func condition(_ name: String, _ flow: FlowDefinition, _ document: FlowDocument) throws -> Condition {
    let (properties, diagnostics) = document.properties(of: flow)
    guard !diagnostics.hasErrors else { throw CommandFailure(.screens, lines: diagnostics.map(\.rendered)) }
    return (name, flow, properties)
  }

  private static func now() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}
