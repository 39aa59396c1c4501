import ConsentEngine
import ConsentModel
import ConsentScreens
import ConsentSource
import Testing

/// The small flow with parts whose files nobody wrote.
private func host(
  _ part: [String: String], _ second: [String: String] = [:], in sourceLocation: SourceLocation = #_sourceLocation
) -> (flow: FlowDefinition?, said: [String], warned: [String]) {
  var small = SmallFlow()
  let uses = second.isEmpty ? "[small/made]" : "[small/made, extra/second]"
  small.replace("accounts:", with: "uses: \(uses)\naccounts:", in: "flow.yaml", sourceLocation: sourceLocation)
  var found: [Diagnostic] = []
  var trees: [String: Node] = [:]
  for (name, text) in part {
    trees["small/made/" + name] = SourceReader.parse(Array((text + "\n").utf8), file: "made: " + name, into: &found)
  }
  for (name, text) in second {
    trees["extra/second/" + name] = SourceReader.parse(
      Array((text + "\n").utf8), file: "second: " + name, into: &found)
  }
  #expect(found.isEmpty, sourceLocation: sourceLocation)
  let (flow, diagnostics) = FlowLoader.load(flow: "small", from: small.source.adding(trees))
  func rendered(_ severity: Diagnostic.Severity) -> [String] {
    diagnostics.filter { $0.severity == severity }.map(\.rendered)
  }
  return (flow, rendered(.error), rendered(.warning))
}

private let texts = "format: 1\nlanguage: en\nreviewed: {by: the authors, date: 2025-09-01}\ntext: {}"

@Suite("parts that are made") struct PartTests {
  @Test func aPartBringsEntriesScreensAndDraws() throws {
    let (flow, said, _) = host([
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
    let (flow, said, _) = host([
      "flow.yaml": "format: 1\npart: true\nreplaces: [info]", "info.yaml": screen, "text/en.yaml": texts,
    ])
    // The text has a link, which the new screen does not declare.
    #expect(said.count == 1 && said[0].contains("more"))
    let plain = screen.split(separator: "title").joined(separator: "line")
    let (replaced, none, _) = host([
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

  @Test func aPartReplacesOnlyWhatIsThereTwice() {
    let part = "format: 1\npart: true\nreplaces: [info]"
    let info = "format: 1\nscreen: info\non_escape: [{go: ask}]\nelements: [{text: line}]"
    #expect(
      host(["flow.yaml": part, "text/en.yaml": texts]).said == [
        "made: flow.yaml:3:12: error: `small/made` has no screen `info` to put in the place of the other (add info.yaml)"
      ])
    let files = ["flow.yaml": part, "info.yaml": info, "text/en.yaml": texts]
    #expect(
      host(files, files).said == [
        "second: flow.yaml:3:12: error: `small/made` replaces `info`, too (one of the two has to go)"
      ])
  }

  @Test func namesOfEntriesAndFactorsAreUnique() {
    let factor = "format: 1\nfactor: later\nbaseline: a\nlevels: {a: {}, b: {patch: {ask: {line: {style: mark}}}}}"
    let said = host([
      "flow.yaml": "format: 1\npart: true\nentries: {start: ask}", "factors/later.yaml": factor, "text/en.yaml": texts,
    ]).said
    #expect(
      said == [
        "made: factors/later.yaml:2:9: error: another factor is called `later`",
        "small/flow.yaml:8:11: error: another entry is called `start`",
      ])
  }

  @Test func aPartsFactorIsOneOfTheFlow() throws {
    let factor = "format: 1\nfactor: early\nbaseline: a\nlevels: {a: {}, b: {patch: {ask: {line: {style: mark}}}}}"
    let (flow, said, _) = host([
      "flow.yaml": "format: 1\npart: true", "factors/early.yaml": factor, "text/en.yaml": texts,
    ])
    #expect(said.isEmpty)
    // In the order of their names, wherever they come from.
    #expect(flow?.condition.map(\.factor) == ["default", "early", "later"])
  }

  @Test func textsOfAReplacedScreenAreNoMistakesOfTheFlow() {
    let replaced = host([
      "flow.yaml": "format: 1\npart: true\nreplaces: [info]",
      "info.yaml": "format: 1\nscreen: info\non_escape: [{go: ask}]\nelements: [{text: line}]", "text/en.yaml": texts,
    ])
    #expect(replaced.warned.isEmpty)
  }

  @Test func aFileThatNobodyWroteWinsAndIsListed() {
    let source = FlowSource.memory(["a/one.yaml": [0x61], "a/two.yaml": [0x62]])
    let node = Node(mark: Mark(file: "made"), .scalar("made"))
    let made = source.adding(["a/one.yaml": node, "a/b/c.yaml": node])
    #expect(made.list("a").files == ["one.yaml", "two.yaml"] && made.list("a").folders == ["b"])
    #expect(made.list("a/b").files == ["c.yaml"] && source.list("a").folders.isEmpty)
  }
}
