import ConsentEngine
import ConsentModel
import ConsentRender
import ConsentScreens
import ConsentSource
import ConsentStudy
import Testing

/// A flow that holds nothing but one instrument: what leads to it, and the end.
struct InstrumentHost {
  let instrument: Instrument
  let flow: FlowDefinition

  /// The screens of this repository.
  static let screens: FlowSource = {
    var parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    parts.removeLast(3)
    return .folder(parts.joined(separator: "/") + "/screens")
  }()

  private static let folder = "host"
  private static let files = [
    "flow.yaml": """
    format: 1
    flow: host
    title: A host
    uses: [instruments/NAME, parts/session]
    names: {vendor: Northwind, product: Assistant}
    accounts: [free]
    dates: {published: 2025-08-28, decision: 2025-09-28}
    entries: {start: timeline}
    variables:
      at: {number: 0, minimum: 0, maximum: 9}
    outcomes: [completed]
    styles:
      ground: {foreground: "#1f1e1c", background: "#f4f2ea"}
      head: {foreground: "#1f1e1c", background: "#f4f2ea", attributes: [bold], mono: [bold]}
      muted: {foreground: "#5d5a51", background: "#f4f2ea"}
      page_button: {foreground: "#1f1e1c", background: "#dcd8c9", mono: [reverse]}
      page_notice: {foreground: "#8c1d18", background: "#f4f2ea", attributes: [bold], mono: [bold]}
    signs: {focus: head, backdrop: muted, border: muted, too_small: host.small}
    """,
    "timeline.yaml": """
    format: 1
    screen: timeline
    on_open:
      - {when: {at: 0}, do: [{set: {at: 1}}, {go: NAME-begin}]}
      - {do: [{end: completed}]}
    elements: [{gap: 1}]
    """,
    "text/en.yaml": """
    format: 1
    language: en
    reviewed: {by: the authors, date: 2025-11-25}
    months: [January, February, March, April, May, June, July, August, September, October, November, December]
    date: "{d} {m} {y}"
    decimal: "."
    text: {host.small: "needs {needed_columns}"}
    """,
  ]

  /// A flow round an instrument whose texts are given, or stand beside it.
  init(
    _ instrument: Instrument, texts: [String: String]? = nil, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    self.instrument = instrument
    var found: [Diagnostic] = []
    var trees = instrument.trees(folder: "instruments/" + instrument.name)
    for (name, text) in InstrumentHost.files {
      let bytes = Array(text.replacing("NAME", with: instrument.name).utf8)
      trees["\(InstrumentHost.folder)/\(name)"] = SourceReader.parse(bytes, file: name, into: &found)
    }
    if let texts {
      let lines = texts.sorted { $0.key < $1.key }.map { "  \($0.key): \"\($0.value)\"\n" }
      let text = "format: 1\nlanguage: en\nreviewed: no\ntext:\n" + lines.joined()
      trees["instruments/\(instrument.name)/text/en.yaml"] = SourceReader.parse(
        Array(text.utf8), file: "texts", into: &found)
    }
    let source = InstrumentHost.screens.adding(trees)
    let (document, more) = FlowLoader.document(
      InstrumentHost.folder, from: source, isOnlyEnglish: true, entry: "start", keeping: [])
    let (flow, last) = document?.compile() ?? (nil, [])
    #expect((found + more + last).map(\.rendered) == [], sourceLocation: sourceLocation)
    self.flow = try #require(flow, sourceLocation: sourceLocation)
  }

  /// The ready instrument of this name.
  init(ready name: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let (instrument, found) = InstrumentDecoder.load(name, from: InstrumentHost.screens)
    #expect(found.map(\.rendered) == [], sourceLocation: sourceLocation)
    try self.init(#require(instrument, sourceLocation: sourceLocation), sourceLocation: sourceLocation)
  }

  func inputs(
    seed: UInt64 = 1, size: Size = .standard, presentation: Presentation = .screen
  ) -> SessionInputs {
    SessionInputs(
      size: size, presentation: presentation, date: flow.dates.published, seed: seed, inputGuardMicroseconds: 0,
      asksBeforeStopping: true)
  }

  func variable(_ name: String) -> Int32? {
    flow.variables.firstIndex { $0.name == name }.map(Int32.init)
  }
}

/// A person who answers with keys, one a second.
struct Respondent {
  let host: InstrumentHost
  let engine: FlowEngine
  private(set) var state: FlowState
  /// The screens that were shown, in order.
  private(set) var shown: [String] = []
  private var outbox = Outbox()

  init(_ host: InstrumentHost, seed: UInt64 = 1, size: Size = .standard) {
    self.host = host
    engine = FlowEngine(host.flow)
    state = engine.start(host.inputs(seed: seed, size: size), into: &outbox)
    note()
  }

  mutating func press(_ keys: String) {
    for key in keys.split(separator: " ") {
      let at = state.now.advanced(byMicroseconds: 1_000_000)
      engine.step(&state, Event(at: at, .key(Key(spelling: String(key)) ?? .stop)), into: &outbox)
      note()
    }
  }

  /// Moves to where the answer is given.
  mutating func goToAnswer() {
    for _ in 0..<9 where host.flow.elements[Int(max(0, state.view.focus))].name != "answer" { press("tab") }
  }

  private mutating func note() {
    for case .shown(let screen, _) in outbox.records { shown.append(host.flow.screens[Int(screen)].name) }
  }

  var screen: String { host.flow.screens[Int(state.view.screen)].name }
  /// The item that is asked, or nil.
  var item: Instrument.Item? { host.instrument.items.first { host.instrument.screen(of: $0) == screen } }
  var answers: SessionAnswers { SessionAnswers(host.flow, values: state.view.values) }
  var outcome: String? { state.outcome.map { host.flow.outcomes[Int($0)] } }

  var frame: String {
    var frame = Frame()
    engine.render(state, into: &frame)
    return frame.text(flow: host.flow)
  }
}

extension Instrument.Item {
  /// A key that gives an answer, or a part of one, which Enter then sends.
  var answeringKey: String {
    switch kind {
    case .likert, .confidence, .single, .number: "2"
    case .multiple: "space"
    case .slider: "right"
    case .text: "typed"
    }
  }
}
