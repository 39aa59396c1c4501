import Testing

@testable import Statistics

@Suite("tests by their names") struct NamedTestTests {
  private func table(_ a: Int, _ m: Int, _ b: Int, _ n: Int) -> TwoByTwo {
    TwoByTwo(base: Proportion(b, of: n), other: Proportion(a, of: m))
  }

  /// Every table of small groups: what orders all tables at once is the p of each by itself.
  @Test func everyTableHasItsOwnP() throws {
    for (m, n) in [(1, 1), (4, 4), (7, 5), (12, 12), (3, 20)] {
      for test in TwoArmDesign.Test.allCases where test != .boschloo {
        let order = UnconditionalTest.order(test, m, n)
        for a in 0...m {
          for b in 0...n {
            let own = try #require(table(a, m, b, n).result(of: test)).p
            #expect(abs(order[a][b] - (own.isNaN ? 1 : own)) < 1e-12, "\(test) \(a)/\(m) \(b)/\(n)")
          }
        }
      }
    }
  }

  /// The size by hand: the probability of all tables whose p is at most .05, at 2,001 common rates.
  @Test(arguments: [(5, 5), (9, 6), (15, 15)]) func theSizeIsTheWorst(_ m: Int, _ n: Int) throws {
    for test in TwoArmDesign.Test.allCases where test != .boschloo {
      let rejected = (0...m).flatMap { a in (0...n).map { (a, $0) } }.filter { a, b in
        (table(a, m, b, n).result(of: test)?.p ?? 1) <= 0.05
      }
      var worst = 0.0
      for step in 0...2000 {
        let rate = Double(step) / 2000
        let (own, other) = (Distribution.binomial(m, rate: rate), Distribution.binomial(n, rate: rate))
        worst = max(worst, rejected.reduce(0) { $0 + own[$1.0] * other[$1.1] })
      }
      let size = try #require(table(0, m, 0, n).size(of: test))
      #expect(size >= worst - 1e-12 && size < worst + 1e-6, "\(test) \(m) \(n): \(size) \(worst)")
    }
  }

  /// Exactness, and that mid-p has none: Fisher keeps the level, Boschloo keeps it and comes nearer, mid-p goes over it somewhere.
  @Test func theLevelIsKeptByThoseThatSaySo() throws {
    var over = 0
    for n in [5, 10, 20, 40] {
      let any = table(0, n, 0, n)
      let sizes = try [.fisher, .boschloo, .midP].map { try #require(any.size(of: $0)) }
      #expect(sizes[0] <= sizes[1] && sizes[1] <= 0.05, "\(n) \(sizes)")
      if sizes[2] > 0.05 { over += 1 }
    }
    #expect(over > 0)
  }

  /// Going away from equal counts the mid-p only falls, on which the power of two equal arms rests.
  @Test func midPFallsOnBothSides() {
    for n in 1...60 {
      for (a, row) in UnconditionalTest.order(.midP, n, n).enumerated() {
        for b in a + 1..<max(a + 1, n) { #expect(row[b + 1] <= row[b] + 1e-12, "\(n): \(a) \(b)") }
        for b in 0..<a { #expect(row[b] <= row[b + 1] + 1e-12, "\(n): \(a) \(b)") }
      }
    }
  }

  @Test func largeGroupsHaveFishersTestInstead() throws {
    let large = table(520, 1200, 600, 1200)
    let found = try #require(large.result(of: .boschloo))
    #expect(found == large.fisher() && found.method.hasPrefix("Fisher"))
    #expect(large.size(of: .boschloo) == nil && table(0, 0, 1, 2).result(of: .fisher) == nil)
    #expect(table(5, 1000, 20, 1000).result(of: .boschloo)?.method.hasPrefix("Boschloo") == true)
  }

  /// Two groups give Newcombe's limits and four the limits of the difference of differences.
  @Test func sharesWithWeights() {
    let groups = [Proportion(5, of: 17), Proportion(9, of: 16), Proportion(8, of: 14), Proportion(14, of: 16)]
    let difference = ShareContrast(weights: [-1, 1, 0, 0]).interval(groups)
    let newcombe = TwoByTwo(base: groups[0], other: groups[1]).riskDifference()
    #expect(abs(difference.low - newcombe.low) < 1e-12 && abs(difference.high - newcombe.high) < 1e-12)
    let four = ShareContrast(weights: [1, -1, -1, 1]).interval(groups)
    let differences = DifferenceOfDifferences(
      underBase: TwoByTwo(base: groups[0], other: groups[1]), underOther: TwoByTwo(base: groups[2], other: groups[3])
    ).interval()
    #expect(abs(four.value - differences.value) < 1e-12 && abs(four.low - differences.low) < 1e-12)
    #expect(ShareContrast(weights: [1, 0]).interval([groups[0], Proportion(0, of: 0)]).value == groups[0].share)
    #expect(ShareContrast(weights: [1, 1]).interval([groups[0], Proportion(0, of: 0)]).value.isNaN)
  }

  @Test func contrastsOfADesignByHand() {
    let design = FactorialDesign([Factor("a", levels: ["x", "y", "z"]), Factor("b", levels: ["p", "q"])])
    let found = design.shareContrasts
    #expect(found.map(\.name) == ["a=y", "a=z", "b=q", "a=y × b=q", "a=z × b=q"])
    #expect(found[0].contrast.weights == [-0.5, -0.5, 0.5, 0.5, 0, 0])
    let third = 1.0 / 3
    let averaged: [Double] = [-third, third, -third, third, -third, third]
    #expect(found[2].contrast.weights == averaged)
    let interaction: [Double] = [1, -1, 0, 0, -1, 1]
    #expect(found[4].contrast.weights == interaction && found[4].factors == [0, 1])
  }
}
