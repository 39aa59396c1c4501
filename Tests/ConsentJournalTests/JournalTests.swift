import ConsentEngine
import ConsentModel
import Glibc
import Testing

@testable import ConsentJournal

@Suite struct JournalTests {
  let folder = TemporaryFolder()

  private func journal(_ events: [Event], _ name: String = "s.jsonl", closes: Bool = true) throws -> String {
    let path = folder.file(name)
    try TestSession.write(events, to: path, closes: closes)
    return path
  }

  /// The lines of a file with their newlines.
  private func lines(_ bytes: [UInt8]) -> [[UInt8]] {
    bytes.split(separator: 0x0A, omittingEmptySubsequences: false).dropLast().map { Array($0) + [0x0A] }
  }

  private func isComplete(_ verdict: Verdict) -> Bool {
    if case .complete = verdict { true } else { false }
  }

  @Test func aFinishedSessionIsComplete() throws {
    let path = try journal(TestSession.decision)
    guard case .complete(let summary) = try Journal.verify(path) else {
      Issue.record("\(try Journal.verify(path))")
      return
    }
    #expect(summary.events == TestSession.decision.count)
    #expect(summary.frames == .same)
    #expect(summary.closing?.ending == .finished(outcome: "accepted"))
    #expect(try Journal.verify(path, flow: TestFlow.make()).exitCode == .complete)
  }

  @Test func everyKindOfEventComesBack() throws {
    let path = try journal(TestSession.everyEvent)
    let reader = try Journal.read(path)
    var found: [Event] = []
    while let line = try reader.next() {
      guard case .event(let event) = line else { continue }
      found.append(event.recorded.event)
      #expect((event.resumption != nil) == (event.recorded.event.input == .resumed))
    }
    #expect(found == TestSession.everyEvent)
    #expect(reader.closing?.ending == .left(.hangup))
    #expect(isComplete(try Journal.verify(path)))
  }

  @Test func theFlowTravelsWithItsJournal() throws {
    let path = try journal(TestSession.decision)
    let digest = try Journal.read(path).header.flowDigest
    let kept = FlowFile.path(of: digest, besideJournal: path)
    #expect(FlowCodec.digest(contents(kept)) == digest)
    // A second journal of the flow uses the file; a changed file is refused.
    _ = try journal(TestSession.decision, "t.jsonl")
    chmod(kept, 0o600)
    _ = folder.write("flows/\(digest.hex).flow", [1, 2, 3])
    #expect(throws: JournalError.flowDiffers(path: kept)) { try Journal.verify(path) }
    #expect(throws: JournalError.self) { try journal(TestSession.decision, "u.jsonl") }
    unlink(kept)
    guard case .complete(let summary) = try Journal.verify(path) else {
      Issue.record("not complete")
      return
    }
    #expect(summary.frames == .noFlow)
  }

  @Test func nothingIsEverOverwritten() throws {
    let path = try journal(TestSession.decision)
    let before = contents(path)
    #expect(throws: JournalError.exists(path: path)) { try journal(TestSession.decision) }
    #expect(contents(path) == before)
  }

  @Test func twoWritersAreRefused() throws {
    let path = folder.file("s.jsonl")
    let header = TestSession.header(TestFlow.make(), TestFlow.inputs, firstFrame: 1)
    let writer = try JournalWriter(path: path, header: header, flow: nil)
    #expect(throws: JournalError.locked(path: path)) { try JournalWriter(resuming: path) }
    try writer.close(.left(.quit))
    #expect(throws: JournalError.complete(path: path)) { try JournalWriter(resuming: path) }
  }

  @Test func aSessionGoesOnWhereItStopped() throws {
    let events = TestSession.decision
    let path = try journal(Array(events.prefix(4)), closes: false)
    let whole = contents(path)
    _ = folder.write("s.jsonl", whole + Array("{\"n\":4,\"t_".utf8))
    // The digests of the rest come from a run of the whole.
    let resumed = Event(at: SessionTime(milliseconds: 10_000), .resumed)
    let rest = events.dropFirst(4).map {
      Event(at: $0.at.advanced(byMicroseconds: 10_000_000), $0.input)
    }
    let engine = FlowEngine(TestFlow.make())
    var surface = ArraySurface(events: (Array(events.prefix(4)) + [resumed] + rest)[...])
    var recorded: [Recorded] = []
    _ = try engine.run(TestFlow.inputs, on: &surface, record: { event, _ in recorded.append(event) })
    let writer = try JournalWriter(resuming: path)
    // What is torn stays until the line that tells of it takes its place.
    #expect(contents(path).starts(with: whole) && writer.droppedBytes == 10)
    try writer.resume(
      at: resumed.at, frameDigest: recorded[4].frameDigest,
      Resumption(at: "2025-09-29T00:00:00.000Z", terminal: TestSession.terminal))
    for event in recorded.dropFirst(5) { try writer.append(event) }
    try writer.close(.finished(outcome: "accepted"))
    #expect(isComplete(try Journal.verify(path)))
  }

