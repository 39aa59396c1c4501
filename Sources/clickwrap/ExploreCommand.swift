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

      Examples:
        clickwrap explore consumer-terms --entry popup
        clickwrap explore consumer-terms --entry popup --set default=off --size 80x24 --size 120x40
        clickwrap explore consumer-terms --entry popup --all-conditions --json
        clickwrap explore fair-choice --format dot | dot -Tsvg > fair.svg
      """)

  @OptionGroup var options: FlowOptions

  @Option(help: "Columns and rows; may be given several times. 80x24 unless given.")
  var size: [Size] = []

  @Flag(help: "Every level of every factor by itself, the others at their baseline: a line a condition.")
  var allConditions = false

  @Option(help: "text, mermaid or dot: the last two draw which screens lead to which.")
  var format = Format.text

  @Flag(help: "Print one JSON object a condition and size.")
  var json = false

  @Flag(help: "Say on standard error how long it took.")
  var timing = false

  enum Format: String, CaseIterable, ExpressibleByArgument {
    case text, mermaid, dot
  }

  func validate() throws {
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
        return FlowExploration.Job(name: condition.name, flow: condition.flow, inputs: inputs)
      }
    }
    let started = ExploreCommand.now()
    let lanes = Lanes<Int, FlowExploration.Job, FlowExploration>(making: { 0 }, work: { FlowExploration($1) })
    let found = lanes.run(jobs)
    let nanoseconds = ExploreCommand.now() - started
    for exploration in found { say(exploration) }
    if timing {
      let steps = found.reduce(0) { $0 + $1.survey.exploration.steps }
      let states = found.reduce(0) { $0 + $1.survey.exploration.states }
      Console.complain(
        "clickwrap: \(found.count) explored by keys and by mouse in \(nanoseconds / 1_000_000) ms: by keys \(states) states and "
          + "\(steps) steps")
    }
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

  private func conditions() throws -> [(name: String, flow: FlowDefinition)] {
    let (source, name) = options.place
    let levels = try options.levels()
    let base = try options.load()
    guard allConditions else { return [(options.settings.joined(separator: " "), base.flow)] }
    let (document, diagnostics) = FlowLoader.document(name, from: source)
    guard let document else { throw CommandFailure(.screens, lines: diagnostics.map(\.rendered)) }
    var all = [(name: levels.isEmpty ? "baseline" : options.settings.joined(separator: " "), flow: base.flow)]
    for factor in document.factors where levels[factor.name] == nil {
      for level in factor.levels where level != factor.baseline {
        let set = levels.merging([factor.name: level]) { $1 }
        let loaded = try LoadedFlow.load(name, from: source, set: set, language: options.language)
        all.append(("\(factor.name)=\(level)", loaded.flow))
      }
    }
    return all
  }

  private static func now() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}

/// What exploring one condition at one size has found, for people and for programs.
struct FlowExploration: Sendable {
  /// What is explored.
  struct Job: Sendable {
    var name: String
    var flow: FlowDefinition
    var inputs: SessionInputs
  }

  let job: Job
  let survey: FlowSurvey

  init(_ job: Job) {
    self.job = job
    survey = FlowEngine(job.flow).survey(job.inputs)
  }

  private var flow: FlowDefinition { job.flow }
  private var found: Exploration { survey.exploration }

  private var title: String {
    let size = job.inputs.size
    let entry = flow.entries[Int(job.inputs.entry)].name
    return "\(flow.name), \(entry), \(size.columns)x\(size.rows)\(job.name.isEmpty ? "" : ", \(job.name)")"
  }

  // MARK: Words

  /// One line: how much there is, and what the decisions cost.
  var summary: String {
    let decisions = found.decisions.map { "\(standings($0.standings)) \(cost($0.path))" }
    return "\(title): \(found.states) states; " + decisions.joined(separator: "; ") + flaws.map { "; \($0)" }.joined()
  }

  /// Everything.
  var lines: [String] {
    var lines = [
      title,
      "  \(found.states) states, \(found.steps) steps\(found.isComplete ? "" : ": stopped at the limit, not all")",
    ]
    let dropped = found.dropped.map { flow.variables[Int($0)].name }
    lines.append("  left out: times; days but for the decision date; of what is typed one value a stretch")
    lines.append("  nothing reads, or nothing changes: \(dropped.isEmpty ? "none" : dropped.joined(separator: ", "))")
    lines.append("outcomes")
    for (index, name) in flow.outcomes.enumerated() {
      lines += way("  \(name)", found.outcomes[index], survey.outcomesByMouse[index])
    }
    if !flow.terms.isEmpty { lines.append("what can be agreed to") }
    for (index, decision) in found.decisions.enumerated() {
      lines += way("  \(standings(decision.standings))", decision.path, survey.decisionsByMouse[index])
    }
    lines += ["flaws"] + (flaws.isEmpty ? ["  none"] : flaws.map { "  \($0)" })
    return lines
  }

  private func way(_ name: String, _ keys: Exploration.Path?, _ mouse: Exploration.Path?) -> [String] {
    guard keys != nil || mouse != nil else { return ["\(name): nothing leads there"] }
    var lines: [String] = []
    if let keys { lines.append("\(name): \(cost(keys)): \(FlowExploration.words(keys.inputs))") }
    guard let mouse else { return lines.isEmpty ? [] : lines + ["    by mouse: no clicks lead there"] }
    let clicks = mouse.inputs.count { if case .mouse = $0 { true } else { false } }
    let seconds = FlowExploration.seconds(KeystrokeLevel.milliseconds(mouse.inputs))
    lines.append("    by mouse: \(clicks) \(clicks == 1 ? "click" : "clicks"), \(seconds) s")
    return lines
  }

  private func cost(_ path: Exploration.Path) -> String {
    let seconds = FlowExploration.seconds(KeystrokeLevel.milliseconds(path.inputs))
    return "\(path.keys) \(path.keys == 1 ? "key" : "keys"), \(seconds) s"
  }

  /// What is wrong with the flow whatever it is for.
  private var flaws: [String] {
    var flaws: [String] = []
    if found.traps > 0, let trap = found.trap {
      let screens = found.trappedScreens.map { flow.screens[Int($0)].name }.joined(separator: ", ")
      flaws.append(
        "\(found.traps) states from which no end can be reached, on \(screens): \(FlowExploration.words(trap.inputs))")
    }
    for blind in survey.blind {
      flaws.append(
        "\(flow.terms[Int(blind.term)].name) can be agreed to without its control ever having been visible: "
          + FlowExploration.words(blind.path.inputs))
    }
    let unreached = found.screens.indices.filter { found.screens[$0] == nil }.map { flow.screens[$0].name }
    if !unreached.isEmpty { flaws.append("nothing leads to the screens \(unreached.joined(separator: ", "))") }
    let reached = survey.unseen.filter { found.screens[Int(flow.elements[Int($0)].screen)] != nil }
    if !reached.isEmpty { flaws.append("never visible: \(reached.map(element).joined(separator: ", "))") }
    return flaws
  }

  private func element(_ index: Int32) -> String {
    let element = flow.elements[Int(index)]
    return flow.screens[Int(element.screen)].name + "." + (element.name.isEmpty ? "#\(index)" : element.name)
  }

  private func standings(_ standings: [Standing]) -> String {
    zip(flow.terms, standings).map { "\($0.name)=\($1.word)" }.joined(separator: " ")
  }

  /// A way in words; of many inputs the last ones.
  static func words(_ inputs: [Input]) -> String {
    let words = inputs.map(word)
    return words.isEmpty ? "at the start" : (words.count > 30 ? ["…"] + words.suffix(30) : words).joined(separator: " ")
  }

  static func word(_ input: Input) -> String {
    switch input {
    case .key(let key): key.spelling
    case .mouse(let mouse):
      switch mouse.action {
      case .press: "click@\(mouse.column),\(mouse.row)"
      case .release: "release"
      case .wheelUp: "wheel-up"
      case .wheelDown: "wheel-down"
      }
    case .wake: "(waiting)"
    case .choose(let control): "choose#\(control)"
    case .paste, .resize, .terminalFocus, .suspended, .continued, .fence, .unknown, .resumed, .leave: "?"
    }
  }

  /// Milliseconds as seconds with two digits after the point, to the nearest.
  static func seconds(_ milliseconds: Int) -> String {
    let hundredths = (milliseconds + 5) / 10
    let rest = hundredths % 100
    return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
  }

  // MARK: JSON

  var json: JSON {
    .object([
      ("flow", .text(flow.name)), ("condition", .object(flow.condition.map { ($0.factor, .text($0.level)) })),
      ("entry", .text(flow.entries[Int(job.inputs.entry)].name)),
      ("columns", .number(Int64(job.inputs.size.columns))), ("rows", .number(Int64(job.inputs.size.rows))),
      ("states", .number(Int64(found.states))), ("steps", .number(Int64(found.steps))),
      ("complete", .bool(found.isComplete)),
      ("left_out", .array(found.dropped.map { .text(flow.variables[Int($0)].name) })),
      (
        "outcomes",
        .array(
          flow.outcomes.indices.map { index in
            object([("outcome", .text(flow.outcomes[index]))], found.outcomes[index], survey.outcomesByMouse[index])
          })
      ),
      (
        "decisions",
        .array(
          found.decisions.indices.map { index in
            let decision = found.decisions[index]
            let standings = zip(flow.terms, decision.standings).map { ($0.name, JSON.text($1.word)) }
            return object([("terms", .object(standings))], decision.path, survey.decisionsByMouse[index])
          })
      ),
      ("traps", .number(Int64(found.traps))), ("trap", path(found.trap)),
      (
        "agreed_unseen",
        .array(
          survey.blind.map { .object([("term", .text(flow.terms[Int($0.term)].name)), ("path", path($0.path))]) })
      ),
      (
        "unreached_screens",
        .array(found.screens.indices.filter { found.screens[$0] == nil }.map { .text(flow.screens[$0].name) })
      ),
      ("never_visible", .array(survey.unseen.map { .text(element($0)) })),
    ])
  }

  private func object(
    _ members: [(String, JSON)], _ keys: Exploration.Path?, _ mouse: Exploration.Path?
  ) -> JSON {
    .object(members + [("keys", path(keys)), ("mouse", path(mouse))])
  }

  private func path(_ path: Exploration.Path?) -> JSON {
    guard let path else { return .null }
    return .object([
      ("keys", .number(Int64(path.keys))), ("klm_ms", .number(Int64(KeystrokeLevel.milliseconds(path.inputs)))),
      ("date", .text(path.date.text)), ("inputs", .array(path.inputs.map { .text(FlowExploration.word($0)) })),
    ])
  }
}
