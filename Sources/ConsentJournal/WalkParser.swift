import ConsentModel

extension Walk {
  /// Reads a walk; every problem is reported at once, and a walk with problems is not to be run.
  public static func parse(_ text: String, file: String) -> (Walk, [WalkProblem]) {
    var parser = WalkParser(file: file)
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      parser.read(line, number: index + 1)
    }
    if parser.walk.flow.isEmpty, parser.problems.isEmpty {
      parser.problems.append(WalkProblem(file, 1, "a walk begins with `flow: NAME`"))
    }
    return (parser.walk, parser.problems)
  }

  /// Reads a walk from a file, of at most 1 MiB.
  public static func load(_ path: String) throws(JournalError) -> (Walk, [WalkProblem]) {
    guard let bytes = try FileAccess.contents(of: path, limit: 1 << 20) else {
      throw .system("open", path: path, errno: 2)
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      return (Walk(file: path), [WalkProblem(path, 1, "not UTF-8")])
    }
    return parse(text, file: path)
  }
}

/// Reads walks line by line.
struct WalkParser {
  var walk: Walk
  var problems: [WalkProblem] = []
  private var line = 0
  private var seen: Set<String> = []

  private static let heads = [
    "flow", "set", "entry", "account", "date", "size", "presentation", "stop", "seed", "guard",
  ]
  private static let commands = [
    "key", "keys", "type", "wait", "settle", "pace", "click", "wheel", "resize", "paste", "choose", "leave", "expect",
    "expect-not", "expect-screen", "expect-focus", "expect-term", "expect-value", "expect-outcome", "expect-miss",
    "frame",
  ]

  init(file: String) { walk = Walk(file: file) }

  private mutating func report(_ message: String, hint: String? = nil) {
    problems.append(WalkProblem(walk.file, line, message, hint: hint))
  }

  private mutating func add(_ command: Walk.Command) { walk.steps.append(Walk.Step(line: line, command: command)) }

  /// A word or a text in quotes.
  private struct Word {
    var text: String
    var isQuoted: Bool
  }

  /// The words of a line up to a comment, or nil when a quote is open.
  private func words(_ line: Substring) -> [Word]? {
    var words: [Word] = []
    var rest = line.unicodeScalars[...]
    func isSpace(_ scalar: Unicode.Scalar) -> Bool { scalar == " " || scalar == "\t" || scalar == "\r" }
    while true {
      rest = rest.drop(while: isSpace)
      guard let first = rest.first, first != "#" else { return words }
      var text = String.UnicodeScalarView()
      if first == "\"" {
        rest = rest.dropFirst()
        while let scalar = rest.popFirst(), scalar != "\"" {
          if scalar == "\\", let escaped = rest.first, escaped == "\"" || escaped == "\\" {
            text.append(escaped)
            rest = rest.dropFirst()
          } else {
            text.append(scalar)
          }
          if rest.isEmpty { return nil }
        }
        words.append(Word(text: String(text), isQuoted: true))
      } else {
        while let scalar = rest.first, !isSpace(scalar) {
          text.append(scalar)
          rest = rest.dropFirst()
        }
        words.append(Word(text: String(text), isQuoted: false))
      }
    }
  }

  mutating func read(_ text: Substring, number: Int) {
    line = number
    guard let words = words(text) else { return report("the quotes are not closed") }
    guard let first = words.first else { return }
    let rest = Array(words.dropFirst())
    if !first.isQuoted, first.text.hasSuffix(":") {
      head(String(first.text.dropLast()), rest)
    } else {
      command(first.text, rest)
    }
  }

  // MARK: The head

