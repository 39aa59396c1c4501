/// What the linear presentation says of blanks: indices into `FlowDefinition.texts`.
public struct BlankTexts: Hashable, Sendable {
  /// What follows the number of characters of a field, for example `characters`.
  public var characters: Int32
  /// Asks for a line of text; the number of the field's entry follows it.
  public var askText: Int32
  /// Asks for the digits of a number or a slider; the number of the entry follows it.
  public var askNumber: Int32

  /// Texts with these indices.
  public init(characters: Int32, askText: Int32, askNumber: Int32) {
    self.characters = characters
    self.askText = askText
    self.askNumber = askNumber
  }
}

extension Element.Kind {
  /// Whether it is a blank: a field, a number or a slider, into which something is entered.
  @inlinable public var isBlank: Bool {
    switch self {
    case .field, .number, .slider: true
    case .text, .gap, .rule, .button, .toggle, .link, .list, .option, .row, .scroll: false
    }
  }
}

/// Where the widths of a field's characters are kept: one bit a character, set for those that are two columns wide.
///
/// Nothing else is known of the characters. Without the widths an erased character would leave the mask as wide as before.
public struct FieldRoom: Hashable, Sendable, BitwiseCopyable {
  /// The field, an index into `elements`.
  public var element: Int32
  /// The variable that counts its characters.
  public var variable: Int32
  /// The first of its words in the widths of a session.
  public var firstWord: Int32
  /// How many words it has, of 64 characters each.
  public var words: Int32
  /// How many characters it takes, 0...500.
  public var maximum: Int32

  /// The most characters of a field.
  public static let maximumCharacters: Int32 = 500
  /// The most rows of a field.
  public static let maximumRows: Int16 = 12

  /// Whether the character at a position, from 0, is two columns wide.
  @inlinable public func isWide(_ position: Int, _ widths: borrowing [UInt64]) -> Bool {
    let word = Int(firstWord) &+ position >> 6
    guard word < widths.count else { return false }
    return widths[word] >> UInt64(position & 63) & 1 == 1
  }
}

extension FlowDefinition {
  /// The rooms of its fields, in the order of the elements.
  public var fieldRooms: [FieldRoom] {
    var rooms: [FieldRoom] = []
    var word: Int32 = 0
    for (index, element) in elements.enumerated() {
      guard case .field(let variable, _) = element.kind else { continue }
      let maximum = min(max(variables[Int(variable)].bounds.upperBound, 0), FieldRoom.maximumCharacters)
      let words = (maximum + 63) / 64
      rooms.append(
        FieldRoom(element: Int32(index), variable: variable, firstWord: word, words: words, maximum: maximum))
      word += words
    }
    return rooms
  }
}
