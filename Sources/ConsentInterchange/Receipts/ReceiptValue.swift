/// A value of a receipt, written as JSON in one way: two spaces a level, members in their order.
indirect enum ReceiptValue {
  case bool(Bool)
  case number(Int64)
  case text(String)
  case list([ReceiptValue])
  case object([(String, ReceiptValue)])

  /// Texts in a list.
  static func texts(_ texts: [String]) -> ReceiptValue { .list(texts.map { .text($0) }) }

  /// The whole document, with a newline at its end. Nothing in it acts on a terminal.
  var document: String {
    var text = ""
    write(to: &text, indent: 0)
    return text + "\n"
  }

  private func write(to text: inout String, indent: Int) {
    switch self {
    case .bool(let value): text += value ? "true" : "false"
    case .number(let value): text += String(value)
    case .text(let value): text += ReceiptValue.quoted(value)
    case .list(let values):
      ReceiptValue.block("[", "]", values.count, to: &text, indent) { index, text in
        values[index].write(to: &text, indent: indent + 1)
      }
    case .object(let members):
      ReceiptValue.block("{", "}", members.count, to: &text, indent) { index, text in
        text += ReceiptValue.quoted(members[index].0) + ": "
        members[index].1.write(to: &text, indent: indent + 1)
      }
    }
  }

  private static func block(
    _ open: String, _ close: String, _ count: Int, to text: inout String, _ indent: Int,
    _ item: (Int, inout String) -> Void
  ) {
    text += open
    for index in 0..<count {
      text += (index > 0 ? ",\n" : "\n") + String(repeating: "  ", count: indent + 1)
      item(index, &text)
    }
    if count > 0 { text += "\n" + String(repeating: "  ", count: indent) }
    text += close
  }

  /// A text in quotation marks.
  static func quoted(_ value: String) -> String {
    var text = "\""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      default:
        if isActive(scalar) {
          let digits = String(scalar.value, radix: 16)
          text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        } else {
          text.unicodeScalars.append(scalar)
        }
      }
    }
    return text + "\""
  }

  /// A text in which nothing acts on a terminal and which is one line.
  static func plain(_ value: String) -> String {
    var text = ""
    for scalar in value.unicodeScalars {
      if isActive(scalar) {
        text += "\\u{\(String(scalar.value, radix: 16))}"
      } else {
        text.unicodeScalars.append(scalar)
      }
    }
    return text
  }

  /// Control characters, and those that change directions or begin lines; all below 0x10000.
  private static func isActive(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7F..<0xA0, 0x61C, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069: true
    default: false
    }
  }
}
