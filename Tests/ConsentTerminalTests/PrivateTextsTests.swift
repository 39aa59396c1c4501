import ConsentModel
import Testing

@testable import ConsentRender
@testable import ConsentTerminal

/// One field on a page, and a session in it that takes what a machine would take.
private struct FieldSession {
  let painter: Painter
  let maximum: Int
  var view: ViewState
  var frame = Frame()
  var texts = PrivateTexts()
  var widths: [Int] = []

  init(rows: Int16 = 2, maximum: Int32 = 12, isLive: Bool = true) {
    var flow = FlowDefinition(name: "field")
    flow.styles = [Style(name: "ground", foreground: 0, background: 0xFFFFFF)]
    flow.texts = [Text(pieces: [.literal([.space])])]
    flow.variables = [Variable(name: "said", bounds: 0...maximum)]
    var field = Element(name: "said", screen: 0, kind: .field(variable: 0, label: -1))
    field.isPrivate = true
    field.rows = rows
    flow.elements = [field, Element(name: "done", screen: 1, kind: .button(label: 0))]
    var page = Screen(name: "page")
    page.children = [0]
    page.focusOrder = [0]
    page.maximumColumns = 30
    var last = Screen(name: "last")
    last.children = [1]
    last.focusOrder = [1]
    flow.screens = [page, last]
    painter = Painter(flow: flow)
    self.maximum = Int(maximum)
    view = ViewState(
      screen: 0, size: Size(columns: 30, rows: 8), values: [0], widths: [0, 0, 0, 0, 0, 0, 0, 0], focus: 0)
    texts.begin(isLive: isLive)
    show()
  }

  mutating func show() {
    view.values[0] = Int32(widths.count)
    for (index, width) in widths.enumerated() {
      let bit = UInt64(1) << UInt64(index % 64)
      view.widths[index / 64] = width == 2 ? view.widths[index / 64] | bit : view.widths[index / 64] & ~bit
    }
    painter.paint(view, into: &frame)
    texts.follow(frame)
  }

  /// Presses a key; what becomes of it on its way to the journal.
  @discardableResult
  mutating func press(_ key: Key) -> Input {
    let (input, _) = texts.standIn(for: .key(key))
    if case .key(let key) = input {
      switch key {
      case .typed: if widths.count < maximum { widths.append(1) }
      case .typedWide: if widths.count < maximum { widths.append(2) }
      case .backspace: _ = widths.popLast()
      case .clear: widths = []
      default: break
      }
    }
    show()
    return input
  }

  mutating func type(_ text: String) { for scalar in text.unicodeScalars { press(Key(scalar)) } }

  mutating func leave() {
    view.screen = 1
    view.focus = 1
    show()
  }

  /// The text as somebody sees it, row by row.
  var shown: [String] {
    let overlay = texts.overlay(of: frame)
    return (1...2).map { _ in "" }.indices.map { row in
      (0..<30).compactMap { column -> String? in
        let cell = overlay.first { $0.row == row && $0.column == column }?.cell ?? frame[column, row]
        return cell.columns == 0 ? nil : Unicode.Scalar(cell.scalar).map { String(Character($0)) }
      }.joined()
    }
  }
}

@Suite("what is typed into private fields")
struct PrivateTextsTests {
  @Test(
    "a key that is pressed in a field becomes a stand-in",
    arguments: [
      (Key("a"), Input.key(.typed)), (.space, .key(.typed)), (Key("é"), .key(.typed)), (Key("世"), .key(.typedWide)),
      (Key(Unicode.Scalar(0x1F600)!), .key(.typedWide)), (Key(Unicode.Scalar(0x301)!), .key(.typed)),
      (Key(Unicode.Scalar(0x202E)!), .unknown(bytes: 3)), (Key("a", modifiers: .alt), .unknown(bytes: 2)),
      (.backspace, .key(.backspace)), (.clear, .key(.clear)), (.enter, .key(.enter)), (.tab, .key(.tab)),
      (.escape, .key(.escape)), (.stop, .key(.stop)), (.function(10), .key(.function(10))), (.up, .key(.up)),
    ])
  func standsIn(_ key: Key, _ expected: Input) {
    var session = FieldSession()
    #expect(session.press(key) == expected)
  }

