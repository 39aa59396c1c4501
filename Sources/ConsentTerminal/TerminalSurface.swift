import CNcurses
import ConsentModel
import ConsentRender
import Glibc

/// How a terminal is used.
public struct TerminalOptions: Sendable {
  /// Colours are used; `NO_COLOR` in the environment and terminals without colours win over it.
  public var usesColor = true
  /// Mouse reports are asked for; without them the terminal's own selection works.
  public var usesMouse = true
  /// Ctrl-C leaves the session; otherwise it is a key like any other.
  public var leavesOnControlC = true
  /// Ctrl-Z stops the program; otherwise it is a key like any other.
  public var stopsOnControlZ = true
  /// After every frame the terminal is asked to answer, and the answer's delay becomes an event.
  public var asksForFences = false
  /// For how long an escape waits for the rest of a sequence, in microseconds, 1 ms...10 s; nil: `ESCDELAY`, or 25 ms.
  public var escapeDelayMicroseconds: Int64?

  /// Everything on, but no fences.
  public init() {}
}

/// What was found out about a terminal; it belongs into the header of a journal.
public struct TerminalReport: Hashable, Sendable {
  /// Name of its type, the value of `TERM`.
  public var type: String
  /// How colours are shown.
  public var colors: TerminalColors
  /// Whether the locale's characters are UTF-8; otherwise ASCII stands in.
  public var isUTF8: Bool
  /// Whether mouse reports were switched on.
  public var hasMouse: Bool
  /// How long a lone escape is waited for, in microseconds.
  public var escapeDelayMicroseconds: Int64
}

/// The terminal: paints frames through ncurses, reads and decodes bytes itself, and stamps every event.
///
/// One at a time in a process, used from one thread. Whatever happens, `close`, the end of its life, a signal or a crash
/// give the terminal back as it was found.
public struct TerminalSurface: ~Copyable, InteractiveSurface {
  /// What was found out when it was opened.
  public let report: TerminalReport
  /// The signal that ended the session, or 0: the program ends by it too, once everything is closed.
  public var endingSignal: Int32 { signals.endingSignal }

  private let options: TerminalOptions
  private var signals: SignalInbox
  private let pairLimit: Int32
  private var isOpen = true
  private var clock: SessionClock
  private var lastTime = SessionTime.zero
  private var size: Size
  private var decoder: InputDecoder
  private var pending: [Event] = []
  private var nextPending = 0
  private var stop = Stop.none
  private var fenceSentAt: Int64 = 0
  private var buffer: [UInt8]

  // What is on the screen: ncurses compares cells again, but rows that are known to be equal are not even handed over.
  private var styles: [(pair: UInt16, attributes: UInt8)] = []
  private var clusters: [cn_cluster] = []
  private var shown: [Cell] = []
  private var shownDigests: [UInt64] = []
  private var shownSize: Size?
  private var isStale = true
  private var cursor = Cursor()
  private var run: [cn_cell] = []
  private var pairs: [UInt64: UInt16] = [:]

  private enum Stop {
    case none, self_, group
  }

  /// Opens the terminal on standard input and output.
  ///
  /// - Throws: `TerminalError` when there is none or it cannot show a full screen; nothing is changed then.
  public init(_ options: TerminalOptions = TerminalOptions()) throws(TerminalError) {
    guard cn_is_interactive() else { throw .notATerminal }
    let type = TerminalSurface.environment("TERM") ?? ""
    // Handlers first: ncurses only brings its own for signals that nobody has taken.
    let signals = try SignalInbox()
    var found = cn_facts()
    let isPlain = !options.usesColor || !(TerminalSurface.environment("NO_COLOR") ?? "").isEmpty
    switch Int(cn_open(nil, options.usesMouse, !isPlain, &found)) {
    case CN_OK: break
    case CN_NO_CURSOR_ADDRESSING:
      signals.close()
      throw .noCursorAddressing(type)
    default:
      signals.close()
      throw .unknownType(type)
    }
    let colors: TerminalColors =
      isPlain || found.colors < 8
      ? .none
      : found.is_direct ? .direct : found.colors >= 256 ? .indexed : found.colors >= 16 ? .sixteen : .eight
    let configured = TerminalSurface.environment("ESCDELAY").flatMap { Int64($0) }.map { $0 * 1000 }
    decoder = InputDecoder(escapeDelayMicroseconds: options.escapeDelayMicroseconds ?? configured ?? 25_000)
    report = TerminalReport(
      type: type, colors: colors, isUTF8: found.is_utf8, hasMouse: found.has_mouse,
      escapeDelayMicroseconds: decoder.escapeDelayMicroseconds)
    pairLimit = min(found.pairs, 32_767)
    size = Size(columns: Int(found.columns), rows: Int(found.rows))
    self.options = options
    self.signals = signals
    clock = SessionClock()
    buffer = [UInt8](repeating: 0, count: 4096)
    measure()
  }

