import ConsentModel

/// Turns what a session shows into frames: lays a screen out once, then paints only what differs.
///
/// One painter belongs to one thread. What it keeps is only ever derived from the flow.
public final class Painter {
  /// The flow whose screens it paints.
  public let flow: FlowDefinition

  /// Columns of a switch's glyph, without its marks.
  static let switchColumns = 2
  /// The glyphs of a switch that is unset, off, on.
  static let switchGlyphs: [[UInt32]] = [[0x2500, 0x2500], [0x25CB, 0x2500], [0x2500, 0x25CF]]
  /// The smallest size that shows screens.
  public static let smallest = Size(columns: 30, rows: 8)

  private let clusterDigest: UInt64
  /// Where the widths of the fields' characters are kept.
  let rooms: [FieldRoom]
  private let parts: [LayoutSignature]
  private var layouts: [[ScreenLayout]]
  private var scratch: [Int32] = []
  private var latest: (screen: Int32, layout: ScreenLayout)?
  private static let keptLayouts = 64

  /// A painter of a flow.
  public init(flow: FlowDefinition) {
    self.flow = flow
    clusterDigest = FrameDigest.clusters(flow.clusters)
    rooms = flow.fieldRooms
    parts = flow.screens.indices.map { LayoutSignature(of: $0, in: flow) }
    layouts = Array(repeating: [], count: flow.screens.count)
  }

  // MARK: Layouts

  /// The layout of a view's screen at its size.
  public func layout(for view: borrowing ViewState) -> ScreenLayout {
    let screen = Int(view.screen)
    sign(parts[screen], view)
    if let latest, latest.screen == view.screen, latest.layout.size == view.size, latest.layout.signature == scratch {
      return latest.layout
    }
    for layout in layouts[screen] where layout.size == view.size && layout.signature == scratch {
      latest = (view.screen, layout)
      return layout
    }
    let layout = makeLayout(view)
    if layouts[screen].count >= Painter.keptLayouts { layouts[screen].removeAll(keepingCapacity: true) }
    layouts[screen].append(layout)
    latest = (view.screen, layout)
    return layout
  }

  /// Writes the signature for these values into `scratch`.
  @inline(__always)
  private func sign(_ parts: LayoutSignature, _ view: borrowing ViewState) {
    scratch.removeAll(keepingCapacity: true)
    scratch.append(Int32(view.presentation.rawValue) | (view.showsStop ? 2 : 0))
    var bits: Int32 = 0
    var count = 0
    var at = 0
    for end in parts.ends {
      var holds = true
      while at < end {
        if !parts.conditions[at].holds(view.values) { holds = false }
        at &+= 1
      }
      bits = bits << 1 | (holds ? 1 : 0)
      count &+= 1
      if count & 31 == 31 {
        scratch.append(bits)
        bits = 0
      }
    }
    scratch.append(bits)
    for variable in parts.variables { scratch.append(view.values[Int(variable)]) }
  }

  private func makeLayout(_ view: borrowing ViewState) -> ScreenLayout {
    let screen = flow.screens[Int(view.screen)]
    let size = view.size
    let values = view.values
    if view.presentation == .linear, let texts = flow.linear {
      let lines = LinearPlan(
        flow: flow, texts: texts, screen: screen, values: values, columns: Int(size.columns),
        showsStop: view.showsStop)
      return ScreenLayout(size: size, screen: view.screen, flow: flow, signature: scratch, lines: lines)
    }
    let stop = view.showsStop ? flow.stop : nil
    let columns = Int(size.columns)
    // The last row says how to stop.
    let rows = Int(size.rows) - (stop == nil ? 0 : 1)
    guard columns >= Int(Painter.smallest.columns), rows >= Int(Painter.smallest.rows) else {
      return tooSmall(size: size, style: screen.style, values: values, stopRows: size.rows - Int16(rows))
    }
    let isCard = screen.shape == .card
    // A border and two columns on each side of a card; two columns on each side of a full screen.
    let margin = isCard ? 6 : 4
    let outer = min(Int(screen.maximumColumns), isCard ? columns - 2 : columns)
    let width = max(1, outer - margin)
    let plan = ScreenPlan(
      flow: flow, screen: screen, values: values, columns: width, rows: isCard ? rows - 2 : rows)
    var placed = plan
    placed.originColumn = (columns - outer) / 2 + margin / 2
    placed.originRow = isCard ? 1 + (rows - 2 - plan.rows) / 2 : 0
    var ground = backdrop(of: screen, size: size, values: values)
    if isCard {
      drawCard(
        into: &ground, size: size, column: placed.originColumn - 3, row: placed.originRow - 1, columns: outer,
        rows: plan.rows + 2, style: UInt16(screen.style))
    }
    if let stop { draw(stop, into: &ground, size: size) }
    return ScreenLayout(size: size, screen: view.screen, flow: flow, signature: scratch, ground: ground, plan: placed)
  }

