import ConsentModel
import Testing

@testable import ConsentRender

@Suite("lines")
struct LinearTests {
  let flow: FlowDefinition = {
    var flow = SampleFlow.make()
    func text(_ string: String) -> Int32 {
      flow.texts.append(Text(pieces: [.literal(SampleFlow.glyphs(string))]))
      return Int32(flow.texts.count - 1)
    }
    flow.linear = LinearTexts(
      switches: ["switch [ ]", "switch [Off]", "switch [On]"].map(text), ask: text("Number:"),
      askDefault: text("Number; Enter alone:"), stop: text("Stop"))
    return flow
  }()

  func view(_ screen: Int32, columns: Int = 40, focus: String? = nil, toggle: Int32 = 2) -> ViewState {
    var values = flow.variables.map(\.initial)
    values[2] = toggle
    return ViewState(
      screen: screen, size: Size(columns: columns, rows: 10), values: values,
      focus: focus.map { SampleFlow.element($0, in: flow) } ?? -1, presentation: .linear)
  }

  func rows(_ frame: borrowing Frame) -> [String] {
    (0..<Int(frame.size.rows)).map { frame.text(row: $0, flow: flow) }
  }

  @Test("texts come once, then the controls as numbers in the order of Tab, then what is asked")
  func order() {
    var frame = Frame()
    Painter(flow: flow).paint(view(1, focus: "accept"), into: &frame)
    let lines = rows(frame)
    let numbers = lines.filter { $0.first?.isNumber == true }
    #expect(numbers.count == frame.numberedControls.count)
    #expect(numbers.first?.hasPrefix("1. ") == true)
    #expect(numbers.contains { $0.hasSuffix("switch [On]") })
    #expect(lines.last == "Number; Enter alone: \(numbers.firstIndex { $0.hasSuffix("Accept") }.map { $0 + 1 } ?? 0)")
    #expect(!lines.contains { $0.unicodeScalars.contains { (0x2500...0x257F).contains($0.value) } })
    #expect(frame.cursor == Cursor())
    #expect(frame.regions.allSatisfy { $0.share == 255 })
  }

  @Test("without a focus nothing is answered by Enter alone")
  func noDefault() {
    var frame = Frame()
    Painter(flow: flow).paint(view(1), into: &frame)
    #expect(rows(frame).last == "Number:")
  }

  @Test("painting what changed gives the same frame as painting all of it")
  func incremental() {
    let painter = Painter(flow: flow)
    var kept = Frame()
    var random = PRNG(seed: 11)
    for round in 0..<400 {
      var view = view(Int32(random.below(2)), columns: 1 + random.below(100), toggle: Int32(random.below(3)))
      let order = flow.screens[Int(view.screen)].focusOrder
      view.focus = random.below(4) == 0 ? -1 : order[random.below(order.count)]
      view.values[3] = Int32(random.below(3))
      painter.paint(view, into: &kept)
      var fresh = Frame()
      Painter(flow: flow).paint(view, into: &fresh)
      #expect((kept.cells == fresh.cells) as Bool, "round \(round)")
      #expect(kept.digest == fresh.digest, "round \(round)")
      #expect((kept.regions == fresh.regions) as Bool, "round \(round)")
      #expect(Int(kept.size.columns) == min(max(Int(view.size.columns), 20), 80))
    }
  }

  @Test("of the same screen only what is new is said, and the question apart")
  func voice() {
    let painter = Painter(flow: flow)
    var voice = LinearVoice()
    var frame = Frame()
    painter.paint(view(1, focus: "accept"), into: &frame)
    let first = voice.speech(of: frame)
    #expect(first.rows.first == 0 && !first.followsScreen)
    #expect(first.rows.count + first.ask.count == Int(frame.size.rows))
    // The switch is another one: one row.
    painter.paint(view(1, focus: "accept", toggle: 1), into: &frame)
    let second = voice.speech(of: frame)
    let said = second.rows.map { frame.text(row: $0, flow: flow) }.filter { !$0.isEmpty }
    #expect(said.count == 1 && said[0].hasSuffix("switch [Off]"))
    #expect(second.ask == first.ask)
    // Nothing is another one: only the question.
    #expect(voice.speech(of: frame).rows.isEmpty)
    painter.paint(view(0), into: &frame)
    #expect(voice.speech(of: frame).followsScreen)
  }

  @Test("where all answers but stopping have gone, stopping is said again")
  func onlyStoppingIsLeft() {
    var flow = flow
    flow.stop = StopRule(key: .stop, screen: 0, legend: 0)
    for index in flow.elements.indices where flow.elements[index].isControl {
      flow.elements[index].when = [Condition(variable: 2, .atLeast(1))]
    }
    let painter = Painter(flow: flow)
    var voice = LinearVoice()
    var frame = Frame()
    for (toggle, expected) in [(Int32(1), ["0. Stop"]), (0, ["0. Stop"]), (0, [])] {
      var view = view(1, toggle: toggle)
      view.showsStop = true
      painter.paint(view, into: &frame)
      #expect(frame.numberedControls.isEmpty == (toggle == 0))
      let said = voice.speech(of: frame).rows.map { frame.text(row: $0, flow: flow) }
      #expect(said.filter { $0.hasPrefix("0.") } == expected, "the switch is \(toggle): \(said)")
    }
  }
}

@Suite("breaks between wide characters")
struct KinsokuTests {
  @Test(arguments: [
    ("あいうえお", 6, ["あいう", "えお"]), ("あいう。え", 6, ["あい", "う。え"]), ("あい「うえ」", 6, ["あい", "「う", "え」"]),
    ("ちゃっと", 4, ["ちゃ", "っと"]), ("コーヒー", 4, ["コー", "ヒー"]), ("abcあい", 5, ["abcあ", "い"]),
    ("あいabc", 5, ["あい", "abc"]), ("あ。b", 4, ["あ。", "b"]), ("one two", 4, ["one", "two"]),
    ("。。。。", 4, ["。。", "。。"]),
  ])
  func followTheRule(_ text: String, _ width: Int, _ expected: [String]) {
    let glyphs = text.unicodeScalars.map { Glyph(scalar: $0.value, columns: GlyphTable.columns(of: $0)) }
    let flat = FlatText(glyphs: glyphs)
    let lines = flat.lines(width: width).map { range in
      String(String.UnicodeScalarView(glyphs[range].compactMap { Unicode.Scalar($0.value) }))
    }
    #expect(lines == expected, "\(text) in \(width) columns")
  }
}
