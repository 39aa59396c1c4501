import ConsentEngine
import ConsentModel
import ConsentSource

extension FlowDocument {
  /// A property, and the entries from which it has to hold.
  public struct Property: Hashable, Sendable {
    /// What is claimed.
    public var property: FlowProperty
    /// Indices of the entries.
    public var entries: [Int]
    /// Where it stands.
    public var mark: Mark
  }

  /// What the flow is meant to keep to, for a condition of it, and what is wrong with how that is said.
  ///
  /// - Parameter flow: what `compile` made of this document.
  public func properties(of flow: FlowDefinition) -> (properties: [Property], diagnostics: [Diagnostic]) {
    resolve(spec.properties, Report(), flow)
  }

  /// The same for a file of its own, in the form of `properties.yaml`.
  ///
  /// - Parameters:
  ///   - bytes: what stands in it.
  ///   - file: its name, for messages.
  public func properties(
    of flow: FlowDefinition, in bytes: [UInt8], file: String
  ) -> (properties: [Property], diagnostics: [Diagnostic]) {
    var found: [Diagnostic] = []
    guard let node = SourceReader.parse(bytes, file: file, into: &found) else { return ([], found) }
    let report = Report()
    report.add(found)
    return resolve(PropertyDecoder(report: report).properties(node), report, flow)
  }

  private func resolve(
    _ sources: [PropertySpec], _ report: Report, _ flow: FlowDefinition
  ) -> (properties: [Property], diagnostics: [Diagnostic]) {
    let resolver = PropertyResolver(spec: spec, flow: flow, report: report)
    let properties = sources.compactMap { resolver.property($0) }
    if report.diagnostics.isEmpty { resolver.checkCount(properties) }
    let found = report.diagnostics.inReadingOrder()
    return (found.hasErrors ? [] : properties, found)
  }
}

/// Turns the names in properties into indices of a compiled flow.
private struct PropertyResolver {
  let spec: FlowSpec
  let flow: FlowDefinition
  let report: Report

  func property(_ source: PropertySpec) -> FlowDocument.Property? {
    let claim: FlowProperty.Claim? =
      switch source.claim {
      case .never(let test): self.test(test).map { .never($0) }
      case .always(let test): self.test(test).map { .always($0) }
      case .reachable(let test, let most): self.test(test).map { .reachable($0, within: most) }
      case .reachableAsSoonAs(let test, let other): both(test, other).map { .reachableAsSoonAs($0, $1) }
      case .onlyAfter(let test, let before): both(test, before).map { .onlyAfter($0, $1) }
      }
    if case .onlyAfter(_, let before) = source.claim, before.canEnd != nil {
      report.error(at: before.mark, "`can_end` does not go with `after`", hint: "it says nothing of the past")
    }
    let entries = source.entries.compactMap { index($0, "entry", flow.entries.map(\.name)) }
    guard let claim, entries.count == source.entries.count else { return nil }
    return FlowDocument.Property(
      property: FlowProperty(source.name.name, claim),
      entries: entries.isEmpty ? Array(flow.entries.indices) : entries.map { Int($0) }, mark: source.name.mark)
  }

  /// There is a bit for each element and each past that is watched, and no more than so many.
  func checkCount(_ properties: [FlowDocument.Property]) {
    var elements: Set<Int32> = []
    var pasts = 0
    for property in properties {
      var tests: [StateTest] = []
      switch property.property.claim {
      case .never(let test), .always(let test), .reachable(let test, _): tests = [test]
      case .reachableAsSoonAs(let test, let other): tests = [test, other]
      case .onlyAfter(let test, let other):
        tests = [test, other]
        pasts += 1
      }
      for test in tests { elements.formUnion((test.seen + test.unseen).flatMap { $0 }) }
    }
    guard elements.count + pasts > FlowEngine.mostWatched, let last = properties.last else { return }
    report.error(
      at: last.mark,
      "the properties speak of \(elements.count) elements and \(pasts) pasts; at most \(FlowEngine.mostWatched) together"
    )
  }

  private func both(_ first: TestSpec, _ second: TestSpec) -> (StateTest, StateTest)? {
    let (first, second) = (test(first), test(second))
    guard let first, let second else { return nil }
    return (first, second)
  }