  @Test func everyCutIsUnfinishedOrBroken() throws {
    let bytes = contents(try journal(TestSession.everyEvent))
    let flow = TestFlow.make()
    let verifier = JournalVerifier(flow: flow)
    let ends = bytes.indices.filter { bytes[$0] == 0x0A }
    for length in 0..<bytes.count {
      let path = folder.write("cut.jsonl", Array(bytes[..<length]))
      let whole = ends.count { $0 < length }
      switch try verifier.verify(path) {
      case .complete: Issue.record("complete after \(length) bytes")
      case .broken(let line, let fault):
        #expect(line == 1 && whole == 0 && (fault == .noHeader || fault == .empty), "length \(length): \(fault)")
      case .unfinished(let summary, let torn):
        #expect(summary.events == min(whole - 1, TestSession.everyEvent.count), "length \(length)")
        #expect(torn == length - (ends.last { $0 < length } ?? -1) - 1, "length \(length)")
        #expect(summary.frames == .same)
      }
    }
  }

  @Test func aChangedByteIsNamedByItsLine() throws {
    let all = lines(contents(try journal(TestSession.everyEvent)))
    let verifier = JournalVerifier(flow: TestFlow.make())
    var random = PRNG(seed: 1)
    for number in all.indices {
      for _ in 0..<40 {
        var changed = all
        let at = random.below(changed[number].count - 1)
        let bit = UInt8(1) << UInt8(random.below(8))
        changed[number][at] ^= bit
        let verdict = try verifier.verify(folder.write("flip.jsonl", Array(changed.joined())))
        guard case .broken(let line, _) = verdict else {
          Issue.record("line \(number + 1), byte \(at + 1), bit \(bit): \(verdict)")
          continue
        }
        #expect(line == number + 1, "byte \(at + 1), bit \(bit)")
      }
    }
  }

  @Test func movedDoubledAndMissingLinesAreNamed() throws {
    let all = lines(contents(try journal(TestSession.everyEvent)))
    let verifier = JournalVerifier(flow: TestFlow.make())
    func check(_ changed: [[UInt8]], brokenAt line: Int, _ what: String) throws {
      let verdict = try verifier.verify(folder.write("moved.jsonl", Array(changed.joined())))
      guard case .broken(let found, _) = verdict else {
        Issue.record("\(what): \(verdict)")
        return
      }
      #expect(found == line, "\(what)")
    }
    for first in all.indices {
      for second in all.indices where second > first {
        var changed = all
        changed.swapAt(first, second)
        try check(changed, brokenAt: first + 1, "lines \(first + 1) and \(second + 1) exchanged")
      }
      var doubled = all
      doubled.insert(all[first], at: first)
      try check(doubled, brokenAt: first + 2, "line \(first + 1) doubled")
      guard first < all.count - 1 else { continue }
      var missing = all
      missing.remove(at: first)
      try check(missing, brokenAt: first + 1, "line \(first + 1) missing")
    }
    var unclosed = all
    unclosed.removeLast()
    let path = folder.write("unclosed.jsonl", Array(unclosed.joined()))
    #expect(try verifier.verify(path).exitCode == .unfinished)
  }

  @Test func noChangedJournalIsAcceptedSilently() throws {
    let original = contents(try journal(TestSession.decision))
    let verifier = JournalVerifier(flow: TestFlow.make())
    for seed in 0..<UInt64(mutationCount(1_000)) {
      var random = PRNG(seed: seed)
      var bytes = original
      for _ in 0...random.below(3) {
        switch random.below(4) {
        case 0:
          let from = random.below(bytes.count)
          bytes.removeSubrange(from..<min(bytes.count, from + 1 + random.below(200)))
        case 1:
          let from = random.below(bytes.count)
          let part = bytes[from..<min(bytes.count, from + 1 + random.below(300))]
          bytes.insert(contentsOf: part, at: random.below(bytes.count))
        default: FlowCodecTests.mutate(&bytes, &random)
        }
        if bytes.isEmpty { bytes = [0x0A] }
      }
      guard bytes != original else { continue }
      let verdict = try verifier.verify(folder.write("mutated.jsonl", bytes))
      if case .complete = verdict { Issue.record("seed \(seed): a changed journal is complete") }
    }
  }

