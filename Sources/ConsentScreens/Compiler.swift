import ConsentModel
import ConsentSource

/// Turns a flow of names into one of indices: one condition in one language.
final class Compiler {
  let spec: FlowSpec
  let pack: LanguagePack
  let report: Report
  var flow: FlowDefinition

  private(set) var variables: [String: Int32] = [:]
  private var screens: [String: Int32] = [:]
  private var terms: [String: Int32] = [:]
  private var styles: [String: Int32] = [:]
  private var outcomes: [String: Int32] = [:]
  /// For every screen the index of each present element by name.
  private var present: [[String: Int32]] = []
  /// For every screen the names that are declared, present or not.
  private var declared: [Set<String>] = []
  var textIndex: [String: Int32] = [:]
  var monthTexts: [Int32] = []
  /// Keys of texts that are being compiled, so that a text is not filled into itself.
  var openTexts: Set<String> = []

  init(spec: FlowSpec, pack: LanguagePack, condition: [FlowDefinition.FactorLevel], report: Report) {
    self.spec = spec
    self.pack = pack
    self.report = report
    flow = FlowDefinition(name: spec.name)
    flow.language = pack.language
    flow.condition = condition
    flow.clusters = pack.clusters
  }

  func compile() -> FlowDefinition {
    flow.accounts = spec.accounts.map(\.name)
    flow.dates = FlowDates(published: spec.published, decision: spec.decision)
    flow.inputGuardMicroseconds = Int32(spec.inputGuardMilliseconds) * 1000
    flow.styles = spec.styles.map(\.style)
    flow.outcomes = spec.outcomes.map(\.name)
    flow.policy = spec.policy?.table ?? flow.policy
    for (index, style) in spec.styles.enumerated() { styles[style.name.name] = Int32(index) }
    for (index, outcome) in spec.outcomes.enumerated() { outcomes[outcome.name] = Int32(index) }
    for (index, screen) in spec.screens.enumerated() { screens[screen.name.name] = Int32(index) }
    for (index, term) in spec.terms.enumerated() { terms[term.name.name] = Int32(index) }
    for (index, name) in Compiler.implicitVariables.enumerated() { variables[name] = Int32(index) }
    for (index, variable) in spec.variables.enumerated() {
      variables[variable.name.name] = Int32(index + Compiler.implicitVariables.count)
    }
    for (index, name) in Compiler.trailingVariables.enumerated() {
      variables[name] = Int32(index + Compiler.implicitVariables.count + spec.variables.count)
    }
    compileVariables()
    for index in spec.screens.indices { placeElements(of: index) }
    for index in spec.screens.indices { fillScreen(index) }
    compileTerms()
    flow.entries = spec.entries.compactMap { entry in
      screen(entry.screen).map { FlowDefinition.Entry(name: entry.name.name, screen: $0) }
    }
    if let signs = spec.signs {
      flow.signs = Signs(
        focusStyle: style(signs.focus), backdropStyle: style(signs.backdrop), borderStyle: style(signs.border),
        tooSmallText: text(signs.tooSmall, screen: nil),
        haveColumns: Int32(Compiler.implicitVariables.count + spec.variables.count))
    }
    flow.linear = spec.linear.map { linear in
      LinearTexts(
        switches: linear.switches.map { text($0, screen: nil) }, ask: text(linear.ask, screen: nil),
        askDefault: text(linear.askDefault, screen: nil), stop: text(linear.stop, screen: nil))
    }
    compileBlankTexts()
    flow.stop = spec.stop.flatMap { stop in
      screen(stop.screen).map { StopRule(key: stop.key, screen: $0, legend: text(stop.legend, screen: nil)) }
    }
    return flow
  }

  /// Variables that every flow has; the painter fills them in.
  static let implicitVariables = ["needed_columns", "needed_rows"]
  /// Further ones; they stand last, because what is drawn for a variable depends on its index.
  static let trailingVariables = ["have_columns", "have_rows"]

  // MARK: Names

  private func find(_ ref: Ref, _ what: String, in table: [String: Int32]) -> Int32? {
    if let index = table[ref.name] { return index }
    report.missing(what, ref, among: table.keys.sorted())
    return nil
  }

