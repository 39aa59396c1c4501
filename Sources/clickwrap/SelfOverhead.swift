import ConsentEngine
import ConsentJournal
import ConsentModel
import ConsentRender
import ConsentTerminal
import Glibc

/// What the program itself adds to a key's time, measured here and now.
struct SelfOverhead {
  /// Some measured times.
  struct Times {
    /// Nanoseconds in ascending order.
    var nanoseconds: [Int64]

    init(_ nanoseconds: [Int64]) { self.nanoseconds = nanoseconds.sorted() }

    /// The time that half of them do not exceed, or nil when there is none.
    var median: Int64? { nanoseconds.isEmpty ? nil : nanoseconds[(nanoseconds.count - 1) / 2] }
    /// The longest.
    var longest: Int64? { nanoseconds.last }
  }

  /// From an event to its frame with its digest, in memory.
  var frame: Times
  /// A line of the journal with its hash, written to the file.
  var line = Times([])
  /// Until the file survives a power cut.
  var sync = Times([])
  /// Why lines and syncs could not be measured, or nil.
  var journalProblem: String?
  /// The terminal's answer to a question for its cursor.
  var answer: Times

  /// Measures; takes about a second.
  ///
  /// - Parameter folder: where journals would go; a folder is made in it and removed again.
  init(flow: FlowDefinition, size: Size, folder: String) {
    frame = SelfOverhead.frames(flow, size)
    answer = Times(AnswerTime.measure(samples: 20).map { $0 * 1000 })
    do {
      (line, sync) = try SelfOverhead.journal(flow, in: folder)
    } catch {
      journalProblem = "\(error)"
    }
  }

  static func now() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }

  /// Tab through the pop-up: each is a step, a frame painted and digested.
  private static func frames(_ flow: FlowDefinition, _ size: Size) -> Times {
    let engine = FlowEngine(flow)
    let entry = flow.entries.firstIndex { $0.name == "popup" } ?? 0
    let inputs = SessionInputs(
      size: size, entry: UInt8(clamping: entry), date: flow.dates.published, inputGuardMicroseconds: 0)
    var outbox = Outbox()
    var frame = Frame()
    var state = engine.start(inputs, into: &outbox)
    engine.render(state, into: &frame)
    var times: [Int64] = []
    for round in 0..<600 {
      let started = now()
      engine.step(&state, Event(at: state.now, .key(.tab)), into: &outbox)
      engine.render(state, into: &frame)
      state.lastFrameDigest = frame.digest
      // The first rounds find nothing in the processor's caches.
      if round >= 100 { times.append(now() - started) }
    }
    return Times(times)
  }

  private static func journal(_ flow: FlowDefinition, in folder: String) throws -> (line: Times, sync: Times) {
    let place = "\(folder)/.clickwrap-doctor-\(getpid())"
    guard mkdir(place, 0o700) == 0 else { throw CommandFailure(.failure, String(cString: strerror(errno))) }
    let path = place + "/session.jsonl"
    defer {
      unlink(path)
      rmdir(place)
    }
    let bytes = FlowCodec.encode(flow)
    let inputs = SessionInputs(date: flow.dates.published, inputGuardMicroseconds: 0)
    let header = JournalHeader(
      flow: flow, digest: FlowCodec.digest(bytes), inputs: inputs, firstFrame: 0, version: Program.version,
      terminal: TerminalFacts(term: "", colours: 0, isUTF8: true, escapeDelayMilliseconds: 25, hasMouse: false),
      started: "2025-09-28T12:00:00.000Z", salt: "00000000")
    let writer = try JournalWriter(path: path, header: header, flow: nil)
    var lines: [Int64] = []
    var syncs: [Int64] = []
    for index in 0..<200 {
      let started = now()
      try writer.append(Event(at: SessionTime(milliseconds: Int64(index)), .key(.tab)), frameDigest: UInt64(index))
      lines.append(now() - started)
      guard index % 10 == 9 else { continue }
      syncs.append(try writer.syncNow() * 1000)
    }
    try writer.close(.left(.stopKey))
    return (Times(lines), Times(syncs))
  }
}