  /// The line that says how to stop: the same on every screen, whatever lies on it.
  private func draw(_ stop: StopRule, into ground: inout [Cell], size: Size) {
    let columns = Int(size.columns)
    let row = Int(size.rows) - 1
    for x in 0..<columns { put(.blank(0), into: &ground, size: size, x: x, y: row) }
    let text = FlatText(flow.texts[Int(stop.legend)], flow: flow, values: [], isVisible: { _ in false })
    let line = text.lines(width: columns - 4)[0]
    var canvas = Canvas(width: columns, ground: 0)
    canvas.put(text.glyphs[line], style: 0, column: max(0, columns - 2 - text.columns(line)), row: 0)
    for (x, cell) in canvas.row(0).enumerated() { ground[row * columns + x] = cell }
  }

  private func tooSmall(size: Size, style: Int32, values: [Int32], stopRows: Int16) -> ScreenLayout {
    let needed = Size(columns: Int(Painter.smallest.columns), rows: Int(Painter.smallest.rows + stopRows))
    var values = values
    if values.count >= 2 {
      values[0] = Int32(needed.columns)
      values[1] = Int32(needed.rows)
    }
    if flow.signs.haveColumns >= 0 {
      values[Int(flow.signs.haveColumns)] = Int32(size.columns)
      values[Int(flow.signs.haveColumns) + 1] = Int32(size.rows)
    }
    var notice = Screen(name: "")
    notice.style = style
    var plan = ScreenPlan(
      flow: flow, screen: notice, values: values, columns: Int(size.columns), rows: Int(size.rows))
    let text = FlatText(
      flow.texts[Int(flow.signs.tooSmallText)], flow: flow, values: values, isVisible: { _ in false })
    for (row, line) in text.lines(width: Int(size.columns)).prefix(Int(size.rows)).enumerated() {
      plan.top.put(text.glyphs[line], style: UInt16(style), column: 0, row: row)
    }
    let ground = [Cell](repeating: .blank(UInt16(style)), count: Int(size.columns) * Int(size.rows))
    return ScreenLayout(
      size: size, screen: -1, flow: flow, signature: scratch, ground: ground, plan: plan, needed: needed,
      isTooSmall: true)
  }

  /// What is seen behind a screen: its own ground, or another screen in the style of a backdrop.
  private func backdrop(of screen: Screen, size: Size, values: [Int32]) -> [Cell] {
    let count = Int(size.columns) * Int(size.rows)
    guard screen.shape == .card, screen.backdrop >= 0 else {
      return [Cell](repeating: .blank(UInt16(screen.style)), count: count)
    }
    let kept = scratch
    defer { scratch = kept }
    var behind = flow.screens[Int(screen.backdrop)]
    behind.shape = .full
    let style = UInt16(flow.signs.backdropStyle)
    let width = max(1, min(Int(behind.maximumColumns), Int(size.columns)) - 4)
    var plan = ScreenPlan(flow: flow, screen: behind, values: values, columns: width, rows: Int(size.rows))
    plan.originColumn = (Int(size.columns) - width) / 2
    let layout = ScreenLayout(
      size: size, screen: screen.backdrop, flow: flow, signature: [],
      ground: [Cell](repeating: .blank(style), count: count), plan: plan)
    return layout.base(scroll: layout.startsAtEnd ? layout.maximumScroll : 0).cells.map { cell in
      Cell(scalar: cell.scalar, style: style, columns: cell.columns)
    }
  }

