import ConsentModel
import ConsentRender

/// What a synthetic participant is given of a frame: what stands where, and the words that can be read there.
///
/// No condition, no name of a screen or of an element, no value of a variable: what a person at the terminal cannot see is not in it.
public struct Sight: Sendable {
  /// One thing on the screen.
  public struct Thing: Hashable, Sendable {
    /// Tells it from the others as long as it stays on the screen; it means nothing else.
    public var id: Int32
    /// What kind of thing it is.
    public var kind: Region.Kind
    /// What it means to whoever sees it.
    public var role: Element.Role
    /// What can be said of it at the moment.
    public var state: Region.State
    /// Its first row, from 0.
    public var row: Int
    /// Its first column, from 0.
    public var column: Int
    /// How much of it can be seen: 1...255, where 255 is all.
    public var share: UInt8
    /// The words in it, rows joined by spaces.
    public var words: String
  }

  /// What is on the screen, in reading order.
  public let things: [Thing]

  /// What can be seen of a frame.
  ///
  /// - Parameter flow: the flow it was painted from; it holds the characters of several scalars.
  public init(_ frame: borrowing Frame, flow: FlowDefinition) {
    var things: [Thing] = []
    for region in frame.regions {
      let columns = Int(region.column)..<Int(region.column + region.columns)
      var words = ""
      for row in Int(region.row)..<Int(region.row + region.rows) {
        words += (words.isEmpty ? "" : " ") + frame.text(row: row, columns: columns, flow: flow)
      }
      things.append(
        Thing(
          id: region.element, kind: region.kind, role: region.role, state: region.state, row: Int(region.row),
          column: Int(region.column), share: region.share, words: Sight.plain(words)))
    }
    self.things = things
  }

  /// A screen with these things on it.
  init(things: [Thing]) { self.things = things }

  /// The words without runs of spaces, and without the mark of the row that is current and its number.
  static func plain(_ text: String) -> String {
    // Bytes, not characters: nothing here depends on how scalars join.
    let space = UInt8(ascii: " ")
    var words = text.utf8.split(separator: space)[...]
    if words.first.map({ $0.elementsEqual(">".utf8) }) == true { words.removeFirst() }
    if let first = words.first, first.last == UInt8(ascii: "."), first.dropLast().allSatisfy(Sight.isDigit) {
      words.removeFirst()
    }
    var plain: [UInt8] = []
    plain.reserveCapacity(text.utf8.count)
    for word in words where !word.elementsEqual("[".utf8) && !word.elementsEqual("]".utf8) {
      if !plain.isEmpty { plain.append(space) }
      plain += word
    }
    return String(decoding: plain, as: UTF8.self)
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

  /// The things that can be operated.
  public var controls: [Thing] { things.filter { $0.state.contains(.control) } }

  /// The rows of lists.
  public var options: [Thing] { things.filter { $0.kind == .option } }

  /// Whether some words stand anywhere outside of what can be chosen.
  public func says(_ words: String) -> Bool {
    things.contains { $0.kind == .text && !$0.state.contains(.control) && Sight.holds($0.words, words) }
  }

  /// Whether a text holds some words, byte by byte.
  private static func holds(_ text: String, _ words: String) -> Bool {
    let (text, words) = (Array(text.utf8), Array(words.utf8))
    guard let first = words.first, text.count >= words.count else { return words.isEmpty }
    for place in 0...text.count - words.count where text[place] == first {
      if text[place..<place + words.count].elementsEqual(words) { return true }
    }
    return false
  }
}

/// What a synthetic participant does next.
public struct Move: Hashable, Sendable {
  /// After how long since the frame, in microseconds, 0 or more.
  public var afterMicroseconds: Int64
  /// What it does; nil waits for another frame.
  public var input: Input?

  /// Something that is done after a time.
  public init(after microseconds: Int64, _ input: Input?) {
    afterMicroseconds = microseconds
    self.input = input
  }
}

/// A synthetic participant: sees a frame, and says what it does.
public protocol SyntheticParticipant {
  /// What it does about what it sees.
  mutating func move(on sight: Sight) -> Move
}
