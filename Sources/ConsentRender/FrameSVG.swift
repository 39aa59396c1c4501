import ConsentModel

extension Frame {
  /// The frame as a picture of a terminal window, an SVG file of its own.
  ///
  /// Characters stand on a fixed grid whatever font the viewer has; half blocks, lines and the round signs of a switch
  /// are drawn as shapes and need no font. Nothing in it is loaded from elsewhere.
  ///
  /// - Parameters:
  ///   - flow: the flow it was painted from.
  ///   - title: what the picture shows: its accessible name, and the words in the window's bar.
  public func svg(flow: FlowDefinition, title: String) -> String {
    SVGPicture(frame: self, flow: flow).written(title: title)
  }
}

/// The parts of a picture while they are collected.
struct SVGPicture {
  let frame: Frame
  let flow: FlowDefinition
  /// The background of the window: that of most cells at its edge; it is drawn once, under all others.
  let ground: UInt32
  private(set) var body = ""

  init(frame: Frame, flow: FlowDefinition) {
    self.init(frame: frame, flow: flow, ground: SVGPicture.edgeBackground(frame, flow))
  }

  private init(frame: Frame, flow: FlowDefinition, ground: UInt32) {
    self.frame = frame
    self.flow = flow
    self.ground = ground
  }

  // One cell is 10 × 20: half blocks are squares, and every edge falls on a whole number.
  static let cellWidth = 10
  static let cellHeight = 20
  static let padding = 12
  static let bar = 34

  func written(title: String, over: String = "") -> String {
    var picture = self
    picture.drawBackgrounds(rows: 0..<Int(frame.size.rows))
    for row in 0..<Int(frame.size.rows) { picture.draw(row: row) }
    picture.drawCursor()
    return Self.window(title: title, size: frame.size, ground: ground) + picture.body + over + "</g>\n</svg>\n"
  }

  /// A row by itself, at its place.
  static func row(_ row: Int, of frame: borrowing Frame, flow: FlowDefinition, ground: UInt32) -> String {
    var picture = SVGPicture(frame: copy frame, flow: flow, ground: ground)
    picture.drawBackgrounds(rows: row..<row + 1)
    picture.draw(row: row)
    return picture.body
  }

  /// The cursor of a frame by itself, at its place.
  static func cursor(of frame: borrowing Frame, flow: FlowDefinition) -> String {
    var picture = SVGPicture(frame: copy frame, flow: flow, ground: 0)
    picture.drawCursor()
    return picture.body
  }

  /// The window round a picture, up to where its cells begin.
  ///
  /// - Parameter style: further rules of style.
  static func window(title: String, size: Size, ground: UInt32, style: String = "") -> String {
    let width = Int(size.columns) * Self.cellWidth
    let height = Int(size.rows) * Self.cellHeight
    let outerWidth = width + 2 * Self.padding
    let outerHeight = height + Self.bar + Self.padding
    let name = SVGPicture.escaped(title)
    // The bar has room for some words; the picture's name has all of them.
    let room = max(0, (outerWidth - 150) / 8)
    let words = title.count <= room ? name : SVGPicture.escaped(String(title.prefix(max(0, room - 1))) + "…")
    return """
      <svg xmlns="http://www.w3.org/2000/svg" width="\(outerWidth)" height="\(outerHeight)" \
      viewBox="0 0 \(outerWidth) \(outerHeight)" role="img" aria-labelledby="title">
      <title id="title">\(name)</title>
      <style>text{font:16.6px "DejaVu Sans Mono","Menlo","Liberation Mono","Consolas",monospace;white-space:pre}\(style)</style>
      <rect x="0.5" y="0.5" width="\(outerWidth - 1)" height="\(outerHeight - 1)" rx="9" fill="\(Self.colour(ground))" \
      stroke="#8a8a8a"/>
      <path d="M1 \(Self.bar - 8)V9.5a8.5 8.5 0 0 1 8.5-8.5H\(outerWidth - 10)a8.5 8.5 0 0 1 8.5 8.5V\(Self.bar - 8)z" \
      fill="#dedede"/>
      <circle cx="18" cy="13.5" r="5" fill="#b4b4b4"/><circle cx="36" cy="13.5" r="5" fill="#b4b4b4"/>\
      <circle cx="54" cy="13.5" r="5" fill="#b4b4b4"/>
      <text x="\(outerWidth / 2)" y="18.5" text-anchor="middle" fill="#404040" style="font-size:13px">\(words)</text>
      <g transform="translate(\(Self.padding) \(Self.bar))">

      """
  }

