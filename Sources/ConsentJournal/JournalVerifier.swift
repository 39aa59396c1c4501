import ConsentEngine
import ConsentModel
import ConsentRender
import Glibc

/// What a journal turned out to be.
public enum Verdict: Hashable, Sendable {
  /// It is whole, from the header to the closing line.
  case complete(JournalSummary)
  /// Everything in it is in order, but there is no closing line; `tornBytes` of a last line were dropped.
  case unfinished(JournalSummary, tornBytes: Int)
  /// The line, counted from 1, is not as it was written.
  case broken(line: Int, JournalFault)

  /// What `clickwrap verify` exits with.
  public enum ExitCode: Int32, Sendable {
    case complete = 0
    case unfinished = 3
    case broken = 4
  }

  /// What `clickwrap verify` exits with.
  public var exitCode: ExitCode {
    switch self {
    case .complete: .complete
    case .unfinished: .unfinished
    case .broken: .broken
    }
  }
}

/// What was read of a journal that is not broken.
public struct JournalSummary: Hashable, Sendable {
  /// Its first line.
  public var header: JournalHeader
  /// How many events it has.
  public var events: Int
  /// How many bytes of torn lines were dropped when the session went on, as its lines say.
  public var droppedBytes = 0
  /// Its last line, or nil when it is unfinished.
  public var closing: JournalClosing?
  /// The chain up to the last whole line.
  public var chain: Digest256
  /// Whether the frames were compared.
  public var frames: Frames

  /// Whether the frames of a journal were compared with those of a replay.
  public enum Frames: Hashable, Sendable {
    /// Every one of them, and they are the same.
    case same
    /// They were not: another version of machine and painter recorded them.
    case notComparable(recorded: Int, replaying: Int)
    /// They were not: the flow is neither given nor beside the journal.
    case noFlow
  }
}

/// Answers whether journals are what was written, and replays them.
///
/// It keeps the machines it made, so that many journals of one flow cost one.
public final class JournalVerifier {
  private var engines: [Digest256: FlowEngine] = [:]
  /// Which of the machines were made last; only a few are kept.
  private var recent: [Digest256] = []
  private var room = ReplayRoom()
  private let given: (digest: Digest256, flow: FlowDefinition)?

  /// A verifier.
  ///
  /// - Parameter flow: the flow that the journals must be of; nil takes the flow beside each journal.
  public init(flow: FlowDefinition? = nil) {
    given = flow.map { (FlowCodec.digest(of: $0), $0) }
  }

  /// Reads a journal to its end and replays it.
  ///
  /// Throws only when the file cannot be read, or when the flow beside it cannot.
  public func verify(_ path: String) throws(JournalError) -> Verdict {
    do throws(JournalError) {
      let replay = try replay(path, visit: nil)
      let summary = JournalSummary(
        header: replay.reader.header, events: replay.reader.eventCount, droppedBytes: replay.reader.droppedBytes,
        closing: replay.reader.closing,
        chain: replay.reader.chain, frames: replay.frames)
      if let state = replay.state { room.reuse(state) }
      return replay.reader.closing == nil
        ? .unfinished(summary, tornBytes: replay.reader.tornBytes) : .complete(summary)
    } catch {
      guard case .broken(let line, let fault) = error else { throw error }
      return .broken(line: line, fault)
    }
  }

  /// What is called with every frame of a replay.
  public typealias Visit = (Int, Recorded?, borrowing FlowState, borrowing Frame, [LogRecord]) throws -> Void

  /// A replayed journal.
  public struct Replay {
    /// The journal, read to its end.
    public let reader: JournalReader
    /// The machine, or nil without a flow.
    public let engine: FlowEngine?
    /// How the session stood at the end, or nil when it was not replayed.
    public let state: FlowState?
    /// Whether the frames were compared.
    public let frames: JournalSummary.Frames
  }

  /// Replays a journal, comparing every frame, and calls `visit` with the first frame and after every event.
  ///
  /// - Parameter visit: gets the event's number (−1 with the first frame), the event, the session after it, its frame
  ///   and what the step reported; what it throws ends the replay as `JournalError.stopped`.
  public func replay(
    _ path: String, visit: Visit?
  ) throws(JournalError) -> Replay {
    let reader = try JournalReader(path)
    let header = reader.header
    guard let engine = try engine(for: header, besideJournal: path) else {
      while try reader.next() != nil {}
      return Replay(reader: reader, engine: nil, state: nil, frames: .noFlow)
    }
    guard header.flow == engine.flow.name, header.language == engine.flow.language,
      header.condition == engine.flow.condition
    else { throw .broken(line: 1, .inputs("such name, language or condition")) }
    guard let inputs = header.inputs(for: engine.flow) else {
      throw .broken(line: 1, .inputs("account \(header.account) with entry \(header.entry)"))
    }
    guard header.engineVersion != JournalFormat.engineVersion else {
      let state = try run(reader, on: engine, inputs, visit: visit)
      return Replay(reader: reader, engine: engine, state: state, frames: .same)
    }
    return try replayOther(path, reader, on: engine, inputs, visit: visit)
  }

