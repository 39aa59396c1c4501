/// Counts in rows and columns.
public struct ContingencyTable: Hashable, Sendable {
  /// The counts, row by row; all rows have as many.
  public let rows: [[Int]]

  /// A table of these rows.
  ///
  /// - Precondition: there are two rows and two columns at least, all rows have as many, and no count is negative.
  public init(_ rows: [[Int]]) {
    precondition(rows.count >= 2 && (rows.first?.count ?? 0) >= 2, "a table has two rows and two columns at least")
    precondition(
      rows.allSatisfy { $0.count == rows[0].count && $0.allSatisfy { $0 >= 0 } }, "a table is full of counts")
    self.rows = rows
  }

  /// Pearson's χ², uncorrected; NaN where a row or a column is empty.
  public func chiSquared() -> TestResult {
    let rowSums = rows.map { $0.reduce(0, +) }
    let columnSums = rows[0].indices.map { column in rows.reduce(0) { $0 + $1[column] } }
    let all = rowSums.reduce(0, +)
    let degrees = (rowSums.count - 1) * (columnSums.count - 1)
    var statistic = 0.0
    for (row, rowSum) in zip(rows, rowSums) {
      for (count, columnSum) in zip(row, columnSums) {
        let expected = Double(rowSum) * Double(columnSum) / Double(all)
        statistic += (Double(count) - expected) * (Double(count) - expected) / expected
      }
    }
    return TestResult(
      "Pearson χ², uncorrected", statistic: statistic, degrees: degrees,
      p: statistic.isNaN ? .nan : Distribution.chiSquaredUpper(statistic, degrees: degrees))
  }
}

/// Adjusts the p of a family of tests, in the order in which they came.
public enum Holm {
  /// Holm's step-down adjustment.
  ///
  /// Source: Holm, S. (1979), Scandinavian Journal of Statistics 6, 65–70.
  public static func adjusted(_ values: [Double]) -> [Double] {
    var result = values
    var highest = 0.0
    for (rank, index) in values.indices.sorted(by: { values[$0] < values[$1] }).enumerated() {
      highest = max(highest, min(1, Double(values.count - rank) * values[index]))
      result[index] = highest
    }
    return result
  }
}
