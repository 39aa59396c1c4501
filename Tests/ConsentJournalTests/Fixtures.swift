import ConsentEngine
import ConsentModel
import ConsentRender
import Glibc

@testable import ConsentJournal

/// A folder that is gone when the test is over.
final class TemporaryFolder {
  let path: String

  init() {
    var template = Array("/tmp/clickwrap-test-XXXXXX".utf8CString)
    path = template.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress, let made = mkdtemp(base) else { return "/nonexistent" }
      return String(cString: made)
    }
  }

  deinit { TemporaryFolder.remove(path) }

  private static func remove(_ path: String) {
    guard let folder = opendir(path) else { return }
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      guard name != ".", name != ".." else { continue }
      let inner = "\(path)/\(name)"
      if unlink(inner) != 0 { remove(inner) }
    }
    closedir(folder)
    rmdir(path)
  }

  func file(_ name: String) -> String { "\(path)/\(name)" }

  func write(_ name: String, _ bytes: [UInt8]) -> String {
    let path = file(name)
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    defer { close(descriptor) }
    bytes.withUnsafeBytes { _ = Glibc.write(descriptor, $0.baseAddress, $0.count) }
    return path
  }
}

func contents(_ path: String) -> [UInt8] {
  (try? FileAccess.contents(of: path, limit: 1 << 30)) ?? []
}

/// A small flow: a pop-up with a preset switch, the terms behind a link, a numbered list, and a day that passes.
enum TestFlow {
  static func glyphs(_ text: String) -> [Glyph] {
    text.unicodeScalars.map { $0 == "\n" ? .newline : Glyph(scalar: $0.value, columns: GlyphTable.columns(of: $0)) }
  }

  static func text(_ text: String) -> Text { Text(pieces: [.literal(glyphs(text))]) }

