import ConsentModel

/// What a surface has to know of a field, a number or a slider besides its region.
///
/// A surface that knows what was typed into a field paints it over the mask. What it knows is right as long as it is as
/// long as `value` says: the machine decides what is taken, and the frame says what it has decided.
public struct Blank: Hashable, Sendable, BitwiseCopyable {
  /// Index of the element.
  public var element: Int32
  /// Field, number or slider.
  public var kind: Region.Kind
  /// The number of characters, the number, or the point; −1 for none.
  public var value: Int32
  /// The largest value that it takes.
  public var maximum: Int32
  /// Whether it has the focus: then what is typed goes into it.
  public var isFocused: Bool
  /// Column of the mask's left cells, from 0; among lines there is no mask.
  public var column: Int16
  /// Row of the mask's first cells, from 0; negative or past the end where they are scrolled away.
  public var row: Int16
  /// Columns of the mask; 0 among lines, and for whatever is no field.
  public var columns: Int16
  /// Rows of the mask.
  public var rows: Int16
  /// The rows of the screen in which it can be seen: from this one up to but not including `endRow`.
  public var firstRow: Int16
  /// The row after the last one in which it can be seen.
  public var endRow: Int16
  /// Style of the mask, an index into the flow's styles.
  public var style: UInt16
}

/// Puts the characters of a field into its rows: by characters, a wide one never into two rows.
///
/// The painter of the mask and a surface that paints text over it place characters by this one rule.
public struct MaskRows: Sendable, BitwiseCopyable {
  /// Columns of a row, 1 or more.
  public let columns: Int
  /// Where the next narrow character comes: the caret.
  public private(set) var row = 0
  /// Where the next narrow character comes: the caret.
  public private(set) var column = 0

  /// Rows of so many columns, with nothing in them.
  @inlinable public init(columns: Int) { self.columns = max(1, columns) }

  /// The place of the next character, 1 or 2 columns wide.
  public mutating func place(columns width: Int) -> (row: Int, column: Int) {
    if column > 0, column &+ width > columns {
      row &+= 1
      column = 0
    }
    let place = (row: row, column: column)
    column &+= width
    if column >= columns {
      row &+= 1
      column = 0
    }
    return place
  }

  /// The first row that is shown where there is room for so many: the caret is always among them.
  public func firstShown(of rows: Int) -> Int { max(0, row &- rows &+ 1) }
}

/// How numbers and points become the looks of a blank.
enum BlankCode {
  /// A value as a code that is never negative: 0 for none.
  @inline(__always)
  static func code(of value: Int32) -> UInt32 { value < 0 ? 0 : min(UInt32(value), 0x3FFF_FFFE) &+ 1 }

  @inline(__always)
  static func value(_ code: UInt32) -> Int32 { Int32(bitPattern: code) &- 1 }

  /// How many digits a number has, 0 for none.
  static func digits(_ value: Int32) -> Int {
    guard value >= 0 else { return 0 }
    var count = 1
    var rest = value / 10
    while rest > 0 {
      count &+= 1
      rest /= 10
    }
    return count
  }

  /// The caret of a number among the columns from its left mark to its right one.
  static func caret(ofNumber value: Int32, columns: Int) -> Int { 1 &+ min(digits(value), max(0, columns &- 3)) }

  /// The handle of a slider among the columns from its left mark to its right one; the first of the track for none.
  static func handle(_ value: Int32, _ maximum: Int32, columns: Int) -> Int {
    guard value > 0, maximum > 0, columns > 3 else { return 1 }
    return 1 &+ (Int(min(value, maximum)) &* (columns &- 3) &+ Int(maximum) / 2) / Int(maximum)
  }
}

extension FlowDefinition {
  /// The largest value that a blank of a kind takes.
  func blankMaximum(_ kind: Region.Kind, _ variable: Int32) -> Int32 {
    let upper = max(0, variables[Int(variable)].bounds.upperBound)
    return kind == .field ? min(upper, FieldRoom.maximumCharacters) : upper
  }
}

/// A blank as an entry among lines: what it is called, and what stands in it in brackets.
struct LinearBlank {
  var kind: Region.Kind
  var variable: Int32
  var label: [Glyph]
  /// What follows the number of characters.
  var characters: [Glyph]
  var maximum: Int32

  /// `label [12 characters]`, `label [34] 0–120`, `label [ ] 0–120`.
  func glyphs(_ value: Int32) -> [Glyph] {
    var glyphs = label.isEmpty ? [] : label + [.space]
    glyphs += LinearPlan.glyphs("[")
    if kind == .field {
      glyphs += LinearPlan.glyphs("\(max(0, value))")
      if !characters.isEmpty { glyphs += [.space] + characters }
      return glyphs + LinearPlan.glyphs("]")
    }
    return glyphs + LinearPlan.glyphs(value < 0 ? " ] 0–\(maximum)" : "\(value)] 0–\(maximum)")
  }
}
