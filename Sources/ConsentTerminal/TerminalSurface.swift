import CNcurses
import ConsentInput
import ConsentModel
import ConsentRender
import Glibc

/// The terminal: paints frames through ncurses, reads and decodes bytes itself, and stamps every event.
///
/// One at a time in a process, used from one thread. Whatever happens, `close`, the end of its life, a signal or a crash
/// give the terminal back as it was found.
///
/// An event is anticipatory when its bytes had been read before the frame that stands when it is delivered was handed to
/// the terminal. A frame that is the same as the one before it does not count as a new one.
public struct TerminalSurface: ~Copyable, InteractiveSurface {
  /// What was found out when it was opened.
  public let report: TerminalReport
  /// The signal that ended the session, or 0: the program ends by it too, once everything is closed.
  public var endingSignal: Int32 { signals.endingSignal }

  private let options: TerminalOptions
  private var signals: SignalInbox
  private var painter: ScreenPainter
  private var texts = PrivateTexts()
  private var isOpen = true
  private var clock = SessionClock()
  private var lastTime = SessionTime.zero
  private var presentedAt = SessionTime.zero
  private var size: Size
  private var resizes = ResizeGate()
  private var decoder: InputDecoder
  private var pending: [Event] = []
  private var nextPending = 0
  private var stop = Stop.none
  private var fence = Fence()
  private var buffer = [UInt8](repeating: 0, count: 4096)

  private enum Stop {
    case none, self_, group
  }

  /// The question that is asked after a new frame.
  private struct Fence {
    /// For how long an answer is waited for before the terminal is given back, in milliseconds.
    static let patienceMilliseconds: Int32 = 100
    var frameDigest: UInt64?
    var sentAtMicroseconds: Int64 = 0
  }

  /// Opens the terminal on standard input and output.
  ///
  /// - Throws: `TerminalError` when there is none or it cannot show a full screen; nothing is changed then.
  public init(_ options: TerminalOptions = TerminalOptions()) throws(TerminalError) {
    guard cn_is_interactive() else { throw .notATerminal }
    let type = Surroundings.value("TERM") ?? ""
    // Handlers first: ncurses only brings its own for signals that nobody has taken.
    let signals = try SignalInbox(isKiosk: options.isKiosk)
    var found = cn_facts()
    let isPlain = !options.usesColor || !(Surroundings.value("NO_COLOR") ?? "").isEmpty
    switch Int(cn_open(nil, options.usesMouse, !isPlain, &found)) {
    case CN_OK: break
    case CN_NO_CURSOR_ADDRESSING:
      signals.close()
      throw .noCursorAddressing(type)
    default:
      signals.close()
      throw .unknownType(type)
    }
    let configured = Surroundings.value("ESCDELAY").flatMap { Int64($0) }.map { $0 * 1000 }
    decoder = InputDecoder(escapeDelayMicroseconds: options.escapeDelayMicroseconds ?? configured ?? 25_000)
    let colors = isPlain ? .none : TerminalColors(count: found.colors, isDirect: found.is_direct)
    report = TerminalReport(
      type: type, colors: colors, isUTF8: found.is_utf8, hasMouse: found.has_mouse, reportsFocus: found.reports_focus,
      hasFences: options.asksForFences, isKiosk: options.isKiosk, through: Surroundings.through(Surroundings.value),
      escapeDelayMicroseconds: decoder.escapeDelayMicroseconds)
    painter = ScreenPainter(colors: colors, isUTF8: found.is_utf8, pairs: found.pairs)
    size = Size(columns: Int(found.columns), rows: Int(found.rows))
    self.options = options
    self.signals = signals
    measure()
  }

  deinit {
    if isOpen { giveBack() }
  }

  /// The terminal's size now.
  public var currentSize: Size { size }

  /// Gets ready for a session of a flow: its styles and clusters, and a clock that goes on from a moment.
  public mutating func begin(_ flow: FlowDefinition, _ inputs: SessionInputs, at time: SessionTime) {
    begin(flow, at: time)
    texts.begin(isLive: true)
  }