  private func drawCard(
    into cells: inout [Cell], size: Size, column: Int, row: Int, columns: Int, rows: Int, style: UInt16
  ) {
    let border = UInt16(flow.signs.borderStyle)
    let right = column + columns - 1
    let bottom = row + rows - 1
    for y in row...bottom {
      for x in column...right {
        let isSide = x == column || x == right
        let scalar: UInt32
        switch (y == row, y == bottom, isSide) {
        case (true, _, true): scalar = x == column ? 0x250C : 0x2510
        case (_, true, true): scalar = x == column ? 0x2514 : 0x2518
        case (true, _, false), (_, true, false): scalar = 0x2500
        case (false, false, true): scalar = 0x2502
        case (false, false, false): scalar = 0x20
        }
        put(Cell(scalar: scalar, style: scalar == 0x20 ? style : border), into: &cells, size: size, x: x, y: y)
      }
    }
  }

  /// Puts a cell over others and mends a character two columns wide that it cuts in half.
  private func put(_ cell: Cell, into cells: inout [Cell], size: Size, x: Int, y: Int) {
    let columns = Int(size.columns)
    guard x >= 0, x < columns, y >= 0, y < Int(size.rows) else { return }
    let at = y * columns + x
    if cells[at].columns == 0, x > 0 { cells[at - 1] = .blank(cells[at - 1].style) }
    if cells[at].columns == 2, x + 1 < columns { cells[at + 1] = .blank(cells[at + 1].style) }
    cells[at] = cell
  }

  // MARK: Frames

  /// Paints a view into a frame; what the frame holds already is kept where it is right.
  public func paint(_ view: borrowing ViewState, into frame: inout Frame) {
    let layout = layout(for: view)
    let scroll = layout.clamped(view.scroll)
    if frame.layout !== layout || frame.scroll != scroll {
      paintAll(layout, scroll, view, into: &frame)
    } else {
      paintChanges(layout, scroll, view, into: &frame)
    }
    frame.digest = frame.rowDigests.withUnsafeBufferPointer {
      FrameDigest.frame(size: frame.size, cursor: frame.cursor, clusters: clusterDigest, rows: $0)
    }
  }

  private func paintAll(
    _ layout: ScreenLayout, _ scroll: Int32, _ view: borrowing ViewState, into frame: inout Frame
  ) {
    let base = layout.base(scroll: scroll)
    frame.layout = layout
    frame.scroll = scroll
    frame.size = layout.frameSize
    Painter.copy(base.cells, to: &frame.cells)
    Painter.copy(base.rowDigests, to: &frame.rowDigests)
    frame.regions.removeAll(keepingCapacity: true)
    frame.codes.removeAll(keepingCapacity: true)
    frame.regionOfDynamic.removeAll(keepingCapacity: true)
    frame.listRegions.removeAll(keepingCapacity: true)
    frame.blanks.removeAll(keepingCapacity: true)
    frame.cursor = Cursor()
    guard !layout.isTooSmall else { return noteHiddenField(view, into: &frame) }
    for placement in layout.placements { note(placement, layout, scroll, into: &frame) }
    for dynamic in layout.dynamics {
      frame.codes.append(.max)
      frame.regionOfDynamic.append(Int32(frame.regions.firstIndex { $0.element == dynamic.element } ?? -1))
    }
    for (index, region) in frame.regions.enumerated() where region.kind == .list {
      frame.listRegions.append(Int32(index))
    }
    noteBlanks(layout, scroll, into: &frame)
    paintChanges(layout, scroll, view, into: &frame)
  }

  private static func copy<T: BitwiseCopyable>(_ source: [T], to target: inout [T]) {
    guard target.count == source.count else {
      target = source
      return
    }
    target.withUnsafeMutableBufferPointer { target in
      source.withUnsafeBufferPointer { source in
        if let from = source.baseAddress { target.baseAddress?.update(from: from, count: source.count) }
      }
    }
  }

