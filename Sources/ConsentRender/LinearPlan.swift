import ConsentModel

/// A screen as lines: its texts from top to bottom, then its controls as numbered entries, then a line that asks.
///
/// It is the same screen in another layout: the same elements are there under the same conditions, the entries stand in
/// the order of Tab, and what Enter alone does is what the focus says. There are no boxes, nothing is large, and nothing
/// scrolls; a rule or gaps become one empty line.
struct LinearPlan {
  let flow: FlowDefinition
  let texts: LinearTexts
  let values: [Int32]
  private(set) var canvas: Canvas
  private(set) var placements: [Placement] = []
  private(set) var dynamics: [Dynamic] = []
  /// The entries of switches, three texts each: unset, off, on.
  private(set) var toggleWords: [[[Glyph]]] = []
  /// What is asked without a default answer, with one, and where there are blanks for a text and for a number.
  private(set) var asks: [[Glyph]] = []
  /// The entries in the order of their numbers, a list's rows for the list.
  private(set) var entries: [LinearEntry] = []
  /// The entries of blanks.
  private(set) var blanks: [LinearBlank] = []
  /// Whether large letters were asked for.
  private(set) var isFallback = false
  /// The row of the stop key's entry, or nil.
  private(set) var stopRow: Int?
  private var row = 0
  private var wantsGap = false

  /// The narrowest and the widest that lines are made.
  static let widths = 20...80

  init(flow: FlowDefinition, texts: LinearTexts, screen: Screen, values: [Int32], columns: Int, showsStop: Bool) {
    self.flow = flow
    self.texts = texts
    self.values = values
    let width = min(max(columns, LinearPlan.widths.lowerBound), LinearPlan.widths.upperBound)
    canvas = Canvas(width: width, ground: UInt16(screen.style))
    var controls: [Int32] = []
    for child in screen.children { read(child, controls: &controls) }
    let ordered = screen.focusOrder.filter(controls.contains)
    wantsGap = row > 0
    for control in ordered + controls.filter({ !ordered.contains($0) }) { enter(control) }
    if showsStop, let stop = flow.stop { say(stop, style: screen.style) }
    ask(style: screen.style)
    canvas.grow(to: row)
  }

  private func isVisible(_ element: Int32) -> Bool {
    flow.elements[Int(element)].when.allSatisfy { $0.holds(values) }
  }

  private func flat(_ text: Int32) -> FlatText {
    FlatText(flow.texts[Int(text)], flow: flow, values: values, isVisible: isVisible)
  }

  // MARK: Texts

  /// Writes the texts of an element and of what lies in it, and collects the controls.
  private mutating func read(_ index: Int32, controls: inout [Int32]) {
    guard isVisible(index) else { return }
    let element = flow.elements[Int(index)]
    guard element.role != .legend else { return }
    switch element.kind {
    case .text(let text):
      if element.scale == .large { isFallback = true }
      let flat = flat(text)
      let first = startBlock(isEmpty: flat.glyphs.isEmpty)
      let widest = write(flat, style: UInt16(element.style), column: 0)
      place(index, .text, row: first, columns: widest)
      for link in flat.links where link >= 0 && !controls.contains(link) { controls.append(link) }
    case .gap, .rule: wantsGap = row > 0
    case .button, .toggle, .link, .list, .field, .number, .slider:
      if !controls.contains(index) { controls.append(index) }
    case .option: break
    case .row(let children): for child in children { read(child, controls: &controls) }
    case .scroll(let children, _):
      let first = row
      let before = placements.count
      for child in children { read(child, controls: &controls) }
      guard row > first else { return }
      placements.insert(
        Placement(element: index, kind: .scroll, column: 0, row: first, columns: canvas.width, rows: row - first),
        at: before)
    }
  }

  /// Leaves the empty line that was asked for; the row on which a block begins.
  private mutating func startBlock(isEmpty: Bool = false) -> Int {
    if wantsGap, !isEmpty {
      row += 1
      wantsGap = false
    }
    return row
  }

  /// Writes a text as lines; the columns of the longest.
  private mutating func write(_ flat: FlatText, style: UInt16, column: Int) -> Int {
    guard !flat.glyphs.isEmpty else { return 0 }
    var widest = 0
    for line in flat.lines(width: max(1, canvas.width - column)) where row < LinearPlan.maximumRows {
      canvas.put(flat.glyphs[line], style: style, column: column, row: row)
      widest = max(widest, flat.columns(line))
      row += 1
    }
    return widest
  }

  /// A frame's rows are numbered in 16 bits; a text that is longer than that is cut.
  private static let maximumRows = 32_000

  private mutating func place(_ element: Int32, _ kind: Region.Kind, row first: Int, columns: Int) {
    guard row > first else { return }
    placements.append(
      Placement(element: element, kind: kind, column: 0, row: first, columns: max(1, columns), rows: row - first))
  }

  // MARK: Entries

  /// Writes a control as an entry, a list as one entry a row.
  private mutating func enter(_ index: Int32) {
    let element = flow.elements[Int(index)]
    switch element.kind {
    case .button(let label): entry(LinearEntry(element: index), .button, flat(label), style: element.style)
    case .link(let label): entry(LinearEntry(element: index), .link, flat(label), style: element.style)
    case .toggle(let variable, let words, _): toggle(index, variable, words, style: element.style)
    case .list(let variable, let options):
      for (row, option) in options.enumerated() where isVisible(option) {
        guard case .option(let label) = flow.elements[Int(option)].kind else { continue }
        let row = LinearEntry(element: option, variable: variable, list: index, row: Int32(row))
        entry(row, .option, flat(label), style: flow.elements[Int(option)].style)
      }
    case .field(let variable, let label): blank(index, .field, variable, label, style: element.style)
    case .number(let variable, let label): blank(index, .number, variable, label, style: element.style)
    case .slider(let variable, _, let label): blank(index, .slider, variable, label, style: element.style)
    case .text, .gap, .rule, .option, .row, .scroll: break
    }
  }

