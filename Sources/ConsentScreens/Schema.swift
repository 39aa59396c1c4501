import ConsentModel
import ConsentSource

/// Everything that may stand in a screen file: one table drives reading, hints and the reference in
/// `screens/README.md`.
public enum Schema {
  /// Where a key may stand.
  public enum Place: String, CaseIterable, Sendable {
    case flow = "flow.yaml"
    case part = "flow.yaml of a part"
    case dates = "dates"
    case term = "terms.x"
    case variable = "variables.x"
    case style = "styles.x"
    case signs = "signs"
    case linear = "linear"
    case stop = "stop"
    case screen = "screen file"
    case timer = "timer"
    case branch = "branch"
    case step = "step"
    case text, gap, rule, button, `switch`, link, list, option, row, scroll, field, number, slider
    case pack = "text/x.yaml"
    case reviewed = "reviewed"
    case factor = "factors/x.yaml"
    case check = "check"
    case level = "levels.x"
    case impossible = "impossible"
    case patchFlow = "patch, flow"
    case patchVariable = "patch, flow.variables.x"
    case patchDates = "patch, flow.dates"
    case patchScreen = "patch, screen"
    case patchElement = "patch, element"
    case place = "place"
    case policy = "policy.yaml"
    case policyRow = "rows of policy.yaml"
    case properties = "properties.yaml"
    case property = "properties of properties.yaml"

    /// The kinds of elements, in the order of the reference.
    static let elements: [Place] =
      [.text, .gap, .rule, .button, .switch, .link, .list, .option, .row, .scroll] + blanks
    /// Those into which something is entered.
    static let blanks: [Place] = [.field, .number, .slider]
  }

  /// What a key's value has to be.
  public enum ValueType: Hashable, Sendable {
    /// A name: small letters, digits, `-`, `_`.
    case name
    /// A list of names.
    case names
    /// Any text that is not empty.
    case string
    /// The key of a text.
    case textKey
    /// A list of keys of texts, so many of them at least and at most.
    case textKeys(Int, Int)
    /// `yes` or `no`.
    case flag
    /// A whole number between two bounds.
    case integer(Int, Int)
    /// One of these words.
    case word([String])
    /// A list of these words.
    case words([String])
    /// A day, `YYYY-MM-DD`.
    case date
    /// A colour, `#rrggbb`.
    case colour
    /// A mapping whose keys the author chooses, or that has a table of its own.
    case mapping
    /// A mapping that has a table of its own, or the word `no`.
    case mappingOrNo
    /// A list whose items have a table of their own.
    case list
    /// A list of branches, or of steps.
    case branches
    /// Something that is read where it is used.
    case any
  }

  /// One key.
  public struct Key: Sendable {
    /// Its name.
    public var name: String
    /// Where it may stand.
    public var places: [Place]
    /// What its value has to be.
    public var type: ValueType
    /// Whether it has to be there.
    public var isRequired: Bool
    /// What it means, in one sentence without a full stop.
    public var doc: String
  }

  /// The keys of a place by name.
  static func keys(of place: Place) -> [String: Key] { byPlace[place] ?? [:] }

  private static let byPlace: [Place: [String: Key]] = {
    var result: [Place: [String: Key]] = [:]
    for key in table {
      for place in key.places { result[place, default: [:]][key.name] = key }
    }
    return result
  }()

  /// The table as Markdown, as it stands between the markers in `screens/README.md`.
  public static func markdown() -> String {
    var text = "| key | stands in | value | meaning |\n|---|---|---|---|\n"
    for key in table {
      let isElement = Set(Place.elements).isSubset(of: key.places)
      let rest = key.places.filter { !isElement || !Place.elements.contains($0) }.map(\.rawValue)
      let places = (isElement ? ["every element"] : []) + rest
      let need = key.isRequired ? "**" : ""
      text += "| \(need)`\(key.name)`\(need) | \(places.joined(separator: ", ")) | \(key.type.words) | \(key.doc) |\n"
    }
    return text
  }
}

extension Schema.ValueType {
  /// What is expected, for messages and for the reference.
  var words: String {
    switch self {
    case .name: "a name"
    case .names: "a list of names"
    case .string: "text"
    case .textKey: "key of a text"
    case .textKeys(let least, let most): least == most ? "\(least) keys of texts" : "a list of keys of texts"
    case .flag: "`yes` or `no`"
    case .integer(let low, let high): "a number \(low)...\(high)"
    case .word(let words): words.map { "`\($0)`" }.joined(separator: ", ")
    case .words(let words): "a list of " + words.map { "`\($0)`" }.joined(separator: ", ")
    case .date: "a day, `YYYY-MM-DD`"
    case .colour: "a colour, `#rrggbb`"
    case .mapping: "a mapping"
    case .mappingOrNo: "a mapping, or `no`"
    case .list: "a list"
    case .branches: "a list of branches or steps"
    case .any: "see the text"
    }
  }

