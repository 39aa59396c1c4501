import Glibc

/// A logistic regression: how the log odds of an outcome depend on columns of numbers.
///
/// Fitted by Newton's method on the likelihood, or on the likelihood times the root of the information's determinant (Firth
/// 1993), which has a finite maximum where the columns separate the outcomes.
public struct LogisticRegression: Sendable {
  /// By what it is fitted.
  public enum Penalty: Hashable, Sendable {
    /// Maximum likelihood.
    case none
    /// Firth's penalty, with profile penalised likelihood for tests and intervals (Heinze and Schemper 2002).
    case firth
  }

  /// The names of the coefficients, in order.
  public let names: [String]
  /// The coefficients on the log-odds scale.
  public let coefficients: [Double]
  /// The inverse of the information at the coefficients.
  public let covariance: [[Double]]
  /// The logarithm of the likelihood, penalised where there is a penalty.
  public let logLikelihood: Double
  /// By what it was fitted.
  public let penalty: Penalty
  /// Whether the columns separate the outcomes, at least in part, so that maximum likelihood has no finite estimate.
  public let isSeparated: Bool
  /// Whether the search came to rest.
  public let hasConverged: Bool

  private let groups: [Group]

  /// Fits a regression.
  ///
  /// - Parameters:
  ///   - rows: the columns' numbers, a row a person; an intercept is a column of ones.
  ///   - outcomes: whether it happened, a row each.
  ///   - names: of the columns.
  /// - Precondition: there are as many rows as outcomes, and as many numbers in each as names, and more rows than columns.
  public init(_ rows: [[Double]], _ outcomes: [Bool], names: [String], penalty: Penalty = .none) {
    precondition(rows.count == outcomes.count && rows.count > names.count, "there are more rows than columns")
    self.init(
      zip(rows, outcomes).map { Group(row: $0, yes: $1 ? 1 : 0, no: $1 ? 0 : 1) }, names: names, penalty: penalty)
  }

  /// Fits a regression to people of whom many have the same numbers.
  ///
  /// - Parameters:
  ///   - rows: the columns' numbers, a row a group; an intercept is a column of ones.
  ///   - counts: to how many of each group it happened. Groups without anybody are left out.
  ///   - names: of the columns.
  /// - Precondition: there are as many rows as counts, as many numbers in each as names, and no fewer groups with somebody than columns.
  public init(_ rows: [[Double]], counts: [Proportion], names: [String], penalty: Penalty = .none) {
    precondition(rows.count == counts.count, "every group has a row")
    let groups = zip(rows, counts).filter { $1.total > 0 }.map {
      Group(row: $0, yes: Double($1.count), no: Double($1.total - $1.count))
    }
    precondition(groups.count >= names.count, "there are no fewer groups than columns")
    self.init(groups, names: names, penalty: penalty)
  }

  /// Whether no column of some rows follows from the others, so that every coefficient means something.
  public static func isIdentified(_ rows: [[Double]]) -> Bool {
    guard let columns = rows.first?.count, rows.count >= columns else { return false }
    var rows = rows
    for column in 0..<columns {
      guard let best = (column..<rows.count).max(by: { abs(rows[$0][column]) < abs(rows[$1][column]) }),
        abs(rows[best][column]) > 1e-9
      else { return false }
      rows.swapAt(column, best)
      for row in column + 1..<max(rows.count, column + 1) {
        let factor = rows[row][column] / rows[column][column]
        guard factor != 0 else { continue }
        for next in column..<columns { rows[row][next] -= factor * rows[column][next] }
      }
    }
    return true
  }

  private init(_ groups: [Group], names: [String], penalty: Penalty) {
    precondition(groups.allSatisfy { $0.row.count == names.count }, "every row has a number a column")
    self.names = names
    self.groups = groups
    self.penalty = penalty
    let fit = LogisticRegression.fit(groups, penalty, fixed: nil)
    coefficients = fit.coefficients
    covariance = fit.covariance
    logLikelihood = fit.logLikelihood
    hasConverged = fit.hasConverged
    let plain = penalty == .none ? fit : LogisticRegression.fit(groups, .none, fixed: nil)
    isSeparated = plain.isSeparated
  }

  // MARK: Results

  /// A coefficient with Wald's interval.
  public func wald(_ index: Int, confidence: Double = 0.95) -> Estimate {
    let half = Distribution.normalQuantile(0.5 + confidence / 2) * covariance[index][index].squareRoot()
    return Estimate(
      coefficients[index], coefficients[index] - half, coefficients[index] + half,
      method: "\(name), Wald interval, \(percent(confidence))")
  }

  /// A coefficient with the interval in which twice the fall of the log likelihood is under the χ² quantile; a limit that is
  /// beyond 50 from the estimate is infinite.
  public func profile(_ index: Int, confidence: Double = 0.95) -> Estimate {
    let bound = Distribution.chiSquaredQuantile(confidence, degrees: 1)
    let low = limit(index, bound, direction: -1)
    let high = limit(index, bound, direction: 1)
    return Estimate(
      coefficients[index], low, high, method: "\(name), profile likelihood interval, \(percent(confidence))")
  }

