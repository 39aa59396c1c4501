import ConsentModel
import Testing

@testable import ConsentRender

@Suite("frames as text, ANSI, SVG and JSON")
struct FrameExportTests {
  static func flow(_ styles: [Style] = []) -> FlowDefinition {
    var flow = FlowDefinition(name: "small")
    flow.styles =
      styles.isEmpty
      ? [
        Style(name: "ground", foreground: 0x000000, background: 0xFFFFFF),
        Style(
          name: "accept", foreground: 0xFFFFFF, background: 0x111111, attributes: .bold, monochrome: [.reverse, .bold]),
        Style(
          name: "faint", foreground: 0x808080, background: 0xFFFFFF, attributes: [.dim, .underline], monochrome: .dim),
      ] : styles
    flow.clusters = [
      Cluster(text: "e\u{301}", columns: 1), Cluster(text: "\u{1F1E9}\u{1F1EA}", columns: 2),
      Cluster(text: "a\u{1B}[2J", columns: 1), Cluster(text: "\u{202E}a", columns: 1),
    ]
    return flow
  }

  /// A frame of these rows; `styles` says with one digit a cell which style it has.
  static func frame(_ rows: [[Cell]]) -> Frame {
    var frame = Frame()
    frame.size = Size(columns: rows.first?.count ?? 1, rows: rows.count)
    frame.cells = rows.flatMap { $0 }
    frame.rowDigests = Array(repeating: 0, count: rows.count)
    return frame
  }

  static func row(_ text: String, _ styles: String) -> [Cell] {
    zip(text.unicodeScalars, styles).map { Cell(scalar: $0.value, style: UInt16($1.wholeNumberValue ?? 0)) }
  }

  static var sample: Frame {
    frame([
      row("  Hi & <b>  ", "000000000000"), row("[ Accept ]  ", "111111111100"), row("  Not now   ", "002222222000"),
      row("            ", "000000000000"),
    ])
  }

  @Test("rows lose only the spaces at their ends; wide characters and clusters count once")
  func text() {
    let flow = Self.flow()
    #expect(Self.sample.text(flow: flow) == "  Hi & <b>\n[ Accept ]\n  Not now\n")
    var cells = Self.row("abcdef", "000000")
    cells[1] = Cell(scalar: 0x8000_0000, style: 0)
    cells[2] = Cell(scalar: 0x8000_0001, style: 0, columns: 2)
    cells[3] = .rightHalf(0)
    cells[4] = Cell(scalar: 0x4E00, style: 0, columns: 2)
    cells[5] = .rightHalf(0)
    #expect(Self.frame([cells]).text(flow: flow) == "ae\u{301}\u{1F1E9}\u{1F1EA}\u{4E00}")
  }

