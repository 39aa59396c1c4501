import CNcurses
import ConsentModel
import ConsentRender
import Glibc

/// The linear presentation: lines are written once, one after the other, and numbers are read as lines.
///
/// It asks nothing of the terminal: no cursor addressing, no modes, no colours. So it works on any terminal, with a
/// screen reader, and through a pipe. From a pipe a line is taken only some time after the frame before it, as a quick
/// reader would type it; otherwise a script would answer before it was asked.
public struct LinearSurface: ~Copyable, InteractiveSurface {
  /// What was found out when it was opened.
  public let report: TerminalReport

  private let input: Int32
  private let output: Int32
  private let isTyped: Bool
  private var clock = SessionClock()
  private var inbox: SignalInbox
  private var isOpen = true
  private var lastTime = SessionTime.zero
  private var size: Size
  /// Lines that were read and not taken yet, and bytes of one that has no newline yet.
  private var lines: ArraySlice<Line> = []
  private var unfinished: [UInt8] = []
  private var isAtEnd = false
  private var isGone = false
  private var voice = LinearVoice()
  private var text = LineEncoder()
  /// What is asked and was not written yet.
  private var question: [UInt8] = []
  private var wasAnswered = false
  private var shownDigest: UInt64 = 0
  private var entries: [Int32] = []
  private var stopKey: Key?
  private var texts = PrivateTexts()
  /// The blank into which a line goes, and the keys of one that is being entered.
  private var blank: Blank?
  private var entering: ArraySlice<Event> = []
  private var presentedAt = SessionTime.zero
  private var pauseMicroseconds = LinearSurface.shortestPause
  private var willStop = false

  private struct Line {
    var at: SessionTime
    var bytes: [UInt8]
  }

  /// A line from a pipe is taken no sooner than this after the frame before it, and not within an input guard.
  static let shortestPause: Int64 = 600_000
  /// A typed line that is longer is cut; it is no number anyway.
  private static let longestLine = 4096

  /// Opens standard input and output for lines.
  ///
  /// - Throws: `TerminalError.closed` when one of them is not open, `noSignalPipe` when the system has no more file
  ///   descriptors.
  public init(isKiosk: Bool = false) throws(TerminalError) {
    guard fcntl(STDIN_FILENO, F_GETFD) >= 0, fcntl(STDOUT_FILENO, F_GETFD) >= 0 else { throw .closed }
    inbox = try SignalInbox(isKiosk: isKiosk)
    // A reader that goes away is a hang-up, not the end of the program in the middle of a line.
    cn_ignore_broken_pipes(true)
    cn_guard_crashes(true)
    input = STDIN_FILENO
    output = STDOUT_FILENO
    isTyped = isatty(STDIN_FILENO) != 0
    let isUTF8 = cn_set_locale()
    text.isUTF8 = isUTF8
    size = LinearSurface.measured() ?? .standard
    report = TerminalReport(
      type: Surroundings.value("TERM") ?? "", colors: .none, isUTF8: isUTF8, hasMouse: false, reportsFocus: false,
      hasFences: false, isKiosk: isKiosk, through: Surroundings.through(Surroundings.value), escapeDelayMicroseconds: 0)
  }

  deinit {
    if isOpen { giveBack() }
  }

  private func giveBack() {
    inbox.close()
    cn_guard_crashes(false)
    cn_ignore_broken_pipes(false)
  }

  /// The signal that ended the session, or 0: the program ends by it too, once everything is closed.
  public var endingSignal: Int32 { inbox.endingSignal }

  /// The size of the terminal, of which only the columns count; 80 columns where there is none.
  public var currentSize: Size { size }

  /// Gets ready for a session of a flow; its clock goes on from a moment.
  public mutating func begin(_ flow: FlowDefinition, _ inputs: SessionInputs, at time: SessionTime) {
    stopKey = inputs.asksBeforeStopping ? flow.stop?.key : nil
    pauseMicroseconds = max(LinearSurface.shortestPause, Int64(inputs.inputGuardMicroseconds) + 100_000)
    voice = LinearVoice()
    texts.begin(isLive: true)
    blank = nil
    entering = []
    text.clusters = flow.clusters.map(\.text)
    clock.restart(at: time)
    lastTime = time
    presentedAt = time
    // What was typed before is kept; it reaches the session at its start.
    for index in lines.indices { lines[index].at = time }
  }