  /// Gets ready to show frames of a flow: its styles and clusters, and a clock that goes on from a moment.
  ///
  /// What was typed before is kept; it reaches the session at its start, as anticipatory.
  public mutating func begin(_ flow: FlowDefinition, at time: SessionTime = .zero) {
    painter.begin(flow)
    texts.begin(isLive: false)
    resizes = ResizeGate()
    measure()
    clock.restart(at: time)
    lastTime = time
    presentedAt = time
    fence.frameDigest = nil
    decoder.restartClock(at: time)
    pending.removeFirst(nextPending)
    nextPending = 0
    for index in pending.indices { pending[index].at = time }
  }

  /// Gives the terminal back as it was found; more calls do nothing.
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

  private func giveBack() {
    // An answer that is still on its way would be typed into the shell.
    if decoder.awaitsCursorReply { cn_swallow_reply(Fence.patienceMilliseconds) }
    cn_close()
    signals.close()
  }

  /// Microseconds since the start of the session.
  public func now() -> SessionTime { clock.now() }

  // MARK: Frames

  /// Shows a frame: rows that differ from what is shown are handed to ncurses, which sends what differs in one write.
  public mutating func present(_ frame: borrowing Frame) {
    guard isOpen else { return }
    texts.follow(frame)
    let overlay = texts.overlay(of: frame)
    if !painter.shows(frame, under: overlay) {
      // What has been typed until now was not meant for this frame.
      readWaiting()
      painter.show(frame, under: overlay, on: size)
      presentedAt = now()
    }
    // The moments of answers would tell the rhythm of what is typed into a private field.
    guard options.asksForFences, !texts.isEntering, !decoder.awaitsCursorReply, fence.frameDigest != frame.digest else {
      return
    }
    fence = Fence(frameDigest: frame.digest, sentAtMicroseconds: clock.originMicroseconds + now().microseconds)
    decoder.awaitsCursorReply = true
    cn_query_cursor()
  }

  /// Sends the frame that is shown again, after the terminal has been cleared or has another size.
  public mutating func presentAgain() {
    guard isOpen else { return }
    painter.showAgain(on: size)
  }

  // MARK: Events

  /// The next event, stamped with the moment at which its bytes were read; a `wake` when `until` comes first.
  public mutating func nextEvent(until: SessionTime?) -> Event {
    guard isOpen else { return Event(at: lastTime, .leave(.endOfInput)) }
    if stop != .none { return stopped() }
    while true {
      if let event = takeSignals() { return event }
      if let event = takePending(until) { return event }
      let now = now()
      if resizes.opens(at: now), let event = resized() { return event }
      if let deadline = decoder.deadline, deadline <= now {
        decoder.expire(into: &pending)
        continue
      }
      // A wake waits for a key that is half read: the key came first.
      if let until, until <= now, decoder.deadline == nil { return stamp(now, .wake) }
      var deadline = decoder.deadline ?? until
      if let resize = resizes.deadline { deadline = min(deadline ?? resize, resize) }
      wait(until: deadline, from: now)
    }
  }

  private mutating func takePending(_ until: SessionTime?) -> Event? {
    guard nextPending < pending.count else { return nil }
    let event = pending[nextPending]
    // It was read ahead, while a frame was made; the moment of waking came before it.
    if let until, until < event.at { return stamp(until, .wake) }
    nextPending += 1
    if nextPending == pending.count {
      pending.removeAll(keepingCapacity: true)
      nextPending = 0
    }
    return deliver(event)
  }

  /// Applies what an input means to the surface itself, says what was typed too early, and keeps times in order.
  private mutating func deliver(_ event: Event) -> Event {
    let isAnticipatory = event.at <= presentedAt
    switch event.input {
    case .key(Key("z", modifiers: .control)) where options.stopsOnControlZ && !options.isKiosk:
      stop = .group
      return stamp(event.at, .suspended)
    case .key, .mouse, .paste, .unknown, .choose:
      let (input, isCoarse) = texts.standIn(for: event.input)
      return stamp(isCoarse ? PrivateTexts.coarse(event.at) : event.at, input, isAnticipatory: isAnticipatory)
    case .fence:
      let delay = event.at.microseconds + clock.originMicroseconds - fence.sentAtMicroseconds
      return stamp(event.at, .fence(replyMicroseconds: max(0, delay)))
    case .resize, .wake, .terminalFocus, .suspended, .continued, .resumed, .leave:
      return stamp(event.at, event.input)
    }
  }

