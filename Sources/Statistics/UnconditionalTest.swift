import Glibc

/// All tables of two groups in an order, and how probable those are that come first in it; Boschloo's exact test where the order is
/// Fisher's two-sided p.
///
/// The p of a table is the largest probability, over the common rate, of tables that are at least as extreme. The maximum is looked for at 1,025 rates and refined around every one that is higher than its
/// neighbours.
struct UnconditionalTest {
  let first: Int
  let second: Int
  /// For every pair of counts the p that orders them; smaller is more extreme.
  private let order: [[Double]]
  private let test: TwoArmDesign.Test

  /// - Precondition: both groups have 1...1,000.
  init(first: Int, second: Int, by test: TwoArmDesign.Test = .boschloo) {
    precondition(
      (1...1000).contains(first) && (1...1000).contains(second), "an exact test is for 1 to 1,000 in a group")
    self.first = first
    self.second = second
    self.test = test
    order = UnconditionalTest.order(test, first, second)
  }

  func result(first a: Int, second b: Int) -> TestResult {
    let name = "Boschloo's unconditional exact test, two-sided by Fisher's two-sided p"
    let own = order[a][b]
    // Values of the statistic that differ only by rounding are equal.
    return TestResult(name, statistic: own, p: worst(upTo: own * (1 + 1e-7)))
  }

  /// The largest probability of rejecting at a level where the rates are equal. Boschloo's test has the largest critical value that
  /// keeps the level; the others reject where their own p is at most the level.
  func size(alpha: Double) -> Double {
    guard test == .boschloo else { return worst(upTo: alpha) }
    let values = Set(order.joined()).sorted()
    var (from, to, best) = (0, values.count, 0.0)
    while from < to {
      let middle = (from + to) / 2
      let size = worst(upTo: values[middle] * (1 + 1e-7))
      if size <= alpha { (best, from) = (size, middle + 1) } else { to = middle }
    }
    return best
  }

  /// Whether the p of a table is certainly above a level, without enumerating all tables: at the pooled rate the totals around its
  /// own alone make it so. Where this is false, the p may be above the level all the same.
  static func isAbove(_ level: Double, _ table: TwoByTwo) -> Bool {
    let (first, second) = (table.other.total, table.base.total)
    let own = table.other.count + table.base.count
    let totals = Distribution.binomial(first + second, rate: Double(own) / Double(first + second))
    let threshold = table.fisher().p * (1 + 1e-7)
    var sum = 0.0
    for distance in 0...first + second {
      for total in Set([own - distance, own + distance]) where totals.indices.contains(total) {
        let masses = Distribution.hypergeometric(first, second, total: total).masses
        let tail = zip(masses, twoSided(masses)).reduce(0) { $0 + ($1.1 <= threshold ? $1.0 : 0) }
        sum += totals[total] * tail
      }
      // A little more than the level, so that rounding decides nothing.
      if sum > level * (1 + 1e-9) { return true }
      // Totals farther away have next to no probability.
      if distance > 3 * Int(Double(first + second).squareRoot()) { return false }
    }
    return false
  }

  /// For every count in the first group the counts in the second with a statistic of at most so much.
  private func region(upTo threshold: Double) -> [[ClosedRange<Int>]] {
    order.map { row in UnconditionalTest.runs(row) { $0 <= threshold } }
  }

  /// The probability of a region at a common rate.
  private func probability(of region: [[ClosedRange<Int>]], _ rate: Double) -> Double {
    let own = Distribution.binomial(first, rate: rate)
    let other = Distribution.binomial(second, rate: rate)
    // Sums from both ends, so that a small tail is never the difference of two large numbers.
    var below = other
    for index in below.indices.dropFirst() { below[index] += below[index - 1] }
    var above = other
    for index in above.indices.dropLast().reversed() { above[index] += above[index + 1] }
    var sum = 0.0
    for (a, runs) in region.enumerated() {
      var part = 0.0
      for run in runs {
        if run.lowerBound == 0 {
          part += below[run.upperBound]
        } else if run.upperBound == second {
          part += above[run.lowerBound]
        } else {
          part += other[run].reduce(0, +)
        }
      }
      sum += own[a] * part
    }
    return sum
  }

  /// The largest probability of a statistic of at most so much, over the common rate.
  func worst(upTo threshold: Double) -> Double {
    let region = region(upTo: threshold)
    func probability(_ rate: Double) -> Double { self.probability(of: region, rate) }
    let steps = 1024
    let values = (0...steps).map { probability(Double($0) / Double(steps)) }
    var best = values.max() ?? 0
    for index in 1..<steps where values[index] >= values[index - 1] && values[index] >= values[index + 1] {
      // What lies far below the best at its grid point does not climb over it between two points.
      guard values[index] > 0.9 * best else { continue }
      best = max(
        best,
        UnconditionalTest.peak(
          Double(index - 1) / Double(steps), Double(index + 1) / Double(steps), probability))
    }
    return min(1, best)
  }

