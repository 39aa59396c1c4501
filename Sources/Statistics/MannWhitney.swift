import Glibc

/// Compares two groups by ranks.
public enum MannWhitney {
  /// The Mann–Whitney U of the first group with its two-sided p: exact where there are no ties and at most 50 in each group,
  /// otherwise normal with corrections for ties and continuity.
  ///
  /// Source: Mann and Whitney (1947), Annals of Mathematical Statistics 18, 50–60.
  /// - Precondition: neither group is empty.
  public static func test(_ first: [Double], _ second: [Double]) -> TestResult {
    precondition(!first.isEmpty && !second.isEmpty, "both groups have members")
    let (m, n) = (first.count, second.count)
    let all = (first.map { ($0, true) } + second.map { ($0, false) }).sorted { $0.0 < $1.0 }
    var rankSum = 0.0
    var ties = 0.0
    var index = 0
    while index < all.count {
      var end = index
      while end < all.count, all[end].0 == all[index].0 { end += 1 }
      let rank = Double(index + 1 + end) / 2
      for position in index..<end where all[position].1 { rankSum += rank }
      let count = Double(end - index)
      ties += count * count * count - count
      index = end
    }
    let u = rankSum - Double(m * (m + 1)) / 2
    guard ties > 0 || m > 50 || n > 50 else {
      return TestResult("Mann–Whitney U, exact, two-sided", statistic: u, p: exact(u, m, n))
    }
    let total = Double(m + n)
    let variance = Double(m) * Double(n) / 12 * (total + 1 - ties / (total * (total - 1)))
    let method = "Mann–Whitney U, normal with corrections for ties and continuity, two-sided"
    guard variance > 0 else { return TestResult(method, statistic: u, p: 1) }
    let distance = max(0, abs(u - Double(m * n) / 2) - 0.5)
    return TestResult(method, statistic: u, p: min(1, 2 * Distribution.normalUpper(distance / variance.squareRoot())))
  }

  /// Twice the smaller tail of the distribution of U without ties, counted exactly.
  private static func exact(_ u: Double, _ m: Int, _ n: Int) -> Double {
    // How many orders give each U: adding members one by one (the Gaussian binomial coefficient).
    var counts = [Double](repeating: 0, count: m * n + 1)
    counts[0] = 1
    for part in 1...m {
      for place in stride(from: m * n, through: n + part, by: -1) { counts[place] -= counts[place - n - part] }
      for place in part..<counts.count { counts[place] += counts[place - part] }
    }
    let whole = counts.reduce(0, +)
    let smaller = Int(min(u, Double(m * n) - u).rounded())
    return min(1, 2 * counts[...smaller].reduce(0, +) / whole)
  }
}
