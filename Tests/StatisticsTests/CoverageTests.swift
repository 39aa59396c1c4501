import Testing

@testable import Statistics

/// How often the default intervals hold the truth and the default test rejects where there is no difference: every table of
/// two arms is enumerated, so that nothing is left to chance.
@Suite("size and coverage") struct CoverageTests {
  @Test(arguments: [20, 66]) func ofTwoArms(_ perArm: Int) {
    let design = TwoArmDesign(perArm: perArm)
    let fisher = TwoArmDesign(perArm: perArm, test: .fisher)
    for rate in [0.05, 0.1, 0.3, 0.5] {
      let masses = Distribution.binomial(perArm, rate: rate)
      var wilson = 0.0
      for (count, mass) in masses.enumerated() {
        let interval = Proportion(count, of: perArm).wilson()
        if interval.low <= rate, rate <= interval.high { wilson += mass }
      }
      var newcombe = 0.0
      for (a, first) in masses.enumerated() {
        for (b, second) in masses.enumerated() {
          let interval = TwoByTwo(base: Proportion(a, of: perArm), other: Proportion(b, of: perArm)).riskDifference()
          if interval.low <= 0, 0 <= interval.high { newcombe += first * second }
        }
      }
      let sizes = (design.power(rate, rate), fisher.power(rate, rate))
      print(
        "| \(perArm) | \(rate) | \(digits(sizes.0)) | \(digits(sizes.1)) | \(digits(wilson)) | \(digits(newcombe)) |")
      #expect(sizes.0 <= 0.05 && sizes.1 <= sizes.0 + 1e-12)
      #expect(wilson > 0.92 && wilson < 0.995)
      #expect(newcombe > 0.945)
    }
  }

  private func digits(_ value: Double) -> String {
    let whole = String(Int((value * 10_000).rounded()))
    return "." + String(repeating: "0", count: max(0, 4 - whole.count)) + whole
  }
}