  private mutating func stamp(_ time: SessionTime, _ input: Input, isAnticipatory: Bool = false) -> Event {
    lastTime = max(lastTime, time)
    return Event(at: lastTime, input, isAnticipatory: isAnticipatory)
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
    guard !readOnce() else { return }
    decoder.expire(into: &pending)
    pending.append(Event(at: self.now(), .leave(endReason())))
  }

  /// Reads once and decodes what came; false at the end of the input.
  private mutating func readOnce() -> Bool {
    let count = read(STDIN_FILENO, &buffer, buffer.count)
    let time = now()
    guard count > 0 else { return count < 0 && (errno == EINTR || errno == EAGAIN) }
    for index in 0..<count { decoder.feed(buffer[index], at: time, into: &pending) }
    return true
  }

  /// Reads what is there without waiting for more, up to 256 KiB: frames are shown even while somebody floods the input.
  /// The end of the input is left to be found by `wait`.
  private mutating func readWaiting() {
    var waited = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
    for _ in 0..<64 {
      guard poll(&waited, 1, 0) > 0, waited.revents & Int16(POLLIN) != 0, readOnce() else { return }
    }
  }

  /// Why the input has ended: a terminal that goes away says so by a signal as well, perhaps a moment later.
  private mutating func endReason() -> LeaveReason {
    var waited = pollfd(fd: signals.descriptor, events: Int16(POLLIN), revents: 0)
    // A wait that is interrupted was interrupted by the signal.
    guard poll(&waited, 1, 50) != 0, let event = takeSignals(), case .leave(let reason) = event.input else {
      return .endOfInput
    }
    return reason
  }

  /// What the signals that have come mean for the session, or nil when they mean nothing to it.
  private mutating func takeSignals() -> Event? {
    while let news = signals.take() {
      switch news {
      case .end(let reason): return stamp(now(), .leave(reason))
      case .stopKey: return stamp(now(), .key(.stop))
      case .suspend:
        stop = .self_
        return stamp(now(), .suspended)
      // Somebody stopped the program without asking; what it had set up may be gone.
      case .continued: return regain(wasPaused: false)
      case .resized:
        if resizes.admits(at: now()), let event = resized() { return event }
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

  /// Asks for the size, and tells ncurses when it is another one.
  private mutating func measure() {
    var columns: Int32 = 0
    var rows: Int32 = 0
    guard cn_window_size(&columns, &rows) else { return }
    let measured = Size(columns: Int(columns), rows: Int(rows))
    guard measured != size else { return }
    size = measured
    cn_resize(Int32(measured.columns), Int32(measured.rows))
    painter.forget()
  }

  // MARK: Stops

  /// Stops the program, and reports when it goes on.
  private mutating func stopped() -> Event {
    let group = stop == .group
    stop = .none
    awaitReply()
    cn_pause()
    if !signals.isToldToContinue() { cn_stop(group) }
    let event = regain(wasPaused: true)
    signals.forgetStop()
    return event
  }

  /// Gives an answer that is on its way the time to arrive, so that it does not land in the shell; keys are kept.
  private mutating func awaitReply() {
    let end = now().advanced(byMicroseconds: Int64(Fence.patienceMilliseconds) * 1000)
    var waited = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
    while decoder.awaitsCursorReply {
      let left = end.microseconds - now().microseconds
      guard left > 0, poll(&waited, 1, Int32(clamping: (left + 999) / 1000)) > 0, readOnce() else { return }
    }
  }

  /// Takes the terminal again after a stop. What was typed before the screen is back is dropped, for it was meant for
  /// something else; the size may be another one.
  private mutating func regain(wasPaused: Bool) -> Event {
    cn_regain(wasPaused)
    let dropped = dropKeys()
    cn_repaint()
    painter.forget()
    let former = size
    measure()
    if size != former { pending.append(Event(at: now(), .resize(size))) }
    return stamp(now(), .continued(droppedKeys: dropped))
  }

  /// Reads away what was typed while nothing was shown, and counts its keys.
  private mutating func dropKeys() -> Int32 {
    let kept = pending.count
    readWaiting()
    decoder.expire(into: &pending)
    decoder.awaitsCursorReply = false
    var keys: Int32 = 0
    let dropped = Array(pending[kept...])
    pending.removeSubrange(kept...)
    for event in dropped {
      guard case .key(let key) = event.input else { continue }
      // Whoever wants to leave wants so still.
      if key == .stop { pending.append(event) } else { keys &+= 1 }
    }
    return keys
  }
}