  /// The problem with a node as a value of this type, or nil.
  func problem(with node: Node, key: String) -> Diagnostic? {
    func wrong(_ hint: String? = nil, at mark: Mark? = nil) -> Diagnostic {
      Diagnostic(at: mark ?? node.mark, "`\(key)` has to be \(words), not \(shown(node))", hint: hint)
    }
    switch self {
    case .any: return nil
    case .mapping: return node.mapping == nil ? wrong() : nil
    case .mappingOrNo: return node.mapping == nil && node.scalar != "no" ? wrong() : nil
    case .list, .branches: return node.sequence == nil ? wrong() : nil
    case .string:
      guard let text = node.scalar, !text.isEmpty else { return wrong() }
      return nil
    case .name:
      guard let text = node.scalar, isName(text) else { return wrong("small letters, digits, `-` and `_`") }
      return nil
    case .textKey:
      guard let text = node.scalar, isTextKey(text) else { return wrong("small letters, digits, `.`, `-` and `_`") }
      return nil
    case .names:
      guard let items = node.sequence else { return wrong("write `[a, b]`") }
      return items.lazy.compactMap { ValueTypes.name.problem(with: $0, key: key) }.first
    case .textKeys(let least, let most):
      guard let items = node.sequence, (least...most).contains(items.count) else { return wrong("write `[a, b]`") }
      return items.lazy.compactMap { ValueTypes.textKey.problem(with: $0, key: key) }.first
    case .flag:
      guard let text = node.scalar, yesOrNo(text) != nil else { return wrong() }
      return nil
    case .integer(let low, let high):
      guard let text = node.scalar, let number = wholeNumber(text), (low...high).contains(number) else {
        return wrong()
      }
      return nil
    case .word(let words):
      guard let text = node.scalar, words.contains(text) else {
        return wrong(node.scalar.flatMap { Nearest.name(to: $0, among: words) }.map { "did you mean `\($0)`?" })
      }
      return nil
    case .words(let words):
      guard let items = node.sequence else { return wrong("write `[a, b]`") }
      return items.lazy.compactMap { Schema.ValueType.word(words).problem(with: $0, key: key) }.first
    case .date:
      guard let text = node.scalar, Day(text) != nil else { return wrong("for example 2025-09-28") }
      return nil
    case .colour:
      guard let text = node.scalar, rgb(text) != nil else { return wrong("for example \"#1f1f1f\", in quotes") }
      return nil
    }
  }

  private func shown(_ node: Node) -> String {
    guard let text = node.scalar, !text.isEmpty else { return node.kindWord }
    return "`\(String(text.prefix(40)))`"
  }
}

private enum ValueTypes {
  static let name = Schema.ValueType.name
  static let textKey = Schema.ValueType.textKey
}

/// Whether the text is a name: `[a-z0-9][a-z0-9_-]*`, at most 64 long.
func isName(_ text: some StringProtocol) -> Bool {
  let bytes = text.utf8
  guard let first = bytes.first, bytes.count <= 64, first != 0x2D, first != 0x5F else { return false }
  return bytes.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D || $0 == 0x5F }
}

/// Whether the text is a key of a text: names joined by dots, at most 128 long.
func isTextKey(_ text: String) -> Bool {
  text.utf8.count <= 128 && !text.isEmpty
    && text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { isName($0) }
}

/// `yes` and `true`, `no` and `false`.
func yesOrNo(_ text: String) -> Bool? {
  switch text {
  case "yes", "true": true
  case "no", "false": false
  default: nil
  }
}

/// A whole number in decimal digits, without leading zeros, within 32 bits.
func wholeNumber(_ text: some StringProtocol) -> Int? {
  let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
  guard !digits.isEmpty, digits.utf8.count <= 10, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
    digits.utf8.count == 1 || digits.utf8.first != 0x30, let value = Int(text), Int32(exactly: value) != nil
  else { return nil }
  return value
}

/// A colour `#rrggbb`.
func rgb(_ text: String) -> UInt32? {
  guard text.utf8.count == 7, text.utf8.first == 0x23 else { return nil }
  let digits = text.dropFirst()
  guard
    digits.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) || (0x41...0x46).contains($0) })
  else { return nil }
  return UInt32(digits, radix: 16)
}
