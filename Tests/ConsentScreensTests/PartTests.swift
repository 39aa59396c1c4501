import ConsentEngine
import ConsentModel
import ConsentScreens
import ConsentSource
import Testing

/// The small flow with a part whose files nobody wrote.
private func host(_ part: [String: String], in sourceLocation: SourceLocation = #_sourceLocation) -> (
  flow: FlowDefinition?, said: [String]
) {
  var small = SmallFlow()
  small.replace("accounts:", with: "uses: [extra/made]\naccounts:", in: "flow.yaml", sourceLocation: sourceLocation)
  var found: [Diagnostic] = []
  var trees: [String: Node] = [:]
  for (name, text) in part {
    trees["extra/made/" + name] = SourceReader.parse(Array((text + "\n").utf8), file: "made: " + name, into: &found)
  }
  #expect(found.isEmpty, sourceLocation: sourceLocation)
  let (flow, diagnostics) = FlowLoader.load(flow: "small", from: small.source.adding(trees))
  return (flow, diagnostics.filter { $0.severity == .error }.map(\.rendered))
}

private let texts = "format: 1\nlanguage: en\nreviewed: {by: the authors, date: 2025-09-01}\ntext: {}"

@Suite("parts that are made") struct PartTests {
  @Test func aPartBringsEntriesScreensAndDraws() throws {
    let (flow, said) = host([
      "flow.yaml": """
      format: 1
      part: true
      entries: {made: first}
      variables: {code: {draw_from: 100, draw_to: 999}}
      """,
      "first.yaml": """
      format: 1
      screen: first
      focus_order: [go_on]
      elements: [{button: accept, name: go_on, on_activate: [{go: ask}]}]
      """,
      "text/en.yaml": texts,
    ])
    #expect(said.isEmpty)
    let made = try #require(flow)
    #expect(made.entries.map(\.name) == ["made", "start"])
    let code = try #require(made.variables.firstIndex { $0.name == "code" })
    let engine = FlowEngine(made)
    var outbox = Outbox()
    var seen: Set<Int32> = []
    for seed in 0..<2000 {
      let state = engine.start(
        SessionInputs(date: made.dates.published, seed: UInt64(seed), inputGuardMicroseconds: 0), into: &outbox)
      seen.insert(state.view.values[code])
    }
    #expect(seen.allSatisfy { 100 <= $0 && $0 <= 999 } && seen.count > 700)
  }

  @Test func aPartReplacesWhatItNames() throws {
    let screen = "format: 1\nscreen: info\nfocus_order: []\non_escape: [{go: ask}]\nelements: [{text: title}]"
    let (flow, said) = host([
      "flow.yaml": "format: 1\npart: true\nreplaces: [info]", "info.yaml": screen, "text/en.yaml": texts,
    ])
    // The text has a link, which the new screen does not declare.
    #expect(said.count == 1 && said[0].contains("more"))
    let plain = screen.split(separator: "title").joined(separator: "line")
    let (replaced, none) = host([
      "flow.yaml": "format: 1\npart: true\nreplaces: [info]", "info.yaml": plain, "text/en.yaml": texts,
    ])
    #expect(none.isEmpty && flow == nil)
    let index = try #require(replaced?.screens.firstIndex { $0.name == "info" })
    #expect(replaced?.screens[index].shape == .full && replaced?.screens.count == 2)
  }

  @Test func mistakesOfPartsAreTold() {
    let screen = "format: 1\nscreen: info\nelements: [{text: line}]"
    #expect(host(["flow.yaml": "format: 1\npart: true", "info.yaml": screen, "text/en.yaml": texts]).said.count == 1)
    let missing = host(["flow.yaml": "format: 1\npart: true\nreplaces: [inf]", "text/en.yaml": texts]).said
    #expect(missing == ["made: flow.yaml:3:12: error: there is no screen `inf` (did you mean `info`?)"])
    let draw = host([
      "flow.yaml": "format: 1\npart: true\nvariables: {code: {draw_from: 9, draw_to: 1}}", "text/en.yaml": texts,
    ]).said
    #expect(draw.count == 1 && draw[0].contains("`draw_to`"))
  }
}
