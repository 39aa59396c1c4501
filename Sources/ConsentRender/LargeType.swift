/// Letters three cell rows high, made of half blocks: the program's own, so that they look the same everywhere.
///
/// There are the printable ASCII characters, `ÄÖÜäöüß`, typographic quotes and dashes, the ellipsis, the bullet,
/// `«»¿¡` and the no-break space. The layout puts one empty column between two letters.
public enum LargeType {
  /// Height of every letter in cell rows; the third row holds the feet and the descenders.
  public static let rows = 3

  /// Width of a letter in columns, 1...5; 0 when there is none for the scalar.
  public static func width(of scalar: UInt32) -> Int {
    guard let slot = slot(of: scalar) else { return 0 }
    return Int(letters[slot] >> 32)
  }

  /// What stands in one cell of a letter: a space, `▀`, `▄` or `█`.
  ///
  /// - Parameters:
  ///   - column: from 0; beyond the letter's width there are spaces.
  ///   - row: 0...2 from the top; outside of that there are spaces.
  public static func cell(of scalar: UInt32, column: Int, row: Int) -> UInt32 {
    guard let slot = slot(of: scalar), (0..<5).contains(column), (0..<rows).contains(row) else { return 0x20 }
    let pixels = letters[slot] >> UInt64(row * 10 + column)
    return switch (pixels & 1 == 1, pixels & 32 == 32) {
    case (false, false): 0x20
    case (true, false): 0x2580
    case (false, true): 0x2584
    case (true, true): 0x2588
    }
  }

  /// Place of a scalar in `letters`: Latin-1 first, then General Punctuation up to U+203F.
  private static func slot(of scalar: UInt32) -> Int? {
    if scalar < 0x100 { return Int(scalar) }
    if (0x2000..<0x2040).contains(scalar) { return Int(scalar) - 0x2000 + 0x100 }
    return nil
  }

  /// One number a letter: bit `row × 5 + column` for every pixel, the width from bit 32 on; 0 where there is no letter.
  private static let letters: [UInt64] = {
    var letters = [UInt64](repeating: 0, count: 0x140)
    letters[0x20] = 1 << 32
    letters[0xA0] = 1 << 32
    // Bytes, not characters: this runs before the first frame.
    art.withUTF8Buffer { bytes in
      var band: [Int] = []
      for (number, line) in bytes.split(separator: 0x0A).enumerated() {
        let words = line.split(separator: 0x20)
        guard number % 7 > 0 else {
          band = words.map(slot(ofName:))
          continue
        }
        precondition(words.count == band.count, "a row of large letters is too short or too long: \(number)")
        for (slot, word) in zip(band, words) {
          precondition(word.count <= 5, "a large letter is too wide in row \(number)")
          letters[slot] = letters[slot] & 0xFFFF_FFFF | UInt64(word.count) << 32
          for (column, byte) in word.enumerated() where byte == 0x23 {
            letters[slot] |= 1 << UInt64((number % 7 - 1) * 5 + column)
          }
        }
      }
    }
    return letters
  }()

  /// Place in `letters` of a scalar that is written in UTF-8.
  private static func slot(ofName bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Int {
    let name = String(decoding: bytes, as: UTF8.self).unicodeScalars
    guard name.count == 1, let scalar = name.first, let slot = slot(of: scalar.value) else {
      preconditionFailure("a large letter outside the table: \(name)")
    }
    return slot
  }
}
