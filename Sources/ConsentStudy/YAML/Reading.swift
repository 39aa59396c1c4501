import ConsentModel
import ConsentSource

/// Collects what is wrong while files are read, so that all of it can be told at once.
public final class Findings {
  /// What was found until now, in the order of finding.
  public private(set) var diagnostics: [Diagnostic] = []

  /// Nothing found yet.
  public init() {}

  /// Something that keeps a file from being used.
  public func error(at mark: Mark, _ message: String, hint: String? = nil) {
    diagnostics.append(Diagnostic(.error, at: mark, message, hint: hint))
  }

  /// Something that is probably not meant.
  public func warning(at mark: Mark, _ message: String, hint: String? = nil) {
    diagnostics.append(Diagnostic(.warning, at: mark, message, hint: hint))
  }

  /// What another reader found.
  public func add(_ more: [Diagnostic]) { diagnostics += more }

  /// A name that nothing has; the hint is the nearest one that there is.
  ///
  /// - Parameters:
  ///   - what: what it should be, for example `item`.
  ///   - name: the name as it is written.
  ///   - names: those that there are.
  public func missing(_ what: String, _ name: Marked<String>, among names: some Sequence<String>) {
    error(
      at: name.mark, "there is no \(what) `\(name.value)`", hint: Nearest.hint(for: name.value, among: names))
  }
}

/// A value and where it is written.
public struct Marked<Value> {
  /// The value.
  public var value: Value
  /// Where it is written.
  public var mark: Mark

  /// A value that is written at a place.
  public init(_ value: Value, at mark: Mark) {
    self.value = value
    self.mark = mark
  }
}

extension Marked: Equatable where Value: Equatable {}
extension Marked: Hashable where Value: Hashable {}
extension Marked: Sendable where Value: Sendable {}

/// The keys that may stand in one kind of mapping: reading, hints and references follow from it.
public struct KeyTable: Sendable {
  /// One key.
  public struct Key: Sendable {
    /// Its name.
    public var name: String
    /// What its value has to be.
    public var type: ValueType
    /// Whether it has to be there.
    public var isRequired: Bool
    /// What it means, one sentence without a full stop.
    public var doc: String

    /// A key that may be left out.
    public static func optional(_ name: String, _ type: ValueType, _ doc: String) -> Key {
      Key(name: name, type: type, isRequired: false, doc: doc)
    }

    /// A key that has to be there.
    public static func required(_ name: String, _ type: ValueType, _ doc: String) -> Key {
      Key(name: name, type: type, isRequired: true, doc: doc)
    }
  }

  /// What a mapping of this kind is called in messages, for example `an item`.
  public var what: String
  /// Its keys in the order of the reference.
  public var keys: [Key]

  /// A kind of mapping.
  public init(_ what: String, _ keys: [Key]) {
    self.what = what
    self.keys = keys
  }

  /// The table as rows of Markdown: key, value, meaning; required keys are bold.
  public func markdown() -> String {
    keys.reduce(into: "") { text, key in
      let need = key.isRequired ? "**" : ""
      text += "| \(need)`\(key.name)`\(need) | \(key.type.words) | \(key.doc) |\n"
    }
  }
}

/// The parts of a mapping that passed its table: known names with values of the right type.
///
/// ```swift
/// guard let fields = Reading(node, table, findings) else { return nil }
/// let title = fields.string("title") ?? ""
/// ```
public struct Reading {
  /// Where the mapping begins.
  public let mark: Mark
  private var entries: [String: Node.Entry] = [:]

  /// Reads a mapping; what does not pass is reported and left out. Nil when it is no mapping.
  public init?(_ node: Node, _ table: KeyTable, _ findings: Findings) {
    mark = node.mark
    guard let all = node.mapping else {
      findings.error(
        at: node.mark, "\(table.what) has to be a mapping, not \(node.kindWord)", hint: "write `name: value`")
      return nil
    }
    for entry in all {
      guard let key = table.keys.first(where: { $0.name == entry.key }) else {
        let hint = Nearest.hint(for: entry.key, among: table.keys.map(\.name))
        findings.error(at: entry.mark, "unknown key `\(entry.key)` in \(table.what)", hint: hint)
        continue
      }
      let problems = key.type.problems(of: entry.value, key: entry.key)
      findings.add(problems)
      if problems.isEmpty { entries[entry.key] = entry }
    }
    for key in table.keys where key.isRequired && !all.contains(where: { $0.key == key.name }) {
      findings.error(at: node.mark, "\(table.what) needs `\(key.name)`", hint: "\(key.doc): \(key.type.words)")
    }
  }

  /// Whether the key is there, with a value that passed.
  public func has(_ key: String) -> Bool { entries[key] != nil }
  /// Where the key is written, or where the mapping begins when it is not there.
  public func mark(of key: String) -> Mark { entries[key]?.mark ?? mark }
  /// The value as it is, or nil.
  public func node(_ key: String) -> Node? { entries[key]?.value }
  /// The text, name or word, or nil.
  public func string(_ key: String) -> String? { node(key)?.scalar }
  /// The text, name or word and where it is written, or nil.
  public func name(_ key: String) -> Marked<String>? { node(key).flatMap(Reading.name) }
  /// The items of a list of texts, names or words, each with its place, or nil.
  public func names(_ key: String) -> [Marked<String>]? { items(key)?.compactMap(Reading.name) }
  /// `yes` or `no`, or nil.
  public func flag(_ key: String) -> Bool? { string(key).flatMap(Spelling.flag) }
  /// The whole number, or nil.
  public func integer(_ key: String) -> Int? { string(key).flatMap { Spelling.integer($0) } }
  /// The day, or nil.
  public func day(_ key: String) -> Day? { string(key).flatMap { Day($0) } }
  /// The items of a list, or nil.
  public func items(_ key: String) -> [Node]? { node(key)?.sequence }
  /// The entries of a mapping in the order of the file, or nil.
  public func mapping(_ key: String) -> [Node.Entry]? { node(key)?.mapping }
  /// The word as a case of an enumeration whose raw values are the words, or nil.
  public func word<Word: RawRepresentable>(_ key: String, as: Word.Type) -> Word? where Word.RawValue == String {
    string(key).flatMap { Word(rawValue: $0) }
  }

  private static func name(_ node: Node) -> Marked<String>? {
    node.scalar.map { Marked($0, at: node.mark) }
  }
}
