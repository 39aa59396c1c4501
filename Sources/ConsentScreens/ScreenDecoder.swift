import ConsentModel
import ConsentSource

/// Reads a screen file.
struct ScreenDecoder {
  let report: Report
  var steps: StepDecoder { StepDecoder(report: report) }

  func screen(_ node: Node, fileName: String) -> ScreenSpec? {
    guard let fields = Fields(node, .screen, what: "a screen", report) else { return nil }
    let name = fields.ref("screen") ?? Ref(fileName, at: node.mark)
    if name.name != fileName {
      report.error(at: name.mark, "the screen is called `\(name.name)`, its file `\(fileName)`", hint: "use one name")
    }
    if name.name == "flow" {
      report.error(at: name.mark, "no screen may be called `flow`", hint: "in a patch `flow` is the flow itself")
    }
    var screen = ScreenSpec(name: Ref(fileName, at: name.mark), focusOrderMark: node.mark)
    screen.shape = fields.string("shape") == "card" ? .card : .full
    screen.columns = fields.integer("columns") ?? 300
    screen.backdrop = fields.ref("backdrop")
    screen.style = fields.ref("style")
    screen.isPrompt = fields.flag("prompt") ?? false
    screen.focusOrder = fields.refs("focus_order") ?? []
    screen.focusOrderMark = fields.node("focus_order")?.mark ?? node.mark
    screen.initialFocus = ScreenDecoder.focus(fields.ref("initial_focus"))
    screen.onOpen = steps.branches(fields.node("on_open"))
    screen.onEscape = steps.branches(fields.node("on_escape"))
    screen.timer = fields.node("timer").flatMap(timer)
    screen.keys = keys(fields.entries("keys") ?? [])
    screen.elements = (fields.items("elements") ?? []).compactMap { element($0, in: Schema.Place.elements) }
    screen.links = (fields.items("links") ?? []).compactMap { element($0, in: [.link]) }
    checkNames(screen)
    return screen
  }

  static func focus(_ ref: Ref?) -> Ref? { ref?.name == "none" ? nil : ref }

  func timer(_ node: Node) -> TimerSpec? {
    guard let fields = Fields(node, .timer, what: "`timer`", report), let idle = fields.integer("idle_ms") else {
      return nil
    }
    return TimerSpec(idleMilliseconds: idle, branches: steps.branches(fields.node("do")))
  }

  private func keys(_ entries: [Node.Entry]) -> [(key: Key, control: Ref)] {
    entries.flatMap { entry -> [(key: Key, control: Ref)] in
      guard let key = Key(spelling: entry.key) else {
        let hint = Nearest.hint(for: entry.key, among: Key.specialNames)
        report.error(at: entry.mark, "`\(entry.key)` is no key", hint: hint)
        return []
      }
      let controls = entry.value.sequence?.compactMap { Ref($0) } ?? Ref(entry.value).map { [$0] } ?? []
      guard !controls.isEmpty, controls.allSatisfy({ isName($0.name) }) else {
        report.error(at: entry.value.mark, "`\(entry.key)` needs the name of a control, or a list of names")
        return []
      }
      return controls.map { (key, $0) }
    }
  }

  // MARK: Elements

  /// The kind is the key that names it; exactly one has to be there.
  private func kind(of node: Node, among kinds: [Schema.Place]) -> Schema.Place? {
    guard let entries = node.mapping else {
      report.error(at: node.mark, "an element has to be a mapping, not \(node.kindWord)", hint: "`- text: key`")
      return nil
    }
    let all = entries.compactMap { entry in Schema.Place.elements.first { $0.rawValue == entry.key } }
    // `text` names a kind; every other word can only be one.
    guard all.count == 1, let kind = all.first else {
      if all.isEmpty, let first = entries.first {
        let hint = Nearest.hint(for: first.key, among: Schema.Place.elements.map(\.rawValue))
        report.error(at: node.mark, "an element of an unknown kind: `\(first.key)`", hint: hint)
      } else {
        let words = all.map { "`\($0.rawValue)`" }.joined(separator: " and ")
        report.error(at: node.mark, "an element has one kind, this has \(words.isEmpty ? "none" : words)")
      }
      return nil
    }
    guard kinds.contains(kind) else {
      let allowed = kinds.map(\.rawValue).joined(separator: ", ")
      report.error(at: node.mark, "no `\(kind.rawValue)` may stand here", hint: "here may stand \(allowed)")
      return nil
    }
    return kind
  }

