import Testing

@testable import ConsentRender

@Suite("large letters")
struct LargeTypeTests {
  static let available =
    (0x20...0x7E).compactMap { Unicode.Scalar($0) }.map(\.value)
    + "ÄÖÜäöüß\u{2018}\u{2019}\u{201A}\u{201C}\u{201D}\u{201E}\u{2013}\u{2014}\u{2026}\u{A0}«»¿¡•".unicodeScalars.map(
      \.value)

  func picture(_ text: String) -> String {
    (0..<LargeType.rows).map { row in
      var line = ""
      for (index, scalar) in text.unicodeScalars.enumerated() {
        if index > 0 { line += " " }
        for column in 0..<LargeType.width(of: scalar.value) {
          let cell = LargeType.cell(of: scalar.value, column: column, row: row)
          line.unicodeScalars.append(Unicode.Scalar(cell) ?? "?")
        }
      }
      while line.last == " " { line.removeLast() }
      return line
    }.joined(separator: "\n")
  }

  @Test(
    "every letter that is promised is there, is 1 to 5 columns wide, and no two look the same but those of one shape")
  func complete() {
    var seen: [[UInt32]: UInt32] = [:]
    for scalar in LargeTypeTests.available {
      let width = LargeType.width(of: scalar)
      #expect((1...5).contains(width), "no letter for \(scalar)")
      var cells = [UInt32(width)]
      for row in 0..<LargeType.rows {
        cells += (0..<width).map { LargeType.cell(of: scalar, column: $0, row: row) }
      }
      #expect(cells.dropFirst().allSatisfy { [0x20, 0x2580, 0x2584, 0x2588].contains($0) })
      if scalar != 0x20 && scalar != 0xA0 {
        #expect(cells.dropFirst().contains { $0 != 0x20 }, "an empty letter for \(scalar)")
        // The low quote is a comma, the left quote a grave accent.
        let isTwin = scalar == 0x201A || scalar == 0x2018
        #expect(isTwin || seen[cells] == nil, "\(scalar) looks like \(seen[cells] ?? 0)")
        seen[cells] = scalar
      }
      #expect(LargeType.cell(of: scalar, column: width, row: 0) == 0x20)
    }
  }

  @Test(
    "what is not there has no width and paints nothing",
    arguments: [0, 0x0A, 0x7F, 0xA7, 0x100, 0x2000, 0x4E00, 0x8000_0001, UInt32.max])
  func missing(scalar: UInt32) {
    #expect(LargeType.width(of: scalar) == 0)
    for row in -1...3 {
      for column in -1...6 { #expect(LargeType.cell(of: scalar, column: column, row: row) == 0x20) }
    }
  }

  @Test("the title reads well and fits a card")
  func title() {
    #expect(
      picture("Updates to") == """
        █  █ ▄▄▄   ▄▄█  ▄▄▄ ▄█▄  ▄▄  ▄▄   ▄█▄  ▄▄
        █  █ █▄▄▀ █  █ █  █  █  █▄▀ ▀█▄    █  █  █
         ▀▀  █     ▀▀▀  ▀▀▀  ▀▀  ▀▀ ▀▀     ▀▀  ▀▀
        """)
    #expect(
      picture("consumer terms") == """
         ▄▄  ▄▄  ▄▄▄   ▄▄ ▄  ▄ ▄▄▄▄   ▄▄ ▄ ▄   ▄█▄  ▄▄ ▄ ▄ ▄▄▄▄   ▄▄
        █   █  █ █  █ ▀█▄ █  █ █ █ █ █▄▀ █▀     █  █▄▀ █▀  █ █ █ ▀█▄
         ▀▀  ▀▀  ▀  ▀ ▀▀   ▀▀▀ ▀ ▀ ▀  ▀▀ ▀      ▀▀  ▀▀ ▀   ▀ ▀ ▀ ▀▀
        """)
    for line in ["Updates to", "consumer terms"] {
      let scalars = line.unicodeScalars
      #expect(scalars.reduce(scalars.count - 1) { $0 + LargeType.width(of: $1.value) } <= 60)
    }
  }
}
