import ConsentModel

/// A screen laid out for one size and one set of visible elements; immutable, painted many times.
public final class ScreenLayout {
  /// The size that it was made for.
  public let size: Size
  /// The size of its frames: that of the terminal, or as many rows as there are lines.
  public let frameSize: Size
  /// The screen, an index into the flow's, or −1 for a notice.
  public let screen: Int32
  /// Whether it is made of lines.
  public let isLinear: Bool
  /// Whether the terminal is too small for any screen; then only a notice is shown and nothing can be operated.
  public let isTooSmall: Bool
  /// Whether large letters did not fit and ordinary ones are shown.
  public let isFallback: Bool
  /// The smallest size that shows screens.
  public let needed: Size
  /// Rows of the part that scrolls; 0 when nothing does.
  public let viewportRows: Int
  /// Lines of the part that scrolls.
  public let contentRows: Int
  /// Whether the screen had to scroll as a whole because it is taller than the terminal.
  public let scrollsWhole: Bool
  /// Whether the end of what scrolls is shown first.
  public let startsAtEnd: Bool
  /// Elements of whose text something is not shown for want of room: the words beside a switch that are too long.
  public let cut: [Int32]

  let placements: [Placement]
  let dynamics: [Dynamic]
  let wideTargets: [Placement]
  let toggleWords: [[[Glyph]]]
  /// Among lines: what is asked without and with a default answer, and the elements of the entries.
  let asks: [[Glyph]]
  let entries: [LinearEntry]
  /// Among lines: the row of the stop key's entry, or nil where there is none.
  let stopRow: Int?
  let blanks: [LinearBlank]
  /// Column and row of the content's corner on the screen.
  let originColumn: Int
  let originRow: Int
  let topRows: Int
  let content: [Placement.Part: Canvas]
  /// The frame without what stands in the parts: ground, backdrop and border.
  let ground: [Cell]
  let borderStyle: UInt16
  /// What decided the layout besides screen and size.
  let signature: [Int32]
  let flow: FlowDefinition

  private var bases: [Int32: Base] = [:]

  /// A finished frame but for what is dynamic, at one scroll position.
  final class Base {
    let cells: [Cell]
    let rowDigests: [UInt64]
    init(cells: [Cell], rowDigests: [UInt64]) {
      self.cells = cells
      self.rowDigests = rowDigests
    }
  }

  init(
    size: Size, screen: Int32, flow: FlowDefinition, signature: [Int32], ground: [Cell], plan: ScreenPlan,
    needed: Size = Painter.smallest, isTooSmall: Bool = false
  ) {
    self.size = size
    self.screen = screen
    frameSize = size
    isLinear = false
    asks = []
    entries = []
    stopRow = nil
    blanks = []
    self.flow = flow
    self.signature = signature
    self.ground = ground
    self.needed = needed
    self.isTooSmall = isTooSmall
    isFallback = plan.isFallback
    viewportRows = plan.viewportRows
    contentRows = plan.middle?.rows ?? 0
    scrollsWhole = plan.scrollsWhole
    startsAtEnd = plan.startsAtEnd
    cut = plan.cut
    placements = plan.placements
    dynamics = plan.dynamics
    wideTargets = plan.wideTargets
    toggleWords = plan.toggleWords
    originColumn = plan.originColumn
    originRow = plan.originRow
    topRows = plan.top.rows
    borderStyle = UInt16(flow.signs.borderStyle)
    var content: [Placement.Part: Canvas] = [.top: plan.top, .bottom: plan.bottom]
    if let middle = plan.middle { content[.middle] = middle }
    self.content = content
  }

  /// A layout of lines for a terminal of this size.
  init(size: Size, screen: Int32, flow: FlowDefinition, signature: [Int32], lines: LinearPlan) {
    let plan = lines.plan()
    self.size = size
    self.screen = screen
    self.flow = flow
    self.signature = signature
    frameSize = Size(lines: lines.canvas)
    isLinear = true
    asks = lines.asks
    entries = lines.entries
    stopRow = lines.stopRow
    blanks = lines.blanks
    ground = lines.canvas.cells
    needed = frameSize
    isTooSmall = false
    isFallback = plan.isFallback
    viewportRows = plan.viewportRows
    contentRows = plan.viewportRows
    scrollsWhole = false
    startsAtEnd = false
    cut = []
    placements = plan.placements
    dynamics = plan.dynamics
    wideTargets = []
    toggleWords = plan.toggleWords
    originColumn = 0
    originRow = 0
    topRows = 0
    borderStyle = UInt16(flow.signs.borderStyle)
    content = plan.middle.map { [.middle: $0] } ?? [:]
  }

  /// The last line that can be scrolled to the top; 0 when everything is visible.
  public var maximumScroll: Int32 { Int32(max(0, contentRows - viewportRows)) }

  /// How many lines a page moves.
  public var pageRows: Int { max(1, viewportRows - 1) }

  /// The scroll position brought into 0...maximumScroll.
  @inline(__always)
  public func clamped(_ scroll: Int32) -> Int32 { min(max(scroll, 0), maximumScroll) }

