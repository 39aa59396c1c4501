import ConsentModel

extension Frame {
  /// A frame as somebody else sees it who looks on: the same cells, with a few lines of text below them.
  ///
  /// What does not fit into the size is cut off on the right and at the bottom; the lines always fit. It has no regions, and
  /// its digest says nothing of what the participant saw.
  ///
  /// - Parameters:
  ///   - size: the size of the terminal that looks on.
  ///   - lines: what stands below; characters that are not ASCII and printable are shown as `?`.
  ///   - style: the style of the lines, an index into the flow's styles.
  public func mirrored(in size: Size, lines: [String], style: UInt16) -> Frame {
    let columns = Int(size.columns)
    let rows = Int(size.rows)
    let below = min(lines.count, rows)
    var mirror = Frame()
    mirror.size = size
    mirror.cells = Array(repeating: .blank(style), count: columns * rows)
    let shownRows = min(Int(self.size.rows), rows - below)
    let shownColumns = min(Int(self.size.columns), columns)
    for row in 0..<max(0, shownRows) {
      for column in 0..<shownColumns {
        let cell = self[column, row]
        // The left half of a wide character alone would push everything after it.
        let isCut = cell.columns == 2 && column == shownColumns - 1
        mirror.cells[row * columns + column] = isCut ? .blank(cell.style) : cell
      }
    }
    for (index, line) in lines.prefix(below).enumerated() {
      let row = rows - below + index
      for (column, scalar) in line.unicodeScalars.prefix(columns).enumerated() {
        let shown = scalar.isASCII && scalar.value >= 0x20 && scalar.value < 0x7F ? scalar.value : 0x3F
        mirror.cells[row * columns + column] = Cell(scalar: shown, style: style)
      }
    }
    mirror.cursor = cursor.row < shownRows && cursor.column < shownColumns ? cursor : Cursor()
    mirror.rowDigests = mirror.cells.withUnsafeBufferPointer { cells in
      (0..<rows).map { row in
        cells.baseAddress.map { FrameDigest.row($0 + row * columns, count: columns) } ?? 0
      }
    }
    mirror.digest = mirror.rowDigests.withUnsafeBufferPointer {
      FrameDigest.frame(size: size, cursor: mirror.cursor, clusters: 0, rows: $0)
    }
    return mirror
  }
}
