import ConsentModel
import ConsentSource

/// What the value of a key has to be in a file of a study or an instrument.
public enum ValueType: Hashable, Sendable {
  /// A name: small letters, digits, `-` and `_`, at most 64.
  case name
  /// A list of names, each once.
  case names
  /// Any text that is not empty.
  case text
  /// A list of texts.
  case texts
  /// The key of a text: names joined by dots.
  case textKey
  /// A list of keys of texts, so many at least and at most.
  case textKeys(ClosedRange<Int>)
  /// `yes` or `no`.
  case flag
  /// A whole number between two bounds.
  case integer(ClosedRange<Int>)
  /// One of these words.
  case word([String])
  /// A list of these words.
  case words([String])
  /// A day, `YYYY-MM-DD`.
  case day
  /// A mapping.
  case mapping
  /// A mapping, or the word `no`.
  case mappingOrNo
  /// A list of anything.
  case list
  /// Something that is read where it is used.
  case any

  /// What is expected, for messages and references.
  public var words: String {
    switch self {
    case .name: "a name"
    case .names: "a list of names"
    case .text: "text"
    case .texts: "a list of texts"
    case .textKey: "key of a text"
    case .textKeys: "a list of keys of texts"
    case .flag: "`yes` or `no`"
    case .integer(let range): "a number \(range.lowerBound)...\(range.upperBound)"
    case .word(let words): words.map { "`\($0)`" }.joined(separator: ", ")
    case .words(let words): "a list of " + words.map { "`\($0)`" }.joined(separator: ", ")
    case .day: "a day, `YYYY-MM-DD`"
    case .mapping: "a mapping"
    case .mappingOrNo: "a mapping, or `no`"
    case .list: "a list"
    case .any: "see the text"
    }
  }

  /// Everything that is wrong with a node as a value of this type; empty when it is one.
  func problems(of node: Node, key: String) -> [Diagnostic] {
    let text = node.scalar ?? ""
    func wrong(_ hint: String? = nil) -> [Diagnostic] {
      let shown = text.isEmpty ? node.kindWord : "`\(String(text.prefix(40)))`"
      return [Diagnostic(at: node.mark, "`\(key)` has to be \(words), not \(shown)", hint: hint)]
    }
    func each(_ type: ValueType) -> [Diagnostic] {
      node.sequence.map { $0.flatMap { type.problems(of: $0, key: key) } } ?? wrong("write `[a, b]`")
    }
    switch self {
    case .any: return []
    case .mapping: return node.mapping == nil ? wrong() : []
    case .mappingOrNo: return node.mapping == nil && text != "no" ? wrong() : []
    case .list: return node.sequence == nil ? wrong() : []
    case .text: return text.isEmpty ? wrong() : []
    case .texts: return each(.text)
    case .name: return Spelling.isName(text) ? [] : wrong("small letters, digits, `-` and `_`")
    case .textKey: return Spelling.isTextKey(text) ? [] : wrong("small letters, digits, `.`, `-` and `_`")
    case .names:
      var found = each(.name)
      var seen: Set<String> = []
      for item in node.sequence ?? [] {
        guard let name = item.scalar, !seen.insert(name).inserted else { continue }
        found.append(Diagnostic(at: item.mark, "`\(name)` is in `\(key)` twice", hint: "remove one of the two"))
      }
      return found
    case .textKeys(let count):
      guard let items = node.sequence else { return wrong("write `[a, b]`") }
      guard count.contains(items.count) else {
        let words = "`\(key)` has to have \(count.lowerBound)...\(count.upperBound) keys of texts"
        return [Diagnostic(at: node.mark, "\(words), not \(items.count)")]
      }
      return each(.textKey)
    case .flag: return Spelling.flag(text) == nil ? wrong() : []
    case .integer(let range): return Spelling.integer(text).map(range.contains) == true ? [] : wrong()
    case .word(let words):
      if words.contains(text) { return [] }
      return wrong(Nearest.name(to: text, among: words).map { "did you mean `\($0)`?" })
    case .words(let words): return each(.word(words))
    case .day: return Day(text) == nil ? wrong("for example 2025-09-28") : []
    }
  }
}

/// How names and values are spelt in the files, the same as in screen files.
public enum Spelling {
  /// Whether it is a name: small letters, digits, `-` and `_`, not beginning with a sign, at most 64.
  public static func isName(_ text: some StringProtocol) -> Bool {
    let bytes = text.utf8
    guard let first = bytes.first, bytes.count <= 64, first != 0x2D, first != 0x5F else { return false }
    return bytes.allSatisfy { (0x61...0x7A).contains($0) || isDigit($0) || $0 == 0x2D || $0 == 0x5F }
  }

  /// Whether it is the key of a text: names joined by dots, at most 128.
  public static func isTextKey(_ text: String) -> Bool {
    text.utf8.count <= 128 && text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { isName($0) }
  }

  /// `yes` and `true`, `no` and `false`; nil for anything else.
  public static func flag(_ text: String) -> Bool? {
    switch text {
    case "yes", "true": true
    case "no", "false": false
    default: nil
    }
  }

  /// A whole number in decimal digits without leading zeros, within 32 bits; nil for anything else.
  public static func integer(_ text: some StringProtocol) -> Int? {
    let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
    guard !digits.isEmpty, digits.utf8.count <= 10, digits.utf8.allSatisfy(isDigit),
      digits.utf8.count == 1 || digits.utf8.first != 0x30, let value = Int(text), Int32(exactly: value) != nil
    else { return nil }
    return value
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
