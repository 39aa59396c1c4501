import Foundation
import Testing

@testable import Statistics

/// What SciPy and statsmodels say of seeded random samples; Tests/Interop/make_samples.py wrote them.
@Suite("samples by others") struct SampleFixtureTests {
  /// The words of the lines of a kind, without the kind.
  private func lines(_ kind: String) throws -> [[String]] {
    let folder = #filePath.split(separator: "/").dropLast(2).reduce(into: "") { $0 += "/" + $1 } + "/Fixtures/"
    let text = try String(contentsOfFile: folder + "samples.txt", encoding: .utf8)
    let lines = text.split(separator: "\n").dropFirst().map { $0.split(separator: " ").map(String.init) }
    return lines.filter { $0[0] == kind }.map { Array($0.dropFirst()) }
  }

  private func numbers(_ list: String) -> [Double] { list.split(separator: ",").compactMap { Double($0) } }

  /// What belongs together, in each place of a list.
  private func tuples(_ list: String) -> [[Double]] {
    list.split(separator: ",").map { $0.split(separator: ":").compactMap { Double($0) } }
  }

  private func spells(_ list: String) -> [Spell] { tuples(list).map { Spell($0[0], cause: Int($0[1])) } }

  /// The largest difference of pairs, own and other, relative to the other where that is above 1; a NaN goes only with a NaN.
  private func check(
    _ what: String, _ pairs: [(Double, Double)], limit: Double = 1e-9,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    var largest = 0.0
    for (own, other) in pairs {
      #expect(own.isNaN == other.isNaN, "\(what): \(own), and \(other)", sourceLocation: sourceLocation)
      if !other.isNaN { largest = max(largest, abs(own - other) / max(1, abs(other))) }
    }
    print("\(what): \(pairs.count) numbers, largest difference \(largest)")
    #expect(pairs.count >= 50 && largest <= limit, "\(what)", sourceLocation: sourceLocation)
  }

  @Test(arguments: [("exact", "exact"), ("normal", "corrections for ties and continuity")])
  func mannWhitneyIsThatOfSciPy(_ variant: String, _ name: String) throws {
    var pairs: [(Double, Double)] = []
    for line in try lines("ranks") where line[0] == variant {
      let result = MannWhitney.test(numbers(line[1]), numbers(line[2]))
      #expect(result.method.contains(name))
      pairs += [(result.statistic ?? .nan, Double(line[3]) ?? .nan), (result.p, Double(line[4]) ?? .nan)]
    }
    check("Mann–Whitney, \(variant)", pairs)
  }

  @Test func logRankAndKaplanMeierAreThoseOfStatsmodels() throws {
    var tests: [(Double, Double)] = []
    var curves: [(Double, Double)] = []
    for line in try lines("survival") {
      let result = LogRank.test(spells(line[0]), spells(line[1]))
      tests += [(result.statistic ?? .nan, Double(line[2]) ?? .nan), (result.p, Double(line[3]) ?? .nan)]
      let steps = SurvivalCurve(spells(line[0])).steps
      let expected = tuples(line[4])
      #expect(steps.map(\.time) == expected.map { $0[0] })
      for (step, other) in zip(steps, expected) {
        curves += [
          (step.surviving.value, other[1]), (step.surviving.low, other[2]), (step.surviving.high, other[3]),
        ]
      }
    }
    check("log-rank", tests)
    check("Kaplan–Meier", curves)
  }

  @Test func clustersAreThoseOfStatsmodels() throws {
    var pairs: [(Double, Double)] = []
    for line in try lines("clusters") {
      let people = tuples(line[0])
      let fit = LogisticRegression(
        people.map { [1, $0[0], $0[1]] }, people.map { $0[2] == 1 }, names: ["intercept", "x", "z"])
      let own = fit.clusterCovariance(people.map { Int($0[3]) })
      pairs += zip(own.joined(), numbers(line[1])).map { ($0, $1) }
    }
    check("covariance of clusters", pairs)
  }
}
