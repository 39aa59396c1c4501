import ConsentEngine
import ConsentModel
import ConsentSource
import ConsentStudy
import Testing

private func instrument(_ yaml: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> Instrument {
  var found: [Diagnostic] = []
  let node = try #require(SourceReader.parse(Array(yaml.utf8), file: "i", into: &found), sourceLocation: sourceLocation)
  let (instrument, more) = InstrumentDecoder.decode(node, name: "small")
  #expect((found + more).map(\.rendered) == [], sourceLocation: sourceLocation)
  return try #require(instrument, sourceLocation: sourceLocation)
}

private let small = """
  format: 1
  instrument: small
  title: A small one
  scoring: none
  order: balanced
  lead: t.lead
  items:
    - item: one
      kind: single
      versions: {a: {text: t.one_a, correct: yes}, b: {text: t.one_b, correct: no}}
      options: [t.yes, t.no]
      prefer_not: yes
    - {item: two, kind: likert, text: t.two, points: 5, anchors: [t.low, t.high], required: no}

  """

/// Compares a generated file with what a person has read.
private func check(
  _ trees: [String: Node], _ path: String, _ expected: String, sourceLocation: SourceLocation = #_sourceLocation
) {
  let found = trees["x/\(path)"]?.yaml() ?? "there is no \(path)"
  if found != expected + "\n" {
    Issue.record("found\n\(found)\nexpected\n\(expected)", sourceLocation: sourceLocation)
  }
}

@Suite("the screens that instruments become") struct InstrumentTreesTests {
  @Test func areThoseThatAPersonHasRead() throws {
    let trees = try instrument(small).trees(folder: "x")
    #expect(
      trees.keys.sorted() == ["x/flow.yaml", "x/small-begin.yaml", "x/small-one.yaml", "x/small-two.yaml"])
    check(
      trees, "flow.yaml",
      """
      format: 1
      part: true
      title: "A small one"
      uses: [parts/questions]
      variables:
        position_small: {number: 0, minimum: 0, maximum: 2}
        order_small: {draw: [1-2, 2-1]}
        version_one: {draw: [a, b]}
        answer_small_one: {values: [unset, yes, no, prefer-not], initial: unset}
        answer_small_two: {values: [unset, 1, 2, 3, 4, 5, skipped], initial: unset}
      """)
    check(
      trees, "small-begin.yaml",
      """
      format: 1
      screen: small-begin
      on_open:
        - {when: {order_small: 1-2, position_small: 0}, do: [{go: small-one}]}
        - {when: {order_small: 1-2, position_small: 1}, do: [{go: small-two}]}
        - {when: {order_small: 2-1, position_small: 0}, do: [{go: small-two}]}
        - {when: {order_small: 2-1, position_small: 1}, do: [{go: small-one}]}
        - {do: [{go: timeline}]}
      elements:
        - {gap: 1}
      """)
    let leave = "{add: {position_small: 1}}, {go: small-begin}"
    let rows = [("t.yes", "yes"), ("t.no", "no"), ("question.prefer_not", "prefer-not")].map { key, value in
      "{option: \(key), name: answer_\(value), role: answer, on_activate: [{set: {answer_small_one: \(value)}}, \(leave)]}"
    }
    check(
      trees, "small-one.yaml",
      """
      format: 1
      screen: small-one
      shape: full
      columns: 74
      focus_order: [answer]
      initial_focus: answer
      on_open:
        - {set: {question_hint: none}}
        - {set: {question_row: "-1"}}
      elements:
        - {gap: 1}
        - {text: t.lead, name: lead}
        - {gap: 1}
        - {text: t.one_a, name: question_a, role: heading, style: head, when: {version_one: a}}
        - {text: t.one_b, name: question_b, role: heading, style: head, when: {version_one: b}}
        - {gap: 1}
        - {list: question_row, name: answer, role: answer, options: [\(rows.joined(separator: ", "))]}
        - {gap: 1}
        - {text: question.legend_list, name: legend, role: legend, style: muted}
      """)
  }

  @Test func pointIntoTheFileThatAskedForThem() throws {
    let trees = try instrument(small).trees(folder: "x")
    let marks = trees.mapValues(\.mark)
    #expect(marks["x/flow.yaml"] == Mark(file: "i", line: 1, column: 1))
    #expect(marks["x/small-one.yaml"]?.line == 8 && marks["x/small-two.yaml"]?.line == 13)
    let elements = trees["x/small-two.yaml"]?["elements"]?.sequence ?? []
    let question = elements.compactMap { $0["text"] }.first { $0.scalar == "t.two" }
    #expect(question?.mark == Mark(file: "i", line: 13, column: 37))
    // A text that is not there is told where it was asked for.
    var found: [Diagnostic] = []
    let flow = trees["x/flow.yaml"].map { SourceReader.parse(Array($0.yaml().utf8), file: "y", into: &found) }
    #expect(flow != nil && found.isEmpty)
  }

  @Test func areReadAsTheyAreWritten() throws {
    func stripped(_ node: Node) -> Node {
      let mark = Mark(file: "")
      switch node.content {
      case .scalar: return Node(mark: mark, node.content)
      case .sequence(let items): return Node(mark: mark, .sequence(items.map(stripped)))
      case .mapping(let entries):
        return Node(
          mark: mark, .mapping(entries.map { .init(key: $0.key, mark: mark, value: stripped($0.value)) }))
      }
    }
    for (path, node) in try instrument(small).trees(folder: "x") {
      var found: [Diagnostic] = []
      let again = SourceReader.parse(Array(node.yaml().utf8), file: path, into: &found)
      #expect(found.isEmpty && again.map(stripped) == stripped(node), "\(path)")
    }
    let hard = Node(mark: Mark(file: ""), .scalar("a \"b\" \\ {c}: #d, é"))
    var found: [Diagnostic] = []
    #expect(SourceReader.parse(Array(hard.yaml().utf8), file: "", into: &found)?.scalar == hard.scalar)
  }

  @Test func whatIsNotAskedIsPassedOver() throws {
    let yaml = """
      format: 1
      instrument: small
      title: t
      scoring: none
      order: fixed
      items:
        - {item: a, kind: single, text: t.a, options: [t.yes, t.no], when: {at: 2}}
        - {item: b, kind: single, text: t.b, options: [t.yes, t.no]}
        - {item: c, kind: single, text: t.c, options: [t.yes, t.no], when: {answer_small_b: yes}}
        - {item: d, kind: single, text: t.d, options: [t.yes, t.no], when: {answer_small_b: no}}

      """
    let texts = ["t.a": "A?", "t.b": "B?", "t.c": "C?", "t.d": "D?", "t.yes": "Yes", "t.no": "No"]
    let host = try InstrumentHost(instrument(yaml), texts: texts)
    for (keys, shown) in [("1", ["small-b", "small-c"]), ("2", ["small-b", "small-d"])] {
      var person = Respondent(host)
      person.press("\(keys) enter 1 enter")
      #expect(person.shown == shown && person.outcome == "completed")
      #expect(person.answers.word("answer_small_a") == "unset")
    }
  }

  @Test func switchesAreLeftEmptyOnlyByAnotherButton() throws {
    func respondent(_ more: String) throws -> Respondent {
      let item = "{item: m, kind: multiple, text: t.m, options: [t.a, t.b]\(more)}"
      let yaml = "format: 1\ninstrument: small\ntitle: t\nscoring: none\norder: fixed\nitems:\n  - \(item)\n"
      return Respondent(
        try InstrumentHost(instrument(yaml), texts: ["t.m": "Which?", "t.a": "The first", "t.b": "The second"]))
    }
    var person = try respondent("")
    #expect(person.frame.contains("Which?") && person.answers.word("answer_small_m_a") == "unset")
    person.press("enter shift+tab enter enter enter")
    #expect(person.outcome == nil && person.frame.contains("Please answer first."))
    person.press("tab space space tab space tab enter")
    #expect(person.outcome == "completed")
    #expect(person.answers.word("answer_small_m_a") == "off" && person.answers.word("answer_small_m_b") == "on")

    person = try respondent(", required: no")
    person.press("shift+tab enter enter enter")
    #expect(person.outcome == nil && person.frame.contains("To give none, go to Skip this question"))
    person.press("tab enter")
    #expect(person.outcome == "completed" && person.answers.word("answer_small_m_a") == "unset")

    person = try respondent(", prefer_not: yes")
    person.press("tab space tab tab tab enter")
    #expect(person.outcome == "completed" && person.answers.word("declined_small_m") == "yes")
    #expect(person.answers.word("answer_small_m_a") == "unset", "what was declined is not kept")
  }

  @Test func passedOverAndDeclinedAreNoAnswers() throws {
    let texts = ["t.lead": "L", "t.one_a": "A?", "t.one_b": "B?", "t.two": "C?", "t.yes": "Y", "t.no": "N"]
    let anchors = ["t.low": "low", "t.high": "high"]
    let host = try InstrumentHost(instrument(small), texts: texts.merging(anchors) { $1 })
    for seed in 1...8 {
      var person = Respondent(host, seed: UInt64(seed))
      while person.outcome == nil, person.shown.count < 9 { person.press("end enter") }
      #expect(person.answers.word("answer_small_one") == "prefer-not")
      #expect(person.answers.word("answer_small_two") == "skipped")
      #expect(person.answers.answer("answer_small_one") == nil && person.answers.answer("answer_small_two") == nil)
      #expect(host.instrument.correctness(of: host.instrument.items[0], in: person.answers) == .missing)
      #expect(host.instrument.point(of: host.instrument.items[1], in: person.answers) == nil)
    }
  }
}
