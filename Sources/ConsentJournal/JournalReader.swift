import ConsentModel
import Glibc

/// Reads a journal line by line, in constant memory, and checks form, spelling, order, time and chain on the way.
///
/// A line counts only with its newline. What stands after the last newline is dropped and counted in `tornBytes`.
public final class JournalReader {
  /// Where it is read from.
  public let path: String
  /// The first line.
  public let header: JournalHeader
  /// The line that was read last, counted from 1.
  public private(set) var lineNumber = 0
  /// How many events were read.
  public private(set) var eventCount = 0
  /// The closing line, once it was read.
  public private(set) var closing: JournalClosing?
  /// Bytes after the last newline; known once `next()` gave nil.
  public private(set) var tornBytes = 0
  /// Bytes of torn lines that were dropped each time the journal went on, as its lines say.
  public private(set) var droppedBytes = 0
  /// Digest of the frame after the last event that was read, or nil before the first.
  public private(set) var lastFrame: UInt64?
  /// The moment of the last event.
  public private(set) var lastTime = SessionTime.zero
  /// The chain up to the last line that was read.
  public private(set) var chain: Digest256

  private var lines: LineSource
  private var speller = LineWriter()

  /// Opens a journal and reads its header.
  public init(_ path: String) throws(JournalError) {
    self.path = path
    lines = try LineSource(path)
    lineNumber = 1
    guard let range = try lines.next(line: 1) else {
      throw .broken(line: 1, lines.tornBytes == 0 ? .empty : .noHeader)
    }
    do throws(JournalFault) {
      var firstLine = LineWriter()
      let read = try lines.withBytes(range) { (line) throws(JournalFault) in
        var reader = LineReader(line)
        let header = try reader.header()
        let (covered, chain) = try reader.chain()
        firstLine.header(header)
        try JournalReader.check(line, covered: covered, chain: chain, against: &firstLine, after: nil)
        return (header, chain)
      }
      (header, chain) = read
      speller.format = header.format
    } catch {
      throw .broken(line: 1, error)
    }
  }

  /// How many bytes the whole lines that were read take.
  var wholeBytes: Int { lines.wholeBytes }

  /// Whether it reads the file that is open under a descriptor.
  func isSameFile(as descriptor: Int32) -> Bool { lines.isSameFile(as: descriptor) }

  /// Lets `next()` read on where a journal that is being written has grown since it gave nil.
  public func lookAgain() { lines.lookAgain() }

  /// The next line, or nil at the end of the file.
  public func next() throws(JournalError) -> JournalLine? {
    guard let range = try lines.next(line: lineNumber + 1) else {
      tornBytes = lines.tornBytes
      if tornBytes > 0, closing != nil { throw .broken(line: lineNumber + 1, .afterClosing) }
      return nil
    }
    lineNumber += 1
    do throws(JournalFault) {
      guard closing == nil else { throw .afterClosing }
      let line = try parse(range)
      try note(line)
      return line
    } catch {
      throw .broken(line: lineNumber, error)
    }
  }

  private func parse(_ range: Range<Int>) throws(JournalFault) -> JournalLine {
    try lines.withBytes(range) { (bytes) throws(JournalFault) in
      var reader = LineReader(bytes, format: header.format)
      let line = try reader.afterHeader()
      let (covered, found) = try reader.chain()
      speller.clear()
      switch line {
      case .event(let event):
        guard event.index == eventCount else { throw .order(expected: eventCount, found: event.index) }
        speller.event(
          event.index, event.recorded.event, frame: event.recorded.frameDigest, sync: event.syncMicroseconds,
          resumption: event.resumption, dropped: event.droppedBytes)
      case .closing(let closing): speller.closing(closing)
      }
      try JournalReader.check(bytes, covered: covered, chain: found, against: &speller, after: chain)
      chain = found
      return line
    }
  }

  /// Compares a line with the way in which it is spelled, and its chain with the one that follows from the line before.
  private static func check(
    _ line: UnsafeRawBufferPointer, covered: Int, chain: Digest256, against speller: inout LineWriter,
    after previous: Digest256?
  ) throws(JournalFault) {
    let isSame = speller.bytes.withUnsafeBytes {
      guard $0.count == covered, let spelled = $0.baseAddress, let found = line.baseAddress else { return false }
      return memcmp(spelled, found, covered) == 0
    }
    guard isSame else {
      let byte = zip(speller.bytes, line).prefix { $0 == $1 }.reduce(1) { count, _ in count + 1 }
      throw .spelling(byte: byte)
    }
    let expected = Digest256(after: previous, UnsafeRawBufferPointer(rebasing: line[..<covered]))
    guard expected == chain else { throw .chain(expected: expected, found: chain) }
  }

