import ConsentEngine
import ConsentModel
import Foundation
import Testing

/// A small flow made at random: up to three screens with buttons, switches and lists that lead anywhere.
private struct RandomFlow {
  var builder = FlowBuilder()
  private var random: PRNG

  init(seed: UInt64) {
    random = PRNG(seed: seed)
    let toggle = builder.toggleVariable("allow", Int32(random.below(3)))
    let count = builder.variable("count", bounds: 0...2)
    let row = builder.variable("row", bounds: 0...2)
    let screens = (0...random.below(3)).map { builder.screen("s\($0)") }
    builder.flow.terms = [
      Term(name: "terms", kind: .terms), Term(name: "training", kind: .purpose, control: toggle),
    ]
    for screen in screens {
      for number in 0...random.below(2) {
        builder.button("b\(screen)\(number)", on: screen, branches: branches(screens.count, toggle, count))
      }
      if random.below(2) == 0 {
        let element = builder.toggle("t\(screen)", on: screen, toggle)
        builder.flow.terms[1].elements.append(element)
      }
      if random.below(3) == 0 {
        let rows = (0..<2).map { _ in (when: [Condition](), steps: [step(screens.count, toggle, count)]) }
        builder.list("l\(screen)", on: screen, row, rows)
      }
      let focus = builder.flow.screens[Int(screen)].focusOrder
      builder.flow.screens[Int(screen)].initialFocus = random.below(2) == 0 ? -1 : focus[random.below(focus.count)]
      if random.below(3) == 0 { builder.flow.screens[Int(screen)].onEscape = branches(screens.count, toggle, count) }
    }
    builder.flow.entries = [FlowDefinition.Entry(name: "start", screen: 0)]
  }

  private mutating func branches(_ screens: Int, _ toggle: Int32, _ count: Int32) -> [Branch] {
    var branches: [Branch] = []
    if random.below(2) == 0 {
      let condition =
        random.below(2) == 0
        ? Condition(variable: toggle, .isIn(UInt64(1 + random.below(7)))) : Condition(variable: count, .atLeast(1))
      branches.append(Branch(when: [condition], steps: [step(screens, toggle, count)]))
    }
    branches.append(Branch(steps: [step(screens, toggle, count), step(screens, toggle, count)]))
    return branches
  }

  private mutating func step(_ screens: Int, _ toggle: Int32, _ count: Int32) -> Step {
    switch random.below(8) {
    case 0: .set(variable: toggle, value: Int32(random.below(3)))
    case 1: .add(variable: count, amount: 1)
    case 2: .decide(term: Int32(random.below(2)), standing: random.below(2) == 0 ? .agreed : .declined)
    case 3: .decideFromControl(term: 1)
    case 4: .go(screen: Int32(random.below(screens)))
    case 5: .open(screen: Int32(random.below(screens)))
    case 6: .back
    default: .end(outcome: Int32(random.below(2)))
    }
  }
}

@Suite struct BruteForceTests {
  private static let keys: [Key] = [
    .tab, .backTab, .enter, .space, .escape, .up, .down, .left, .right, Key("1"), Key("2"),
  ]

  /// The fewest keys to everything, by trying every sequence of keys up to a length.
  private struct Nearest {
    var outcomes: [Int32: Int] = [:]
    var standings: [[Standing]: Int] = [:]

    mutating func note(_ state: FlowState, terms: Int, keys: Int) {
      let standing = (0..<terms).map { state.standing(of: $0) }
      standings[standing] = min(standings[standing] ?? .max, keys)
      if let outcome = state.outcome { outcomes[outcome] = min(outcomes[outcome] ?? .max, keys) }
    }
  }

