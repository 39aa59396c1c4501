import ConsentModel
import Glibc

/// Something that a moderator marked or wrote while a session ran, tied to what was on screen then.
public struct Note: Hashable, Sendable {
  /// Number of the last event before it, from 0; −1 at the first frame.
  public var event: Int
  /// Digest of the frame that was shown.
  public var frame: UInt64
  /// What it marks.
  public var marker: Marker
  /// Who made it.
  public var who: String
  /// Wall-clock time, UTC, `2025-09-28T12:00:00.000Z`.
  public var at: String
  /// What they wrote, at most 500 characters; empty for a marker alone.
  public var text: String

  /// What a note marks.
  public enum Marker: String, CaseIterable, Hashable, Sendable {
    /// The moderator helped.
    case assist
    /// The participant seemed not to understand.
    case confusion
    /// The participant said what they thought.
    case thinkAloud = "think-aloud"
    /// Something of the equipment failed.
    case technical
    /// The moderator departed from the protocol.
    case deviation
    /// Nothing but what is written.
    case note
  }

  /// A note on a frame.
  public init(event: Int, frame: UInt64, marker: Marker, who: String, at: String, text: String) {
    self.event = event
    self.frame = frame
    self.marker = marker
    self.who = who
    self.at = at
    self.text = text
  }
}

/// The notes on one session: JSON Lines, chained like a journal, never part of one.
public enum NotesFile {
  /// The longest text of a note in characters.
  public static let maximumText = 500
  /// The largest file in bytes.
  private static let maximumBytes = 1 << 22

  /// All notes in a file in their order; none when there is no file.
  ///
  /// Throws `JournalError.broken` at the first line that is not as it was written; a torn last line is left out.
  public static func read(_ path: String) throws(JournalError) -> [Note] { try contents(of: path).notes }

  /// Adds a note; several moderators may write at the same time.
  public static func append(_ note: Note, to path: String) throws(JournalError) {
    guard note.text.unicodeScalars.count <= maximumText, note.who.unicodeScalars.count <= maximumText else {
      throw .unwritable("a note of more than \(maximumText) characters")
    }
    guard WallClock.isTime(note.at) else { throw .unwritable("the time \(note.at)") }
    let file = try FileDescriptor(path, O_RDWR | O_CREAT | O_APPEND, mode: 0o600)
    while flock(file.raw, LOCK_EX) != 0 {
      guard errno == EINTR else { throw .system("lock", path: path, errno: errno) }
    }
    let found = try contents(of: path)
    guard ftruncate(file.raw, off_t(found.wholeBytes)) == 0 else { throw .system("cut", path: path, errno: errno) }
    var line = LineWriter()
    line.note(found.notes.count, note)
    _ = line.finish(after: found.chain)
    guard line.bytes.count <= JournalFormat.maximumLine else { throw .unwritable("a line of more than 4 KiB") }
    try line.bytes.withRaw { (raw) throws(JournalError) in try FileAccess.write(raw, to: file.raw, path: path) }
    guard fsync(file.raw) == 0 else { throw .system("sync", path: path, errno: errno) }
    try FileAccess.syncFolder(FileAccess.folder(of: path))
  }

  private static func contents(
    of path: String
  ) throws(JournalError) -> (notes: [Note], chain: Digest256?, wholeBytes: Int) {
    guard let bytes = try FileAccess.contents(of: path, limit: maximumBytes) else { return ([], nil, 0) }
    var notes: [Note] = []
    var chain: Digest256?
    var start = 0
    while let end = bytes[start...].firstIndex(of: 0x0A) {
      do throws(JournalFault) {
        let (note, link) = try parse(Array(bytes[start..<end]), number: notes.count, after: chain)
        notes.append(note)
        chain = link
      } catch {
        throw .broken(line: notes.count + 1, error)
      }
      start = end + 1
    }
    return (notes, chain, start)
  }

  private static func parse(
    _ line: [UInt8], number: Int, after previous: Digest256?
  ) throws(JournalFault) -> (Note, Digest256) {
    try line.withRaw { (raw) throws(JournalFault) in
      var reader = LineReader(raw)
      let (index, note) = try reader.note()
      guard index == number else { throw .order(expected: number, found: index) }
      let (covered, found) = try reader.chain()
      var speller = LineWriter()
      speller.note(index, note)
      guard speller.bytes.elementsEqual(raw[..<covered]) else { throw .spelling(byte: 1) }
      let expected = Digest256(after: previous, UnsafeRawBufferPointer(rebasing: raw[..<covered]))
      guard expected == found else { throw .chain(expected: expected, found: found) }
      return (note, found)
    }
  }
}
