import ConsentJournal
import ConsentModel

/// Reads what was typed in a log of util-linux `script`, `--log-in` or `--log-io`, with its timing.
struct TypescriptReader {
  private let log: [UInt8]
  private var place: Int
  private var time: Int64 = 0
  private var size: Size?
  private var terminal: String?
  private var started: String?
  private var inputLog: String?
  private var outputLog: String?
  private var shownAt: Int64?
  private var columns: Int?
  private var rows: Int?
  private var problems: [ImportProblem] = []
  private var parts: [(part: Part, at: Int64, line: Int)] = []

  private enum Part {
    case typed(Range<Int>)
    case resize(Size)
  }

  private init(_ log: [UInt8]) {
    self.log = log
    // The first line says when it began; no timing counts it.
    let isHeaded = log.starts(with: Array("Script started on".utf8))
    place = isHeaded ? (log.firstIndex(of: 0x0A) ?? log.count - 1) + 1 : 0
  }

  /// Reads a log and its timing.
  ///
  /// - Parameters:
  ///   - log: what was typed; or, of `--log-io`, what was typed and shown.
  ///   - startMicroseconds: the moment of the recording at which the session starts; nil finds it: the first output, or the
  ///     beginning where none was timed.
  static func read(
    _ log: [UInt8], timing: [UInt8], startMicroseconds: Int64?, escapeDelayMicroseconds: Int64
  ) throws(ImportProblem) -> ImportedInput {
    var reader = TypescriptReader(log)
    let lines = timing.split(separator: 0x0A, omittingEmptySubsequences: false).map {
      String(decoding: $0, as: UTF8.self)
    }
    guard lines.contains(where: { !$0.isEmpty }) else { throw ImportProblem(line: 1, "the timing is empty") }
    let isClassic = lines.first { !$0.isEmpty }?.first?.isNumber ?? false
    for (index, line) in lines.enumerated() where !line.isEmpty {
      if isClassic {
        try reader.classic(line, index + 1)
      } else {
        try reader.advanced(line, index + 1)
      }
    }
    return try reader.finish(lines.count, startMicroseconds, escapeDelayMicroseconds)
  }

  /// Of the classic timing every entry is of the one log that there is.
  private mutating func classic(_ line: String, _ number: Int) throws(ImportProblem) {
    let words = line.split(separator: " ")
    guard words.count == 2 else { throw ImportProblem(line: number, "an entry is SECONDS BYTES") }
    try pass(words[0], number)
    try take(words[1], number)
  }

  private mutating func advanced(_ line: String, _ number: Int) throws(ImportProblem) {
    let words = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
    guard words.count == 3, words[0].count == 1 else {
      throw ImportProblem(line: number, "an entry is a letter, seconds, and what happened")
    }
    try pass(words[1], number)
    switch words[0] {
    case "I": try take(words[2], number)
    case "O":
      if shownAt == nil { shownAt = time }
      // Where both are in one log, what was shown is passed over.
      if let inputLog, inputLog == outputLog { try skip(words[2], number) }
    case "S": signal(words[2], number)
    case "H": fact(words[2])
    default: problems.append(ImportProblem(line: number, "an entry of the kind \(words[0]) is not known"))
    }
  }

  private mutating func pass(_ seconds: some StringProtocol, _ number: Int) throws(ImportProblem) {
    guard let delay = RecordedTime.microseconds(seconds), time + delay <= 8_640_000_000_000 else {
      throw ImportProblem(line: number, "\(seconds.prefix(40)) is no time from 0 to a hundred days, in seconds")
    }
    time += delay
  }

  private mutating func range(_ count: some StringProtocol, _ number: Int) throws(ImportProblem) -> Range<Int> {
    guard let count = Int(count), count >= 0, count <= log.count - place else {
      throw ImportProblem(line: number, "the log ends before the \(count.prefix(20)) bytes of this entry")
    }
    defer { place += count }
    return place..<place + count
  }

  private mutating func take(_ count: some StringProtocol, _ number: Int) throws(ImportProblem) {
    parts.append((.typed(try range(count, number)), time, number))
  }

  private mutating func skip(_ count: some StringProtocol, _ number: Int) throws(ImportProblem) {
    _ = try range(count, number)
  }

  private mutating func signal(_ text: String, _ number: Int) {
    guard text.hasPrefix("SIGWINCH") else { return }
    var sides: [String: Int] = [:]
    for word in text.split(separator: " ") {
      let pair = word.split(separator: "=")
      if pair.count == 2 { sides[String(pair[0])] = Int(pair[1]) }
    }
    guard let columns = sides["COLS"], let rows = sides["ROWS"], (1...1000).contains(columns), (1...1000).contains(rows)
    else {
      problems.append(ImportProblem(line: number, "a size is ROWS=n COLS=n, each 1 to 1000"))
      return
    }
    parts.append((.resize(Size(columns: columns, rows: rows)), time, number))
  }

  private mutating func fact(_ text: String) {
    let words = text.split(separator: " ", maxSplits: 1).map(String.init)
    guard words.count == 2 else { return }
    switch words[0] {
    case "TERM": terminal = words[1]
    case "COLUMNS": columns = Int(words[1])
    case "LINES": rows = Int(words[1])
    case "INPUT_LOG": inputLog = words[1]
    case "OUTPUT_LOG": outputLog = words[1]
    case "START_TIME": started = TypescriptReader.time(words[1])
    default: break
    }
  }

  /// `2026-11-27 10:11:12+00:00` as UTC, or nil for anything else.
  static func time(_ text: String) -> String? {
    let bytes = Array(text.utf8)
    guard bytes.count == 25, bytes[10] == 0x20, bytes[22] == 0x3A, let hours = Int(text.dropFirst(19).prefix(3)),
      let minutes = Int(text.dropFirst(23)),
      let local = WallClock.milliseconds(of: "\(text.prefix(10))T\(text.dropFirst(11).prefix(8)).000Z")
    else { return nil }
    let offset = (hours * 60 + (hours < 0 || bytes[19] == 0x2D ? -minutes : minutes)) * 60
    return WallClock.text(secondsSince1970: local / 1000 - Int64(offset), milliseconds: 0)
  }

  private mutating func finish(
    _ lastLine: Int, _ start: Int64?, _ escapeDelay: Int64
  ) throws(ImportProblem) -> ImportedInput {
    guard !parts.isEmpty else {
      throw ImportProblem(
        line: lastLine, "nothing that was typed is in it; record with `script --log-in FILE --log-timing FILE`")
    }
    let start = start ?? shownAt ?? 0
    if let columns, let rows, (1...1000).contains(columns), (1...1000).contains(rows) {
      size = Size(columns: columns, rows: rows)
    }
    var typed = TypedBytes(startMicroseconds: start, escapeDelayMicroseconds: escapeDelay)
    for (part, at, line) in parts {
      switch part {
      case .typed(let range): typed.type(log[range], at: at, line: line)
      case .resize(let new):
        if at <= start { size = new } else { typed.resize(new, at: at, line: line) }
      }
    }
    typed.finish(at: time, line: lastLine)
    return ImportedInput(
      format: .typescript, events: typed.events, end: SessionTime(microseconds: max(0, time - start)), size: size,
      terminal: terminal, started: started, problems: problems + typed.problems)
  }
}
