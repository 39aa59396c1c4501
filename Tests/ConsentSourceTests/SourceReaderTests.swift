import ConsentSource
import Testing

/// Reads a text and compares the rendered diagnostics.
private func check(_ yaml: String, _ expected: [String], sourceLocation: SourceLocation = #_sourceLocation) {
  check(Array(yaml.utf8), expected, sourceLocation: sourceLocation)
}

private func check(_ bytes: [UInt8], _ expected: [String], sourceLocation: SourceLocation = #_sourceLocation) {
  var found: [Diagnostic] = []
  _ = SourceReader.parse(bytes, file: "x.yaml", into: &found)
  let lines = found.map(\.rendered)
  if lines != expected {
    Issue.record("found \(lines), expected \(expected)", sourceLocation: sourceLocation)
  }
}

private func parse(_ yaml: String) -> Node? {
  var found: [Diagnostic] = []
  return SourceReader.parse(Array(yaml.utf8), file: "x.yaml", into: &found)
}

@Suite("Reading YAML")
struct SourceReaderTests {
  @Test("text is never interpreted")
  func rawScalars() {
    let root = parse("a: No\nb: 1.0\nc: 2025-08-28\nd: ~\ne: on\nf:\ng: \"No\"\nh: 0x10\n")
    let texts = root?.mapping?.map { $0.value.scalar }
    #expect(texts == ["No", "1.0", "2025-08-28", "~", "on", "", "No", "0x10"])
    #expect(root?.mapping?.map(\.key) == ["a", "b", "c", "d", "e", "f", "g", "h"])
  }

  @Test("every node has its place")
  func marks() {
    let root = parse("a: 1\nlist:\n  - {é: x, k: y}\n")
    #expect(root?["a"]?.mark == Mark(file: "x.yaml", line: 1, column: 4))
    #expect(root?["list"]?.sequence?[0].mark == Mark(file: "x.yaml", line: 3, column: 5))
    #expect(root?["list"]?.sequence?[0].mapping?[1].mark == Mark(file: "x.yaml", line: 3, column: 12))
  }

  @Test("what is no YAML, and what is YAML that is not used here")
  func refusals() {
    let anchor = "anchors (`&`) are not used here (write the part out; in a text put a space after the sign)"
    let alias = "aliases (`*`) are not used here (write the part out; in a text put a space after the sign)"
    check("", ["x.yaml:1:1: error: the file is empty (begin with `format: 1`)"])
    check("# nothing\n", ["x.yaml:1:1: error: the file is empty (begin with `format: 1`)"])
    check("a: &x 1\nb: *x\n", ["x.yaml:1:4: error: \(anchor)", "x.yaml:2:4: error: \(alias)"])
    check("a: R&D, AT&T, Terms & privacy, 2 * 3\n", [])
    check(
      "a: 1\nb: 2\na: 3\n", ["x.yaml:3:1: error: `a` is there twice (the first is in line 1; remove one of the two)"])
    check(
      "k:\n  - a: 1\n    b: 2\n    a: 3\n",
      ["x.yaml:4:5: error: `a` is there twice (the first is in line 2; remove one of the two)"])
    check(
      "a: !!int 3\n",
      ["x.yaml:1:4: error: the tag `tag:yaml.org,2002:int` is not used here (text is always text; remove the tag)"])
    check("<<: {a: 1}\n", ["x.yaml:1:1: error: merge keys are not used here (write the parts out)"])
    check("? [a]\n: b\n", ["x.yaml:1:3: error: a key has to be a name (lists and mappings cannot be keys)"])
    check("a: 1\n---\nb: 2\n", ["x.yaml:2:1: error: not YAML: but found another document"])
    check(
      "a: [1, 2\nb: 3\n",
      [
        "x.yaml:2:2: error: not YAML: did not find expected ',' or ']' "
          + "(while parsing a flow sequence in line 1)"
      ])
  }

  @Test("characters that no file may hold, each with its place")
  func characters() {
    check(
      "a: x\u{1B}[31m\nb: \u{202E}y\n",
      [
        "x.yaml:1:5: error: the file holds U+001B, escape (remove it; a text cannot act on a terminal)",
        "x.yaml:2:4: error: the file holds U+202E, a character that changes the direction of text "
          + "(remove it; a text cannot act on a terminal)",
      ])
    check("a: \u{0}\n", ["x.yaml:1:4: error: the file holds U+0000, NUL (remove it; a text cannot act on a terminal)"])
    check(
      "a: \u{85}\n",
      ["x.yaml:1:4: error: the file holds U+0085, a control character (remove it; a text cannot act on a terminal)"])
    check(
      "a: b\r\n", ["x.yaml:1:5: error: the file holds U+000D, carriage return (save the file with line feeds only)"])
    check(
      "a:\n  b: \"x\\x1b[2J\"\n",
      ["x.yaml:2:6: error: a text must not hold U+001B, escape (remove the escape; a text cannot act on a terminal)"])
    check(
      "\"k\\u202e\": 1\n",
      [
        "x.yaml:1:1: error: a text must not hold U+202E, a character that changes the direction of text "
          + "(remove the escape; a text cannot act on a terminal)"
      ])
    check(
      Array("a: ".utf8) + [0xC3, 0x28] + Array("\nb: ".utf8) + [0xFF, 0x0A],
      [
        "x.yaml:1:4: error: these bytes are not UTF-8 (save the file as UTF-8)",
        "x.yaml:2:4: error: these bytes are not UTF-8 (save the file as UTF-8)",
      ])
  }

  @Test("limits: size, depth, nodes; an alias bomb is refused at its first anchor")
  func limits() {
    let large = [UInt8](repeating: 0x61, count: (1 << 20) + 1)
    check(
      large,
      [
        "x.yaml:1:1: error: the file has more than 1048576 bytes "
          + "(split it, or check that this is the file you meant)"
      ])
    check(
      String(repeating: "[", count: 41) + String(repeating: "]", count: 41),
      ["x.yaml:1:41: error: lists and mappings lie in each other more than 40 deep (make it flatter)"])
    var found: [Diagnostic] = []
    for deep in ["[", "{a: ", "- ", "? "] {
      _ = SourceReader.parse(Array(String(repeating: deep, count: 200_000).utf8), file: "x.yaml", into: &found)
    }
    #expect(found.count == 4)
    check(
      "[" + String(repeating: "a,", count: 100_001) + "]",
      ["x.yaml:1:200000: error: the file has more than 100000 parts (split it)"])
    var bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n"
    for (name, before) in zip("bcdefghi", "abcdefgh") {
      bomb += "\(name): &\(name) [" + String(repeating: "*\(before),", count: 9) + "]\n"
    }
    var lines: [Diagnostic] = []
    #expect(SourceReader.parse(Array(bomb.utf8), file: "x.yaml", into: &lines) == nil)
    #expect(lines.count == 20 && lines[0].line == 1 && lines[0].column == 4)
  }

  @Test("a diagnostic cannot act on a terminal")
  func printable() {
    let diagnostic = Diagnostic(at: Mark(file: "a\u{1B}]0;x\u{7}"), "b\nc\u{9B}", hint: "\u{202E}")
    #expect(diagnostic.rendered == "a\u{FFFD}]0;x\u{FFFD}:1:1: error: b c\u{FFFD} (\u{FFFD})")
  }
}
