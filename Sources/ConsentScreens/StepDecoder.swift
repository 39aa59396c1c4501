import ConsentModel
import ConsentSource

/// Reads conditions, branches and steps.
struct StepDecoder {
  let report: Report

  /// Branches, or the steps of the one branch that always holds.
  func branches(_ node: Node?) -> [BranchSpec] {
    guard let node, let items = node.sequence else { return [] }
    let branchKeys = Schema.keys(of: .branch)
    func isBranch(_ item: Node) -> Bool { item.mapping?.contains { branchKeys[$0.key] != nil } ?? false }
    guard items.contains(where: isBranch) else {
      let steps = items.flatMap { self.steps($0) }
      return items.isEmpty ? [] : [BranchSpec(when: [], steps: steps)]
    }
    return items.compactMap { item in
      guard isBranch(item) else {
        report.error(
          at: item.mark, "branches and steps are mixed", hint: "write every item as `- when: …` and `do: […]`")
        return nil
      }
      guard let fields = Fields(item, .branch, what: "a branch", report) else { return nil }
      return BranchSpec(
        when: fields.node("when").map(conditions) ?? [],
        steps: (fields.items("do") ?? []).flatMap { steps($0) })
    }
  }

  /// Conditions on variables.
  func conditions(_ node: Node) -> [ConditionSpec] {
    (node.mapping ?? []).compactMap { entry in
      let variable = Ref(entry.key, at: entry.mark)
      if let items = entry.value.sequence {
        let values = items.compactMap { Ref($0) }
        guard values.count == items.count, !values.isEmpty else {
          report.error(at: entry.value.mark, "`\(entry.key)` needs values here", hint: "write `[a, b]`")
          return nil
        }
        return ConditionSpec(variable: variable, test: .oneOf(values))
      }
      guard let value = Ref(entry.value), !value.name.isEmpty else {
        report.error(at: entry.value.mark, "`\(entry.key)` needs a value here", hint: "a value, a list, or \">= 3\"")
        return nil
      }
      for (sign, isLeast) in [(">=", true), ("<", false)] where value.name.hasPrefix(sign) {
        let digits = value.name.dropFirst(sign.count).drop { $0 == " " }
        guard let number = wholeNumber(digits) else {
          report.error(at: value.mark, "`\(value.name)` is no comparison", hint: "for example \">= 3\" or \"< 3\"")
          return nil
        }
        return ConditionSpec(variable: variable, test: isLeast ? .atLeast(Int32(number)) : .below(Int32(number)))
      }
      return ConditionSpec(variable: variable, test: .oneOf([value]))
    }
  }

  /// The steps of one item; `set: {a: 1, b: 2}` are two.
  func steps(_ node: Node) -> [StepSpec] {
    guard let fields = Fields(node, .step, what: "a step", report) else { return [] }
    guard let entries = node.mapping, entries.count == 1, let entry = entries.first else {
      report.error(at: node.mark, "a step is one thing", hint: "write one item of the list for each")
      return []
    }
    func one(_ act: StepSpec.Act) -> [StepSpec] { [StepSpec(mark: entry.mark, act: act)] }
    func each(_ act: (Ref, Ref) -> StepSpec.Act?) -> [StepSpec] {
      (entry.value.mapping ?? []).compactMap { part in
        guard let value = Ref(part.value) else {
          report.error(at: part.value.mark, "`\(part.key)` needs a value, not \(part.value.kindWord)")
          return nil
        }
        return act(Ref(part.key, at: part.mark), value).map { StepSpec(mark: part.mark, act: $0) }
      }
    }
    guard fields.has(entry.key) else { return [] }
    switch entry.key {
    case "set": return each { .set($0, $1) }
    case "add":
      return each { variable, value in
        guard let amount = wholeNumber(value.name), (-1_000_000...1_000_000).contains(amount) else {
          report.error(at: value.mark, "`\(value.name)` is no number to add", hint: "for example 1 or -1")
          return nil
        }
        return .add(variable, Int32(amount))
      }
    case "decide":
      return each { term, value in
        guard ["agreed", "declined", "control"].contains(value.name) else {
          report.missing("decision", value, among: ["agreed", "declined", "control"])
          return nil
        }
        return .decide(term, value)
      }
    case "back": return fields.flag("back") == true ? one(.back) : []
    case "pass": return fields.integer("pass").map { one(.pass(Int32($0))) } ?? []
    default:
      guard let ref = fields.ref(entry.key) else { return [] }
      switch entry.key {
      case "defer": return one(.defer_(ref))
      case "reaffirm": return one(.reaffirm(ref))
      case "change": return one(.change(ref))
      case "show": return one(.show(ref))
      case "go": return one(.go(ref))
      case "open": return one(.open(ref))
      default: return one(.end(ref))
      }
    }
  }
}
