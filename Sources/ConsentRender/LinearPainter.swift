import ConsentModel

// Lines are painted like cells: what stands, then only what differs. The focus is not marked on them; it is said by
// the number of what Enter alone does.
extension Painter {
  func paintLines(_ layout: ScreenLayout, _ view: borrowing ViewState, into frame: inout Frame) {
    let answer = noteEntries(layout, view, into: &frame)
    if !frame.blanks.isEmpty { fillBlanks(view, into: &frame) }
    for index in layout.dynamics.indices {
      let dynamic = layout.dynamics[index]
      switch dynamic.looks {
      case .entry(let variable, let words, let rows):
        let value = min(max(view.values[Int(variable)], 0), 2)
        guard frame.codes[index] != UInt32(value) else { continue }
        frame.codes[index] = UInt32(value)
        write(layout.toggleWords[Int(words)][Int(value)], at: dynamic, rows: rows, into: &frame)
      case .blank(let blank, let rows):
        let blank = layout.blanks[Int(blank)]
        let value = view.values[Int(blank.variable)]
        guard frame.codes[index] != BlankCode.code(of: value) else { continue }
        frame.codes[index] = BlankCode.code(of: value)
        write(blank.glyphs(value), at: dynamic, rows: rows, into: &frame)
      case .ask(let rows):
        guard frame.codes[index] != UInt32(clamping: answer) else { continue }
        frame.codes[index] = UInt32(clamping: answer)
        let ask = answer > 0 ? layout.ask(forAnswer: answer) + LinearPlan.glyphs("\(answer)") : layout.asks[0]
        write(ask, at: dynamic, rows: rows, into: &frame)
      case .marks, .toggle, .option, .field, .number, .slider: continue
      }
    }
    frame.cursor = Cursor()
  }

  /// Brings the states of the entries' regions up to date; returns the number of what Enter alone does, or 0.
  private func noteEntries(_ layout: ScreenLayout, _ view: borrowing ViewState, into frame: inout Frame) -> Int {
    var answer = 0
    // The entries' regions are the last ones, in the order of their numbers.
    let first = frame.regions.count - layout.entries.count
    for (position, entry) in layout.entries.enumerated() {
      var state: Region.State = []
      if entry.list >= 0 {
        if view.values[Int(entry.variable)] == entry.row {
          state.insert(.current)
          if entry.list == view.focus { state.insert(.focused) }
        }
      } else {
        state.insert(.control)
        if entry.element == view.focus { state.insert(.focused) }
        if entry.isBlank {
          if view.values[Int(entry.variable)] < 0 { state.insert(.unset) }
        } else if entry.variable >= 0 {
          let value = view.values[Int(entry.variable)]
          state.insert(value == 2 ? .on : value == 1 ? .off : .unset)
        }
      }
      if state.contains(.focused) { answer = position + 1 }
      frame.regions[first + position].state = state
    }
    return answer
  }

  private func write(_ glyphs: [Glyph], at dynamic: Dynamic, rows: Int, into frame: inout Frame) {
    let columns = Int(frame.size.columns)
    let flat = FlatText(glyphs: glyphs)
    let lines = flat.lines(width: max(1, dynamic.columns))
    for offset in 0..<rows {
      let row = dynamic.row + offset
      guard row < Int(frame.size.rows) else { return }
      let start = row * columns
      for x in dynamic.column..<columns { frame.cells[start + x] = .blank(dynamic.style) }
      if offset < lines.count {
        var x = start + dynamic.column
        for glyph in flat.glyphs[lines[offset]] where glyph.columns > 0 && x + glyph.columns <= start + columns {
          frame.cells[x] = Cell(glyph, style: dynamic.style)
          if glyph.columns == 2 { frame.cells[x + 1] = .rightHalf(dynamic.style) }
          x += glyph.columns
        }
      }
      rehash(row, of: &frame)
    }
  }
}

/// A control, or a row of a list, as a numbered entry.
struct LinearEntry: BitwiseCopyable {
  var element: Int32
  /// The variable of a switch or a blank, or of the cursor of the list; −1 for a button or a link.
  var variable: Int32 = -1
  /// The list that it is a row of, and which, or −1.
  var list: Int32 = -1
  var row: Int32 = -1
  var isBlank = false
}