  // MARK: Backgrounds

  /// Draws the cells whose background is not the window's: a rectangle a stretch, as high as equal stretches are.
  private mutating func drawBackgrounds(rows shown: Range<Int>) {
    struct Patch: Hashable {
      var column: Int
      var end: Int
      var colour: UInt32
    }
    var open: [(patch: Patch, row: Int)] = []
    for row in shown.lowerBound...shown.upperBound {
      var patches: [Patch] = []
      if row < shown.upperBound {
        for run in frame.styleRuns(row: row) {
          let colour = colours(of: run.style).background
          guard colour != ground else { continue }
          if let last = patches.last, last.end == run.column, last.colour == colour {
            patches[patches.count - 1].end = run.end
          } else {
            patches.append(Patch(column: run.column, end: run.end, colour: colour))
          }
        }
      }
      for (patch, first) in open where !patches.contains(patch) {
        rectangle(
          x: patch.column * Self.cellWidth, y: first * Self.cellHeight,
          width: (patch.end - patch.column) * Self.cellWidth, height: (row - first) * Self.cellHeight,
          colour: patch.colour)
      }
      open = patches.map { patch in
        (patch, open.first { $0.patch == patch }?.row ?? row)
      }
    }
  }

  /// The background that most cells at the edge have: the window's margin continues it.
  static func edgeBackground(_ frame: Frame, _ flow: FlowDefinition) -> UInt32 {
    let columns = Int(frame.size.columns)
    let rows = Int(frame.size.rows)
    guard frame.cells.count == columns * rows else { return 0xFFFFFF }
    var counts: [(colour: UInt32, cells: Int)] = []
    func count(_ cell: Cell) {
      let style = flow.style(cell.style)
      let colour = style.attributes.contains(.reverse) ? style.foreground : style.background
      if let index = counts.firstIndex(where: { $0.colour == colour }) {
        counts[index].cells += 1
      } else {
        counts.append((colour, 1))
      }
    }
    for column in 0..<columns {
      count(frame[column, 0])
      count(frame[column, rows - 1])
    }
    for row in 0..<rows {
      count(frame[0, row])
      count(frame[columns - 1, row])
    }
    return counts.max { $0.cells < $1.cells }?.colour ?? 0xFFFFFF
  }

  // MARK: Characters

  private mutating func draw(row: Int) {
    for run in frame.styleRuns(row: row) {
      let style = flow.style(run.style)
      let colour = colours(of: run.style).foreground
      drawShapes(row: row, run: run, colour: colour)
      drawWords(row: row, run: run, colour: colour, isBold: style.attributes.contains(.bold))
      if style.attributes.contains(.underline) {
        rectangle(
          x: run.column * Self.cellWidth, y: row * Self.cellHeight + 17, width: run.columns * Self.cellWidth, height: 1,
          colour: colour)
      }
    }
  }

