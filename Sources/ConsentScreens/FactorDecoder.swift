import ConsentModel
import ConsentSource

/// Reads a factor file.
struct FactorDecoder {
  let report: Report

  func factor(_ node: Node, fileName: String) -> FactorSpec? {
    guard let fields = Fields(node, .factor, what: "a factor", report) else { return nil }
    let name = fields.ref("factor") ?? Ref(fileName, at: node.mark)
    if name.name != fileName {
      report.error(at: name.mark, "the factor is called `\(name.name)`, its file `\(fileName)`", hint: "use one name")
    }
    var factor = FactorSpec(
      name: Ref(fileName, at: name.mark), baseline: fields.ref("baseline") ?? Ref("", at: node.mark))
    factor.tags = (fields.node("tags")?.sequence ?? []).compactMap(\.scalar)
    factor.isAssumed = fields.flag("assumed") ?? false
    if let check = fields.node("check"), let parts = Fields(check, .check, what: "`check`", report) {
      factor.question = parts.ref("question")
      factor.answers = parts.refs("answers") ?? []
    }
    for entry in fields.entries("levels") ?? [] {
      guard isName(entry.key) else {
        report.error(at: entry.mark, "`\(entry.key)` is no name for a level", hint: "small letters, digits, `-`, `_`")
        continue
      }
      var level = LevelSpec(name: Ref(entry.key, at: entry.mark))
      if let parts = Fields(entry.value, .level, what: "a level", report) {
        level.changes = (parts.entries("patch") ?? []).flatMap { changes($0) }
      }
      factor.levels.append(level)
    }
    if fields.has("baseline"), !factor.levels.contains(where: { $0.name.name == factor.baseline.name }) {
      report.missing("level", factor.baseline, among: factor.levels.map(\.name.name))
    }
    for level in factor.levels where level.name.name == factor.baseline.name && !level.changes.isEmpty {
      report.error(at: level.name.mark, "the baseline changes nothing", hint: "write `{}` and put it into the screens")
    }
    if factor.levels.count < 2 { report.error(at: node.mark, "a factor needs two levels or more") }
    factor.impossible = (fields.items("impossible") ?? []).flatMap { impossible($0, of: factor) }
    return factor
  }

  private func impossible(_ node: Node, of factor: FactorSpec) -> [ImpossibleSpec] {
    guard let fields = Fields(node, .impossible, what: "`impossible`", report) else { return [] }
    let levels = fields.refs("levels") ?? []
    for level in levels where !factor.levels.contains(where: { $0.name.name == level.name }) {
      report.missing("level", level, among: factor.levels.map(\.name.name))
    }
    return (fields.entries("with") ?? []).map { entry in
      let others = entry.value.sequence?.compactMap { Ref($0) } ?? Ref(entry.value).map { [$0] } ?? []
      return ImpossibleSpec(
        mark: entry.mark, other: Ref(entry.key, at: entry.mark), otherLevels: others, levels: levels,
        why: fields.string("why") ?? "")
    }
  }

  // MARK: Patches

  private func changes(_ entry: Node.Entry) -> [Change] {
    guard entry.value.mapping != nil else {
      report.error(at: entry.value.mark, "a patch has to be a mapping, not \(entry.value.kindWord)")
      return []
    }
    if entry.key == "flow" { return flowChanges(entry.value) }
    return screenChanges(Ref(entry.key, at: entry.mark), entry.value)
  }

