import ConsentModel

/// Lays out the elements of a screen on a canvas, from top to bottom.
struct Composer {
  let flow: FlowDefinition
  let values: [Int32]
  /// Letters several rows high are only used when this says so.
  let allowsLarge: Bool
  var canvas: Canvas
  var placements: [Placement] = []
  var dynamics: [Dynamic] = []
  /// The words of switches, three texts each: unset, off, on.
  var toggleWords: [[[Glyph]]] = []
  /// Whether something had to be narrower than it asked for.
  var isFallback = false
  /// Elements of whose text something is not shown for want of room.
  var cut: [Int32] = []
  /// Row on which the next element begins.
  var row = 0

  init(flow: FlowDefinition, values: [Int32], width: Int, ground: UInt16, allowsLarge: Bool) {
    self.flow = flow
    self.values = values
    self.allowsLarge = allowsLarge
    canvas = Canvas(width: width, ground: ground)
  }

  /// Whether an element is there at all for these values.
  func isVisible(_ element: Int32) -> Bool {
    flow.elements[Int(element)].when.allSatisfy { $0.holds(values) }
  }

  mutating func place(_ elements: [Int32]) {
    for element in elements where isVisible(element) {
      place(element, column: 0, width: canvas.width)
    }
    canvas.grow(to: row)
  }

  /// Puts an element at the current row and moves the row below it.
  mutating func place(_ index: Int32, column: Int, width: Int) {
    let element = flow.elements[Int(index)]
    switch element.kind {
    case .text(let text): place(text: text, of: index, element, column: column, width: width)
    case .gap: row += Int(element.rows)
    case .rule:
      let dash = Glyph(scalar: 0x2500, columns: 1)
      canvas.put(repeatElement(dash, count: width), style: UInt16(element.style), column: column, row: row)
      row += 1
    case .button(let label): place(button: label, of: index, element, column: column, width: width)
    case .toggle: place(toggle: index, element, column: column, width: width)
    case .link(let label): place(link: label, of: index, element, column: column, width: width)
    case .list(let variable, let options):
      place(list: index, variable: variable, options: options, column: column, width: width)
    case .option: break
    case .row(let children): place(row: children, element.alignment, column: column, width: width)
    case .scroll(let children, _):
      for child in children where isVisible(child) { place(child, column: column, width: width) }
    case .field(let variable, _): place(field: index, element, variable, column: column, width: width)
    case .number(let variable, _): place(number: index, element, variable, column: column, width: width)
    case .slider(let variable, _, _): place(slider: index, element, variable, column: column, width: width)
    }
  }

  private func flat(_ text: Int32) -> FlatText {
    FlatText(flow.texts[Int(text)], flow: flow, values: values, isVisible: isVisible)
  }

  func indent(_ columns: Int, in width: Int, _ alignment: Element.Alignment) -> Int {
    switch alignment {
    case .left, .spread: 0
    case .center: max(0, (width - columns) / 2)
    case .right: max(0, width - columns)
    }
  }

  // MARK: Texts

  private mutating func place(text: Int32, of index: Int32, _ element: Element, column: Int, width: Int) {
    let flat = flat(text)
    guard !flat.glyphs.isEmpty else { return }
    if element.scale == .large, place(large: flat, of: index, element, column: column, width: width) { return }
    if element.scale == .large { isFallback = true }
    let first = row
    var widest = 0
    for line in flat.lines(width: max(1, width)) {
      let columns = flat.columns(line)
      widest = max(widest, columns)
      put(line, of: flat, style: UInt16(element.style), column: column + indent(columns, in: width, element.alignment))
      row += 1
    }
    let left = indent(widest, in: width, element.alignment)
    placements.append(
      Placement(element: index, kind: .text, column: column + left, row: first, columns: widest, rows: row - first))
  }