  /// Draws the half blocks, lines and circles of a run; equal neighbours become one shape.
  private mutating func drawShapes(row: Int, run: StyleRun, colour: UInt32) {
    var path = ""
    var column = run.column
    while column < run.end {
      let scalar = frame[column, row].scalar
      var end = column + 1
      while end < run.end, frame[end, row].scalar == scalar { end += 1 }
      let count = end - column
      if let block = SVGShapes.block(scalar) {
        rectangle(
          x: column * Self.cellWidth, y: row * Self.cellHeight + block.y, width: count * Self.cellWidth,
          height: block.height, colour: colour, opacity: block.opacity)
      } else if let lines = SVGShapes.lines(scalar, x: column * Self.cellWidth, y: row * Self.cellHeight, count: count)
      {
        path += lines
      } else if let isFilled = SVGShapes.isFilledCircle(scalar) {
        for each in column..<end {
          let centre = "cx=\"\(each * Self.cellWidth + 5)\" cy=\"\(row * Self.cellHeight + 10)\""
          body +=
            isFilled
            ? "<circle \(centre) r=\"5\" fill=\"\(Self.colour(colour))\"/>\n"
            : "<circle \(centre) r=\"4\" fill=\"none\" stroke=\"\(Self.colour(colour))\" stroke-width=\"1.6\"/>\n"
        }
      }
      column = end
    }
    guard !path.isEmpty else { return }
    body += "<path d=\"\(path)\" fill=\"none\" stroke=\"\(Self.colour(colour))\" stroke-width=\"1.4\"/>\n"
  }

  /// Writes the words of a run, each held to its cells by `textLength`.
  private mutating func drawWords(row: Int, run: StyleRun, colour: UInt32, isBold: Bool) {
    var column = run.column
    while column < run.end {
      guard isWord(frame[column, row]) else {
        column += 1
        continue
      }
      var end = column + 1
      let isWide = frame[column, row].columns == 2
      if isWide {
        // A wide character alone: fonts differ most in these.
        while end < run.end, frame[end, row].columns == 0 { end += 1 }
      } else {
        while end < run.end, isWord(frame[end, row]), frame[end, row].columns == 1 { end += 1 }
      }
      let text = SVGPicture.escaped(frame.text(row: row, columns: column..<end, flow: flow))
      let x = column * Self.cellWidth
      let length = (end - column) * Self.cellWidth
      body += "<text x=\"\(x)\" y=\"\(row * Self.cellHeight + 15)\" fill=\"\(Self.colour(colour))\""
      if isBold { body += " font-weight=\"700\"" }
      body += " textLength=\"\(length)\" lengthAdjust=\"spacingAndGlyphs\">\(text)</text>\n"
      column = end
    }
  }

  private func isWord(_ cell: Cell) -> Bool {
    cell.columns > 0 && !cell.isBlank && !SVGShapes.isDrawn(cell.scalar)
  }

  private mutating func drawCursor() {
    guard frame.cursor.isVisible, frame.cursor.column < frame.size.columns, frame.cursor.row < frame.size.rows,
      frame.cursor.column >= 0, frame.cursor.row >= 0
    else { return }
    let cell = frame[Int(frame.cursor.column), Int(frame.cursor.row)]
    rectangle(
      x: Int(frame.cursor.column) * Self.cellWidth, y: Int(frame.cursor.row) * Self.cellHeight + 17,
      width: Self.cellWidth, height: 2, colour: colours(of: cell.style).foreground)
  }

  // MARK: Parts

  private mutating func rectangle(
    x: Int, y: Int, width: Int, height: Int, colour: UInt32, opacity: String? = nil
  ) {
    body += "<rect x=\"\(x)\" y=\"\(y)\" width=\"\(width)\" height=\"\(height)\" fill=\"\(Self.colour(colour))\""
    if let opacity { body += " fill-opacity=\"\(opacity)\"" }
    body += " shape-rendering=\"crispEdges\"/>\n"
  }

  /// The colours of a style as they are seen: exchanged when reversed, and the writing paler when dim.
  private func colours(of index: UInt16) -> (foreground: UInt32, background: UInt32) {
    let style = flow.style(index)
    let isReversed = style.attributes.contains(.reverse)
    let background = isReversed ? style.foreground : style.background
    let foreground = isReversed ? style.background : style.foreground
    guard style.attributes.contains(.dim) else { return (foreground, background) }
    return (Palette.mix(foreground, background, share: 40), background)
  }

