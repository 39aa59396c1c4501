import ConsentModel

extension Frame {
  /// The frame as lines for a terminal or a pager: text and SGR sequences, no other control sequence.
  ///
  /// Every line starts from the terminal's defaults and ends with a reset, so that lines can be cut out. All columns
  /// are written, because the background is part of the picture; without colours the blank ends of lines are left out.
  ///
  /// - Parameters:
  ///   - flow: the flow it was painted from.
  ///   - depth: the colours to use.
  public func ansi(flow: FlowDefinition, depth: ColourDepth) -> String {
    var output = ""
    for row in 0..<Int(size.rows) {
      if row > 0 { output += "\n" }
      var runs = styleRuns(row: row)
      if depth == .none { cutBlankEnd(of: &runs, row: row, flow: flow) }
      writeANSI(runs, row: row, flow: flow, depth: depth, into: &output)
    }
    return output
  }

  /// Writes a stretch of a row, every cell of it.
  func writeANSI(
    row: Int, columns: Range<Int>, flow: FlowDefinition, depth: ColourDepth, into output: inout String
  ) {
    let runs = styleRuns(row: row).compactMap { run -> StyleRun? in
      let part = (run.column..<run.end).clamped(to: columns)
      return part.isEmpty ? nil : StyleRun(column: part.lowerBound, columns: part.count, style: run.style)
    }
    writeANSI(runs, row: row, flow: flow, depth: depth, into: &output)
  }

  private func writeANSI(
    _ runs: [StyleRun], row: Int, flow: FlowDefinition, depth: ColourDepth, into output: inout String
  ) {
    var current = Look()
    for run in runs {
      let next = Look(flow.style(run.style), depth: depth)
      next.write(after: current, depth: depth, into: &output)
      current = next
      output += text(row: row, columns: run.column..<run.end, flow: flow)
    }
    if current != Look() { output += "\u{1B}[0m" }
  }

  /// Takes away what cannot be seen at the end of a row when there are no colours.
  private func cutBlankEnd(of runs: inout [StyleRun], row: Int, flow: FlowDefinition) {
    while let run = runs.last,
      Look(flow.style(run.style), depth: .none).attributes.isDisjoint(with: [.reverse, .underline])
    {
      let last = (run.column..<run.end).last { !self[$0, row].isBlank }
      runs.removeLast()
      guard let last else { continue }
      runs.append(StyleRun(column: run.column, columns: last + 1 - run.column, style: run.style))
      return
    }
  }
}

/// What the terminal has been told about the cells that follow.
private struct Look: Equatable {
  var attributes: Style.Attributes = []
  /// Colours as they are written at the depth: an index or 0xRRGGBB; −1 is the terminal's own.
  var foreground = -1
  var background = -1

  init() {}

  init(_ style: Style, depth: ColourDepth) {
    switch depth {
    case .none:
      attributes = style.monochrome
    case .sixteen:
      attributes = style.attributes
      foreground = Int(Palette.index16(style.foreground))
      background = Int(Palette.index16(style.background))
    case .palette:
      attributes = style.attributes
      foreground = Int(Palette.index256(style.foreground))
      background = Int(Palette.index256(style.background))
    case .direct:
      attributes = style.attributes
      foreground = Int(style.foreground)
      background = Int(style.background)
    }
  }

  /// Writes the one sequence that leads from another look to this one, or nothing when they are the same.
  func write(after other: Look, depth: ColourDepth, into output: inout String) {
    guard self != other else { return }
    var codes: [String] = []
    var had = other.attributes
    // Bold and dim share the code that ends them.
    if !had.subtracting(attributes).isDisjoint(with: [.bold, .dim]) {
      codes.append("22")
      had.subtract([.bold, .dim])
    }
    if had.contains(.underline), !attributes.contains(.underline) { codes.append("24") }
    if had.contains(.reverse), !attributes.contains(.reverse) { codes.append("27") }
    let new = attributes.subtracting(had)
    if new.contains(.bold) { codes.append("1") }
    if new.contains(.dim) { codes.append("2") }
    if new.contains(.underline) { codes.append("4") }
    if new.contains(.reverse) { codes.append("7") }
    if foreground != other.foreground { codes.append(Look.code(foreground, isBackground: false, depth: depth)) }
    if background != other.background { codes.append(Look.code(background, isBackground: true, depth: depth)) }
    output += "\u{1B}[\(codes.joined(separator: ";"))m"
  }

  private static func code(_ colour: Int, isBackground: Bool, depth: ColourDepth) -> String {
    switch depth {
    case .none: return isBackground ? "49" : "39"
    case .sixteen:
      let base = colour < 8 ? 30 + colour : 90 + colour - 8
      return String(isBackground ? base + 10 : base)
    case .palette: return "\(isBackground ? 48 : 38);5;\(colour)"
    case .direct:
      return "\(isBackground ? 48 : 38);2;\(colour >> 16 & 255);\(colour >> 8 & 255);\(colour & 255)"
    }
  }
}
