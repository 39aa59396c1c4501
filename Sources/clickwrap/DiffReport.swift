import ConsentAudit
import ConsentEngine
import ConsentModel
import ConsentScreens

/// What differs between two conditions, for people and for programs.
struct DiffReport {
  /// One of the two.
  struct Side {
    var name: String
    /// Where its files are; two sides from the same place are conditions of one flow.
    var place: String
    var levels: [String: String]
    var document: FlowDocument
    var flow: FlowDefinition
    var inputs: SessionInputs
  }

  private let first: Side
  private let other: Side
  /// nil for two flows.
  private let difference: ConditionDifference?
  private let declared: [String]
  /// How the terms stand, and the fewest keys to that in each.
  private let ways: [(standings: String, first: Exploration.Path?, other: Exploration.Path?)]
  private let rules: (first: [AuditResult], other: [AuditResult])

  init(_ first: Side, _ other: Side) throws {
    self.first = first
    self.other = other
    let engines = (FlowEngine(first.flow), FlowEngine(other.flow))
    let explored = (engines.0.explore(first.inputs), engines.1.explore(other.inputs))
    if first.place == other.place {
      let names = first.document.declared(from: first.levels, to: other.levels)
      declared = names.sorted()
      // What only one of them leads to is met on its own ways.
      let paths = (explored.0.screens + explored.1.screens).compactMap { $0 }
      difference = ConditionDifference(engines.0, engines.1, ways: paths, first.inputs, declared: names)
    } else {
      declared = []
      difference = nil
    }
    ways = DiffReport.ways((explored.0, first.flow), (explored.1, other.flow))
    rules = (
      Audit.results(AuditSubject(engines.0, first.inputs)), Audit.results(AuditSubject(engines.1, other.inputs))
    )
  }

  /// Whether nothing differs but what is said to.
  var isDeclared: Bool { difference?.isDeclared ?? true }

  private static func ways(
    _ first: (Exploration, FlowDefinition), _ other: (Exploration, FlowDefinition)
  ) -> [(standings: String, first: Exploration.Path?, other: Exploration.Path?)] {
    func named(_ side: (Exploration, FlowDefinition)) -> [(String, Exploration.Path)] {
      side.0.decisions.map { decision in
        (zip(side.1.terms, decision.standings).map { "\($0.name)=\($1.word)" }.joined(separator: " "), decision.path)
      }
    }
    let (a, b) = (named(first), named(other))
    let names = a.map(\.0) + b.map(\.0).filter { name in !a.contains { $0.0 == name } }
    return names.map { name in (name, a.first { $0.0 == name }?.1, b.first { $0.0 == name }?.1) }
  }

  private var changedRules: [(rule: AuditRuleFacts, first: AuditVerdict, other: AuditVerdict)] {
    zip(rules.first, rules.other).compactMap { a, b in
      DiffReport.word(a.verdict) == DiffReport.word(b.verdict) ? nil : (a.rule, a.verdict, b.verdict)
    }
  }

  private static func word(_ verdict: AuditVerdict) -> String {
    switch verdict {
    case .fires: "fires"
    case .quiet: "quiet"
    case .notAssessed: "not assessed"
    }
  }

  private static func cost(_ path: Exploration.Path?) -> String {
    guard let path else { return "nothing leads there" }
    let seconds = FlowExploration.seconds(KeystrokeLevel.milliseconds(path.inputs))
    return "\(path.keys) \(path.keys == 1 ? "key" : "keys"), \(seconds) s"
  }

  // MARK: Words

  var lines: [String] {
    var lines = ["\(first.name) and \(other.name), \(first.inputs.size.columns)x\(first.inputs.size.rows)"]
    if let difference {
      lines.append("declared: \(declared.isEmpty ? "nothing" : declared.joined(separator: ", "))")
      lines.append("\(difference.frames) pairs of frames compared")
      for item in difference.items { lines += words(item) }
      if difference.items.isEmpty { lines.append("  no cell differs") }
      if !difference.partings.isEmpty {
        lines.append("the same keys lead elsewhere after \(difference.partings.joined(separator: ", "))")
      }
      let open = difference.items.count { $0.reason == .undeclared }
      lines.append(open == 0 ? "everything that differs is declared" : "NOT DECLARED: \(open)")
    } else {
      lines.append("two flows: cells are not compared")
    }
    lines.append("fewest keys")
    for way in ways {
      let (a, b) = (DiffReport.cost(way.first), DiffReport.cost(way.other))
      lines.append("  \(way.standings): \(a == b ? "\(a) in both" : "\(a) | \(b)")")
    }
    lines.append("rules that differ")
    for change in changedRules {
      lines.append(
        "  \(change.rule.id) \(change.rule.name): \(DiffReport.word(change.first)) | \(DiffReport.word(change.other))")
    }
    if changedRules.isEmpty { lines.append("  none") }
    return lines
  }

  private func words(_ item: ConditionDifference.Item) -> [String] {
    let reason =
      switch item.reason {
      case .declared: "declared"
      case .follows(let names): "follows from \(names.joined(separator: ", "))"
      case .moved: "moved"
      case .undeclared: "NOT DECLARED"
      }
    let name = item.element.isEmpty ? "(around them)" : item.element
    let head = "  \(item.screen) \(name): \(item.cells) cells, \(reason)"
    guard item.first != item.other else { return [head] }
    return [head, "      \(quoted(item.first))", "      \(quoted(item.other))"]
  }

  private func quoted(_ text: String?) -> String {
    guard let text else { return "(not there)" }
    let line = text.split(separator: "\n").joined(separator: " ")
    return "\"\(line.count > 100 ? line.prefix(99) + "…" : line[...])\""
  }

  // MARK: JSON

  var json: JSON {
    func text(_ value: String?) -> JSON { value.map { .text($0) } ?? .null }
    func keys(_ path: Exploration.Path?) -> JSON { path.map { .number(Int64($0.keys)) } ?? .null }
    func milliseconds(_ path: Exploration.Path?) -> JSON {
      path.map { .number(Int64(KeystrokeLevel.milliseconds($0.inputs))) } ?? .null
    }
    let items = (difference?.items ?? []).map { item -> JSON in
      let (word, variables): (String, [String]) =
        switch item.reason {
        case .declared: ("declared", [])
        case .follows(let names): ("follows", names)
        case .moved: ("moved", [])
        case .undeclared: ("undeclared", [])
        }
      return .object([
        ("screen", .text(item.screen)), ("element", .text(item.element)), ("cells", .number(Int64(item.cells))),
        ("first", text(item.first)), ("other", text(item.other)), ("reason", .text(word)),
        ("variables", .array(variables.map { .text($0) })),
      ])
    }
    return .object([
      ("first", .text(first.name)), ("other", .text(other.name)),
      ("declared", .array(declared.map { .text($0) })),
      ("frames", difference.map { .number(Int64($0.frames)) } ?? .null), ("differences", .array(items)),
      ("partings", .array((difference?.partings ?? []).map { .text($0) })), ("is_declared", .bool(isDeclared)),
      (
        "ways",
        .array(
          ways.map { way in
            .object([
              ("terms", .text(way.standings)), ("first_keys", keys(way.first)), ("other_keys", keys(way.other)),
              ("first_klm_ms", milliseconds(way.first)), ("other_klm_ms", milliseconds(way.other)),
            ])
          })
      ),
      (
        "rules",
        .array(
          changedRules.map { change in
            .object([
              ("rule", .text(change.rule.id)), ("first", .text(DiffReport.word(change.first))),
              ("other", .text(DiffReport.word(change.other))),
            ])
          })
      ),
    ])
  }
}
