import Glibc

/// What a comparison of two arms of equal size can find, by enumerating all tables.
///
/// Boschloo's test: the statistic is the two-sided p of Fisher's exact test (tables that are no likelier than the observed
/// one), and the critical value is the largest for which the probability of rejecting, at its worst over the common rate, is at
/// most `alpha`. The other tests reject where their own p is at most `alpha`, and have the size that they have. The worst is
/// looked for at 999 rates, 0.001 apart.
///
/// Source: Boschloo, R. D. (1970), Raised conditional level of significance for the 2 × 2-table when testing the equality
/// of two probabilities, Statistica Neerlandica 24, 1–35.
public struct TwoArmDesign: Sendable {
  /// The test of two arms.
  public enum Test: String, CaseIterable, Sendable {
    /// Boschloo's unconditional exact test.
    case boschloo
    /// Fisher's exact test; its size is under the level.
    case fisher
    /// The mid-p of Fisher's test; it is not exact: its size may be over the level.
    case midP = "mid-p"
    /// The pooled z, that is Pearson's χ² without correction; its size may be over the level.
    case pooledZ = "pooled-z"
  }

  /// The test.
  public let test: Test
  /// Participants in each of the two arms, 1...1000.
  public let perArm: Int
  /// The nominal level.
  public let alpha: Double
  /// The probability of rejecting when the rates are equal, at its worst.
  public let achievedSize: Double
  /// For every count in the first arm the largest count in the second at which is rejected because it is small; −1 where
  /// none is.
  private let low: [Int]
  /// The same for the smallest count that is too large; `perArm + 1` where none is.
  private let high: [Int]

  /// The test for so many participants in each arm.
  ///
  /// - Precondition: `perArm` is 1...1000 and `alpha` lies between 0 and 1.
  public init(perArm: Int, alpha: Double = 0.05, test: Test = .boschloo) {
    precondition((1...1000).contains(perArm), "an exact test is for 1 to 1,000 in an arm")
    precondition(alpha > 0 && alpha < 1, "a level lies between 0 and 1")
    self.perArm = perArm
    self.test = test
    self.alpha = alpha
    let logFactorials = TwoArmDesign.logFactorials(2 * perArm)
    let rates = (1...999).map { TwoArmDesign.probabilities(perArm, rate: Double($0) / 1000, logFactorials) }
    let order = UnconditionalTest.order(test, perArm, perArm)
    guard test == .boschloo else {
      (low, high) = TwoArmDesign.region(order, upTo: alpha)
      let (low, high) = (low, high)
      achievedSize = rates.reduce(0) { max($0, TwoArmDesign.rejecting($1, $1, low, high)) }
      return
    }
    let thresholds = Set(order.joined()).sorted()
    var best: (size: Double, low: [Int], high: [Int]) = (
      0, Array(repeating: -1, count: perArm + 1), Array(repeating: perArm + 1, count: perArm + 1)
    )
    var from = 0
    var to = thresholds.count
    while from < to {
      let middle = (from + to) / 2
      let (low, high) = TwoArmDesign.region(order, upTo: thresholds[middle])
      let size = rates.reduce(0) { max($0, TwoArmDesign.rejecting($1, $1, low, high)) }
      if size <= alpha {
        best = (size, low, high)
        from = middle + 1
      } else {
        to = middle
      }
    }
    achievedSize = best.size
    low = best.low
    high = best.high
  }

  /// The probability of rejecting when the arms have these rates, 0...1 each.
  public func power(_ first: Double, _ second: Double) -> Double {
    let logFactorials = TwoArmDesign.logFactorials(perArm)
    return TwoArmDesign.rejecting(
      TwoArmDesign.probabilities(perArm, rate: first, logFactorials),
      TwoArmDesign.probabilities(perArm, rate: second, logFactorials), low, high)
  }

  /// The nearest rate above `base`, in whole thousandths, that is found with at least this power; nil when none is.
  public func detectableRate(above base: Double, power wanted: Double = 0.8) -> Double? {
    detectable((Int((base * 1000).rounded()) + 1)..<1001, base, wanted)
  }

  /// The nearest rate below `base`, in whole thousandths, that is found with at least this power; nil when none is.
  public func detectableRate(below base: Double, power wanted: Double = 0.8) -> Double? {
    detectable(stride(from: Int((base * 1000).rounded()) - 1, through: 0, by: -1), base, wanted)
  }

  private func detectable(_ rates: some Sequence<Int>, _ base: Double, _ wanted: Double) -> Double? {
    // Power rises with the distance, so that halving finds the first rate.
    let rates = Array(rates)
    var from = 0
    var to = rates.count
    while from < to {
      let middle = (from + to) / 2
      if power(base, Double(rates[middle]) / 1000) >= wanted { to = middle } else { from = middle + 1 }
    }
    return from < rates.count ? Double(rates[from]) / 1000 : nil
  }

  // MARK: Tables

  private static func logFactorials(_ last: Int) -> [Double] {
    (0...last).reduce(into: []) { $0.append(($0.last ?? 0) + ($1 > 1 ? log(Double($1)) : 0)) }
  }

  /// The tables with a p of at most so much.
  private static func region(_ fisher: [[Double]], upTo threshold: Double) -> (low: [Int], high: [Int]) {
    var low: [Int] = []
    var high: [Int] = []
    for (first, row) in fisher.enumerated() {
      // Going away from equal counts, p only falls.
      var below = first
      while below >= 0, row[below] > threshold { below -= 1 }
      var above = first
      while above < row.count, row[above] > threshold { above += 1 }
      low.append(below)
      high.append(max(above, below + 1))
    }
    return (low, high)
  }

  private static func probabilities(_ n: Int, rate: Double, _ logFactorials: [Double]) -> [Double] {
    (0...n).map { count in
      if rate <= 0 { return count == 0 ? 1 : 0 }
      if rate >= 1 { return count == n ? 1 : 0 }
      let ways = logFactorials[n] - logFactorials[count] - logFactorials[n - count]
      return exp(ways + Double(count) * log(rate) + Double(n - count) * log(1 - rate))
    }
  }

  private static func rejecting(_ first: [Double], _ second: [Double], _ low: [Int], _ high: [Int]) -> Double {
    var below: [Double] = [0]
    below.reserveCapacity(second.count + 1)
    for probability in second { below.append(below[below.count - 1] + probability) }
    let all = below[below.count - 1]
    var sum = 0.0
    for (count, probability) in first.enumerated() {
      sum += probability * (below[low[count] + 1] + all - below[min(high[count], second.count)])
    }
    return sum
  }
}
