import ConsentEngine
import ConsentModel
import Glibc
import Testing

@testable import ConsentJournal

/// What of a journal is lost, who holds it, and what else may stand in its place when a session goes on.
@Suite("journals that go on") struct TornResumeTests {
  let folder = TemporaryFolder()
  private let resumption = Resumption(at: "2025-09-29T00:00:00.000Z", terminal: TestSession.terminal)

  private func unfinished(_ name: String = "s.jsonl", torn: String = "") throws -> String {
    let path = folder.file(name)
    try TestSession.write(Array(TestSession.decision.prefix(4)), to: path, closes: false)
    if torn.isEmpty { return path }
    return folder.write(name, contents(path) + Array(torn.utf8))
  }

  private func summary(_ path: String) throws -> JournalSummary? {
    switch try Journal.verify(path) {
    case .complete(let summary), .unfinished(let summary, _): return summary
    case .broken(let line, let fault):
      Issue.record("line \(line): \(fault)")
      return nil
    }
  }

  /// Goes on with a journal and gives the text of its last line.
  private func lastLine(_ path: String) -> String {
    String(decoding: contents(path).split(separator: 0x0A).last ?? [], as: UTF8.self)
  }

  // MARK: Torn bytes

  @Test func tornBytesAreRecordedByTheLineThatTakesTheirPlace() throws {
    for count in [1, 17, 400, 4095] {
      let path = try unfinished("t\(count).jsonl", torn: String(repeating: "x", count: count))
      let writer = try JournalWriter(resuming: path)
      #expect(writer.droppedBytes == count)
      try writer.resume(at: writer.keptTime, frameDigest: writer.keptFrame, resumption)
      #expect(writer.droppedBytes == 0)
      #expect(lastLine(path).contains(",\"dropped_bytes\":\(count),\"frame\":"))
      try writer.append(Event(at: writer.keptTime, .leave(.hangup)), frameDigest: writer.keptFrame)
      try writer.close(.left(.hangup))
      #expect(!lastLine(path).contains("dropped_bytes"))
      let found = try summary(path)
      #expect(found?.droppedBytes == count && found?.closing != nil)
    }
  }

  @Test func nothingIsSaidOfBytesThatWereNotLost() throws {
    let path = try unfinished()
    let writer = try JournalWriter(resuming: path)
    try writer.resume(at: writer.keptTime, frameDigest: writer.keptFrame, resumption)
    try writer.interrupt()
    #expect(!String(decoding: contents(path), as: UTF8.self).contains("dropped_bytes"))
  }

  @Test func aKillBetweenOpeningAndTheFirstLineLosesNothing() throws {
    let path = try unfinished(torn: "{\"n\":4")
    let before = contents(path)
    try JournalWriter(resuming: path).interrupt()
    #expect(contents(path) == before)
  }

  @Test func aKillBetweenTheLineAndTheCutLeavesARestThatIsTorn() throws {
    let path = try unfinished(torn: String(repeating: "y", count: 3000))
    let before = contents(path)
    let writer = try JournalWriter(resuming: path)
    try writer.resume(at: writer.keptTime, frameDigest: writer.keptFrame, resumption)
    try writer.interrupt()
    let after = contents(path)
    _ = folder.write("s.jsonl", after + before[after.count...])
    #expect(try Journal.verify(path).exitCode == .unfinished)
    let again = try JournalWriter(resuming: path)
    #expect(again.droppedBytes == before.count - after.count)
    try again.resume(at: again.keptTime, frameDigest: again.keptFrame, resumption)
    try again.interrupt()
    #expect(try summary(path)?.droppedBytes == 3000 + before.count - after.count)
  }

  @Test func whoGivesUpASessionRecordsWhatWasTorn() throws {
    let path = try unfinished(torn: "{\"n\":4,\"t_us\":12")
    let head = try JournalWriter.giveUp(path, .hangup)
    let found = try summary(path)
    #expect(found?.droppedBytes == 16 && found?.chain == head && found?.closing?.ending == .left(.hangup))
  }

  @Test func aTornClosingLineIsRecordedByTheClosingLine() throws {
    let whole = folder.file("s.jsonl")
    try TestSession.write(TestSession.decision, to: whole)
    let bytes = contents(whole)
    let start = bytes.dropLast().lastIndex(of: 0x0A) ?? 0
    for torn in [1, 40] {
      let path = folder.write("t\(torn).jsonl", Array(bytes[...(start + torn)]))
      let writer = try JournalWriter(resuming: path)
      try writer.close(.finished(outcome: "accepted"))
      #expect(lastLine(path).contains(",\"dropped_bytes\":\(torn),\"chain\":"))
      #expect(try summary(path)?.droppedBytes == torn)
    }
  }

