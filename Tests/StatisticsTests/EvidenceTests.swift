import Foundation
import Testing

@testable import Statistics

/// Published results, from published counts, to the digits that are printed.
@Suite("published results") struct EvidenceTests {
  private func check(
    _ value: Double, _ printed: String, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let digits = printed.firstIndex(of: ".").map { printed.distance(from: $0, to: printed.endIndex) - 1 } ?? 0
    let scale = pow(10, Double(digits))
    #expect(
      (value * scale).rounded() == ((Double(printed) ?? .nan) * scale).rounded(), "\(value)",
      sourceLocation: sourceLocation)
  }

  private func check(
    _ estimate: Estimate, _ value: String, _ low: String, _ high: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    check(estimate.value, value, sourceLocation: sourceLocation)
    check(estimate.low, low, sourceLocation: sourceLocation)
    check(estimate.high, high, sourceLocation: sourceLocation)
  }

  /// Chandrashekar et al. 2023, Meta-Psychology 7: χ² with Yates's correction, odds ratios with Wald intervals.
  @Test func defaultsReplicated() {
    let optIn = Proportion(305, of: 488)
    let optOut = TwoByTwo(base: optIn, other: Proportion(350, of: 476))
    let none = TwoByTwo(base: optIn, other: Proportion(336, of: 482))
    check(optOut.chiSquared(yates: true).statistic ?? .nan, "12.96")
    check(optOut.chiSquared(yates: false).statistic ?? .nan, "13.459")
    check(optOut.oddsRatio(), "1.67", "1.27", "2.19")
    check(none.chiSquared(yates: true).statistic ?? .nan, "5.31")
    check(none.chiSquared(yates: true).p, "0.021")
    check(none.chiSquared(yates: false).statistic ?? .nan, "5.623")
    check(none.oddsRatio(), "1.38", "1.06", "1.80")
  }

  /// Johnson and Goldstein 2003, Science 302: the counts of a teaching file.
  @Test func defaultsForDonation() {
    let table = ContingencyTable([[23, 32], [44, 12], [41, 9]]).chiSquared()
    check(table.statistic ?? .nan, "24.2835")
    #expect(table.degrees == 2)
    let arms = TwoByTwo(base: Proportion(23, of: 55), other: Proportion(41, of: 50))
    check(arms.chiSquared(yates: false).statistic ?? .nan, "17.767")
    check(arms.chiSquared(yates: true).statistic ?? .nan, "16.119")
    check(arms.fisher().p * 1e5, "2.55")
    check(arms.oddsRatio(), "6.338", "2.580", "15.568")
    // With 1.96 for the quantile, as it is often printed, the upper limit is 15.569.
    let error = log(arms.oddsRatio().high / arms.oddsRatio().value) / Distribution.normalQuantile(0.975)
    check(arms.oddsRatio().value * exp(1.96 * error), "15.569")
    check(arms.cohensH, "0.8589")
  }

  /// Cranor et al. 2020, reports on the opt-out icon.
  @Test func optOutIcon() {
    let misread = TwoByTwo(base: Proportion(7, of: 134), other: Proportion(65, of: 264))
    check(misread.chiSquared(yates: false).statistic ?? .nan, "22.570")
    check(misread.chiSquared(yates: true).statistic ?? .nan, "21.280")
    check(misread.fisher().p * 1e7, "4.39")
    check(misread.oddsRatio().value, "5.926")
    let expected = TwoByTwo(base: Proportion(11, of: 264), other: Proportion(26, of: 134))
    check(expected.chiSquared(yates: false).statistic ?? .nan, "24.471")
    check(expected.oddsRatio().value, "5.537")
  }
}

@Suite("tests and intervals") struct SmallCaseTests {
  @Test func intervalsAtTheEnds() {
    #expect(Proportion(0, of: 10).wilson().low == 0 && Proportion(10, of: 10).wilson().high == 1)
    #expect(Proportion(0, of: 0).wilson().value.isNaN)
    let none = TwoByTwo(base: Proportion(0, of: 5), other: Proportion(3, of: 5))
    #expect(none.oddsRatio().value == .infinity && none.oddsRatio().low.isNaN)
    #expect(TwoByTwo(base: Proportion(0, of: 5), other: Proportion(0, of: 5)).chiSquared(yates: false).p.isNaN)
  }

