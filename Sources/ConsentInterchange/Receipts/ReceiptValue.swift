import ConsentModel

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
    case .text(let value): text += value.quotedAsJSON
    case .list(let values):
      ReceiptValue.block("[", "]", values.count, to: &text, indent) { index, text in
        values[index].write(to: &text, indent: indent + 1)
      }
    case .object(let members):
      ReceiptValue.block("{", "}", members.count, to: &text, indent) { index, text in
        text += members[index].0.quotedAsJSON + ": "
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
}
