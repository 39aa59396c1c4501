import CBoostMath

/// Distributions, as Boost.Math computes them.
public enum Distribution {
  /// The version of Boost whose distributions these are.
  public static var libraryVersion: String {
    let number = Int(boost_library_version())
    return "\(number / 100_000).\(number / 100 % 1000).\(number % 100)"
  }

  /// The probability that a standard normal variable is above `z`.
  public static func normalUpper(_ z: Double) -> Double { boost_normal_upper(z) }

  /// The standard normal quantile of a probability between 0 and 1.
  public static func normalQuantile(_ probability: Double) -> Double { boost_normal_quantile(probability) }

  /// The probability that a χ² variable with so many degrees of freedom is above `x`.
  public static func chiSquaredUpper(_ x: Double, degrees: Int) -> Double {
    x <= 0 ? 1 : boost_chi_squared_upper(x, Double(degrees))
  }

  /// The quantile of χ² with so many degrees of freedom.
  public static func chiSquaredQuantile(_ probability: Double, degrees: Int) -> Double {
    boost_chi_squared_quantile(probability, Double(degrees))
  }

  /// The probabilities of 0...`trials` successes, each with a probability `rate` in 0...1.
  static func binomial(_ trials: Int, rate: Double) -> [Double] {
    guard rate > 0, rate < 1 else { return (0...trials).map { $0 == (rate > 0 ? trials : 0) ? 1 : 0 } }
    let odds = rate / (1 - rate)
    return outward(0...trials, from: min(trials, Int(Double(trials + 1) * rate))) {
      boost_binomial_mass(Double($0), Double(trials), rate)
    } ratio: {
      Double(trials - $0) / Double($0 + 1) * odds
    }
  }

  /// The probabilities of the counts in the first cell of a 2 × 2 table with these margins, and the smallest such count.
  ///
  /// - Parameters:
  ///   - first: size of the first group.
  ///   - second: size of the second group.
  ///   - total: successes in both.
  static func hypergeometric(_ first: Int, _ second: Int, total: Int) -> (least: Int, masses: [Double]) {
    let counts = max(0, total - second)...min(first, total)
    let likeliest = (total + 1) * (first + 1) / (first + second + 2)
    let masses = outward(counts, from: min(max(likeliest, counts.lowerBound), counts.upperBound)) {
      boost_hypergeometric_mass(UInt32($0), UInt32(total), UInt32(first), UInt32(first + second))
    } ratio: {
      Double(total - $0) * Double(first - $0) / (Double($0 + 1) * Double(second - total + $0 + 1))
    }
    return (counts.lowerBound, masses)
  }

  /// The probabilities of counts, each from its neighbour, from the likeliest to both ends; so errors do not add up in the large
  /// ones, and one call of Boost is enough.
  ///
  /// - Parameters:
  ///   - mass: the probability of a count.
  ///   - ratio: how many times as likely the next count is.
  private static func outward(
    _ counts: ClosedRange<Int>, from likeliest: Int, mass: (Int) -> Double, ratio: (Int) -> Double
  ) -> [Double] {
    var masses = [Double](repeating: 0, count: counts.count)
    let middle = likeliest - counts.lowerBound
    masses[middle] = mass(likeliest)
    for index in middle..<masses.count - 1 { masses[index + 1] = masses[index] * ratio(counts.lowerBound + index) }
    for index in stride(from: middle, to: 0, by: -1) {
      masses[index - 1] = masses[index] / ratio(counts.lowerBound + index - 1)
    }
    return masses
  }
}

/// A number with an interval around it.
public struct Estimate: Hashable, Sendable {
  /// The number; NaN where there is none.
  public var value: Double
  /// The lower limit.
  public var low: Double
  /// The upper limit.
  public var high: Double
  /// The name and variant of the method, and the confidence.
  public var method: String

  /// A number with its limits.
  public init(_ value: Double, _ low: Double, _ high: Double, method: String) {
    self.value = value
    self.low = low
    self.high = high
    self.method = method
  }
}

/// A test and what came of it.
public struct TestResult: Hashable, Sendable {
  /// The name and variant of the test.
  public var method: String
  /// The statistic, or nil where the p is all there is.
  public var statistic: Double?
  /// Degrees of freedom, where the statistic has some.
  public var degrees: Int?
  /// The p, two-sided unless the method's name says otherwise.
  public var p: Double

  /// A result under the name of its method.
  public init(_ method: String, statistic: Double? = nil, degrees: Int? = nil, p: Double) {
    self.method = method
    self.statistic = statistic
    self.degrees = degrees
    self.p = p
  }
}
