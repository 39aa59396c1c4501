import ConsentModel
import ConsentSource

/// Reads `flow.yaml`, of a flow or of a part.
struct FlowDecoder {
  let report: Report

  /// Whether the file says that it is a part.
  static func isPart(_ node: Node) -> Bool { node["part"]?.scalar.flatMap { yesOrNo($0) } == true }

  func flow(_ node: Node, name: String) -> (spec: FlowSpec, uses: [Ref])? {
    let isPart = FlowDecoder.isPart(node)
    let what = isPart ? "the flow.yaml of a part" : "flow.yaml"
    guard let fields = Fields(node, isPart ? .part : .flow, what: what, report) else { return nil }
    if let own = fields.ref("flow"), own.name != name, own.name != name.split(separator: "/").last.map(String.init) {
      report.error(at: own.mark, "the flow is called `\(own.name)`, its folder `\(name)`", hint: "use one name")
    }
    var spec = FlowSpec(name: name, mark: node.mark)
    spec.title = fields.string("title") ?? name
    spec.names = names(fields.entries("names") ?? [])
    spec.accounts = unique(fields.refs("accounts") ?? [], "account")
    if let dates = fields.node("dates"), let parts = Fields(dates, .dates, what: "`dates`", report) {
      spec.published = parts.date("published") ?? spec.published
      spec.decision = parts.date("decision") ?? spec.decision
    }
    spec.inputGuardMilliseconds = fields.integer("input_guard_ms") ?? 0
    spec.entries = (fields.entries("entries") ?? []).compactMap { entry in
      guard isName(entry.key), let screen = Ref(entry.value) else {
        report.error(at: entry.mark, "the entry `\(entry.key)` needs the name of a screen")
        return nil
      }
      return EntrySpec(name: Ref(entry.key, at: entry.mark), screen: screen)
    }
    if fields.has("entries"), spec.entries.isEmpty { report.error(at: node.mark, "a flow needs an entry") }
    spec.replaces = fields.refs("replaces") ?? []
    spec.terms = (fields.entries("terms") ?? []).compactMap(term)
    spec.variables = (fields.entries("variables") ?? []).compactMap(variable)
    spec.outcomes = unique(fields.refs("outcomes") ?? [], "outcome")
    spec.styles = (fields.entries("styles") ?? []).compactMap(style)
    if let signs = fields.node("signs"), let parts = Fields(signs, .signs, what: "`signs`", report),
      let focus = parts.ref("focus"), let backdrop = parts.ref("backdrop"), let border = parts.ref("border"),
      let tooSmall = parts.ref("too_small")
    {
      spec.signs = SignsSpec(focus: focus, backdrop: backdrop, border: border, tooSmall: tooSmall)
    }
    spec.linear = fields.node("linear").flatMap(linear)
    spec.stop = fields.node("stop").flatMap(stop)
    return (spec, uses(fields.node("uses")))
  }

  private func linear(_ node: Node) -> LinearSpec? {
    guard let fields = Fields(node, .linear, what: "`linear`", report), let switches = fields.refs("switches"),
      switches.count == 3, let ask = fields.ref("ask"), let askDefault = fields.ref("ask_default"),
      let stop = fields.ref("stop")
    else { return nil }
    let keys = ["characters", "ask_text", "ask_number"]
    let blanks = keys.compactMap { fields.ref($0) }
    if !blanks.isEmpty, blanks.count < keys.count {
      report.error(at: node.mark, "`linear` has only some of the texts for fields and numbers", hint: "give all three")
    }
    return LinearSpec(
      switches: switches, ask: ask, askDefault: askDefault, stop: stop, blanks: blanks.count == 3 ? blanks : [])
  }

