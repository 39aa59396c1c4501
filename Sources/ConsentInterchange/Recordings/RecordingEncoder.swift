import ConsentModel

/// What is known of a recording before its first moment.
struct RecordingHeader {
  /// The terminal's size at the start.
  var size: Size
  /// The terminal's type, the value of TERM.
  var term: String
  /// When it began, in seconds since 1970, UTC.
  var startedSeconds: Int64
  /// What it shows, one inert line.
  var title: String
  /// Pauses longer than this are shortened by players, in milliseconds; nil leaves them.
  var idleMilliseconds: Int?
}

/// Something that happens in a recording.
enum RecordingPart {
  /// The terminal is sent this.
  case output(String)
  /// The terminal sends this.
  case input([UInt8])
  /// The terminal has another size; it comes before the output that was made for it.
  case resize(Size)
  /// A moment that somebody may want to go to, with its label, one inert line.
  case marker(String)
}

/// Writes a recording in one format, part after part; times never run back.
protocol RecordingEncoder {
  /// What comes before the first moment, for every file of the format.
  mutating func begin(_ header: RecordingHeader) -> [[UInt8]]
  /// A part at a moment since the start.
  mutating func add(_ part: RecordingPart, at time: SessionTime) -> [[UInt8]]
  /// What comes after the last moment.
  mutating func end(at time: SessionTime) -> [[UInt8]]
}

/// Asciicast, version 2 and version 3: JSON Lines that asciinema plays.
struct AsciicastEncoder: RecordingEncoder {
  /// The versions, which differ in the header, in what times are counted from, and in that 3 says how it ended.
  enum Version: Int {
    /// Times since the start.
    case two = 2
    /// Times since the part before, in whole milliseconds; what rounding leaves goes into the next one.
    case three = 3
  }

  private let version: Version
  private var writtenMilliseconds: Int64 = 0

  init(_ version: Version) { self.version = version }

  mutating func begin(_ header: RecordingHeader) -> [[UInt8]] {
    var idle = ""
    if let limit = header.idleMilliseconds {
      idle = ",\"idle_time_limit\":\(Decimal.text(Int64(limit), digits: 3))"
    }
    let term = header.term.inert.quotedAsJSON
    let rest = ",\"timestamp\":\(header.startedSeconds)\(idle),\"title\":\(header.title.quotedAsJSON)"
    switch version {
    case .two:
      return line(
        "{\"version\":2,\"width\":\(header.size.columns),\"height\":\(header.size.rows)\(rest),\"env\":{\"TERM\":\(term)}}"
      )
    case .three:
      return line(
        "{\"version\":3,\"term\":{\"cols\":\(header.size.columns),\"rows\":\(header.size.rows),\"type\":\(term)}\(rest)}"
      )
    }
  }

  mutating func add(_ part: RecordingPart, at time: SessionTime) -> [[UInt8]] {
    switch part {
    case .output(let text): event("o", AsciicastEncoder.quoted(text), at: time)
    case .input(let bytes): event("i", AsciicastEncoder.quoted(String(decoding: bytes, as: UTF8.self)), at: time)
    case .resize(let size): event("r", "\"\(size.columns)x\(size.rows)\"", at: time)
    case .marker(let label): event("m", AsciicastEncoder.quoted(label), at: time)
    }
  }

  mutating func end(at time: SessionTime) -> [[UInt8]] {
    switch version {
    case .two: []
    case .three: event("x", "\"0\"", at: time)
    }
  }

  private mutating func event(_ code: String, _ data: String, at time: SessionTime) -> [[UInt8]] {
    let moment: String
    switch version {
    case .two: moment = Decimal.text(time.microseconds, digits: 6)
    case .three:
      let milliseconds = (time.microseconds + 500) / 1000
      moment = Decimal.text(milliseconds - writtenMilliseconds, digits: 3)
      writtenMilliseconds = milliseconds
    }
    return line("[\(moment),\"\(code)\",\(data)]")
  }

  /// A text in quotation marks; a recording has to hold escapes, so they are escaped and not left out.
  private static func quoted(_ text: String) -> String { text.quotedAsJSON }

  private func line(_ text: String) -> [[UInt8]] { [Array((text + "\n").utf8)] }
}

/// A typescript of util-linux `script` and its timing, which `scriptreplay` plays: what was sent, and when how much of it.
///
/// It has two files, the log and the timing, in this order.
struct TypescriptEncoder: RecordingEncoder {
  /// How the timing is written.
  enum Timing {
    /// Seconds and bytes; what is typed and resizes have no place in it.
    case classic
    /// Each entry with its kind: `O` output, `S` signal, `H` header.
    case advanced
  }

  private let timing: Timing
  private var last: Int64 = 0
  private var bytes = 0

  init(_ timing: Timing) { self.timing = timing }

  mutating func begin(_ header: RecordingHeader) -> [[UInt8]] {
    let started = WallClockText.text(header.startedSeconds)
    let log =
      "Script started on \(started) [TERM=\(header.term.quotedAsJSON) COLUMNS=\"\(header.size.columns)\" "
      + "LINES=\"\(header.size.rows)\"]\n"
    guard timing == .advanced else { return [Array(log.utf8), []] }
    let facts = [
      ("START_TIME", started), ("TERM", header.term.inert), ("COLUMNS", "\(header.size.columns)"),
      ("LINES", "\(header.size.rows)"), ("COMMAND", header.title),
    ]
    let lines = facts.map { "H 0.000000 \($0) \($1)\n" }.joined()
    return [Array(log.utf8), Array(lines.utf8)]
  }

  mutating func add(_ part: RecordingPart, at time: SessionTime) -> [[UInt8]] {
    switch part {
    case .output(let text):
      let sent = Array(text.utf8)
      bytes += sent.count
      let delay = delay(until: time)
      return [sent, Array(timing == .classic ? "\(delay) \(sent.count)\n".utf8 : "O \(delay) \(sent.count)\n".utf8)]
    case .resize(let size):
      guard timing == .advanced else { return [] }
      return [[], Array("S \(delay(until: time)) SIGWINCH ROWS=\(size.rows) COLS=\(size.columns)\n".utf8)]
    case .input, .marker: return []
    }
  }

  mutating func end(at time: SessionTime) -> [[UInt8]] {
    let log = Array("\nScript done [COMMAND_EXIT_CODE=\"0\"]\n".utf8)
    guard timing == .advanced else { return [log, []] }
    let length = Decimal.text(time.microseconds, digits: 6)
    return [log, Array("H 0.000000 DURATION \(length)\nH 0.000000 EXIT_CODE 0\n".utf8)]
  }

  /// Since the entry before, in seconds; microseconds are exact, so that nothing adds up.
  private mutating func delay(until time: SessionTime) -> String {
    defer { last = time.microseconds }
    return Decimal.text(time.microseconds - last, digits: 6)
  }
}