  /// The row of the screen on which a canvas row stands, or nil when it is scrolled away.
  @inline(__always)
  func screenRow(_ row: Int, _ part: Placement.Part, scroll: Int32) -> Int? {
    switch part {
    case .top: return originRow + row
    case .middle:
      let offset = row - Int(scroll)
      return offset >= 0 && offset < viewportRows ? originRow + topRows + offset : nil
    case .bottom: return originRow + topRows + viewportRows + row
    }
  }

  /// The visible rows of a placement, as rows of the screen.
  @inline(__always)
  func visibleRows(_ placement: Placement, scroll: Int32) -> Range<Int> {
    switch placement.part {
    case .top:
      return originRow + placement.row..<originRow + placement.row + placement.rows
    case .middle:
      let first = max(placement.row, Int(scroll))
      let last = max(first, min(placement.row + placement.rows, Int(scroll) + viewportRows))
      let shift = originRow + topRows - Int(scroll)
      return first + shift..<last + shift
    case .bottom:
      let first = originRow + topRows + viewportRows + placement.row
      return first..<first + placement.rows
    }
  }

  /// The control or row of a list that a click on a cell operates, or −1.
  public func hit(column: Int, row: Int, scroll: Int32) -> Int32 {
    guard !isTooSmall else { return -1 }
    let scroll = clamped(scroll)
    func contains(_ placement: Placement) -> Bool {
      let left = originColumn + placement.column
      return column >= left && column < left + placement.columns
        && visibleRows(placement, scroll: scroll).contains(row)
    }
    for placement in placements where contains(placement) {
      switch placement.kind {
      case .button, .toggle, .link, .option, .field, .number, .slider: return placement.element
      case .text, .list, .scroll: continue
      }
    }
    for placement in wideTargets where contains(placement) { return placement.element }
    return -1
  }

  /// Calls `body` for every element of which something is visible, with the visible share, 1...255.
  @inline(__always)
  public func forEachVisible(scroll: Int32, _ body: (_ element: Int32, _ share: UInt8) -> Void) {
    guard !isTooSmall else { return }
    let scroll = clamped(scroll)
    for placement in placements {
      let share = self.share(placement, scroll: scroll)
      if share > 0 { body(placement.element, share) }
    }
  }

  @inline(__always)
  func share(_ placement: Placement, scroll: Int32) -> UInt8 {
    guard placement.rows > 0, placement.columns > 0 else { return 0 }
    let visible = visibleRows(placement, scroll: scroll).count
    return visible == 0 ? 0 : UInt8(max(1, visible * 255 / placement.rows))
  }

  /// Whether an element is laid out here, visible at some scroll position.
  public func contains(_ element: Int32) -> Bool { placements.contains { $0.element == element } }

  /// The scroll position, nearest to the present one, at which an element is visible.
  public func scroll(toShow element: Int32, from scroll: Int32) -> Int32 {
    let scroll = clamped(scroll)
    guard let placement = placements.first(where: { $0.element == element }), placement.part == .middle else {
      return scroll
    }
    let top = Int32(placement.row)
    let bottom = Int32(placement.row + placement.rows)
    if top < scroll { return clamped(top) }
    if bottom > scroll + Int32(viewportRows) { return clamped(min(top, bottom - Int32(viewportRows))) }
    return scroll
  }

  // MARK: Bases

  func base(scroll: Int32) -> Base {
    if let base = bases[scroll] { return base }
    // A long text has as many bases as lines; keeping some is enough, making one takes microseconds.
    if bases.count >= 64 { bases.removeAll(keepingCapacity: true) }
    let base = makeBase(scroll: scroll)
    bases[scroll] = base
    return base
  }

  private func makeBase(scroll: Int32) -> Base {
    var cells = ground
    let columns = Int(frameSize.columns)
    func copy(_ canvas: Canvas, rows: Range<Int>, to first: Int) {
      for (offset, row) in rows.enumerated() {
        let y = first + offset
        guard y >= 0, y < Int(frameSize.rows) else { continue }
        let source = canvas.row(row)
        let room = min(canvas.width, columns - originColumn)
        for x in 0..<room { cells[y * columns + originColumn + x] = source[source.startIndex + x] }
      }
    }
    if let top = content[.top] { copy(top, rows: 0..<top.rows, to: originRow) }
    if let middle = content[.middle] {
      let last = min(middle.rows, Int(scroll) + viewportRows)
      copy(middle, rows: Int(scroll)..<max(Int(scroll), last), to: originRow + topRows)
      drawScrollbar(into: &cells, scroll: scroll)
    }
    if let bottom = content[.bottom] { copy(bottom, rows: 0..<bottom.rows, to: originRow + topRows + viewportRows) }
    let digests = (0..<Int(frameSize.rows)).map { row in
      cells.withUnsafeBufferPointer { FrameDigest.row($0.baseAddress! + row * columns, count: columns) }
    }
    return Base(cells: cells, rowDigests: digests)
  }