  /// Ends the use of the terminal; more calls do nothing.
  public mutating func close() {
    guard isOpen else { return }
    isOpen = false
    giveBack()
  }

  /// Whether the moments of keys in private fields are exact; otherwise, as at first, they are whole seconds.
  public var keepsTypingTimes: Bool {
    get { texts.keepsTimes }
    set { texts.keepsTimes = newValue }
  }

  /// What was typed into private fields that the flow has emptied or whose screen has gone, if not given out before.
  public mutating func takeTexts() -> [PrivateText] { texts.take() }

  // MARK: Writing

  /// Writes what of a frame is new.
  public mutating func present(_ frame: borrowing Frame) {
    guard isOpen else { return }
    // What was typed before these lines were there is read now, so that it is known to be older.
    if isTyped { readWhatIsThere() }
    entries = frame.numberedControls
    texts.follow(frame)
    let focused = frame.blanks.first(where: \.isFocused)
    // A line goes into the blank that it was typed for, and nowhere else.
    if focused?.element != blank?.element { entering = [] }
    blank = focused
    // Of a line that is being entered only what comes of all of it is said.
    guard entering.isEmpty else { return }
    let speech = voice.speech(of: frame)
    text.clear()
    if speech.followsScreen { text.endLine() }
    for row in speech.rows { text.append(row, of: frame) }
    write(text.bytes)
    // A frame that only stands on asks nothing anew, unless an answer came that changed nothing.
    guard !speech.rows.isEmpty || wasAnswered || frame.digest != shownDigest else { return }
    text.clear()
    for row in speech.ask { text.append(row, of: frame) }
    question = text.bytes
    wasAnswered = false
    shownDigest = frame.digest
    presentedAt = clock.now()
  }

  /// Writes what is asked, when an answer is waited for; a session that is over asks nothing more.
  private mutating func ask() {
    guard !question.isEmpty else { return }
    write(question)
    question = []
    presentedAt = clock.now()
  }