  static func make(name: String = "test-flow") -> FlowDefinition {
    var flow = FlowDefinition(name: name)
    flow.condition = [
      FlowDefinition.FactorLevel(factor: "preset", level: "on"),
      FlowDefinition.FactorLevel(factor: "size", level: "unequal"),
    ]
    flow.accounts = ["free", "pro"]
    flow.entries = [FlowDefinition.Entry(name: "popup", screen: 0), FlowDefinition.Entry(name: "list", screen: 2)]
    flow.dates = FlowDates(published: Day(number: 20_328), decision: Day(number: 20_359))
    flow.inputGuardMicroseconds = 50_000
    flow.styles = [
      Style(name: "ground", foreground: 0xE0E0E0, background: 0x202020),
      Style(name: "accept", foreground: 0xFFFFFF, background: 0, attributes: .bold, monochrome: .reverse),
    ]
    flow.clusters = [Cluster(text: "e\u{301}", columns: 1)]
    let long = (1...40).map { "Line \($0) of the terms." }.joined(separator: "\n")
    flow.texts = [
      text("Updates to terms"), text("Accept"), text("Not now"), text("Terms"), text(long), text("Back"),
      text("The terminal is too small."), text("Allow"), text("Off"), text("On"),
      Text(pieces: [
        .literal(glyphs("Prompt ")), .value(variable: 1, format: .number), .literal([Glyph(cluster: 0, columns: 1)]),
        .literal(glyphs(" read the ")), .link(element: 5), .literal(glyphs(" first; 世界 …")),
      ]),
    ]
    flow.variables = [
      Variable(name: "training", values: ["unset", "off", "on"], initial: 2),
      Variable(name: "prompts", source: .prompts), Variable(name: "row", values: ["yes", "no"]),
      Variable(name: "standing", values: Standing.allCases.map(\.word), source: .standing(term: 1)),
    ]
    flow.outcomes = ["accepted", "later"]
    func element(_ name: String, _ screen: Int32, _ kind: Element.Kind, _ steps: [Step] = []) -> Element {
      var element = Element(name: name, screen: screen, kind: kind)
      if !steps.isEmpty { element.onActivate = [Branch(steps: steps)] }
      return element
    }
    flow.elements = [
      element("title", 0, .text(0)),
      element(
        "accept", 0, .button(label: 1),
        [.decide(term: 0, standing: .agreed), .decideFromControl(term: 1), .end(outcome: 0)]),
      element("later", 0, .button(label: 2), [.defer_(term: 0), .pass(days: 7), .end(outcome: 1)]),
      element("switch", 0, .toggle(variable: 0, words: [8, 8, 9], hitsRow: true)),
      element("notice", 0, .text(10)),
      element("terms-link", 0, .link(label: 3), [.open(screen: 1)]),
      element("body", 1, .scroll([7], fromEnd: false)),
      element("terms", 1, .text(4)),
      element("back", 1, .button(label: 5), [.back]),
      element("list", 2, .list(variable: 2, options: [10, 11])),
      element("yes", 2, .option(label: 7), [.decide(term: 1, standing: .agreed), .end(outcome: 0)]),
      element("no", 2, .option(label: 8), [.decide(term: 1, standing: .declined), .go(screen: 0)]),
    ]
    flow.elements[1].role = .accept
    flow.elements[1].style = 1
    flow.elements[1].rows = 3
    flow.elements[4].role = .smallPrint
    flow.elements[4].discloses = [.purpose, .scope]
    var popup = Screen(name: "popup", shape: .card)
    popup.children = [0, 1, 2, 3, 4]
    popup.focusOrder = [1, 2, 3, 5]
    popup.initialFocus = 1
    popup.isPrompt = true
    popup.maximumColumns = 64
    popup.onEscape = [Branch(steps: [.defer_(term: 0), .end(outcome: 1)])]
    popup.keys = [Screen.KeyBinding(key: Key("a"), element: 1)]
    var terms = Screen(name: "terms")
    terms.children = [6, 8]
    terms.focusOrder = [8]
    terms.onEscape = [Branch(steps: [.back])]
    var list = Screen(name: "list")
    list.children = [9]
    list.focusOrder = [9]
    list.initialFocus = 9
    list.timer = Screen.Timer(idleMicroseconds: 5_000_000, branches: [Branch(steps: [.go(screen: 0)])])
    flow.screens = [popup, terms, list]
    flow.terms = [
      Term(name: "terms", kind: .terms), Term(name: "training", kind: .purpose, control: 0, elements: [3]),
    ]
    flow.policy = PolicyTable(
      facts: [PolicyTable.Column(name: "choice", values: ["on", "off"])],
      effects: [PolicyTable.Column(name: "retention", values: ["30 days", "5 years"])],
      rows: [
        PolicyTable.Row(name: "on", when: [1], stated: [1], actual: [1]),
        PolicyTable.Row(name: "off", when: [2], stated: [0], actual: [0]),
      ])
    flow.signs = Signs(focusStyle: 1, tooSmallText: 6)
    return flow
  }

  static let inputs = SessionInputs(date: Day(number: 20_328), seed: 7, inputGuardMicroseconds: 50_000)
}

/// A session in a journal.
struct TestSession {
  static let terminal = TerminalFacts(
    term: "xterm-256color", colours: 256, isUTF8: true, escapeDelayMilliseconds: 25, hasMouse: true, reportsFocus: true,
    isKiosk: true, through: ["ssh", "tmux"])
  static let started = "2025-09-28T12:00:00.000Z"

  static func header(
    _ flow: FlowDefinition, _ inputs: SessionInputs, firstFrame: UInt64, salt: String = "00ff00ff"
  ) -> JournalHeader {
    JournalHeader(
      flow: flow, digest: FlowCodec.digest(of: flow), inputs: inputs, firstFrame: firstFrame, version: "0.1.0",
      terminal: terminal, started: started, salt: salt)
  }

