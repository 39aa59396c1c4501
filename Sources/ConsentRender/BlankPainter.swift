import ConsentModel

// What of a field, a number or a slider changes without the layout changing. Of a field only the mask is painted: what
// was typed into it is not known here.
extension Painter {
  /// A place of a field or a number in which nothing stands.
  static let emptyPlace: UInt32 = 0x5F
  /// One column of a character in a field.
  static let mask: UInt32 = 0x2022
  /// The track of a slider, and the handle on it.
  static let track: UInt32 = 0x2500
  static let handle: UInt32 = 0x25CF

  // MARK: What a surface is told

  /// Puts the blanks of a layout into a frame, without their values.
  func noteBlanks(_ layout: ScreenLayout, _ scroll: Int32, into frame: inout Frame) {
    for dynamic in layout.dynamics {
      let kind: Region.Kind
      var mask = (columns: 0, rows: 0)
      let maximum: Int32
      switch dynamic.looks {
      case .field(let variable, _, let rows):
        kind = .field
        mask = (max(1, dynamic.columns - 2), rows)
        maximum = flow.blankMaximum(kind, variable)
      case .number(let variable):
        kind = .number
        maximum = flow.blankMaximum(kind, variable)
      case .slider(_, let most):
        kind = .slider
        maximum = most
      case .blank(let index, _):
        kind = layout.blanks[Int(index)].kind
        maximum = layout.blanks[Int(index)].maximum
      case .marks, .toggle, .option, .entry, .ask: continue
      }
      var blank = Blank(
        element: dynamic.element, kind: kind, value: -1, maximum: maximum, isFocused: false, column: 0, row: 0,
        columns: Int16(mask.columns), rows: Int16(mask.rows), firstRow: 0, endRow: 0, style: dynamic.style)
      if let placement = layout.placements.first(where: { $0.element == dynamic.element }), !layout.isLinear {
        let visible = layout.visibleRows(placement, scroll: scroll)
        // What scrolls may begin above the screen.
        let isFixed = dynamic.part != .middle
        let top = isFixed ? visible.lowerBound : layout.originRow + layout.topRows + dynamic.row - Int(scroll)
        blank.column = Int16(layout.originColumn + dynamic.column + 1)
        blank.row = Int16(clamping: top)
        blank.firstRow = Int16(clamping: visible.lowerBound)
        blank.endRow = Int16(clamping: visible.upperBound)
      }
      frame.blanks.append(blank)
    }
    let words = rooms.last.map { Int($0.firstWord + $0.words) } ?? 0
    if !frame.blanks.isEmpty, frame.widths.count != words { frame.widths = Array(repeating: 0, count: words) }
  }

  /// A field that has the focus under the notice that the terminal is too small: what is typed there is private, too.
  func noteHiddenField(_ view: borrowing ViewState, into frame: inout Frame) {
    frame.blanks.removeAll(keepingCapacity: true)
    guard view.focus >= 0, case .field(let variable, _) = flow.elements[Int(view.focus)].kind else { return }
    frame.blanks.append(
      Blank(
        element: view.focus, kind: .field, value: 0, maximum: flow.blankMaximum(.field, variable), isFocused: true,
        column: 0, row: 0, columns: 0, rows: 0, firstRow: 0, endRow: 0, style: 0))
    fillBlanks(view, into: &frame)
  }

  /// Brings what the blanks and their regions say up to date.
  func fillBlanks(_ view: borrowing ViewState, into frame: inout Frame) {
    for index in frame.blanks.indices {
      let element = frame.blanks[index].element
      let value: Int32
      switch flow.elements[Int(element)].kind {
      case .field(let variable, _): value = min(max(view.values[Int(variable)], 0), frame.blanks[index].maximum)
      case .number(let variable, _), .slider(let variable, _, _): value = max(view.values[Int(variable)], -1)
      case .text, .gap, .rule, .button, .toggle, .link, .list, .option, .row, .scroll: continue
      }
      frame.blanks[index].value = value
      frame.blanks[index].isFocused = element == view.focus
      for region in frame.regions.indices where frame.regions[region].element == element {
        frame.regions[region].value = value
      }
    }
  }

  // MARK: Fields

