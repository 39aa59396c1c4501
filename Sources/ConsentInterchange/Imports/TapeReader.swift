import ConsentModel

/// Reads a tape of vhs: what it types and presses, and how long it sleeps. Every other command is named as not imported.
///
/// A tape has its size in pixels; ours may say `# cols: 80 rows: 24`.
struct TapeReader {
  private let file: [Substring]
  private var time: Int64 = 0
  private var pace: Int64 = 50_000
  private var size: Size?
  private var events: [Event] = []
  private var problems: [ImportProblem] = []

  /// A tape may press so many keys.
  private static let maximumEvents = 1_000_000

  private static let keys: [String: Key] = [
    "Enter": .enter, "Space": .space, "Tab": .tab, "Backspace": .backspace, "Delete": .delete, "Insert": .insert,
    "Escape": .escape, "Up": .up, "Down": .down, "Left": .left, "Right": .right, "PageUp": .pageUp,
    "PageDown": .pageDown, "End": .end, "Home": .home,
  ]

  /// Reads a tape; keys come at its own pace, the first one after that.
  static func read(_ bytes: [UInt8]) throws(ImportProblem) -> ImportedInput {
    let text = String(decoding: bytes, as: UTF8.self)
    var reader = TapeReader(file: text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" })
    for (index, line) in reader.file.enumerated() {
      try reader.line(line, index + 1)
      guard reader.events.count <= maximumEvents else {
        throw ImportProblem(line: index + 1, "more than \(maximumEvents) keys")
      }
    }
    guard !reader.events.isEmpty else { throw ImportProblem(line: reader.file.count, "the tape presses no key") }
    return ImportedInput(
      format: .tape, events: reader.events, end: SessionTime(microseconds: reader.time), size: reader.size,
      terminal: nil,
      started: nil, problems: reader.problems)
  }

  private init(file: [Substring]) { self.file = file }

  private mutating func line(_ line: Substring, _ number: Int) throws(ImportProblem) {
    let indent = line.prefix { $0 == " " || $0 == "\t" }.count
    let text = line.dropFirst(indent)
    guard !text.isEmpty else { return }
    if text.hasPrefix("#") { return comment(text, number) }
    let word = text.prefix { $0 != " " && $0 != "\t" }
    let rest = text.dropFirst(word.count).drop { $0 == " " || $0 == "\t" }
    let column = indent + 1
    let parts = word.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
    var pace = self.pace
    if parts.count == 2 {
      guard let given = TapeReader.duration(parts[1]) else {
        throw ImportProblem(line: number, column: column, "`\(parts[1].prefix(40))` is no time such as 50ms or 1s")
      }
      pace = given
    }
    switch String(parts[0]) {
    case "Type":
      guard let typed = TapeReader.quoted(rest) else {
        throw ImportProblem(line: number, column: column, "`Type` is followed by a text in quotation marks")
      }
      for scalar in typed.unicodeScalars { press(scalar == "\n" ? .enter : Key(scalar), after: pace) }
    case "Sleep":
      guard let length = TapeReader.duration(rest) else {
        throw ImportProblem(line: number, column: column, "`Sleep` is followed by a time such as 500ms or 2s")
      }
      time += length
    case "Set": set(rest, number, column)
    default: try press(String(parts[0]), rest, pace, number, column)
    }
  }

  private mutating func press(
    _ name: String, _ rest: Substring, _ pace: Int64, _ number: Int, _ column: Int
  ) throws(ImportProblem) {
    guard let key = TapeReader.key(name) else {
      problems.append(ImportProblem(line: number, column: column, "`\(name.prefix(40))` is not imported"))
      return
    }
    var count = 1
    if !rest.isEmpty {
      guard let given = Int(rest.prefix { $0 != " " }), (1...TapeReader.maximumEvents).contains(given) else {
        throw ImportProblem(line: number, column: column, "a key is followed by how often it is pressed, from 1")
      }
      count = given
    }
    for _ in 0..<count { press(key, after: pace) }
  }

  private mutating func press(_ key: Key, after pace: Int64) {
    time += pace
    events.append(Event(at: SessionTime(microseconds: time), .key(key)))
  }

  private static func key(_ name: String) -> Key? {
    var key: Key?
    var modifiers: Key.Modifiers = []
    let parts = name.split(separator: "+", omittingEmptySubsequences: false).map(String.init)
    for (index, part) in parts.enumerated() {
      switch part {
      case "Ctrl": modifiers.insert(.control)
      case "Alt": modifiers.insert(.alt)
      case "Shift": modifiers.insert(.shift)
      default:
        guard index == parts.count - 1 else { return nil }
        // Control is sent with small letters.
        if let named = keys[part] {
          key = named
        } else if parts.count > 1, part.unicodeScalars.count == 1, let scalar = part.lowercased().unicodeScalars.first {
          key = Key(scalar)
        }
      }
    }
    guard var found = key else { return nil }
    found.modifiers = modifiers
    return found
  }

  private mutating func set(_ rest: Substring, _ number: Int, _ column: Int) {
    let words = rest.split(separator: " ").map(String.init)
    if words.count == 2, words[0] == "TypingSpeed", let pace = TapeReader.duration(words[1]) {
      self.pace = pace
      return
    }
    problems.append(ImportProblem(line: number, column: column, "`Set \(words.first ?? "")` is not imported"))
  }

  private mutating func comment(_ text: Substring, _ number: Int) {
    let words = text.dropFirst().split(separator: " ")
    guard words.count == 4, words[0] == "cols:", words[2] == "rows:", let columns = Int(words[1]),
      let rows = Int(words[3])
    else { return }
    guard (1...1000).contains(columns), (1...1000).contains(rows) else {
      problems.append(ImportProblem(line: number, "a size is 1 to 1000 columns and rows"))
      return
    }
    size = Size(columns: columns, rows: rows)
  }

  /// A time such as `500ms`, `1.5s`, `2m` or bare seconds, in microseconds; nil for anything else and for over a day.
  static func duration(_ text: some StringProtocol) -> Int64? {
    let digits = text.prefix { $0.isNumber || $0 == "." }
    let factor: Int64
    switch String(text.dropFirst(digits.count)) {
    case "ms": factor = 1
    case "s", "": factor = 1000
    case "m": factor = 60_000
    default: return nil
    }
    guard let whole = RecordedTime.microseconds(digits.hasPrefix(".") ? "0" + String(digits) : String(digits)),
      whole <= 86_400_000_000
    else { return nil }
    let length = whole * factor / 1000
    return length <= 86_400_000_000 ? length : nil
  }

  /// A text between equal quotation marks, in which nothing is escaped.
  private static func quoted(_ text: Substring) -> Substring? {
    guard let mark = text.first, mark == "\"" || mark == "'" || mark == "`" else { return nil }
    let inner = text.dropFirst()
    guard let end = inner.lastIndex(of: mark) else { return nil }
    return inner[..<end]
  }
}
