import ConsentModel

/// The cells in which two frames differ, as stretches of rows.
public struct FrameDifference: Hashable, Sendable {
  /// A stretch of one row.
  public struct Run: Hashable, Sendable, BitwiseCopyable {
    /// Row, from 0.
    public var row: Int
    /// First column, from 0.
    public var column: Int
    /// Number of columns, 1 or more.
    public var columns: Int

    /// The column after the last.
    public var end: Int { column + columns }
  }

  /// The stretches, from top to bottom and left to right; wide characters are never cut in half.
  public private(set) var runs: [Run] = []
  /// Whether the frames have different sizes; then every cell of the second counts as different.
  public private(set) var sizeDiffers = false
  /// Whether the cursor is elsewhere, or shown in only one of them.
  public private(set) var cursorDiffers = false

  /// How many cells differ.
  public var cells: Int { runs.reduce(0) { $0 + $1.columns } }
  /// Whether the frames look the same.
  public var isEmpty: Bool { runs.isEmpty && !cursorDiffers && !sizeDiffers }

  /// What differs between two frames of one flow: styles and clusters are compared by their indices.
  public init(from old: Frame, to new: Frame) {
    self.init(from: old, to: new) { $0 == $1 }
  }

  /// What differs for the eye between frames of two flows, of two arms for example: characters, colours and
  /// attributes, whatever their names and indices are.
  public init(from old: Frame, of oldFlow: FlowDefinition, to new: Frame, of newFlow: FlowDefinition) {
    self.init(from: old, to: new) { first, second in
      guard first.columns == second.columns else { return false }
      let a = oldFlow.style(first.style)
      let b = newFlow.style(second.style)
      guard a.background == b.background, a.foreground == b.foreground, a.attributes == b.attributes,
        a.monochrome == b.monochrome
      else { return false }
      if (first.scalar | second.scalar) & 0x8000_0000 == 0 { return first.scalar == second.scalar }
      var texts = ("", "")
      first.write(into: &texts.0, flow: oldFlow)
      second.write(into: &texts.1, flow: newFlow)
      return texts.0 == texts.1
    }
  }

  private init(from old: Frame, to new: Frame, isSame: (Cell, Cell) -> Bool) {
    let columns = Int(new.size.columns)
    cursorDiffers = old.cursor != new.cursor && (old.cursor.isVisible || new.cursor.isVisible)
    guard old.size == new.size, old.cells.count == new.cells.count else {
      sizeDiffers = true
      runs = (0..<Int(new.size.rows)).map { Run(row: $0, column: 0, columns: columns) }
      return
    }
    for row in 0..<Int(new.size.rows) {
      var column = 0
      while column < columns {
        guard !isSame(old[column, row], new[column, row]) else {
          column += 1
          continue
        }
        var first = column
        // A right half belongs to the cell on its left, in either frame.
        while first > 0, old[first, row].columns == 0 || new[first, row].columns == 0 { first -= 1 }
        var end = column + 1
        while end < columns,
          !isSame(old[end, row], new[end, row]) || old[end, row].columns == 0 || new[end, row].columns == 0
        {
          end += 1
        }
        if let last = runs.last, last.row == row, last.end >= first {
          runs[runs.count - 1].columns = end - last.column
        } else {
          runs.append(Run(row: row, column: first, columns: end - first))
        }
        column = end
      }
    }
  }
}
