import ConsentModel
import ConsentStudy
import Testing

@testable import ConsentInterchange

@Suite("texts in cells") struct CellTextTests {
  private static let comma = RowWriter.Dialect()

  @Test("are no formulas, act on nothing, and can be had back")
  func spellings() {
    func check(_ text: String, _ cell: String, tabs: String) {
      #expect(CellText.written(text, Self.comma) == cell)
      #expect(CellText.written(text, .tabs) == tabs)
    }
    check("plain", "plain", tabs: "plain")
    check("", "\"\"", tabs: "'")
    check("=1+1", "'=1+1", tabs: "'=1+1")
    check("+a", "'+a", tabs: "'+a")
    check("-1", "'-1", tabs: "'-1")
    check("@SUM(A1)", "'@SUM(A1)", tabs: "'@SUM(A1)")
    check("\u{FF1D}1", "'\u{FF1D}1", tabs: "'\u{FF1D}1")
    check("'", "''", tabs: "''")
    check("a=1", "a=1", tabs: "a=1")
    check("say \"x\"", "\"say \"\"x\"\"\"", tabs: "say \"x\"")
    check("\"x", "\"\"\"x\"", tabs: "'\"x")
    check("a,b;c", "\"a,b;c\"", tabs: "a,b;c")
    check("a\nb\tc", "\"a\nb\tc\"", tabs: "a\\u{a}b\\u{9}c")
    check("\r\n", "\"'\\u{d}\n\"", tabs: "'\\u{d}\\u{a}")
    check("\u{0}\u{1B}[2J", "\\u{0}\\u{1b}[2J", tabs: "\\u{0}\\u{1b}[2J")
    check("\\u{1b}", "\\\\u{1b}", tabs: "\\\\u{1b}")
    check("\u{202E}x", "\\u{202e}x", tabs: "\\u{202e}x")
    check("n/a", "n/a", tabs: "'n/a")
    check("👩‍👩‍👧 東京", "👩‍👩‍👧 東京", tabs: "👩‍👩‍👧 東京")
  }

  /// The content of a cell, without the quotation marks of separated values.
  private func content(_ cell: String) -> String {
    guard cell.hasPrefix("\"") else { return cell }
    return String(cell.dropFirst().dropLast()).replacing("\"\"", with: "\"")
  }

  @Test("any text comes back, and no cell begins like a formula", arguments: [1, 2, 3])
  func random(_ seed: UInt64) {
    let alphabet = Array("=+-@'\"\\,;\t\r\n\u{0}\u{1B}\u{7F}\u{202E}u{}1ba é東👩n/a".unicodeScalars)
    var random = PRNG(seed: seed)
    for _ in 0..<2000 {
      var text = ""
      for _ in 0..<random.next() % 12 {
        text.unicodeScalars.append(alphabet[Int(random.next() % UInt64(alphabet.count))])
      }
      let cell = CellText.written(text, Self.comma)
      #expect(CellText.read(content(cell)) == text, "seed \(seed): \(text.quotedAsJSON)")
      let tabbed = CellText.written(text, .tabs)
      #expect(CellText.read(tabbed) == text && !tabbed.isEmpty && tabbed != "n/a", "seed \(seed): \(text.quotedAsJSON)")
      #expect(!tabbed.contains("\t") && !tabbed.contains("\n"), "seed \(seed): \(text.quotedAsJSON)")
      let active = (content(cell) + tabbed).unicodeScalars.filter { $0.isActive && $0 != "\n" && $0 != "\t" }
      #expect(active.isEmpty, "seed \(seed): \(text.quotedAsJSON)")
      if let first = content(cell).unicodeScalars.first { #expect(!"=+-@\t\r\n".unicodeScalars.contains(first)) }
    }
  }

  @Test("of a megabyte are one cell")
  func large() {
    let text = String(repeating: "=\"x\"\n", count: 200_000)
    let cell = CellText.written(text, Self.comma)
    #expect(CellText.read(content(cell)) == text)
  }

  @Test("that are no spelling of ours are read as they stand")
  func foreign() {
    for cell in ["\\", "a\\b", "\\u", "\\u{", "\\u{}", "\\u{zz}", "\\u{110000}", "\\u{d800}", "\\u{1b"] {
      #expect(CellText.read(cell) == cell)
    }
  }
}

@Suite("rows") struct RowWriterTests {
  private static let table = Table(
    "t", row: "",
    [
      Column("a", .text, ""), Column("n", .integer, ""), .milliseconds("x_ms", ""), Column("b", .boolean, ""),
      .share("s", ""), Column("at", .time, ""), Column("f", .hex(digits: 16), ""),
    ])

