import Glibc

/// Two groups, and how many in each did something.
public struct TwoByTwo: Hashable, Sendable {
  /// The group that the other is compared with.
  public let base: Proportion
  /// The other group.
  public let other: Proportion

  /// Two groups.
  public init(base: Proportion, other: Proportion) {
    self.base = base
    self.other = other
  }

  private var cells: (a: Double, b: Double, c: Double, d: Double) {
    (
      Double(other.count), Double(other.total - other.count), Double(base.count), Double(base.total - base.count)
    )
  }

  // MARK: Effects

  /// The difference of the shares, other less base, with Newcombe's hybrid score interval (his method 10).
  ///
  /// Source: Newcombe, R. G. (1998), Statistics in Medicine 17, 873–890.
  public func riskDifference(confidence: Double = 0.95) -> Estimate {
    let (a, b) = (other.wilson(confidence: confidence), base.wilson(confidence: confidence))
    let difference = a.value - b.value
    func root(_ x: Double, _ y: Double) -> Double { (x * x + y * y).squareRoot() }
    return Estimate(
      difference, difference - root(a.value - a.low, b.high - b.value),
      difference + root(a.high - a.value, b.value - b.low),
      method: "risk difference, Newcombe hybrid score interval, \(percent(confidence))")
  }

  /// The odds ratio, other to base, with Wald's interval on its logarithm; NaN or infinite where a cell is empty.
  public func oddsRatio(confidence: Double = 0.95) -> Estimate {
    let (a, b, c, d) = cells
    return ratio(
      a * d / (b * c), error: (1 / a + 1 / b + 1 / c + 1 / d).squareRoot(), confidence,
      "odds ratio, Wald interval on the log odds ratio")
  }

  /// The ratio of the shares, other to base, with the interval on its logarithm (Katz).
  public func riskRatio(confidence: Double = 0.95) -> Estimate {
    let (a, b, c, d) = cells
    return ratio(
      (a / (a + b)) / (c / (c + d)), error: (1 / a - 1 / (a + b) + 1 / c - 1 / (c + d)).squareRoot(), confidence,
      "risk ratio, Katz log interval")
  }

  private func ratio(_ value: Double, error: Double, _ confidence: Double, _ method: String) -> Estimate {
    let name = "\(method), \(percent(confidence))"
    guard value.isFinite, value > 0, error.isFinite else { return Estimate(value, .nan, .nan, method: name) }
    let z = Distribution.normalQuantile(0.5 + confidence / 2)
    return Estimate(value, value * exp(-z * error), value * exp(z * error), method: name)
  }

  /// Cohen's h, other against base: the difference of the arcsine-transformed shares.
  public var cohensH: Double { 2 * asin(other.share.squareRoot()) - 2 * asin(base.share.squareRoot()) }

  // MARK: Tests

  /// The largest group for which all tables are enumerated.
  public static let mostEnumerated = 1000

  /// Whether both groups have somebody and are small enough for Boschloo's test.
  public var isEnumerable: Bool {
    [base.total, other.total].allSatisfy { (1...TwoByTwo.mostEnumerated).contains($0) }
  }

  /// Pearson's χ², one degree of freedom.
  ///
  /// - Parameter yates: whether the continuity correction is made; at most the difference itself is taken off.
  public func chiSquared(yates: Bool) -> TestResult {
    let (a, b, c, d) = cells
    let method = yates ? "Pearson χ² with Yates's correction" : "Pearson χ², uncorrected"
    let n = a + b + c + d
    let product = (a + b) * (c + d) * (a + c) * (b + d)
    guard product > 0 else { return TestResult(method, statistic: .nan, degrees: 1, p: .nan) }
    let distance = abs(a * d - b * c)
    let corrected = yates ? max(0, distance - n / 2) : distance
    let statistic = n * corrected * corrected / product
    return TestResult(
      method, statistic: statistic, degrees: 1, p: Distribution.chiSquaredUpper(statistic, degrees: 1))
  }

  /// Fisher's exact test, two-sided: all tables with these margins that are no likelier than this one.
  ///
  /// Likelihoods within a factor of 1 + 10⁻⁷ count as equal, as in R and SciPy.
  public func fisher() -> TestResult {
    TestResult("Fisher's exact test, two-sided by likelihood", p: tail(midP: false))
  }

  /// The mid-p of Fisher's test: tables as likely as this one count half. It is not exact: its size can exceed the level.
  public func midP() -> TestResult {
    TestResult("Fisher's mid-p, two-sided by likelihood (not exact)", p: tail(midP: true))
  }

  private func tail(midP: Bool) -> Double {
    let (least, masses) = Distribution.hypergeometric(other.total, base.total, total: other.count + base.count)
    let own = masses[other.count - least]
    let bound = own * (1 + 1e-7)
    var sum = 0.0
    for mass in masses where mass <= bound {
      let isTie = mass >= own * (1 - 1e-7)
      sum += midP && isTie ? mass / 2 : mass
    }
    return min(1, sum)
  }

  /// Boschloo's unconditional exact test, two-sided: Fisher's two-sided p is the statistic, and the p is the probability of
  /// one as small, at its worst over the common rate.
  ///
  /// Source: Boschloo, R. D. (1970), Statistica Neerlandica 24, 1–35.
  /// - Precondition: `isEnumerable`.
  public func boschloo() -> TestResult {
    UnconditionalTest(first: other.total, second: base.total).result(
      first: other.count, second: base.count)
  }

  /// A test by its name.
  ///
  /// Where Boschloo's test is asked for and a group has more than `mostEnumerated`, it is Fisher's, which needs no enumeration
  /// and is exact too; the result says so. Nil where a group is empty.
  public func result(of test: TwoArmDesign.Test) -> TestResult? {
    guard base.total > 0, other.total > 0 else { return nil }
    switch test {
    case .boschloo: return isEnumerable ? boschloo() : fisher()
    case .fisher: return fisher()
    case .midP: return midP()
    case .pooledZ: return chiSquared(yates: false)
    }
  }

  /// The most in a group for which the size of a test is looked for: all tables are enumerated, for Boschloo's at many critical values.
  public static let mostSized = 300

  /// How often a test rejects at a level where both groups have the same rate, at its worst over that rate; nil where a group is empty,
  /// or larger than `mostSized`.
  ///
  /// - Parameter alpha: the level, between 0 and 1.
  public func size(of test: TwoArmDesign.Test, alpha: Double = 0.05) -> Double? {
    guard isEnumerable, max(base.total, other.total) <= Self.mostSized else { return nil }
    return UnconditionalTest(first: other.total, second: base.total, by: test).size(alpha: alpha)
  }
}
