import ConsentModel

/// Reads one line of a journal, member by member in the order in which they are written.
///
/// It is lenient only where spelling it again shows the difference: whoever reads a line compares it with its own
/// spelling.
struct LineReader {
  private let line: UnsafeRawBufferPointer
  private var offset = 0
  /// The format of the journal: that of its header, once that was read.
  private var format: Int

  init(_ line: UnsafeRawBufferPointer, format: Int = JournalFormat.version) {
    self.line = line
    self.format = format
  }

  // MARK: Values

  private func expected(_ what: String) -> JournalFault { .form(byte: offset + 1, expected: what) }

  @inline(__always)
  private mutating func take(_ text: StaticString) -> Bool {
    let count = text.utf8CodeUnitCount
    guard line.count - offset >= count else { return false }
    for index in 0..<count where line[offset &+ index] != text.utf8Start[index] { return false }
    offset += count
    return true
  }

  @inline(__always)
  private mutating func expect(_ text: StaticString) throws(JournalFault) {
    guard take(text) else { throw expected(text.description) }
  }

  private mutating func digits() throws(JournalFault) -> UInt64 {
    let start = offset
    var value: UInt64 = 0
    while offset < line.count, (0x30...0x39).contains(line[offset]) {
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = product.addingReportingOverflow(UInt64(line[offset] - 0x30))
      guard !overflow, !carry else { throw expected("a smaller number") }
      value = sum
      offset += 1
    }
    guard offset > start else { throw expected("a number") }
    return value
  }

  private mutating func number() throws(JournalFault) -> Int64 {
    let isNegative = take("-")
    let magnitude = try digits()
    if isNegative {
      guard magnitude <= Int64.min.magnitude else { throw expected("a smaller number") }
      return Int64(truncatingIfNeeded: 0 &- magnitude)
    }
    guard let value = Int64(exactly: magnitude) else { throw expected("a smaller number") }
    return value
  }

  private mutating func integer<T: FixedWidthInteger>(in range: ClosedRange<T> = T.min...T.max) throws(JournalFault)
    -> T
  {
    let start = offset
    guard let value = T(exactly: try number()), range.contains(value) else {
      throw .form(byte: start + 1, expected: "a number in \(range)")
    }
    return value
  }

  private mutating func bool() throws(JournalFault) -> Bool {
    if take("true") { return true }
    if take("false") { return false }
    throw expected("true or false")
  }

  private mutating func string() throws(JournalFault) -> String {
    try expect("\"")
    let start = offset
    while offset < line.count, line[offset] != 0x22, line[offset] != 0x5C { offset += 1 }
    guard offset < line.count else { throw expected("\"") }
    if line[offset] == 0x22 {
      let plain = UnsafeRawBufferPointer(rebasing: line[start..<offset])
      guard let text = String(validating: plain, as: UTF8.self) else { throw expected("UTF-8") }
      offset += 1
      return text
    }
    var bytes = Array(line[start..<offset])
    while offset < line.count, line[offset] != 0x22 {
      let byte = line[offset]
      offset += 1
      guard byte == 0x5C else {
        bytes.append(byte)
        continue
      }
      if take("\"") {
        bytes.append(0x22)
      } else if take("\\") {
        bytes.append(0x5C)
      } else {
        try expect("u00")
        guard line.count - offset >= 2, let high = Hex.value(line[offset]), let low = Hex.value(line[offset + 1]) else {
          throw expected("two hexadecimal digits")
        }
        // Larger ones are never written so, and would not be UTF-8.
        guard high < 8 else { throw expected("a control character") }
        bytes.append(high << 4 | low)
        offset += 2
      }
    }
    guard let text = String(validating: bytes, as: UTF8.self) else { throw expected("UTF-8") }
    try expect("\"")
    return text
  }

  private mutating func word<T>(_ what: String, _ make: (String) -> T?) throws(JournalFault) -> T {
    let start = offset
    guard let value = make(try string()) else { throw .form(byte: start + 1, expected: what) }
    return value
  }

