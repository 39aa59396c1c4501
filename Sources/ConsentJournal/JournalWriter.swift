import ConsentModel
import Glibc

/// Writes one session's journal: a line an event, in the file before `append` returns.
///
/// The file is made anew, never overwritten, and locked. A line survives the death of the program as soon as it is
/// written; it survives a power cut after `syncNow()`, or after 250 ms without an event, when a thread of the journal's
/// own syncs. A writer that failed writes nothing more: what it wrote can be read up to the last whole line.
public final class JournalWriter {
  /// The file.
  public let path: String
  /// How many events were written.
  public private(set) var eventCount = 0
  /// Whether every event is synced before `append` returns.
  public let syncsEveryEvent: Bool

  private let syncer: JournalSyncer
  private var line = LineWriter()
  private var chain: Digest256
  private var lastTime = SessionTime.zero
  private var lastSync: Int64?
  private var lastFrame: UInt64 = 0
  private var crash = LineWriter()
  private var isOpen = true
  /// What stands after the last whole line of a journal that goes on, until a line is written.
  private var torn: TornTail?
  /// Whether the next event has to say that the session goes on, or is left.
  private var mustResume = false

  /// Makes a journal and writes its header.
  ///
  /// - Parameters:
  ///   - path: the file; nothing may be there.
  ///   - header: the first line.
  ///   - flow: the canonical bytes of the flow, which are kept beside the journal; nil keeps nothing.
  ///   - syncsEveryEvent: whether every event is synced before `append` returns.
  public convenience init(
    path: String, header: JournalHeader, flow: [UInt8]?, syncsEveryEvent: Bool = false
  ) throws(JournalError) {
    if let flow { try FlowFile.keep(flow, digest: header.flowDigest, besideJournal: path) }
    var (line, chain) = try JournalWriter.spell(header)
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC | O_NOCTTY, 0o600)
    guard descriptor >= 0 else {
      let number = errno
      if number == EEXIST { throw .exists(path: path) }
      throw .system("make", path: path, errno: number)
    }
    let folder = FileAccess.folder(of: path)
    try self.init(
      descriptor: descriptor, path: path, firstLine: &line, chain: chain,
      folders: flow == nil ? [folder] : [folder, "\(folder)/flows"], syncsEveryEvent: syncsEveryEvent, isNew: true)
  }

  /// Takes over an open file; closes it when it throws, and removes it when it is new.
  init(
    descriptor: Int32, path: String, firstLine: inout LineWriter, chain: Digest256, folders: [String],
    syncsEveryEvent: Bool, isNew: Bool = false
  ) throws(JournalError) {
    self.path = path
    self.chain = chain
    self.syncsEveryEvent = syncsEveryEvent
    do throws(JournalError) {
      try JournalWriter.lock(descriptor, path: path)
      // Somebody may have moved a file aside in which there was nothing yet.
      guard !isNew || FileAccess.names(path, descriptor) else { throw .replaced(path: path) }
      try firstLine.bytes.withRaw { (raw) throws(JournalError) in
        try FileAccess.write(raw, to: descriptor, path: path)
      }
      syncer = try JournalSyncer(descriptor: descriptor, path: path, folders: folders)
    } catch {
      // Nothing that counts stands in it yet; but one that was not locked, or was moved, is not ours to remove.
      if isNew, FileAccess.names(path, descriptor), flock(descriptor, LOCK_EX | LOCK_NB) == 0 { unlink(path) }
      Glibc.close(descriptor)
      throw error
    }
    syncer.noteWrite()
  }

  /// Takes up where a journal that was read to its end stops.
  func takeUp(_ reader: JournalReader) {
    eventCount = reader.eventCount
    lastTime = reader.lastTime
    lastFrame = reader.lastFrame ?? reader.header.firstFrame
    mustResume = true
    if reader.tornBytes > 0 { torn = TornTail(offset: reader.wholeBytes, count: reader.tornBytes) }
  }

  /// The moment of the last event, and the digest of the frame after it.
  var keptTime: SessionTime { lastTime }
  var keptFrame: UInt64 { lastFrame }

  /// How many bytes of a torn line the next line takes the place of.
  public var droppedBytes: Int { torn?.count ?? 0 }

  deinit {
    syncer.stop()
    syncer.closeDescriptor()
  }

  /// The first line, read again to be sure that it can be.
  private static func spell(_ header: JournalHeader) throws(JournalError) -> (LineWriter, Digest256) {
    var line = LineWriter()
    line.header(header)
    let chain = line.finish(after: nil)
    guard line.bytes.count <= JournalFormat.maximumLine else { throw .unwritable("a header of more than 4 KiB") }
    do throws(JournalFault) {
      let read = try line.bytes.withRaw { (raw) throws(JournalFault) in
        var reader = LineReader(raw)
        return try reader.header()
      }
      guard read == header else { throw .spelling(byte: 1) }
    } catch {
      throw .unwritable("this header: \(error)")
    }
    return (line, chain)
  }

  // MARK: Crashes

  /// The open file, for whoever has to write what `crashLines` says when the program cannot do it any more.
  public var descriptor: Int32 { syncer.descriptor }

  /// The lines that end the journal as left by a crash if nothing more is written to it: the event, at the moment of
  /// the last one, and the closing line. They fit right after what was written so far and nowhere else.
  ///
  /// - Parameter firstFrame: the digest of the first frame, which stands while there is no event.
  public func crashLines(firstFrame: UInt64) -> [UInt8] {
    crash.clear()
    crash.event(
      eventCount, Event(at: lastTime, .leave(.crash)), frame: eventCount == 0 ? firstFrame : lastFrame, sync: lastSync,
      resumption: nil)
    let next = crash.finish(after: chain)
    let event = crash.bytes
    crash.clear()
    crash.closing(
      JournalClosing(ending: .left(.crash), events: eventCount + 1, syncMicroseconds: nil))
    _ = crash.finish(after: next)
    return event + crash.bytes
  }

  // MARK: Lines

  /// Writes an event; the line is in the file when this returns.
  public func append(_ event: Event, frameDigest: UInt64) throws(JournalError) {
    if case .resumed = event.input { throw .unwritable("a resumption without its time and terminal") }
    try append(event, frameDigest: frameDigest, resumption: nil)
  }

  /// Writes an event; the line is in the file when this returns.
  public func append(_ recorded: Recorded) throws(JournalError) {
    try append(recorded.event, frameDigest: recorded.frameDigest)
  }

  /// Writes that the session goes on in a new process.
  public func resume(
    at time: SessionTime, frameDigest: UInt64, _ resumption: Resumption
  ) throws(JournalError) {
    guard WallClock.isTime(resumption.at) else { throw .unwritable("the time \(resumption.at)") }
    try append(Event(at: time, .resumed), frameDigest: frameDigest, resumption: resumption)
  }

  private func append(_ event: Event, frameDigest: UInt64, resumption: Resumption?) throws(JournalError) {
    guard isOpen else { throw .closed }
    guard event.at >= lastTime else { throw .unwritable("a time that runs back") }
    if case .key(let key) = event.input, !JournalWriter.canSpell(key) { throw .unwritable("the key \(key.spelling)") }
    line.clear()
    if mustResume, resumption == nil {
      guard case .leave = event.input else { throw .unwritable("an event before the one that says that it goes on") }
    }
    line.event(
      eventCount, event, frame: frameDigest, sync: lastSync, resumption: resumption, dropped: droppedBytes)
    try write()
    mustResume = false
    lastSync = nil
    lastFrame = frameDigest
    lastTime = event.at
    eventCount += 1
    if syncsEveryEvent { _ = try syncNow() }
  }

  /// Ends the line and writes it.
  private func write(isLast: Bool = false) throws(JournalError) {
    let next = line.finish(after: chain)
    guard line.bytes.count <= JournalFormat.maximumLine else { throw .unwritable("a line of more than 4 KiB") }
    do throws(JournalError) {
      try syncer.check()
      try line.bytes.withRaw { (raw) throws(JournalError) in
        if let torn {
          // Nothing may stand behind a closing line, not for a moment.
          try FileAccess.write(raw, over: torn, of: syncer.descriptor, cutsFirst: isLast, path: path)
        } else {
          try FileAccess.write(raw, to: syncer.descriptor, path: path)
        }
      }
    } catch {
      isOpen = false
      throw error
    }
    torn = nil
    chain = next
    syncer.noteWrite()
  }

  /// Whether a key reads back as itself; only codes that no surface makes do not.
  private static func canSpell(_ key: Key) -> Bool {
    if key.modifiers.rawValue == 0, key.code >= 0x21, key.code < 0x7F { return true }
    guard key.modifiers.rawValue <= 7 else { return false }
    return Unicode.Scalar(key.code) != nil || Key(spelling: key.spelling) == key
  }

  /// Lets go of the file without a closing line, so that the session can go on in another process.
  public func interrupt() throws(JournalError) {
    guard isOpen else { throw .closed }
    isOpen = false
    try syncer.sync()
    syncer.stop()
    syncer.closeDescriptor()
  }

  /// The chain after the last line that was written.
  public var head: Digest256 { chain }

  /// Waits until everything that was written survives a power cut; the next line says how long that took.
  ///
  /// - Returns: microseconds.
  @discardableResult
  public func syncNow() throws(JournalError) -> Int64 {
    guard isOpen else { throw .closed }
    let started = FileAccess.now()
    do throws(JournalError) {
      try syncer.sync()
    } catch {
      isOpen = false
      throw error
    }
    let microseconds = Int64((FileAccess.now() - started) / 1000)
    lastSync = (lastSync ?? 0) + microseconds
    return microseconds
  }

  /// Writes the closing line, syncs and lets go of the file.
  public func close(_ ending: JournalEnding) throws(JournalError) {
    guard isOpen else { throw .closed }
    line.clear()
    line.closing(
      JournalClosing(
        ending: ending, events: eventCount, syncMicroseconds: lastSync, droppedBytes: droppedBytes))
    try write(isLast: true)
    isOpen = false
    try syncer.sync()
    syncer.stop()
    syncer.closeDescriptor()
  }
}
