import Foundation
import Testing

@testable import Statistics

@Suite("simulated power") struct PowerSimulationTests {
  private let seed: UInt64 = 20261127

  private func arms(_ count: Int) -> FactorialDesign {
    FactorialDesign([Factor("arm", levels: (0..<count).map { "arm\($0)" })])
  }

  /// The sequence of the authors' program from the state 1, 2, 3, 4.
  @Test func theBitsArePublished() {
    var bits = RandomBits(state: (1, 2, 3, 4))
    let expected: [UInt64] = [
      11520, 0, 1_509_978_240, 1_215_971_899_390_074_240, 1_216_172_134_540_287_360, 607_988_272_756_665_600,
    ]
    #expect(expected.map { _ in bits.next() } == expected)
    #expect((0..<100).allSatisfy { _ in bits.happens(1) } && !(0..<100).contains { _ in bits.happens(0) })
  }

  /// A difference that is allowed to a simulation: four standard errors.
  private func check(_ power: SimulatedPower, _ effect: Int, _ exact: Double, _ what: String) {
    let error = 4 * (exact * (1 - exact) / Double(power.found[effect].total)).squareRoot()
    #expect(
      abs(power.found[effect].share - exact) <= error, "seed \(seed): \(what): \(power.power(effect)) for \(exact)")
  }

  private func run(_ plan: PowerPlan, perCell: Int, studies: Int) -> SimulatedPower {
    SimulatedPower(
      perCell: perCell,
      found: PowerSimulation(plan, seed: seed).found(perCell: perCell, studies: 0..<studies).map {
        Proportion($0, of: studies)
      })
  }

  /// Two arms, of which the power is known by enumeration.
  @Test(arguments: TwoArmDesign.Test.allCases) func twoArmsAreEnumerated(_ test: TwoArmDesign.Test) {
    let plan = PowerPlan(arms(2), rates: [0.2, 0.5], analysis: .contrasts([.init(base: 0, other: 1)], test))
    #expect(plan.effects.map(\.name) == ["arm1 against arm0"])
    check(run(plan, perCell: 40, studies: 500), 0, TwoArmDesign(perArm: 40, test: test).power(0.2, 0.5), "\(test)")
  }

  /// With a dropout the power is that of two arms whose sizes are binomial; enumerated for small ones with Fisher's test.
  @Test func dropoutMakesTheArmsUnequal() {
    let (perArm, dropout) = (9, 0.2)
    let plan = PowerPlan(
      arms(2), rates: [0.1, 0.8], dropout: dropout, analysis: .contrasts([.init(base: 0, other: 1)], .fisher))
    let sizes = Distribution.binomial(perArm, rate: 1 - dropout)
    var exact = 0.0
    for first in 1...perArm {
      for second in 1...perArm {
        let (a, b) = (Distribution.binomial(first, rate: 0.1), Distribution.binomial(second, rate: 0.8))
        for x in 0...first {
          for y in 0...second
          where TwoByTwo(base: Proportion(x, of: first), other: Proportion(y, of: second)).fisher().p <= 0.05 {
            exact += sizes[first] * sizes[second] * a[x] * b[y]
          }
        }
      }
    }
    check(run(plan, perCell: perArm, studies: 2000), 0, exact, "with a dropout")
  }

  /// What is put in the place of a p that decides nothing changes no decision: Boschloo's p of every contrast, adjusted.
  @Test func shortCutsDecideTheSame() {
    let pairs = [PowerPlan.Pair(base: 0, other: 1), .init(base: 0, other: 2), .init(base: 1, other: 2)]
    let plan = PowerPlan(
      arms(3), rates: [0.2, 0.45, 0.6], dropout: 0.15, analysis: .contrasts(pairs, .boschloo))
    let simulation = PowerSimulation(plan, seed: seed)
    for study in 0..<20 {
      let cells = simulation.outcomes(24, study)
      let p = pairs.map { TwoByTwo(base: cells[$0.base], other: cells[$0.other]).boschloo().p }
      let found = Holm.adjusted(p).map { $0 <= 0.05 }
      #expect(
        simulation.analyse(cells) == found + [found.contains(true), !found.contains(false)], "seed \(seed), \(study)")
    }
    #expect(plan.effects.map(\.name).suffix(2) == ["one contrast at least", "every contrast"])
  }

  /// Where nothing is different, Holm's family is wrong no more often than the level says.
  @Test func theLevelIsKept() {
    let pairs = [PowerPlan.Pair(base: 0, other: 1), .init(base: 0, other: 2)]
    let power = run(
      PowerPlan(arms(3), rates: [0.3, 0.3, 0.3], analysis: .contrasts(pairs, .boschloo)), perCell: 30, studies: 1000)
    #expect(power.found[2].share < 0.05 + 4 * (0.05 * 0.95 / 1000).squareRoot(), "seed \(seed)")
    let two = FactorialDesign([Factor("a", levels: ["x", "y"]), Factor("b", levels: ["p", "q"])])
    let null = run(PowerPlan(two, rates: [0.4, 0.4, 0.4, 0.4], analysis: .effects), perCell: 60, studies: 500)
    for effect in 0..<4 { check(null, effect, 0.05, "the size of effect \(effect)") }
  }

  /// By the normal formula: an interaction of 0.4 on the scale of shares, 100 in each cell, all shares' variances known.
  @Test func theInteractionIsThatOfTheNormalFormula() {
    let two = FactorialDesign([Factor("a", levels: ["x", "y"]), Factor("b", levels: ["p", "q"])])
    let rates = [0.2, 0.4, 0.3, 0.9]
    let plan = PowerPlan(two, rates: rates, analysis: .effects)
    #expect(plan.effects.map(\.name) == ["a", "b", "a × b", "a × b, difference of risk differences"])
    let error = (rates.reduce(0) { $0 + $1 * (1 - $1) } / 100).squareRoot()
    let exact = Distribution.normalUpper(Distribution.normalQuantile(0.975) - 0.4 / error)
    let power = run(plan, perCell: 100, studies: 500)
    #expect(abs(power.found[3].share - exact) < 0.04, "seed \(seed): \(power.found[3].share), \(exact)")
  }

  /// With a third factor the difference of differences is averaged over its levels; with three levels there is no such number.
  @Test func differencesAreAveraged() {
    let two = Factor("a", levels: ["x", "y"])
    let eight = FactorialDesign([two, Factor("b", levels: ["p", "q"]), Factor("c", levels: ["r", "s"])])
    let plan = PowerPlan(eight, rates: Array(repeating: 0.5, count: 8), analysis: .effects)
    #expect(plan.effects.count == 9)
    #expect(plan.differences[0].contrast.weights == [0.5, 0.5, -0.5, -0.5, -0.5, -0.5, 0.5, 0.5])
    let six = FactorialDesign([two, Factor("b", levels: ["p", "q", "o"])])
    #expect(PowerPlan(six, rates: Array(repeating: 0.5, count: 6), analysis: .effects).effects.count == 3)
  }

  /// Studies are the same whatever they are made with, and larger ones begin with the people of smaller ones.
  @Test func studiesAreTheirOwn() {
    let plan = PowerPlan(arms(3), rates: [0.2, 0.5, 0.6], dropout: 0.3, analysis: .effects)
    let whole = PowerSimulation(plan, seed: seed).found(perCell: 20, studies: 0..<40)
    let parts = [0..<7, 7..<40].map { PowerSimulation(plan, seed: seed).found(perCell: 20, studies: $0) }
    #expect(whole == zip(parts[0], parts[1]).map { $0 + $1 })
    let simulation = PowerSimulation(plan, seed: seed)
    for (small, large) in zip(simulation.outcomes(20, 3), simulation.outcomes(21, 3)) {
      #expect((0...1).contains(large.total - small.total) && (0...1).contains(large.count - small.count))
    }
    #expect(simulation.outcomes(20, 3) != PowerSimulation(plan, seed: seed + 1).outcomes(20, 3))
  }

  /// A power that rises by hand, and one that never does.
  @Test func theSmallestIsTheOneAboveWhichAllHaveIt() {
    let search = SimulatedSearch(0.8, effects: 2, most: 100) { perCell in
      SimulatedPower(
        perCell: perCell, found: [Proportion(min(100, perCell * 2), of: 100), Proportion(7, of: 100)])
    }
    #expect(search.smallest(0)?.perCell == 40 && search.smallest(1) == nil)
    #expect(search.looked.map(\.perCell) == search.looked.map(\.perCell).sorted())
    #expect(search.looked.last?.perCell == 100)
    let easy = SimulatedSearch(0.8, effects: 1, most: 100) {
      SimulatedPower(perCell: $0, found: [Proportion($0 > 2 ? 9 : 1, of: 10)])
    }
    #expect(easy.smallest(0)?.perCell == 3)
  }
}
