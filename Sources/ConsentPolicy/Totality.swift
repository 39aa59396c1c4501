import ConsentModel

/// A set of cases: for every fact the values that it may have, one bit a value.
public struct PolicyCases: Hashable, Sendable {
  /// For every fact the possible values, one bit a value; never empty.
  public var values: [UInt64]

  /// The case with the lowest value of every fact, as `PolicyTable.evaluate(facts:)` takes it.
  public var first: [UInt8] { values.map { UInt8($0.trailingZeroBitCount) } }

  /// The number of cases, or nil when it does not fit.
  public var count: Int? {
    var count = 1
    for mask in values {
      let (product, isTooLarge) = count.multipliedReportingOverflow(by: mask.nonzeroBitCount)
      if isTooLarge { return nil }
      count = product
    }
    return count
  }
}

/// What a check of a policy table for holes found.
public struct PolicyTotality: Hashable, Sendable {
  /// The cases that no row matches, as sets that do not overlap; empty when the table is total.
  public var uncovered: [PolicyCases]
  /// The rows that no case reaches, because the rows before them take all of theirs.
  public var unreachableRows: [Int]
  /// Whether the check came to its end; it stops when the cases fall into more sets than it was allowed.
  public var isComplete: Bool

  /// Whether every case has a row and every row a case.
  public var isSound: Bool { isComplete && uncovered.isEmpty && unreachableRows.isEmpty }
}

extension PolicyTable {
  /// Checks that every case has a row and every row a case, without counting the cases one by one.
  ///
  /// Each row cuts its cases out of what the rows before it left over. A table whose facts have many values is no dearer
  /// than a small one; only rows that cut crosswise are.
  /// - Parameter limit: how many sets of cases may be kept at once before the check gives up, 1 or more.
  public func totality(limit: Int = 100_000) -> PolicyTotality {
    let whole = facts.map { PolicyTable.mask(ofFirst: $0.values.count) }
    guard !whole.contains(0) else {
      return PolicyTotality(uncovered: [], unreachableRows: Array(rows.indices), isComplete: true)
    }
    var left = [PolicyCases(values: whole)]
    var unreachable: [Int] = []
    for (index, row) in rows.enumerated() {
      var next: [PolicyCases] = []
      var isReached = false
      for cases in left {
        if PolicyTable.cut(row.when, outOf: cases, into: &next) { isReached = true }
      }
      if !isReached { unreachable.append(index) }
      left = next
      if left.count > limit { return PolicyTotality(uncovered: left, unreachableRows: unreachable, isComplete: false) }
    }
    return PolicyTotality(uncovered: left, unreachableRows: unreachable, isComplete: true)
  }

  /// A mask with the lowest `count` bits set, at most 64.
  private static func mask(ofFirst count: Int) -> UInt64 {
    count >= 64 ? .max : (1 << UInt64(count)) - 1
  }

  /// Appends what is left of `cases` without those that match; says whether any matched.
  private static func cut(_ when: [UInt64], outOf cases: PolicyCases, into rest: inout [PolicyCases]) -> Bool {
    for fact in cases.values.indices where cases.values[fact] & when[fact] == 0 {
      rest.append(cases)
      return false
    }
    var inside = cases
    for fact in cases.values.indices {
      let outside = inside.values[fact] & ~when[fact]
      if outside != 0 {
        var part = inside
        part.values[fact] = outside
        rest.append(part)
      }
      inside.values[fact] &= when[fact]
    }
    return true
  }
}