  private func stop(_ node: Node) -> StopSpec? {
    guard let fields = Fields(node, .stop, what: "`stop`", report), let name = fields.ref("key"),
      let screen = fields.ref("screen"), let legend = fields.ref("legend")
    else { return nil }
    guard let key = Key(spelling: name.name) else {
      report.error(
        at: name.mark, "`\(name.name)` is no key", hint: Nearest.hint(for: name.name, among: Key.specialNames))
      return nil
    }
    // Escape and Ctrl-C have meanings of their own, and a character may be what a screen asks for.
    guard key != .escape, key != .stop, key.code >= 0x20_0000 || key.modifiers.contains(.control) else {
      report.error(
        at: name.mark, "`\(name.name)` cannot be the stop key",
        hint: "a key that answers nothing on any screen, for example `f10`")
      return nil
    }
    return StopSpec(key: key, screen: screen, legend: legend)
  }

  private func uses(_ node: Node?) -> [Ref] {
    guard let node else { return [] }
    let refs = node.sequence?.compactMap { Ref($0) } ?? []
    if refs.isEmpty {
      report.error(at: node.mark, "`uses` has to be a list of folders", hint: "write `[parts/reveal]`")
    }
    return refs
  }

  private func unique(_ refs: [Ref], _ what: String) -> [Ref] {
    var seen: Set<String> = []
    for ref in refs where !seen.insert(ref.name).inserted {
      report.error(at: ref.mark, "the \(what) `\(ref.name)` is there twice")
    }
    return refs
  }

  private func names(_ entries: [Node.Entry]) -> [String: String] {
    var names: [String: String] = [:]
    for entry in entries {
      guard isName(entry.key), let text = entry.value.scalar, !text.isEmpty,
        !text.contains(where: { $0 == "{" || $0 == "}" })
      else {
        report.error(at: entry.mark, "the name `\(entry.key)` needs text without braces")
        continue
      }
      names[entry.key] = text
    }
    return names
  }

  private func term(_ entry: Node.Entry) -> TermSpec? {
    guard isName(entry.key) else {
      report.error(at: entry.mark, "`\(entry.key)` is no name for a term")
      return nil
    }
    guard let fields = Fields(entry.value, .term, what: "a term", report) else { return nil }
    var elements: [Ref] = []
    if let node = fields.node("elements") {
      elements = node.sequence?.compactMap { Ref($0) } ?? []
      for ref in elements where ref.name.split(separator: ".", omittingEmptySubsequences: false).count != 2 {
        report.error(at: ref.mark, "`\(ref.name)` names no element", hint: "write `screen.element`")
      }
      elements.removeAll { $0.name.split(separator: ".", omittingEmptySubsequences: false).count != 2 }
      if node.sequence == nil { report.error(at: node.mark, "`elements` has to be a list of `screen.element`") }
    }
    return TermSpec(
      name: Ref(entry.key, at: entry.mark), kind: fields.string("kind") == "terms" ? .terms : .purpose,
      control: fields.ref("control"), elements: elements)
  }

  private func style(_ entry: Node.Entry) -> StyleSpec? {
    guard isName(entry.key) else {
      report.error(at: entry.mark, "`\(entry.key)` is no name for a style")
      return nil
    }
    guard let fields = Fields(entry.value, .style, what: "a style", report) else { return nil }
    func attributes(_ key: String) -> Style.Attributes {
      (fields.refs(key) ?? []).reduce(into: []) { set, ref in
        if let bit = Schema.attributes.firstIndex(of: ref.name) {
          set.insert(Style.Attributes(rawValue: 1 << UInt8(bit)))
        }
      }
    }
    return StyleSpec(
      name: Ref(entry.key, at: entry.mark),
      style: Style(
        name: entry.key, foreground: fields.string("foreground").flatMap { rgb($0) } ?? 0,
        background: fields.string("background").flatMap { rgb($0) } ?? 0,
        attributes: attributes("attributes"), monochrome: attributes("mono")))
  }

  // MARK: Variables