  /// Replays what another version of the engine recorded: where every frame and the end are the same, nothing that the
  /// session met has changed since; where they differ, that says nothing about the journal.
  private func replayOther(
    _ path: String, _ reader: JournalReader, on engine: FlowEngine, _ inputs: SessionInputs, visit: Visit?
  ) throws(JournalError) -> Replay {
    let header = reader.header
    // A later engine may know things that this one does not; it is not even tried.
    if header.engineVersion < JournalFormat.engineVersion, let state = try? run(reader, on: engine, inputs, visit: nil)
    {
      if let visit {
        _ = try run(try JournalReader(path), on: engine, inputs, visit: visit)
      }
      return Replay(reader: reader, engine: engine, state: state, frames: .same)
    }
    let whole = try JournalReader(path)
    while try whole.next() != nil {}
    let frames = JournalSummary.Frames.notComparable(
      recorded: header.engineVersion, replaying: JournalFormat.engineVersion)
    return Replay(reader: whole, engine: engine, state: nil, frames: frames)
  }

  /// The flow of a journal, or nil when it is neither given nor beside it.
  public func flow(of path: String) throws(JournalError) -> FlowDefinition? {
    try engine(for: JournalReader(path).header, besideJournal: path)?.flow
  }

  private func engine(
    for header: JournalHeader, besideJournal path: String
  ) throws(JournalError) -> FlowEngine? {
    if let given, given.digest != header.flowDigest {
      throw .broken(line: 1, .otherFlow(expected: given.digest, found: header.flowDigest))
    }
    if let made = engines[header.flowDigest] { return made }
    let kept = given == nil ? try FlowFile.load(header.flowDigest, besideJournal: path) : given?.flow
    guard let flow = kept else { return nil }
    if let problem = FlowCodec.problem(in: flow) { throw .flow(path: path, .inconsistent(problem)) }
    let engine = FlowEngine(flow)
    if recent.count >= 64 { engines[recent.removeFirst()] = nil }
    recent.append(header.flowDigest)
    engines[header.flowDigest] = engine
    return engine
  }

  private func run(
    _ reader: JournalReader, on engine: FlowEngine, _ inputs: SessionInputs, visit: Visit?
  ) throws(JournalError) -> FlowState {
    let events = RecordedEvents(reader)
    let state: FlowState
    do throws(ReplayError) {
      if let visit {
        try JournalVerifier.visitStart(engine, inputs, visit)
        state = try engine.replay(inputs, firstDigest: reader.header.firstFrame, events, in: &room) {
          index, recorded, state, frame, records in
          try visit(index, recorded, state, frame, records)
        }
      } else {
        state = try engine.replay(inputs, firstDigest: reader.header.firstFrame, events, in: &room)
      }
    } catch {
      // The header stands on the first line, event 0 on the second.
      switch error {
      case .frameDiffers(let index, let expected, let found):
        throw .broken(line: index + 2, .frame(recorded: expected, replayed: found))
      case .timeRunsBack(let index): throw .broken(line: index + 2, .timeRunsBack)
      case .eventAfterEnd(let index): throw .broken(line: index + 2, .eventAfterEnd)
      case .stopped(_, let error): throw .stopped("\(error)")
      }
    }
    if let failure = events.failure { throw failure }
    try check(reader, against: state, of: engine.flow)
    return state
  }

  private static func visitStart(
    _ engine: FlowEngine, _ inputs: SessionInputs, _ visit: Visit
  ) throws(ReplayError) {
    var outbox = Outbox()
    var frame = Frame()
    let state = engine.start(inputs, into: &outbox)
    engine.render(state, into: &frame)
    do {
      try visit(-1, nil, state, frame, outbox.records)
    } catch {
      throw .stopped(index: -1, error)
    }
  }

  /// The closing line must say what the session says.
  private func check(
    _ reader: JournalReader, against state: FlowState, of flow: FlowDefinition
  ) throws(JournalError) {
    guard let closing = reader.closing else { return }
    let ending: JournalEnding?
    if let outcome = state.outcome {
      ending = .finished(outcome: flow.outcomes[Int(outcome)])
    } else {
      ending = state.leave.map { .left($0) }
    }
    guard ending == closing.ending else {
      throw .broken(
        line: reader.lineNumber,
        .closing(expected: ending.map { "\($0)" } ?? "it is not over", found: "\(closing.ending)"))
    }
  }
}

/// The events of a journal as a sequence; the first error ends it and is kept.
final class RecordedEvents: Sequence, IteratorProtocol {
  private let reader: JournalReader
  private(set) var failure: JournalError?

  init(_ reader: JournalReader) { self.reader = reader }

  func next() -> Recorded? {
    do throws(JournalError) {
      while let line = try reader.next() {
        guard case .event(let event) = line else { continue }
        return event.recorded
      }
    } catch {
      failure = error
    }
    return nil
  }
}

/// Reading and verifying in one call.
public enum Journal {
  /// Whether a program writes the journal at this moment; a file that is not there is written by nobody.
  public static func isBeingWritten(_ path: String) -> Bool {
    guard let file = try? FileDescriptor(path, O_RDONLY | O_NONBLOCK | O_NOCTTY) else { return false }
    guard flock(file.raw, LOCK_SH | LOCK_NB) == 0 else { return errno == EWOULDBLOCK }
    _ = flock(file.raw, LOCK_UN)
    return false
  }

  /// Opens a journal; the lines after the header follow with `next()`.
  public static func read(_ path: String) throws(JournalError) -> JournalReader { try JournalReader(path) }

  /// Reads a journal to its end and replays it, with this flow or the one beside it.
  public static func verify(_ path: String, flow: FlowDefinition? = nil) throws(JournalError) -> Verdict {
    try JournalVerifier(flow: flow).verify(path)
  }
}
