import ConsentModel

/// A value that is written as JSON; objects keep their order.
indirect enum JSON {
  case null
  case bool(Bool)
  case number(Int64)
  /// A number with a fraction; all its digits, and null where JSON has none for it.
  case real(Double)
  case text(String)
  case array([JSON])
  case object([(String, JSON)])

  /// A text, or null.
  init(_ text: String?) { self = text.map { .text($0) } ?? .null }

  /// The value in one line. Control characters are escaped, so that it may go to a terminal.
  var line: String {
    var text = ""
    write(to: &text)
    return text
  }

  private func write(to text: inout String) {
    switch self {
    case .null: text += "null"
    case .bool(let value): text += value ? "true" : "false"
    case .real(let value): text += value.isFinite ? "\(value)" : "null"
    case .number(let value): text += String(value)
    case .text(let value): text.append(quoted: value)
    case .array(let values):
      text += "["
      for (index, value) in values.enumerated() {
        if index > 0 { text += "," }
        value.write(to: &text)
      }
      text += "]"
    case .object(let members):
      text += "{"
      for (index, (key, value)) in members.enumerated() {
        if index > 0 { text += "," }
        text.append(quoted: key)
        text += ":"
        value.write(to: &text)
      }
      text += "}"
    }
  }
}