  private func enumerate(_ engine: FlowEngine, _ inputs: SessionInputs, length: Int) -> Nearest {
    var nearest = Nearest()
    var outbox = Outbox()
    var level = [engine.start(inputs, into: &outbox)]
    nearest.note(level[0], terms: engine.flow.terms.count, keys: 0)
    for keys in 1...length {
      var next: [FlowState] = []
      for state in level where !state.isOver {
        for key in Self.keys {
          var after = state
          engine.step(&after, Event(at: state.now.advanced(byMicroseconds: 1_000_000), .key(key)), into: &outbox)
          nearest.note(after, terms: engine.flow.terms.count, keys: keys)
          if keys < length { next.append(after) }
        }
      }
      level = next
    }
    return nearest
  }

  /// CLICKWRAP_FLOWS says how many flows (60), CLICKWRAP_SEED with which seed they begin.
  @Test func theExplorerFindsWhatEverySequenceOfKeysFinds() {
    let environment = ProcessInfo.processInfo.environment
    let count = environment["CLICKWRAP_FLOWS"].flatMap { UInt64($0) } ?? 60
    let first = environment["CLICKWRAP_SEED"].flatMap { UInt64($0) } ?? 1
    let length = 4
    for seed in first..<first + count {
      let flow = RandomFlow(seed: seed).builder.flow
      let engine = FlowEngine(flow)
      let inputs = SessionInputs(date: flow.dates.published, inputGuardMicroseconds: 0)
      let nearest = enumerate(engine, inputs, length: length)
      let found = engine.explore(inputs)
      #expect(found.isComplete, "seed \(seed)")
      for outcome in flow.outcomes.indices {
        let explored = found.outcomes[outcome]?.keys
        let tried = nearest.outcomes[Int32(outcome)]
        #expect(explored.flatMap { $0 <= length ? $0 : nil } == tried, "seed \(seed), outcome \(outcome)")
      }
      var explored: [[Standing]: Int] = [:]
      for decision in found.decisions where decision.path.keys <= length {
        explored[decision.standings] = decision.path.keys
      }
      #expect(explored == nearest.standings, "seed \(seed)")
      // A way by mouse never needs a key, and ends where it says.
      let survey = engine.survey(inputs)
      for (decision, path) in zip(survey.exploration.decisions, survey.decisionsByMouse) {
        guard let path else { continue }
        var outbox = Outbox()
        var state = engine.start(inputs, into: &outbox)
        for input in path.inputs {
          if case .key = input { Issue.record("seed \(seed): a key in a way by mouse") }
          engine.step(&state, Event(at: state.now.advanced(byMicroseconds: 1_000_000), input), into: &outbox)
        }
        #expect(flow.terms.indices.map { state.standing(of: $0) } == decision.standings, "seed \(seed)")
      }
    }
  }

  // MARK: Planted faults

  private func survey(_ build: (inout FlowBuilder, Int32, Int32) -> Void) -> (FlowSurvey, FlowDefinition) {
    var builder = FlowBuilder()
    let toggle = builder.toggleVariable("allow", 1)
    let screen = builder.screen("popup")
    builder.flow.entries = [FlowDefinition.Entry(name: "start", screen: screen)]
    builder.flow.terms = [
      Term(name: "terms", kind: .terms), Term(name: "training", kind: .purpose, control: toggle),
    ]
    build(&builder, screen, toggle)
    let engine = FlowEngine(builder.flow)
    let inputs = SessionInputs(date: builder.flow.dates.published, inputGuardMicroseconds: 0)
    return (engine.survey(inputs), builder.flow)
  }

  @Test func aTrapIsFoundWithAWayIntoIt() {
    let (found, _) = survey { builder, popup, _ in
      let trap = builder.screen("trap")
      builder.button("fine", on: popup, .end(outcome: 0))
      builder.button("lost", on: popup, .go(screen: trap))
      builder.button("round", on: trap, .go(screen: trap))
    }
    #expect(found.exploration.traps > 0 && found.exploration.trap?.keys == 2)
    #expect(found.exploration.trappedScreens == [1])
  }

  @Test func aLoopWithoutAnEndIsATrap() {
    let (found, _) = survey { builder, popup, _ in
      let other = builder.screen("other")
      builder.button("there", on: popup, .go(screen: other))
      builder.button("back", on: other, .go(screen: popup))
    }
    #expect(found.exploration.traps == found.exploration.states)
    #expect(found.exploration.outcomes.allSatisfy { $0 == nil })
  }