  /// A bar beside what scrolls: where one is, and how much there is.
  private func drawScrollbar(into cells: inout [Cell], scroll: Int32) {
    guard maximumScroll > 0, let middle = content[.middle] else { return }
    let x = originColumn + middle.width
    guard x < Int(size.columns) else { return }
    let thumb = max(1, viewportRows * viewportRows / contentRows)
    let travel = viewportRows - thumb
    let first = (Int(scroll) * travel + Int(maximumScroll) / 2) / Int(maximumScroll)
    for offset in 0..<viewportRows {
      let isThumb = offset >= first && offset < first + thumb
      cells[(originRow + topRows + offset) * Int(size.columns) + x] = Cell(
        scalar: isThumb ? 0x2588 : 0x2502, style: borderStyle)
    }
  }
}

extension Size {
  /// The size of a frame that is nothing but these lines; there may be more of them than a terminal has rows.
  init(lines: Canvas) {
    self.init(columns: lines.width, rows: 1)
    rows = Int16(clamping: max(1, lines.rows))
  }
}

/// The parts of a screen before they are put into a frame.
struct ScreenPlan {
  var top: Canvas
  var middle: Canvas?
  var bottom: Canvas
  var viewportRows = 0
  var scrollsWhole = false
  var startsAtEnd = false
  var isFallback = false
  var placements: [Placement] = []
  var dynamics: [Dynamic] = []
  var wideTargets: [Placement] = []
  var toggleWords: [[[Glyph]]] = []
  var cut: [Int32] = []
  var originColumn = 0
  var originRow = 0

  var rows: Int { top.rows + viewportRows + bottom.rows }

  /// Lays out a screen in a room of so many columns and rows.
  init(flow: FlowDefinition, screen: Screen, values: [Int32], columns: Int, rows: Int) {
    self.init(flow: flow, screen: screen, values: values, columns: columns, rows: rows, allowsLarge: true)
    if scrollsWhole {
      let smaller = ScreenPlan(
        flow: flow, screen: screen, values: values, columns: columns, rows: rows, allowsLarge: false)
      if smaller.hasLarge { self = smaller }
    }
  }

  /// Whether large letters were asked for and not given.
  private var hasLarge: Bool { isFallback }

  /// Lines, all of them there at once.
  init(
    lines: Canvas, placements: [Placement], dynamics: [Dynamic], toggleWords: [[[Glyph]]], isFallback: Bool
  ) {
    top = Canvas(width: lines.width, ground: lines.ground)
    middle = lines
    bottom = top
    viewportRows = lines.rows
    self.placements = placements.map { placement in
      var placement = placement
      placement.part = .middle
      return placement
    }
    self.dynamics = dynamics
    self.toggleWords = toggleWords
    self.isFallback = isFallback
  }

  private init(flow: FlowDefinition, screen: Screen, values: [Int32], columns: Int, rows: Int, allowsLarge: Bool) {
    func composer() -> Composer {
      Composer(
        flow: flow, values: values, width: columns, ground: UInt16(screen.style), allowsLarge: allowsLarge)
    }
    var upper = composer()
    var scrolling: Composer?
    var lower = composer()
    for child in screen.children where upper.isVisible(child) {
      if case .scroll(let children, let fromEnd) = flow.elements[Int(child)].kind, scrolling == nil {
        var inner = composer()
        inner.placements.append(
          Placement(element: child, kind: .scroll, column: 0, row: 0, columns: columns, rows: 0))
        inner.place(children)
        inner.placements[0].rows = inner.canvas.rows
        scrolling = inner
        startsAtEnd = fromEnd
      } else if scrolling == nil {
        upper.place([child])
      } else {
        lower.place([child])
      }
    }
    top = upper.canvas
    bottom = lower.canvas
    isFallback = upper.isFallback || lower.isFallback || scrolling?.isFallback ?? false
    let room = rows - top.rows - bottom.rows
    if let inner = scrolling, room >= min(3, inner.canvas.rows) {
      viewportRows = screen.shape == .full ? room : min(room, inner.canvas.rows)
      middle = inner.canvas
      take(upper, .top)
      take(inner, .middle)
      take(lower, .bottom)
      return
    }
    if scrolling == nil, room >= 0 {
      take(upper, .top)
      return
    }
    // Too tall: everything scrolls.
    var whole = composer()
    for child in screen.children where whole.isVisible(child) { whole.place([child]) }
    middle = whole.canvas
    top = composer().canvas
    bottom = top
    viewportRows = max(1, rows)
    scrollsWhole = true
    take(whole, .middle)
  }

  private mutating func take(_ composer: Composer, _ part: Placement.Part) {
    func moved(_ placement: Placement) -> Placement {
      var placement = placement
      placement.part = part
      return placement
    }
    placements += composer.placements.map(moved)
    wideTargets += composer.wideTargets.map(moved)
    dynamics += composer.dynamics.map { dynamic in
      var dynamic = dynamic
      dynamic.part = part
      if case .toggle(let variable, let words) = dynamic.looks, words >= 0 {
        dynamic.looks = .toggle(variable: variable, words: words + Int32(toggleWords.count))
      }
      return dynamic
    }
    toggleWords += composer.toggleWords
    cut += composer.cut
  }
}
