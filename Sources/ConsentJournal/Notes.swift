import ConsentModel

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
  /// All notes in a file in their order; none when there is no file.
  ///
  /// Throws `JournalError.broken` at the first line that is not as it was written; a torn last line is left out.
  public static func read(_ path: String) throws(JournalError) -> [Note] { try ChainedFile<Note>.read(path) }

  /// Adds a note; several moderators may write at the same time.
  public static func append(_ note: Note, to path: String) throws(JournalError) {
    guard note.text.unicodeScalars.count <= maximumText, note.who.unicodeScalars.count <= maximumText else {
      throw .unwritable("a note of more than \(maximumText) characters")
    }
    guard WallClock.isTime(note.at) else { throw .unwritable("the time \(note.at)") }
    try ChainedFile<Note>.append(note, to: path)
  }
}

extension Note: ChainedEntry {
  static func read(from reader: inout LineReader) throws(JournalFault) -> (index: Int, entry: Note) {
    let (index, note) = try reader.note()
    return (index, note)
  }

  func write(to line: inout LineWriter, at index: Int) { line.note(index, self) }
}
