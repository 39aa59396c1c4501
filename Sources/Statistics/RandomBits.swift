/// Seeded random bits for simulations: integers only, the same on every machine.
///
/// Source: xoshiro256** of Blackman, D. and Vigna, S. (2021), ACM Transactions on Mathematical Software 47, 36; its state is filled
/// by SplitMix64 (Steele, Lea and Flood 2014), as its authors advise.
struct RandomBits: Sendable {
  private var state: (UInt64, UInt64, UInt64, UInt64)

  /// Bits from a state that is not 0 everywhere.
  init(state: (UInt64, UInt64, UInt64, UInt64)) { self.state = state }

  /// The bits of one of many streams of a seed.
  init(seed: UInt64, stream: UInt64) {
    // The seed is mixed before the stream is counted on it, so that neighbouring seeds share no streams.
    var filler = seed
    filler = RandomBits.fill(&filler) &+ stream
    filler = RandomBits.fill(&filler)
    state = (
      RandomBits.fill(&filler), RandomBits.fill(&filler), RandomBits.fill(&filler), RandomBits.fill(&filler)
    )
  }

  private static func fill(_ state: inout UInt64) -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// The next 64 bits.
  mutating func next() -> UInt64 {
    func turned(_ x: UInt64, _ by: UInt64) -> UInt64 { (x << by) | (x >> (64 - by)) }
    let result = turned(state.1 &* 5, 7) &* 9
    let shifted = state.1 << 17
    state.2 ^= state.0
    state.3 ^= state.1
    state.1 ^= state.2
    state.0 ^= state.3
    state.2 ^= shifted
    state.3 = turned(state.3, 45)
    return result
  }

  /// Whether something happens that has a probability of 0...1, to 53 bits.
  mutating func happens(_ probability: Double) -> Bool { next() >> 11 < UInt64(probability * 0x1p53) }
}