  static func colour(_ rgb: UInt32) -> String {
    let digits = String(rgb & 0xFF_FFFF, radix: 16)
    return "#" + String(repeating: "0", count: 6 - digits.count) + digits
  }

  /// Text for an XML file: what has a meaning there is written as an entity, what is not allowed there as U+FFFD.
  static func escaped(_ text: String) -> String {
    var output = ""
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x26: output += "&amp;"
      case 0x3C: output += "&lt;"
      case 0x3E: output += "&gt;"
      case 0x22: output += "&quot;"
      case 0...0x1F, 0x7F...0x9F, 0xFFFE, 0xFFFF: output += "\u{FFFD}"
      default: output.unicodeScalars.append(scalar)
      }
    }
    return output
  }
}

/// The characters that are drawn as shapes, in a cell of 10 × 20.
private enum SVGShapes {
  /// A block that fills the cell's width: its top, height and opacity.
  static func block(_ scalar: UInt32) -> (y: Int, height: Int, opacity: String?)? {
    switch scalar {
    case 0x2580: (0, 10, nil)
    case 0x2584: (10, 10, nil)
    case 0x2588: (0, 20, nil)
    case 0x2591: (0, 20, "0.25")
    case 0x2592: (0, 20, "0.5")
    case 0x2593: (0, 20, "0.75")
    default: nil
    }
  }

  /// Whether a circle is filled; nil when the scalar is none.
  static func isFilledCircle(_ scalar: UInt32) -> Bool? {
    switch scalar {
    case 0x25CF: true
    case 0x25CB: false
    default: nil
    }
  }

  static func isDrawn(_ scalar: UInt32) -> Bool {
    block(scalar) != nil || isFilledCircle(scalar) != nil || arms(scalar) != nil
  }

  /// The path of light lines: `count` equal characters from a place on.
  static func lines(_ scalar: UInt32, x: Int, y: Int, count: Int) -> String? {
    guard let arms = arms(scalar) else { return nil }
    if scalar == 0x2500 { return "M\(x) \(y + 10)h\(count * 10)" }
    var path = ""
    for index in 0..<count {
      let left = x + index * 10
      if arms.isRound {
        // A quarter of a circle from the upright arm to the level one.
        let upright = arms.down ? "M\(left + 5) \(y + 20)v-5" : "M\(left + 5) \(y)v5"
        path += "\(upright)Q\(left + 5) \(y + 10) \(arms.right ? left + 10 : left) \(y + 10)"
        continue
      }
      if arms.up || arms.down {
        path += "M\(left + 5) \(arms.up ? y : y + 10)v\(arms.up && arms.down ? 20 : 10)"
      }
      if arms.left || arms.right {
        path += "M\(arms.left ? left : left + 5) \(y + 10)h\(arms.left && arms.right ? 10 : 5)"
      }
    }
    return path
  }

  /// Where the lines of a box-drawing character go from the middle of its cell.
  private static func arms(_ scalar: UInt32) -> (up: Bool, right: Bool, down: Bool, left: Bool, isRound: Bool)? {
    switch scalar {
    case 0x2500: (false, true, false, true, false)
    case 0x2502: (true, false, true, false, false)
    case 0x250C: (false, true, true, false, false)
    case 0x2510: (false, false, true, true, false)
    case 0x2514: (true, true, false, false, false)
    case 0x2518: (true, false, false, true, false)
    case 0x251C: (true, true, true, false, false)
    case 0x2524: (true, false, true, true, false)
    case 0x252C: (false, true, true, true, false)
    case 0x2534: (true, true, false, true, false)
    case 0x253C: (true, true, true, true, false)
    case 0x256D: (false, true, true, false, true)
    case 0x256E: (false, false, true, true, true)
    case 0x256F: (true, false, false, true, true)
    case 0x2570: (true, true, false, false, true)
    default: nil
    }
  }
}