  private func note(_ placement: Placement, _ layout: ScreenLayout, _ scroll: Int32, into frame: inout Frame) {
    let share = layout.share(placement, scroll: scroll)
    guard share > 0 else { return }
    let rows = layout.visibleRows(placement, scroll: scroll)
    let element = flow.elements[Int(placement.element)]
    frame.regions.append(
      Region(
        element: placement.element, kind: placement.kind, role: element.role,
        column: Int16(layout.originColumn + placement.column), row: Int16(rows.lowerBound),
        columns: Int16(placement.columns), rows: Int16(rows.count), share: share,
        state: element.isControl ? .control : [], isPrivate: element.isPrivate || placement.kind == .field))
  }

  private func paintChanges(
    _ layout: ScreenLayout, _ scroll: Int32, _ view: borrowing ViewState, into frame: inout Frame
  ) {
    guard !layout.isTooSmall else { return noteHiddenField(view, into: &frame) }
    if layout.isLinear { return paintLines(layout, view, into: &frame) }
    for index in frame.listRegions {
      let isFocused = frame.regions[Int(index)].element == view.focus
      frame.regions[Int(index)].state = isFocused ? [.control, .focused] : .control
    }
    var cursor = Cursor()
    var dirty: (Int, Int, Int, Int) = (-1, -1, -1, -1)
    var dirtyCount = 0
    if !frame.blanks.isEmpty { fillBlanks(view, into: &frame) }
    for index in layout.dynamics.indices {
      let dynamic = layout.dynamics[index]
      if case .field = dynamic.looks {
        paintField(index, dynamic, layout, scroll, view, cursor: &cursor, into: &frame)
        continue
      }
      let code = code(of: dynamic, view)
      guard let row = layout.screenRow(dynamic.row, dynamic.part, scroll: scroll) else { continue }
      if code & 1 != 0 { cursor = self.cursor(dynamic, code, layout, row: row) }
      guard frame.codes[index] != code else { continue }
      frame.codes[index] = code
      paint(dynamic, code, layout, row: row, region: Int(frame.regionOfDynamic[index]), into: &frame)
      if row == dirty.0 || row == dirty.1 || row == dirty.2 || row == dirty.3 { continue }
      switch dirtyCount & 3 {
      case 0:
        rehash(dirty.0, of: &frame)
        dirty.0 = row
      case 1:
        rehash(dirty.1, of: &frame)
        dirty.1 = row
      case 2:
        rehash(dirty.2, of: &frame)
        dirty.2 = row
      default:
        rehash(dirty.3, of: &frame)
        dirty.3 = row
      }
      dirtyCount &+= 1
    }
    rehash(dirty.0, of: &frame)
    rehash(dirty.1, of: &frame)
    rehash(dirty.2, of: &frame)
    rehash(dirty.3, of: &frame)
    frame.cursor = cursor
  }

  @inline(__always)
  func rehash(_ row: Int, of frame: inout Frame) {
    guard row >= 0 else { return }
    let columns = Int(frame.size.columns)
    frame.rowDigests[row] = frame.cells.withUnsafeBufferPointer { cells in
      FrameDigest.row(cells.baseAddress! + row * columns, count: columns)
    }
  }

  /// How a dynamic element looks, as a number: bit 0 focused, then the state of a switch or of a list's row.
  @inline(__always)
  private func code(of dynamic: Dynamic, _ view: borrowing ViewState) -> UInt32 {
    switch dynamic.looks {
    case .marks:
      return dynamic.element == view.focus ? 1 : 0
    case .toggle(let variable, _):
      return (dynamic.element == view.focus ? 1 : 0) | UInt32(clamping: min(view.values[Int(variable)], 2)) << 1
    case .option(let list, let variable, let position):
      guard view.values[Int(variable)] == position else { return 0 }
      return list == view.focus ? 3 : 2
    case .number(let variable), .slider(let variable, _):
      return (dynamic.element == view.focus ? 1 : 0) | BlankCode.code(of: view.values[Int(variable)]) << 1
    // Lines and fields have painters of their own.
    case .entry, .ask, .blank, .field: return 0
    }
  }

