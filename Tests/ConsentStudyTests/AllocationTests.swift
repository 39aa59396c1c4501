import ConsentModel
import ConsentStudy
import Testing

private func check(
  arms: Int, strata: Int, slots: Int, multiples: [Int], seed: UInt64, sourceLocation: SourceLocation = #_sourceLocation
) {
  let list = Allocation.permutedBlocks(
    arms: arms, strata: strata, slotsPerStratum: slots, multiples: multiples, seed: seed)
  #expect(list.map(\.number) == Array(1...strata * slots), "seed \(seed)", sourceLocation: sourceLocation)
  for stratum in 0..<strata {
    let own = list.filter { $0.stratum == stratum }
    #expect(own.count == slots, "seed \(seed)", sourceLocation: sourceLocation)
    for arm in 0..<arms {
      #expect(own.count { $0.arm == arm } == slots / arms, "seed \(seed)", sourceLocation: sourceLocation)
    }
    let blocks = Dictionary(grouping: own, by: \.block)
    #expect(blocks.keys.sorted() == Array(1...blocks.count), "seed \(seed)", sourceLocation: sourceLocation)
    for block in blocks.values {
      let counts = (0..<arms).map { arm in block.count { $0.arm == arm } }
      // Every block holds every arm equally often, and has one of the declared sizes unless it is the last.
      #expect(Set(counts).count == 1, "seed \(seed)", sourceLocation: sourceLocation)
      #expect(counts[0] <= (multiples.max() ?? 0), "seed \(seed)", sourceLocation: sourceLocation)
    }
  }
}

@Test func blocksAreBalancedWhateverTheirSizes() {
  check(arms: 1, strata: 1, slots: 1, multiples: [1], seed: 1)
  check(arms: 3, strata: 1, slots: 3, multiples: [2], seed: 2)
  check(arms: 3, strata: 2, slots: 201, multiples: [1, 2, 3], seed: 3)
  check(arms: 6, strata: 4, slots: 66, multiples: [1, 3], seed: 4)
  var random = PRNG(seed: 20_251_125)
  for _ in 0..<200 {
    let arms = 1 + random.below(6)
    check(
      arms: arms, strata: 1 + random.below(4), slots: arms * (1 + random.below(40)),
      multiples: [[1], [2], [1, 2], [1, 2, 3]][random.below(4)], seed: random.next())
  }
}

@Test func theFirstSlotsHoldEveryArmEquallyOftenWhateverComesAfterThem() {
  for seed in UInt64(0)..<50 {
    let list = Allocation.permutedBlocks(
      arms: 3, strata: 2, slotsPerStratum: 99, reservePerStratum: 99, multiples: [1, 2, 3], seed: seed)
    for stratum in 0..<2 {
      let wanted = list.filter { $0.stratum == stratum }.prefix(99)
      for arm in 0..<3 { #expect(wanted.count { $0.arm == arm } == 33, "seed \(seed)") }
    }
  }
}

@Test func theSameSeedGivesTheSameListAndDigest() {
  let list = Allocation.permutedBlocks(arms: 3, strata: 2, slotsPerStratum: 6, multiples: [1, 2], seed: 42)
  let again = Allocation.permutedBlocks(arms: 3, strata: 2, slotsPerStratum: 6, multiples: [1, 2], seed: 42)
  let other = Allocation.permutedBlocks(arms: 3, strata: 2, slotsPerStratum: 6, multiples: [1, 2], seed: 43)
  #expect(list == again && Allocation.blocks(list).digest == Allocation.blocks(again).digest)
  #expect(list != other)
  // What was published must be found again by every later version.
  #expect(Allocation.blocks(list).text.split(separator: "\n").count == 12)
  #expect(Allocation.leastFilled(seed: 7).text == "least-filled 7\n")
}
