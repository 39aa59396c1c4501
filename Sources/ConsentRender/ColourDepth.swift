/// How many colours a terminal, or a file that stands in for one, can show.
public enum ColourDepth: UInt8, CaseIterable, Sendable {
  /// None: the attributes that a style declares for that case.
  case none
  /// The sixteen of every terminal, whose exact values are the terminal's own.
  case sixteen
  /// The 6 × 6 × 6 cube and the greys of 256-colour terminals.
  case palette
  /// Every 24-bit colour.
  case direct
}

/// Which colour of a small palette comes nearest to a 24-bit one.
public enum Palette {
  /// The nearest of the colours 16...255 of a 256-colour terminal; 0...15 are never used, people redefine them.
  ///
  /// - Parameter rgb: the colour as 0xRRGGBB.
  public static func index256(_ rgb: UInt32) -> UInt8 {
    let (red, green, blue) = parts(rgb)
    func step(_ value: Int) -> Int { value < 48 ? 0 : value < 115 ? 1 : (value - 35) / 40 }
    let cube = (step(red), step(green), step(blue))
    let cubeIndex = 16 + 36 * cube.0 + 6 * cube.1 + cube.2
    let level = max(0, min(23, ((red + green + blue) / 3 - 3) / 10))
    let greyIndex = 232 + level
    return distance(rgb, colour(of: greyIndex)) < distance(rgb, colour(of: cubeIndex))
      ? UInt8(greyIndex) : UInt8(cubeIndex)
  }

  /// The nearest of the sixteen colours of a terminal, by the values that xterm gives them.
  ///
  /// - Parameter rgb: the colour as 0xRRGGBB.
  public static func index16(_ rgb: UInt32) -> UInt8 {
    var best = 0
    for index in 1..<16 where distance(rgb, sixteen[index]) < distance(rgb, sixteen[best]) { best = index }
    return UInt8(best)
  }

  /// A colour between two, as 0xRRGGBB.
  ///
  /// - Parameter share: how much of `second` there is in it, 0...100.
  public static func mix(_ first: UInt32, _ second: UInt32, share: Int) -> UInt32 {
    let (r1, g1, b1) = parts(first)
    let (r2, g2, b2) = parts(second)
    func mixed(_ a: Int, _ b: Int) -> UInt32 { UInt32((a * (100 - share) + b * share + 50) / 100) }
    return mixed(r1, r2) << 16 | mixed(g1, g2) << 8 | mixed(b1, b2)
  }

  /// The 24-bit value of one of the colours 16...255.
  static func colour(of index: Int) -> UInt32 {
    if index >= 232 {
      let level = UInt32(8 + 10 * (index - 232))
      return level << 16 | level << 8 | level
    }
    func level(_ step: Int) -> UInt32 { step == 0 ? 0 : UInt32(55 + 40 * step) }
    let cube = index - 16
    return level(cube / 36) << 16 | level(cube / 6 % 6) << 8 | level(cube % 6)
  }

  private static let sixteen: [UInt32] = [
    0x000000, 0xCD0000, 0x00CD00, 0xCDCD00, 0x0000EE, 0xCD00CD, 0x00CDCD, 0xE5E5E5, 0x7F7F7F, 0xFF0000, 0x00FF00,
    0xFFFF00, 0x5C5CFF, 0xFF00FF, 0x00FFFF, 0xFFFFFF,
  ]

  /// Distance of two colours, weighted roughly as the eye does.
  private static func distance(_ first: UInt32, _ second: UInt32) -> Int {
    let (r1, g1, b1) = parts(first)
    let (r2, g2, b2) = parts(second)
    return 3 * (r1 - r2) * (r1 - r2) + 6 * (g1 - g2) * (g1 - g2) + 2 * (b1 - b2) * (b1 - b2)
  }

  private static func parts(_ rgb: UInt32) -> (Int, Int, Int) {
    (Int(rgb >> 16 & 255), Int(rgb >> 8 & 255), Int(rgb & 255))
  }
}
