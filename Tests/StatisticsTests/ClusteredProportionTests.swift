import Glibc
import Testing

@testable import Statistics

@Suite("shares of what belongs to people") struct ClusteredProportionTests {
  private func share(_ people: [(Int, Int)]) -> ClusteredProportion {
    people.reduce(into: ClusteredProportion()) { $0.add($1.0, of: $1.1) }
  }

  /// The regression with an intercept alone, which is held against statsmodels.
  @Test func isTheSandwichOfARegression() {
    let people = [(0, 3), (3, 3), (1, 4), (2, 2), (0, 1), (1, 1), (4, 6), (0, 2)]
    let own = share(people).interval()
    let fit = LogisticRegression(
      people.map { _ in [1] }, counts: people.map { Proportion($0.0, of: $0.1) }, names: ["intercept"])
    let error = fit.clusterCovariance(Array(people.indices))[0][0].squareRoot()
    let z = Distribution.normalQuantile(0.975)
    for (limit, sign) in [(own.low, -1.0), (own.high, 1)] {
      #expect(abs(log(limit / (1 - limit)) - (fit.coefficients[0] + sign * z * error)) < 1e-9)
    }
    #expect(abs(own.value - 11.0 / 22) < 1e-15)
  }

  /// People who do the same every time say no more than once each.
  @Test func whatIsRepeatedSaysNoMore() {
    let once = share([(0, 1), (1, 1), (1, 1), (0, 1), (1, 1)]).interval()
    let often = share([(0, 4), (4, 4), (4, 4), (0, 4), (4, 4)]).interval()
    #expect(abs(once.low - often.low) < 1e-12 && abs(once.high - often.high) < 1e-12)
  }

  @Test func noLimitsWhereThereIsNothingToGoBy() {
    for people in [[(1, 2)], [(0, 2), (0, 3)], [(2, 2), (3, 3)]] { #expect(share(people).interval().low.isNaN) }
    #expect(share([(0, 0)]).interval().value.isNaN && share([(0, 0), (1, 2)]).clusters == 1)
  }
}