  @Test("elsewhere keys stay what they are, and so they do for somebody who only looks on") func elsewhere() {
    var session = FieldSession()
    session.leave()
    #expect(session.press(Key("a")) == .key(Key("a")))
    var watched = FieldSession(isLive: false)
    #expect(watched.press(Key("q")) == .key(Key("q")))
  }

  @Test("the text stands over the mask, and what was erased or refused is forgotten") func paints() {
    var session = FieldSession()
    session.type("geheim")
    #expect(session.shown[0] == "  [geheim__________________]  ")
    session.press(.backspace)
    session.press(.backspace)
    session.type("世界")
    #expect(session.shown[0] == "  [gehe世界________________]  ")
    session.press(.clear)
    #expect(session.shown[0] == "  [________________________]  ")
    session.type("abcdefghijklmnop")
    session.leave()
    #expect(session.texts.take() == [PrivateText(element: 0, text: "abcdefghijkl")])
    #expect(session.texts.take() == [])
  }

  @Test("a text is given out when its screen has gone, and again when it was changed") func given() {
    var session = FieldSession()
    session.type("one")
    #expect(session.texts.take() == [])
    session.leave()
    #expect(session.texts.take().map(\.text) == ["one"])
    session.view.screen = 0
    session.view.focus = 0
    session.show()
    #expect(session.shown[0].contains("one"))
    session.type("s")
    session.leave()
    #expect(session.texts.take().map(\.text) == ["ones"])
    session.view.screen = 0
    session.view.focus = 0
    session.show()
    session.press(.clear)
    session.leave()
    #expect(session.texts.take().map(\.text) == [""])
  }

  @Test("a text that the flow empties is given out once, whether its field stays or goes meanwhile") func sent() {
    var session = FieldSession()
    session.type("one")
    session.widths = []
    session.show()
    #expect(session.texts.take().map(\.text) == ["one"])
    #expect(session.texts.take() == [])
    // The same once more is another message.
    session.type("one")
    session.leave()
    session.widths = []
    #expect(session.texts.take().map(\.text) == ["one"])
    session.view.screen = 0
    session.view.focus = 0
    session.show()
    session.type("two")
    session.widths = []
    session.show()
    session.type("a")
    session.press(.backspace)
    session.type("b")
    session.press(.clear)
    session.leave()
    // What was erased by whoever typed it was never sent.
    #expect(session.texts.take().map(\.text) == ["two"])
  }

  @Test("what nobody knows any more is masked, and given out to nobody") func unknown() {
    var session = FieldSession()
    session.widths = [1, 2]
    session.show()
    session.type("x")
    #expect(session.shown[0] == "  [••••____________________]  ")
    session.leave()
    #expect(session.texts.take() == [])
  }

  /// Whatever is typed: the text is as wide as its mask, lies exactly over it, and holds nothing that acts on a terminal.
  @Test func anythingMayBeTyped() {
    for seed in 0..<30 as Range<UInt64> {
      var random = PRNG(seed: seed)
      var session = FieldSession(rows: 2, maximum: 90)
      for step in 0..<200 {
        switch random.below(12) {
        case 0: session.press(.backspace)
        case 1 where random.below(6) == 0: session.press(.clear)
        case 2: session.press(Key(code: UInt32(random.below(0x20)), modifiers: random.below(2) == 0 ? .alt : []))
        case 3: session.press(Key(code: 0x7F + UInt32(random.below(0x25))))
        case 4: session.press(Key(code: 0x2000 + UInt32(random.below(0x70))))
        case 5: session.press(Key(code: 0x4E00 + UInt32(random.below(99))))
        case 6: session.press(Key(code: 0x300 + UInt32(random.below(99))))
        case 7: session.press(Key(code: UInt32(random.below(0x11_0000))))
        case 8: session.press(Key(Unicode.Scalar(UInt8(0x61 + random.below(26))), modifiers: .alt))
        default: session.press(Key(Unicode.Scalar(UInt8(0x20 + random.below(95)))))
        }
        let overlay = session.texts.overlay(of: session.frame)
        let masks = session.frame.cells.indices.filter { session.frame.cells[$0].scalar == 0x2022 }
        let covered = overlay.map { $0.row * 30 + $0.column }
        #expect((covered.sorted() == masks) as Bool, "seed \(seed), step \(step)")
      }
      session.leave()
      for text in session.texts.take() {
        #expect(text.text.unicodeScalars.count == session.widths.count)
        for scalar in text.text.unicodeScalars {
          let isControl = scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value)
          #expect(!isControl && !(0x202A...0x202E).contains(scalar.value) && !(0x2066...0x2069).contains(scalar.value))
        }
      }
    }
  }

  @Test(arguments: [(0, 0), (999_999, 0), (1_000_000, 1_000_000), (12_345_678, 12_000_000)] as [(Int64, Int64)])
  func timesAreWholeSeconds(_ time: Int64, _ expected: Int64) {
    #expect(PrivateTexts.coarse(SessionTime(microseconds: time)).microseconds == expected)
  }
}

