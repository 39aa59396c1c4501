import ConsentModel
import ConsentRender

/// How many colours a terminal has, and how a declared colour becomes one of its numbers.
public enum TerminalColors: Int32, Sendable, CaseIterable {
  /// No colours: attributes only.
  case none = 0
  /// The eight of ECMA-48.
  case eight = 8
  /// The eight and their bright forms.
  case sixteen = 16
  /// The cube and the greys of xterm.
  case indexed = 256
  /// 0xRRGGBB itself.
  case direct = 16_777_216

  /// How a terminal with so many colours is used.
  ///
  /// - Parameter isDirect: its numbers are 0xRRGGBB, 8 bits for red, green and blue each.
  init(count: Int32, isDirect: Bool) {
    switch count {
    case ..<8: self = .none
    case 8..<16: self = .eight
    case 16..<256: self = .sixteen
    case 256..<TerminalColors.direct.rawValue: self = .indexed
    // Of direct colours of other widths the lowest eight numbers are good, which are the palette's.
    default: self = isDirect ? .direct : .eight
    }
  }

  /// The terminal's number for a colour 0xRRGGBB; without colours always −1, the terminal's own.
  public func number(for color: UInt32) -> Int32 {
    switch self {
    case .none: -1
    // The bright eight are the plain ones with bit 3.
    case .eight: Int32(Palette.index16(color) & 7)
    case .sixteen: Int32(Palette.index16(color))
    case .indexed: Int32(Palette.index256(color))
    // Direct entries take the lowest 8, 16 or 256 numbers for the palette; a trace of green leads past them.
    case .direct: Int32(color & 0xFF_FFFF) | (color & 0xFF_FF00 == 0 ? 0x100 : 0)
    }
  }

  /// The numbers for a foreground on a background; two colours that differ as declared never become one.
  public func numbers(foreground: UInt32, background: UInt32) -> (foreground: Int32, background: Int32) {
    let back = number(for: background)
    let front = number(for: foreground)
    guard front == back, self != .none, foreground != background else { return (front, back) }
    let lightness = 299 * (background >> 16 & 0xFF) + 587 * (background >> 8 & 0xFF) + 114 * (background & 0xFF)
    let far = number(for: lightness >= 128_000 ? 0x00_0000 : 0xFF_FFFF)
    return (far == back ? number(for: 0x80_8080) : far, back)
  }
}

/// What stands for a character where the locale has only ASCII.
public enum ASCIIFallback {
  /// One ASCII character for a scalar; `?` when there is none that would do.
  public static func scalar(for scalar: UInt32) -> UInt32 {
    switch scalar {
    case 0x20...0x7E: scalar
    case 0xA0, 0x2000...0x200A, 0x202F: 0x20
    case 0x2018, 0x2019, 0x201A, 0x2032: 0x27
    case 0x201C, 0x201D, 0x201E, 0x00AB, 0x00BB: 0x22
    case 0x2010...0x2015, 0x2212, 0x00AD: 0x2D
    case 0x2026, 0x00B7: 0x2E
    case 0x2022, 0x25CF, 0x25C9, 0x2605, 0x2714, 0x2713: 0x2A
    case 0x25CB, 0x25EF, 0x25E6: 0x6F
    case 0x2500, 0x2501, 0x2504...0x250B, 0x2550, 0x254C, 0x254D: 0x2D
    case 0x2502, 0x2503, 0x2551, 0x2506, 0x2507, 0x250A, 0x258F, 0x2595, 0x258C, 0x2590: 0x7C
    case 0x250C...0x254B, 0x2552...0x2570: 0x2B
    case 0x2580...0x2588, 0x2591...0x2593, 0x2596...0x259F, 0x25A0: 0x23
    case 0x2190, 0x25C0, 0x25C2, 0x2039, 0x276E: 0x3C
    case 0x2192, 0x25B6, 0x25B8, 0x203A, 0x276F: 0x3E
    case 0x2191, 0x25B2: 0x5E
    case 0x2193, 0x25BC: 0x76
    case 0xD7: 0x78
    default: letter(for: scalar)
    }
  }

  /// The plain letter under an accent, or `?`.
  private static func letter(for scalar: UInt32) -> UInt32 {
    let letters = Array("AAAAAAACEEEEIIIIDNOOOOO?OUUUUYTsaaaaaaaceeeeiiiidnooooo?ouuuuyty".utf8)
    guard (0xC0...0xFF).contains(scalar) else { return 0x3F }
    return UInt32(letters[Int(scalar) - 0xC0])
  }
}