  /// The likelihood-ratio test that some coefficients are all 0.
  public func likelihoodRatio(without indices: [Int]) -> TestResult {
    var fixed: [Int: Double] = [:]
    for index in indices { fixed[index] = 0 }
    let smaller = LogisticRegression.fit(groups, penalty, fixed: fixed)
    let statistic = max(0, 2 * (logLikelihood - smaller.logLikelihood))
    return TestResult(
      "likelihood-ratio test, \(name)", statistic: statistic, degrees: indices.count,
      p: Distribution.chiSquaredUpper(statistic, degrees: indices.count))
  }

  /// Twice the fall of the log likelihood where a coefficient is held at a value.
  public func deviance(_ index: Int, at value: Double) -> Double {
    2 * (logLikelihood - LogisticRegression.fit(groups, penalty, fixed: [index: value]).logLikelihood)
  }

  /// The covariance of the coefficients where rows of one cluster are not independent: the sandwich of White (1980) with sums
  /// over clusters (Liang and Zeger 1986), and the factor G / (G − 1) for G clusters.
  ///
  /// - Precondition: there is a cluster for every row that has somebody.
  public func clusterCovariance(_ clusters: [Int]) -> [[Double]] {
    precondition(clusters.count == groups.count, "every row is of a cluster")
    var scores: [Int: [Double]] = [:]
    for (index, group) in groups.enumerated() {
      let row = group.row
      let residual = group.yes - (group.yes + group.no) * LogisticRegression.rate(row, coefficients)
      var sum = scores[clusters[index]] ?? Array(repeating: 0, count: names.count)
      for column in row.indices { sum[column] += residual * row[column] }
      scores[clusters[index]] = sum
    }
    var meat = Array(repeating: Array(repeating: 0.0, count: names.count), count: names.count)
    for key in scores.keys.sorted() {
      guard let score = scores[key] else { continue }
      for a in names.indices { for b in names.indices { meat[a][b] += score[a] * score[b] } }
    }
    let factor = Double(scores.count) / Double(max(scores.count - 1, 1))
    let half = Matrix.product(covariance, meat)
    return Matrix.product(half, covariance).map { $0.map { $0 * factor } }
  }

  private var name: String {
    switch penalty {
    case .none: "logistic regression, maximum likelihood"
    case .firth: "logistic regression, Firth's penalised likelihood"
    }
  }

  private func limit(_ index: Int, _ bound: Double, direction: Double) -> Double {
    let middle = coefficients[index]
    var inside = 0.0
    var outside = max(0.1, covariance[index][index].squareRoot())
    while !(deviance(index, at: middle + direction * outside) > bound) {
      inside = outside
      outside *= 2
      if outside > 50 { return direction * .infinity }
    }
    for _ in 0..<100 where outside - inside > 1e-13 * max(1, outside) {
      let half = (inside + outside) / 2
      if deviance(index, at: middle + direction * half) > bound { outside = half } else { inside = half }
    }
    return middle + direction * (inside + outside) / 2
  }
}

// MARK: Fitting

extension LogisticRegression {
  /// People with the same numbers.
  struct Group {
    var row: [Double]
    /// To how many it happened.
    var yes: Double
    /// To how many it did not.
    var no: Double
  }

  struct Fit {
    var coefficients: [Double]
    var covariance: [[Double]]
    var logLikelihood: Double
    var hasConverged: Bool
    var isSeparated: Bool
  }

  static func rate(_ row: [Double], _ coefficients: [Double]) -> Double {
    let sum = zip(row, coefficients).reduce(0) { $0 + $1.0 * $1.1 }
    return sum >= 0 ? 1 / (1 + exp(-sum)) : exp(sum) / (1 + exp(sum))
  }

  private static func likelihood(_ groups: [Group], _ coefficients: [Double], _ penalty: Penalty) -> Double {
    var sum = 0.0
    for group in groups {
      let odds = zip(group.row, coefficients).reduce(0) { $0 + $1.0 * $1.1 }
      // Minus the logarithm of the larger of the rate and what is left.
      let least = log1p(exp(-abs(odds)))
      if group.yes > 0 { sum += group.yes * (odds >= 0 ? -least : odds - least) }
      if group.no > 0 { sum += group.no * (odds >= 0 ? -odds - least : -least) }
    }
    switch penalty {
    case .none: return sum
    case .firth: return sum + Matrix.logDeterminant(information(groups, coefficients)) / 2
    }
  }

  private static func information(_ groups: [Group], _ coefficients: [Double]) -> [[Double]] {
    let count = coefficients.count
    var result = Array(repeating: Array(repeating: 0.0, count: count), count: count)
    for group in groups {
      let row = group.row
      let rate = rate(row, coefficients)
      let weight = (group.yes + group.no) * rate * (1 - rate)
      for a in 0..<count { for b in 0...a { result[a][b] += weight * row[a] * row[b] } }
    }
    for a in 0..<count { for b in 0..<a { result[b][a] = result[a][b] } }
    return result
  }