  @Test("the golden form tells size, cursor and where each style lies")
  func styled() {
    var frame = Self.sample
    #expect(
      frame.styledText(flow: Self.flow()) == """
          Hi & <b>
        [ Accept ]
          Not now

        ---
        size 12x4
        cursor hidden
        row 1: 0-9 accept
        row 2: 2-8 faint

        """)
    frame.cursor = Cursor(column: 3, row: 1, isVisible: true)
    frame.cells[0].style = 9
    // A gap in faint writing looks like the ground only when it is not underlined; inside of accept it never does.
    frame.cells[28].style = 0
    frame.cells[13].style = 0
    let text = frame.styledText(flow: Self.flow())
    #expect(text.contains("cursor 3,1\nrow 0: 0 style-9\nrow 1: 0 accept, 2-9 accept\nrow 2: 2-3 faint, 5-8 faint\n"))
  }

  @Test("gaps between large letters belong to the letters")
  func gaps() {
    var flow = Self.flow()
    flow.styles[2].attributes = .dim
    flow.styles[2].monochrome = []
    let frame = Self.frame([Self.row("\u{2588} \u{2588}  x ", "2020000")])
    #expect(frame.styledText(flow: flow).hasSuffix("row 0: 0-2 faint\n"))
  }

  @Test("every depth writes its own codes, one reset a line, and blank ends only where they can be seen")
  func ansi() {
    let flow = Self.flow()
    func line(_ depth: ColourDepth, _ row: Int) -> String {
      let lines = Self.sample.ansi(flow: flow, depth: depth).split(separator: "\n", omittingEmptySubsequences: false)
      return lines[row].split(separator: "\u{1B}", omittingEmptySubsequences: false).joined(separator: "^")
    }
    #expect(line(.none, 0) == "  Hi & <b>")
    #expect(line(.none, 1) == "^[1;7m[ Accept ]^[0m")
    #expect(line(.none, 2) == "  ^[2mNot now^[0m")
    #expect(line(.none, 3) == "")
    #expect(line(.sixteen, 1) == "^[1;97;40m[ Accept ]^[22;30;107m  ^[0m")
    #expect(line(.palette, 1) == "^[1;38;5;231;48;5;233m[ Accept ]^[22;38;5;16;48;5;231m  ^[0m")
    #expect(
      line(.direct, 2)
        == "^[38;2;0;0;0;48;2;255;255;255m  ^[2;4;38;2;128;128;128mNot now^[22;24;38;2;0;0;0m   ^[0m")
    for depth in ColourDepth.allCases where depth != .none {
      let text = Self.sample.ansi(flow: flow, depth: depth)
      #expect(text.split(separator: "\n").allSatisfy { $0.hasSuffix("\u{1B}[0m") })
    }
  }

  @Test(
    "nothing that could act on a terminal comes out of any cell",
    arguments: [
      0x00, 0x07, 0x0A, 0x1B, 0x7F, 0x9B, 0x200D, 0x202E, 0x2028, 0xD800, 0x11_0000, 0x8000_0002, 0x8000_0003,
      0x8000_00FF, .max,
    ]
      as [UInt32])
  func hostile(scalar: UInt32) {
    let flow = Self.flow()
    let frame = Self.frame([[Cell(scalar: scalar, style: 0), Cell(scalar: 0x21, style: 0)]])
    #expect(frame.text(flow: flow) == "\u{FFFD}!")
    #expect(frame.ansi(flow: flow, depth: .none) == "\u{FFFD}!")
    #expect(frame.svg(flow: flow, title: "\u{1B}<x>").contains(">\u{FFFD}!</text>"))
    let wide = Self.frame([[Cell(scalar: scalar, style: 0, columns: 2), .rightHalf(0)]])
    #expect(wide.text(row: 0, columns: 0..<2, flow: flow) == "\u{FFFD} ")
  }

  @Test("the nearest colours are those that one expects")
  func palette() {
    #expect(Palette.index256(0x000000) == 16)
    #expect(Palette.index256(0xFFFFFF) == 231)
    #expect(Palette.index256(0xFF0000) == 196)
    #expect(Palette.index256(0x808080) == 244)
    #expect(Palette.index256(0x5F87AF) == 67)
    #expect(Palette.index16(0xFFFFFF) == 15)
    #expect(Palette.index16(0x000000) == 0)
    #expect(Palette.index16(0xFA0505) == 9)
    #expect(Palette.mix(0x000000, 0xFFFFFF, share: 40) == 0x666666)
    // Every colour of the fixed part of the palette is its own nearest, or one that is equal to it.
    for index in 16..<256 {
      let colour = Palette.colour(of: index)
      #expect(Palette.colour(of: Int(Palette.index256(colour))) == colour, "\(index)")
    }
  }

  @Test("the picture is well-formed, names itself, escapes text, merges backgrounds and draws blocks as shapes")
  func svg() {
    var frame = Self.sample
    frame.cells[36] = Cell(scalar: 0x2588, style: 0)
    frame.cells[37] = Cell(scalar: 0x2588, style: 0)
    frame.cells[38] = Cell(scalar: 0x2500, style: 0)
    frame.cells[39] = Cell(scalar: 0x25CF, style: 0)
    let svg = frame.svg(flow: Self.flow(), title: "Terms & \"conditions\"")
    #expect(svg.contains("<title id=\"title\">Terms &amp; &quot;conditions&quot;</title>"))
    #expect(svg.contains(">&lt;b&gt;</text>"))
    #expect(svg.contains("<rect x=\"0\" y=\"20\" width=\"100\" height=\"20\" fill=\"#111111\""))
    #expect(svg.contains("<rect x=\"0\" y=\"60\" width=\"20\" height=\"20\" fill=\"#000000\""))
    #expect(svg.contains("M20 70h10"))
    #expect(svg.contains("<circle cx=\"35\" cy=\"70\" r=\"5\""))
    #expect(!svg.unicodeScalars.contains { $0 == "\u{2588}" || $0 == "\u{2500}" || $0 == "\u{25CF}" })
    #expect(svg.contains("fill=\"#b3b3b3\" textLength=\"30\""))
    #expect(svg.hasSuffix("</svg>\n"))
  }

  @Test("JSON names everything and is the same each time")
  func json() {
    let flow = SampleFlow.make()
    let painter = Painter(flow: flow)
    var frame = Frame()
    let accept = SampleFlow.element("accept", in: flow)
    let view = ViewState(screen: 1, size: .standard, values: flow.variables.map(\.initial), focus: accept)
    painter.paint(view, into: &frame)
    let json = frame.json(painter: painter, view: view)
    #expect(json == frame.json(painter: painter, view: view))
    #expect(
      json.hasPrefix(
        "{\"format\":1,\"flow\":\"sample\",\"language\":\"en\",\"screen\":\"card\",\"columns\":80,\"rows\":24,"))
    #expect(json.contains("\"element\":\"accept\",\"index\":\(accept),\"kind\":\"button\",\"role\":\"text\","))
    #expect(json.contains("\"state\":[\"focused\",\"control\"],\"label\":\"Accept\",\"private\":false}"))
    #expect(json.contains("\"share\":255"))
    #expect(json.utf8.filter { $0 == 0x7B }.count == json.utf8.filter { $0 == 0x7D }.count)
    #expect(!json.contains(",,") && !json.contains(",]") && !json.contains(",}") && !json.contains("[,"))
  }

  @Test("JSON strings escape what they must")
  func jsonStrings() {
    var json = JSONText()
    json.value("a\"b\\c\n\t\u{1B}\u{7F}\u{2028}ä")
    #expect(json.text == "\"a\\\"b\\\\c\\n\\t\\u001b\\u007f\\u2028ä\"")
    #expect(JSONText.hexadecimal(0xAB) == "00000000000000ab")
  }
}

