import ConsentEngine
import ConsentJournal
import ConsentModel
import ConsentScreens

/// What exploring one condition at one size has found, for people and for programs.
struct FlowExploration: Sendable {
  /// What is explored.
  struct Job: Sendable {
    var name: String
    var flow: FlowDefinition
    var inputs: SessionInputs
    var properties: [FlowDocument.Property]
  }

  let job: Job
  let survey: FlowSurvey
  /// What is claimed of this entry, and whether it holds.
  let claims: [(property: FlowProperty, verdict: FlowProperty.Verdict)]

  init(_ job: Job) {
    self.job = job
    let engine = FlowEngine(job.flow)
    survey = engine.survey(job.inputs)
    let properties = job.properties.filter { $0.entries.contains(Int(job.inputs.entry)) }.map(\.property)
    let verdicts = properties.isEmpty ? [] : engine.prove(properties, job.inputs).verdicts
    claims = Array(zip(properties, verdicts)).map { (property: $0, verdict: $1) }
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
      + claims.filter { !FlowExploration.holds($0.verdict) }.map { "; fails: \($0.property.name)" }.joined()
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
    if !survey.blind.isEmpty { lines.append("can be agreed to without a control of its own ever having been visible") }
    for blind in survey.blind {
      lines.append(
        "  \(flow.terms[Int(blind.term)].name): \(cost(blind.path)): \(FlowExploration.words(blind.path.inputs))")
    }
    lines += ["flaws"] + (flaws.isEmpty ? ["  none"] : flaws.map { "  \($0)" })
    if !claims.isEmpty { lines += ["properties"] + claims.map { "  " + words($0.property, $0.verdict) } }
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

  // MARK: Properties

  /// Whether everything that is claimed holds.
  var keepsItsProperties: Bool { claims.allSatisfy { FlowExploration.holds($0.verdict) } }

  private static func holds(_ verdict: FlowProperty.Verdict) -> Bool {
    switch verdict {
    case .holds: true
    case .fails, .open: false
    }
  }

  private func words(_ property: FlowProperty, _ verdict: FlowProperty.Verdict) -> String {
    switch verdict {
    case .holds(nil): "holds: \(property.name)"
    case .holds(let keys?): "holds: \(property.name) (\(keys) \(keys == 1 ? "key" : "keys"))"
    case .fails(nil): "FAILS: \(property.name): nothing leads there"
    case .fails(let path?): "FAILS: \(property.name): \(cost(path)): \(FlowExploration.words(path.inputs))"
    case .open: "NOT PROVED: \(property.name): there are too many states to go to all of them"
    }
  }

  /// Every way by keys as a walk, under a name for its file.
  var walks: [(name: String, text: String)] {
    var walks: [(name: String, text: String)] = []
    func add(_ name: String, _ path: Exploration.Path?, _ saying: String) {
      guard let path else { return }
      walks.append((name, Walk.text(along: path, of: flow, job.inputs, saying: [saying])))
    }
    for (index, outcome) in flow.outcomes.enumerated() {
      add("outcome-\(outcome)", found.outcomes[index], "The fewest keys to the outcome \(outcome).")
    }
    for (index, decision) in found.decisions.enumerated() {
      add("decision-\(index + 1)", decision.path, "The fewest keys to \(standings(decision.standings)).")
    }
    add("trap", found.trap, "From here no keys lead to an end.")
    for blind in survey.blind {
      let name = flow.terms[Int(blind.term)].name
      add("unseen-\(name)", blind.path, "\(name) is agreed to, and none of its controls has been visible.")
    }
    for (index, claim) in claims.enumerated() {
      if case .fails(let path) = claim.verdict {
        add("property-\(index + 1)", path, "Does not hold: \(claim.property.name)")
      }
    }
    return walks
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
      ("properties", .array(claims.map { claim($0.property, $0.verdict) })),
    ])
  }

  private func claim(_ property: FlowProperty, _ verdict: FlowProperty.Verdict) -> JSON {
    let (word, way): (String, JSON) =
      switch verdict {
      case .holds: ("holds", .null)
      case .fails(let way): ("fails", path(way))
      case .open: ("not_proved", .null)
      }
    return .object([("property", .text(property.name)), ("verdict", .text(word)), ("counterexample", way)])
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