  deinit {
    if isOpen {
      cn_close()
      signals.close()
    }
  }

  /// The terminal's size now.
  public var currentSize: Size { size }

  /// Gets ready for a session of a flow: its styles and clusters, and a clock that starts now.
  public mutating func begin(_ flow: FlowDefinition, _ inputs: SessionInputs) { begin(flow) }

  /// Gets ready to show frames of a flow: its styles and clusters, and a clock that starts now.
  public mutating func begin(_ flow: FlowDefinition) {
    styles = flow.styles.map { style in
      guard report.colors != .none else { return (0, style.monochrome.rawValue) }
      let (foreground, background) = report.colors.numbers(foreground: style.foreground, background: style.background)
      guard let pair = pair(foreground, background) else { return (0, style.monochrome.rawValue) }
      return (pair, style.attributes.rawValue)
    }
    isStale = true
    clusters = flow.clusters.map { cluster in
      var value = cn_cluster()
      withUnsafeMutableBytes(of: &value.scalars) { raw in
        let slots = raw.bindMemory(to: UInt32.self)
        for (index, scalar) in cluster.text.unicodeScalars.prefix(5).enumerated() { slots[index] = scalar.value }
      }
      value.count = UInt32(min(cluster.text.unicodeScalars.count, 5))
      return value
    }
    measure()
    restartClock()
  }

  /// Makes now the start of the session; events that were read before are dropped.
  private mutating func restartClock() {
    clock.restart()
    lastTime = .zero
    pending.removeAll(keepingCapacity: true)
    nextPending = 0
  }

  /// Gives the terminal back as it was found; more calls do nothing.
  public mutating func close() {
    guard isOpen else { return }
    isOpen = false
    cn_close()
    signals.close()
  }

  /// Microseconds since the start of the session.
  public func now() -> SessionTime { clock.now() }

  // MARK: Painting

  /// Shows a frame: rows that differ from what is shown are handed to ncurses, which sends what differs in one write.
  public mutating func present(_ frame: borrowing Frame) {
    guard isOpen else { return }
    let columns = Int(frame.size.columns)
    let rows = Int(frame.size.rows)
    let isSame = shownSize == frame.size && !isStale
    isStale = false
    if !isSame {
      shown.removeAll(keepingCapacity: true)
      shown.append(contentsOf: repeatElement(Cell(scalar: 0, style: 0, columns: 255), count: columns * rows))
      shownDigests = [UInt64](repeating: 0, count: rows)
    }
    for row in 0..<min(rows, Int(size.rows)) {
      if isSame && shownDigests[row] == frame.rowDigests[row] { continue }
      shownDigests[row] = frame.rowDigests[row]
      paint(row, of: frame)
    }
    shownSize = frame.size
    cursor = frame.cursor
    flush()
    if options.asksForFences && !decoder.awaitsCursorReply {
      fenceSentAt = cn_clock()
      decoder.awaitsCursorReply = true
      cn_query_cursor()
    }
  }

  /// Sends the frame that is shown again, after the terminal has been cleared or has another size.
  public mutating func presentAgain() {
    guard isOpen, let shownSize else { return }
    let columns = Int(shownSize.columns)
    for row in 0..<min(Int(shownSize.rows), Int(size.rows)) { put(row, 0..<columns, columns: columns) }
    flush()
  }

  private func flush() {
    let row = min(max(Int32(cursor.row), 0), Int32(size.rows) - 1)
    let column = min(max(Int32(cursor.column), 0), Int32(size.columns) - 1)
    cn_flush(row, column, cursor.isVisible)
  }

