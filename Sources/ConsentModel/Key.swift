/// One key press as a surface decoded it: a code and the modifiers held with it.
///
/// The spelling (`tab`, `shift+tab`, `ctrl+c`, `a`) is public and round-trips; journals and walks use it.
public struct Key: Hashable, Sendable, BitwiseCopyable {
  /// The Unicode scalar of a character key, or one of the codes of `Key.Code` from `0x20_0000` on.
  public var code: UInt32
  /// The modifiers held with it.
  public var modifiers: Modifiers

  /// The key with this code.
  @inlinable public init(code: UInt32, modifiers: Modifiers = []) {
    self.code = code
    self.modifiers = modifiers
  }

  /// The key that types this character.
  @inlinable public init(_ character: Unicode.Scalar, modifiers: Modifiers = []) {
    self.init(code: character.value, modifiers: modifiers)
  }

  /// Shift, alt and control, as far as a terminal reports them.
  public struct Modifiers: OptionSet, Hashable, Sendable, BitwiseCopyable {
    /// One bit a modifier.
    public let rawValue: UInt8
    @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }
    /// Shift, reported only with keys that have no upper case.
    public static let shift = Modifiers(rawValue: 1)
    /// Alt, which terminals send as an escape before the key.
    public static let alt = Modifiers(rawValue: 2)
    /// Control.
    public static let control = Modifiers(rawValue: 4)
  }

  /// Tab.
  public static let tab = Key(code: 0x20_0000)
  /// Shift and Tab, which terminals report as one key.
  public static let backTab = Key(code: 0x20_0000, modifiers: .shift)
  /// Enter, of either block.
  public static let enter = Key(code: 0x20_0001)
  /// A lone escape.
  public static let escape = Key(code: 0x20_0002)
  /// The space bar.
  public static let space = Key(code: 0x20)
  /// Arrow up.
  public static let up = Key(code: 0x20_0003)
  /// Arrow down.
  public static let down = Key(code: 0x20_0004)
  /// Arrow left.
  public static let left = Key(code: 0x20_0005)
  /// Arrow right.
  public static let right = Key(code: 0x20_0006)
  /// Home.
  public static let home = Key(code: 0x20_0007)
  /// End.
  public static let end = Key(code: 0x20_0008)
  /// Page up.
  public static let pageUp = Key(code: 0x20_0009)
  /// Page down.
  public static let pageDown = Key(code: 0x20_000A)
  /// Backspace.
  public static let backspace = Key(code: 0x20_000B)
  /// Delete.
  public static let delete = Key(code: 0x20_000C)
  /// Insert.
  public static let insert = Key(code: 0x20_000D)
  /// Ctrl-C: it stops the session, on every screen of every flow.
  public static let stop = Key("c", modifiers: .control)
  /// Function key `number`, 1...24.
  @inlinable public static func function(_ number: Int) -> Key {
    precondition((1...24).contains(number), "function keys are numbered 1...24")
    return Key(code: 0x20_0100 &+ UInt32(number))
  }
  /// Stands in for a printable key that was pressed in a private field and is one column wide: which one is not kept.
  public static let typed = Key(code: 0x20_0201)
  /// The same for one that is two columns wide.
  public static let typedWide = Key(code: 0x20_0202)
  /// Ctrl-U: it empties a field, a number or a slider.
  public static let clear = Key("u", modifiers: .control)

  /// Whether it types a character, without control or alt; the stand-ins `typed` and `typedWide` are none.
  @inlinable public var isCharacter: Bool { modifiers.isEmpty && code < 0x20_0000 }

  /// The digit 0...9 that the key types without control or alt, or nil.
  @inlinable public var digit: Int? {
    guard modifiers.isEmpty, (0x30...0x39).contains(code) else { return nil }
    return Int(code) - 0x30
  }
}

extension Key {
  private static let names: [(String, UInt32)] = {
    var list: [(String, UInt32)] = [
      ("tab", 0x20_0000), ("enter", 0x20_0001), ("esc", 0x20_0002), ("up", 0x20_0003), ("down", 0x20_0004),
      ("left", 0x20_0005), ("right", 0x20_0006), ("home", 0x20_0007), ("end", 0x20_0008), ("pageup", 0x20_0009),
      ("pagedown", 0x20_000A), ("backspace", 0x20_000B), ("delete", 0x20_000C), ("insert", 0x20_000D),
      ("space", 0x20), ("plus", 0x2B), ("hash", 0x23), ("typed", 0x20_0201), ("typed-wide", 0x20_0202),
    ]
    for number in 1...24 { list.append(("f\(number)", 0x20_0100 + UInt32(number))) }
    return list
  }()

  /// Every name that a special key can be spelled with, for nearest-name hints.
  public static var specialNames: [String] { names.map(\.0) }

  /// The spelling of the key, for example `shift+tab`; it parses back to the same key.
  public var spelling: String {
    var text = ""
    if modifiers.contains(.control) { text += "ctrl+" }
    if modifiers.contains(.alt) { text += "alt+" }
    if modifiers.contains(.shift) { text += "shift+" }
    if let named = Key.names.first(where: { $0.1 == code }) { return text + named.0 }
    if let scalar = Unicode.Scalar(code), Key.isPrintable(scalar) {
      return text + String(Character(scalar))
    }
    return text + "u+" + String(code, radix: 16)
  }

  /// The key with this spelling, or nil.
  public init?(spelling: some StringProtocol) {
    var rest = Substring(spelling)
    var modifiers: Modifiers = []
    for (prefix, modifier) in [("ctrl+", Modifiers.control), ("alt+", .alt), ("shift+", .shift)]
    where rest.hasPrefix(prefix) {
      rest = rest.dropFirst(prefix.count)
      modifiers.insert(modifier)
    }
    if let named = Key.names.first(where: { $0.0 == rest }) {
      self.init(code: named.1, modifiers: modifiers)
      return
    }
    let scalars = rest.unicodeScalars
    if scalars.count == 1, let scalar = scalars.first, Key.isPrintable(scalar) {
      self.init(scalar, modifiers: modifiers)
      return
    }
    guard rest.hasPrefix("u+"), let code = UInt32(rest.dropFirst(2), radix: 16), Unicode.Scalar(code) != nil,
      rest.dropFirst(2) == String(code, radix: 16)
    else { return nil }
    let key = Key(code: code, modifiers: modifiers)
    guard key.spelling == String(spelling) else { return nil }
    self = key
  }

  /// Whether the scalar may be written as itself: no control, format, combining or space character, and neither "+",
  /// which separates modifiers, nor "#", which begins a comment in a walk; those two have names.
  private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    guard scalar != "+", scalar != "#" else { return false }
    return switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator,
      .spaceSeparator, .nonspacingMark, .spacingMark, .enclosingMark:
      false
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
      .letterNumber, .otherNumber, .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation,
      .initialPunctuation, .finalPunctuation, .otherPunctuation, .mathSymbol, .currencySymbol, .modifierSymbol,
      .otherSymbol:
      true
    @unknown default: false
    }
  }
}