  private mutating func head(_ name: String, _ rest: [Word]) {
    guard WalkParser.heads.contains(name) else {
      return report("no line `\(name):` in a walk", hint: NearestName.hint(name, WalkParser.heads))
    }
    guard rest.count == 1, let value = rest.first?.text, !value.isEmpty else {
      return report("`\(name):` takes one value")
    }
    guard walk.steps.isEmpty else { return report("`\(name):` stands before the first step") }
    guard name == "set" || seen.insert(name).inserted else { return report("`\(name):` stands here twice") }
    switch name {
    case "flow": walk.flow = value
    case "set":
      let parts = value.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { return report("`set:` takes factor=level") }
      let factor = String(parts[0])
      guard seen.insert("set \(factor)").inserted else { return report("the factor `\(factor)` is set twice") }
      walk.settings.append(FlowDefinition.FactorLevel(factor: factor, level: String(parts[1])))
    case "entry": walk.entry = value
    case "account": walk.account = value
    case "date":
      guard let day = Day(value) else { return report("`date:` takes a day as YYYY-MM-DD") }
      walk.date = day
    case "size":
      guard let size = size(value) else { return report("`size:` takes columns and rows as 80x24, 1 to 1000") }
      walk.size = size
    case "presentation":
      guard let presentation = Presentation.allCases.first(where: { $0.word == value }) else {
        return report("`presentation:` is `screen` or `linear`")
      }
      walk.presentation = presentation
    case "stop":
      guard value == "asks" || value == "leaves" else { return report("`stop:` is `asks` or `leaves`") }
      walk.asksBeforeStopping = value == "asks"
    case "seed":
      guard let seed = UInt64(value) else { return report("`seed:` takes a whole number") }
      walk.seed = seed
    default:
      guard let microseconds = duration(value), microseconds <= 10_000_000 else {
        return report("`guard:` takes a time up to 10s, for example 350ms")
      }
      walk.inputGuardMicroseconds = Int32(microseconds)
    }
  }

  private func size(_ text: String) -> Size? {
    guard let (columns, rows) = pair(text), (1...1000).contains(columns), (1...1000).contains(rows) else { return nil }
    return Size(columns: columns, rows: rows)
  }

  private func pair(_ text: String) -> (Int, Int)? {
    let parts = text.split(separator: "x", omittingEmptySubsequences: false)
    guard parts.count == 2, let first = Int(parts[0]), let second = Int(parts[1]) else { return nil }
    return (first, second)
  }

  /// Microseconds of `250ms`, `2s` or `1.5s`, at most one hour.
  private func duration(_ text: String) -> Int64? {
    let (number, unit): (Substring, Int64)
    if text.hasSuffix("ms") {
      (number, unit) = (text.dropLast(2), 1000)
    } else if text.hasSuffix("us") {
      (number, unit) = (text.dropLast(2), 1)
    } else if text.hasSuffix("s") {
      (number, unit) = (text.dropLast(), 1_000_000)
    } else {
      return nil
    }
    let parts = number.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count <= 2, number.utf8.count <= 12,
      number.utf8.allSatisfy({ $0 == 0x2E || (0x30...0x39).contains($0) }),
      let whole = Int64(parts[0])
    else { return nil }
    var microseconds = whole * unit
    if parts.count == 2 {
      guard !parts[1].isEmpty, let fraction = Int64(parts[1]) else { return nil }
      let scale = parts[1].utf8.reduce(Int64(1)) { power, _ in power * 10 }
      guard fraction * unit % scale == 0 else { return nil }
      microseconds += fraction * unit / scale
    }
    return microseconds <= 3_600_000_000 ? microseconds : nil
  }

  // MARK: Steps