  @Test func aForgedChainIsFoundByTheFrames() throws {
    // Whoever spells the whole chain anew still cannot show other frames.
    let flow = TestFlow.make()
    let events = TestSession.decision
    var recorded: [Recorded] = []
    var surface = ArraySurface(events: events[...])
    var first: UInt64 = 0
    _ = try FlowEngine(flow).run(
      TestFlow.inputs, on: &surface, began: { first = $0.digest }, record: { event, _ in recorded.append(event) })
    func forge(_ name: String, _ change: (inout [Recorded], inout JournalHeader) -> JournalEnding?) throws -> Verdict {
      var events = recorded
      var header = TestSession.header(flow, TestFlow.inputs, firstFrame: first)
      let ending = change(&events, &header)
      let path = folder.file(name)
      let writer = try JournalWriter(path: path, header: header, flow: nil)
      for event in events { try writer.append(event) }
      if let ending { try writer.close(ending) }
      return try Journal.verify(path, flow: flow)
    }
    let accepted = JournalEnding.finished(outcome: "accepted")
    func broken(_ verdict: Verdict) -> Int? { if case .broken(let line, _) = verdict { line } else { nil } }
    #expect(
      broken(
        try forge("a") { events, _ in
          events[2].event.input = .key(.tab); return accepted
        }) == 4)
    #expect(
      broken(
        try forge("b") { _, header in
          header.firstFrame ^= 1; return accepted
        }) == 1)
    #expect(
      broken(
        try forge("c") { _, header in
          header.account = "max"; return accepted
        }) == 1)
    #expect(broken(try forge("d") { _, _ in .finished(outcome: "later") }) == events.count + 2)
    #expect(broken(try forge("e") { _, _ in .left(.hangup) }) == events.count + 2)
    #expect(
      broken(
        try forge("f") { events, _ in
          events.removeLast(); return accepted
        }) == events.count + 1)
    #expect(
      broken(
        try forge("g") { events, _ in
          events.append(events[0].later(9)); return accepted
        }) == events.count + 2)
    #expect(try forge("h") { _, _ in nil }.exitCode == .unfinished)
    #expect(try forge("i") { _, _ in accepted }.exitCode == .complete)
    guard
      case .complete(let summary) = try forge(
        "j",
        { _, header in
          header.engineVersion = 99; return accepted
        })
    else {
      Issue.record("another engine's journal is not complete")
      return
    }
    #expect(summary.frames == .notComparable(recorded: 99, replaying: JournalFormat.engineVersion))
    // An earlier engine's frames are compared as far as they are the same, and never held against the journal.
    for (name, isSame) in [("k", true), ("l", false)] {
      guard
        case .complete(let summary) = try forge(
          name,
          { events, header in
            header.engineVersion = 1
            if !isSame { events[0].frameDigest ^= 1 }
            return accepted
          })
      else {
        Issue.record("an earlier engine's journal is not complete")
        continue
      }
      #expect(
        summary.frames == (isSame ? .same : .notComparable(recorded: 1, replaying: JournalFormat.engineVersion)))
    }
  }

  @Test func otherFilesAreNamed() throws {
    let path = try journal(TestSession.decision)
    var other = TestFlow.make()
    other.dates.decision = Day(number: 20_360)
    guard case .broken(1, .otherFlow) = try Journal.verify(path, flow: other) else {
      Issue.record("another flow's journal")
      return
    }
    let bytes = contents(path)
    func fault(_ bytes: [UInt8]) throws -> JournalFault? {
      if case .broken(1, let fault) = try Journal.verify(folder.write("x.jsonl", bytes)) { fault } else { nil }
    }
    #expect(try fault(Array("{\"format\":4".utf8) + bytes.dropFirst(11)) == .newerFormat(4))
    #expect(try fault([]) == .empty)
    #expect(try fault(Array("hello\n".utf8)) == .noHeader)
    #expect(try fault(Array("{\"format\":0".utf8) + bytes.dropFirst(11)) == .noHeader)
    #expect(try fault(Array("{\"format\":1".utf8)) == .noHeader)
    #expect(try fault(Array(repeating: 0x61, count: 5_000)) == .tooLong)
    #expect(try fault([0x0A]) == .noHeader)
    guard case .broken(1, .notRegularFile) = try Journal.verify(folder.path) else {
      Issue.record("a folder")
      return
    }
    let pipe = folder.file("pipe")
    mkfifo(pipe, 0o600)
    guard case .broken(1, .notRegularFile) = try Journal.verify(pipe) else {
      Issue.record("a pipe")
      return
    }
    #expect(throws: JournalError.self) { try Journal.verify(folder.file("nothing")) }
    let torn = bytes + Array("{\"n\":99".utf8)
    guard case .broken(let line, .afterClosing) = try Journal.verify(folder.write("y.jsonl", torn)) else {
      Issue.record("something after the closing line")
      return
    }
    #expect(line == lines(bytes).count + 1)
  }

  @Test func aFullDiskIsAnError() throws {
    let descriptor = open("/dev/full", O_WRONLY | O_APPEND)
    var line = LineWriter()
    line.raw("{}\n")
    #expect(throws: JournalError.system("write", path: "full", errno: ENOSPC)) {
      try JournalWriter(
        descriptor: descriptor, path: "full", firstLine: &line,
        chain: Digest256(hashing: UnsafeRawBufferPointer(start: nil, count: 0)),
        folders: [], syncsEveryEvent: false)
    }
    var nothing = LineWriter()
    let writer = try JournalWriter(
      descriptor: open("/dev/full", O_WRONLY | O_APPEND), path: "full", firstLine: &nothing,
      chain: Digest256(hashing: UnsafeRawBufferPointer(start: nil, count: 0)), folders: [], syncsEveryEvent: false)
    #expect(throws: JournalError.system("write", path: "full", errno: ENOSPC)) {
      try writer.append(Event(at: .zero, .wake), frameDigest: 1)
    }
    #expect(throws: JournalError.closed) { try writer.append(Event(at: .zero, .wake), frameDigest: 1) }
  }

  @Test func whatCannotBeReadIsNotWritten() throws {
    let flow = TestFlow.make()
    var header = TestSession.header(flow, TestFlow.inputs, firstFrame: 1)
    let writer = try JournalWriter(path: folder.file("a"), header: header, flow: nil, syncsEveryEvent: true)
    try writer.append(
      Event(at: SessionTime(milliseconds: 5), .key(Key("é", modifiers: [.alt, .control, .shift]))), frameDigest: 1)
    for input in [Input.key(Key(code: 0xD800)), .key(Key(code: 0x20_0300)), .resumed] {
      #expect(throws: JournalError.self) {
        try writer.append(Event(at: SessionTime(milliseconds: 6), input), frameDigest: 1)
      }
    }
    #expect(throws: JournalError.self) { try writer.append(Event(at: .zero, .wake), frameDigest: 1) }
    try writer.close(.left(.quit))
    #expect(throws: JournalError.closed) {
      try writer.append(Event(at: SessionTime(milliseconds: 7), .wake), frameDigest: 1)
    }
    #expect(throws: JournalError.closed) { try writer.close(.left(.quit)) }
    header.started = "yesterday"
    #expect(throws: JournalError.self) { try JournalWriter(path: folder.file("b"), header: header, flow: nil) }
    header.started = TestSession.started
    header.terminal.term = String(repeating: "x", count: 4_000)
    #expect(throws: JournalError.self) { try JournalWriter(path: folder.file("b"), header: header, flow: nil) }
    header.terminal.term = "a\"b\\c\u{1}\u{7F}\n世"
    try JournalWriter(path: folder.file("b"), header: header, flow: nil).close(.left(.quit))
    #expect(try Journal.read(folder.file("b")).header == header)
  }

  @Test func randomSessionsReplay() throws {
    let flow = TestFlow.make()
    let verifier = JournalVerifier(flow: flow)
    for seed in 0..<UInt64(60) {
      var random = PRNG(seed: seed)
      var time: Int64 = 0
      let events = (0..<40).map { _ in
        time += Int64(random.below(400_000))
        return random.event(at: SessionTime(microseconds: time), flow: flow)
      }
      let path = folder.file("r\(seed).jsonl")
      try TestSession.write(events, to: path)
      let verdict = try verifier.verify(path)
      if case .broken = verdict { Issue.record("seed \(seed): \(verdict)") }
      var visited = 0
      let replay = try verifier.replay(path) { index, recorded, _, frame, _ in
        #expect(index == visited - 1)
        if let recorded { #expect(frame.digest == recorded.frameDigest) }
        visited += 1
      }
      #expect(visited == replay.reader.eventCount + 1)
    }
  }

  @Test func wallClockTimesAreSpelledOneWay() {
    #expect(WallClock.text(secondsSince1970: 1_759_060_799, milliseconds: 7) == "2025-09-28T11:59:59.007Z")
    #expect(WallClock.isTime("2025-09-28T11:59:59.007Z"))
    #expect(WallClock.text(secondsSince1970: -1, milliseconds: 0) == "1969-12-31T23:59:59.000Z")
    for text in ["", "2025-09-28", "2025-13-28T11:59:59.007Z", "2025-09-28T11:59:59.007", "2025-09-28 11:59:59.007Z"] {
      #expect(!WallClock.isTime(text))
    }
  }
}

extension Recorded {
  func later(_ seconds: Int64) -> Recorded {
    Recorded(
      event: Event(at: event.at.advanced(byMicroseconds: seconds * 1_000_000), event.input), frameDigest: frameDigest)
  }
}
