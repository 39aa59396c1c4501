import ConsentModel
import Testing

@testable import ConsentRender

/// A screen with a field, a number and a slider between two texts.
enum BlankFlow {
  static func make(rows: Int16 = 2, maximum: Int32 = 500) -> FlowDefinition {
    var flow = SampleFlow.make()
    func text(_ string: String) -> Int32 {
      flow.texts.append(Text(pieces: [.literal(SampleFlow.glyphs(string))]))
      return Int32(flow.texts.count - 1)
    }
    let first = Int32(flow.variables.count)
    flow.variables += [
      Variable(name: "said", bounds: 0...maximum), Variable(name: "age", initial: -1, bounds: -1...120),
      Variable(name: "effort", initial: -1, bounds: -1...100),
    ]
    let screen = Int32(flow.screens.count)
    func add(_ name: String, _ kind: Element.Kind) -> Int32 {
      flow.elements.append(Element(name: name, screen: screen, kind: kind))
      return Int32(flow.elements.count - 1)
    }
    let field = add("said", .field(variable: first, label: text("Your words")))
    flow.elements[Int(field)].rows = rows
    flow.elements[Int(field)].isPrivate = true
    let number = add("age", .number(variable: first + 1, label: text("Age")))
    let slider = add("effort", .slider(variable: first + 2, step: 5, label: -1))
    let row = add("row", .row([add("low", .text(text("low"))), slider, add("high", .text(text("high")))]))
    var page = Screen(name: "page")
    page.children = [add("question", .text(text("What did you see?"))), field, number, row]
    page.focusOrder = [field, number, slider]
    page.maximumColumns = 40
    flow.screens.append(page)
    flow.linear = LinearTexts(
      switches: ["-", "Off", "On"].map(text), ask: text("Number:"), askDefault: text("Number; Enter alone:"),
      stop: text("Stop"))
    let words = ["characters", "Text for number", "Digits for number"].map(text)
    flow.linear?.blanks = BlankTexts(characters: words[0], askText: words[1], askNumber: words[2])
    return flow
  }

  /// A view of the screen; `said` is a string of n and w, narrow and wide characters.
  static func view(
    _ flow: FlowDefinition, said: String = "", age: Int32 = -1, effort: Int32 = -1, focus: String? = nil,
    size: Size = Size(columns: 40, rows: 9), presentation: Presentation = .screen
  ) -> ViewState {
    var values = flow.variables.map(\.initial)
    func set(_ name: String, _ value: Int32) { values[flow.variables.firstIndex { $0.name == name }!] = value }
    set("said", Int32(said.count))
    set("age", age)
    set("effort", effort)
    var widths = [UInt64](repeating: 0, count: 8)
    for (index, character) in said.enumerated() where character == "w" { widths[index / 64] |= 1 << UInt64(index % 64) }
    return ViewState(
      screen: Int32(flow.screens.count - 1), size: size, values: values, widths: widths,
      focus: focus.map { SampleFlow.element($0, in: flow) } ?? -1, presentation: presentation)
  }

  static func rows(_ frame: borrowing Frame, _ flow: FlowDefinition) -> [String] {
    (0..<Int(frame.size.rows)).map { frame.text(row: $0, flow: flow) }
  }
}