  /// Puts a line of text at the current row, and the links in it.
  private mutating func put(_ line: Range<Int>, of flat: FlatText, style: UInt16, column: Int) {
    var x = column
    var index = line.lowerBound
    while index < line.upperBound {
      let link = flat.links[index]
      guard link >= 0 else {
        canvas.put(CollectionOfOne(flat.glyphs[index]), style: style, column: x, row: row)
        x += flat.glyphs[index].columns
        index += 1
        continue
      }
      let linkStyle = UInt16(flow.elements[Int(link)].style)
      let first = x
      while index < line.upperBound, flat.links[index] == link {
        let glyph = flat.glyphs[index]
        canvas.put(CollectionOfOne(glyph), style: flat.isMark[index] ? style : linkStyle, column: x, row: row)
        x += glyph.columns
        index += 1
      }
      note(control: link, kind: .link, style: style, column: first, columns: x - first)
    }
  }

  private mutating func place(
    large flat: FlatText, of index: Int32, _ element: Element, column: Int, width: Int
  ) -> Bool {
    guard allowsLarge else { return false }
    let letters = flat
    for glyph in letters.glyphs {
      if glyph == .newline || glyph == .space { continue }
      let columns = glyph.isCluster ? 0 : LargeType.width(of: glyph.value)
      guard columns > 0 else { return false }
    }
    // Words are broken into lines by the width of their large letters.
    var lines: [[UInt32]] = [[]]
    var used = 0
    for word in letters.glyphs.split(
      omittingEmptySubsequences: true, whereSeparator: { $0 == .space || $0 == .newline })
    {
      let columns = word.reduce(-1) { $0 + LargeType.width(of: $1.value) + 1 }
      guard columns <= width else { return false }
      let gap = lines[lines.count - 1].isEmpty ? 0 : LargeType.wordGap
      if used + gap + columns > width {
        lines.append([])
        used = 0
      }
      if !lines[lines.count - 1].isEmpty {
        lines[lines.count - 1].append(0x20)
        used += LargeType.wordGap
      }
      lines[lines.count - 1].append(contentsOf: word.map(\.value))
      used += columns
    }
    let first = row
    var widest = 0
    for line in lines {
      let columns = LargeType.columns(of: line)
      widest = max(widest, columns)
      draw(line, style: UInt16(element.style), column: column + indent(columns, in: width, element.alignment))
      row += LargeType.rows
    }
    placements.append(
      Placement(
        element: index, kind: .text, column: column + indent(widest, in: width, element.alignment), row: first,
        columns: widest, rows: row - first))
    return true
  }

  private mutating func draw(_ line: [UInt32], style: UInt16, column: Int) {
    var x = column
    for (position, scalar) in line.enumerated() {
      if scalar == 0x20 {
        x += LargeType.wordGap
        continue
      }
      if position > 0, line[position - 1] != 0x20 { x += 1 }
      let columns = LargeType.width(of: scalar)
      for y in 0..<LargeType.rows {
        for dx in 0..<columns {
          let cell = LargeType.cell(of: scalar, column: dx, row: y)
          canvas.put(Cell(scalar: cell, style: style), column: x + dx, row: row + y)
        }
      }
      x += columns
    }
    canvas.grow(to: row + LargeType.rows)
  }

  // MARK: Controls

  /// Remembers a control that takes one line at the current row: its region and its marks.
  private mutating func note(
    control index: Int32, kind: Region.Kind, style: UInt16, column: Int, columns: Int, looks: Dynamic.Looks = .marks
  ) {
    placements.append(
      Placement(element: index, kind: kind, column: column, row: row, columns: columns, rows: 1))
    dynamics.append(
      Dynamic(element: index, looks: looks, style: style, row: row, column: column, columns: columns))
  }

