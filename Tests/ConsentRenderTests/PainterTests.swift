import ConsentModel
import Testing

@testable import ConsentRender

@Suite("painter")
struct PainterTests {
  let flow = SampleFlow.make()

  func rows(_ frame: Frame) -> [String] {
    (0..<Int(frame.size.rows)).map { row in
      var line = ""
      for column in 0..<Int(frame.size.columns) where frame[column, row].columns > 0 {
        line.unicodeScalars.append(Unicode.Scalar(frame[column, row].scalar) ?? "?")
      }
      return line
    }
  }

  func view(_ screen: Int32, size: Size = .standard, focus: Int32 = -1) -> ViewState {
    ViewState(screen: screen, size: size, values: flow.variables.map(\.initial), focus: focus)
  }

  @Test("a card shows its elements in order over the dimmed screen behind it")
  func card() {
    let painter = Painter(flow: flow)
    var frame = Frame()
    painter.paint(view(1, focus: SampleFlow.element("accept", in: flow)), into: &frame)
    let lines = rows(frame)
    #expect(lines[0].contains("chat line"))
    #expect(frame[2, 0].style == 5)
    #expect(lines.contains { $0.contains("[ Accept ]") })
    #expect(lines.contains { $0.contains("\u{2500}\u{25CF}") })
    #expect(frame.regions.map(\.kind) == [.text, .link, .text, .button, .text, .toggle])
    #expect(frame.cursor.isVisible)
  }

  @Test("painting what changed gives the same frame as painting all of it, at every size and state")
  func incremental() {
    let painter = Painter(flow: flow)
    var kept = Frame()
    var random = PRNG(seed: 7)
    for round in 0..<1000 {
      let size = round % 10 == 0 ? Size(columns: 1 + random.below(120), rows: 1 + random.below(40)) : Size.standard
      var view = view(Int32(random.below(2)), size: size)
      let order = flow.screens[Int(view.screen)].focusOrder
      view.focus = random.below(4) == 0 ? -1 : order[random.below(order.count)]
      view.values[2] = Int32(random.below(3))
      view.values[3] = Int32(random.below(3))
      view.scroll = Int32(random.below(70))
      painter.paint(view, into: &kept)
      var fresh = Frame()
      Painter(flow: flow).paint(view, into: &fresh)
      checkSame(kept, fresh, "round \(round)")
    }
  }

  @Test("no size traps, and every character two columns wide keeps its right half")
  func everySize() {
    let flow = SampleFlow.make(paragraph: "文字 mixed with latin 全角文字が続く長い文章です and so on")
    let painter = Painter(flow: flow)
    var frame = Frame()
    for columns in stride(from: 1, through: 130, by: 3) {
      for rows in 1...50 {
        for screen in Int32(0)...1 {
          let view = ViewState(
            screen: screen, size: Size(columns: columns, rows: rows), values: flow.variables.map(\.initial))
          painter.paint(view, into: &frame)
          #expect(frame.cells.count == columns * rows)
          for index in frame.cells.indices where frame.cells[index].columns == 2 {
            #expect((index + 1) % columns != 0 && frame.cells[index + 1].columns == 0)
          }
        }
      }
    }
  }

  @Test("a click hits the control under it, in every cell of every control, and nothing else")
  func hits() {
    let painter = Painter(flow: flow)
    var frame = Frame()
    let view = view(1)
    painter.paint(view, into: &frame)
    let layout = painter.layout(for: view)
    for region in frame.regions where region.state.contains(.control) {
      for row in region.row..<region.row + region.rows {
        for column in region.column..<region.column + region.columns {
          #expect(layout.hit(column: Int(column), row: Int(row), scroll: 0) == region.element)
        }
      }
    }
    #expect(layout.hit(column: 0, row: 0, scroll: 0) == -1)
  }

  @Test("a screen that is too tall scrolls as a whole and can show every control")
  func scrolling() {
    let painter = Painter(flow: flow)
    for rows in 8..<24 {
      var view = view(1, size: Size(columns: 60, rows: rows))
      let layout = painter.layout(for: view)
      for control in flow.screens[1].focusOrder {
        view.scroll = layout.scroll(toShow: control, from: 0)
        var isVisible = false
        layout.forEachVisible(scroll: view.scroll) { element, share in
          if element == control, share > 0 { isVisible = true }
        }
        #expect(isVisible, "control \(control) at \(rows) rows")
      }
    }
  }

  @Test("values are written as numbers, seconds, dates and words")
  func values() {
    let months = Int32(0)
    var flow = SampleFlow.make()
    flow.texts.append(Text(pieces: [.literal(SampleFlow.glyphs("May"))]))
    let may = Int32(flow.texts.count - 1)
    func text(_ value: Int32, _ format: ValueFormat) -> String {
      FlatText.written(value, format, flow: flow, values: []).map { String(Unicode.Scalar($0.value)!) }.joined()
    }
    let point = Glyph(scalar: 0x2E, columns: 1)
    #expect(text(-3, .number) == "-3")
    #expect(text(1249, .seconds(point: point)) == "1.2")
    #expect(text(1250, .seconds(point: point)) == "1.3")
    #expect(text(0, .seconds(point: point)) == "0.0")
    let pattern = DatePattern(parts: [
      .day, .literal(SampleFlow.glyphs(" ")), .month, .literal(SampleFlow.glyphs(" ")), .year,
    ])
    let day = Day(year: 2026, month: 5, day: 3)!
    #expect(
      text(day.number, .date(months: [Int32](repeating: months, count: 4) + [may], pattern: pattern)) == "3 May 2026")
    #expect(text(0, .choice([may])) == "May")
    #expect(text(9, .choice([may])) == "9")
  }
}
