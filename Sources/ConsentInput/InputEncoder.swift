import ConsentModel

/// The bytes that a terminal sends for an input: the way back of the decoder, in the spelling of xterm.
public enum InputEncoder {
  /// The bytes of an input, or nil where a terminal sends none: a moment, a choice by number, a stand-in of private text.
  ///
  /// What they decode to is the same input, but for a paste, of which only lengths are known.
  public static func bytes(of input: Input) -> [UInt8]? {
    switch input {
    case .key(let key): bytes(of: key)
    case .mouse(let mouse): bytes(of: mouse)
    case .terminalFocus(let isIn): Array("\u{1B}[\(isIn ? "I" : "O")".utf8)
    case .paste, .resize, .wake, .suspended, .continued, .fence, .unknown, .choose, .resumed, .leave: nil
    }
  }

  /// The bytes of a key, or nil for one that no terminal sends.
  public static func bytes(of key: Key) -> [UInt8]? {
    if key.code < 0x20_0000 { return Unicode.Scalar(key.code).flatMap { bytes(of: $0, key.modifiers) } }
    guard let code = codes[Key(code: key.code)] else { return single(key) }
    let parameter = InputEncoder.parameter(key.modifiers)
    switch code {
    case .letter(let letter):
      return Array((parameter == 1 ? "\u{1B}[\(letter)" : "\u{1B}[1;\(parameter)\(letter)").utf8)
    case .function(let letter):
      return Array((parameter == 1 ? "\u{1B}O\(letter)" : "\u{1B}[1;\(parameter)\(letter)").utf8)
    case .number(let number):
      return Array((parameter == 1 ? "\u{1B}[\(number)~" : "\u{1B}[\(number);\(parameter)~").utf8)
    }
  }

  private enum Code {
    case letter(String)
    case function(String)
    case number(Int)
  }

  private static let codes: [Key: Code] = {
    var codes: [Key: Code] = [
      .up: .letter("A"), .down: .letter("B"), .right: .letter("C"), .left: .letter("D"), .home: .letter("H"),
      .end: .letter("F"), .insert: .number(2), .delete: .number(3), .pageUp: .number(5), .pageDown: .number(6),
    ]
    for (index, letter) in ["P", "Q", "R", "S"].enumerated() { codes[.function(index + 1)] = .function(letter) }
    for (index, number) in [15, 17, 18, 19, 20, 21, 23, 24, 25, 26, 28, 29, 31, 32, 33, 34].enumerated() {
      codes[.function(index + 5)] = .number(number)
    }
    return codes
  }()

  /// Keys of one byte, after an escape where alt is held.
  private static func single(_ key: Key) -> [UInt8]? {
    var plain = key
    let hasAlt = plain.modifiers.contains(.alt)
    plain.modifiers.remove(.alt)
    let prefix: [UInt8] = hasAlt ? [0x1B] : []
    switch plain {
    case .enter: return prefix + [0x0D]
    case .tab: return prefix + [0x09]
    case .backspace: return prefix + [0x7F]
    case .escape: return hasAlt ? nil : [0x1B]
    case .backTab: return hasAlt ? nil : Array("\u{1B}[Z".utf8)
    default: return nil
    }
  }

  private static func bytes(of scalar: Unicode.Scalar, _ modifiers: Key.Modifiers) -> [UInt8]? {
    // A terminal sends shift as another character.
    guard !modifiers.contains(.shift) else { return nil }
    let prefix: [UInt8] = modifiers.contains(.alt) ? [0x1B] : []
    guard modifiers.contains(.control) else { return prefix + Array(String(Character(scalar)).utf8) }
    for byte in UInt8(0)..<0x20 where InputDecoder.plain(byte) == Key(scalar, modifiers: .control) {
      return prefix + [byte]
    }
    return nil
  }

  private static func bytes(of mouse: Mouse) -> [UInt8] {
    let (code, isRelease): (Int, Bool) =
      switch mouse.action {
      case .press: (0, false)
      case .release: (0, true)
      case .wheelUp: (64, false)
      case .wheelDown: (65, false)
      }
    return Array("\u{1B}[<\(code);\(mouse.column + 1);\(mouse.row + 1)\(isRelease ? "m" : "M")".utf8)
  }

  private static func parameter(_ modifiers: Key.Modifiers) -> Int {
    1 + (modifiers.contains(.shift) ? 1 : 0) + (modifiers.contains(.alt) ? 2 : 0)
      + (modifiers.contains(.control) ? 4 : 0)
  }
}