  @Test("in each way of writing them")
  func rows() {
    func check(_ dialect: RowWriter.Dialect, coarse: Int64, _ expected: [String]) {
      var writer = RowWriter(Self.table, dialect, hasJSON: true, coarseMicroseconds: coarse)
      writer.text("a", "=\"é\"")
      writer.integer("n", -3)
      writer.milliseconds("x_ms", 1_234_567)
      writer.boolean("b", true)
      writer.share("s", of255: 255)
      writer.time("at", "2026-11-27T10:11:12.131Z")
      writer.digest("f", 0xAB)
      writer.endRow()
      writer.text("a", nil)
      writer.integer("n", nil)
      writer.milliseconds("x_ms", nil)
      writer.boolean("b", nil)
      writer.share("s", of255: nil)
      writer.time("at", nil)
      writer.digest("f", nil)
      writer.endRow()
      #expect(String(decoding: RowWriter.header(Self.table, dialect) + writer.separated, as: UTF8.self) == expected[0])
      #expect(String(decoding: writer.json, as: UTF8.self) == expected[1])
      #expect(writer.rows == 2)
    }
    let json = [
      "{\"a\":\"=\\\"é\\\"\",\"n\":-3,\"x_ms\":1234.567,\"b\":true,\"s\":1.000000,\"at\":\"2026-11-27T10:11:12.131Z\","
        + "\"f\":\"00000000000000ab\"}\n",
      "{\"a\":null,\"n\":null,\"x_ms\":null,\"b\":null,\"s\":null,\"at\":null,\"f\":null}\n",
    ].joined()
    check(
      RowWriter.Dialect(), coarse: 1,
      [
        "a,n,x_ms,b,s,at,f\n\"'=\"\"é\"\"\",-3,1234.567,1,1.000000,2026-11-27T10:11:12.131Z,00000000000000ab\n,,,,,,\n",
        json,
      ])
    check(
      RowWriter.Dialect(delimiter: UInt8(ascii: ";"), endsWithReturn: true), coarse: 250_000,
      [
        "a;n;x_ms;b;s;at;f\r\n\"'=\"\"é\"\"\";-3;1250.000;1;1.000000;2026-11-27;00000000000000ab\r\n;;;;;;\r\n",
        json.replacing("1234.567", with: "1250.000").replacing("2026-11-27T10:11:12.131Z", with: "2026-11-27"),
      ])
    check(
      .tabs, coarse: 1,
      [
        "a\tn\tx_ms\tb\ts\tat\tf\n'=\"é\"\t-3\t1234.567\t1\t1.000000\t2026-11-27T10:11:12.131Z\t00000000000000ab\n"
          + "n/a\tn/a\tn/a\tn/a\tn/a\tn/a\tn/a\n",
        json,
      ])
  }

  @Test("decimals and shares are exact")
  func decimals() {
    func check(_ value: Int64, _ digits: Int, _ text: String) { #expect(Decimal.text(value, digits: digits) == text) }
    check(0, 3, "0.000")
    check(5, 3, "0.005")
    check(-5, 3, "-0.005")
    check(1500, 3, "1.500")
    check(.max, 6, "9223372036854.775807")
    check(.min, 6, "-9223372036854.775808")
    #expect(Decimal.share(0, of: 0) == nil)
    #expect(Decimal.share(1, of: 3) == 333_333)
    #expect(Decimal.share(2, of: 3) == 666_667)
    #expect(Decimal.share(1, of: 2_000_000) == 1)
    #expect(Decimal.share(7, of: 7) == 1_000_000)
  }

  @Test("what can have been read has an upper bound")
  func reading() {
    func check(_ words: Int, _ milliseconds: Int64, _ speed: Int64, _ millionths: Int64) {
      #expect(ReadingTime.millionthsReadable(words: words, in: milliseconds * 1000, speed) == millionths)
    }
    check(238, 60_000, 238, 1_000_000)
    check(476, 60_000, 238, 500_000)
    check(100, 5_000, 400, 333_333)
    check(0, 0, 238, 1_000_000)
    check(10, 0, 175, 0)
  }
}
