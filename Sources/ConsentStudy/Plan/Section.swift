import ConsentModel
import ConsentSource

/// A mapping of study.yaml being read: unknown keys are told with the nearest name, missing ones with what they mean, and
/// what is wrong with one value keeps no other from being read.
struct Section {
  /// Where it begins.
  let mark: Mark
  private let what: String
  private var values: [String: Node] = [:]

  /// A mapping with these keys.
  ///
  /// - Parameters:
  ///   - node: the mapping.
  ///   - what: what it is called in messages.
  ///   - required: keys without which it says too little.
  ///   - optional: the other keys that it may have.
  init(_ node: Node, _ what: String, required: [String], optional: [String] = [], into found: inout [Diagnostic]) {
    mark = node.mark
    self.what = what
    guard let entries = node.mapping else {
      found.append(
        Diagnostic(at: node.mark, "\(what) has to be a mapping, not \(node.kindWord)", hint: "write `name: value`"))
      return
    }
    let known = required + optional
    for entry in entries {
      if known.contains(entry.key) {
        values[entry.key] = entry.value
      } else {
        let hint = Nearest.hint(for: entry.key, among: known)
        found.append(Diagnostic(at: entry.mark, "unknown key `\(entry.key)` in \(what)", hint: hint))
      }
    }
    for key in required where values[key] == nil {
      found.append(Diagnostic(at: node.mark, "\(what) needs `\(key)`"))
    }
  }

  subscript(key: String) -> Node? { values[key] }

  /// Where a value stands, or where the mapping begins.
  func mark(of key: String) -> Mark { values[key]?.mark ?? mark }

  /// A text; nil when it is missing or no text.
  func text(_ key: String, into found: inout [Diagnostic]) -> String? {
    guard let node = values[key] else { return nil }
    guard let text = node.scalar else {
      found.append(Diagnostic(at: node.mark, "`\(key)` has to be text, not \(node.kindWord)"))
      return nil
    }
    return text
  }

  /// One of some words.
  func word<Word: RawRepresentable & CaseIterable>(
    _ key: String, as type: Word.Type, into found: inout [Diagnostic]
  ) -> Word? where Word.RawValue == String {
    word(key, among: Word.allCases.map { ($0.rawValue, $0) }, into: &found)
  }

  /// One of some words, each with what it stands for.
  func word<Meaning>(_ key: String, among words: [(String, Meaning)], into found: inout [Diagnostic]) -> Meaning? {
    guard let text = text(key, into: &found) else { return nil }
    if let word = words.first(where: { $0.0 == text }) { return word.1 }
    let hint = Nearest.hint(for: text, among: words.map(\.0))
    found.append(Diagnostic(at: mark(of: key), "`\(key)` cannot be `\(text)`", hint: hint))
    return nil
  }

  /// `yes` or `no`.
  func flag(_ key: String, into found: inout [Diagnostic]) -> Bool? {
    word(key, among: [("yes", true), ("no", false)], into: &found)
  }

  /// A whole number in a range.
  func number(_ key: String, in range: ClosedRange<Int>, into found: inout [Diagnostic]) -> Int? {
    guard let text = text(key, into: &found) else { return nil }
    if let number = Int(text), range.contains(number), String(number) == text { return number }
    found.append(
      Diagnostic(
        at: mark(of: key), "`\(key)` has to be a whole number from \(range.lowerBound) to \(range.upperBound)",
        hint: "it is `\(text)`"))
    return nil
  }

  /// Whole numbers in a range.
  func numbers(_ key: String, in range: ClosedRange<Int>, into found: inout [Diagnostic]) -> [Int]? {
    guard let node = values[key] else { return nil }
    let numbers = node.sequence?.map { $0.scalar.flatMap(Int.init) }
    if let numbers, !numbers.isEmpty, numbers.allSatisfy({ $0.map(range.contains) ?? false }) {
      return numbers.compactMap { $0 }
    }
    found.append(
      Diagnostic(
        at: node.mark, "`\(key)` has to be a list of whole numbers from \(range.lowerBound) to \(range.upperBound)",
        hint: "for example [\(range.lowerBound), \(min(range.upperBound, range.lowerBound + 1))]"))
    return nil
  }

  /// A list of texts, each with its place.
  func list(_ key: String, into found: inout [Diagnostic]) -> [(text: String, mark: Mark)]? {
    guard let node = values[key] else { return nil }
    guard let items = node.sequence else {
      found.append(Diagnostic(at: node.mark, "`\(key)` has to be a list, not \(node.kindWord)", hint: "write `[a, b]`"))
      return nil
    }
    return items.compactMap { item in
      if let text = item.scalar { return (text, item.mark) }
      found.append(Diagnostic(at: item.mark, "an item of `\(key)` has to be text, not \(item.kindWord)"))
      return nil
    }
  }

  /// Columns and rows, `80x24`.
  func size(_ key: String, into found: inout [Diagnostic]) -> Size? {
    guard let text = text(key, into: &found) else { return nil }
    let parts = text.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    if parts.count == 2, let columns = parts[0], let rows = parts[1], (1...1000).contains(columns),
      (1...1000).contains(rows)
    {
      return Size(columns: columns, rows: rows)
    }
    found.append(Diagnostic(at: mark(of: key), "`\(key)` has to be a size, not `\(text)`", hint: "for example 80x24"))
    return nil
  }

  /// A day, `YYYY-MM-DD`.
  func day(_ key: String, into found: inout [Diagnostic]) -> Day? {
    guard let text = text(key, into: &found) else { return nil }
    if let day = Day(text) { return day }
    found.append(Diagnostic(at: mark(of: key), "`\(key)` has to be a day, not `\(text)`", hint: "write YYYY-MM-DD"))
    return nil
  }
}
