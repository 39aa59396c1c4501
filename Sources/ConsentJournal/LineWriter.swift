import ConsentModel

/// Spells the lines of a journal; one line has exactly one spelling.
struct LineWriter {
  private(set) var bytes: [UInt8] = []
  /// The format that is spelled; older ones lack members.
  var format = JournalFormat.version
  private var spelled: [(key: Key, bytes: [UInt8])] = []

  init() { bytes.reserveCapacity(JournalFormat.maximumLine) }

  mutating func clear() { bytes.removeAll(keepingCapacity: true) }

  // MARK: Values

  @inline(__always)
  mutating func raw(_ text: StaticString) {
    bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  mutating func number(_ value: UInt64) {
    guard value >= 10 else {
      bytes.append(0x30 + UInt8(value))
      return
    }
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
      var rest = value
      var first = 20
      while rest > 0 {
        first &-= 1
        digits.initializeElement(at: first, to: 0x30 + UInt8(rest % 10))
        rest /= 10
      }
      bytes.append(contentsOf: UnsafeBufferPointer(rebasing: digits[first...]))
    }
  }

  mutating func number(_ value: Int64) {
    if value < 0 { bytes.append(0x2D) }
    number(value.magnitude)
  }

  mutating func bool(_ value: Bool) { value ? raw("true") : raw("false") }

  mutating func string(_ text: String) {
    bytes.append(0x22)
    for byte in text.utf8 {
      switch byte {
      case 0x22, 0x5C:
        bytes.append(0x5C)
        bytes.append(byte)
      case 0..<0x20, 0x7F:
        raw("\\u00")
        bytes.append(Hex.digit(byte >> 4))
        bytes.append(Hex.digit(byte & 15))
      default: bytes.append(byte)
      }
    }
    bytes.append(0x22)
  }

  /// The keys of a session are few; each is spelled once.
  private mutating func spell(_ key: Key) {
    if let known = spelled.first(where: { $0.key == key }) {
      bytes.append(contentsOf: known.bytes)
      return
    }
    let start = bytes.count
    string(key.spelling)
    if spelled.count < 32 { spelled.append((key, Array(bytes[start...]))) }
  }

  mutating func word(_ value: UInt64) {
    bytes.append(0x22)
    for shift in stride(from: UInt64(60), through: 0, by: -4) {
      bytes.append(Hex.digit(UInt8(truncatingIfNeeded: value >> shift) & 15))
    }
    bytes.append(0x22)
  }

  mutating func digest(_ digest: Digest256) {
    bytes.append(0x22)
    withUnsafeBytes(of: digest) {
      for byte in $0 {
        bytes.append(Hex.digit(byte >> 4))
        bytes.append(Hex.digit(byte & 15))
      }
    }
    bytes.append(0x22)
  }

  /// Ends the line: what stands in it so far is chained to the line before it.
  mutating func finish(after previous: Digest256?) -> Digest256 {
    let chain = bytes.withUnsafeBytes { Digest256(after: previous, $0) }
    raw(",\"chain\":")
    digest(chain)
    raw("}\n")
    return chain
  }

  // MARK: Lines, without chain

  mutating func header(_ header: JournalHeader) {
    format = header.format
    raw("{\"format\":")
    number(UInt64(format))
    raw(",\"program\":")
    string(header.program)
    raw(",\"version\":")
    string(header.version)
    raw(",\"engine\":")
    number(Int64(header.engineVersion))
    raw(",\"flow\":")
    string(header.flow)
    raw(",\"flow_digest\":")
    digest(header.flowDigest)
    raw(",\"language\":")
    string(header.language)
    raw(",\"condition\":{")
    for (index, level) in header.condition.enumerated() {
      if index > 0 { raw(",") }
      string(level.factor)
      raw(":")
      string(level.level)
    }
    raw("},\"entry\":")
    string(header.entry)
    raw(",\"account\":")
    string(header.account)
    raw(",\"date\":")
    string(header.date.text)
    // A number of 64 bits loses digits in most readers of JSON; a string does not.
    raw(",\"seed\":\"")
    number(header.seed)
    raw("\",\"stage\":")
    string(header.stage.rawValue)
    raw(",\"presentation\":")
    string(header.presentation.word)
    raw(",\"columns\":")
    number(Int64(header.size.columns))
    raw(",\"rows\":")
    number(Int64(header.size.rows))
    raw(",\"input_guard_us\":")
    number(Int64(header.inputGuardMicroseconds))
    if format > 1 { header.asksBeforeStopping ? raw(",\"stop\":\"asks\"") : raw(",\"stop\":\"leaves\"") }
    raw(",\"terminal\":")
    terminal(header.terminal)
    raw(",\"started\":")
    string(header.started)
    raw(",\"salt\":")
    string(header.salt)
    if format > 2, let study = header.study {
      raw(",\"study\":{\"digest\":")
      digest(study.digest)
      raw(",\"session\":")
      number(Int64(study.session))
      raw(",\"slot\":")
      number(Int64(study.slot))
      raw("}")
    }
    raw(",\"first_frame\":")
    word(header.firstFrame)
  }

