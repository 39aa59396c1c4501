import ConsentModel

// Fields, numbers and sliders: what of them stands still. Each has two cells for the focus marks at its ends.
extension Composer {
  /// The shortest slider that is put beside other elements rather than below them, in columns.
  static let shortestTrack = 12

  /// A field takes the whole line; empty places are low lines, so that it can be seen without colours.
  mutating func place(field index: Int32, _ element: Element, _ variable: Int32, column: Int, width: Int) {
    guard let room = flow.fieldRooms.firstIndex(where: { $0.element == index }) else { return }
    let rows = max(1, Int(element.rows))
    draw(Painter.emptyPlace, element, column: column, columns: width, inner: width - 2, rows: rows)
    note(
      blank: index, .field, element, column: column, columns: width, rows: rows,
      looks: .field(variable: variable, room: Int32(room), rows: rows))
  }

  /// Columns of a number: two marks, its digits, and a place for the caret after them.
  func columns(ofNumber variable: Int32) -> Int {
    BlankCode.digits(flow.blankMaximum(.number, variable)) + 3
  }

  mutating func place(number index: Int32, _ element: Element, _ variable: Int32, column: Int, width: Int) {
    let columns = min(columns(ofNumber: variable), width)
    let left = column + indent(columns, in: width, element.alignment)
    draw(Painter.emptyPlace, element, column: left, columns: columns, inner: columns - 3, rows: 1)
    note(blank: index, .number, element, column: left, columns: columns, rows: 1, looks: .number(variable: variable))
  }

  mutating func place(slider index: Int32, _ element: Element, _ variable: Int32, column: Int, width: Int) {
    let columns = element.columns > 0 ? min(Int(element.columns), width) : width
    let left = column + indent(columns, in: width, element.alignment)
    draw(Painter.track, element, column: left, columns: columns, inner: columns - 2, rows: 1)
    note(
      blank: index, .slider, element, column: left, columns: columns, rows: 1,
      looks: .slider(variable: variable, maximum: flow.blankMaximum(.slider, variable)))
  }

  private mutating func draw(_ scalar: UInt32, _ element: Element, column: Int, columns: Int, inner: Int, rows: Int) {
    let style = UInt16(element.style)
    canvas.grow(to: row + rows)
    canvas.fill(column: column, row: row, columns: columns, rows: rows, style: style)
    for y in 0..<rows {
      for x in 0..<max(0, inner) {
        canvas.put(Cell(scalar: scalar, style: style), column: column + 1 + x, row: row + y)
      }
    }
  }

  private mutating func note(
    blank index: Int32, _ kind: Region.Kind, _ element: Element, column: Int, columns: Int, rows: Int,
    looks: Dynamic.Looks
  ) {
    placements.append(
      Placement(element: index, kind: kind, column: column, row: row, columns: columns, rows: rows))
    dynamics.append(
      Dynamic(
        element: index, looks: looks, style: UInt16(element.style), row: row, column: column, columns: columns))
    row += rows
  }
}
