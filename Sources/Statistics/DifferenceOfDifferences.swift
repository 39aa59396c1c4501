/// The interaction of two factors with two levels each on the scale of shares: by how much the difference that one factor makes
/// is another one under the other level of the second factor.
///
/// 0 means that the differences are the same. It is not the interaction of a logistic regression, which is on the scale of
/// log odds: one may be 0 where the other is not.
public struct DifferenceOfDifferences: Hashable, Sendable {
  /// The first factor's two levels under the base level of the second factor.
  public let underBase: TwoByTwo
  /// The first factor's two levels under the other level of the second factor.
  public let underOther: TwoByTwo

  /// Two pairs of groups, four groups of different people.
  public init(underBase: TwoByTwo, underOther: TwoByTwo) {
    self.underBase = underBase
    self.underOther = underOther
  }

  /// The difference under the other level less that under the base level, −2...2, with limits recovered from Newcombe's limits
  /// of the two differences (MOVER); NaN where a group is empty.
  ///
  /// Source: Zou, G. Y. and Donner, A. (2008), Statistics in Medicine 27, 1693–1702; Newcombe, R. G. (1998), Statistics in
  /// Medicine 17, 873–890, method 10. As Newcombe's limits are made in the same way of Wilson's, the limits are those of the four
  /// shares combined at once (Zou, Huang and Zhang 2009, Computational Statistics & Data Analysis 53, 1080–1085).
  /// - Parameter confidence: between 0 and 1.
  public func interval(confidence: Double = 0.95) -> Estimate {
    let (a, b) = (underOther.riskDifference(confidence: confidence), underBase.riskDifference(confidence: confidence))
    let value = a.value - b.value
    func root(_ x: Double, _ y: Double) -> Double { (x * x + y * y).squareRoot() }
    return Estimate(
      value, value - root(a.value - a.low, b.high - b.value), value + root(a.high - a.value, b.value - b.low),
      method: "difference of risk differences, MOVER of Newcombe hybrid score limits, \(percent(confidence))")
  }

  /// The test that the differences are the same: z with the sum of the four variances, each from the group's own share. It is not
  /// exact: its size can exceed the level. NaN where a group is empty, or where all shares are 0 or 1.
  public func wald() -> TestResult {
    ShareContrast(weights: [1, -1, -1, 1]).wald(
      [underOther.other, underOther.base, underBase.other, underBase.base],
      "difference of risk differences, Wald z with the sum of variances")
  }
}
