import ConsentModel

/// One cell of a frame, 8 bytes.
public struct Cell: Hashable, Sendable, BitwiseCopyable {
  /// The scalar that is shown, or bit 31 and the index of a cluster of the flow.
  public var scalar: UInt32
  /// Index into the flow's styles.
  public var style: UInt16
  /// 1 or 2 columns, or 0 for the right half of a character two columns wide.
  public var columns: UInt8
  /// Always 0.
  public var reserved: UInt8 = 0

  /// A cell.
  @inlinable public init(scalar: UInt32, style: UInt16, columns: UInt8 = 1) {
    self.scalar = scalar
    self.style = style
    self.columns = columns
  }

  /// An empty cell of a style.
  @inlinable public static func blank(_ style: UInt16) -> Cell { Cell(scalar: 0x20, style: style) }

  /// The right half of a character two columns wide.
  @inlinable static func rightHalf(_ style: UInt16) -> Cell { Cell(scalar: 0x20, style: style, columns: 0) }

  /// The cell as one number: scalar in bits 0...31, style in 32...47, columns in 48...55.
  @inlinable var word: UInt64 { UInt64(scalar) | UInt64(style) << 32 | UInt64(columns) << 48 }
}

/// Where the terminal's cursor is parked.
public struct Cursor: Hashable, Sendable, BitwiseCopyable {
  /// Column, from 0.
  public var column: Int16
  /// Row, from 0.
  public var row: Int16
  /// Whether it is shown; it is whenever a control has the focus.
  public var isVisible: Bool

  /// A place for the cursor.
  @inlinable public init(column: Int16 = 0, row: Int16 = 0, isVisible: Bool = false) {
    self.column = column
    self.row = row
    self.isVisible = isVisible
  }
}

/// A part of a frame that means something: what it is, where it is, and how much of it can be seen.
public struct Region: Hashable, Sendable, BitwiseCopyable {
  /// What kind of thing it is.
  public enum Kind: UInt8, CaseIterable, Sendable, BitwiseCopyable {
    case text, button, toggle, link, list, option, scroll
    case field, number, slider
  }

  /// What can be said of a control at the moment.
  public struct State: OptionSet, Hashable, Sendable, BitwiseCopyable {
    /// One bit a fact.
    public let rawValue: UInt8
    @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }
    /// It has the focus.
    public static let focused = State(rawValue: 1)
    /// The switch is on.
    public static let on = State(rawValue: 2)
    /// The switch is off.
    public static let off = State(rawValue: 4)
    /// The switch is neither, or the blank is empty.
    public static let unset = State(rawValue: 8)
    /// The cursor of the list is on this row.
    public static let current = State(rawValue: 16)
    /// It can be operated.
    public static let control = State(rawValue: 32)
  }

  /// Index of the element.
  public var element: Int32
  /// What kind of thing it is.
  public var kind: Kind
  /// What it means to the person.
  public var role: Element.Role
  /// Column of the visible part, from 0.
  public var column: Int16
  /// Row of the visible part, from 0.
  public var row: Int16
  /// Columns of the visible part.
  public var columns: Int16
  /// Rows of the visible part.
  public var rows: Int16
  /// How much of it is visible: 1...255, where 255 is all.
  public var share: UInt8
  /// What can be said of it at the moment.
  public var state: State
  /// Whether what is entered in it is private.
  public var isPrivate: Bool
  /// What stands in a blank: characters of a field, a number, the point of a slider. −1 for none, and for all else.
  public var value: Int32 = -1
}
