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

  private let rows: [[Double]]
  private let outcomes: [Bool]

  /// Fits a regression.
  ///
  /// - Parameters:
  ///   - rows: the columns' numbers, a row a person; an intercept is a column of ones.
  ///   - outcomes: whether it happened, a row each.
  ///   - names: of the columns.
  /// - Precondition: there are as many rows as outcomes, and as many numbers in each as names, and more rows than columns.
  public init(_ rows: [[Double]], _ outcomes: [Bool], names: [String], penalty: Penalty = .none) {
    precondition(rows.count == outcomes.count && rows.count > names.count, "there are more rows than columns")
    precondition(rows.allSatisfy { $0.count == names.count }, "every row has a number a column")
    self.names = names
    self.rows = rows
    self.outcomes = outcomes
    self.penalty = penalty
    let fit = LogisticRegression.fit(rows, outcomes, penalty, fixed: nil)
    coefficients = fit.coefficients
    covariance = fit.covariance
    logLikelihood = fit.logLikelihood
    hasConverged = fit.hasConverged
    let plain = penalty == .none ? fit : LogisticRegression.fit(rows, outcomes, .none, fixed: nil)
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
    let smaller = LogisticRegression.fit(rows, outcomes, penalty, fixed: fixed)
    let statistic = max(0, 2 * (logLikelihood - smaller.logLikelihood))
    return TestResult(
      "likelihood-ratio test, \(name)", statistic: statistic, degrees: indices.count,
      p: Distribution.chiSquaredUpper(statistic, degrees: indices.count))
  }

  /// Twice the fall of the log likelihood where a coefficient is held at a value.
  public func deviance(_ index: Int, at value: Double) -> Double {
    2 * (logLikelihood - LogisticRegression.fit(rows, outcomes, penalty, fixed: [index: value]).logLikelihood)
  }

  /// The covariance of the coefficients where rows of one cluster are not independent: the sandwich of White (1980) with sums
  /// over clusters (Liang and Zeger 1986), and the factor G / (G − 1) for G clusters.
  public func clusterCovariance(_ clusters: [Int]) -> [[Double]] {
    precondition(clusters.count == rows.count, "every row is of a cluster")
    var scores: [Int: [Double]] = [:]
    for (index, row) in rows.enumerated() {
      let residual = (outcomes[index] ? 1 : 0) - LogisticRegression.rate(row, coefficients)
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

  private static func likelihood(
    _ rows: [[Double]], _ outcomes: [Bool], _ coefficients: [Double], _ penalty: Penalty
  ) -> Double {
    var sum = 0.0
    for (row, outcome) in zip(rows, outcomes) {
      let odds = zip(row, coefficients).reduce(0) { $0 + $1.0 * $1.1 }
      let signed = outcome ? odds : -odds
      sum += signed >= 0 ? -log1p(exp(-signed)) : signed - log1p(exp(signed))
    }
    switch penalty {
    case .none: return sum
    case .firth: return sum + Matrix.logDeterminant(information(rows, coefficients)) / 2
    }
  }

  private static func information(_ rows: [[Double]], _ coefficients: [Double]) -> [[Double]] {
    let count = coefficients.count
    var result = Array(repeating: Array(repeating: 0.0, count: count), count: count)
    for row in rows {
      let rate = rate(row, coefficients)
      let weight = rate * (1 - rate)
      for a in 0..<count { for b in 0...a { result[a][b] += weight * row[a] * row[b] } }
    }
    for a in 0..<count { for b in 0..<a { result[b][a] = result[a][b] } }
    return result
  }

  /// Newton's method with halved steps; coefficients that are fixed stay where they are.
  static func fit(
    _ rows: [[Double]], _ outcomes: [Bool], _ penalty: Penalty, fixed: [Int: Double]?
  ) -> Fit {
    let count = rows[0].count
    let free = (0..<count).filter { fixed?[$0] == nil }
    var coefficients = (0..<count).map { fixed?[$0] ?? 0 }
    var value = likelihood(rows, outcomes, coefficients, penalty)
    var hasConverged = false
    for _ in 0..<200 {
      let information = information(rows, coefficients)
      let score = score(rows, outcomes, coefficients, penalty, information)
      let part = free.map { a in free.map { information[a][$0] } }
      guard let inverse = Matrix.inverse(part) else { break }
      let step = free.indices.map { a in free.indices.reduce(0) { $0 + inverse[a][$1] * score[free[$1]] } }
      var scale = min(1, 5 / max(step.map(abs).max() ?? 1, 1e-300))
      var next = coefficients
      var nextValue = value
      for _ in 0..<40 {
        for (position, index) in free.enumerated() { next[index] = coefficients[index] + scale * step[position] }
        nextValue = likelihood(rows, outcomes, next, penalty)
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
    let information = information(rows, coefficients)
    let covariance = Matrix.inverse(information) ?? information.map { $0.map { _ in .nan } }
    // Rates of 0 or 1 to the last digit come of coefficients on their way to infinity.
    let isSeparated =
      penalty == .none
      && rows.contains { row in
        let rate = rate(row, coefficients)
        return min(rate, 1 - rate) < 1e-8
      }
    return Fit(
      coefficients: coefficients, covariance: covariance, logLikelihood: value, hasConverged: hasConverged,
      isSeparated: isSeparated || (penalty == .none && !hasConverged))
  }

  /// The slope of the likelihood; with Firth's penalty the leverages pull every outcome towards a half.
  private static func score(
    _ rows: [[Double]], _ outcomes: [Bool], _ coefficients: [Double], _ penalty: Penalty, _ information: [[Double]]
  ) -> [Double] {
    let count = coefficients.count
    let inverse = penalty == .firth ? Matrix.inverse(information) : nil
    var result = Array(repeating: 0.0, count: count)
    for (row, outcome) in zip(rows, outcomes) {
      let rate = rate(row, coefficients)
      var residual = (outcome ? 1 : 0) - rate
      if let inverse {
        var leverage = 0.0
        for a in 0..<count { for b in 0..<count { leverage += row[a] * inverse[a][b] * row[b] } }
        residual += leverage * rate * (1 - rate) * (0.5 - rate)
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
