import ConsentEngine
import ConsentJournal
import ConsentModel
import ConsentRender
import ConsentTerminal
import Glibc

/// The version that stands in journals and that `--version` prints.
enum Program {
  static let version = "0.3.0"
}

/// Where the journal of a session goes.
enum JournalPlace {
  /// Nothing is kept.
  case none
  /// A new file; nothing may be there.
  case new(String)
  /// A journal that was interrupted and goes on.
  case resume(String)
}

/// Runs one session in the terminal, with or without a journal.
struct Session {
  /// The machine.
  let engine: FlowEngine
  /// Canonical bytes of its flow, or nil to make them when a journal needs them.
  let bytes: [UInt8]?
  /// Where the journal goes.
  let journal: JournalPlace
  /// What the session is for.
  var stage = Stage.none
  /// Its place in a study, or nil.
  var study: JournalHeader.Study?
  /// Whether a session that is left from outside is only interrupted: its journal then has no closing line.
  var isResumable = false

  /// What is done with that which is typed into private fields; nil forgets it.
  var texts: TextKeeping?

  /// What is kept of private fields.
  struct TextKeeping {
    /// Whether the moments of their keys are exact.
    var hasExactTimes = false
    /// Whether what is typed into a field, an index into the flow's elements, is kept.
    var keeps: (Int32) -> Bool
    /// Where it is kept.
    var path: String
  }

  /// Called after each event, once it is in the journal and before its frame is shown.
  typealias Observer = (borrowing FlowState, [LogRecord]) throws -> Void

  /// Runs it to its end; the terminal's size takes the place of the one in the inputs.
  func run<S: InteractiveSurface & ~Copyable>(
    _ inputs: SessionInputs, on surface: inout S, as presentation: Presentation
  ) throws -> FlowState {
    try runToEnd(inputs, on: &surface, as: presentation) { _, _ in }.state
  }

  /// Runs it to its end, or to its interruption.
  ///
  /// - Returns: the session, and the head of its journal when that has its closing line.
  func runToEnd<S: InteractiveSurface & ~Copyable>(
    _ inputs: SessionInputs, on surface: inout S, as presentation: Presentation, observe: Observer
  ) throws -> (state: FlowState, head: Digest256?) {
    var inputs = inputs
    inputs.presentation = presentation
    switch journal {
    case .none:
      surface.begin(engine.flow, inputs)
      inputs.size = surface.currentSize
      let state = try engine.run(.new(inputs), on: &surface) { _, state, records in try observe(state, records) }
      return (state, nil)
    case .new(let path):
      return try begin(inputs, path, on: &surface, observe)
    case .resume(let path):
      if try UnbegunJournal.isOne(path) {
        try UnbegunJournal.setAside(path)
        return try begin(inputs, path, on: &surface, observe)
      }
      // The lock comes first: what is replayed must be what is gone on from.
      let writer = try JournalWriter(resuming: path)
      let kept = try Session.kept(path, engine)
      guard kept.head == writer.head else { throw JournalError.replaced(path: path) }
      guard kept.state.inputs.presentation == presentation else {
        throw CommandFailure(
          .usage,
          "clickwrap: \(path): the session began as \(kept.state.inputs.presentation.word) and cannot go on as "
            + "\(presentation.word)")
      }
      surface.begin(engine.flow, kept.state.inputs, at: kept.state.now)
      return try write(
        kept.state.inputs, .resumed(kept.state, surface.currentSize), to: path, on: &surface, goingOn: writer, observe)
    }
  }

  private func begin<S: InteractiveSurface & ~Copyable>(
    _ inputs: SessionInputs, _ path: String, on surface: inout S, _ observe: Observer
  ) throws -> (FlowState, Digest256?) {
    var inputs = inputs
    surface.begin(engine.flow, inputs)
    inputs.size = surface.currentSize
    return try write(inputs, .new(inputs), to: path, on: &surface, observe)
  }

  /// The session as an interrupted journal leaves it, and the chain up to there.
  static func kept(_ path: String, _ engine: FlowEngine) throws -> (state: FlowState, head: Digest256) {
    try GoingOn(path).refuseOtherEngine(.failure, hint: "use that program")
    let replay: JournalVerifier.Replay
    do throws(JournalError) {
      replay = try JournalVerifier(flow: engine.flow).replay(path, visit: nil)
    } catch {
      guard case .broken(let line, let fault) = error else { throw error }
      throw CommandFailure(.broken, "\(path):\(line): broken: \(fault)")
    }
    guard replay.reader.closing == nil else {
      throw CommandFailure(.usage, "clickwrap: \(path): the session is over and cannot go on")
    }
    guard let state = replay.state else {
      throw CommandFailure(.failure, "clickwrap: \(path): \(Journals.reason(replay.frames)); it cannot go on")
    }
    return (state, replay.reader.chain)
  }