  private func variable(_ entry: Node.Entry) -> VariableSpec? {
    guard isName(entry.key) else {
      report.error(at: entry.mark, "`\(entry.key)` is no name for a variable", hint: "small letters, digits, `-`, `_`")
      return nil
    }
    guard let fields = Fields(entry.value, .variable, what: "a variable", report) else { return nil }
    var variable = VariableSpec(name: Ref(entry.key, at: entry.mark))
    let all = ["values", "number", "draw", "draw_from", "derive"]
    let kinds = all.filter { fields.has($0) }
    let written = all.filter { entry.value[$0] != nil }
    guard kinds.count == 1, let kind = kinds.first else {
      if kinds.count != 1, written.count != 1 {
        report.error(
          at: entry.mark,
          "the variable `\(entry.key)` needs one of `values`, `number`, `draw`, `draw_from` and `derive`",
          hint: "values by name, a number, or what it follows from")
      }
      return nil
    }
    let allowed: Set<String>
    switch kind {
    case "values":
      allowed = ["values", "initial"]
      let refs = unique(fields.refs("values") ?? [], "value")
      variable.values = refs.map(\.name)
      if refs.isEmpty || refs.count > 64 { report.error(at: entry.mark, "a variable has 1 to 64 values") }
      variable.initial = fields.ref("initial")
    case "number":
      allowed = ["number", "minimum", "maximum"]
      variable.number = Int32(fields.integer("number") ?? 0)
      let low = Int32(fields.integer("minimum") ?? 0)
      let high = Int32(fields.integer("maximum") ?? 1_000_000)
      if low <= high, (low...high).contains(variable.number) {
        variable.bounds = low...high
      } else {
        report.error(at: entry.mark, "the number `\(entry.key)` is not between its smallest and largest value")
      }
    case "draw":
      allowed = ["draw"]
      let refs = unique(fields.refs("draw") ?? [], "value")
      variable.values = refs.map(\.name)
      variable.isDrawn = true
      if refs.isEmpty || refs.count > 64 { report.error(at: entry.mark, "a variable has 1 to 64 values") }
    case "draw_from":
      allowed = ["draw_from", "draw_to"]
      variable.isDrawn = true
      let low = Int32(fields.integer("draw_from") ?? 0)
      let high = Int32(fields.integer("draw_to") ?? -1)
      if low <= high {
        variable.bounds = low...high
        variable.number = low
      } else {
        report.error(
          at: entry.mark, "the number `\(entry.key)` needs a `draw_to` that is not less than its `draw_from`")
      }
    default:
      allowed = derived(fields, into: &variable)
    }
    for part in entry.value.mapping ?? [] where !allowed.contains(part.key) && fields.has(part.key) {
      report.error(
        at: part.mark, "`\(part.key)` has no meaning for this variable",
        hint: "here may stand \(allowed.sorted().joined(separator: ", "))")
    }
    return variable
  }

  /// Reads what the kind of derivation needs, and says which keys it knows.
  private func derived(_ fields: Fields, into variable: inout VariableSpec) -> Set<String> {
    variable.derive = fields.ref("derive")
    variable.bounds = -1_000_000_000...1_000_000_000
    let needed: [String]
    var more: [String] = []
    switch fields.string("derive") {
    case "standing", "provenance", "choice", "on_screen_ms", "focused_ms", "operations", "latency_ms",
      "possibly_accidental":
      needed = ["term"]
    case "policy":
      needed = ["effect", "side"]
      more = ["facts"]
    case "keys": needed = ["from", "to"]
    default: needed = []
    }
    for key in needed where !fields.has(key) {
      report.error(at: fields.mark, "`derive: \(fields.string("derive") ?? "")` needs `\(key)`")
    }
    variable.term = fields.ref("term")
    variable.effect = fields.ref("effect")
    variable.isActual = fields.string("side") != "stated"
    variable.from = fields.ref("from")
    variable.facts = pairs(fields.entries("facts") ?? []).map { (fact: $0, value: $1) }
    variable.to = pairs(fields.entries("to") ?? []).map { (term: $0, standing: $1) }
    return Set(["derive"] + needed + more)
  }

  private func pairs(_ entries: [Node.Entry]) -> [(Ref, Ref)] {
    entries.compactMap { entry in
      guard let value = Ref(entry.value) else {
        report.error(at: entry.value.mark, "`\(entry.key)` needs one value, not \(entry.value.kindWord)")
        return nil
      }
      return (Ref(entry.key, at: entry.mark), value)
    }
  }
}
