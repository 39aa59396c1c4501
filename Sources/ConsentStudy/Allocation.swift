import ConsentJournal
import ConsentModel

/// How arms are given out: one algorithm a study, named in its plan.
public enum Allocation: Hashable, Sendable {
  /// A sealed list of permuted blocks with concealed random sizes.
  case blocks([Slot])
  /// The arm that has fewest sessions held or filled; equal ones are told apart by a draw from the seed and the number of
  /// the claim.
  case leastFilled(seed: UInt64)

  /// One place in the sealed list.
  public struct Slot: Hashable, Sendable {
    /// Its number in the list, from 1.
    public var number: Int
    /// Index of the stratum.
    public var stratum: Int
    /// The block that it lies in, from 1 in each stratum.
    public var block: Int
    /// Index of the arm.
    public var arm: Int
    /// A place in the sealed list.
    public init(number: Int, stratum: Int, block: Int, arm: Int) {
      self.number = number
      self.stratum = stratum
      self.block = block
      self.arm = arm
    }
  }

  /// A list of permuted blocks.
  ///
  /// Each stratum has blocks of a random multiple of the number of arms until there are `slotsPerStratum`; the last one
  /// is as long as there is room for, a multiple as well, so that every arm has its exact share when they are filled. Then
  /// come further blocks for those who replace the lost. The order within a block is a shuffle. Every number comes from
  /// `PRNG(seed)`, integers only, so that the list is the same on any machine.
  ///
  /// - Parameters:
  ///   - arms: how many arms there are, 1 or more.
  ///   - strata: how many strata there are, 1 or more.
  ///   - slotsPerStratum: how many are wanted, a multiple of the number of arms.
  ///   - reservePerStratum: how many come after them, a multiple as well.
  ///   - multiples: how many times the number of arms a block may have, for example 1, 2 and 3.
  public static func permutedBlocks(
    arms: Int, strata: Int, slotsPerStratum: Int, reservePerStratum: Int = 0, multiples: [Int], seed: UInt64
  ) -> [Slot] {
    precondition(
      arms > 0 && strata > 0 && slotsPerStratum % arms == 0 && reservePerStratum % arms == 0,
      "blocks are made of whole sets of arms")
    precondition(!multiples.isEmpty && multiples.allSatisfy { $0 > 0 }, "a block has at least one set of arms")
    var random = PRNG(seed: seed)
    var slots: [Slot] = []
    slots.reserveCapacity(strata * (slotsPerStratum + reservePerStratum))
    for stratum in 0..<strata {
      var block = 0
      for wanted in [slotsPerStratum, reservePerStratum] {
        var left = wanted / arms
        while left > 0 {
          block += 1
          let sets = min(left, multiples[random.below(multiples.count)])
          left -= sets
          var order = (0..<sets * arms).map { $0 % arms }
          random.shuffle(&order)
          for arm in order { slots.append(Slot(number: slots.count + 1, stratum: stratum, block: block, arm: arm)) }
        }
      }
    }
    return slots
  }

  /// Which of several equal arms a claim gets: a draw from a seed and the number of the claim, which anybody can repeat.
  ///
  /// - Parameters:
  ///   - equals: how many there are to draw from, 1 or more.
  ///   - seed: the seed of the allocation.
  ///   - claim: the number of the session that is given out.
  public static func draw(among equals: Int, seed: UInt64, claim: Int) -> Int {
    var ofSeed = PRNG(seed: seed)
    // Mixed once, so that neighbouring seeds do not give each other's sequences shifted by a claim.
    var ofClaim = PRNG(seed: ofSeed.next() &+ UInt64(claim))
    return ofClaim.below(equals)
  }

  /// What is published before the start: SHA-256 over its text, in hexadecimal.
  public var digest: String { Digest256(of: Array(text.utf8)).hex }

  /// Its text, one line a slot: number, stratum, block and arm, separated by spaces; or `least-filled` and the seed.
  public var text: String {
    switch self {
    case .leastFilled(let seed): "least-filled \(seed)\n"
    case .blocks(let slots):
      slots.reduce(into: "") { $0 += "\($1.number) \($1.stratum) \($1.block) \($1.arm)\n" }
    }
  }
}
