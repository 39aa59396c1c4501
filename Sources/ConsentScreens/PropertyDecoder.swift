import ConsentModel
import ConsentSource

/// Reads `properties.yaml`: what a flow is meant to keep to.
struct PropertyDecoder {
  let report: Report

  func properties(_ node: Node) -> [PropertySpec] {
    guard let fields = Fields(node, .properties, what: "properties.yaml", report) else { return [] }
    var names: Set<String> = []
    return (fields.items("properties") ?? []).compactMap { item in
      guard let property = property(item) else { return nil }
      if !names.insert(property.name.name).inserted {
        report.error(at: property.name.mark, "another property is called `\(property.name.name)`")
      }
      return property
    }
  }

  private func property(_ item: Node) -> PropertySpec? {
    guard let fields = Fields(item, .property, what: "a property", report), let name = fields.ref("property") else {
      return nil
    }
    let kinds = ["never", "always", "reachable", "only"].filter { fields.has($0) }
    guard kinds.count == 1, let kind = kinds.first, let test = fields.node(kind).flatMap(self.test) else {
      if kinds.count != 1 {
        report.error(
          at: item.mark, "a property has one of `never`, `always`, `reachable` and `only`",
          hint: "write one property for each")
      }
      return nil
    }
    let wanted = ["reachable": ["within_keys", "as_soon_as"], "only": ["after"]][kind] ?? []
    for key in ["within_keys", "as_soon_as", "after"] where fields.has(key) && !wanted.contains(key) {
      report.error(at: item.mark, "`\(key)` does not go with `\(kind)`")
      return nil
    }
    guard !(fields.has("within_keys") && fields.has("as_soon_as")) else {
      report.error(at: item.mark, "`within_keys` and `as_soon_as` exclude each other")
      return nil
    }
    let claim: PropertySpec.Claim
    switch kind {
    case "never": claim = .never(test)
    case "always": claim = .always(test)
    case "only":
      guard let after = fields.node("after").flatMap(self.test) else {
        report.error(at: item.mark, "`only` needs `after`", hint: "what has to have been so before")
        return nil
      }
      claim = .onlyAfter(test, after)
    default:
      if let other = fields.node("as_soon_as") {
        guard let other = self.test(other) else { return nil }
        claim = .reachableAsSoonAs(test, other)
      } else {
        claim = .reachable(test, within: fields.integer("within_keys"))
      }
    }
    return PropertySpec(name: name, entries: fields.refs("entries") ?? [], claim: claim)
  }

  private func test(_ node: Node) -> TestSpec? {
    let words = ["screen", "outcome", "seen", "unseen", "can_end"]
    var test = TestSpec(mark: node.mark)
    guard let entries = node.mapping, !entries.isEmpty else {
      report.error(at: node.mark, "what a state is like is a mapping", hint: "for example {screen: popup}")
      return nil
    }
    for entry in entries where words.contains(entry.key) {
      let refs = entry.value.sequence?.compactMap { Ref($0) } ?? Ref(entry.value).map { [$0] } ?? []
      guard !refs.isEmpty else {
        report.error(at: entry.value.mark, "`\(entry.key)` needs a name, or a list of names")
        return nil
      }
      switch entry.key {
      case "screen": test.screens = refs
      case "outcome": test.outcomes = refs
      case "seen": test.seen = refs
      case "unseen": test.unseen = refs
      default:
        guard let flag = yesOrNo(refs[0].name), refs.count == 1 else {
          report.error(at: entry.value.mark, "`can_end` is `yes` or `no`")
          return nil
        }
        test.canEnd = flag
      }
    }
    test.conditions = StepDecoder(report: report).conditions(node).filter { !words.contains($0.variable.name) }
    return test
  }
}

/// Something that a flow is meant to keep to, with every name still a name.
struct PropertySpec: Sendable {
  var name: Ref
  /// The entries from which it has to hold; none for all.
  var entries: [Ref]
  var claim: Claim

  enum Claim: Sendable {
    case never(TestSpec)
    case always(TestSpec)
    case reachable(TestSpec, within: Int?)
    case reachableAsSoonAs(TestSpec, TestSpec)
    case onlyAfter(TestSpec, TestSpec)
  }
}

/// What a state may be like.
struct TestSpec: Sendable {
  var mark: Mark
  var conditions: [ConditionSpec] = []
  var screens: [Ref]?
  var outcomes: [Ref]?
  var seen: [Ref] = []
  var unseen: [Ref] = []
  var canEnd: Bool?
}
