import Foundation
import Testing

@testable import Statistics

@Suite("logistic regression") struct LogisticTests {
  private func rows(_ counts: [(x: [Double], yes: Int, no: Int)]) -> ([[Double]], [Bool]) {
    var rows: [[Double]] = []
    var outcomes: [Bool] = []
    for cell in counts {
      for index in 0..<cell.yes + cell.no {
        rows.append([1] + cell.x)
        outcomes.append(index < cell.yes)
      }
    }
    return (rows, outcomes)
  }

  /// With one column of zeros and ones the coefficient is the log odds ratio, and its error that of Wald's interval.
  @Test func twoGroupsAreTheOddsRatio() {
    let (rows, outcomes) = rows([([0], 23, 32), ([1], 41, 9)])
    let fit = LogisticRegression(rows, outcomes, names: ["intercept", "arm"])
    let odds = TwoByTwo(base: Proportion(23, of: 55), other: Proportion(41, of: 50)).oddsRatio()
    #expect(fit.hasConverged && !fit.isSeparated)
    #expect(abs(exp(fit.coefficients[1]) - odds.value) < 1e-9)
    #expect(abs(exp(fit.wald(1).low) - odds.low) < 1e-9 && abs(exp(fit.wald(1).high) - odds.high) < 1e-9)
    // Twice the difference of the likelihoods of two shares and of one.
    func part(_ count: Double, _ total: Double) -> Double {
      count * log(count / total) + (total - count) * log(1 - count / total)
    }
    let statistic = 2 * (part(23, 55) + part(41, 50) - part(64, 105))
    #expect(abs((fit.likelihoodRatio(without: [1]).statistic ?? 0) - statistic) < 1e-9)
  }

  @Test func profileLimitsHaveTheDevianceOfTheQuantile() {
    let (rows, outcomes) = rows([([0, 0], 5, 12), ([1, 0], 9, 7), ([0, 1], 8, 6), ([1, 1], 14, 2)])
    for penalty in [LogisticRegression.Penalty.none, .firth] {
      let fit = LogisticRegression(rows, outcomes, names: ["intercept", "a", "b"], penalty: penalty)
      let bound = Distribution.chiSquaredQuantile(0.95, degrees: 1)
      for index in 0..<3 {
        let profile = fit.profile(index)
        #expect(abs(fit.deviance(index, at: profile.low) - bound) < 1e-8)
        #expect(abs(fit.deviance(index, at: profile.high) - bound) < 1e-8)
      }
    }
  }

  /// Nobody of one arm refused: maximum likelihood has no end, and says so; Firth's estimate is that of half a person more in
  /// every cell, which for one column of zeros and ones is exact.
  @Test func separationIsSeenAndFirthIsFinite() {
    let (rows, outcomes) = rows([([0], 12, 8), ([1], 20, 0)])
    let plain = LogisticRegression(rows, outcomes, names: ["intercept", "arm"])
    #expect(plain.isSeparated)
    #expect(plain.profile(1).high == .infinity)
    let firth = LogisticRegression(rows, outcomes, names: ["intercept", "arm"], penalty: .firth)
    #expect(firth.isSeparated && firth.hasConverged)
    #expect(abs(firth.coefficients[1] - log((20.5 / 0.5) / (12.5 / 8.5))) < 1e-9)
    #expect(firth.profile(1).low > 0)
  }

  /// With everybody a cluster of their own the sandwich is that of White, and of twins it is twice as large.
  @Test func twinsCountOnce() {
    let (rows, outcomes) = rows([([0], 23, 32), ([1], 41, 9)])
    let single = LogisticRegression(rows, outcomes, names: ["intercept", "arm"])
    let twins = LogisticRegression(rows + rows, outcomes + outcomes, names: ["intercept", "arm"])
    let clusters = Array(rows.indices)
    let own = single.clusterCovariance(clusters)
    let paired = twins.clusterCovariance(clusters + clusters)
    for a in 0..<2 { for b in 0..<2 { #expect(abs(own[a][b] - paired[a][b]) < 1e-9) } }
  }
}