@Suite("differences of frames")
struct FrameDifferenceTests {
  typealias Export = FrameExportTests

  @Test("stretches cover exactly the cells that differ, and whole wide characters")
  func runs() {
    let old = Export.sample
    var new = old
    #expect(FrameDifference(from: old, to: new).isEmpty)
    new.cells[2].scalar = 0x58
    new.cells[3].style = 1
    new.cells[11].style = 1
    new.cells[13].scalar = 0x58
    var difference = FrameDifference(from: old, to: new)
    #expect(
      difference.runs == [
        .init(row: 0, column: 2, columns: 2), .init(row: 0, column: 11, columns: 1),
        .init(row: 1, column: 1, columns: 1),
      ])
    #expect(difference.cells == 4)
    new = old
    new.cells[5] = Cell(scalar: 0x4E00, style: 0, columns: 2)
    new.cells[6] = .rightHalf(0)
    difference = FrameDifference(from: old, to: new)
    #expect(difference.runs == [.init(row: 0, column: 5, columns: 2)])
    var other = new
    other.cells[5].scalar = 0x4E01
    #expect(FrameDifference(from: new, to: other).runs == [.init(row: 0, column: 5, columns: 2)])
    other = new
    other.cells[6].style = 1
    #expect(FrameDifference(from: new, to: other).runs == [.init(row: 0, column: 5, columns: 2)])
  }

  @Test("the cursor counts only where it is shown; another size makes every row differ")
  func cursorAndSize() {
    let old = Export.sample
    var new = old
    new.cursor = Cursor(column: 4, row: 0, isVisible: false)
    #expect(FrameDifference(from: old, to: new).isEmpty)
    new.cursor.isVisible = true
    #expect(FrameDifference(from: old, to: new).cursorDiffers)
    let small = Export.frame([Export.row("abc", "000")])
    let difference = FrameDifference(from: old, to: small)
    #expect(difference.sizeDiffers && difference.runs == [.init(row: 0, column: 0, columns: 3)])
  }

  @Test("between flows only what can be seen counts, not indices or names")
  func betweenFlows() {
    let flow = Export.flow()
    var other = flow
    other.styles.swapAt(0, 2)
    other.clusters.swapAt(0, 1)
    other.styles[1].name = "renamed"
    var cells = Export.row("abcd", "0012")
    var same = Export.row("abcd", "2210")
    cells[0] = Cell(scalar: 0x8000_0000, style: 0)
    same[0] = Cell(scalar: 0x8000_0001, style: 2)
    let first = Export.frame([cells])
    let second = Export.frame([same])
    #expect(FrameDifference(from: first, of: flow, to: second, of: other).isEmpty)
    #expect(FrameDifference(from: first, to: second).cells == 3)
    other.styles[0].foreground = 0x00FF00
    #expect(
      FrameDifference(from: first, of: flow, to: second, of: other).runs == [.init(row: 0, column: 3, columns: 1)])
  }

  @Test("applying the stretches of random changes to the first frame gives the second")
  func property() {
    for seed in UInt64(1)...200 {
      var random = PRNG(seed: seed)
      func pick(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }
      func line() -> [Cell] {
        var cells: [Cell] = []
        while cells.count < 12 {
          let style = UInt16(pick(2))
          if cells.count < 11, pick(3) == 0 {
            cells += [Cell(scalar: 0x4E00 + UInt32(pick(2)), style: style, columns: 2), .rightHalf(style)]
          } else {
            cells.append(Cell(scalar: 0x61 + UInt32(pick(2)), style: style))
          }
        }
        return cells
      }
      let old = Export.frame([line(), line()])
      let new = Export.frame([line(), line()])
      var patched = old
      for run in FrameDifference(from: old, to: new).runs {
        #expect(
          new[run.column, run.row].columns != 0 && (run.end == 12 || new[run.end, run.row].columns != 0), "seed \(seed)"
        )
        for column in run.column..<run.end {
          patched.cells[run.row * 12 + column] = new[column, run.row]
        }
      }
      #expect(patched.cells == new.cells, "seed \(seed)")
    }
  }
}