  /// The stretches of counts at which something holds.
  private static func runs(_ values: [Double], _ holds: (Double) -> Bool) -> [ClosedRange<Int>] {
    var runs: [ClosedRange<Int>] = []
    for (index, value) in values.enumerated() where holds(value) {
      if let last = runs.last, last.upperBound == index - 1 {
        runs[runs.count - 1] = last.lowerBound...index
      } else {
        runs.append(index...index)
      }
    }
    return runs
  }

  /// The largest value of a function with one peak between two points: golden section.
  private static func peak(_ low: Double, _ high: Double, _ value: (Double) -> Double) -> Double {
    let ratio = (5.0.squareRoot() - 1) / 2
    var (low, high) = (low, high)
    var (a, b) = (high - ratio * (high - low), low + ratio * (high - low))
    var (atA, atB) = (value(a), value(b))
    for _ in 0..<60 where high - low > 1e-12 {
      if atA > atB {
        (high, b, atB) = (b, a, atA)
        a = high - ratio * (high - low)
        atA = value(a)
      } else {
        (low, a, atA) = (a, b, atB)
        b = low + ratio * (high - low)
        atB = value(b)
      }
    }
    return max(atA, atB)
  }

  /// For every pair of counts the p of a test; of Boschloo's that of Fisher's.
  static func order(_ test: TwoArmDesign.Test, _ first: Int, _ second: Int) -> [[Double]] {
    var result = Array(repeating: Array(repeating: 1.0, count: second + 1), count: first + 1)
    guard test != .pooledZ else {
      for a in result.indices { for b in result[a].indices { result[a][b] = pooledZ(a, first, b, second) } }
      return result
    }
    for total in 0...first + second {
      let (least, masses) = Distribution.hypergeometric(first, second, total: total)
      let values = test == .midP ? midP(masses) : twoSided(masses)
      for (index, p) in values.enumerated() { result[least + index][total - least - index] = p }
    }
    return result
  }

  /// The two-sided p of the pooled z; 1 where nobody or everybody did it.
  private static func pooledZ(_ a: Int, _ first: Int, _ b: Int, _ second: Int) -> Double {
    let (m, n) = (Double(first), Double(second))
    let pooled = Double(a + b) / (m + n)
    let variance = pooled * (1 - pooled) * (1 / m + 1 / n)
    guard variance > 0 else { return 1 }
    return 2 * Distribution.normalUpper(abs(Double(a) / m - Double(b) / n) / variance.squareRoot())
  }

  /// For every probability the sum of those that are smaller, and half of those that are equal.
  static func midP(_ masses: [Double]) -> [Double] {
    var result = twoSided(masses)
    let rising = masses.indices.sorted { masses[$0] < masses[$1] }
    var first = 0
    for (place, index) in rising.enumerated() where masses[index] > 0 {
      let own = masses[index]
      while masses[rising[first]] < own * (1 - 1e-7) { first += 1 }
      var ties = rising[first...place].reduce(0) { $0 + masses[$1] }
      for next in rising[(place + 1)...] {
        guard masses[next] <= own * (1 + 1e-7) else { break }
        ties += masses[next]
      }
      result[index] = min(1, result[index] - ties / 2)
    }
    return result
  }

  /// For every probability the sum of those that are no larger; ones that differ only by rounding are equal, as R and SciPy
  /// have it. They rise to one peak and fall from it, so that the smallest left is at one of the ends.
  static func twoSided(_ masses: [Double]) -> [Double] {
    var result = masses
    var (left, right) = (0, masses.count - 1)
    // What is summed up runs ahead of whose sum it is, by those that count as equal.
    var (nextLeft, nextRight) = (0, masses.count - 1)
    var sum = 0.0
    while left <= right {
      let isLeft = masses[left] <= masses[right]
      let bound = (isLeft ? masses[left] : masses[right]) * (1 + 1e-7)
      while nextLeft <= nextRight, min(masses[nextLeft], masses[nextRight]) <= bound {
        if masses[nextLeft] <= masses[nextRight] {
          sum += masses[nextLeft]
          nextLeft += 1
        } else {
          sum += masses[nextRight]
          nextRight -= 1
        }
      }
      if isLeft {
        result[left] = min(1, sum)
        left += 1
      } else {
        result[right] = min(1, sum)
        right -= 1
      }
    }
    return result
  }
}