@Suite("fields, numbers and sliders")
struct BlankTests {
  @Test("empty, with something in them, and focused") func looks() {
    let flow = BlankFlow.make()
    var frame = Frame()
    let painter = Painter(flow: flow)
    painter.paint(BlankFlow.view(flow), into: &frame)
    let line = String(repeating: "_", count: 34)
    let track = String(repeating: "─", count: 23)
    #expect(
      BlankFlow.rows(frame, flow) == [
        "  What did you see?", "   \(line)", "   \(line)", "   ___", "  low   \(track)   high", "", "", "", "",
      ])
    #expect(!frame.cursor.isVisible)
    painter.paint(BlankFlow.view(flow, said: "nnwn", age: 34, effort: 100, focus: "said"), into: &frame)
    let dashes = String(repeating: "─", count: 22)
    let rest = String(repeating: "_", count: 29)
    #expect(
      BlankFlow.rows(frame, flow)[1...4] == ["  [•••••\(rest)]", "   \(line)", "   34_", "  low   \(dashes)●   high"])
    #expect(frame.cursor == Cursor(column: 8, row: 1, isVisible: true))
    painter.paint(BlankFlow.view(flow, age: 120, focus: "age"), into: &frame)
    #expect(BlankFlow.rows(frame, flow)[3] == "  [120 ]")
    #expect(frame.cursor == Cursor(column: 6, row: 3, isVisible: true))
    painter.paint(BlankFlow.view(flow, effort: 0, focus: "effort"), into: &frame)
    #expect(BlankFlow.rows(frame, flow)[4] == "  low  [●\(dashes)]  high")
    #expect(frame.cursor == Cursor(column: 8, row: 4, isVisible: true))
  }

  @Test(
    "a mask wraps by characters, scrolls to the caret, and never splits a wide one",
    arguments: [
      ("", [0, 0], 0), (String(repeating: "n", count: 33), [33, 0], 33),
      (String(repeating: "n", count: 34), [34, 0], 34),
      (String(repeating: "n", count: 33) + "w", [33, 2], 36), (String(repeating: "w", count: 17), [34, 0], 34),
      (String(repeating: "n", count: 68), [34, 0], 34), (String(repeating: "n", count: 70), [34, 2], 36),
    ])
  func wraps(_ said: String, _ masks: [Int], _ caret: Int) {
    let flow = BlankFlow.make()
    var frame = Frame()
    Painter(flow: flow).paint(BlankFlow.view(flow, said: said, focus: "said"), into: &frame)
    let rows = BlankFlow.rows(frame, flow)[1...2].map { $0.count { $0 == "•" } }
    #expect(rows == masks)
    #expect(Int(frame.cursor.column) - 3 + (Int(frame.cursor.row) - 1) * 34 == caret)
  }

  @Test("regions and blanks say what stands there") func regions() throws {
    let flow = BlankFlow.make()
    var frame = Frame()
    let painter = Painter(flow: flow)
    let view = BlankFlow.view(flow, said: "nw", age: 7, focus: "said")
    painter.paint(view, into: &frame)
    let found = frame.regions.filter { [.field, .number, .slider].contains($0.kind) }
    #expect(found.map(\.value) == [2, 7, -1])
    #expect(found.map(\.isPrivate) == [true, false, false])
    #expect(found.map(\.state) == [[.control, .focused], .control, [.control, .unset]])
    #expect(frame.blanks.map(\.value) == [2, 7, -1])
    #expect(frame.blanks.map(\.maximum) == [500, 120, 100])
    #expect(frame.blanks.map(\.isFocused) == [true, false, false])
    let field = try #require(frame.blanks.first)
    #expect([field.column, field.row, field.columns, field.rows, field.firstRow, field.endRow] == [3, 1, 34, 2, 1, 3])
    #expect(frame.json(painter: painter, view: view).contains("\"label\":\"Your words\",\"private\":true,\"value\":2"))
    // Under the notice that the terminal is too small what is typed is private, too.
    painter.paint(BlankFlow.view(flow, said: "nw", focus: "said", size: Size(columns: 20, rows: 5)), into: &frame)
    #expect(frame.regions.isEmpty)
    #expect(frame.blanks.map(\.isFocused) == [true] && frame.blanks.map(\.value) == [2])
  }

  @Test("the digest is over the mask: equal widths give equal frames") func digest() {
    let flow = BlankFlow.make()
    func digest(_ said: String) -> UInt64 {
      var frame = Frame()
      Painter(flow: flow).paint(BlankFlow.view(flow, said: said, focus: "said"), into: &frame)
      return frame.digest
    }
    #expect(digest("nnn") == digest("wn"))
    #expect(digest("nn") != digest("nnn"))
  }

  @Test("painting what changed gives the same frame as painting all of it") func incremental() {
    let flow = BlankFlow.make(rows: 3)
    let painter = Painter(flow: flow)
    var kept = Frame()
    var random = PRNG(seed: 5)
    for round in 0..<1500 {
      let said = String(
        (0..<random.below(random.below(4) == 0 ? 130 : 8)).map { _ in random.below(4) == 0 ? "w" : "n" })
      let focus = ["said", "age", "effort", nil][random.below(4)]
      let isLinear = random.below(5) == 0
      let size = Size(columns: 20 + random.below(40), rows: 4 + random.below(10))
      var view = BlankFlow.view(
        flow, said: said, age: Int32(random.below(140)) - 1, effort: Int32(random.below(102)) - 1, focus: focus,
        size: random.below(6) == 0 ? size : Size(columns: 40, rows: 9), presentation: isLinear ? .linear : .screen)
      view.scroll = Int32(random.below(3))
      painter.paint(view, into: &kept)
      var fresh = Frame()
      Painter(flow: flow).paint(view, into: &fresh)
      checkSame(kept, fresh, "round \(round)")
    }
  }

  @Test("a click on the track is the point under it") func track() {
    let flow = BlankFlow.make()
    let painter = Painter(flow: flow)
    for point in stride(from: Int32(0), through: 100, by: 1) {
      var frame = Frame()
      painter.paint(BlankFlow.view(flow, effort: point), into: &frame)
      let row = (0..<40).map { frame[$0, 4].scalar }
      let handle = row.firstIndex(of: Painter.handle)!
      let layout = painter.layout(for: BlankFlow.view(flow))
      let element = SampleFlow.element("effort", in: flow)
      #expect(layout.hit(column: handle, row: 4, scroll: 0) == element)
      let found = layout.point(of: element, at: handle, maximum: 100) ?? -1
      #expect(abs(found - point) <= 3, "\(point) is found at \(found)")
    }
  }

  @Test("among lines they are entries, and ask for what they take") func lines() {
    let flow = BlankFlow.make()
    func rows(_ view: ViewState) -> [String] {
      var frame = Frame()
      Painter(flow: flow).paint(view, into: &frame)
      return BlankFlow.rows(frame, flow)
    }
    #expect(
      rows(BlankFlow.view(flow, said: "nnn", age: 34, presentation: .linear)) == [
        "What did you see?", "low", "high", "", "1. Your words [3 characters]", "2. Age [34] 0–120",
        "3. [ ] 0–100", "", "Number:",
      ])
    #expect(rows(BlankFlow.view(flow, focus: "said", presentation: .linear)).last == "Text for number 1")
    #expect(rows(BlankFlow.view(flow, focus: "effort", presentation: .linear)).last == "Digits for number 3")
  }
}