  func variable(_ ref: Ref) -> Int32? { find(ref, "variable", in: variables) }
  private func screen(_ ref: Ref) -> Int32? { find(ref, "screen", in: screens) }
  private func term(_ ref: Ref) -> Int32? { find(ref, "term", in: terms) }
  private func style(_ ref: Ref) -> Int32 { find(ref, "style", in: styles) ?? 0 }

  /// The index of a present element; nil without a word when it is declared and absent.
  func element(_ ref: Ref, on screen: Int, what: String = "element") -> Int32? {
    if let index = present[screen][ref.name] { return index }
    if !declared[screen].contains(ref.name) {
      report.missing(what, ref, "on `\(spec.screens[screen].name.name)`", among: declared[screen].sorted())
    }
    return nil
  }

  /// A value of a variable by name or number.
  func value(_ ref: Ref, of index: Int32) -> Int32? {
    let variable = flow.variables[Int(index)]
    if variable.values.isEmpty {
      guard let number = wholeNumber(ref.name) else {
        report.error(at: ref.mark, "`\(ref.name)` is no number, and `\(variable.name)` is one")
        return nil
      }
      return Int32(number)
    }
    guard let position = variable.values.firstIndex(of: ref.name) else {
      report.missing("value", ref, "of `\(variable.name)`", among: variable.values)
      return nil
    }
    return Int32(position)
  }

  // MARK: Variables and terms

  private func compileVariables() {
    for name in Compiler.implicitVariables {
      flow.variables.append(Variable(name: name, bounds: 0...1000, source: .compiled))
    }
    // First the values, then what refers to other variables.
    flow.variables += spec.variables.map { variable in
      var result = Variable(name: variable.name.name, values: values(of: variable), bounds: variable.bounds)
      if !result.values.isEmpty { result.bounds = 0...Int32(max(0, result.values.count - 1)) }
      result.initial = variable.number
      return result
    }
    for name in Compiler.trailingVariables {
      flow.variables.append(Variable(name: name, bounds: 0...1000, source: .compiled))
    }
    for (position, variable) in spec.variables.enumerated() {
      let index = position + Compiler.implicitVariables.count
      if let initial = variable.initial { flow.variables[index].initial = value(initial, of: Int32(index)) ?? 0 }
      if let source = source(of: variable) { flow.variables[index].source = source }
    }
  }

  private func values(of variable: VariableSpec) -> [String] {
    switch variable.derive?.name {
    case nil: variable.values
    case "account": spec.accounts.map(\.name)
    case "entry": spec.entries.map(\.name.name)
    case "presentation": ["screen", "linear"]
    case "phase": ["before", "after"]
    case "standing": Schema.standings
    case "provenance": Provenance.allCases.map(\.word)
    case "choice": ["none", "deferred", "on", "off", "on-then-off"]
    case "possibly_accidental": ["no", "yes"]
    case "policy":
      spec.policy?.table.effects.first { $0.name == variable.effect?.name }?.values ?? []
    default: []
    }
  }

  private func source(of variable: VariableSpec) -> Variable.Source? {
    guard let derive = variable.derive else {
      guard variable.isDrawn else { return nil }
      let count = variable.values.isEmpty ? variable.bounds.count : variable.values.count
      return .drawn(bound: Int32(max(1, count)))
    }
    func of(_ make: (Int32) -> Variable.Source) -> Variable.Source? {
      variable.term.flatMap { term($0) }.map(make)
    }
    switch derive.name {
    case "account": return .account
    case "entry": return .entry
    case "presentation": return .presentation
    case "date": return .date
    case "phase": return .phase
    case "days_left": return .daysLeft
    case "prompts": return .prompts
    case "days_since_prompt": return .daysSincePrompt
    case "standing": return of { .standing(term: $0) }
    case "provenance": return of { .provenance(term: $0) }
    case "choice": return of { .choice(term: $0) }
    case "on_screen_ms": return of { .onScreenMilliseconds(term: $0) }
    case "focused_ms": return of { .focusedMilliseconds(term: $0) }
    case "operations": return of { .operations(term: $0) }
    case "latency_ms": return of { .latencyMilliseconds(term: $0) }
    case "possibly_accidental": return of { .possiblyAccidental(term: $0) }
    case "policy": return policySource(variable)
    default:
      if let from = variable.from { _ = screen(from) }
      for (name, standing) in variable.to {
        _ = term(name)
        if !Schema.standings.contains(standing.name) { report.missing("standing", standing, among: Schema.standings) }
      }
      return .compiled
    }
  }

