import ConsentModel

/// A growing sheet of cells of one width, on which a screen's elements are laid out before they are placed.
struct Canvas {
  let width: Int
  let ground: UInt16
  private(set) var cells: [Cell] = []

  init(width: Int, ground: UInt16) {
    self.width = width
    self.ground = ground
  }

  var rows: Int { width == 0 ? 0 : cells.count / width }

  /// Makes the sheet at least `rows` high.
  mutating func grow(to rows: Int) {
    let missing = rows * width - cells.count
    if missing > 0 { cells.append(contentsOf: repeatElement(.blank(ground), count: missing)) }
  }

  /// Puts a cell where there is room for it.
  mutating func put(_ cell: Cell, column: Int, row: Int) {
    guard column >= 0, column + max(1, Int(cell.columns)) <= width, row >= 0 else { return }
    grow(to: row + 1)
    cells[row * width + column] = cell
    if cell.columns == 2 { cells[row * width + column + 1] = .rightHalf(cell.style) }
  }

  /// Puts glyphs side by side; returns the column after them.
  @discardableResult
  mutating func put(_ glyphs: some Sequence<Glyph>, style: UInt16, column: Int, row: Int) -> Int {
    var column = column
    for glyph in glyphs where glyph.columns > 0 {
      put(Cell(glyph, style: style), column: column, row: row)
      column += glyph.columns
    }
    return column
  }

  /// Fills a rectangle with empty cells of a style.
  mutating func fill(column: Int, row: Int, columns: Int, rows: Int, style: UInt16) {
    guard columns > 0, rows > 0 else { return }
    for y in row..<row + rows {
      for x in column..<column + columns { put(.blank(style), column: x, row: y) }
    }
  }

  /// The cells of one row.
  func row(_ row: Int) -> ArraySlice<Cell> { cells[row * width..<(row + 1) * width] }
}

extension Cell {
  /// A glyph as a cell; the spaces that only guide line breaks become ordinary ones.
  init(_ glyph: Glyph, style: UInt16) {
    let isSpace = glyph == .noBreakSpace || glyph == FlatText.breakableMark
    self.init(scalar: isSpace ? 0x20 : glyph.cellScalar, style: style, columns: UInt8(glyph.columns))
  }
}

/// An element that has been given its place on a canvas.
struct Placement: BitwiseCopyable {
  var element: Int32
  var kind: Region.Kind
  var column: Int
  var row: Int
  var columns: Int
  var rows: Int
  /// The part of the screen that it belongs to.
  var part: Part = .top

  /// A screen has parts above and below that stay, and one between them that may scroll.
  enum Part: UInt8, BitwiseCopyable { case top, middle, bottom }
}

/// A control, or a row of a list, whose looks change without the layout changing.
struct Dynamic: BitwiseCopyable {
  enum Looks: BitwiseCopyable {
    /// A pair of marks beside a label.
    case marks
    /// Marks, a glyph for each state, and the words for each state: an index into the layout's words, or −1.
    case toggle(variable: Int32, words: Int32)
    /// A cursor before the label.
    case option(list: Int32, variable: Int32, index: Int32)
    /// Marks, and so many rows of a mask; the widths of its characters begin at a word.
    case field(variable: Int32, room: Int32, rows: Int)
    /// Marks, and digits.
    case number(variable: Int32)
    /// Marks, and a handle on a track from 0 to a maximum.
    case slider(variable: Int32, maximum: Int32)
    /// Among lines: the entry of a blank, so many rows high; an index into the layout's blanks.
    case blank(index: Int32, rows: Int)
    /// Among lines: the entry of a switch, so many rows high, with the words for each state.
    case entry(variable: Int32, words: Int32, rows: Int)
    /// Among lines: what is asked, so many rows high, with the number of what Enter alone does.
    case ask(rows: Int)
  }
  var element: Int32
  var looks: Looks
  var style: UInt16
  /// Row of its label on the canvas.
  var row: Int
  /// Column of the left mark.
  var column: Int
  /// Columns from the left mark to the right one, both included.
  var columns: Int
  var part: Placement.Part = .top
}
