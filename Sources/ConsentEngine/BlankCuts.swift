import ConsentModel
import ConsentRender

/// Where conditions tell the values of blanks apart.
struct BlankCuts {
  private var cuts: [Int: Set<Int32>] = [:]

  init(_ tables: FlowTables, watching: [Int32], telling: [Condition], start: [Int32], isConstant: [Bool]) {
    var bounds: [Int: ClosedRange<Int32>] = [:]
    for control in tables.controls where control.isPresent && control.isBlank {
      let upper = max(0, tables.bounds[Int(control.variable)].upperBound)
      let maximum = control.kind == .field ? tables.rooms[Int(control.room)].maximum : upper
      bounds[Int(control.variable)] = (control.kind == .field ? 0 : -1)...maximum
      cuts[Int(control.variable)] = []
    }
    guard !bounds.isEmpty else { return }
    var found = cuts
    func cut(_ variable: Int32, at value: Int32) {
      guard let range = bounds[Int(variable)], value > range.lowerBound, value <= range.upperBound else { return }
      found[Int(variable)]?.insert(value)
    }
    func cut(_ span: FlowTables.Span) { cut(Array(tables.conditions[span.range])) }
    func cut(_ conditions: [Condition]) {
      for condition in conditions where isConstant[Int(condition.variable)] && !condition.holds(start) { return }
      for condition in conditions {
        switch condition.test {
        case .atLeast(let bound), .below(let bound): cut(condition.variable, at: bound)
        case .isIn(let mask):
          for value in 0..<64 as Range<Int32>
          where mask >> UInt64(value) & 1 != (value == 0 ? 0 : mask >> UInt64(value - 1) & 1) {
            cut(condition.variable, at: value)
          }
          if mask >> 63 == 1 { cut(condition.variable, at: 64) }
        }
      }
    }
    for variable in watching {
      cut(variable, at: 0)
      cut(variable, at: 1)
    }
    for condition in telling { cut([condition]) }
    for act in tables.acts { cut(act.when) }
    for control in tables.controls where control.isPresent { cut(control.when) }
    for span in tables.alternatives { cut(span) }
    cuts = found
  }

  /// The values from which on a blank is another one, in order; nil for a variable of no blank.
  func cuts(of variable: Int) -> [Int32]? { cuts[variable]?.sorted() }
}

extension Explorer {
  /// What can be entered into the blank that has the focus, so that each stretch of its values is reached once.
  func entries(at node: Int32) -> [[Input]] {
    let focus = nodes[Int(node)].focus
    guard focus >= 0, engine.tables.controls[Int(focus)].isBlank else { return [] }
    let control = engine.tables.controls[Int(focus)]
    guard let cuts = features.first(where: { $0.variable == Int(control.variable) })?.cuts, !cuts.isEmpty else {
      return []
    }
    let value = value(of: Int(control.variable), at: node)
    let lowest: Int32 = control.kind == .field ? 0 : -1
    let starts = [lowest] + cuts
    return starts.indices.compactMap { index in
      let last = index + 1 < starts.count ? starts[index + 1] - 1 : Int32.max
      guard !(starts[index]...max(last, starts[index])).contains(value) else { return nil }
      let keys =
        control.kind == .field
        ? Explorer.typing(from: value, to: starts[index], upTo: last, canErase: !isLinear)
        : Explorer.counting(from: value, to: starts[index], upTo: last, canErase: !isLinear && control.kind == .number)
      return keys.map { .key($0) }
    }
  }

  /// The fewest keys in a field from so many characters to `first`...`last`.
  static func typing(from value: Int32, to first: Int32, upTo last: Int32, canErase: Bool) -> [Key] {
    func typed(_ count: Int32) -> [Key] { Array(repeating: .typed, count: Int(max(0, count))) }
    let anew = (value > 0 ? [Key.clear] : []) + typed(first)
    guard canErase else { return anew }
    if value < first { return typed(first - value) }
    let erasing = Array(repeating: Key.backspace, count: Int(value - last))
    return erasing.count <= anew.count ? erasing : anew
  }

  /// The fewest keys in a number from a value to one of `first`...`last`; −1 is none.
  static func counting(from value: Int32, to first: Int32, upTo last: Int32, canErase: Bool) -> [Key] {
    func digits(_ number: Int32) -> [Key] {
      number < 0 ? [] : String(number).unicodeScalars.map { Key($0) }
    }
    var best = (value >= 0 ? [Key.clear] : []) + digits(first)
    guard canErase, value >= 0 else { return best }
    var prefix = Int64(value)
    var erased = 0
    while prefix >= 0 {
      var power: Int64 = 1
      for added in 0..<10 where erased + added < best.count {
        let low = max(prefix * power, Int64(first))
        if low <= min(prefix * power + power - 1, Int64(last)) {
          let rest = String(low - prefix * power)
          let padded = String(repeating: "0", count: max(0, added - rest.utf8.count)) + (added == 0 ? "" : rest)
          best = Array(repeating: Key.backspace, count: erased) + padded.unicodeScalars.map { Key($0) }
          break
        }
        power *= 10
      }
      prefix = prefix < 10 ? -1 : prefix / 10
      erased += 1
    }
    return best
  }
}