  private mutating func place(button label: Int32, of index: Int32, _ element: Element, column: Int, width: Int) {
    let flat = flat(label)
    let natural = flat.naturalColumns
    let asked: Int = element.columns < 0 ? width : element.columns == 0 ? natural + 4 : Int(element.columns)
    let columns = min(max(asked, min(natural + 2, width)), width)
    let lines = flat.lines(width: max(1, columns - 2))
    let rows = max(Int(element.rows), lines.count)
    let left = column + indent(columns, in: width, element.alignment)
    let style = UInt16(element.style)
    canvas.fill(column: left, row: row, columns: columns, rows: rows, style: style)
    let firstLine = row + (rows - lines.count) / 2
    var labelLeft = left + columns
    var labelRight = left
    for (offset, line) in lines.enumerated() {
      let wide = flat.columns(line)
      let x = left + max(1, (columns - wide) / 2)
      canvas.put(flat.glyphs[line], style: style, column: x, row: firstLine + offset)
      labelLeft = min(labelLeft, x)
      labelRight = max(labelRight, x + wide)
    }
    let gap = columns >= labelRight - labelLeft + 4 ? 2 : 1
    placements.append(
      Placement(element: index, kind: .button, column: left, row: row, columns: columns, rows: rows))
    dynamics.append(
      Dynamic(
        element: index, looks: .marks, style: style, row: firstLine + (lines.count - 1) / 2,
        column: max(left, labelLeft - gap), columns: min(left + columns, labelRight + gap) - max(left, labelLeft - gap))
    )
    row += rows
  }

  private mutating func place(link label: Int32, of index: Int32, _ element: Element, column: Int, width: Int) {
    let flat = flat(label)
    let columns = min(flat.naturalColumns + 2, width)
    let left = column + indent(columns, in: width, element.alignment)
    let lines = flat.lines(width: max(1, columns - 2))
    canvas.grow(to: row + lines.count)
    for (offset, line) in lines.enumerated() {
      canvas.put(flat.glyphs[line], style: UInt16(element.style), column: left + 1, row: row + offset)
    }
    note(control: index, kind: .link, style: canvas.ground, column: left, columns: columns)
    placements[placements.count - 1].rows = lines.count
    row += lines.count
  }

  /// Columns of a switch: two marks, the glyph, and the longest of its words.
  private func columns(ofToggle words: [Int32]) -> Int {
    let longest = words.map { flat($0).naturalColumns }.max() ?? 0
    return 2 + Painter.switchColumns + (longest > 0 ? longest + 1 : 0)
  }

  private mutating func place(toggle index: Int32, _ element: Element, column: Int, width: Int) {
    guard case .toggle(let variable, let words, _) = element.kind else { return }
    let asked = self.columns(ofToggle: words)
    let columns = min(asked, width)
    if asked > width { cut.append(index) }
    let left = column + indent(columns, in: width, element.alignment)
    let style = UInt16(element.style)
    canvas.fill(column: left, row: row, columns: columns, rows: 1, style: style)
    if !words.isEmpty { toggleWords.append(words.map { flat($0).glyphs }) }
    note(
      control: index, kind: .toggle, style: style, column: left, columns: columns,
      looks: .toggle(variable: variable, words: words.isEmpty ? -1 : Int32(toggleWords.count - 1)))
    row += 1
  }

  private mutating func place(list index: Int32, variable: Int32, options: [Int32], column: Int, width: Int) {
    let first = row
    let placed = placements.count
    placements.append(Placement(element: index, kind: .list, column: column, row: row, columns: width, rows: 0))
    var number = 0
    for (position, option) in options.enumerated() where isVisible(option) {
      guard case .option(let label) = flow.elements[Int(option)].kind else { continue }
      number += 1
      let style = UInt16(flow.elements[Int(option)].style)
      let prefix = "\(number). ".unicodeScalars.map { Glyph(scalar: $0.value, columns: 1) }
      let flat = flat(label)
      let top = row
      let lines = flat.lines(width: max(1, width - 2 - prefix.count))
      for (offset, line) in lines.enumerated() {
        if offset == 0 { canvas.put(prefix, style: style, column: column + 2, row: row) }
        canvas.put(flat.glyphs[line], style: style, column: column + 2 + prefix.count, row: row)
        row += 1
      }
      canvas.grow(to: row)
      placements.append(
        Placement(element: option, kind: .option, column: column, row: top, columns: width, rows: row - top))
      dynamics.append(
        Dynamic(
          element: option, looks: .option(list: index, variable: variable, index: Int32(position)),
          style: canvas.ground, row: top, column: column, columns: 2))
    }
    placements[placed].rows = row - first
  }

  // MARK: Rows