  private mutating func hexWord() throws(JournalFault) -> UInt64 {
    try expect("\"")
    var value: UInt64 = 0
    for _ in 0..<16 {
      guard offset < line.count, let digit = Hex.value(line[offset]) else { throw expected("16 hexadecimal digits") }
      value = value << 4 | UInt64(digit)
      offset += 1
    }
    try expect("\"")
    return value
  }

  private mutating func digest() throws(JournalFault) -> Digest256 {
    try expect("\"")
    guard line.count - offset >= 64,
      let digest = Digest256(hexBytes: UnsafeRawBufferPointer(rebasing: line[offset..<offset + 64]))
    else { throw expected("64 hexadecimal digits") }
    offset += 64
    try expect("\"")
    return digest
  }

  private mutating func size() throws(JournalFault) -> Size {
    try expect(",\"columns\":")
    let columns: Int = try integer(in: 1...1000)
    try expect(",\"rows\":")
    return Size(columns: columns, rows: try integer(in: 1...1000))
  }

  private mutating func time() throws(JournalFault) -> String {
    try word("a time like 2025-09-28T12:00:00.000Z") { WallClock.isTime($0) ? $0 : nil }
  }

  private mutating func terminal() throws(JournalFault) -> TerminalFacts {
    try expect("{\"term\":")
    let term = try string()
    try expect(",\"colours\":")
    let colours: Int32 = try integer()
    try expect(",\"utf8\":")
    let isUTF8 = try bool()
    try expect(",\"escdelay_ms\":")
    let delay: Int32 = try integer()
    try expect(",\"mouse\":")
    var facts = TerminalFacts(
      term: term, colours: colours, isUTF8: isUTF8, escapeDelayMilliseconds: delay, hasMouse: try bool())
    if format > 1 {
      try expect(",\"focus_events\":")
      facts.reportsFocus = try bool()
      try expect(",\"fences\":")
      facts.hasFences = try bool()
      try expect(",\"kiosk\":")
      facts.isKiosk = try bool()
      try expect(",\"through\":[")
      while !take("]") {
        if !facts.through.isEmpty { try expect(",") }
        facts.through.append(try string())
      }
    }
    try expect("}")
    return facts
  }

  /// The chain at the end of the line, and how many bytes of the line it covers.
  mutating func chain() throws(JournalFault) -> (covered: Int, chain: Digest256) {
    let covered = offset
    try expect(",\"chain\":")
    let chain = try digest()
    try expect("}")
    guard offset == line.count else { throw expected("the end of the line") }
    return (covered, chain)
  }

  // MARK: Lines, up to the chain

  mutating func header() throws(JournalFault) -> JournalHeader {
    guard take("{\"format\":") else { throw .noHeader }
    format = try integer()
    guard format <= JournalFormat.version else { throw .newerFormat(format) }
    guard format >= 1 else { throw .noHeader }
    try expect(",\"program\":")
    let program = try string()
    try expect(",\"version\":")
    let version = try string()
    try expect(",\"engine\":")
    let engine: Int = try integer()
    try expect(",\"flow\":")
    let flow = try string()
    try expect(",\"flow_digest\":")
    let flowDigest = try digest()
    try expect(",\"language\":")
    let language = try string()
    try expect(",\"condition\":{")
    var condition: [FlowDefinition.FactorLevel] = []
    while !take("}") {
      if !condition.isEmpty { try expect(",") }
      let factor = try string()
      try expect(":")
      condition.append(FlowDefinition.FactorLevel(factor: factor, level: try string()))
    }
    try expect(",\"entry\":")
    let entry = try string()
    try expect(",\"account\":")
    let account = try string()
    try expect(",\"date\":")
    let date = try word("a date") { Day($0) }
    try expect(",\"seed\":\"")
    let seed = try digits()
    try expect("\",\"stage\":")
    let stage = try word("a stage") { Stage(rawValue: $0) }
    try expect(",\"presentation\":")
    let presentation = try word("a presentation") { word in Presentation.allCases.first { $0.word == word } }
    let size = try size()
    try expect(",\"input_guard_us\":")
    let inputGuard: Int32 = try integer(in: 0...10_000_000)
    var asks = false
    if format > 1 {
      try expect(",\"stop\":")
      asks = take("\"asks\"")
      if !asks { try expect("\"leaves\"") }
    }
    try expect(",\"terminal\":")
    let terminal = try terminal()
    try expect(",\"started\":")
    let started = try time()
    try expect(",\"salt\":")
    let salt = try string()
    let study = format > 2 ? try study() : nil
    try expect(",\"first_frame\":")
    return JournalHeader(
      format: format, program: program, version: version, engineVersion: engine, flow: flow, flowDigest: flowDigest,
      language: language, condition: condition, entry: entry, account: account, date: date, seed: seed, stage: stage,
      presentation: presentation, size: size, inputGuardMicroseconds: inputGuard,
      asksBeforeStopping: asks, terminal: terminal, started: started, salt: salt, study: study,
      firstFrame: try hexWord())
  }