  private func policySource(_ variable: VariableSpec) -> Variable.Source? {
    guard let policy = spec.policy?.table else {
      report.error(at: variable.name.mark, "`\(variable.name.name)` needs a policy", hint: "write policy.yaml")
      return nil
    }
    guard let effect = variable.effect else { return nil }
    guard let index = policy.effects.firstIndex(where: { $0.name == effect.name }) else {
      report.missing("effect", effect, among: policy.effects.map(\.name))
      return nil
    }
    for (fact, _) in variable.facts where !policy.facts.contains(where: { $0.name == fact.name }) {
      report.missing("fact", fact, among: policy.facts.map(\.name))
    }
    let facts = policy.facts.map { fact -> PolicyFactSource in
      if let given = variable.facts.first(where: { $0.fact.name == fact.name }) {
        guard let value = fact.values.firstIndex(of: given.value.name) else {
          report.missing("value", given.value, "of `\(fact.name)`", among: fact.values)
          return .constant(0)
        }
        return .constant(Int32(value))
      }
      guard let source = variables[fact.name] else {
        report.error(
          at: variable.name.mark, "nothing says what the fact `\(fact.name)` is for `\(variable.name.name)`",
          hint: "give it in `facts`, or declare a variable `\(fact.name)`")
        return .constant(0)
      }
      if flow.variables[Int(source)].values != fact.values {
        report.error(
          at: variable.name.mark, "the variable `\(fact.name)` has other values than the fact `\(fact.name)`",
          hint: "both need \(fact.values.joined(separator: ", ")), in this order")
      }
      return .variable(source)
    }
    return .policy(facts: facts, effect: Int32(index), isActual: variable.isActual)
  }

  private func compileTerms() {
    flow.terms = spec.terms.map { term in
      var result = Term(name: term.name.name, kind: term.kind)
      if let control = term.control, let index = variable(control) {
        if !isSwitch(index) { notASwitch(control) }
        result.control = index
      }
      result.elements = term.elements.compactMap { ref in
        let parts = ref.name.split(separator: ".").map(String.init)
        guard parts.count == 2, let screen = screen(Ref(parts[0], at: ref.mark)) else { return nil }
        return element(Ref(parts[1], at: ref.mark), on: Int(screen))
      }
      return result
    }
  }

  private func isSwitch(_ index: Int32) -> Bool {
    flow.variables[Int(index)].values == ["unset", "off", "on"]
  }

  private func notASwitch(_ ref: Ref) {
    report.error(at: ref.mark, "`\(ref.name)` is no switch", hint: "its values have to be [unset, off, on]")
  }

  // MARK: Screens

  /// Gives every present element its index.
  private func placeElements(of screen: Int) {
    var names: [String: Int32] = [:]
    func place(_ spec: ElementSpec) {
      guard spec.isPresent else { return }
      let index = Int32(flow.elements.count)
      flow.elements.append(Element(name: spec.name?.name ?? "", screen: Int32(screen), kind: .gap))
      if let name = spec.name { names[name.name] = index }
      spec.children.forEach(place)
    }
    spec.screens[screen].elements.forEach(place)
    spec.screens[screen].links.forEach(place)
    present.append(names)
    declared.append(Set(spec.screens[screen].names))
    flow.screens.append(Screen(name: spec.screens[screen].name.name, shape: spec.screens[screen].shape))
  }

