import ConsentEngine
import ConsentModel
import ConsentRender
import Testing

@testable import ConsentJournal

/// Events from a list; it shows nothing.
private struct Script: Surface, ~Copyable {
  var events: ArraySlice<Event>
  mutating func present(_ frame: borrowing Frame) {}
  mutating func nextEvent(until: SessionTime?) -> Event {
    events.popFirst() ?? Event(at: .zero, .leave(.endOfInput))
  }
}

/// A session that operates the switch, reads the terms, comes back and accepts; slower than the guard is long.
private let whole: [Event] = [
  .tab, .tab, .space, .tab, .enter, .pageDown, .end, .escape, .backTab, .space, .backTab, .backTab, .enter,
].enumerated().map { Event(at: SessionTime(milliseconds: 1000 * Int64($0.offset + 1)), .key($0.element)) }

/// What has to be the same however often a session was interrupted.
private struct Outcome: Equatable {
  var standings: [Standing]
  var provenances: [Provenance]
  var operations: [Int32]
  var outcome: Int32?
  var records: [LogRecord]
}

private final class Recording {
  let engine = FlowEngine(TestFlow.make())
  let folder = TemporaryFolder()
  let path: String
  private(set) var records: [LogRecord] = []

  init() { path = folder.file("s.jsonl") }

  func begin(_ events: ArraySlice<Event>) throws -> FlowState {
    var surface = Script(events: events)
    var writer: JournalWriter?
    let state = try engine.run(
      .new(TestFlow.inputs), on: &surface, survives: { $0 != .stopKey },
      began: { frame in
        writer = try JournalWriter(
          path: path, header: TestSession.header(engine.flow, TestFlow.inputs, firstFrame: frame.digest),
          flow: FlowCodec.encode(engine.flow))
      },
      record: { recorded, _, records in
        try writer?.append(recorded)
        self.records += records
      })
    try end(writer, state)
    return state
  }

  /// Goes on as another process would: from the file alone.
  func goOn(_ events: ArraySlice<Event>, size: Size? = nil) throws -> FlowState {
    let replay = try JournalVerifier().replay(path, visit: nil)
    let kept = try #require(replay.state)
    let writer = try JournalWriter(resuming: path)
    var surface = Script(events: events)
    let state = try engine.run(
      .resumed(kept, size ?? kept.view.size), on: &surface, survives: { $0 != .stopKey },
      record: { recorded, _, records in
        if recorded.event.input == .resumed {
          try writer.resume(
            at: recorded.event.at, frameDigest: recorded.frameDigest,
            Resumption(at: "2025-09-29T00:00:00.000Z", terminal: TestSession.terminal))
        } else {
          try writer.append(recorded)
          self.records += records
        }
      })
    try end(writer, state)
    return state
  }

  private func end(_ writer: JournalWriter?, _ state: borrowing FlowState) throws {
    guard let outcome = state.outcome else {
      try writer?.interrupt()
      return
    }
    try writer?.close(.finished(outcome: engine.flow.outcomes[Int(outcome)]))
  }

  func outcome(_ state: FlowState) -> Outcome {
    let agreement = engine.agreement(state)
    return Outcome(
      standings: agreement.terms.map(\.standing), provenances: agreement.terms.map(\.provenance),
      operations: agreement.terms.map(\.operations), outcome: agreement.outcome, records: records)
  }
}

@Suite("sessions that go on") struct ResumeTests {
  @Test func everyInterruptionComesToTheSame() throws {
    let straight = Recording()
    let expected = straight.outcome(try straight.begin(whole[...]))
    #expect(expected.outcome != nil && expected.operations.contains(2))
    for cut in 0..<whole.count {
      let recording = Recording()
      #expect(try !recording.begin(whole[..<cut]).isOver)
      #expect(try Journal.verify(recording.path).exitCode == .unfinished)
      let state = try recording.goOn(whole[cut...])
      #expect(recording.outcome(state) == expected, "cut before event \(cut)")
      #expect(try Journal.verify(recording.path).exitCode == .complete, "cut before event \(cut)")
    }
  }