  private mutating func study() throws(JournalFault) -> JournalHeader.Study? {
    guard take(",\"study\":{\"digest\":") else { return nil }
    let digest = try digest()
    try expect(",\"session\":")
    let session: Int = try integer(in: 1...Int.max)
    try expect(",\"slot\":")
    let slot: Int = try integer(in: 0...Int.max)
    try expect("}")
    return JournalHeader.Study(digest: digest, session: session, slot: slot)
  }

  mutating func afterHeader() throws(JournalFault) -> JournalLine {
    if take("{\"end\":") { return .closing(try closing()) }
    try expect("{\"n\":")
    let index: Int = try integer(in: 0...Int.max)
    try expect(",\"t_us\":")
    let at = SessionTime(microseconds: try integer(in: 0...Int64.max))
    try expect(",\"e\":")
    let (input, resumption) = try input()
    let isAnticipatory = format > 1 && take(",\"anticipatory\":true")
    let sync = try sync()
    let mayDrop: Bool
    if case .leave = input { mayDrop = true } else { mayDrop = resumption != nil }
    let dropped = mayDrop ? try dropped() : 0
    try expect(",\"frame\":")
    let recorded = Recorded(
      event: Event(at: at, input, isAnticipatory: isAnticipatory), frameDigest: try hexWord())
    return .event(
      JournalEvent(
        index: index, recorded: recorded, syncMicroseconds: sync, resumption: resumption, droppedBytes: dropped))
  }

  private mutating func sync() throws(JournalFault) -> Int64? {
    guard take(",\"sync_us\":") else { return nil }
    return try integer(in: 0...Int64.max)
  }

  /// A line shorter than any whole one, whose place this one took.
  private mutating func dropped() throws(JournalFault) -> Int {
    guard format > 2, take(",\"dropped_bytes\":") else { return 0 }
    return try integer(in: 1...JournalFormat.maximumLine - 1)
  }

  private mutating func closing() throws(JournalFault) -> JournalClosing {
    let ending: JournalEnding
    if take("\"finished\",\"outcome\":") {
      ending = .finished(outcome: try string())
    } else {
      try expect("\"left\",\"reason\":")
      ending = .left(try word("a reason to leave") { LeaveReason(word: $0) })
    }
    try expect(",\"events\":")
    let events: Int = try integer(in: 0...Int.max)
    let sync = try sync()
    return JournalClosing(ending: ending, events: events, syncMicroseconds: sync, droppedBytes: try dropped())
  }

