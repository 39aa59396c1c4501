import ConsentScreens
import ConsentSource
import ConsentStudy
import Testing

private let sound = """
  format: 1
  instrument: small
  title: A small one
  scoring: none
  order: fixed
  items:
    - {item: one, kind: single, text: t.one, options: [t.yes, t.no]}
    - {item: two, kind: likert, text: t.two, points: 5, anchors: [t.low, t.high]}

  """

/// Changes one thing in a sound instrument and compares everything that is then wrong with it.
private func check(
  _ old: String, _ new: String, _ expected: [String], sourceLocation: SourceLocation = #_sourceLocation
) {
  let parts = sound.split(separator: old, maxSplits: 1, omittingEmptySubsequences: false)
  guard parts.count == 2 else {
    Issue.record("`\(old)` is not there", sourceLocation: sourceLocation)
    return
  }
  decode(parts[0] + new + parts[1], expected, sourceLocation)
}

/// Compares everything that is wrong with the items of an instrument.
private func check(items: String, _ expected: [String], sourceLocation: SourceLocation = #_sourceLocation) {
  let head = "format: 1\ninstrument: small\ntitle: t\nscoring: none\norder: fixed\nitems:\n"
  decode(head + items + "\n", expected, sourceLocation)
}

private func decode(_ yaml: String, _ expected: [String], _ sourceLocation: SourceLocation) {
  var found: [Diagnostic] = []
  guard let node = SourceReader.parse(Array(yaml.utf8), file: "i", into: &found) else {
    Issue.record("\(found)", sourceLocation: sourceLocation)
    return
  }
  let (instrument, more) = InstrumentDecoder.decode(node, name: "small")
  let all = more.map(\.rendered)
  if all != expected {
    Issue.record(
      "found\n\(all.joined(separator: "\n"))\nexpected\n\(expected.joined(separator: "\n"))",
      sourceLocation: sourceLocation)
  }
  // What is wrong is never used.
  #expect((instrument == nil) == !expected.isEmpty, sourceLocation: sourceLocation)
}