  private func write<S: InteractiveSurface & ~Copyable>(
    _ inputs: SessionInputs, _ beginning: FlowEngine.Beginning, to path: String, on surface: inout S,
    goingOn kept: JournalWriter? = nil, _ observe: Observer
  ) throws -> (FlowState, Digest256?) {
    let terminal = Session.facts(surface.report)
    var writer = kept
    var firstFrame: UInt64 = 0
    var last: (event: Int, frame: UInt64) = (-1, 0)
    surface.keepsTypingTimes = texts?.hasExactTimes ?? false
    if case .resumed(let state, _) = beginning {
      firstFrame = state.lastFrameDigest
      // Whoever watches hears of an end that only lacks its closing line, as of any other.
      if state.isOver { try observe(state, []) }
    }
    defer { CrashNote.forget() }
    let state = try engine.run(
      beginning, on: &surface,
      // In a terminal that is too small the stop key leaves at once; everything else comes from outside.
      survives: { isResumable && $0 != .stopKey },
      began: { frame in
        let bytes = bytes ?? FlowCodec.encode(engine.flow)
        let header = JournalHeader(
          flow: engine.flow, digest: FlowCodec.digest(bytes), inputs: inputs, firstFrame: frame.digest,
          version: Program.version, stage: stage, terminal: terminal, started: Session.wallClock(),
          salt: Session.salt(), study: study)
        writer = try JournalWriter(path: path, header: header, flow: bytes)
        firstFrame = frame.digest
        prepareForCrash(writer, firstFrame)
      },
      record: { recorded, state, records in
        // What was kept for a crash fits only behind the lines that there were.
        CrashNote.forget()
        if recorded.event.input == .resumed {
          let resumption = Resumption(at: Session.wallClock(), terminal: terminal)
          try writer?.resume(at: recorded.event.at, frameDigest: recorded.frameDigest, resumption)
        } else {
          try writer?.append(recorded)
        }
        last = ((writer?.eventCount ?? 0) - 1, recorded.frameDigest)
        if records.contains(where: Session.isDecision) { try writer?.syncNow() }
        try observe(state, records)
        prepareForCrash(writer, firstFrame)
      },
      shown: { surface in
        for text in surface.takeTexts() { try keep(text, last.event, last.frame) }
      })
    CrashNote.forget()
    guard state.isOver else {
      try writer?.interrupt()
      return (state, nil)
    }
    try writer?.close(Session.ending(of: state, engine.flow))
    return (state, writer?.head)
  }

  private func keep(_ typed: PrivateText, _ event: Int, _ frame: UInt64) throws {
    guard let texts, texts.keeps(typed.element) else { return }
    let element = engine.flow.elements[Int(typed.element)]
    let screen = engine.flow.screens[Int(element.screen)].name
    let text = TypedText(event: event, frame: frame, screen: screen, element: element.name, text: typed.text)
    try TextsFile.append(text, to: texts.path)
  }

  /// A session that can go on is not ended by a crash.
  private func prepareForCrash(_ writer: JournalWriter?, _ firstFrame: UInt64) {
    guard let writer, !isResumable else { return }
    CrashNote.keep(writer.crashLines(firstFrame: firstFrame), for: writer.descriptor)
  }

  /// How a session that is over ended.
  static func ending(of state: borrowing FlowState, _ flow: FlowDefinition) -> JournalEnding {
    if let outcome = state.outcome { return .finished(outcome: flow.outcomes[Int(outcome)]) }
    return .left(state.leave ?? .crash)
  }

  /// A decision must survive a power cut before its frame is shown.
  private static func isDecision(_ record: LogRecord) -> Bool {
    switch record {
    case .decided, .deferred: true
    case .shown, .prompted, .missed, .focused, .operated, .changed, .scrolled, .resized, .passed, .ended, .left, .noted:
      false
    }
  }

  private static func facts(_ report: TerminalReport) -> ConsentJournal.TerminalFacts {
    ConsentJournal.TerminalFacts(
      term: report.type, colours: report.colors.rawValue, isUTF8: report.isUTF8,
      escapeDelayMilliseconds: Int32(clamping: report.escapeDelayMicroseconds / 1000), hasMouse: report.hasMouse,
      reportsFocus: report.reportsFocus, hasFences: report.hasFences, isKiosk: report.isKiosk, through: report.through)
  }

  private static func wallClock() -> String {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    return WallClock.text(secondsSince1970: Int64(now.tv_sec), milliseconds: now.tv_nsec / 1_000_000)
  }

  /// What keeps the chains of two journals of one session apart.
  static func salt() -> String {
    var generator = SystemRandomNumberGenerator()
    return (0..<4).map { _ in
      let digits = String(generator.next() as UInt32, radix: 16)
      return String(repeating: "0", count: 8 - digits.count) + digits
    }.joined()
  }

  /// A seed for a session that was given none.
  static func freshSeed() -> UInt64 {
    var generator = SystemRandomNumberGenerator()
    return generator.next()
  }
}