  private func note(_ line: JournalLine) throws(JournalFault) {
    switch line {
    case .event(let event):
      guard event.recorded.event.at >= lastTime else { throw .timeRunsBack }
      lastTime = event.recorded.event.at
      lastFrame = event.recorded.frameDigest
      droppedBytes += event.droppedBytes
      eventCount += 1
    case .closing(let closing):
      guard closing.events == eventCount else {
        throw .closing(expected: "\(eventCount) events", found: "\(closing.events)")
      }
      droppedBytes += closing.droppedBytes
      self.closing = closing
    }
  }
}

/// The whole lines of a file, one after the other, through a buffer of fixed size.
struct LineSource: ~Copyable {
  private let file: FileDescriptor
  private let path: String
  private var buffer: [UInt8]
  private var start = 0
  private var end = 0
  private var isAtEnd = false
  /// Bytes of the whole lines so far.
  private(set) var wholeBytes = 0
  /// Bytes after the last newline, once there is no further line.
  var tornBytes: Int { isAtEnd ? end - start : 0 }

  /// Lets the next call read on where the file has grown, or where a torn line was written over.
  mutating func lookAgain() {
    isAtEnd = false
    (start, end) = (0, 0)
    _ = lseek(file.raw, off_t(wholeBytes), SEEK_SET)
  }

  /// Whether it reads the file that is open under a descriptor.
  borrowing func isSameFile(as descriptor: Int32) -> Bool {
    var (read, other) = (stat(), stat())
    return fstat(file.raw, &read) == 0 && fstat(descriptor, &other) == 0 && read.st_dev == other.st_dev
      && read.st_ino == other.st_ino
  }

  /// Whether what stands after the last newline, or as much of it as there is, is how something else begins.
  borrowing func tornBytesBegin(with beginning: [UInt8]) -> Bool {
    let torn = buffer[start..<end]
    return torn.prefix(beginning.count).elementsEqual(beginning.prefix(torn.count))
  }

  init(_ path: String) throws(JournalError) {
    let opened = try FileDescriptor(path, O_RDONLY | O_NONBLOCK | O_NOCTTY)
    var status = stat()
    guard fstat(opened.raw, &status) == 0 else { throw .system("read", path: path, errno: errno) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .broken(line: 1, .notRegularFile) }
    // Most journals are short; long ones get by with 64 KiB.
    let room = min(max(Int(status.st_size) + 1, JournalFormat.maximumLine + 1), 1 << 16)
    self.path = path
    buffer = [UInt8](repeating: 0, count: room)
    file = opened
  }

  /// The place of the next whole line in the buffer, without its newline; nil when there is none.
  mutating func next(line: Int) throws(JournalError) -> Range<Int>? {
    var searched = start
    while true {
      let newline = buffer.withUnsafeBytes { raw -> Int? in
        guard searched < end, let base = raw.baseAddress, let found = memchr(base + searched, 0x0A, end - searched)
        else { return nil }
        return base.distance(to: UnsafeRawPointer(found))
      }
      if let newline {
        guard newline - start < JournalFormat.maximumLine else { throw .broken(line: line, .tooLong) }
        let range = start..<newline
        start = newline + 1
        wholeBytes += newline + 1 - range.lowerBound
        return range
      }
      // A torn line cannot be longer than a whole one either.
      guard end - start < JournalFormat.maximumLine else { throw .broken(line: line, .tooLong) }
      if isAtEnd { return nil }
      searched = end - start
      try fill()
    }
  }

  private mutating func fill() throws(JournalError) {
    let length = end - start
    let first = start
    buffer.withUnsafeMutableBytes { raw in
      guard first > 0, length > 0, let base = raw.baseAddress else { return }
      memmove(base, base + first, length)
    }
    start = 0
    end = length
    let path = path
    let descriptor = file.raw
    let count = try buffer.withUnsafeMutableBufferPointer { (bytes) throws(JournalError) in
      let room = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(bytes)[length...])
      return try FileAccess.read(descriptor, into: room, path: path)
    }
    if count == 0 { isAtEnd = true }
    end += count
  }

  borrowing func withBytes<R>(
    _ range: Range<Int>, _ body: (UnsafeRawBufferPointer) throws(JournalFault) -> R
  ) throws(JournalFault) -> R {
    try buffer.withRaw { (raw) throws(JournalFault) in
      try body(UnsafeRawBufferPointer(rebasing: raw[range]))
    }
  }
}