@Suite("what is wrong with instruments") struct InstrumentDecoderTests {
  @Test func theFile() {
    check("format: 1", "format: 1", [])
    check(
      "format: 1\n", "", ["i:1:1: error: an instrument needs `format` (version of these files, first in each: `1`)"])
    check("format: 1", "format: 2", ["i:1:9: error: `format` has to be `1`, not `2` (did you mean `1`?)"])
    check(
      "instrument: small", "instrument: big",
      ["i:2:13: error: the instrument is called `big`, its folder `small` (use one name)"])
    check(
      "order: fixed", "ordr: fixed",
      [
        "i:1:1: error: an instrument needs `order` (as written, or a row of a balanced square drawn from the seed "
          + "(our own questions, at most 8): `fixed`, `balanced`)",
        "i:5:1: error: unknown key `ordr` in an instrument (did you mean `order`?)",
      ])
    check(
      "scoring: none", "scoring: sum",
      [
        "i:4:10: error: `scoring` has to be `none`, `sus`, `umux-lite`, `raw-tlx`, `mean`, not `sum` (did you mean `sus`?)"
      ])
    check(
      "scoring: none", "lead: The lead\nscoring: none",
      ["i:4:7: error: `lead` has to be key of a text, not `The lead` (small letters, digits, `.`, `-` and `_`)"])
    decode(
      "format: 1\ninstrument: small\ntitle: t\nscoring: none\norder: fixed\nitems: []\n",
      ["i:6:8: error: an instrument needs at least one item"], #_sourceLocation)
    decode(
      "[]", ["i:1:1: error: an instrument has to be a mapping, not a list (write `name: value`)"], #_sourceLocation)
  }

  @Test func names() {
    check("item: two", "item: one", ["i:8:12: error: another item is called `one` (the first is in line 7)"])
    check(
      "item: two", "item: begin",
      ["i:8:12: error: no item may be called `begin` (the screen before the first has that name)"])
    check(
      "item: two", "item: a-name-that-is-so-long-that-nothing-can-be-made-of-it-any-more",
      [
        "i:8:12: error: `answer_small_a-name-that-is-so-long-that-nothing-can-be-made-of-it-any-more` would be longer "
          + "than 64 characters (use shorter names)"
      ])
    check(
      "item: two, ", "",
      ["i:8:5: error: an item needs `item` (its name, unique in the instrument: a name)"])
  }

  @Test func kinds() {
    check(
      "kind: likert", "kind: likret",
      [
        "i:8:23: error: `kind` has to be `likert`, `confidence`, `single`, `multiple`, `number`, `slider`, "
          + "`text`, not `likret` (did you mean `likert`?)"
      ])
    check("points: 5", "points: 6", ["i:8:52: error: `points` has to be `5`, `7`, not `6` (did you mean `5`?)"])
    check("points: 5, ", "", ["i:8:5: error: a likert item needs `points`"])
    check(
      "anchors: [t.low, t.high]", "anchors: [t.low, t.middle, t.high]",
      ["i:8:55: error: `anchors` are 2 or 5, not 3"])
    check(
      "options: [t.yes, t.no]", "options: [t.yes]",
      ["i:7:53: error: `options` has to have 2...8 keys of texts, not 1"])
    check(
      "options: [t.yes, t.no]", "options: [t.yes, u.yes]",
      ["i:7:61: error: another option has the value `yes` (the last part of the key)"])
    check(
      "options: [t.yes, t.no]", "options: [t.prefer_not, t.no]",
      ["i:7:54: error: no option may have the value `prefer-not` (it has a meaning in every item)"])
    check(
      "options: [t.yes, t.no]", "options: [t.yes, t.no], points: 5",
      ["i:7:68: error: `points` has no meaning for a single item (its own keys are options, correct)"])
    check(
      items: "  - {item: c, kind: confidence, text: t, anchors: [a, b]}",
      ["i:7:42: error: `anchors` are 5, not 2"])
    check(items: "  - {item: c, kind: confidence, text: t}", [])
    check(items: "  - {item: c, kind: confidence, text: t, anchors: [a, b, c, d, e]}", [])
    check(items: "  - {item: m, kind: multiple, text: t, options: [t.a, t.b], required: no, prefer_not: yes}", [])
    check(
      items: "  - {item: m, kind: multiple, text: t, options: [t.a, t.b], correct: a}",
      ["i:7:61: error: `correct` has no meaning for a multiple item (its own keys are options)"])
  }

  @Test func wordings() {
    check("text: t.two, ", "", ["i:8:5: error: an item needs `text`, or `versions` (the key of the question's text)"])
    check(
      "text: t.one", "text: t.one, correct: maybe",
      ["i:7:53: error: there is no answer `maybe` (there is yes, no)"])
    check(
      "text: t.one", "versions: {a: {text: t.a, correct: yes}, b: {text: t.b, correct: no}}", [])
    check(
      "text: t.one", "versions: {a: {text: t.a, correct: yes}, b: {text: t.b, correct: yes}}",
      [
        "i:7:5: error: the versions of `one` do not mirror each other (each has a right answer, and not all the same, "
          + "or none has one)"
      ])
    check(
      "text: t.one", "versions: {a: {text: t.a, correct: yes}, b: {text: t.b}}",
      [
        "i:7:5: error: the versions of `one` do not mirror each other (each has a right answer, and not all the same, "
          + "or none has one)"
      ])
    check(
      "text: t.one", "versions: {a: {text: t.a}}",
      ["i:7:41: error: there have to be at least two versions (use `text`)"])
    check(
      "text: t.one", "text: t.one, correct: yes, versions: {a: {text: t.a}, B: {txt: t.b}}",
      [
        "i:7:31: error: an item with `versions` has no `text` of its own (each version has one)",
        "i:7:44: error: an item with `versions` has no `correct` of its own (each version has one)",
        "i:7:85: error: `B` is no name for a version",
      ])
    check(
      "text: t.one", "versions: {a: {text: t.a}, b: {txt: t.b}}",
      [
        "i:7:61: error: a version needs `text` (the question in this wording: key of a text)",
        "i:7:62: error: unknown key `txt` in a version (did you mean `text`?)",
      ])
  }

  @Test func scalesAndOrders() {
    check("order: fixed", "order: balanced", [])
    check(
      "scoring: none\norder: fixed", "source: Somebody 1999\nscoring: none\norder: balanced",
      ["i:6:1: error: a published scale keeps its order (`order: fixed`)"])
    let nine = (1...9).map { "  - {item: i\($0), kind: confidence, text: t}" }.joined(separator: "\n")
    decode(
      "format: 1\ninstrument: small\ntitle: t\nscoring: none\norder: balanced\nitems:\n\(nine)\n",
      ["i:5:1: error: a balanced order is for at most 8 items, not 9 (make two instruments of it)"], #_sourceLocation)
    check(
      "scoring: none", "scoring: sus",
      [
        "i:4:1: error: `scoring: sus` is for ten likert items of 5 points, in their order",
        "i:4:1: error: a published scale needs `source` (author, year, title)",
      ])
    check(
      "scoring: none", "source: Somebody 1999\nscoring: umux-lite",
      ["i:5:1: error: `scoring: umux-lite` is for two likert items of 7 points"])
    check(
      "scoring: none", "source: Somebody 1999\nscoring: raw-tlx",
      ["i:5:1: error: `scoring: raw-tlx` is for six sliders from 0 to 100 in steps of 5"])
    check(
      "scoring: none", "scoring: mean",
      ["i:4:1: error: `scoring: mean` is for likert items or sliders that all have the same range"])
    check(
      "scoring: none", "translations: {de: Jemand 2001}\nscoring: none",
      ["i:4:1: error: only a published scale has published translations (add `source`)"])
    check(
      "scoring: none", "source: Somebody 1999\ntranslations: {de: Jemand 2001, fr: []}\nscoring: none",
      ["i:5:37: error: the translation `fr` needs a source, not a list"])
  }

  @Test func allOfItIsToldAtOnce() {
    decode(
      """
      format: 1
      instrument: large
      title: t
      scoring: mean
      order: alphabetical
      items:
        - {item: one, kind: single, text: t.one, options: [t.yes, t.yes], correct: no}
        - {item: one, kind: likert, points: 5, anchor: [t.low, t.high]}
        - nothing

      """,
      [
        "i:2:13: error: the instrument is called `large`, its folder `small` (use one name)",
        "i:4:1: error: `scoring: mean` is for likert items or sliders that all have the same range",
        "i:5:8: error: `order` has to be `fixed`, `balanced`, not `alphabetical`",
        "i:7:61: error: another option has the value `yes` (the last part of the key)",
        "i:7:78: error: there is no answer `no` (there is yes, yes)",
        "i:8:5: error: a likert item needs `anchors`",
        "i:8:5: error: an item needs `text`, or `versions` (the key of the question's text)",
        "i:8:42: error: unknown key `anchor` in an item (did you mean `anchors`?)",
        "i:9:5: error: an item has to be a mapping, not text (write `name: value`)",
      ], #_sourceLocation)
  }

  @Test func whatCannotBeReadIsNamed() {
    let empty = FlowSource.memory([:])
    #expect(
      InstrumentDecoder.load("none", from: empty).diagnostics.map(\.rendered) == [
        "instruments/none/instrument.yaml:1:1: error: there is no such file (check the spelling of the path)"
      ])
    let torn = FlowSource.memory(["instruments/a/instrument.yaml": Array("items: [".utf8)])
    let (instrument, found) = InstrumentDecoder.load("a", from: torn)
    #expect(instrument == nil && found.count == 1 && found[0].file == "instruments/a/instrument.yaml")
  }

  @Test func whatCannotMeanAnythingIsNoFault() throws {
    var found: [Diagnostic] = []
    let node = try #require(SourceReader.parse(Array(sound.utf8), file: "i", into: &found))
    let instrument = try #require(InstrumentDecoder.decode(node, name: "small").instrument)
    #expect(instrument.items.map(\.name.value) == ["one", "two"])
    #expect(instrument.items[0].values == ["unset", "yes", "no"])
    #expect(instrument.items[1].values == ["unset", "1", "2", "3", "4", "5"])
    #expect(instrument.answerVariable(of: instrument.items[1]) == "answer_small_two")
    #expect(instrument.screen(of: instrument.items[1]) == "small-two" && instrument.beginScreen == "small-begin")
    #expect(instrument.items[1].mark.line == 8 && instrument.screensWithKeptText.isEmpty)
  }
}

@Suite("balanced orders") struct BalancedSquareTests {
  @Test(arguments: 1...BalancedSquare.most) func areBalanced(_ count: Int) {
    let rows = BalancedSquare.rows(count)
    #expect(rows.count == (count % 2 == 0 || count == 1 ? count : 2 * count))
    #expect(Set(rows).count == rows.count && rows.allSatisfy { $0.sorted() == Array(0..<count) })
    // Every item comes equally often in every place, and right after every other one.
    for item in 0..<count {
      for place in 0..<count {
        #expect(rows.count { $0[place] == item } == rows.count / count)
      }
      for next in 0..<count where next != item {
        let pairs = rows.count { row in
          zip(row, row.dropFirst()).contains { $0 == item && $1 == next }
        }
        #expect(pairs == rows.count / count, "\(item) before \(next)")
      }
    }
  }
}