  private func fillScreen(_ index: Int) {
    let source = spec.screens[index]
    var screen = flow.screens[index]
    screen.backdrop = source.backdrop.flatMap { self.screen($0) } ?? -1
    screen.maximumColumns = Int16(source.columns)
    screen.style = source.style.map(style) ?? 0
    screen.isPrompt = source.isPrompt
    screen.focusOrder = source.focusOrder.compactMap { ref in
      element(ref, on: index, what: "control").flatMap { control($0, ref) }
    }
    if let focus = source.initialFocus {
      screen.initialFocus = element(focus, on: index, what: "control").flatMap { control($0, focus) } ?? -1
      if screen.initialFocus < 0, declared[index].contains(focus.name), present[index][focus.name] == nil {
        report.error(
          at: focus.mark, "`\(focus.name)` has the focus at first and is absent in this condition",
          hint: "patch `initial_focus`, or declare the pair of levels impossible")
      }
    }
    screen.onOpen = branches(source.onOpen)
    screen.onEscape = branches(source.onEscape)
    screen.keys = source.keys.compactMap { key, ref in
      element(ref, on: index, what: "control").map { Screen.KeyBinding(key: key, element: $0) }
    }
    screen.timer = source.timer.map {
      Screen.Timer(idleMicroseconds: Int64($0.idleMilliseconds) * 1000, branches: branches($0.branches))
    }
    var next = flow.elements.firstIndex { $0.screen == Int32(index) } ?? flow.elements.count
    screen.children = source.elements.compactMap { fill($0, style: screen.style, &next) }
    for link in source.links { _ = fill(link, style: screen.style, &next) }
    flow.screens[index] = screen
  }

  private func control(_ index: Int32, _ ref: Ref) -> Int32? {
    // The kinds are not filled in yet, so what is a control is asked of the files.
    let screen = spec.screens[Int(flow.elements[Int(index)].screen)]
    guard screen.controls.contains(ref.name) else {
      report.error(
        at: ref.mark, "`\(ref.name)` is no control", hint: Nearest.hint(for: ref.name, among: screen.controls))
      return nil
    }
    return index
  }

  /// Fills in an element and its children, in the order in which they were placed.
  private func fill(_ source: ElementSpec, style inherited: Int32, _ next: inout Int) -> Int32? {
    guard source.isPresent else { return nil }
    let index = next
    next += 1
    var element = flow.elements[index]
    let screen = Int(element.screen)
    element.style = source.style.map(style) ?? inherited
    element.alignment = source.alignment
    element.scale = source.scale
    element.rows = Int16(source.rows)
    element.columns = Int16(source.columns)
    element.when = conditions(source.when)
    element.onActivate = branches(source.onActivate)
    element.discloses = source.discloses
    element.isPrivate = source.isPrivate || source.kind == .field
    var children: [Int32] = []
    for child in source.children {
      if let child = fill(child, style: element.style, &next) { children.append(child) }
    }
    element.role =
      source.role ?? (source.kind == .link ? .link : source.isControl || source.kind == .option ? .choice : .text)
    element.kind = kind(of: source, children: children, screen: screen)
    flow.elements[index] = element
    return Int32(index)
  }

  private func kind(of source: ElementSpec, children: [Int32], screen: Int) -> Element.Kind {
    switch source.kind {
    case .text: return .text(text(source.main, screen: screen))
    case .rule: return .rule
    case .button: return .button(label: text(source.main, screen: screen))
    case .link: return .link(label: text(source.main, screen: screen))
    case .option: return .option(label: text(source.main, screen: screen))
    case .row: return .row(children)
    case .scroll: return .scroll(children, fromEnd: source.fromEnd)
    case .switch:
      guard let index = variable(source.main) else { return .gap }
      if !isSwitch(index) || flow.variables[Int(index)].source != .steps { notASwitch(source.main) }
      let words = source.words.map { text($0, screen: nil) }
      return .toggle(variable: index, words: words, hitsRow: source.hitsRow)
    case .list:
      guard let index = variable(source.main) else { return .gap }
      if !flow.variables[Int(index)].values.isEmpty || flow.variables[Int(index)].source != .steps {
        report.error(at: source.main.mark, "`\(source.main.name)` is no number", hint: "the cursor of a list is one")
      }
      return .list(variable: index, options: children)
    case .field, .number, .slider: return blank(source, screen: screen)
    default: return .gap
    }
  }