  private mutating func paint(_ row: Int, of frame: borrowing Frame) {
    let columns = Int(frame.size.columns)
    let base = row * columns
    var first = 0
    while first < columns && frame.cells[base + first] == shown[base + first] { first += 1 }
    var last = columns - 1
    while last > first && frame.cells[base + last] == shown[base + last] { last -= 1 }
    guard first < columns else { return }
    // A wide character is painted from its left half.
    while first > 0 && frame.cells[base + first].columns == 0 { first -= 1 }
    for column in first...last { shown[base + column] = frame.cells[base + column] }
    put(row, first..<last + 1, columns: columns)
  }

  /// Hands cells of a row that is shown over to ncurses.
  private mutating func put(_ row: Int, _ range: Range<Int>, columns: Int) {
    run.removeAll(keepingCapacity: true)
    for index in range {
      let cell = shown[row * columns + index]
      var painted = cn_cell()
      painted.scalar = report.isUTF8 ? cell.scalar : asciiScalar(cell)
      painted.columns = report.isUTF8 ? cell.columns : 1
      let style = Int(cell.style)
      if style < styles.count {
        painted.pair = styles[style].pair
        painted.attributes = styles[style].attributes
      }
      run.append(painted)
    }
    let visible = min(run.count, Int(size.columns) - range.lowerBound)
    guard visible > 0 else { return }
    cn_put(Int32(row), Int32(range.lowerBound), run, Int32(visible), clusters, Int32(clusters.count))
  }

  private func asciiScalar(_ cell: Cell) -> UInt32 {
    if cell.columns == 0 { return 0x20 }
    guard cell.scalar & 0x8000_0000 != 0 else { return ASCIIFallback.scalar(for: cell.scalar) }
    let index = Int(cell.scalar & 0x7FFF_FFFF)
    guard index < clusters.count else { return 0x3F }
    return ASCIIFallback.scalar(for: clusters[index].scalars.0)
  }

  /// The pair of two colour numbers, made when it is new, or nil when the terminal has no more.
  private mutating func pair(_ foreground: Int32, _ background: Int32) -> UInt16? {
    let key = UInt64(UInt32(bitPattern: foreground)) << 32 | UInt64(UInt32(bitPattern: background))
    if let known = pairs[key] { return known }
    let number = Int32(pairs.count + 1)
    guard number < pairLimit, cn_pair(number, foreground, background) else { return nil }
    pairs[key] = UInt16(number)
    return UInt16(number)
  }

  // MARK: Events

  /// The next event, stamped with the moment at which its bytes were read; a `wake` when `until` comes first.
  public mutating func nextEvent(until: SessionTime?) -> Event {
    guard isOpen else { return Event(at: lastTime, .leave(.endOfInput)) }
    if stop != .none { return stopped() }
    while true {
      if let event = takeSignals() { return event }
      if nextPending < pending.count {
        let event = pending[nextPending]
        nextPending += 1
        if nextPending == pending.count {
          pending.removeAll(keepingCapacity: true)
          nextPending = 0
        }
        return deliver(event)
      }
      let now = now()
      if let deadline = decoder.deadline, deadline <= now {
        decoder.expire(into: &pending)
        continue
      }
      // A wake waits for a key that is half read: the key came first.
      if let until, until <= now, decoder.deadline == nil { return stamp(now, .wake) }
      wait(until: decoder.deadline ?? until, from: now)
    }
  }

  /// Applies what a key means to the surface itself, and keeps times in order.
  private mutating func deliver(_ event: Event) -> Event {
    switch event.input {
    case .key(Key("c", modifiers: .control)) where options.leavesOnControlC:
      return stamp(event.at, .leave(.stopKey))
    case .key(Key("z", modifiers: .control)) where options.stopsOnControlZ:
      stop = .group
      return stamp(event.at, .suspended)
    case .fence:
      let delay = event.at.microseconds + clock.originMicroseconds - fenceSentAt
      return stamp(event.at, .fence(replyMicroseconds: max(0, delay)))
    case .key, .mouse, .paste, .resize, .wake, .terminalFocus, .suspended, .continued, .unknown, .choose, .resumed,
      .leave:
      return stamp(event.at, event.input)
    }
  }

  private mutating func stamp(_ time: SessionTime, _ input: Input) -> Event {
    lastTime = max(lastTime, time)
    return Event(at: lastTime, input)
  }

