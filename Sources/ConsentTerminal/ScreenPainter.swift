import CNcurses
import ConsentModel
import ConsentRender

/// Hands frames over to ncurses: what is on the screen, and how a flow's styles look on this terminal.
///
/// ncurses compares cells again, but rows that are known to be equal are not even handed over.
struct ScreenPainter {
  private let colors: TerminalColors
  private let isUTF8: Bool
  private let pairLimit: Int32
  private var styles: [(pair: UInt16, attributes: UInt8)] = []
  private var clusters: [cn_cluster] = []
  private var pairs: [UInt64: UInt16] = [:]

  private var shown: [Cell] = []
  private var shownRows: [UInt64] = []
  private var shownDigest: UInt64 = 0
  private var shownOverlay: [OverlayCell] = []
  private var shownSize: Size?
  private var isStale = true
  private var cursor = Cursor()
  private var run: [cn_cell] = []
  private var line: [Cell] = []

  /// A painter for a terminal.
  ///
  /// - Parameter pairs: how many pairs of colours it can hold.
  init(colors: TerminalColors, isUTF8: Bool, pairs: Int32) {
    self.colors = colors
    self.isUTF8 = isUTF8
    pairLimit = min(pairs, 32_767)
  }

  /// Takes over a flow's styles and clusters.
  mutating func begin(_ flow: FlowDefinition) {
    styles = flow.styles.map { style in
      guard colors != .none else { return (0, style.monochrome.rawValue) }
      let (foreground, background) = colors.numbers(foreground: style.foreground, background: style.background)
      guard let pair = pair(foreground, background) else { return (0, style.monochrome.rawValue) }
      return (pair, style.attributes.rawValue)
    }
    clusters = flow.clusters.map { cluster in
      var value = cn_cluster()
      withUnsafeMutableBytes(of: &value.scalars) { raw in
        let slots = raw.bindMemory(to: UInt32.self)
        for (index, scalar) in cluster.text.unicodeScalars.prefix(5).enumerated() { slots[index] = scalar.value }
      }
      value.count = UInt32(min(cluster.text.unicodeScalars.count, 5))
      return value
    }
    isStale = true
    // What was typed in the session before is not kept.
    shown = []
    shownSize = nil
    shownOverlay = []
    line = []
    run = []
  }

  /// Trusts nothing that is on the screen any more.
  mutating func forget() { isStale = true }

  /// Whether the frame is what stands on the screen already.
  func shows(_ frame: borrowing Frame, under overlay: [OverlayCell]) -> Bool {
    !isStale && shownSize == frame.size && shownDigest == frame.digest && shownOverlay == overlay
  }

  /// Sends what of a frame differs from what is shown, in one write, and parks the cursor.
  ///
  /// - Parameter overlay: cells in place of the frame's own; its digests say nothing of them.
  mutating func show(_ frame: borrowing Frame, under overlay: [OverlayCell], on size: Size) {
    let columns = Int(frame.size.columns)
    let rows = Int(frame.size.rows)
    let isSame = shownSize == frame.size && !isStale
    isStale = false
    if !isSame {
      shown.removeAll(keepingCapacity: true)
      shown.append(contentsOf: repeatElement(Cell(scalar: 0, style: 0, columns: 255), count: columns * rows))
      shownRows = [UInt64](repeating: 0, count: rows)
    }
    let touched = overlay == shownOverlay ? [] : Set((overlay + shownOverlay).map(\.row))
    shownOverlay = overlay
    for row in 0..<min(rows, Int(size.rows)) {
      if isSame && shownRows[row] == frame.rowDigests[row] && !touched.contains(row) { continue }
      shownRows[row] = frame.rowDigests[row]
      paint(row, of: frame, on: size)
    }
    shownSize = frame.size
    shownDigest = frame.digest
    cursor = frame.cursor
    flush(on: size)
  }

  /// Sends the frame that is shown again, after the terminal has been cleared or has another size.
  mutating func showAgain(on size: Size) {
    guard let shownSize else { return }
    let columns = Int(shownSize.columns)
    for row in 0..<min(Int(shownSize.rows), Int(size.rows)) { put(row, 0..<columns, columns: columns, on: size) }
    flush(on: size)
  }

  private func flush(on size: Size) {
    let row = min(max(Int32(cursor.row), 0), Int32(size.rows) - 1)
    let column = min(max(Int32(cursor.column), 0), Int32(size.columns) - 1)
    cn_flush(row, column, cursor.isVisible)
  }

  private mutating func paint(_ row: Int, of frame: borrowing Frame, on size: Size) {
    let columns = Int(frame.size.columns)
    let base = row * columns
    line.removeAll(keepingCapacity: true)
    line.append(contentsOf: frame.cells[base..<base + columns])
    for cell in shownOverlay where cell.row == row && cell.column < columns { line[cell.column] = cell.cell }
    var first = 0
    while first < columns && line[first] == shown[base + first] { first += 1 }
    var last = columns - 1
    while last > first && line[last] == shown[base + last] { last -= 1 }
    guard first < columns else { return }
    // A wide character is painted from its left half to its right.
    while first > 0 && line[first].columns == 0 { first -= 1 }
    while last < columns - 1 && line[last + 1].columns == 0 { last += 1 }
    for column in first...last { shown[base + column] = line[column] }
    put(row, first..<last + 1, columns: columns, on: size)
  }

  /// Hands cells of a row that is shown over to ncurses.
  private mutating func put(_ row: Int, _ range: Range<Int>, columns: Int, on size: Size) {
    run.removeAll(keepingCapacity: true)
    for index in range {
      let cell = shown[row * columns + index]
      var painted = cn_cell()
      painted.scalar = isUTF8 ? cell.scalar : asciiScalar(cell)
      painted.columns = isUTF8 ? cell.columns : 1
      let style = Int(cell.style)
      if style < styles.count {
        painted.pair = styles[style].pair
        painted.attributes = styles[style].attributes
      }
      run.append(painted)
    }
    let visible = min(run.count, Int(size.columns) - range.lowerBound)
    guard visible > 0 else { return }
    cn_put(Int32(row), Int32(range.lowerBound), run, Int32(visible), clusters, Int32(clusters.count))
  }

  private func asciiScalar(_ cell: Cell) -> UInt32 {
    if cell.columns == 0 { return 0x20 }
    guard cell.scalar & 0x8000_0000 != 0 else { return ASCIIFallback.scalar(for: cell.scalar) }
    let index = Int(cell.scalar & 0x7FFF_FFFF)
    guard index < clusters.count else { return 0x3F }
    return ASCIIFallback.scalar(for: clusters[index].scalars.0)
  }

  /// The pair of two colour numbers, made when it is new, or nil when the terminal has no more.
  private mutating func pair(_ foreground: Int32, _ background: Int32) -> UInt16? {
    let key = UInt64(UInt32(bitPattern: foreground)) << 32 | UInt64(UInt32(bitPattern: background))
    if let known = pairs[key] { return known }
    let number = Int32(pairs.count + 1)
    guard number < pairLimit, cn_pair(number, foreground, background) else { return nil }
    pairs[key] = UInt16(number)
    return UInt16(number)
  }
}