  private mutating func terminal(_ facts: TerminalFacts) {
    raw("{\"term\":")
    string(facts.term)
    raw(",\"colours\":")
    number(Int64(facts.colours))
    raw(",\"utf8\":")
    bool(facts.isUTF8)
    raw(",\"escdelay_ms\":")
    number(Int64(facts.escapeDelayMilliseconds))
    raw(",\"mouse\":")
    bool(facts.hasMouse)
    if format > 1 {
      raw(",\"focus_events\":")
      bool(facts.reportsFocus)
      raw(",\"fences\":")
      bool(facts.hasFences)
      raw(",\"kiosk\":")
      bool(facts.isKiosk)
      raw(",\"through\":[")
      for (index, name) in facts.through.enumerated() {
        if index > 0 { raw(",") }
        string(name)
      }
      raw("]")
    }
    raw("}")
  }

  private mutating func sync(_ microseconds: Int64?) {
    guard let microseconds else { return }
    raw(",\"sync_us\":")
    number(microseconds)
  }

  private mutating func dropped(_ count: Int) {
    guard count > 0 else { return }
    raw(",\"dropped_bytes\":")
    number(UInt64(count))
  }

  mutating func event(
    _ index: Int, _ event: Event, frame: UInt64, sync microseconds: Int64?, resumption: Resumption?, dropped: Int = 0
  ) {
    raw("{\"n\":")
    number(UInt64(index))
    raw(",\"t_us\":")
    number(event.at.microseconds)
    input(event.input, resumption)
    if event.isAnticipatory { raw(",\"anticipatory\":true") }
    sync(microseconds)
    self.dropped(dropped)
    raw(",\"frame\":")
    word(frame)
  }

  private mutating func input(_ input: Input, _ resumption: Resumption?) {
    switch input {
    case .key(let key):
      raw(",\"e\":\"key\",\"v\":")
      spell(key)
    case .mouse(let mouse):
      switch mouse.action {
      case .press: raw(",\"e\":\"press\"")
      case .release: raw(",\"e\":\"release\"")
      case .wheelUp: raw(",\"e\":\"wheel-up\"")
      case .wheelDown: raw(",\"e\":\"wheel-down\"")
      }
      raw(",\"column\":")
      number(Int64(mouse.column))
      raw(",\"row\":")
      number(Int64(mouse.row))
    case .paste(let characters, let lines):
      raw(",\"e\":\"paste\",\"characters\":")
      number(Int64(characters))
      raw(",\"lines\":")
      number(Int64(lines))
    case .resize(let size):
      raw(",\"e\":\"resize\",\"columns\":")
      number(Int64(size.columns))
      raw(",\"rows\":")
      number(Int64(size.rows))
    case .wake: raw(",\"e\":\"wake\"")
    case .terminalFocus(true): raw(",\"e\":\"focus-in\"")
    case .terminalFocus(false): raw(",\"e\":\"focus-out\"")
    case .suspended: raw(",\"e\":\"suspended\"")
    case .continued(let droppedKeys):
      raw(",\"e\":\"continued\",\"dropped_keys\":")
      number(Int64(droppedKeys))
    case .fence(let microseconds):
      raw(",\"e\":\"fence\",\"reply_us\":")
      number(microseconds)
    case .unknown(let count):
      raw(",\"e\":\"unknown\",\"bytes\":")
      number(Int64(count))
    case .choose(let control):
      raw(",\"e\":\"choose\",\"element\":")
      number(Int64(control))
    case .resumed:
      raw(",\"e\":\"resumed\"")
      if let resumption {
        raw(",\"at\":")
        string(resumption.at)
        raw(",\"terminal\":")
        terminal(resumption.terminal)
      }
    case .leave(let reason):
      raw(",\"e\":\"leave\",\"v\":")
      string(reason.word)
    }
  }

  mutating func closing(_ closing: JournalClosing) {
    switch closing.ending {
    case .finished(let outcome):
      raw("{\"end\":\"finished\",\"outcome\":")
      string(outcome)
    case .left(let reason):
      raw("{\"end\":\"left\",\"reason\":")
      string(reason.word)
    }
    raw(",\"events\":")
    number(UInt64(closing.events))
    sync(closing.syncMicroseconds)
    dropped(closing.droppedBytes)
  }
}

extension LineWriter {
  /// A line of a file of notes, without its chain.
  mutating func note(_ index: Int, _ note: Note) {
    place(index, event: note.event, frame: note.frame)
    raw(",\"marker\":")
    string(note.marker.rawValue)
    raw(",\"who\":")
    string(note.who)
    raw(",\"at\":")
    string(note.at)
    raw(",\"text\":")
    string(note.text)
  }

  /// A line of a file of texts, without its chain.
  mutating func text(_ index: Int, _ text: TypedText) {
    place(index, event: text.event, frame: text.frame)
    raw(",\"screen\":")
    string(text.screen)
    raw(",\"element\":")
    string(text.element)
    raw(",\"text\":")
    string(text.text)
  }

  private mutating func place(_ index: Int, event: Int, frame: UInt64) {
    raw("{\"n\":")
    number(UInt64(index))
    raw(",\"event\":")
    number(Int64(event))
    raw(",\"frame\":")
    word(frame)
  }
}

extension LineWriter {
  /// The line of an anchor up to its signature, without the closing brace.
  mutating func anchor(_ anchor: Anchor) {
    switch anchor.subject {
    case .study(let links):
      raw("{\"anchor\":1,\"of\":\"study\",\"links\":")
      number(Int64(links))
    case .journal(let begins, let lines):
      raw("{\"anchor\":1,\"of\":\"journal\",\"begins\":")
      digest(begins)
      raw(",\"lines\":")
      number(Int64(lines))
    case .anything: raw("{\"anchor\":1,\"of\":\"anything\"")
    }
    raw(",\"head\":")
    digest(anchor.head)
  }
}