  @Test func aKillAtEveryByteLosesAtMostTheTornLine() throws {
    let recording = Recording()
    _ = try recording.begin(whole[..<5])
    let bytes = contents(recording.path)
    let straight = Recording()
    let expected = straight.outcome(try straight.begin(whole[...]))
    let header = bytes.firstIndex(of: 0x0A) ?? 0
    for length in (header + 1)...bytes.count {
      _ = recording.folder.write("s.jsonl", Array(bytes[..<length]))
      let kept = bytes[..<length].count { $0 == 0x0A } - 1
      let again = try recording.goOn(whole[kept...])
      #expect(again.outcome == expected.outcome, "\(length) bytes")
      #expect(try Journal.verify(recording.path).exitCode == .complete, "\(length) bytes")
    }
  }

  @Test func anInterruptionAfterAnInterruptionIsOneJournal() throws {
    let straight = Recording()
    let expected = straight.outcome(try straight.begin(whole[...]))
    let recording = Recording()
    _ = try recording.begin(whole[..<1])
    for cut in 1..<whole.count { _ = try recording.goOn(whole[cut..<cut + 1]) }
    let replay = try JournalVerifier().replay(recording.path, visit: nil)
    #expect(recording.outcome(try #require(replay.state)) == expected)
  }

  @Test func anotherSizeIsAResizeAfterTheResumption() throws {
    let recording = Recording()
    _ = try recording.begin(whole[..<3])
    _ = try recording.goOn(whole[3...], size: Size(columns: 60, rows: 20))
    let reader = try JournalReader(recording.path)
    var inputs: [Input] = []
    while let line = try reader.next() {
      if case .event(let event) = line { inputs.append(event.recorded.event.input) }
    }
    #expect(inputs[3] == .resumed && inputs[4] == .resize(Size(columns: 60, rows: 20)))
  }

  @Test func theGuardRunsAgainFromTheResumedFrame() throws {
    let engine = FlowEngine(TestFlow.make())
    var outbox = Outbox()
    var state = engine.start(TestFlow.inputs, into: &outbox)
    let later = SessionTime(milliseconds: 60_000)
    engine.step(&state, Event(at: later, .resumed), into: &outbox)
    engine.step(&state, Event(at: later.advanced(byMicroseconds: 49_000), .key(.enter)), into: &outbox)
    #expect(outbox.records == [.missed(.guarded)] && !state.isDecided)
    engine.step(&state, Event(at: later.advanced(byMicroseconds: 51_000), .key(.enter)), into: &outbox)
    #expect(state.isDecided && state.hasDoubtfulDecision)
  }

  @Test func whoGivesUpASessionClosesItsJournal() throws {
    let recording = Recording()
    _ = try recording.begin(whole[..<4])
    let head = try JournalWriter.giveUp(recording.path, .hangup)
    guard case .complete(let summary) = try Journal.verify(recording.path) else {
      Issue.record("not complete")
      return
    }
    #expect(summary.closing?.ending == .left(.hangup) && summary.chain == head)
    #expect(throws: JournalError.complete(path: recording.path)) {
      try JournalWriter.giveUp(recording.path, .hangup)
    }
  }

  @Test func theLockTellsThatAJournalIsBeingWritten() throws {
    let recording = Recording()
    #expect(!Journal.isBeingWritten(recording.path))
    let writer = try JournalWriter(
      path: recording.path, header: TestSession.header(recording.engine.flow, TestFlow.inputs, firstFrame: 1), flow: nil
    )
    #expect(Journal.isBeingWritten(recording.path))
    #expect(Journal.isBeingWritten(recording.path))
    try writer.interrupt()
    #expect(!Journal.isBeingWritten(recording.path))
  }
}
