import ConsentEngine
import ConsentJournal
import ConsentModel
import ConsentRender
import ConsentTerminal
import Glibc

/// The version that stands in journals and that `--version` prints.
enum Program {
  static let version = "0.2.0"
}

/// Runs one session in the terminal, with or without a journal.
struct Session {
  /// The machine.
  let engine: FlowEngine
  /// Canonical bytes of its flow, or nil to make them when a journal needs them.
  let bytes: [UInt8]?
  /// Where the journal goes; nil keeps nothing.
  let journal: String?

  /// Runs it to its end; the terminal's size takes the place of the one in the inputs.
  func run<S: InteractiveSurface & ~Copyable>(
    _ inputs: SessionInputs, on surface: inout S, as presentation: Presentation
  ) throws -> FlowState {
    var inputs = inputs
    inputs.presentation = presentation
    surface.begin(engine.flow, inputs)
    inputs.size = surface.currentSize
    guard let journal else { return try engine.run(inputs, on: &surface) }
    let terminal = Session.facts(surface.report)
    let bytes = bytes ?? FlowCodec.encode(engine.flow)
    let digest = FlowCodec.digest(bytes)
    var writer: JournalWriter?
    var firstFrame: UInt64 = 0
    defer { CrashNote.forget() }
    let state = try engine.run(
      inputs, on: &surface,
      began: { frame in
        let header = JournalHeader(
          flow: engine.flow, digest: digest, inputs: inputs, firstFrame: frame.digest, version: Program.version,
          terminal: terminal, started: Session.wallClock(), salt: Session.salt())
        writer = try JournalWriter(path: journal, header: header, flow: bytes)
        firstFrame = frame.digest
        Session.prepareForCrash(writer, firstFrame)
      },
      record: { recorded, records in
        // What was kept for a crash fits only behind the lines that there were.
        CrashNote.forget()
        try writer?.append(recorded)
        if records.contains(where: Session.isDecision) { try writer?.syncNow() }
        Session.prepareForCrash(writer, firstFrame)
      })
    CrashNote.forget()
    try writer?.close(ending(of: state))
    return state
  }

  private static func prepareForCrash(_ writer: JournalWriter?, _ firstFrame: UInt64) {
    guard let writer else { return }
    CrashNote.keep(writer.crashLines(firstFrame: firstFrame), for: writer.descriptor)
  }

  private func ending(of state: borrowing FlowState) -> JournalEnding {
    if let outcome = state.outcome { return .finished(outcome: engine.flow.outcomes[Int(outcome)]) }
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

  private static func salt() -> String {
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