  func element(_ node: Node, in kinds: [Schema.Place]) -> ElementSpec? {
    guard let kind = kind(of: node, among: kinds.filter { kinds.count == 1 || $0 != .option }) else { return nil }
    guard let fields = Fields(node, kind, what: "a \(kind.rawValue)", report) else { return nil }
    guard let value = fields.node(kind.rawValue) else { return nil }
    var element = ElementSpec(kind: kind, mark: node.mark, main: Ref(value.scalar ?? "", at: value.mark))
    element.name = fields.ref("name")
    element.role = fields.word("role", in: Schema.roles).map { Element.Role.allCases[$0] }
    element.style = fields.ref("style")
    element.alignment = fields.word("align", in: Schema.alignments).map { Element.Alignment.allCases[$0] } ?? .left
    element.scale = fields.string("scale") == "large" ? .large : .normal
    element.when = fields.node("when").map(steps.conditions) ?? []
    element.discloses = ScreenDecoder.disclosures(fields.refs("discloses") ?? [])
    element.isPresent = fields.flag("present") ?? true
    element.isPrivate = fields.flag("private") ?? false
    element.onActivate = steps.branches(fields.node("on_activate"))
    element.rows = fields.integer("rows") ?? 1
    element.columns = fields.node("columns").flatMap(columns) ?? 0
    element.words = fields.node("words").flatMap(words) ?? []
    element.hitsRow = fields.string("hits") == "row"
    element.fromEnd = fields.string("from") == "end"
    element.step = fields.integer("step") ?? 1
    element.label = fields.ref("label")
    switch kind {
    case .gap: element.rows = wholeNumber(element.main.name) ?? 1
    case .row:
      let inside: [Schema.Place] = [.text, .gap, .button, .switch, .link, .number, .slider]
      element.children = (value.sequence ?? []).compactMap { self.element($0, in: inside) }
    case .scroll:
      element.children = (value.sequence ?? []).compactMap { self.element($0, in: [.text, .gap, .rule]) }
    case .list:
      element.children = (fields.items("options") ?? []).compactMap { self.element($0, in: [.option]) }
      if element.children.isEmpty { report.error(at: node.mark, "a list needs options") }
    default: break
    }
    if element.isControl, element.name == nil {
      report.error(at: node.mark, "a \(kind.rawValue) needs a `name`", hint: "focus_order and patches refer to it")
    }
    return element
  }

  static func disclosures(_ refs: [Ref]) -> Disclosures {
    refs.reduce(into: []) { set, ref in
      if let bit = Disclosures.names.firstIndex(of: ref.name) { set.insert(Disclosures(rawValue: 1 << UInt8(bit))) }
    }
  }

  func columns(_ node: Node) -> Int? {
    switch node.scalar {
    case "fill": return -1
    case "auto": return 0
    default:
      guard let text = node.scalar, let number = wholeNumber(text), (1...300).contains(number) else {
        report.error(at: node.mark, "`columns` has to be `fill`, `auto` or a number 1...300, not \(node.kindWord)")
        return nil
      }
      return number
    }
  }

  func words(_ node: Node) -> [Ref]? {
    if node.scalar == "none" { return [] }
    if let problem = Schema.ValueType.textKeys(3, 3).problem(with: node, key: "words") {
      report.error(at: problem.mark, "`words` has to be `none` or three keys of texts: [unset, off, on]")
      return nil
    }
    return node.sequence?.compactMap { Ref($0) }
  }

  // MARK: Names

  private func checkNames(_ screen: ScreenSpec) {
    var seen: [String: Mark] = [:]
    var controls: [Ref] = []
    func visit(_ element: ElementSpec) {
      if let name = element.name {
        if let first = seen[name.name] {
          report.error(
            at: name.mark, "another element is called `\(name.name)`", hint: "the first is in line \(first.line)")
        } else {
          seen[name.name] = name.mark
        }
        if Schema.screenProperties.contains(name.name) {
          report.error(at: name.mark, "no element may be called `\(name.name)`", hint: "patches use it for the screen")
        }
        if element.isControl { controls.append(name) }
      }
      element.children.forEach(visit)
    }
    screen.elements.forEach(visit)
    screen.links.forEach(visit)
    var ordered: Set<String> = []
    for ref in screen.focusOrder where !ordered.insert(ref.name).inserted {
      report.error(at: ref.mark, "`\(ref.name)` is in `focus_order` twice")
    }
    for control in controls where !ordered.contains(control.name) {
      report.error(
        at: control.mark, "`\(control.name)` is not in `focus_order`", hint: "every control has to be reached by Tab")
    }
  }
}
