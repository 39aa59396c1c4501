import ConsentModel
import ConsentPolicy
import ConsentSource

/// Reads `policy.yaml` and checks that every case has a row and every row a case.
struct PolicyDecoder {
  let report: Report

  func policy(_ node: Node) -> PolicySpec? {
    guard let fields = Fields(node, .policy, what: "the policy", report) else { return nil }
    let facts = columns(fields.entries("facts") ?? [], "fact")
    let effects = columns(fields.entries("effects") ?? [], "effect")
    var table = PolicyTable(facts: facts, effects: effects, rows: [])
    var marks: [Mark] = []
    var names: Set<String> = []
    var isSound = true
    for item in fields.items("rows") ?? [] {
      let before = report.diagnostics.count
      guard let parts = Fields(item, .policyRow, what: "a row", report), let name = parts.ref("row") else {
        isSound = false
        continue
      }
      if !names.insert(name.name).inserted { report.error(at: name.mark, "another row is called `\(name.name)`") }
      let row = row(parts, name, table)
      if report.diagnostics.count > before { isSound = false }
      table.rows.append(row)
      marks.append(item.mark)
    }
    let policy = PolicySpec(mark: node.mark, table: table, rowMarks: marks)
    if isSound, !facts.isEmpty { checkTotality(policy) }
    return policy
  }

  private func columns(_ entries: [Node.Entry], _ what: String) -> [PolicyTable.Column] {
    entries.compactMap { entry in
      let values = entry.value.sequence?.compactMap(\.scalar) ?? []
      guard isName(entry.key), (1...64).contains(values.count), values.allSatisfy({ isName($0) }) else {
        report.error(at: entry.mark, "the \(what) `\(entry.key)` needs 1 to 64 values", hint: "write `[a, b]`")
        return nil
      }
      if Set(values).count < values.count { report.error(at: entry.mark, "`\(entry.key)` has a value twice") }
      return PolicyTable.Column(name: entry.key, values: values)
    }
  }

  private func row(_ parts: Fields, _ name: Ref, _ table: PolicyTable) -> PolicyTable.Row {
    var when = table.facts.map { $0.values.count >= 64 ? UInt64.max : (1 << UInt64($0.values.count)) - 1 }
    for entry in parts.entries("when") ?? [] {
      let ref = Ref(entry.key, at: entry.mark)
      guard let fact = table.facts.firstIndex(where: { $0.name == ref.name }) else {
        report.missing("fact", ref, among: table.facts.map(\.name))
        continue
      }
      let values = entry.value.sequence?.compactMap { Ref($0) } ?? Ref(entry.value).map { [$0] } ?? []
      if values.isEmpty { report.error(at: entry.value.mark, "`\(ref.name)` needs a value or a list of values") }
      when[fact] = values.reduce(into: UInt64(0)) { mask, value in
        guard let index = index(of: value, in: table.facts[fact]) else { return }
        mask |= 1 << UInt64(index)
      }
    }
    var stated = [UInt8](repeating: 0, count: table.effects.count)
    var isStated = [Bool](repeating: false, count: table.effects.count)
    effects(parts.entries("stated") ?? [], table) { effect, value in
      stated[effect] = value
      isStated[effect] = true
    }
    for (effect, isThere) in zip(table.effects, isStated) where !isThere && parts.has("stated") {
      report.error(at: name.mark, "the row says nothing of `\(effect.name)`", hint: "add it to `stated`")
    }
    var actual = stated
    effects(parts.entries("actual") ?? [], table) { actual[$0] = $1 }
    return PolicyTable.Row(name: name.name, when: when, stated: stated, actual: actual)
  }

  private func effects(_ entries: [Node.Entry], _ table: PolicyTable, _ body: (Int, UInt8) -> Void) {
    for entry in entries {
      let ref = Ref(entry.key, at: entry.mark)
      guard let effect = table.effects.firstIndex(where: { $0.name == ref.name }) else {
        report.missing("effect", ref, among: table.effects.map(\.name))
        continue
      }
      guard let value = Ref(entry.value) else {
        report.error(at: entry.value.mark, "`\(ref.name)` needs one value, not \(entry.value.kindWord)")
        continue
      }
      if let index = index(of: value, in: table.effects[effect]) { body(effect, UInt8(index)) }
    }
  }

  private func index(of value: Ref, in column: PolicyTable.Column) -> Int? {
    guard let index = column.values.firstIndex(of: value.name) else {
      report.missing("value", value, "of `\(column.name)`", among: column.values)
      return nil
    }
    return index
  }

  private func checkTotality(_ policy: PolicySpec) {
    let table = policy.table
    let result = table.totality()
    guard result.isComplete else {
      report.error(at: policy.mark, "the policy is too tangled to be checked for holes", hint: "order the rows by fact")
      return
    }
    for row in result.unreachableRows {
      report.error(
        at: policy.rowMarks[row], "no case reaches the row `\(table.rows[row].name)`",
        hint: "the rows before it take all of its cases; move it up or remove it")
    }
    for cases in result.uncovered.prefix(5) {
      let words = zip(table.facts, cases.first).map { "\($0.name): \($0.values[Int($1)])" }.joined(separator: ", ")
      report.error(
        at: policy.mark, "no row says what follows from {\(words)}", hint: "add a row, a last one for the rest")
    }
  }
}
