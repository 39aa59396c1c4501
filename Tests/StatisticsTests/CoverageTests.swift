import Foundation
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

  /// Four groups with rates in the order base/base, other/base, base/other, other/other; with 20 in each, which takes ten seconds,
  /// only where everything is asked for.
  @Test(arguments: ProcessInfo.processInfo.environment["CLICKWRAP_ALL"] == "1" ? [10, 20] : [10]) func ofFourGroups(
    _ perGroup: Int
  ) {
    let cases = [
      [0.1, 0.1, 0.1, 0.1], [0.1, 0.3, 0.3, 0.5], [0.5, 0.5, 0.5, 0.5], [0.1, 0.3, 0.5, 0.9], [0.05, 0.5, 0.5, 0.95],
    ]
    let masses = cases.map { $0.map { Distribution.binomial(perGroup, rate: $0) } }
    var held = cases.map { _ in 0.0 }
    var rejected = held
    let shares = (0...perGroup).map { Proportion($0, of: perGroup) }
    for a in 0...perGroup {
      for b in 0...perGroup {
        let underBase = TwoByTwo(base: shares[a], other: shares[b])
        for c in 0...perGroup {
          for d in 0...perGroup {
            let four = DifferenceOfDifferences(
              underBase: underBase, underOther: TwoByTwo(base: shares[c], other: shares[d]))
            let interval = four.interval()
            let isRejected = four.wald().p <= 0.05
            for (index, rates) in cases.enumerated() {
              let mass = masses[index][0][a] * masses[index][1][b] * masses[index][2][c] * masses[index][3][d]
              let truth = rates[3] - rates[2] - rates[1] + rates[0]
              // What is 0 by hand may be off by rounding.
              if interval.low <= truth + 1e-12, truth - 1e-12 <= interval.high { held[index] += mass }
              if isRejected { rejected[index] += mass }
            }
          }
        }
      }
    }
    for (index, rates) in cases.enumerated() {
      let names = rates.map { digits($0) }.joined(separator: " ")
      print("| \(perGroup) | \(names) | \(digits(held[index])) | \(digits(rejected[index])) |")
      #expect(held[index] > 0.91 && held[index] < 0.995)
    }
  }

  private func digits(_ value: Double) -> String {
    let whole = String(Int((value * 10_000).rounded()))
    return "." + String(repeating: "0", count: max(0, 4 - whole.count)) + whole
  }
}