  private mutating func write(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty, !isGone {
      let count = rest.withUnsafeBytes { Glibc.write(output, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      if count < 0, errno == EAGAIN {
        var waited = pollfd(fd: output, events: Int16(POLLOUT), revents: 0)
        _ = poll(&waited, 1, 1000)
        continue
      }
      guard count > 0 else {
        isGone = true
        return
      }
      rest = rest.dropFirst(count)
    }
  }

  // MARK: Events

  /// The next event, stamped with the moment at which its line was read; a `wake` when `until` comes first.
  public mutating func nextEvent(until: SessionTime?) -> Event {
    guard isOpen else { return Event(at: lastTime, .leave(.endOfInput)) }
    if willStop { return stopped() }
    ask()
    while true {
      if let event = takeSignal() { return event }
      if let event = entering.popFirst() { return enter(event) }
      let now = clock.now()
      if isGone { return stamp(now, .leave(.hangup)) }
      if isTyped, let line = lines.popFirst() { return take(line) }
      if let until, until <= now { return stamp(now, .wake) }
      let mayTake = isTyped || now >= presentedAt.advanced(byMicroseconds: pauseMicroseconds)
      // A script's line has been there for long; its moment is the one at which it is taken.
      if mayTake, var line = lines.popFirst() {
        line.at = now
        return take(line)
      }
      if mayTake, isAtEnd { return stamp(now, .leave(endReason())) }
      wait(until: until, from: now, reads: mayTake && !isAtEnd)
    }
  }

  private mutating func take(_ line: Line) -> Event {
    wasAnswered = true
    if let blank, let keys = BlankLine.keys(line.bytes, into: blank) {
      let isAnticipatory = isTyped && line.at <= presentedAt
      entering = keys.map { Event(at: line.at, .key($0), isAnticipatory: isAnticipatory) }[...]
      return enter(entering.removeFirst())
    }
    let input: Input =
      blank == nil
      ? LinearLine.input(line.bytes, entries: entries, stopKey: stopKey)
      : .unknown(bytes: Int32(clamping: line.bytes.count))
    var event = stamp(line.at, input)
    event.isAnticipatory = isTyped && line.at <= presentedAt
    return event
  }

  private mutating func enter(_ event: Event) -> Event {
    let (input, isCoarse) = texts.standIn(for: event.input)
    var entered = stamp(isCoarse ? PrivateTexts.coarse(event.at) : event.at, input)
    entered.isAnticipatory = event.isAnticipatory
    return entered
  }

  private mutating func stamp(_ time: SessionTime, _ input: Input) -> Event {
    lastTime = max(lastTime, time)
    return Event(at: lastTime, input)
  }

  private mutating func takeSignal() -> Event? {
    guard let news = inbox.take() else { return nil }
    let now = clock.now()
    switch news {
    case .end(let reason): return stamp(now, .leave(reason))
    case .stopKey: return stamp(now, .key(.stop))
    case .suspend:
      willStop = true
      return stamp(now, .suspended)
    case .continued: return stamp(now, .continued(droppedKeys: 0))
    case .resized:
      guard let measured = LinearSurface.measured(), measured != size else { return nil }
      size = measured
      return stamp(now, .resize(measured))
    }
  }

  /// Stops the program, and reports when it goes on; nothing of the terminal has to be given back for that.
  private mutating func stopped() -> Event {
    willStop = false
    if !inbox.isToldToContinue() { cn_stop(false) }
    inbox.forgetStop()
    return stamp(clock.now(), .continued(droppedKeys: 0))
  }

  // MARK: Reading

  /// Waits for a line, a signal, or the next moment at which something is due.
  private mutating func wait(until deadline: SessionTime?, from now: SessionTime, reads: Bool) {
    var due = deadline
    if !isTyped, !reads || !lines.isEmpty {
      let next = presentedAt.advanced(byMicroseconds: pauseMicroseconds)
      if next > now { due = min(due ?? next, next) }
    }
    var timeout: Int32 = -1
    if let due {
      // Rounded up, so that the moment has come when the wait is over.
      timeout = Int32(clamping: max(0, min((due.microseconds - now.microseconds + 999) / 1000, 3_600_000)))
    }
    var waited = [
      pollfd(fd: inbox.descriptor, events: Int16(POLLIN), revents: 0),
      pollfd(fd: input, events: Int16(POLLIN), revents: 0),
    ]
    guard poll(&waited, reads ? 2 : 1, timeout) > 0, reads, waited[1].revents != 0 else { return }
    read()
  }

  /// Reads what was typed before now, without waiting for more, up to 256 KiB.
  private mutating func readWhatIsThere() {
    var waited = pollfd(fd: input, events: Int16(POLLIN), revents: 0)
    for _ in 0..<64 {
      guard !isAtEnd, poll(&waited, 1, 0) > 0, waited.revents & Int16(POLLIN) != 0 else { return }
      read()
    }
  }

  private mutating func read() {
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = Glibc.read(input, &buffer, buffer.count)
    let time = clock.now()
    guard count > 0 else {
      if count < 0, errno == EINTR || errno == EAGAIN { return }
      isAtEnd = true
      if !unfinished.isEmpty { finishLine(at: time) }
      return
    }
    for byte in buffer.prefix(count) {
      if byte == 0x0A {
        finishLine(at: time)
      } else if unfinished.count < LinearSurface.longestLine {
        unfinished.append(byte)
      }
    }
  }

  private mutating func finishLine(at time: SessionTime) {
    lines.append(Line(at: time, bytes: unfinished))
    unfinished.removeAll(keepingCapacity: true)
  }

  /// Why the input has ended: a terminal that goes away says so by a signal as well, perhaps a moment later.
  private mutating func endReason() -> LeaveReason {
    var waited = pollfd(fd: inbox.descriptor, events: Int16(POLLIN), revents: 0)
    // A wait that is interrupted was interrupted by the signal.
    guard isTyped, poll(&waited, 1, 50) != 0, case .end(let reason)? = inbox.take() else { return .endOfInput }
    return reason
  }

  private static func measured() -> Size? {
    var columns: Int32 = 0
    var rows: Int32 = 0
    guard cn_window_size(&columns, &rows) else { return nil }
    return Size(columns: Int(columns), rows: Int(rows))
  }
}
