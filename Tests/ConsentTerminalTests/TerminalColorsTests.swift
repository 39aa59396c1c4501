import Testing

@testable import ConsentTerminal

@Test func coloursMapToTheNearest() {
  #expect(TerminalColors.indexed.number(for: 0xFFFFFF) == 231)
  #expect(TerminalColors.indexed.number(for: 0x000000) == 16)
  #expect(TerminalColors.indexed.number(for: 0x808080) == 244)
  #expect(TerminalColors.sixteen.number(for: 0xFF0000) == 9)
  #expect(TerminalColors.eight.number(for: 0x101010) == 0)
  #expect(TerminalColors.direct.number(for: 0x123456) == 0x123456)
  #expect(TerminalColors.direct.number(for: 3) == 0x103)
  #expect(TerminalColors.direct.number(for: 0) == 0x100)
  #expect(TerminalColors.direct.number(for: 0xFF) == 0x1FF)
  #expect(TerminalColors.none.number(for: 0x123456) == -1)
}

@Test func colouredTextStaysReadableWithFewColours() {
  for depth in TerminalColors.allCases where depth != .none {
    for (front, back) in [(0xB0B0B0, 0xF4F3EE), (0x333333, 0x101010), (0xFFFFFE, 0xFFFFFF)] as [(UInt32, UInt32)] {
      let numbers = depth.numbers(foreground: front, background: back)
      #expect(numbers.foreground != numbers.background, "\(depth) \(front) \(back)")
    }
  }
}

@Test(
  arguments: [("│", "|"), ("█", "#"), ("●", "*"), ("é", "e"), ("漢", "?"), ("…", "."), ("x", "x")]
    as [(Character, Character)])
func asciiStandsIn(_ character: Character, _ expected: Character) {
  let scalar = character.unicodeScalars.first?.value ?? 0
  #expect(ASCIIFallback.scalar(for: scalar) == expected.unicodeScalars.first?.value)
}