  @Test func aPurposeThatIsAgreedToUnseenIsFound() {
    let (found, _) = survey { builder, popup, toggle in
      let settings = builder.screen("settings")
      builder.button(
        "accept", on: popup, .decide(term: 0, standing: .agreed), .decide(term: 1, standing: .agreed), .end(outcome: 0))
      builder.button("more", on: popup, .go(screen: settings))
      let element = builder.toggle("switch", on: settings, toggle)
      builder.button("done", on: settings, .decideFromControl(term: 1), .end(outcome: 0))
      builder.flow.terms[1].elements = [element]
    }
    #expect(found.blind.map(\.term) == [1] && found.blind.first?.path.keys == 2)
    let (fine, _) = survey { builder, popup, toggle in
      let element = builder.toggle("switch", on: popup, toggle)
      builder.button("accept", on: popup, .decideFromControl(term: 1), .end(outcome: 0))
      builder.flow.terms[1].elements = [element]
    }
    #expect(fine.blind.isEmpty)
  }

  @Test func aHiddenRefusalCostsWhatItCosts() throws {
    let (found, _) = survey { builder, popup, _ in
      let more = builder.screen("more")
      let deeper = builder.screen("deeper")
      builder.button("accept", on: popup, .decide(term: 1, standing: .agreed), .end(outcome: 0))
      builder.button("more", on: popup, .go(screen: more))
      builder.button("deeper", on: more, .go(screen: deeper))
      builder.button("refuse", on: deeper, .decide(term: 1, standing: .declined), .end(outcome: 1))
    }
    let refusing = try #require(found.exploration.decisions.first { $0.standings[1] == .declined })
    #expect(refusing.path.keys == 6)
    let place = try #require(found.exploration.decisions.firstIndex { $0.standings[1] == .declined })
    #expect(found.decisionsByMouse[place]?.inputs.count == 3)
    #expect(
      found.moves.contains { $0.from == 0 && $0.to == 1 } && found.moves.contains { $0.to == -1 && $0.outcome == 1 })
  }

  @Test func whatNobodyCanSeeIsFound() {
    let (found, flow) = survey { builder, popup, toggle in
      let island = builder.screen("island")
      builder.button("on", on: popup, .end(outcome: 0))
      let hidden = builder.add(
        .text(builder.text("never")), "hidden", on: popup, when: [Condition(variable: toggle, .isIn(1 << 2))])
      builder.flow.screens[0].children.append(hidden)
      builder.button("island", on: island, .end(outcome: 1))
      builder.lines(60, on: popup)
    }
    #expect(found.exploration.screens[1] == nil && found.exploration.outcomes[1] == nil)
    let names = found.unseen.map { flow.elements[Int($0)].name }
    // Every line of what scrolls can be scrolled to.
    #expect(names == ["hidden", "island"])
  }

  @Test func aSwitchThatLiesIsFoundByAProperty() throws {
    var builder = FlowBuilder()
    let toggle = builder.toggleVariable("allow", 1)
    let popup = builder.screen("popup")
    builder.flow.entries = [FlowDefinition.Entry(name: "start", screen: popup)]
    builder.flow.terms = [Term(name: "training", kind: .purpose, control: toggle)]
    builder.toggle("switch", on: popup, toggle)
    builder.button("accept", on: popup, .decide(term: 0, standing: .agreed), .end(outcome: 0))
    let engine = FlowEngine(builder.flow)
    let inputs = SessionInputs(date: builder.flow.dates.published, inputGuardMicroseconds: 0)
    let property = Exploration.Property("what stands is what the switch shows", reading: [toggle]) { state in
      state.standing(of: 0) != .agreed || state.view.values[Int(toggle)] == 2
    }
    let found = engine.survey(inputs, properties: [property])
    #expect(try #require(found.exploration.violations[0]).inputs == [.key(.backTab), .key(.enter)])
  }
}