  private func naturalColumns(_ index: Int32, width: Int) -> Int {
    let element = flow.elements[Int(index)]
    switch element.kind {
    case .text(let text): return min(width, flat(text).naturalColumns)
    case .button(let label):
      return element.columns < 0 ? 0 : max(Int(element.columns), flat(label).naturalColumns + 4)
    case .toggle(_, let words, _): return columns(ofToggle: words)
    case .link(let label): return flat(label).naturalColumns + 2
    case .number(let variable, _): return columns(ofNumber: variable)
    case .slider: return max(0, Int(element.columns))
    case .gap, .rule, .list, .option, .row, .scroll, .field: return width
    }
  }

  private func isFlexible(_ index: Int32) -> Bool {
    switch flow.elements[Int(index)].kind {
    case .text: true
    case .button: flow.elements[Int(index)].columns < 0
    case .slider: flow.elements[Int(index)].columns <= 0
    case .toggle, .link, .gap, .rule, .list, .option, .row, .scroll, .field, .number: false
    }
  }

  private mutating func place(row children: [Int32], _ alignment: Element.Alignment, column: Int, width: Int) {
    let shown = children.filter(isVisible)
    guard !shown.isEmpty else { return }
    let gap = 2
    var columns = shown.map { naturalColumns($0, width: width) }
    let room = width - gap * (shown.count - 1)
    let fills = shown.indices.filter { columns[$0] == 0 && isFlexible(shown[$0]) }
    let rigid = shown.indices.filter { !isFlexible(shown[$0]) }.reduce(0) { $0 + columns[$1] }
    var free = room - columns.reduce(0, +)
    let hasSlider = fills.contains { if case .slider = flow.elements[Int(shown[$0])].kind { true } else { false } }
    if hasSlider, free / fills.count < Composer.shortestTrack {
      for child in shown { place(child, column: column, width: width) }
      return
    }
    if !fills.isEmpty {
      for position in fills { columns[position] = max(0, free / fills.count) }
      free = 0
    }
    if free < 0 {
      // Texts give way; when that is not enough the children stand below one another.
      let texts = shown.indices.filter { isFlexible(shown[$0]) }
      let share = texts.isEmpty ? 0 : (room - rigid) / texts.count
      guard share >= 8 else {
        for child in shown { place(child, column: column, width: width) }
        return
      }
      for position in texts { columns[position] = min(columns[position], share) }
      free = max(0, room - columns.reduce(0, +))
    }
    let top = row
    var bottom = row
    var x: Int
    switch alignment {
    case .left, .spread: x = column
    case .center: x = column + free / 2
    case .right: x = column + free
    }
    let hitTop = placements.count
    for (position, child) in shown.enumerated() {
      row = top
      if alignment == .spread, position == shown.count - 1, position > 0 { x = column + width - columns[position] }
      place(child, column: x, width: columns[position])
      bottom = max(bottom, row)
      x += columns[position] + gap
    }
    row = bottom
    widenTargets(from: hitTop, column: column, width: width, top: top, rows: bottom - top)
  }

  /// A switch whose click target is its whole row takes the row's rectangle for clicks.
  private mutating func widenTargets(from first: Int, column: Int, width: Int, top: Int, rows: Int) {
    for index in first..<placements.count {
      guard case .toggle(_, _, true) = flow.elements[Int(placements[index].element)].kind else { continue }
      wideTargets.append(
        Placement(
          element: placements[index].element, kind: .toggle, column: column, row: top, columns: width, rows: rows))
    }
  }

  /// Rectangles that operate a switch besides its own.
  var wideTargets: [Placement] = []
}

extension LargeType {
  /// Columns between two words.
  static let wordGap = 3

  /// Columns of a line of large letters, one column between letters.
  static func columns(of line: [UInt32]) -> Int {
    var columns = 0
    for (position, scalar) in line.enumerated() {
      if scalar == 0x20 {
        columns += wordGap
        continue
      }
      if position > 0, line[position - 1] != 0x20 { columns += 1 }
      columns += width(of: scalar)
    }
    return columns
  }
}
