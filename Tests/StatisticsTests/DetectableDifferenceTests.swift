import Statistics
import Testing

/// Powers from enumeration by hand where that is possible, and properties that hold for any size.
@Test func theSmallestTablesAreEnumerated() {
  // With three in each arm no table has a p under 0.05 but 0:3 and 3:0, whose p is 2/20; so nothing is rejected at 5 %,
  // unless the unconditional size allows it: 2 · (1/2)^6 = 0.03125 at the worst rate.
  let three = TwoArmDesign(perArm: 3)
  #expect(abs(three.achievedSize - 0.03125) < 1e-12)
  #expect(abs(three.power(0, 1) - 1) < 1e-12)
  #expect(abs(three.power(0.5, 0.5) - 0.03125) < 1e-12)
  let one = TwoArmDesign(perArm: 1)
  #expect(one.achievedSize == 0 && one.power(0, 1) == 0)
  #expect(one.detectableRate(above: 0.1) == nil)
}

@Test(arguments: [2, 5, 10, 25, 50, 100]) func theSizeIsKept(perArm: Int) {
  let design = TwoArmDesign(perArm: perArm)
  #expect(design.achievedSize <= 0.05)
  for rate in stride(from: 0.05, through: 0.95, by: 0.05) { #expect(design.power(rate, rate) <= 0.05 + 1e-9) }
}

@Test func aHundredInAnArmFindTwentySixPercentBesideTen() throws {
  let design = TwoArmDesign(perArm: 100)
  let above = try #require(design.detectableRate(above: 0.10))
  #expect(abs(above - 0.26) < 0.01, "\(above)")
  #expect(design.power(0.10, above) >= 0.8 && design.power(0.10, above - 0.001) < 0.8)
  // The test does not know which arm is which.
  #expect(abs(design.power(0.1, 0.3) - design.power(0.3, 0.1)) < 1e-12)
  #expect(abs(design.power(0.1, 0.3) - design.power(0.9, 0.7)) < 1e-9)
}