  /// Newton's method with halved steps; coefficients that are fixed stay where they are.
  static func fit(_ groups: [Group], _ penalty: Penalty, fixed: [Int: Double]?) -> Fit {
    let count = groups[0].row.count
    let free = (0..<count).filter { fixed?[$0] == nil }
    var coefficients = (0..<count).map { fixed?[$0] ?? 0 }
    var value = likelihood(groups, coefficients, penalty)
    var hasConverged = false
    for _ in 0..<200 {
      let information = information(groups, coefficients)
      let score = score(groups, coefficients, penalty, information)
      let part = free.map { a in free.map { information[a][$0] } }
      guard let inverse = Matrix.inverse(part) else { break }
      let step = free.indices.map { a in free.indices.reduce(0) { $0 + inverse[a][$1] * score[free[$1]] } }
      var scale = min(1, 5 / max(step.map(abs).max() ?? 1, 1e-300))
      var next = coefficients
      var nextValue = value
      for _ in 0..<40 {
        for (position, index) in free.enumerated() { next[index] = coefficients[index] + scale * step[position] }
        nextValue = likelihood(groups, next, penalty)
        if nextValue >= value - 1e-12 * max(1, abs(value)) { break }
        scale /= 2
      }
      let moved = zip(next, coefficients).map { abs($0 - $1) }.max() ?? 0
      (coefficients, value) = (next, nextValue)
      if moved < 1e-11 * max(1, coefficients.map(abs).max() ?? 1) {
        hasConverged = true
        break
      }
      if penalty == .none, (coefficients.map(abs).max() ?? 0) > 500 { break }
    }
    let information = information(groups, coefficients)
    let covariance = Matrix.inverse(information) ?? information.map { $0.map { _ in .nan } }
    // Rates of 0 or 1 to the last digit come of coefficients on their way to infinity.
    let isSeparated =
      penalty == .none
      && groups.contains { group in
        let rate = rate(group.row, coefficients)
        return min(rate, 1 - rate) < 1e-8
      }
    return Fit(
      coefficients: coefficients, covariance: covariance, logLikelihood: value, hasConverged: hasConverged,
      isSeparated: isSeparated || (penalty == .none && !hasConverged))
  }

  /// The slope of the likelihood; with Firth's penalty the leverages pull every outcome towards a half.
  private static func score(
    _ groups: [Group], _ coefficients: [Double], _ penalty: Penalty, _ information: [[Double]]
  ) -> [Double] {
    let count = coefficients.count
    let inverse = penalty == .firth ? Matrix.inverse(information) : nil
    var result = Array(repeating: 0.0, count: count)
    for group in groups {
      let row = group.row
      let rate = rate(row, coefficients)
      let total = group.yes + group.no
      var residual = group.yes - total * rate
      if let inverse {
        var leverage = 0.0
        for a in 0..<count { for b in 0..<count { leverage += row[a] * inverse[a][b] * row[b] } }
        residual += total * leverage * rate * (1 - rate) * (0.5 - rate)
      }
      for a in 0..<count { result[a] += residual * row[a] }
    }
    return result
  }
}

/// Small matrices that are symmetric, row by row.
enum Matrix {
  /// The Cholesky factor below the diagonal, or nil where the matrix is not positive definite.
  private static func factor(_ matrix: [[Double]]) -> [[Double]]? {
    let count = matrix.count
    var lower = Array(repeating: Array(repeating: 0.0, count: count), count: count)
    for a in 0..<count {
      for b in 0...a {
        var sum = matrix[a][b]
        for k in 0..<b { sum -= lower[a][k] * lower[b][k] }
        if a == b {
          guard sum > 1e-300, sum.isFinite else { return nil }
          lower[a][a] = sum.squareRoot()
        } else {
          lower[a][b] = sum / lower[b][b]
        }
      }
    }
    return lower
  }

  static func inverse(_ matrix: [[Double]]) -> [[Double]]? {
    guard let lower = factor(matrix) else { return nil }
    let count = matrix.count
    var result = Array(repeating: Array(repeating: 0.0, count: count), count: count)
    for column in 0..<count {
      var part = Array(repeating: 0.0, count: count)
      for a in 0..<count {
        var sum = a == column ? 1.0 : 0
        for k in 0..<a { sum -= lower[a][k] * part[k] }
        part[a] = sum / lower[a][a]
      }
      for a in (0..<count).reversed() {
        var sum = part[a]
        for k in a + 1..<max(count, a + 1) { sum -= lower[k][a] * result[k][column] }
        result[a][column] = sum / lower[a][a]
      }
    }
    return result
  }

  /// The logarithm of the determinant; −∞ where it is not positive.
  static func logDeterminant(_ matrix: [[Double]]) -> Double {
    guard let lower = factor(matrix) else { return -.infinity }
    return matrix.indices.reduce(0) { $0 + 2 * log(lower[$1][$1]) }
  }

  static func product(_ a: [[Double]], _ b: [[Double]]) -> [[Double]] {
    a.map { row in b[0].indices.map { column in row.indices.reduce(0) { $0 + row[$1] * b[$1][column] } } }
  }
}
