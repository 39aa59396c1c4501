extension Unicode.Scalar {
  /// Whether it does something to a terminal, or to the text around it, instead of being shown: controls, line and paragraph
  /// separators, marks, embeddings, overrides and isolates of direction. All of them lie below 0x10000.
  public var isActive: Bool {
    switch value {
    case 0..<0x20, 0x7F..<0xA0, 0x61C, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069: true
    default: false
    }
  }
}

extension String {
  /// Appends a text in quotation marks as JSON has it; what is active is escaped, so that it may go to a terminal.
  public mutating func append(quoted value: some StringProtocol) {
    append("\"")
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"": append("\\\"")
      case "\\": append("\\\\")
      case "\n": append("\\n")
      case "\t": append("\\t")
      default:
        if scalar.isActive {
          let digits = String(scalar.value, radix: 16)
          append("\\u" + String(repeating: "0", count: 4 - digits.count) + digits)
        } else {
          unicodeScalars.append(scalar)
        }
      }
    }
    append("\"")
  }

  /// The text in quotation marks as JSON has it, with what is active escaped.
  public var quotedAsJSON: String {
    var text = ""
    text.append(quoted: self)
    return text
  }

  /// The text as one line in which nothing is active: `\u{1b}` stands for an escape.
  public var inert: String {
    guard unicodeScalars.contains(where: \.isActive) else { return self }
    var text = ""
    for scalar in unicodeScalars {
      if scalar.isActive {
        text += "\\u{\(String(scalar.value, radix: 16))}"
      } else {
        text.unicodeScalars.append(scalar)
      }
    }
    return text
  }
}