  /// Runs events and writes them down; closes the journal when the session is over and `closes` says so.
  static func write(
    _ events: [Event], to path: String, flow: FlowDefinition = TestFlow.make(), inputs: SessionInputs = TestFlow.inputs,
    keepsFlow: Bool = true, closes: Bool = true
  ) throws {
    let engine = FlowEngine(flow)
    var surface = ArraySurface(events: events[...])
    var writer: JournalWriter?
    do {
      let state = try engine.run(
        inputs, on: &surface,
        began: {
          writer = try JournalWriter(
            path: path, header: header(flow, inputs, firstFrame: $0.digest),
            flow: keepsFlow ? FlowCodec.encode(flow) : nil)
        },
        record: { recorded, _ in
          if case .resumed = recorded.event.input {
            try writer?.resume(
              at: recorded.event.at, frameDigest: recorded.frameDigest,
              Resumption(at: "2025-09-29T08:00:00.000Z", terminal: terminal))
          } else {
            try writer?.append(recorded)
          }
        })
      guard closes else { return }
      if let outcome = state.outcome {
        try writer?.close(.finished(outcome: flow.outcomes[Int(outcome)]))
      } else if let reason = state.leave {
        try writer?.close(.left(reason))
      }
    } catch is ArraySurface.End {
      // The journal stays unfinished.
    }
  }

  /// One of every kind of event, and an end.
  static let everyEvent: [Event] = {
    let inputs: [Input] = [
      .key(.tab), .key(.backTab), .key(Key("\"")), .key(Key("\\")), .key(Key("é")), .key(Key(0x01)),
      .key(.typed), .key(.typedWide), .key(Key("d", modifiers: .control)), .mouse(Mouse(.press, column: 79, row: 0)),
      .mouse(Mouse(.release, column: 3, row: 4)), .mouse(Mouse(.wheelUp, column: -1, row: 4)),
      .mouse(Mouse(.wheelDown, column: 3, row: 4)), .paste(characters: 12, lines: 2),
      .resize(Size(columns: 60, rows: 20)), .wake, .terminalFocus(false), .terminalFocus(true), .suspended,
      .continued(droppedKeys: 3), .fence(replyMicroseconds: 812), .unknown(bytes: 5), .choose(control: 3), .resumed,
      .key(.tab), .key(.space), .leave(.hangup),
    ]
    return inputs.enumerated().map {
      Event(
        at: SessionTime(microseconds: Int64($0.offset) * 123_457), $0.element, isAnticipatory: $0.offset % 5 == 1)
    }
  }()

  /// Keys that look at the terms, switch off and accept.
  static let decision: [Event] = {
    let keys: [Key] = [.tab, .tab, .space, .tab, .enter, .pageDown, .escape, .backTab, .backTab, .backTab, .enter]
    return keys.enumerated().map { Event(at: SessionTime(milliseconds: 500 + Int64($0.offset) * 90), .key($0.element)) }
  }()
}

extension Key {
  init(_ value: UInt32) { self.init(code: value) }
}

/// A surface that plays events.
struct ArraySurface: Surface {
  struct End: Error {}
  var events: ArraySlice<Event>

  mutating func present(_ frame: borrowing Frame) {}

  mutating func nextEvent(until: SessionTime?) throws -> Event {
    guard let event = events.popFirst() else { throw End() }
    return event
  }
}

/// How many mutations a test makes: CLICKWRAP_MUTATIONS, or what the test says.
func mutationCount(_ usual: Int) -> Int {
  guard let text = getenv("CLICKWRAP_MUTATIONS"), let count = Int(String(cString: text)) else { return usual }
  return count
}

extension PRNG {
  mutating func event(at time: SessionTime, flow: FlowDefinition) -> Event {
    let keys: [Key] = [
      .tab, .backTab, .enter, .space, .escape, .up, .down, .pageDown, .pageUp, .home, .end, Key("1"), .typed,
      .typedWide,
      .backspace, .clear, .left, .right,
    ]
    switch below(10) {
    case 0: return Event(at: time, .mouse(Mouse(.press, column: Int16(below(80)), row: Int16(below(24)))))
    case 1: return Event(at: time, .resize(Size(columns: 1 + below(120), rows: 1 + below(50))))
    case 2: return Event(at: time, .wake)
    case 3: return Event(at: time, .mouse(Mouse(.wheelDown, column: Int16(below(80)), row: Int16(below(24)))))
    case 4: return Event(at: time, .choose(control: Int32(below(flow.elements.count + 2)) - 1))
    default: return Event(at: time, .key(keys[below(keys.count)]))
    }
  }
}