@Suite("lines typed into fields, numbers and sliders")
struct BlankLineTests {
  private func blank(_ kind: Region.Kind, _ value: Int32, _ maximum: Int32) -> Blank {
    Blank(
      element: 0, kind: kind, value: value, maximum: maximum, isFocused: true, column: 0, row: 0, columns: 0, rows: 0,
      firstRow: 0, endRow: 0, style: 0)
  }

  @Test(arguments: [
    ("", "enter"), ("\r", "enter"), ("\u{1B}", "esc"), ("hi", "h i enter"), ("a b\r", "a space b enter"),
    ("0", "0 enter"), ("世a", "世 a enter"), ("   ", "enter"), ("abcdefgh", "a b c d e enter"), ("\u{1B}[A", "-"),
    ("a\u{1B}[Ab", "a b enter"), ("\u{3}", "-"), ("a\tb", "a space b enter"), ("\u{1B}]0;x\u{7}y", "y enter"),
  ])
  func intoAField(_ line: String, _ expected: String) {
    let keys = BlankLine.keys(Array(line.utf8), into: blank(.field, 0, 5))
    #expect(keys.map { $0.map(\.spelling).joined(separator: " ") } ?? "-" == expected)
  }

  @Test(arguments: [("hi", "ctrl+u h i enter"), ("  ", "ctrl+u enter"), ("", "enter")])
  func aLineTakesThePlaceOfWhatWasThere(_ line: String, _ expected: String) {
    let keys = BlankLine.keys(Array(line.utf8), into: blank(.field, 3, 5))
    #expect(keys.map { $0.map(\.spelling).joined(separator: " ") } ?? "-" == expected)
  }

  @Test(arguments: [
    ("34", "3 4 enter"), (" 007 ", "7 enter"), ("0", "0 enter"), ("120", "1 2 0 enter"), ("121", "-"), ("-1", "-"),
    ("3 4", "-"), ("abc", "-"), ("1234567890", "-"), ("", "enter"), ("  ", "-"),
  ])
  func intoANumber(_ line: String, _ expected: String) {
    for kind in [Region.Kind.number, .slider] {
      let keys = BlankLine.keys(Array(line.utf8), into: blank(kind, -1, 120))
      #expect(keys.map { $0.map(\.spelling).joined(separator: " ") } ?? "-" == expected)
      let again = BlankLine.keys(Array(line.utf8), into: blank(kind, 5, 120))
      #expect((again?.count ?? 0) == (keys.map { $0.count + ($0.count > 1 ? 1 : 0) } ?? 0))
    }
  }

  @Test func anyBytesAreKeysOrNothing() {
    var random = PRNG(seed: 9)
    for _ in 0..<20_000 {
      let bytes = (0..<random.below(12)).map { _ in UInt8(random.below(256)) }
      for kind in [Region.Kind.field, .number, .slider] {
        guard let keys = BlankLine.keys(bytes, into: blank(kind, Int32(random.below(3)), 100)) else { continue }
        #expect(keys.allSatisfy { $0.isCharacter || [.clear, .enter, .escape].contains($0) })
      }
    }
  }
}
