/// A sum of shares, each with a weight: a difference where two of them have 1 and −1, an interaction where four have.
public struct ShareContrast: Hashable, Sendable {
  /// The weight of each share, in the order of the groups.
  public let weights: [Double]

  /// A sum with these weights.
  public init(weights: [Double]) { self.weights = weights }

  /// The sum, with limits recovered from Wilson's limits of the shares (MOVER); NaN where a group with a weight is empty.
  ///
  /// Of two groups these are Newcombe's limits, of four those of `DifferenceOfDifferences`.
  ///
  /// Source: Zou, G. Y., Huang, W. and Zhang, X. (2009), Computational Statistics & Data Analysis 53, 1080–1085.
  /// - Parameters:
  ///   - groups: as many as there are weights.
  ///   - confidence: between 0 and 1.
  public func interval(_ groups: [Proportion], confidence: Double = 0.95) -> Estimate {
    precondition(groups.count == weights.count, "a group for each weight")
    let method = "sum of weighted shares, MOVER of Wilson score limits, \(percent(confidence))"
    var (value, down, up) = (0.0, 0.0, 0.0)
    for (weight, group) in zip(weights, groups) where weight != 0 {
      let limits = group.wilson(confidence: confidence)
      let (below, above) = (weight * (limits.value - limits.low), weight * (limits.high - limits.value))
      value += weight * limits.value
      down += weight > 0 ? below * below : above * above
      up += weight > 0 ? above * above : below * below
    }
    return Estimate(value, value - down.squareRoot(), value + up.squareRoot(), method: method)
  }

  /// Tests whether the sum is 0: z with the sum of the groups' variances p(1 − p)/n, two-sided. It is not exact: its size can exceed
  /// the level. NaN where the variance is 0, or where a group with a weight is empty.
  ///
  /// - Parameters:
  ///   - groups: as many as there are weights.
  ///   - method: the name that the result has.
  public func wald(_ groups: [Proportion], _ method: String) -> TestResult {
    var sum = 0.0
    var variance = 0.0
    for (weight, group) in zip(weights, groups) where weight != 0 {
      sum += weight * group.share
      variance += weight * weight * group.share * (1 - group.share) / Double(group.total)
    }
    guard variance > 0 else { return TestResult(method, statistic: .nan, p: .nan) }
    let z = sum / variance.squareRoot()
    return TestResult(method, statistic: z, p: min(1, 2 * Distribution.normalUpper(abs(z))))
  }
}