  private mutating func command(_ name: String, _ rest: [Word]) {
    let one = rest.count == 1 ? rest[0] : nil
    switch name {
    case "key", "keys":
      guard !rest.isEmpty, name == "keys" || one != nil else { return report("`\(name)` takes a key") }
      for word in rest {
        guard let key = Key(spelling: word.text) else {
          report("no key `\(word.text)`", hint: NearestName.hint(word.text, Key.specialNames))
          continue
        }
        add(.key(key))
      }
    case "type":
      guard let count = rest.first.flatMap({ Int($0.text) }), (1...1000).contains(count),
        rest.count == 1 || (rest.count == 2 && rest[1].text == "wide")
      else { return report("`type` takes a number of characters, 1 to 1000, and perhaps `wide`") }
      for _ in 0..<count { add(.key(rest.count == 2 ? .typedWide : .typed)) }
    case "wait", "pace":
      guard let one, let microseconds = duration(one.text) else {
        return report("`\(name)` takes a time, for example 250ms or 2s")
      }
      add(name == "wait" ? .wait(microseconds) : .pace(microseconds))
    case "settle":
      guard rest.isEmpty else { return report("`settle` takes nothing; it waits 600ms") }
      add(.wait(600_000))
    case "click":
      guard let one else { return report("`click` takes a control, a text in quotes, or a cell as 10x5") }
      click(one)
    case "wheel":
      guard let one, one.text == "up" || one.text == "down" else { return report("`wheel` takes up or down") }
      add(.wheel(one.text == "up" ? .wheelUp : .wheelDown))
    case "resize":
      guard let one, let size = size(one.text) else {
        return report("`resize` takes columns and rows as 80x24, 1 to 1000")
      }
      add(.resize(size))
    case "paste":
      guard let one, let count = Int32(one.text), count >= 0 else {
        return report("`paste` takes a number of characters")
      }
      add(.paste(count))
    case "choose":
      guard let one else { return report("`choose` takes the name of a control") }
      add(.choose(one.text))
    case "leave":
      let words = LeaveReason.allCases.map(\.word)
      guard let one, let reason = LeaveReason(word: one.text) else {
        return report("`leave` takes a reason: \(words.joined(separator: ", "))")
      }
      add(.leave(reason))
    case "frame":
      guard rest.isEmpty else { return report("`frame` takes nothing") }
      add(.frame)
    default:
      expectation(name, rest, one)
    }
  }

  private mutating func click(_ word: Word) {
    if word.isQuoted {
      guard !word.text.isEmpty else { return report("an empty text stands everywhere") }
      add(.clickText(word.text))
    } else if let (column, row) = pair(word.text) {
      guard let column = Int16(exactly: column), let row = Int16(exactly: row) else {
        return report("a cell's column and row are numbers from 0 to 999")
      }
      add(.clickCell(column: column, row: row))
    } else {
      add(.clickElement(word.text))
    }
  }

  private mutating func expectation(_ name: String, _ rest: [Word], _ one: Word?) {
    switch name {
    case "expect", "expect-not":
      guard let one, one.isQuoted, !one.text.isEmpty else { return report("`\(name)` takes a text in quotes") }
      add(.expectText(one.text, isThere: name == "expect"))
    case "expect-screen":
      guard let one else { return report("`expect-screen` takes the name of a screen") }
      add(.expectScreen(one.text))
    case "expect-focus":
      guard let one else { return report("`expect-focus` takes the name of a control, or none") }
      add(.expectFocus(one.text == "none" ? nil : one.text))
    case "expect-value":
      guard rest.count == 2 else { return report("`expect-value` takes a variable and its value") }
      add(.expectValue(variable: rest[0].text, value: rest[1].text))
    case "expect-outcome":
      guard let one else { return report("`expect-outcome` takes the name of an outcome, or none") }
      add(.expectOutcome(one.text == "none" ? nil : one.text))
    case "expect-miss":
      guard let first = rest.first else { return add(.expectMiss(nil)) }
      guard let reason = MissReason.allCases.first(where: { $0.word == first.text }), rest.count == 1 else {
        return report("no miss `\(first.text)`", hint: NearestName.hint(first.text, MissReason.allCases.map(\.word)))
      }
      add(.expectMiss(reason))
    case "expect-term": term(rest)
    default:
      report("no step `\(name)` in a walk", hint: NearestName.hint(name, WalkParser.commands))
    }
  }

  private mutating func term(_ rest: [Word]) {
    guard (2...3).contains(rest.count) else {
      return report("`expect-term` takes a term, how it stands, and how that came about")
    }
    guard let standing = Standing.allCases.first(where: { $0.word == rest[1].text }) else {
      let words = Standing.allCases.map(\.word)
      return report("no standing `\(rest[1].text)`", hint: NearestName.hint(rest[1].text, words))
    }
    guard rest.count == 3 else { return add(.expectTerm(rest[0].text, standing, nil)) }
    guard let provenance = Provenance.allCases.first(where: { $0.word == rest[2].text }) else {
      let words = Provenance.allCases.map(\.word)
      return report("no provenance `\(rest[2].text)`", hint: NearestName.hint(rest[2].text, words))
    }
    add(.expectTerm(rest[0].text, standing, provenance))
  }
}