  private mutating func input() throws(JournalFault) -> (Input, Resumption?) {
    if take("\"key\",\"v\":") { return (.key(try word("a key") { Key(spelling: $0) }), nil) }
    if take("\"wake\"") { return (.wake, nil) }
    if take("\"focus-in\"") { return (.terminalFocus(true), nil) }
    if take("\"focus-out\"") { return (.terminalFocus(false), nil) }
    if take("\"suspended\"") { return (.suspended, nil) }
    if take("\"press\"") { return (.mouse(try mouse(.press)), nil) }
    if take("\"release\"") { return (.mouse(try mouse(.release)), nil) }
    if take("\"wheel-up\"") { return (.mouse(try mouse(.wheelUp)), nil) }
    if take("\"wheel-down\"") { return (.mouse(try mouse(.wheelDown)), nil) }
    if take("\"resize\"") { return (.resize(try size()), nil) }
    if take("\"leave\",\"v\":") { return (.leave(try word("a reason to leave") { LeaveReason(word: $0) }), nil) }
    if take("\"fence\",\"reply_us\":") { return (.fence(replyMicroseconds: try integer()), nil) }
    if take("\"unknown\",\"bytes\":") { return (.unknown(bytes: try integer()), nil) }
    if take("\"continued\",\"dropped_keys\":") { return (.continued(droppedKeys: try integer()), nil) }
    if take("\"choose\",\"element\":") { return (.choose(control: try integer()), nil) }
    if take("\"paste\",\"characters\":") {
      let characters: Int32 = try integer()
      try expect(",\"lines\":")
      return (.paste(characters: characters, lines: try integer()), nil)
    }
    if take("\"resumed\",\"at\":") {
      let at = try time()
      try expect(",\"terminal\":")
      return (.resumed, Resumption(at: at, terminal: try terminal()))
    }
    throw expected("an event")
  }

  private mutating func mouse(_ action: Mouse.Action) throws(JournalFault) -> Mouse {
    try expect(",\"column\":")
    let column: Int16 = try integer()
    try expect(",\"row\":")
    return Mouse(action, column: column, row: try integer())
  }
}

extension LineReader {
  /// A line of a file of notes, up to the chain, and its number.
  mutating func note() throws(JournalFault) -> (index: Int, note: Note) {
    let (index, event, frame) = try place()
    try expect(",\"marker\":")
    let marker = try word("a marker") { Note.Marker(rawValue: $0) }
    try expect(",\"who\":")
    let who = try string()
    try expect(",\"at\":")
    let at = try time()
    try expect(",\"text\":")
    return (index, Note(event: event, frame: frame, marker: marker, who: who, at: at, text: try string()))
  }

  /// A line of a file of texts, up to the chain, and its number.
  mutating func text() throws(JournalFault) -> (index: Int, text: TypedText) {
    let (index, event, frame) = try place()
    try expect(",\"screen\":")
    let screen = try string()
    try expect(",\"element\":")
    let element = try string()
    try expect(",\"text\":")
    return (index, TypedText(event: event, frame: frame, screen: screen, element: element, text: try string()))
  }

  /// The number of a line that stands beside a journal, and the event and frame of the journal that it belongs to.
  private mutating func place() throws(JournalFault) -> (index: Int, event: Int, frame: UInt64) {
    try expect("{\"n\":")
    let index: Int = try integer(in: 0...Int.max)
    try expect(",\"event\":")
    let event: Int = try integer(in: -1...Int.max)
    try expect(",\"frame\":")
    return (index, event, try hexWord())
  }
}

extension LineReader {
  /// The line of an anchor, and how many of its bytes a signature covers.
  mutating func anchor() throws(JournalFault) -> (anchor: Anchor, covered: Int) {
    try expect("{\"anchor\":1,\"of\":")
    let subject: Anchor.Subject
    if take("\"study\",\"links\":") {
      subject = .study(links: try integer(in: 0...Int.max))
    } else {
      try expect("\"journal\",\"begins\":")
      let begins = try digest()
      try expect(",\"lines\":")
      subject = .journal(begins: begins, lines: try integer(in: 1...Int.max))
    }
    try expect(",\"head\":")
    var anchor = Anchor(subject, head: try digest())
    let covered = offset
    if take(",\"public_key\":") {
      let publicKey = try digest()
      try expect(",\"signature\":\"")
      guard line.count - offset >= 128,
        let first = Digest256(hexBytes: UnsafeRawBufferPointer(rebasing: line[offset..<offset + 64])),
        let second = Digest256(hexBytes: UnsafeRawBufferPointer(rebasing: line[offset + 64..<offset + 128]))
      else { throw expected("128 hexadecimal digits") }
      offset += 128
      try expect("\"")
      anchor.signature = Anchor.Signature(publicKey: publicKey, first: first, second: second)
    }
    try expect("}")
    guard offset == line.count else { throw expected("the end of the line") }
    return (anchor, covered)
  }
}