  private mutating func wait(until deadline: SessionTime?, from now: SessionTime) {
    var timeout: Int32 = -1
    if let deadline {
      // Rounded up, so that the moment has come when the wait is over.
      let milliseconds = (deadline.microseconds - now.microseconds + 999) / 1000
      timeout = Int32(clamping: max(0, min(milliseconds, 3_600_000)))
    }
    var waited = [
      pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0),
      pollfd(fd: signals.descriptor, events: Int16(POLLIN), revents: 0),
    ]
    guard poll(&waited, 2, timeout) > 0, waited[0].revents != 0 else { return }
    let count = read(STDIN_FILENO, &buffer, buffer.count)
    let time = self.now()
    if count > 0 {
      for index in 0..<count { decoder.feed(buffer[index], at: time, into: &pending) }
    } else if count == 0 || (errno != EINTR && errno != EAGAIN) {
      decoder.expire(into: &pending)
      pending.append(Event(at: time, .leave(endReason())))
    }
  }

  /// Why the input has ended: a terminal that goes away says so by a signal as well, perhaps a moment later.
  private mutating func endReason() -> LeaveReason {
    var waited = pollfd(fd: signals.descriptor, events: Int16(POLLIN), revents: 0)
    guard poll(&waited, 1, 50) > 0, let event = takeSignals(), case .leave(let reason) = event.input else {
      return .endOfInput
    }
    return reason
  }

  /// What the signals that have come mean for the session, or nil when they mean nothing to it.
  private mutating func takeSignals() -> Event? {
    while let news = signals.take() {
      switch news {
      case .end(let reason): return stamp(now(), .leave(reason))
      case .stopKey: return deliver(Event(at: now(), .key(.stop)))
      case .suspend:
        stop = .self_
        return stamp(now(), .suspended)
      // Somebody stopped the program without asking; what it had set up may be gone.
      case .continued: return regain(wasPaused: false)
      case .resized:
        if let event = resized() { return event }
      }
    }
    return nil
  }

  private mutating func resized() -> Event? {
    let former = size
    measure()
    guard size == former else { return stamp(now(), .resize(size)) }
    // It had another size for a moment; who knows what that did to what is on it.
    cn_resize(Int32(size.columns), Int32(size.rows))
    presentAgain()
    return nil
  }

  /// Stops the program, and reports when it goes on.
  private mutating func stopped() -> Event {
    let group = stop == .group
    stop = .none
    cn_pause()
    if !signals.isToldToContinue() { cn_stop(group) }
    let event = regain(wasPaused: true)
    signals.forgetStop()
    return event
  }

  /// Takes the terminal again after a stop. What was typed before the screen is back is dropped, for it was meant for
  /// something else; the size may be another one.
  private mutating func regain(wasPaused: Bool) -> Event {
    cn_regain(wasPaused)
    let dropped = dropKeys()
    cn_repaint()
    isStale = true
    let former = size
    measure()
    if size != former { pending.append(Event(at: now(), .resize(size))) }
    return stamp(now(), .continued(droppedKeys: dropped))
  }

  /// Reads away what was typed while nothing was shown, and counts its keys.
  private mutating func dropKeys() -> Int32 {
    var dropped: [Event] = []
    var waited = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
    while poll(&waited, 1, 0) > 0 && waited.revents & Int16(POLLIN) != 0 {
      let count = read(STDIN_FILENO, &buffer, buffer.count)
      guard count > 0 else { break }
      for index in 0..<count { decoder.feed(buffer[index], at: now(), into: &dropped) }
    }
    decoder.expire(into: &dropped)
    var keys: Int32 = 0
    for event in dropped {
      guard case .key(let key) = event.input else { continue }
      if key == Key("c", modifiers: .control), options.leavesOnControlC {
        // Whoever wants to leave wants so still.
        pending.append(event)
      } else {
        keys &+= 1
      }
    }
    return keys
  }

  /// Asks for the size, and tells ncurses when it is another one.
  private mutating func measure() {
    var columns: Int32 = 0
    var rows: Int32 = 0
    guard cn_window_size(&columns, &rows) else { return }
    let measured = Size(columns: Int(columns), rows: Int(rows))
    guard measured != size else { return }
    size = measured
    cn_resize(Int32(measured.columns), Int32(measured.rows))
    isStale = true
  }

  private static func environment(_ name: String) -> String? {
    guard let value = getenv(name) else { return nil }
    return String(cString: value)
  }
}