  private func flowChanges(_ node: Node) -> [Change] {
    guard let fields = Fields(node, .patchFlow, what: "the patch of the flow", report) else { return [] }
    var list: [Change] = []
    func add(_ target: Ref?, _ property: Ref, _ value: Change.Value) {
      list.append(Change(screen: nil, target: target, property: property, value: value))
    }
    if let number = fields.integer("input_guard_ms"), let mark = fields.node("input_guard_ms")?.mark {
      add(nil, Ref("input_guard_ms", at: mark), .number(number))
    }
    for entry in fields.entries("variables") ?? [] {
      guard let parts = Fields(entry.value, .patchVariable, what: "the patch of a variable", report),
        let initial = parts.ref("initial")
      else { continue }
      add(Ref(entry.key, at: entry.mark), Ref("initial", at: entry.mark), .ref(initial))
    }
    if let dates = fields.node("dates"), let parts = Fields(dates, .patchDates, what: "`dates`", report) {
      for name in ["published", "decision"] {
        guard let day = parts.date(name), let mark = parts.node(name)?.mark else { continue }
        add(nil, Ref(name, at: mark), .day(day))
      }
    }
    for entry in fields.entries("entries") ?? [] {
      guard let screen = Ref(entry.value) else { continue }
      add(Ref(entry.key, at: entry.mark), Ref("entry", at: entry.mark), .ref(screen))
    }
    return list
  }

  private func screenChanges(_ screen: Ref, _ node: Node) -> [Change] {
    var list: [Change] = []
    var own: [Node.Entry] = []
    for entry in node.mapping ?? [] {
      if Schema.screenProperties.contains(entry.key) {
        own.append(entry)
        continue
      }
      list += elementChanges(screen, Ref(entry.key, at: entry.mark), entry.value)
    }
    guard !own.isEmpty,
      let fields = Fields(Node(mark: node.mark, .mapping(own)), .patchScreen, what: "the patch of a screen", report)
    else { return list }
    let screens = ScreenDecoder(report: report)
    for entry in own where fields.has(entry.key) {
      let value: Change.Value
      switch entry.key {
      case "initial_focus": value = .ref(ScreenDecoder.focus(fields.ref(entry.key)))
      case "focus_order": value = .refs(fields.refs(entry.key) ?? [])
      case "timer":
        guard let timer = screens.timer(entry.value) else { continue }
        value = .timer(timer)
      default: value = .branches(screens.steps.branches(entry.value))
      }
      list.append(Change(screen: screen, target: nil, property: Ref(entry.key, at: entry.mark), value: value))
    }
    return list
  }

  private func elementChanges(_ screen: Ref, _ element: Ref, _ node: Node) -> [Change] {
    guard let fields = Fields(node, .patchElement, what: "the patch of `\(element.name)`", report) else { return [] }
    let screens = ScreenDecoder(report: report)
    return (node.mapping ?? []).compactMap { entry in
      guard fields.has(entry.key), let value = value(entry, fields, screens) else { return nil }
      return Change(screen: screen, target: element, property: Ref(entry.key, at: entry.mark), value: value)
    }
  }

  private func value(_ entry: Node.Entry, _ fields: Fields, _ screens: ScreenDecoder) -> Change.Value? {
    let key = entry.key
    switch key {
    case "present": return fields.flag(key).map { .flag($0) }
    case "hits": return .flag(fields.string(key) == "row")
    case "text", "style": return .ref(fields.ref(key))
    case "align": return fields.word(key, in: Schema.alignments).map { .alignment(Element.Alignment.allCases[$0]) }
    case "scale": return .scale(fields.string(key) == "large" ? .large : .normal)
    case "rows": return fields.integer(key).map { .number($0) }
    case "columns": return screens.columns(entry.value).map { .number($0) }
    case "on_activate": return .branches(screens.steps.branches(entry.value))
    case "words": return screens.words(entry.value).map { .refs($0) }
    case "when": return .conditions(screens.steps.conditions(entry.value))
    case "discloses": return .disclosures(ScreenDecoder.disclosures(fields.refs(key) ?? []))
    default:
      guard let parts = Fields(entry.value, .place, what: "`place`", report) else { return nil }
      switch (parts.ref("before"), parts.ref("after")) {
      case (let before?, nil): return .place(isBefore: true, before)
      case (nil, let after?): return .place(isBefore: false, after)
      case (nil, nil), (_?, _?):
        report.error(at: entry.value.mark, "`place` needs either `before` or `after`")
        return nil
      }
    }
  }
}
