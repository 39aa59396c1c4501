import ConsentModel

/// How a text stands in a cell of separated values: nothing in it is a formula to a spreadsheet, acts on a terminal, or ends a
/// reader's row, and all of it can be had back.
///
/// A backslash is doubled; what is active (`Unicode.Scalar.isActive`) stands as `\u{1b}`, but for line feeds and tabs, which a
/// quoted cell may hold; and a text that begins with one of `= + - @ '`, narrow or wide, or with a tab or a line feed, gets an apostrophe
/// before it.
enum CellText {
  /// The text as it is written.
  static func written(_ text: String, _ dialect: RowWriter.Dialect) -> String {
    var cell = ""
    var needsQuotes = text.isEmpty && !dialect.isTabs
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": cell += "\\\\"
      case "\n" where !dialect.isTabs, "\t" where !dialect.isTabs:
        needsQuotes = true
        cell.unicodeScalars.append(scalar)
      case "\"":
        needsQuotes = true
        cell += dialect.isTabs ? "\"" : "\"\""
      default:
        if scalar.isActive {
          cell += "\\u{\(String(scalar.value, radix: 16))}"
        } else {
          if scalar.value == UInt32(dialect.delimiter) || scalar == "," || scalar == ";" { needsQuotes = true }
          cell.unicodeScalars.append(scalar)
        }
      }
    }
    if let first = text.unicodeScalars.first, isDisarmed(first) { cell = "'" + cell }
    // A reader of tables must not take it for a missing one, or for a cell in quotation marks.
    if dialect.isTabs, cell == "n/a" || cell.isEmpty || cell.hasPrefix("\"") { cell = "'" + cell }
    return needsQuotes && !dialect.isTabs ? "\"" + cell + "\"" : cell
  }

  /// Whether a text stands in a cell as it is: letters, digits and a few signs of ASCII, the first no sign.
  @inline(__always)
  static func isPlain(_ text: String) -> Bool {
    var isFirst = true
    for byte in text.utf8 {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: break
      case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: ":"), UInt8(ascii: " "),
        UInt8(ascii: "="), UInt8(ascii: "+"):
        if isFirst { return false }
      default: return false
      }
      isFirst = false
    }
    return !isFirst
  }

  /// The text that a cell, already without its quotation marks, was written for.
  static func read(_ cell: String) -> String {
    var rest = Substring(cell)
    if rest.first == "'" { rest = rest.dropFirst() }
    guard rest.contains("\\") else { return String(rest) }
    var text = ""
    var scalars = rest.unicodeScalars[...]
    while let scalar = scalars.popFirst() {
      guard scalar == "\\" else {
        text.unicodeScalars.append(scalar)
        continue
      }
      if scalars.first == "\\" {
        scalars.removeFirst()
        text += "\\"
        continue
      }
      // A backslash is followed by another one, or by the number of a character.
      guard scalars.starts(with: "u{".unicodeScalars), let end = scalars.firstIndex(of: "}"),
        let value = UInt32(String(scalars[scalars.index(scalars.startIndex, offsetBy: 2)..<end]), radix: 16),
        let found = Unicode.Scalar(value)
      else {
        text += "\\"
        continue
      }
      text.unicodeScalars.append(found)
      scalars = scalars[scalars.index(after: end)...]
    }
    return text
  }

  /// Whether a spreadsheet might take a text that begins so for a formula, or the apostrophe itself for ours.
  private static func isDisarmed(_ first: Unicode.Scalar) -> Bool {
    switch first {
    // The wide forms count in some editions.
    case "=", "+", "-", "@", "'", "\t", "\n", "\r", "\u{FF1D}", "\u{FF0B}", "\u{FF0D}", "\u{FF20}": true
    default: false
    }
  }
}
