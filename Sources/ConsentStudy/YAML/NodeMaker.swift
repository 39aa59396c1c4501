import ConsentSource

/// Makes nodes that say where they come from: what is generated is told to its author at the place that asked for it.
struct NodeMaker {
  /// The place that every node carries.
  let mark: Mark

  init(_ mark: Mark) { self.mark = mark }

  /// Text.
  func text(_ text: String) -> Node { Node(mark: mark, .scalar(text)) }

  /// A number.
  func number(_ number: Int) -> Node { text(String(number)) }

  /// A list of texts.
  func texts(_ texts: [String]) -> Node { list(texts.map(text)) }

  /// A list.
  func list(_ items: [Node]) -> Node { Node(mark: mark, .sequence(items)) }

  /// A mapping in this order.
  func map(_ entries: KeyValuePairs<String, Node>) -> Node { map(entries.map { ($0.key, $0.value) }) }

  /// A mapping in this order.
  func map(_ entries: [(String, Node)]) -> Node {
    Node(mark: mark, .mapping(entries.map { Node.Entry(key: $0.0, mark: mark, value: $0.1) }))
  }

  /// A step or a part with one key.
  func one(_ key: String, _ value: Node) -> Node { map([(key, value)]) }

  /// A step `set: {variable: value}`.
  func set(_ variable: String, _ value: String) -> Node { one("set", one(variable, text(value))) }

  /// A step `go: screen`.
  func go(_ screen: String) -> Node { one("go", text(screen)) }
}

extension Node {
  /// The node as the text of a YAML file; reading it gives the same node, but for the marks.
  public func yaml() -> String {
    var text = ""
    write(into: &text, indent: 0)
    return text
  }

  /// In one line: `{a: b, c: [d]}`.
  private var inline: String {
    switch content {
    case .scalar(let text): Node.quoted(text)
    case .sequence(let items): "[" + items.map(\.inline).joined(separator: ", ") + "]"
    case .mapping(let entries):
      "{" + entries.map { "\(Node.quoted($0.key)): \($0.value.inline)" }.joined(separator: ", ") + "}"
    }
  }

  private func write(into text: inout String, indent: Int) {
    let space = String(repeating: " ", count: indent)
    switch content {
    case .scalar: text += space + inline + "\n"
    case .sequence(let items):
      for item in items { text += "\(space)- \(item.inline)\n" }
    case .mapping(let entries):
      for entry in entries {
        let line = "\(space)\(Node.quoted(entry.key)): \(entry.value.inline)"
        let isLong = line.unicodeScalars.count > 110
        switch entry.value.content {
        case .sequence(let items) where isLong || items.contains { $0.mapping != nil }:
          text += "\(space)\(Node.quoted(entry.key)):\n"
          entry.value.write(into: &text, indent: indent + 2)
        case .mapping(let parts) where isLong || parts.contains { $0.value.mapping != nil }:
          text += "\(space)\(Node.quoted(entry.key)):\n"
          entry.value.write(into: &text, indent: indent + 2)
        case .scalar, .sequence, .mapping: text += line + "\n"
        }
      }
    }
  }

  private static func quoted(_ text: String) -> String {
    let isPlain =
      !text.isEmpty
      && text.utf8.allSatisfy { byte in
        (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || [0x2D, 0x2E, 0x2F, 0x5F].contains(byte)
      } && text.utf8.first != 0x2D
    if isPlain { return text }
    var quoted = "\""
    for character in text {
      switch character {
      case "\\": quoted += "\\\\"
      case "\"": quoted += "\\\""
      case "\n": quoted += "\\n"
      default: quoted.append(character)
      }
    }
    return quoted + "\""
  }
}
