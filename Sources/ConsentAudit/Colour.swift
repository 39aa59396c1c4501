import Glibc

/// How far two declared colours are apart.
public enum Colour {
  /// The contrast of WCAG 2.x: 1 to 21. Colours are 0xRRGGBB.
  public static func contrast(_ first: UInt32, _ second: UInt32) -> Double {
    let (a, b) = (luminance(first), luminance(second))
    return (max(a, b) + 0.05) / (min(a, b) + 0.05)
  }

  /// Relative luminance of WCAG 2.x.
  private static func luminance(_ rgb: UInt32) -> Double {
    func linear(_ shift: UInt32) -> Double {
      let value = Double(rgb >> shift & 255) / 255
      return value <= 0.03928 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * linear(16) + 0.7152 * linear(8) + 0.0722 * linear(0)
  }

  /// The difference ΔE CMC(1:1) of the second colour from the first (Clarke, McDonald and Rigg 1984), by CIELAB under D65.
  public static func difference(_ first: UInt32, _ second: UInt32) -> Double {
    let (l1, a1, b1) = lab(first)
    let (l2, a2, b2) = lab(second)
    let (c1, c2) = ((a1 * a1 + b1 * b1).squareRoot(), (a2 * a2 + b2 * b2).squareRoot())
    let (dl, dc) = (l1 - l2, c1 - c2)
    let dh2 = max(0, (a1 - a2) * (a1 - a2) + (b1 - b2) * (b1 - b2) - dc * dc)
    let hue = (atan2(b1, a1) * 180 / .pi + 360).truncatingRemainder(dividingBy: 360)
    let f = (c1 * c1 * c1 * c1 / (c1 * c1 * c1 * c1 + 1900)).squareRoot()
    let radians = Double.pi / 180
    let t =
      (164...345).contains(hue)
      ? 0.56 + abs(0.2 * cos((hue + 168) * radians)) : 0.36 + abs(0.4 * cos((hue + 35) * radians))
    let sl = l1 < 16 ? 0.511 : 0.040975 * l1 / (1 + 0.01765 * l1)
    let sc = 0.0638 * c1 / (1 + 0.0131 * c1) + 0.638
    let sh = sc * (f * t + 1 - f)
    return ((dl / sl) * (dl / sl) + (dc / sc) * (dc / sc) + dh2 / (sh * sh)).squareRoot()
  }

  private static func lab(_ rgb: UInt32) -> (l: Double, a: Double, b: Double) {
    func linear(_ shift: UInt32) -> Double {
      let value = Double(rgb >> shift & 255) / 255
      return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
    }
    let (r, g, b) = (linear(16), linear(8), linear(0))
    func f(_ value: Double) -> Double {
      value > 216.0 / 24389 ? cbrt(value) : (24389.0 / 27 * value + 16) / 116
    }
    let x = f((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047)
    let y = f(0.2126729 * r + 0.7151522 * g + 0.0721750 * b)
    let z = f((0.0193339 * r + 0.1191920 * g + 0.9503041 * b) / 1.08883)
    return (116 * y - 16, 500 * (x - y), 200 * (y - z))
  }
}
