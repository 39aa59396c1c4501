import Foundation
import Testing

@testable import Statistics

@Suite("factorial designs") struct FactorialTests {
  private let two = FactorialDesign([
    Factor("default", levels: ["off", "on"]), Factor("weight", levels: ["equal", "large"]),
  ])

  @Test func cellsAreAllCombinationsInOrder() {
    #expect(two.cells == [[0, 0], [0, 1], [1, 0], [1, 1]])
    #expect(two.cells.indices.map(two.name) == ["off,equal", "off,large", "on,equal", "on,large"])
    let three = FactorialDesign([Factor("a", levels: ["x", "y", "z"]), Factor("b", levels: ["p", "q"])])
    #expect(three.cells.count == 6 && three.name(ofCell: 5) == "z,q")
  }

  @Test func columnsAreNamedAndCodedByHand() {
    let treatment = two.matrix(coding: .treatment, interactionsUpTo: 2)
    #expect(treatment.names == ["intercept", "default=on", "weight=large", "default=on × weight=large"])
    #expect(treatment.rows == [[1, 0, 0, 0], [1, 0, 1, 0], [1, 1, 0, 0], [1, 1, 1, 1]])
    let effect = two.matrix(coding: .effect, interactionsUpTo: 2)
    #expect(effect.rows == [[1, -1, -1, 1], [1, -1, 1, -1], [1, 1, -1, -1], [1, 1, 1, 1]])
    #expect(effect.effects.map(\.name) == ["default", "weight", "default × weight"])
    #expect(effect.effects.map(\.columns) == [[1], [2], [3]])
    #expect(two.matrix(coding: .effect, interactionsUpTo: 1).names.count == 3)
    let three = FactorialDesign([
      Factor("a", levels: ["x", "y", "z"]), Factor("b", levels: ["p", "q"]), Factor("c", levels: ["r", "s"]),
    ]).matrix(coding: .effect, interactionsUpTo: 2)
    #expect(three.effects.map(\.name) == ["a", "b", "c", "a × b", "a × c", "b × c"])
    #expect(three.effects.map(\.columns) == [[1, 2], [3], [4], [5, 6], [7, 8], [9]])
    #expect(three.names[6] == "a=z × b=q")
    // In a balanced design the columns of different effects are orthogonal.
    for a in three.effects {
      for b in three.effects where a != b {
        for (x, y) in a.columns.flatMap({ x in b.columns.map { (x, $0) } }) {
          #expect(three.rows.reduce(0) { $0 + $1[x] * $1[y] } == 0)
        }
      }
    }
  }

  /// Four cells: the coefficients of a model with as many columns are the log odds of the shares, by hand.
  @Test func groupsAreFittedAsTheirPeopleAre() {
    let counts = [Proportion(5, of: 17), Proportion(9, of: 16), Proportion(8, of: 14), Proportion(14, of: 16)]
    let matrix = two.matrix(coding: .treatment, interactionsUpTo: 2)
    let groups = LogisticRegression(matrix.rows, counts: counts, names: matrix.names)
    func odds(_ cell: Int) -> Double { log(counts[cell].share / (1 - counts[cell].share)) }
    for (own, byHand) in zip(
      groups.coefficients,
      [odds(0), odds(2) - odds(0), odds(1) - odds(0), odds(3) - odds(2) - odds(1) + odds(0)])
    {
      #expect(abs(own - byHand) < 1e-9)
    }
    let people = zip(matrix.rows, counts).flatMap { row, count in (0..<count.total).map { (row, $0 < count.count) } }
    for penalty in [LogisticRegression.Penalty.none, .firth] {
      let one = LogisticRegression(matrix.rows, counts: counts, names: matrix.names, penalty: penalty)
      let all = LogisticRegression(people.map(\.0), people.map(\.1), names: matrix.names, penalty: penalty)
      for index in 0..<4 {
        #expect(abs(one.coefficients[index] - all.coefficients[index]) < 1e-9)
        #expect(abs(one.covariance[index][index] - all.covariance[index][index]) < 1e-9)
        let (p, q) = (one.likelihoodRatio(without: [index]).p, all.likelihoodRatio(without: [index]).p)
        #expect(abs(p - q) < 1e-9, "\(index)")
      }
    }
  }