  private func test(_ source: TestSpec) -> StateTest? {
    let before = report.diagnostics.count
    var test = StateTest()
    test.conditions = source.conditions.compactMap(condition)
    test.screens = source.screens.map { Set($0.compactMap { index($0, "screen", flow.screens.map(\.name)) }) }
    test.outcomes = source.outcomes.map { Set($0.compactMap { index($0, "outcome", flow.outcomes) }) }
    test.seen = source.seen.compactMap(group)
    test.unseen = source.unseen.compactMap(group)
    test.canEnd = source.canEnd
    return report.diagnostics.count == before ? test : nil
  }

  private func index(_ ref: Ref, _ what: String, _ names: [String]) -> Int32? {
    if let index = names.firstIndex(of: ref.name) { return Int32(index) }
    report.missing(what, ref, among: names)
    return nil
  }

  /// The elements of a term, or the one of `screen.element`; none where no level shows it.
  private func group(_ ref: Ref) -> [Int32]? {
    let parts = ref.name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2 else {
      guard let term = index(ref, "term", flow.terms.map(\.name)) else { return nil }
      return flow.terms[Int(term)].elements
    }
    guard let screen = spec.screens.first(where: { $0.name.name == parts[0] }) else {
      report.missing("screen", Ref(parts[0], at: ref.mark), among: flow.screens.map(\.name))
      return nil
    }
    let names = PropertyResolver.names(screen.elements + screen.links)
    guard names.contains(parts[1]) else {
      report.missing("element", Ref(parts[1], at: ref.mark), "on `\(parts[0])`", among: names)
      return nil
    }
    return flow.elements.indices.filter {
      flow.elements[$0].name == parts[1] && flow.screens[Int(flow.elements[$0].screen)].name == parts[0]
    }.map { Int32($0) }
  }

  private static func names(_ elements: [ElementSpec]) -> [String] {
    elements.flatMap { [$0.name?.name].compactMap { $0 } + names($0.children) }
  }

  private func condition(_ source: ConditionSpec) -> Condition? {
    guard let found = index(source.variable, "variable", flow.variables.map(\.name)) else { return nil }
    let variable = flow.variables[Int(found)]
    guard let hint = leftOut(variable.source) else { return condition(source, found, variable) }
    report.error(
      at: source.variable.mark, "`\(variable.name)` is left out by exploration, so nothing can be proved of it",
      hint: hint)
    return nil
  }

  /// What to ask instead of a variable that exploration does not tell apart, or nil where it does.
  private func leftOut(_ source: Variable.Source) -> String? {
    switch source {
    case .onScreenMilliseconds, .operations, .focusedMilliseconds: "ask whether it was `seen`"
    case .latencyMilliseconds, .possiblyAccidental: "times are measured in sessions"
    case .date, .daysLeft, .daysSincePrompt:
      "ask for a variable with `derive: phase`: before or after the decision date"
    case .steps, .account, .entry, .presentation, .phase, .prompts, .standing, .provenance, .choice, .policy,
      .compiled, .drawn:
      nil
    }
  }

  private func condition(_ source: ConditionSpec, _ index: Int32, _ variable: Variable) -> Condition? {
    switch source.test {
    case .atLeast(let bound), .below(let bound):
      guard variable.values.isEmpty else {
        report.error(
          at: source.variable.mark, "`\(variable.name)` is no number",
          hint: "its values are \(variable.values.joined(separator: ", "))")
        return nil
      }
      if case .atLeast = source.test { return Condition(variable: index, .atLeast(bound)) }
      return Condition(variable: index, .below(bound))
    case .oneOf(let refs):
      var mask: UInt64 = 0
      for ref in refs {
        let value =
          variable.values.isEmpty ? wholeNumber(ref.name) : variable.values.firstIndex(of: ref.name)
        guard let value, (0..<64).contains(value) else {
          if variable.values.isEmpty {
            report.error(at: ref.mark, "only numbers 0...63 can be compared so", hint: "use \">= n\" or \"< n\"")
          } else {
            report.missing("value", ref, "of `\(variable.name)`", among: variable.values)
          }
          return nil
        }
        mask |= 1 << UInt64(value)
      }
      return Condition(variable: index, .isIn(mask))
    }
  }
}