  /// Writes `number. label`; returns the column after the number.
  @discardableResult
  private mutating func entry(
    _ entry: LinearEntry, _ kind: Region.Kind, _ label: FlatText, style: Int32
  ) -> Int {
    let first = startBlock()
    entries.append(entry)
    let number = entries.count
    let column = canvas.put(LinearPlan.glyphs("\(number). "), style: UInt16(style), column: 0, row: row)
    // A label that begins with its own number does not say it twice.
    var label = label
    let own = LinearPlan.glyphs("\(number)")
    if label.glyphs.starts(with: own), label.glyphs.dropFirst(own.count).first == .space {
      let count = own.count + label.glyphs.dropFirst(own.count).prefix { $0 == .space }.count
      label.glyphs.removeFirst(count)
      label.links.removeFirst(count)
      label.isMark.removeFirst(count)
    }
    let widest = write(label, style: UInt16(style), column: column)
    if row == first { row += 1 }
    place(entry.element, kind, row: first, columns: column + widest)
    return column
  }

  private mutating func toggle(_ index: Int32, _ variable: Int32, _ words: [Int32], style: Int32) {
    let first = startBlock()
    let states = (0..<3).map { state -> [Glyph] in
      let sign = flat(texts.switches[state]).glyphs
      guard words.count == 3 else { return sign }
      return sign + [.space] + flat(words[state]).glyphs
    }
    // The entry is as high as its longest state, so that a change of state moves nothing.
    let longest = states.map { FlatText(glyphs: $0) }.max { a, b in
      a.lines(width: canvas.width - 4).count < b.lines(width: canvas.width - 4).count
    }
    let entry = LinearEntry(element: index, variable: variable)
    let column = self.entry(entry, .toggle, longest ?? FlatText(glyphs: []), style: style)
    canvas.fill(column: column, row: first, columns: canvas.width - column, rows: row - first, style: UInt16(style))
    placements[placements.count - 1].columns = canvas.width
    dynamics.append(
      Dynamic(
        element: index, looks: .entry(variable: variable, words: Int32(toggleWords.count), rows: row - first),
        style: UInt16(style), row: first, column: column, columns: canvas.width - column, part: .middle))
    toggleWords.append(states)
  }

  /// Writes a blank as an entry of its label and what stands in it, as high as its fullest state.
  private mutating func blank(_ index: Int32, _ kind: Region.Kind, _ variable: Int32, _ label: Int32, style: Int32) {
    let first = startBlock()
    let characters = texts.blanks.map { flat($0.characters).glyphs } ?? []
    let blank = LinearBlank(
      kind: kind, variable: variable, label: label < 0 ? [] : flat(label).glyphs, characters: characters,
      maximum: flow.blankMaximum(kind, variable))
    let entry = LinearEntry(element: index, variable: variable, isBlank: true)
    let column = self.entry(entry, kind, FlatText(glyphs: blank.glyphs(blank.maximum)), style: style)
    canvas.fill(column: column, row: first, columns: canvas.width - column, rows: row - first, style: UInt16(style))
    placements[placements.count - 1].columns = canvas.width
    dynamics.append(
      Dynamic(
        element: index, looks: .blank(index: Int32(blanks.count), rows: row - first), style: UInt16(style), row: first,
        column: column, columns: canvas.width - column, part: .middle))
    blanks.append(blank)
  }

  // MARK: What is asked

  /// The stop key's own entry, number 0.
  private mutating func say(_ stop: StopRule, style: Int32) {
    stopRow = startBlock()
    let column = canvas.put(LinearPlan.glyphs("0. "), style: UInt16(style), column: 0, row: row)
    _ = write(flat(texts.stop), style: UInt16(style), column: column)
  }

  private mutating func ask(style: Int32) {
    wantsGap = row > 0
    let first = startBlock()
    let plain = flat(texts.ask).glyphs
    let withDefault = flat(texts.askDefault).glyphs + [.space]
    asks = [plain, withDefault]
    if let blanks = texts.blanks, !self.blanks.isEmpty {
      asks += [blanks.askText, blanks.askNumber].map { flat($0).glyphs + [.space] }
    }
    let number = LinearPlan.glyphs("\(max(1, entries.count))")
    row += asks.dropFirst().map { FlatText(glyphs: $0 + number).lines(width: canvas.width).count }.max() ?? 1
    canvas.grow(to: row)
    dynamics.append(
      Dynamic(
        element: -1, looks: .ask(rows: row - first), style: UInt16(style), row: first, column: 0,
        columns: canvas.width, part: .middle))
  }

  static func glyphs(_ text: String) -> [Glyph] {
    text.unicodeScalars.map { Glyph(scalar: $0.value, columns: 1) }
  }

  /// The parts of this plan as those of a screen that never scrolls.
  func plan() -> ScreenPlan {
    ScreenPlan(
      lines: canvas, placements: placements, dynamics: dynamics, toggleWords: toggleWords, isFallback: isFallback)
  }
}

extension FlatText {
  /// Glyphs without links.
  init(glyphs: [Glyph]) {
    self.glyphs = glyphs
    links = Array(repeating: -1, count: glyphs.count)
    isMark = Array(repeating: false, count: glyphs.count)
  }
}