  // MARK: Steps

  func conditions(_ list: [ConditionSpec]) -> [Condition] {
    list.compactMap { condition in
      guard let index = variable(condition.variable) else { return nil }
      switch condition.test {
      case .atLeast(let bound): return numeric(condition, index).map { Condition(variable: $0, .atLeast(bound)) }
      case .below(let bound): return numeric(condition, index).map { Condition(variable: $0, .below(bound)) }
      case .oneOf(let refs):
        var mask: UInt64 = 0
        for ref in refs {
          guard let value = value(ref, of: index) else { continue }
          guard (0..<64).contains(value) else {
            report.error(at: ref.mark, "only numbers 0...63 can be compared so", hint: "use \">= n\" or \"< n\"")
            continue
          }
          mask |= 1 << UInt64(value)
        }
        return Condition(variable: index, .isIn(mask))
      }
    }
  }

  private func numeric(_ condition: ConditionSpec, _ index: Int32) -> Int32? {
    guard flow.variables[Int(index)].values.isEmpty else {
      report.error(
        at: condition.variable.mark, "`\(condition.variable.name)` is no number",
        hint: "its values are \(flow.variables[Int(index)].values.joined(separator: ", "))")
      return nil
    }
    return index
  }

  func branches(_ list: [BranchSpec]) -> [Branch] {
    list.map { branch in Branch(when: conditions(branch.when), steps: branch.steps.compactMap { step($0.act) }) }
  }

  private func step(_ act: StepSpec.Act) -> Step? {
    switch act {
    case .set(let ref, let value):
      guard let index = settable(ref), let value = self.value(value, of: index) else { return nil }
      return .set(variable: index, value: value)
    case .add(let ref, let amount):
      guard let index = settable(ref) else { return nil }
      if !flow.variables[Int(index)].values.isEmpty {
        report.error(at: ref.mark, "`\(ref.name)` is no number", hint: "use `set`")
        return nil
      }
      return .add(variable: index, amount: amount)
    case .decide(let ref, let value):
      guard let index = term(ref) else { return nil }
      switch value.name {
      case "agreed": return .decide(term: index, standing: .agreed)
      case "declined": return .decide(term: index, standing: .declined)
      default: return withControl(ref, index).map { .decideFromControl(term: $0) }
      }
    case .defer_(let ref): return term(ref).map { .defer_(term: $0) }
    case .reaffirm(let ref): return term(ref).map { .reaffirm(term: $0) }
    case .change(let ref): return term(ref).flatMap { withControl(ref, $0) }.map { .changeFromControl(term: $0) }
    case .show(let ref): return term(ref).flatMap { withControl(ref, $0) }.map { .showStanding(term: $0) }
    case .go(let ref): return screen(ref).map { .go(screen: $0) }
    case .open(let ref): return screen(ref).map { .open(screen: $0) }
    case .back: return .back
    case .pass(let days): return .pass(days: days)
    case .end(let ref): return find(ref, "outcome", in: outcomes).map { .end(outcome: $0) }
    }
  }

  private func settable(_ ref: Ref) -> Int32? {
    guard let index = variable(ref) else { return nil }
    guard flow.variables[Int(index)].source == .steps else {
      report.error(at: ref.mark, "`\(ref.name)` follows from something and cannot be set")
      return nil
    }
    return index
  }

  private func withControl(_ ref: Ref, _ index: Int32) -> Int32? {
    guard spec.terms[Int(index)].control != nil else {
      report.error(at: ref.mark, "the term `\(ref.name)` has no control", hint: "add `control` to the term")
      return nil
    }
    return index
  }
}

extension ScreenSpec {
  /// Names of its controls, present or not.
  var controls: [String] {
    var names: [String] = []
    func visit(_ element: ElementSpec) {
      if element.isControl, let name = element.name { names.append(name.name) }
      element.children.forEach(visit)
    }
    elements.forEach(visit)
    links.forEach(visit)
    return names
  }
}

extension Schema {
  /// How a term may stand, in the order of `Standing`.
  static let standings = ["undecided", "deferred", "agreed", "declined"]
}
