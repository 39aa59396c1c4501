import ConsentInput
import ConsentModel

/// What was typed in a recording of somebody else's, decoded: everything that a session is made of again.
public struct ImportedInput: Sendable {
  /// The format that it was read from.
  public var format: Format
  /// The events in the order of their times, counted from the start of the session.
  public var events: [Event]
  /// The end of the recording; timers run until then.
  public var end: SessionTime
  /// The terminal's size at the start, or nil where nothing says it.
  public var size: Size?
  /// The terminal's type, or nil where nothing says it.
  public var terminal: String?
  /// When it was recorded, `2025-09-28T12:00:00.000Z`, or nil where nothing says it.
  public var started: String?
  /// What could not be decoded, or has no meaning here; the session does without it.
  public var problems: [ImportProblem]

  /// The formats.
  public enum Format: String, CaseIterable, Sendable {
    /// asciicast, version 2 or 3, with what was typed.
    case asciicast
    /// util-linux `script` with a log of what was typed, and its timing.
    case typescript
    /// A tape of vhs: some of its commands.
    case tape
  }
}

extension ImportedInput {
  /// The largest file in bytes.
  public static let maximumBytes = AsciicastReader.maximumBytes

  /// Reads a recording, whatever its format.
  ///
  /// - Parameters:
  ///   - bytes: the recording.
  ///   - timing: of a log of `script`, the timing.
  ///   - startMicroseconds: the moment of the recording at which the session starts; nil finds it.
  ///   - escapeDelayMicroseconds: for how long a lone escape was waited for.
  public init(
    _ bytes: [UInt8], timing: [UInt8]?, startMicroseconds: Int64?, escapeDelayMicroseconds: Int64
  ) throws(ImportProblem) {
    if let timing {
      self = try TypescriptReader.read(
        bytes, timing: timing, startMicroseconds: startMicroseconds, escapeDelayMicroseconds: escapeDelayMicroseconds)
      return
    }
    if bytes.first(where: { $0 != 0x20 && $0 != 0x0A }) == UInt8(ascii: "{") {
      self = try AsciicastReader.read(
        bytes, startMicroseconds: startMicroseconds, escapeDelayMicroseconds: escapeDelayMicroseconds)
      return
    }
    guard !bytes.starts(with: Array("Script started on".utf8)) else {
      throw ImportProblem(line: 1, "a log of `script` needs its timing: --timing FILE")
    }
    self = try TapeReader.read(bytes)
  }
}

/// Something in a file that was not imported, or keeps the whole file from being imported.
public struct ImportProblem: Error, Hashable, Sendable {
  /// The line, from 1.
  public var line: Int
  /// The column, from 1, or nil where only the line is known.
  public var column: Int?
  /// What is wrong, inert.
  public var words: String

  init(line: Int, column: Int? = nil, _ words: String) {
    self.line = line
    self.column = column
    self.words = words.inert
  }

  /// The problem behind the name of its file.
  public func rendered(in file: String) -> String {
    "\(file):\(line)\(column.map { ":\($0)" } ?? ""): \(words)"
  }
}

/// Decodes bytes that were typed at known times, as the terminal's surface does when they are typed.
struct TypedBytes {
  private var decoder: InputDecoder
  private(set) var events: [Event] = []
  private(set) var problems: [ImportProblem] = []
  private var recent: [UInt8] = []
  private let start: Int64

  /// - Parameters:
  ///   - start: the moment of the recording at which the session starts, in microseconds; what came before comes at once.
  init(startMicroseconds start: Int64, escapeDelayMicroseconds: Int64) {
    self.start = start
    decoder = InputDecoder(escapeDelayMicroseconds: escapeDelayMicroseconds)
  }

  private func time(_ microseconds: Int64) -> SessionTime { SessionTime(microseconds: max(0, microseconds - start)) }

  /// The terminal was asked where its cursor is: the answer is not a key.
  mutating func noteQuery() { decoder.awaitsCursorReply = true }

  /// Bytes that were typed at a moment of the recording; `line` is where they stand in its file.
  mutating func type(_ bytes: some Sequence<UInt8>, at microseconds: Int64, line: Int) {
    settle(before: microseconds, line: line)
    for byte in bytes {
      recent.append(byte)
      if recent.count > 256 { recent.removeFirst(128) }
      let known = events.count
      decoder.feed(byte, at: time(microseconds), into: &events)
      note(from: known, line: line)
    }
  }

  /// The terminal had another size from a moment on.
  mutating func resize(_ size: Size, at microseconds: Int64, line: Int) {
    settle(before: microseconds, line: line)
    events.append(Event(at: max(time(microseconds), events.last?.at ?? .zero), .resize(size)))
  }

  /// Nothing more comes.
  mutating func finish(at microseconds: Int64, line: Int) {
    settle(before: microseconds, line: line)
    let known = events.count
    decoder.expire(into: &events)
    note(from: known, line: line)
  }

  /// Ends what was half typed when its time had come.
  private mutating func settle(before microseconds: Int64, line: Int) {
    let known = events.count
    while let deadline = decoder.deadline, deadline <= time(microseconds) { decoder.expire(into: &events) }
    note(from: known, line: line)
  }

  private mutating func note(from known: Int, line: Int) {
    for index in known..<events.count {
      if index > 0, events[index].at < events[index - 1].at { events[index].at = events[index - 1].at }
      guard case .unknown(let count) = events[index].input else { continue }
      let bytes = recent.suffix(Int(count)).map { byte in
        let digits = String(byte, radix: 16)
        return digits.count == 1 ? "0" + digits : digits
      }
      problems.append(
        ImportProblem(line: line, "\(count) bytes are no key and are kept as unknown: \(bytes.joined(separator: " "))"))
    }
  }
}

/// Times in texts, exactly.
enum RecordedTime {
  /// The longest recording: a hundred days.
  private static let largest: Int64 = 8_640_000_000_000

  /// Seconds as JSON spells numbers, in microseconds, halves up; nil for anything else, for less than 0 and for more than a
  /// hundred days.
  static func microseconds(_ text: some StringProtocol) -> Int64? {
    var digits: [UInt8] = []
    var point: Int?
    var exponent = 0
    var bytes = Array(text.utf8)[...]
    while let byte = bytes.popFirst() {
      switch byte {
      case 0x30...0x39: digits.append(byte - 0x30)
      case UInt8(ascii: ".") where point == nil && !digits.isEmpty: point = digits.count
      case UInt8(ascii: "e"), UInt8(ascii: "E"):
        guard !digits.isEmpty, bytes.count <= 4,
          let value = Int(String(decoding: bytes, as: UTF8.self).drop { $0 == "+" })
        else { return nil }
        exponent = value
        bytes = []
      default: return nil
      }
    }
    guard !digits.isEmpty, digits.count <= 40 else { return nil }
    // The digit at this place is the first that is no microsecond.
    let end = (point ?? digits.count) + exponent + 6
    var value: Int64 = 0
    for place in 0..<max(end, 0) {
      let (product, isOver) = value.multipliedReportingOverflow(by: 10)
      guard !isOver else { return nil }
      value = product + (place < digits.count ? Int64(digits[place]) : 0)
      guard value <= largest else { return nil }
    }
    if digits.indices.contains(end), digits[end] >= 5 { value += 1 }
    return value
  }
}
