import ConsentEngine
import ConsentModel
import ConsentRender
import Testing

@testable import ConsentJournal

@Suite("fields, numbers and sliders in walks and journals")
struct BlankSessionTests {
  private func walk(_ steps: String, head: String = "") throws -> WalkResult {
    let (walk, problems) = Walk.parse("flow: blanks\nsize: 40x9\n" + head + steps, file: "blanks.walk")
    try #require(problems.isEmpty, "\(problems)")
    return WalkRunner(FlowEngine(BlankTestFlow.make())).run(walk)
  }

  @Test func aWalkFillsThemIn() throws {
    let result = try walk(
      """
      expect-focus said
      type 12
      type 2 wide
      key backspace
      expect-value said 13
      expect "••••••••••••••"
      key n
      expect-miss no-meaning
      paste 40
      expect-miss pasted
      frame
      key enter
      keys 1 7
      keys enter right left enter enter
      expect-screen page
      click age
      keys backspace 8 tab tab enter
      expect-screen last
      expect-value age 18
      expect-value effort 45
      keys typed typed-wide enter enter
      expect-outcome done
      """)
    #expect(result.failures.map(\.description) == [])
    let rows = result.frames.map { $0.split(separator: "\n").prefix(6).map(String.init) }
    #expect(
      rows == [
        [
          "  What did you see?", "  [••••••••••••••____________________]", "   __________________________________",
          "   ___",
          "   ──────────────────────────────────", "    Continue",
        ]
      ])
  }

  @Test func linesAreFilledInByTheSameKeys() throws {
    let result = try walk(
      """
      expect "1. Your words [0 characters]"
      expect "Text, number 1"
      type 3
      key enter
      expect "1. Your words [3 characters]"
      expect "Digits, number 2"
      keys 4 2 enter
      expect "2. Age [42] 0–120"
      keys 5 5 enter enter
      expect-screen last
      choose done
      expect-outcome done
      """, head: "presentation: linear\n")
    #expect(result.failures.map(\.description) == [])
  }

  @Test(arguments: ["type", "type 0", "type x", "type 3 tall", "type 1001"])
  func aWalkThatTypesNothingIsRefused(_ line: String) {
    let (_, problems) = Walk.parse("flow: blanks\n\(line)\n", file: "t.walk")
    #expect(problems.count == 1)
  }

  /// The journal of a session with fields: complete, the same frames again, and nothing of what was typed in it.
  @Test func aJournalHoldsOnlyWidths() throws {
    let folder = TemporaryFolder()
    let path = folder.file("session.jsonl")
    let flow = BlankTestFlow.make()
    let keys: [Key] = [
      .typed, .typed, .typedWide, .backspace, .clear, .typed, .enter, Key("4"), Key("2"), .enter, .right,
    ]
    var events = keys.enumerated().map { index, key in
      Event(at: SessionTime(milliseconds: Int64(index / 4) * 1000), .key(key))
    }
    events.append(Event(at: SessionTime(milliseconds: 9000), .resumed))
    events.append(Event(at: SessionTime(milliseconds: 9500), .leave(.stopKey)))
    let inputs = SessionInputs(date: Day(number: 0), inputGuardMicroseconds: 0)
    try TestSession.write(events, to: path, flow: flow, inputs: inputs)
    let text = String(decoding: contents(path), as: UTF8.self)
    #expect(text.contains("\"v\":\"typed\"") && text.contains("\"v\":\"typed-wide\""))
    var emptied = false
    let replay = try JournalVerifier(flow: flow).replay(path) { _, recorded, state, _, records in
      if case .resumed? = recorded?.event.input {
        emptied = records.contains(.changed(variable: 0, value: 0)) && state.view.values[0] == 0
      }
    }
    #expect(replay.state?.leave == .stopKey)
    #expect(replay.state?.view.values == [0, 42, 50, 0])
    #expect(emptied)
  }

  /// Two people who type different things of the same widths leave the same journal.
  @Test func framesSayNothingOfCharacters() throws {
    let engine = FlowEngine(BlankTestFlow.make())
    let inputs = SessionInputs(date: Day(number: 0), inputGuardMicroseconds: 0)
    var outbox = Outbox()
    var frame = Frame()
    var state = engine.start(inputs, into: &outbox)
    for _ in 0..<40 { engine.step(&state, Event(at: .zero, .key(.typed)), into: &outbox) }
    engine.render(state, into: &frame)
    let characters = Set(frame.cells.filter { $0.style == 0 }.map(\.scalar))
    #expect(characters.contains(0x2022))
    #expect(frame.cells.count { $0.scalar == 0x2022 } == 40)
    engine.step(&state, Event(at: .zero, .key(.typed)), into: &outbox)
    #expect(outbox.records == [.missed(.atLimit)])
  }
}