  /// By hand: 3 of 3 against 0 of 3. Fisher: 2 of 20 tables. Unconditional: twice (p(1 − p))³ at a half.
  @Test func threeAgainstThree() {
    let arms = TwoByTwo(base: Proportion(0, of: 3), other: Proportion(3, of: 3))
    #expect(abs(arms.fisher().p - 0.1) < 1e-15)
    #expect(abs(arms.midP().p - 0.05) < 1e-15)
    #expect(abs(arms.boschloo().p - 0.03125) < 1e-12)
  }

  @Test func holmKeepsTheOrder() {
    let adjusted = Holm.adjusted([0.01, 0.04, 0.03, 0.005])
    for (value, expected) in zip(adjusted, [0.03, 0.06, 0.06, 0.02]) { #expect(abs(value - expected) < 1e-15) }
  }

  /// By hand: 2 and 3 against 1 and 4 have a U of 2, and every order of four is as likely.
  @Test func ranksByHand() {
    let result = MannWhitney.test([2, 3], [1, 4])
    #expect(result.statistic == 2 && result.p == 1)
    let apart = MannWhitney.test([1, 2, 3], [4, 5, 6])
    #expect(apart.statistic == 0 && abs(apart.p - 0.1) < 1e-15)
  }

  /// Freireich's leukaemia data (1963), as in Kalbfleisch and Prentice: 6-MP against placebo.
  @Test func remissions() throws {
    let drug =
      [
        (6, 1), (6, 1), (6, 1), (6, 0), (7, 1), (9, 0), (10, 1), (10, 0), (11, 0), (13, 1), (16, 1), (17, 0), (19, 0),
        (20, 0), (22, 1), (23, 1), (25, 0), (32, 0), (32, 0), (34, 0), (35, 0),
      ]
      .map { Spell(Double($0.0), cause: $0.1) }
    let placebo = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23].map {
      Spell(Double($0), cause: 1)
    }
    let curve = SurvivalCurve(drug)
    #expect(curve.median == 23 && SurvivalCurve(placebo).median == 8)
    let first = try #require(curve.steps.first)
    #expect(abs(first.surviving.value - 18.0 / 21) < 1e-15 && first.atRisk == 21)
    let test = LogRank.test(drug, placebo)
    #expect(abs((test.statistic ?? 0) - 16.79) < 0.005)
  }

  /// With causes, the shares of everything that has happened and of those left are one together.
  @Test func incidencesAndSurvivorsAreEverybody() {
    let spells = (0..<40).map { Spell(Double($0 % 13), cause: $0 % 4) }
    for step in SurvivalCurve(spells).steps {
      #expect(abs(step.incidence.reduce(step.surviving.value, +) - 1) < 1e-12)
    }
  }
}

@Suite("power") struct PowerTests {
  /// Enumerated exactly: two-sided, 5 %, 80 %.
  @Test(arguments: [
    (100, TwoArmDesign.Test.fisher, 0.260), (100, .pooledZ, 0.250), (50, .fisher, 0.345), (50, .pooledZ, 0.325),
  ])
  func besideTenPercent(_ perArm: Int, _ test: TwoArmDesign.Test, _ rate: Double) throws {
    let design = TwoArmDesign(perArm: perArm, test: test)
    let found = try #require(design.detectableRate(above: 0.10))
    // The table gives rates in steps of 0.005: the first of them that has the power.
    #expect((found * 200).rounded(.up) / 200 == rate, "\(found)")
    // The size at the base rate; at its worst, at a half, it is 0.056.
    if test == .pooledZ, perArm == 100 {
      #expect(abs(design.power(0.10, 0.10) - 0.052) < 0.0005 && abs(design.achievedSize - 0.056) < 0.0005)
    }
    if test == .fisher { #expect(design.achievedSize < 0.05) }
  }

  @Test(arguments: TwoArmDesign.Test.allCases) func theNumberIsTheSmallestThatKeepsThePower(_ test: TwoArmDesign.Test)
    throws
  {
    let found = try #require(SampleSize.search(0.2, 0.6, test: test))
    let powers = (2...found.lookedUpTo).map { TwoArmDesign(perArm: $0, test: test).power(0.2, 0.6) }
    #expect(powers[(found.perArm - 2)...].allSatisfy { $0 >= 0.8 } && powers[found.perArm - 3] < 0.8)
    #expect(powers.firstIndex { $0 >= 0.8 }.map { $0 + 2 } == found.firstPerArm)
    #expect(SampleSize.search(0.5, 0.5, test: test) == nil)
  }
}
