import ConsentModel

/// A stretch of cells of one row that have the same style.
public struct StyleRun: Hashable, Sendable, BitwiseCopyable {
  /// First column, from 0.
  public var column: Int
  /// Number of columns, 1 or more.
  public var columns: Int
  /// Index into the flow's styles.
  public var style: UInt16

  /// The column after the last.
  public var end: Int { column + columns }
}

extension Frame {
  /// The frame as text: its rows without the spaces at their ends, joined by line feeds, none after the last row.
  ///
  /// - Parameter flow: the flow it was painted from; it holds the characters of several scalars.
  public func text(flow: FlowDefinition) -> String {
    (0..<Int(size.rows)).map { text(row: $0, flow: flow) }.joined(separator: "\n")
  }

  /// One row as text, without the spaces at its end.
  ///
  /// - Parameter row: from 0, within the size.
  public func text(row: Int, flow: FlowDefinition) -> String {
    let last = (0..<Int(size.columns)).last { !self[$0, row].isBlank }
    guard let last else { return "" }
    return text(row: row, columns: 0..<last + 1, flow: flow)
  }

  /// A part of a row as text, its spaces included; the right half of a wide character counts as nothing.
  ///
  /// - Parameters:
  ///   - row: from 0, within the size.
  ///   - columns: within the size.
  public func text(row: Int, columns: Range<Int>, flow: FlowDefinition) -> String {
    var text = ""
    for column in columns { self[column, row].write(into: &text, flow: flow) }
    return text
  }

  /// The frame as text that also tells how it looks and where the cursor is, for comparing by eye and in tests.
  ///
  /// First come the rows as in `text(flow:)`, then a line `---`, then size, cursor, and for every row the stretches
  /// whose style is not the first of the flow, each with its first and last column: `row 5: 10-40 accept, 42-50 dim`.
  /// Empty cells between two characters of a style are counted to it when they look the same.
  public func styledText(flow: FlowDefinition) -> String {
    var text = text(flow: flow)
    text += "\n---\nsize \(size.columns)x\(size.rows)\n"
    text += cursor.isVisible ? "cursor \(cursor.column),\(cursor.row)\n" : "cursor hidden\n"
    for row in 0..<Int(size.rows) {
      let runs = joined(styleRuns(row: row), row: row, flow: flow).filter { $0.style != 0 }
      guard !runs.isEmpty else { continue }
      let words = runs.map { run in
        let place = run.columns == 1 ? "\(run.column)" : "\(run.column)-\(run.end - 1)"
        return "\(place) \(flow.styleName(run.style))"
      }
      text += "row \(row): \(words.joined(separator: ", "))\n"
    }
    return text
  }

  /// Runs in which the gaps between large letters, for example, no longer stand alone.
  private func joined(_ runs: [StyleRun], row: Int, flow: FlowDefinition) -> [StyleRun] {
    var joined: [StyleRun] = []
    for (index, run) in runs.enumerated() {
      guard let last = joined.last else {
        joined.append(run)
        continue
      }
      let isGap =
        index + 1 < runs.count && runs[index + 1].style == last.style
        && (run.column..<run.end).allSatisfy { self[$0, row].isBlank }
        && flow.style(run.style).looksBlank(like: flow.style(last.style))
      if isGap || run.style == last.style {
        joined[joined.count - 1].columns += run.columns
      } else {
        joined.append(run)
      }
    }
    return joined
  }

  /// The stretches of one style of a row, from left to right; together they are the whole row.
  ///
  /// - Parameter row: from 0, within the size.
  public func styleRuns(row: Int) -> [StyleRun] {
    var runs: [StyleRun] = []
    for column in 0..<Int(size.columns) {
      let style = self[column, row].style
      if let last = runs.last, last.style == style {
        runs[runs.count - 1].columns += 1
      } else {
        runs.append(StyleRun(column: column, columns: 1, style: style))
      }
    }
    return runs
  }
}

extension Cell {
  /// Whether nothing can be seen in it but its background.
  var isBlank: Bool { scalar == 0x20 }

  /// Writes the cell's character; what could act on a terminal or a reader's eye becomes U+FFFD.
  ///
  /// Texts are checked when a flow is loaded. This is the last line of defence for frames of a journal from elsewhere.
  func write(into text: inout String, flow: FlowDefinition) {
    guard columns > 0 else { return }
    if scalar & 0x8000_0000 == 0 {
      if let scalar = Unicode.Scalar(scalar), GlyphTable.columns(of: scalar) == Int(columns) {
        text.unicodeScalars.append(scalar)
      } else {
        writeReplacement(into: &text)
      }
      return
    }
    let index = Int(scalar & 0x7FFF_FFFF)
    guard index < flow.clusters.count, flow.clusters[index].isHarmless else { return writeReplacement(into: &text) }
    text += flow.clusters[index].text
  }

  private func writeReplacement(into text: inout String) {
    text += columns == 2 ? "\u{FFFD} " : "\u{FFFD}"
  }
}

extension Style {
  /// Whether an empty cell of this style looks the same as one of the other style.
  fileprivate func looksBlank(like other: Style) -> Bool {
    let visible: Attributes = [.underline, .reverse]
    return background == other.background && attributes.isDisjoint(with: visible)
      && other.attributes.isDisjoint(with: visible)
      && monochrome.intersection(visible) == other.monochrome.intersection(visible)
  }
}

extension Cluster {
  /// Whether its scalars only make up a picture: no controls, no line breaks, nothing that turns the writing round.
  var isHarmless: Bool {
    !text.isEmpty
      && text.unicodeScalars.allSatisfy { scalar in
        switch scalar.value {
        case 0...0x1F, 0x7F...0x9F, 0x200E...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF, 0xFFF9...0xFFFB: false
        default: true
        }
      }
  }
}

extension FlowDefinition {
  /// The name of a style, or its index when the flow does not have it.
  func styleName(_ style: UInt16) -> String {
    styles.indices.contains(Int(style)) ? styles[Int(style)].name : "style-\(style)"
  }

  /// A style; black on white when the flow does not have it.
  func style(_ index: UInt16) -> Style {
    guard styles.indices.contains(Int(index)) else {
      return Style(name: styleName(index), foreground: 0x000000, background: 0xFFFFFF)
    }
    return styles[Int(index)]
  }
}
