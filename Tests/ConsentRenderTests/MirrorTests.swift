import ConsentModel
import ConsentRender
import Testing

/// A frame of one letter a cell, in rows.
private func frame(_ rows: [String]) -> Frame {
  let blank = Frame().mirrored(in: Size(columns: rows[0].count, rows: rows.count), lines: rows, style: 0)
  return blank
}

private func text(_ frame: borrowing Frame) -> [String] {
  (0..<Int(frame.size.rows)).map { row in
    var line = ""
    for column in 0..<Int(frame.size.columns) {
      line.unicodeScalars.append(Unicode.Scalar(frame[column, row].scalar) ?? "?")
    }
    return line
  }
}

@Test func aMirrorCutsTheFrameAndKeepsItsOwnLines() {
  let seen = frame(["abc", "def"])
  #expect(
    text(seen.mirrored(in: Size(columns: 4, rows: 4), lines: ["x"], style: 1)) == ["abc ", "def ", "    ", "x   "])
  #expect(text(seen.mirrored(in: Size(columns: 2, rows: 2), lines: ["xyz"], style: 1)) == ["ab", "xy"])
  #expect(text(seen.mirrored(in: Size(columns: 2, rows: 1), lines: ["1", "2"], style: 1)) == ["1 "])
}

@Test func nothingInALineOfAMirrorActsOnATerminal() {
  let shown = frame(["ab"]).mirrored(in: Size(columns: 6, rows: 2), lines: ["\u{1B}[2J\u{9B}é"], style: 0)
  #expect(text(shown)[1] == "?[2J??")
}

@Test func equalMirrorsHaveEqualDigestsAndOthersHaveOthers() {
  let seen = frame(["abc", "def"])
  let size = Size(columns: 5, rows: 3)
  #expect(
    seen.mirrored(in: size, lines: ["1"], style: 0).digest == seen.mirrored(in: size, lines: ["1"], style: 0).digest)
  #expect(
    seen.mirrored(in: size, lines: ["1"], style: 0).digest != seen.mirrored(in: size, lines: ["2"], style: 0).digest)
}
