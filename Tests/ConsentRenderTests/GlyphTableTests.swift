import Testing

@testable import ConsentRender

@Suite("widths")
struct GlyphTableTests {
  @Test(
    "single scalars",
    arguments: [
      (0x00, 0), (0x1B, 0), (0x20, 1), (0x41, 1), (0x7E, 1), (0x7F, 0), (0x9B, 0), (0xA0, 1), (0xAD, 0), (0xE4, 1),
      (0xFF, 1), (0x100, 1), (0x2FF, 1), (0x300, 0), (0x36F, 0), (0x370, 1), (0x10FF, 1), (0x1100, 2), (0x115F, 2),
      (0x1160, 0), (0x11FF, 0), (0x200B, 0), (0x200D, 0), (0x200F, 0), (0x2010, 1), (0x2014, 1), (0x2026, 1),
      (0x2028, 0), (0x202E, 0), (0x2066, 0), (0x20AC, 1), (0x231A, 2), (0x2500, 1), (0x2580, 1), (0x2588, 1),
      (0x25CB, 1), (0x25CF, 1), (0x2603, 1), (0x2705, 2), (0x3000, 2), (0x302A, 0), (0x3042, 2), (0x3099, 0),
      (0x4E00, 2), (0x9FFF, 2), (0xAC00, 2), (0xD7A3, 2), (0xE000, 1), (0xFE0F, 0), (0xFEFF, 0), (0xFF01, 2),
      (0xFF61, 1), (0xFFFD, 1), (0x1F300, 2), (0x1F3FB, 2), (0x1F600, 2), (0x1F1E6, 1), (0x20000, 2), (0x2FFFD, 2),
      (0xE0001, 0), (0x10FFFF, 1),
    ] as [(UInt32, Int)])
  func single(value: UInt32, columns: Int) {
    let scalar = Unicode.Scalar(value)
    #expect(scalar != nil)
    guard let scalar else { return }
    #expect(GlyphTable.columns(of: scalar) == columns)
    #expect(GlyphTable.isPrintable(value) == (columns > 0))
  }

  @Test(
    "characters of several scalars",
    arguments: [
      ("", 0), ("a", 1), ("e\u{301}", 1), ("\u{301}", 0), ("\u{1F600}", 2), ("\u{2764}", 1), ("\u{2764}\u{FE0F}", 2),
      ("\u{1F468}\u{200D}\u{1F469}\u{200D}\u{1F467}", 2), ("\u{1F44D}\u{1F3FD}", 2), ("\u{1F1E9}\u{1F1EA}", 2),
      ("1\u{FE0F}\u{20E3}", 2), ("1\u{FE0F}", 1), ("\u{1100}\u{1161}\u{11A8}", 2), ("\u{915}\u{94D}\u{200D}\u{937}", 1),
    ] as [(String, Int)])
  func cluster(text: String, columns: Int) {
    #expect(GlyphTable.columns(ofCluster: text) == columns)
  }

  @Test("no scalar is outside 0...2, and surrogates are nothing that can be printed")
  func whole() {
    var counts = [0, 0, 0]
    for value in UInt32(0)...0x1FFFF {
      guard let scalar = Unicode.Scalar(value) else {
        if GlyphTable.isPrintable(value) { counts[0] = -1 }
        continue
      }
      counts[GlyphTable.columns(of: scalar)] += 1
    }
    #expect(counts.reduce(0, +) == 0x20000 - 0x800)
    #expect(counts[2] > 50_000 && counts[2] < 60_000, "\(counts)")
    #expect(!GlyphTable.isPrintable(0x8000_0001))
  }
}
