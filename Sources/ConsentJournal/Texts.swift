/// What a participant typed into a private field, where a study keeps it.
///
/// It never stands in a journal: journals replay without it, and it can be removed without them.
public struct TypedText: Hashable, Sendable {
  /// Number of the last event before it was given out, from 0: the one with which its screen went or it was emptied.
  public var event: Int
  /// Digest of the frame that followed that event.
  public var frame: UInt64
  /// Name of the screen of the field.
  public var screen: String
  /// Name of the field.
  public var element: String
  /// What was typed, without control characters; at most 500 Unicode scalars, perhaps none.
  public var text: String

  /// A text that was typed.
  public init(event: Int, frame: UInt64, screen: String, element: String, text: String) {
    self.event = event
    self.frame = frame
    self.screen = screen
    self.element = element
    self.text = text
  }
}

/// The texts of one session: JSON Lines, chained like a journal, never part of one.
///
/// A text is written when its field is emptied by the flow, as a message that is sent, or when its screen goes. So a question
/// that is come back to and answered otherwise has two, of which the last counts; a chat has one for every message, and one
/// for whatever was typed and then replaced by a ready message.
public enum TextsFile {
  /// The longest text in Unicode scalars.
  public static let maximumText = 500

  /// All texts in a file in their order; none when there is no file.
  ///
  /// Throws `JournalError.broken` at the first line that is not as it was written; a torn last line is left out.
  public static func read(_ path: String) throws(JournalError) -> [TypedText] { try ChainedFile<TypedText>.read(path) }

  /// Adds a text, durably.
  public static func append(_ text: TypedText, to path: String) throws(JournalError) {
    guard text.text.unicodeScalars.count <= maximumText else {
      throw .unwritable("a text of more than \(maximumText) characters")
    }
    try ChainedFile<TypedText>.append(text, to: path)
  }
}

extension TypedText: ChainedEntry {
  static func read(from reader: inout LineReader) throws(JournalFault) -> (index: Int, entry: TypedText) {
    let (index, text) = try reader.text()
    return (index, text)
  }

  func write(to line: inout LineWriter, at index: Int) { line.text(index, self) }
}