  private func cursor(_ dynamic: Dynamic, _ code: UInt32, _ layout: ScreenLayout, row: Int) -> Cursor {
    let shift: Int
    switch dynamic.looks {
    case .marks: shift = dynamic.columns > 3 ? 1 : 0
    case .toggle: shift = 1
    case .number: shift = BlankCode.caret(ofNumber: BlankCode.value(code >> 1), columns: dynamic.columns)
    case .slider(_, let maximum):
      shift = BlankCode.handle(BlankCode.value(code >> 1), maximum, columns: dynamic.columns)
    case .option, .entry, .ask, .blank, .field: shift = 0
    }
    return Cursor(
      column: Int16(layout.originColumn + dynamic.column + shift), row: Int16(row), isVisible: true)
  }

  private func paint(
    _ dynamic: Dynamic, _ code: UInt32, _ layout: ScreenLayout, row: Int, region: Int,
    into frame: inout Frame
  ) {
    let focus = UInt16(flow.signs.focusStyle)
    let isFocused = code & 1 != 0
    let first = row * Int(frame.size.columns) + layout.originColumn + dynamic.column
    var state: Region.State = isFocused ? [.control, .focused] : .control
    switch dynamic.looks {
    case .marks:
      paintMarks(isFocused, focus, dynamic, first, into: &frame)
    case .toggle(_, let words):
      paintMarks(isFocused, focus, dynamic, first, into: &frame)
      let value = Int(code >> 1)
      state.insert(value == 2 ? .on : value == 1 ? .off : .unset)
      let glyphs = Painter.switchGlyphs[value]
      for offset in 0..<Painter.switchColumns {
        frame.cells[first + 1 + offset] = Cell(scalar: glyphs[offset], style: dynamic.style)
      }
      if words >= 0 { paintWords(layout.toggleWords[Int(words)][value], dynamic, first, into: &frame) }
    case .option:
      let isCurrent = code & 2 != 0
      frame.cells[first] =
        isCurrent ? Cell(scalar: 0x3E, style: isFocused ? focus : dynamic.style) : .blank(dynamic.style)
      state = isCurrent ? (isFocused ? [.current, .focused] : .current) : []
    case .number:
      paintMarks(isFocused, focus, dynamic, first, into: &frame)
      paintNumber(BlankCode.value(code >> 1), dynamic, first, into: &frame)
      if code >> 1 == 0 { state.insert(.unset) }
    case .slider(_, let maximum):
      paintMarks(isFocused, focus, dynamic, first, into: &frame)
      paintSlider(BlankCode.value(code >> 1), maximum, dynamic, first, into: &frame)
      if code >> 1 == 0 { state.insert(.unset) }
    case .entry, .ask, .blank, .field: return
    }
    if region >= 0 { frame.regions[region].state = state }
  }

  @inline(__always)
  func paintMarks(
    _ isFocused: Bool, _ focus: UInt16, _ dynamic: Dynamic, _ first: Int, into frame: inout Frame
  ) {
    let last = first + dynamic.columns - 1
    frame.cells[first] = isFocused ? Cell(scalar: 0x5B, style: focus) : .blank(dynamic.style)
    frame.cells[last] = isFocused ? Cell(scalar: 0x5D, style: focus) : .blank(dynamic.style)
  }

  /// The words beside a switch, in the cells between its glyph and its right mark.
  private func paintWords(_ words: [Glyph], _ dynamic: Dynamic, _ first: Int, into frame: inout Frame) {
    var at = first + 1 + Painter.switchColumns
    let end = first + dynamic.columns - 1
    for index in at..<max(at, end) { frame.cells[index] = .blank(dynamic.style) }
    at += 1
    for glyph in words where glyph.columns > 0 && at + glyph.columns <= end {
      frame.cells[at] = Cell(glyph, style: dynamic.style)
      if glyph.columns == 2 { frame.cells[at + 1] = .rightHalf(dynamic.style) }
      at += glyph.columns
    }
  }
}
