import ConsentJournal
import ConsentModel

/// Reads what was typed in an asciicast of version 2 or 3.
struct AsciicastReader {
  /// The largest file in bytes.
  static let maximumBytes = 256 << 20

  private enum Version {
    case two, three
  }

  private var version = Version.two
  private var size: Size?
  private var terminal: String?
  private var started: String?
  private var problems: [ImportProblem] = []
  private var parts: [(part: Part, at: Int64, line: Int)] = []
  /// When the session began to be shown, by the first output that takes over a screen.
  private var shownAt: Int64?
  private var time: Int64 = 0

  private enum Part {
    case typed([UInt8])
    case resize(Size)
    case query
  }

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - startMicroseconds: the moment of the recording at which the session starts; nil finds it: where the alternate screen
  ///     is taken, or the beginning.
  static func read(
    _ bytes: [UInt8], startMicroseconds: Int64?, escapeDelayMicroseconds: Int64
  ) throws(ImportProblem) -> ImportedInput {
    var reader = AsciicastReader()
    var line = 0
    var isHeader = true
    for piece in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
      line += 1
      let text = piece.last == 0x0D ? piece.dropLast() : piece
      if text.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) { continue }
      if isHeader {
        try reader.header(Array(text), line)
        isHeader = false
      } else if !(reader.version == .three && text.first == UInt8(ascii: "#")) {
        try reader.event(Array(text), line)
      }
    }
    guard !isHeader else { throw ImportProblem(line: 1, "an asciicast begins with a header; the file is empty") }
    return try reader.finish(line, startMicroseconds, escapeDelayMicroseconds)
  }

  private static func parse(_ bytes: [UInt8], _ line: Int) throws(ImportProblem) -> ReceiptNode {
    var reader = ReceiptReader(bytes)
    do throws(ReceiptReader.Failure) {
      return try reader.document()
    } catch {
      throw ImportProblem(line: line, "no JSON: \(error.words)")
    }
  }

  // MARK: Lines

  private mutating func header(_ bytes: [UInt8], _ line: Int) throws(ImportProblem) {
    let root = try AsciicastReader.parse(bytes, line)
    let found: (columns: ReceiptNode?, rows: ReceiptNode?)
    switch root["version"]?.whole {
    case 1:
      throw ImportProblem(line: line, "an asciicast of version 1 holds no input; record with `asciinema rec --stdin`")
    case 2:
      version = .two
      found = (root["width"], root["height"])
      terminal = root["env"]?["TERM"]?.text
    case 3:
      version = .three
      found = (root["term"]?["cols"], root["term"]?["rows"])
      terminal = root["term"]?["type"]?.text
    default: throw ImportProblem(line: line, "no header of an asciicast of version 2 or 3")
    }
    guard let columns = found.columns?.whole, let rows = found.rows?.whole, (1...1000).contains(columns),
      (1...1000).contains(rows)
    else { throw ImportProblem(line: line, "the header has no size of 1 to 1000 columns and rows") }
    size = Size(columns: columns, rows: rows)
    if let stamp = root["timestamp"]?.whole, (0...253_402_300_799).contains(stamp) {
      started = WallClock.text(secondsSince1970: Int64(stamp), milliseconds: 0)
    }
  }

  private mutating func event(_ bytes: [UInt8], _ line: Int) throws(ImportProblem) {
    let root = try AsciicastReader.parse(bytes, line)
    let items = root.items
    guard case .list = root.value, items.count == 3, case .number(let moment, _) = items[0].value,
      let code = items[1].text, let data = items[2].text
    else { throw ImportProblem(line: line, "an event is [time, \"code\", \"data\"]") }
    guard let microseconds = RecordedTime.microseconds(moment) else {
      throw ImportProblem(line: line, "\(moment.prefix(40)) is no time from 0 to a hundred days, in seconds")
    }
    switch version {
    case .three: time += microseconds
    case .two:
      if microseconds < time { problems.append(ImportProblem(line: line, "earlier than the event before it")) }
      time = max(time, microseconds)
    }
    guard time <= 8_640_000_000_000 else { throw ImportProblem(line: line, "later than a hundred days") }
    switch code.first {
    case "o":
      if shownAt == nil, data.contains("\u{1B}[?1049h") || data.contains("\u{1B}[?47h") { shownAt = time }
      if data.contains("\u{1B}[6n") { parts.append((.query, time, line)) }
    case "i": parts.append((.typed(Array(data.utf8)), time, line))
    case "r": try resize(data, line)
    // Markers and the end say nothing of what was typed; unknown events are to be passed over.
    default: break
    }
  }

  private mutating func resize(_ data: String, _ line: Int) throws(ImportProblem) {
    let sides = data.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    guard sides.count == 2, let columns = sides[0], let rows = sides[1], (1...1000).contains(columns),
      (1...1000).contains(rows)
    else { throw ImportProblem(line: line, "a size is COLUMNSxROWS, each 1 to 1000") }
    parts.append((.resize(Size(columns: columns, rows: rows)), time, line))
  }

  private mutating func finish(
    _ lastLine: Int, _ start: Int64?, _ escapeDelay: Int64
  ) throws(ImportProblem) -> ImportedInput {
    let hasInput = parts.contains { if case .typed = $0.part { true } else { false } }
    guard hasInput else {
      throw ImportProblem(
        line: lastLine, "nothing that was typed is in it; record with `asciinema rec --stdin`, or -I in version 3")
    }
    let start = start ?? shownAt ?? 0
    var typed = TypedBytes(startMicroseconds: start, escapeDelayMicroseconds: escapeDelay)
    for (part, at, line) in parts {
      switch part {
      case .typed(let bytes): typed.type(bytes, at: at, line: line)
      // A size that was there before the session is the size that it begins with.
      case .resize(let new):
        if at <= start { size = new } else { typed.resize(new, at: at, line: line) }
      case .query: typed.noteQuery()
      }
    }
    typed.finish(at: time, line: lastLine)
    return ImportedInput(
      format: .asciicast, events: typed.events, end: SessionTime(microseconds: max(0, time - start)), size: size,
      terminal: terminal, started: started, problems: problems + typed.problems)
  }
}