  @Test func aChangedOrInventedLossIsFound() throws {
    let path = try unfinished(torn: "{\"n\":4")
    _ = try JournalWriter.giveUp(path, .hangup)
    let text = String(decoding: contents(path), as: UTF8.self)
    func check(_ old: String, _ new: String) throws {
      #expect(text.contains(old))
      let changed = text.split(separator: old, maxSplits: 1, omittingEmptySubsequences: false).joined(separator: new)
      #expect(try Journal.verify(folder.write("x.jsonl", Array(changed.utf8))).exitCode == .broken, "\(new)")
    }
    for other in [",\"dropped_bytes\":7", ",\"dropped_bytes\":0", ",\"dropped_bytes\":4096", ""] {
      try check(",\"dropped_bytes\":6", other)
    }
    // Only what goes on or ends a session can have taken the place of anything.
    try check("\"v\":\"tab\"", "\"v\":\"tab\",\"dropped_bytes\":6")
  }

  @Test func nothingButAResumptionOrAnEndFollowsTheOpening() throws {
    let writer = try JournalWriter(resuming: unfinished())
    #expect(throws: JournalError.self) {
      try writer.append(Event(at: writer.keptTime, .key(.tab)), frameDigest: writer.keptFrame)
    }
    try writer.resume(at: writer.keptTime, frameDigest: writer.keptFrame, resumption)
    try writer.append(Event(at: writer.keptTime, .key(.tab)), frameDigest: writer.keptFrame)
  }

  @Test func whoFollowsAJournalReadsOnWhereATornLineWasReplaced() throws {
    let path = try unfinished(torn: String(repeating: "z", count: 200))
    let reader = try JournalReader(path)
    while try reader.next() != nil {}
    #expect(reader.tornBytes == 200)
    _ = try JournalWriter.giveUp(path, .hangup)
    reader.lookAgain()
    while try reader.next() != nil {}
    #expect(reader.closing?.ending == .left(.hangup))
  }

  // MARK: Headers

  @Test func everyCutOfAHeaderBeginsAnewAndKeepsTheBytes() throws {
    let bytes = contents(try unfinished("whole.jsonl"))
    let header = bytes.firstIndex(of: 0x0A) ?? 0
    for length in 0...header {
      let path = folder.write("s.jsonl", Array(bytes[..<length]))
      #expect(try UnbegunJournal.isOne(path), "\(length) bytes")
      let aside = try UnbegunJournal.setAside(path)
      #expect(aside == path + ".torn-1" && contents(aside) == Array(bytes[..<length]))
      #expect(!DurableFile.isThere(path))
      #expect(UnbegunJournal.asides(of: path) == [aside])
      unlink(aside)
    }
    #expect(try !UnbegunJournal.isOne(folder.write("s.jsonl", Array(bytes[...header]))))
  }

  @Test func whatIsNoPartOfAHeaderIsNeverMoved() throws {
    for bytes in [Array("hello".utf8), [0x0A], Array("{\"format\":3}\n".utf8), Array(repeating: 0x7B, count: 5000)] {
      let path = folder.write("s.jsonl", bytes)
      #expect(try !UnbegunJournal.isOne(path))
      #expect(throws: JournalError.exists(path: path)) { try UnbegunJournal.setAside(path) }
      #expect(contents(path) == bytes)
    }
  }

  @Test func whatWasSetAsideBeforeIsNotOverwritten() throws {
    let path = folder.write("s.jsonl", Array("{\"for".utf8))
    _ = folder.write("s.jsonl.torn-1", [1])
    #expect(try UnbegunJournal.setAside(path) == path + ".torn-2")
    #expect(contents(path + ".torn-1") == [1] && contents(path + ".torn-2") == Array("{\"for".utf8))
  }

  @Test func aJournalThatIsJustBeingMadeIsNotSetAside() throws {
    let path = folder.write("s.jsonl", [])
    let maker = open(path, O_WRONLY)
    defer { close(maker) }
    #expect(flock(maker, LOCK_EX | LOCK_NB) == 0)
    #expect(throws: JournalError.locked(path: path)) {
      try UnbegunJournal.setAside(path, patience: LockPatience(attempts: 2, pause: {}))
    }
    #expect(DurableFile.isThere(path))
  }

  @Test func whoWaitedForAJournalThatWasSetAsideMeanwhileLeavesTheNewOneAlone() throws {
    let path = folder.write("s.jsonl", [])
    let other = open(path, O_RDONLY)
    #expect(flock(other, LOCK_EX | LOCK_NB) == 0)
    let patience = LockPatience(attempts: 2) {
      // Another process begins anew while this one waits.
      rename(path, path + ".torn-1")
      _ = folder.write("s.jsonl", Array("{\"format\":3".utf8))
      close(other)
    }
    #expect(throws: JournalError.replaced(path: path)) { try UnbegunJournal.setAside(path, patience: patience) }
    #expect(contents(path) == Array("{\"format\":3".utf8))
  }

  @Test func aMakerWhoseFileWasSetAsideWritesAndRemovesNothing() throws {
    let path = folder.file("s.jsonl")
    let maker = open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND, 0o600)
    try UnbegunJournal.setAside(path)
    _ = folder.write("s.jsonl", [7])
    var line = LineWriter()
    line.raw("{}\n")
    #expect(throws: JournalError.replaced(path: path)) {
      try JournalWriter(
        descriptor: maker, path: path, firstLine: &line, chain: Digest256(of: []), folders: [], syncsEveryEvent: false,
        isNew: true)
    }
    #expect(contents(path) == [7] && contents(path + ".torn-1").isEmpty)
  }

  // MARK: Locks

  @Test func theLockIsTakenBeforeTheJournalIsRead() throws {
    let path = try unfinished()
    let holder = try JournalWriter(resuming: path)
    try holder.resume(at: holder.keptTime, frameDigest: holder.keptFrame, resumption)
    // What the other process writes while this one waits belongs to what is gone on from.
    let patience = LockPatience(attempts: 2) {
      try? holder.append(Event(at: holder.keptTime, .key(.tab)), frameDigest: 9)
      try? holder.interrupt()
    }
    let writer = try JournalWriter(resuming: path, patience: patience)
    #expect(writer.eventCount == 6 && writer.head == holder.head && writer.keptFrame == 9)
  }

  @Test func ofALockedJournalNothingIsRead() throws {
    // It is broken, which nobody can know who has not read it.
    let path = folder.write("s.jsonl", Array("no journal\n".utf8))
    let holder = open(path, O_RDONLY)
    defer { close(holder) }
    #expect(flock(holder, LOCK_EX | LOCK_NB) == 0)
    #expect(throws: JournalError.locked(path: path)) {
      try JournalWriter(resuming: path, patience: LockPatience(attempts: 3, pause: {}))
    }
  }

  @Test func whoAsksWhetherAJournalIsBeingWrittenIsWaitedOut() throws {
    let path = try unfinished()
    let asker = open(path, O_RDONLY)
    defer { close(asker) }
    #expect(flock(asker, LOCK_SH | LOCK_NB) == 0)
    var pauses = 0
    let patience = LockPatience(attempts: 50) {
      pauses += 1
      if pauses == 3 { _ = flock(asker, LOCK_UN) }
    }
    let writer = try JournalWriter(resuming: path, patience: patience)
    #expect(pauses == 3)
    #expect(Journal.isBeingWritten(path))
    try writer.interrupt()
    #expect(!Journal.isBeingWritten(path))
  }

  @Test func patienceHasAnEnd() throws {
    let path = try unfinished()
    let holder = open(path, O_RDONLY)
    defer { close(holder) }
    #expect(flock(holder, LOCK_SH | LOCK_NB) == 0)
    var pauses = 0
    #expect(throws: JournalError.locked(path: path)) {
      try JournalWriter(resuming: path, patience: LockPatience(attempts: 5) { pauses += 1 })
    }
    #expect(pauses == 4)
  }

  // MARK: Other things in its place

  @Test func onlyTheRegularFileItselfIsGoneOnWith() throws {
    let path = try unfinished("real.jsonl")
    let before = contents(path)
    let linked = folder.file("link.jsonl")
    symlink(path, linked)
    #expect(throws: JournalError.linked(path: linked)) { try JournalWriter(resuming: linked) }
    let pipe = folder.file("pipe.jsonl")
    mkfifo(pipe, 0o600)
    #expect(throws: JournalError.broken(line: 1, .notRegularFile)) { try JournalWriter(resuming: pipe) }
    // A pipe that somebody reads can be opened.
    let reading = open(pipe, O_RDONLY | O_NONBLOCK)
    defer { close(reading) }
    #expect(throws: JournalError.broken(line: 1, .notRegularFile)) { try JournalWriter(resuming: pipe) }
    #expect(throws: JournalError.broken(line: 1, .notRegularFile)) { try JournalWriter(resuming: folder.path) }
    #expect(throws: JournalError.system("open", path: folder.file("no"), errno: ENOENT)) {
      try JournalWriter(resuming: folder.file("no"))
    }
    #expect(contents(path) == before)
    for other in [linked, pipe, folder.path] {
      #expect(throws: JournalError.self) { try UnbegunJournal.setAside(other) }
    }
  }

  @Test func aFileThatTookTheJournalsPlaceWhileItWasWaitedForIsNotWritten() throws {
    let path = try unfinished()
    let bytes = contents(path)
    let holder = open(path, O_RDONLY)
    #expect(flock(holder, LOCK_EX | LOCK_NB) == 0)
    let patience = LockPatience(attempts: 2) {
      rename(path, path + ".old")
      _ = folder.write("s.jsonl", bytes)
      close(holder)
    }
    #expect(throws: JournalError.replaced(path: path)) { try JournalWriter(resuming: path, patience: patience) }
    #expect(contents(path) == bytes && contents(path + ".old") == bytes)
  }
}