  @Test func columnsThatFollowFromOthersAreFound() {
    let cases: [([[Double]], Bool)] = [
      ([[1, 0], [1, 1]], true), ([[1, 1], [1, 1]], false), ([[1, 0, 0], [1, 1, 1], [1, 0, 0]], false),
      ([[1, 0, 0], [1, 1, 1], [1, 0, 1]], true), ([[0, 1], [1, 0]], true), ([[1, 0, 1]], false), ([], false),
      ([[1, -1, -1, 1], [1, -1, 1, -1], [1, 1, -1, -1], [1, 1, 1, 1]], true),
    ]
    for (rows, isIdentified) in cases { #expect(LogisticRegression.isIdentified(rows) == isIdentified, "\(rows)") }
  }

  @Test func aCellWithoutAnybodyIsLeftOut() {
    let matrix = two.matrix(coding: .effect, interactionsUpTo: 1)
    let counts = [Proportion(5, of: 17), Proportion(0, of: 0), Proportion(8, of: 14), Proportion(14, of: 16)]
    let fit = LogisticRegression(matrix.rows, counts: counts, names: matrix.names)
    #expect(fit.hasConverged && !fit.isSeparated)
  }
}

@Suite("difference of risk differences") struct DifferenceOfDifferencesTests {
  private func groups(_ counts: [Int], of totals: [Int]) -> DifferenceOfDifferences {
    let shares = zip(counts, totals).map { Proportion($0, of: $1) }
    return DifferenceOfDifferences(
      underBase: TwoByTwo(base: shares[0], other: shares[1]), underOther: TwoByTwo(base: shares[2], other: shares[3]))
  }

  /// By hand, in the order base/base, other/base, base/other, other/other. The z of the first: (0.8 − 0.4 − 0.3 + 0.2) over the
  /// root of (0.16 + 0.24 + 0.21 + 0.16)/10.
  @Test(arguments: [
    ([2, 3, 4, 8], 0.3, 0.3 / 0.077.squareRoot()),
    ([5, 5, 5, 5], 0.0, 0.0),
    ([8, 4, 3, 2], 0.3, 0.3 / 0.077.squareRoot()),
    ([2, 8, 4, 3], -0.7, -0.7 / 0.077.squareRoot()),
  ])
  func byHand(_ counts: [Int], _ value: Double, _ z: Double) {
    let four = groups(counts, of: [10, 10, 10, 10])
    let interval = four.interval()
    #expect(abs(interval.value - value) < 1e-15)
    #expect(abs((four.wald().statistic ?? .nan) - z) < 1e-12)
    #expect(abs(four.wald().p - 2 * Distribution.normalUpper(abs(z))) < 1e-15)
    // At once from the limits of the four shares.
    let shares = [four.underBase.base, four.underBase.other, four.underOther.base, four.underOther.other]
    var (down, up) = (0.0, 0.0)
    for (sign, limits) in zip([1.0, -1, -1, 1], shares.map { $0.wilson() }) {
      let (below, above) = (limits.value - limits.low, limits.high - limits.value)
      down += sign > 0 ? below * below : above * above
      up += sign > 0 ? above * above : below * below
    }
    #expect(abs(interval.low - (value - down.squareRoot())) < 1e-12)
    #expect(abs(interval.high - (value + up.squareRoot())) < 1e-12)
  }

  /// Wilson's limits of 0 of n are 0 and z²/(n + z²); the rest follows.
  @Test func theFarthestCase() {
    let four = groups([5, 0, 0, 5], of: [5, 5, 5, 5])
    let z = Distribution.normalQuantile(0.975)
    let reach = z * z / (5 + z * z)
    let interval = four.interval()
    #expect(interval.value == 2 && interval.high == 2)
    #expect(abs(interval.low - (2 - 2 * reach)) < 1e-12)
    #expect(four.wald().p.isNaN)
    #expect(groups([0, 0, 0, 0], of: [0, 5, 5, 5]).interval().value.isNaN)
    #expect(interval.method.contains("MOVER"))
  }

  /// Changing the factors for each other changes nothing.
  @Test func theFactorsAreEqual() {
    let (one, two) = (groups([2, 3, 4, 8], of: [12, 10, 9, 11]), groups([2, 4, 3, 8], of: [12, 9, 10, 11]))
    #expect(abs(one.interval().low - two.interval().low) < 1e-12)
    #expect(abs(one.interval().high - two.interval().high) < 1e-12)
    #expect(abs(one.wald().p - two.wald().p) < 1e-12)
  }
}