  /// Paints the mask of a field where it has changed, and finds the caret where it has the focus.
  func paintField(
    _ index: Int, _ dynamic: Dynamic, _ layout: ScreenLayout, _ scroll: Int32, _ view: borrowing ViewState,
    cursor: inout Cursor, into frame: inout Frame
  ) {
    guard case .field(let variable, let number, let rows) = dynamic.looks else { return }
    let room = rooms[Int(number)]
    let isFocused = dynamic.element == view.focus
    let count = Int(min(max(view.values[Int(variable)], 0), room.maximum))
    let code = UInt32(count) << 1 | (isFocused ? 1 : 0)
    let isChanged = takeWidths(of: room, view, into: &frame) || frame.codes[index] != code
    guard isChanged || isFocused else { return }
    let columns = dynamic.columns - 2
    guard columns > 0 else { return }
    var places = MaskRows(columns: columns)
    for position in 0..<count { _ = places.place(columns: room.isWide(position, view.widths) ? 2 : 1) }
    let firstShown = places.firstShown(of: rows)
    if isFocused, let row = layout.screenRow(dynamic.row + places.row - firstShown, dynamic.part, scroll: scroll) {
      cursor = Cursor(
        column: Int16(layout.originColumn + dynamic.column + 1 + places.column), row: Int16(row), isVisible: true)
    }
    guard isChanged else { return }
    frame.codes[index] = code
    let left = layout.originColumn + dynamic.column + 1
    for offset in 0..<rows {
      guard let row = layout.screenRow(dynamic.row + offset, dynamic.part, scroll: scroll) else { continue }
      let first = row * Int(frame.size.columns) + left
      for x in 0..<columns { frame.cells[first + x] = Cell(scalar: Painter.emptyPlace, style: dynamic.style) }
      if offset == 0 { paintMarks(isFocused, UInt16(flow.signs.focusStyle), dynamic, first - 1, into: &frame) }
    }
    places = MaskRows(columns: columns)
    for position in 0..<count {
      let width = room.isWide(position, view.widths) ? 2 : 1
      let place = places.place(columns: width)
      guard place.row >= firstShown,
        let row = layout.screenRow(dynamic.row + place.row - firstShown, dynamic.part, scroll: scroll)
      else { continue }
      let first = row * Int(frame.size.columns) + left + place.column
      for x in 0..<min(width, columns - place.column) {
        frame.cells[first + x] = Cell(scalar: Painter.mask, style: dynamic.style)
      }
    }
    for offset in 0..<rows {
      if let row = layout.screenRow(dynamic.row + offset, dynamic.part, scroll: scroll) { rehash(row, of: &frame) }
    }
    let region = Int(frame.regionOfDynamic[index])
    if region >= 0 {
      var state: Region.State = isFocused ? [.control, .focused] : .control
      if count == 0 { state.insert(.unset) }
      frame.regions[region].state = state
    }
  }

  /// Notes the widths of a field's characters; says whether they were others before.
  private func takeWidths(of room: FieldRoom, _ view: borrowing ViewState, into frame: inout Frame) -> Bool {
    var isChanged = false
    for word in Int(room.firstWord)..<Int(room.firstWord + room.words) {
      let bits = word < view.widths.count ? view.widths[word] : 0
      if frame.widths[word] != bits {
        frame.widths[word] = bits
        isChanged = true
      }
    }
    return isChanged
  }

  // MARK: Numbers and sliders

  func paintNumber(_ value: Int32, _ dynamic: Dynamic, _ first: Int, into frame: inout Frame) {
    let places = max(0, dynamic.columns - 3)
    for x in 0..<places { frame.cells[first + 1 + x] = Cell(scalar: Painter.emptyPlace, style: dynamic.style) }
    var x = BlankCode.digits(value)
    var rest = max(value, 0)
    while x > 0 {
      x -= 1
      if x < places {
        frame.cells[first + 1 + x] = Cell(scalar: 0x30 + UInt32(rest % 10), style: dynamic.style)
      }
      rest /= 10
    }
  }

  func paintSlider(_ value: Int32, _ maximum: Int32, _ dynamic: Dynamic, _ first: Int, into frame: inout Frame) {
    let places = max(0, dynamic.columns - 2)
    for x in 0..<places { frame.cells[first + 1 + x] = Cell(scalar: Painter.track, style: dynamic.style) }
    guard value >= 0, places > 0 else { return }
    let handle = BlankCode.handle(value, maximum, columns: dynamic.columns)
    frame.cells[first + handle] = Cell(scalar: Painter.handle, style: dynamic.style)
  }
}

extension ScreenLayout {
  /// What is asked while the entry with this number is what Enter alone does.
  func ask(forAnswer number: Int) -> [Glyph] {
    guard entries.indices.contains(number - 1), entries[number - 1].isBlank, asks.count > 3 else { return asks[1] }
    let isField = blanks.contains { $0.kind == .field && $0.variable == entries[number - 1].variable }
    return isField ? asks[2] : asks[3]
  }

  /// The point between 0 and `maximum` at which a column of the screen lies on the track of a slider, or nil when it is
  /// not laid out here.
  public func point(of slider: Int32, at column: Int, maximum: Int32) -> Int32? {
    guard let placement = placements.first(where: { $0.element == slider && $0.kind == .slider }) else { return nil }
    let last = placement.columns - 3
    guard last > 0 else { return 0 }
    let x = min(max(column - originColumn - placement.column - 1, 0), last)
    return Int32((x * Int(maximum) + last / 2) / last)
  }
}
