import Glibc

/// So many of so many.
public struct Proportion: Hashable, Sendable {
  /// How many.
  public let count: Int
  /// Of how many.
  public let total: Int

  /// `count` of `total`.
  ///
  /// - Precondition: `count` is 0...`total`.
  public init(_ count: Int, of total: Int) {
    precondition(count >= 0 && count <= total, "a part is no more than the whole")
    self.count = count
    self.total = total
  }

  /// The share, 0...1; NaN of none.
  public var share: Double { total == 0 ? .nan : Double(count) / Double(total) }

  /// Wilson's score interval, without continuity correction.
  ///
  /// Source: Wilson, E. B. (1927), Journal of the American Statistical Association 22, 209–212.
  /// - Parameter confidence: between 0 and 1.
  public func wilson(confidence: Double = 0.95) -> Estimate {
    let method = "Wilson score interval, \(percent(confidence))"
    guard total > 0 else { return Estimate(.nan, .nan, .nan, method: method) }
    let z = Distribution.normalQuantile(0.5 + confidence / 2)
    let n = Double(total)
    let p = share
    let middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    let half = z / (1 + z * z / n) * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot()
    // At the ends the limits are 0 and 1 by the formula; rounding must not move them.
    return Estimate(
      p, count == 0 ? 0 : max(0, middle - half), count == total ? 1 : min(1, middle + half), method: method)
  }
}

/// A share as a percentage for the name of a method.
func percent(_ share: Double) -> String {
  let tenths = Int((share * 1000).rounded())
  return tenths % 10 == 0 ? "\(tenths / 10) %" : "\(tenths / 10).\(tenths % 10) %"
}
