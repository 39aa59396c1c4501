import Glibc

/// A share of things that belong to people, of whom some have more than one: those of one person are not independent.
public struct ClusteredProportion: Hashable, Sendable {
  /// How many people have one at least.
  public private(set) var clusters = 0
  /// How many things there are.
  public private(set) var total = 0
  /// Of how many it is so.
  public private(set) var count = 0
  private var countsSquared = 0
  private var countsTimesTotals = 0
  private var totalsSquared = 0

  /// Nobody yet.
  public init() {}

  /// Takes in a person.
  ///
  /// - Precondition: `count` is 0...`total`.
  public mutating func add(_ count: Int, of total: Int) {
    precondition(count >= 0 && count <= total, "a part is no more than the whole")
    guard total > 0 else { return }
    clusters += 1
    self.count += count
    self.total += total
    countsSquared += count * count
    countsTimesTotals += count * total
    totalsSquared += total * total
  }

  /// The share with an interval that is symmetric on the log odds, of the sandwich of Liang and Zeger with people as clusters and
  /// the factor G / (G − 1): what a logistic regression with an intercept alone gives. NaN limits where it is so of none or of all, or
  /// of one person only.
  ///
  /// Source: Liang, K.-Y. and Zeger, S. L. (1986), Biometrika 73, 13–22.
  /// - Parameter confidence: between 0 and 1.
  public func interval(confidence: Double = 0.95) -> Estimate {
    let method = "share, cluster-robust interval on the log odds, \(percent(confidence))"
    guard total > 0 else { return Estimate(.nan, .nan, .nan, method: method) }
    let share = Double(count) / Double(total)
    guard clusters > 1, count > 0, count < total else { return Estimate(share, .nan, .nan, method: method) }
    let squares = Double(countsSquared) - 2 * share * Double(countsTimesTotals) + share * share * Double(totalsSquared)
    let factor = Double(clusters) / Double(clusters - 1)
    let error = (factor * squares).squareRoot() / (Double(total) * share * (1 - share))
    let (odds, half) = (log(share / (1 - share)), Distribution.normalQuantile(0.5 + confidence / 2) * error)
    return Estimate(share, 1 / (1 + exp(half - odds)), 1 / (1 + exp(-odds - half)), method: method)
  }
}
