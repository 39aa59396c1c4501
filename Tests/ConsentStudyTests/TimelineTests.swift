import ConsentEngine
import ConsentModel
import ConsentRender
import ConsentScreens
import ConsentStudy
import Testing

/// Somebody who takes part to the end in lines: of the entries of a screen always the next one, but for two that would
/// end or undo it.
private struct Participant {
  let engine: FlowEngine
  private(set) var state: FlowState
  /// The screens in the order in which they were shown, each with the station of the timeline to which it belongs and
  /// the first line on it that was not the first of another one.
  private(set) var shown: [(station: Int, screen: String, text: String)] = []
  private var turns: [[String]: Int] = [:]
  private var outbox = Outbox()

  init(_ flow: FlowDefinition, seed: UInt64) {
    engine = FlowEngine(flow)
    state = engine.start(
      SessionInputs(
        presentation: .linear, date: flow.dates.published, seed: seed,
        inputGuardMicroseconds: flow.inputGuardMicroseconds, asksBeforeStopping: true), into: &outbox)
    note()
  }

  /// Answers until the session is over, or so many times.
  mutating func play(limit: Int) {
    for _ in 0..<limit where !state.isOver {
      var frame = Frame()
      engine.render(state, into: &frame)
      guard let control = choice(frame) else {
        // Where nothing can be chosen, something comes up by itself.
        send(.terminalFocus(true))
        continue
      }
      send(.choose(control: control))
    }
  }

  private mutating func choice(_ frame: Frame) -> Int32? {
    let kinds: Set<Region.Kind> = [.button, .toggle, .link, .option]
    let controls = frame.regions.filter { kinds.contains($0.kind) }.map(\.element)
    guard !controls.isEmpty else { return nil }
    let names = controls.map { engine.flow.elements[Int($0)].name }
    // Both are answered once, and the way goes on.
    for wish in ["take_part", "keep"] {
      if let place = names.firstIndex(of: wish) { return controls[place] }
    }
    let key = [engine.flow.screens[Int(state.view.screen)].name] + names
    let turn = turns[key, default: 0]
    turns[key] = turn + 1
    return controls[turn % controls.count]
  }

  private mutating func send(_ input: Input) {
    let at = state.now.advanced(byMicroseconds: 6_000_000)
    while let due = state.wakeAt, due <= at, !state.isOver {
      engine.step(&state, Event(at: due, .wake), into: &outbox)
      note()
    }
    guard !state.isOver else { return }
    engine.step(&state, Event(at: at, input), into: &outbox)
    note()
  }

  private mutating func note() {
    for case .shown(let screen, _) in outbox.records {
      let name = engine.flow.screens[Int(screen)].name
      // The hub and what leads to a block's next question have no frame.
      guard screen == state.view.screen, shown.last?.screen != name else { continue }
      shown.append((station: Int(state.view.values[at]), screen: name, text: firstWords))
    }
  }

  private var at: Int { engine.flow.variables.firstIndex { $0.name == "at" } ?? 0 }

  private var firstWords: String {
    var frame = Frame()
    engine.render(state, into: &frame)
    let lines = frame.text(flow: engine.flow).split(separator: "\n").map { line in
      line.drop { $0 == " " || $0 == "|" }.split(separator: " ").joined(separator: " ")
    }
    // What leads several questions stands on each of them.
    let known = Set(shown.map(\.text))
    let own = lines.filter { line in line.contains(where: \.isLetter) }
    return own.first { !known.contains($0) } ?? own.first ?? ""
  }

  var outcome: String? { state.outcome.map { engine.flow.outcomes[Int($0)] } }
}

@Suite("the timeline of a study") struct TimelineTests {
  @Test func theWholeDefaultStudyInOrder() throws {
    let text = StudyTemplate.text(
      name: "s", flow: "consumer-terms", engineVersion: 2, seed: 7, retainUntil: "2030-01-01")
    let plan = try #require(StudyPlan.decode(Array(text.utf8), file: "study.yaml").plan)
    let study = StudyFlow(plan, pinned: InstrumentHost.screens)
    #expect(study.diagnostics.map(\.rendered) == [])
    let flow = try #require(study.compile(arm: 0).flow)
    var participant = Participant(flow, seed: 1)
    participant.play(limit: 400)
    #expect(participant.outcome == "completed", "stuck on \(participant.shown.last?.screen ?? "nothing")")
    // Every piece of study.yaml is a station here: nothing is announced, and there is one day.
    let pieces = plan.timeline.map(\.name)
    #expect(participant.shown.map(\.station) == participant.shown.map(\.station).sorted())
    #expect(Set(participant.shown.map(\.station)) == Set(1...pieces.count))
    var golden = "The default study, arm \(plan.arms[0].name), seed 1: blocks, screens, and what is new on them.\n"
    var last = 0
    for (station, screen, words) in participant.shown {
      if station != last, pieces.indices.contains(station - 1) { golden += "\n\(station) \(pieces[station - 1])\n" }
      last = station
      golden += "  \(screen): \(words)\n"
    }
    try GoldenText.check("Tests/ConsentStudyTests/Goldens/default-study.txt", golden)
  }

  @Test func theReferenceOfTheStudyFileIsCurrent() throws {
    try GoldenText.check("screens/README.md", between: "study", StudyKeys.markdown())
    for table in StudyKeys.all {
      #expect(Set(table.keys.map(\.name)).count == table.keys.count, "\(table.what)")
      #expect(table.keys.allSatisfy { !$0.doc.isEmpty && !$0.doc.hasSuffix(".") }, "\(table.what)")
    }
  }
}
