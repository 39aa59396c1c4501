import ConsentEngine
import ConsentModel
import Testing

@Suite struct ExplorationTests {
  @Test func sampleIsExploredWhole() throws {
    let flow = Sample().flow
    let engine = FlowEngine(flow)
    let inputs = SessionInputs(date: flow.dates.published, inputGuardMicroseconds: 500_000)
    let found = engine.explore(inputs)
    #expect(found.isComplete)
    #expect(found.screens.allSatisfy { $0 != nil })
    #expect(found.outcomes.map { $0 != nil } == [true, false])
    #expect(found.traps == 0)
    let standings = Set(found.decisions.map(\.standings))
    for expected in [
      [Standing.agreed, .agreed], [.agreed, .declined], [.deferred, .deferred], [.undecided, .undecided],
    ] {
      #expect(standings.contains(expected))
    }
    // Every path does what it says.
    for decision in found.decisions {
      let end = follow(decision.path, engine, inputs)
      #expect(engine.agreement(end).terms.map(\.standing) == decision.standings)
      #expect(decision.path.keys == decision.path.inputs.count { $0 != .wake })
    }
    let way = try #require(found.outcomes[0])
    #expect(follow(way, engine, inputs).outcome == 0)
    #expect(way.inputs == [.wake, .key(.enter), .key(.enter)])
  }

  private func follow(_ path: Exploration.Path, _ engine: FlowEngine, _ inputs: SessionInputs) -> FlowState {
    var outbox = Outbox()
    var inputs = inputs
    inputs.date = path.date
    var state = engine.start(inputs, into: &outbox)
    for input in path.inputs {
      engine.step(
        &state, Event(at: state.now.advanced(byMicroseconds: 10_000_000), input), into: &outbox)
    }
    return state
  }

  @Test func daysThatAreCountedSayTheSame() {
    let flow = Sample().flow
    let engine = FlowEngine(flow)
    let inputs = SessionInputs(date: flow.dates.published, inputGuardMicroseconds: 0)
    let coarse = engine.explore(inputs)
    let exact = engine.explore(inputs, countsDays: true)
    #expect(Set(coarse.decisions.map(\.standings)) == Set(exact.decisions.map(\.standings)))
    #expect(coarse.screens.map { $0 != nil } == exact.screens.map { $0 != nil })
    #expect(coarse.traps == 0 && exact.traps == 0)
    #expect(coarse.states < exact.states)
  }

  /// A link that stands in two texts, of which the conditions show one, can always be reached.
  @Test func linksMayStandInSeveralTexts() {
    var builder = FlowBuilder()
    let which = builder.variable("which", 1)
    let screen = builder.screen("s")
    let link = builder.add(.link(label: builder.text("more")), "link", on: screen)
    for value in 0..<2 as Range<Int32> {
      let text = builder.text("read ")
      builder.flow.texts[Int(text)].pieces.append(.link(element: link))
      let element = builder.add(
        .text(text), "t\(value)", on: screen, when: [Condition(variable: which, .isIn(1 << UInt64(value)))])
      builder.flow.screens[0].children.append(element)
    }
    builder.flow.screens[0].focusOrder = [link]
    builder.flow.elements[Int(link)].onActivate = [Branch(steps: [.add(variable: which, amount: 1)])]
    builder.flow.entries = [.init(name: "e", screen: screen)]
    for first in 0..<3 as Range<Int32> {
      builder.flow.variables[Int(which)].initial = first
      var session = Session(builder.flow)
      session.press("tab")
      #expect(session.focus == (first < 2 ? "link" : "-"))
      #expect(session.frame.regions.contains { $0.element == link } == (first < 2))
    }
  }

  @Test func costsOfEachChoice() {
    let cases: [(preset: Int32, agreed: Int, declined: Int)] = [(2, 1, 4), (1, 4, 1), (0, 4, 5)]
    for (preset, agreed, declined) in cases {
      let sample = Sample(preset: preset)
      let engine = FlowEngine(sample.flow)
      let inputs = SessionInputs(date: sample.flow.dates.published, inputGuardMicroseconds: 500_000)
      // Two keys to the switch, one to flip it, "a" to accept.
      #expect(engine.fewestKeys(inputs, from: sample.popup, to: [(1, .agreed)]) == agreed)
      #expect(engine.fewestKeys(inputs, from: sample.popup, to: [(1, .declined)]) == declined)
      #expect(engine.fewestKeys(inputs, from: sample.popup, to: [(1, .deferred)]) == 2)
      #expect(engine.fewestKeys(inputs, from: sample.popup, to: [(1, .undecided)]) == 0)
      #expect(engine.fewestKeys(inputs, from: sample.popup, to: [(0, .declined)]) == nil)
      #expect(engine.fewestKeys(inputs, from: sample.chat, to: [(1, .agreed)]) == agreed)
    }
  }

  @Test func trapsAndDeadScreensAreFound() throws {
    var builder = FlowBuilder()
    let start = builder.screen("start")
    let trap = builder.screen("trap")
    _ = builder.screen("island")
    builder.button("out", on: start, .end(outcome: 1))
    builder.button("in", on: start, .go(screen: trap))
    builder.button("round", on: trap, .go(screen: trap))
    builder.button("alone", on: 2, .end(outcome: 0))
    builder.flow.entries = [.init(name: "e", screen: start)]
    let engine = FlowEngine(builder.flow)
    let found = engine.explore(SessionInputs(date: Day(number: 0), inputGuardMicroseconds: 0))
    #expect(found.screens.map { $0 != nil } == [true, true, false])
    #expect(found.outcomes.map { $0?.keys } == [nil, 2])
    #expect(found.trappedScreens == [1])
    #expect(found.traps == 2)
    #expect(try #require(found.trap).keys == 3 || found.trap?.keys == 2)
    #expect(found.isComplete)
    #expect(!engine.explore(SessionInputs(date: Day(number: 0), inputGuardMicroseconds: 0), limit: 2).isComplete)
  }

  /// Random small flows: what the exploration reaches within few keys against trying every sequence of keys.
  @Test func explorationAgreesWithTryingEverything() {
    for seed in 0..<60 as Range<UInt64> {
      var random = PRNG(seed: seed)
      let flow = ExplorationTests.anyFlow(&random)
      let engine = FlowEngine(flow)
      let inputs = SessionInputs(date: flow.dates.published, inputGuardMicroseconds: 0)
      let found = engine.explore(inputs, limit: 200_000)
      let depth = 4
      var nearest: [[Standing]: Int] = [:]
      var screens: [Int32: Int] = [:]
      var outbox = Outbox()
      func visit(_ state: FlowState, _ keys: Int) {
        nearest[engine.agreement(state).terms.map(\.standing), default: .max].lower(to: keys)
        screens[state.view.screen, default: .max].lower(to: keys)
        guard keys < depth, !state.isOver else { return }
        for key in [Key.tab, .backTab, .enter, .space, .escape, .down, .up] {
          var next = state
          engine.step(
            &next, Event(at: state.now.advanced(byMicroseconds: 5_000_000), .key(key)), into: &outbox)
          visit(next, keys + 1)
        }
      }
      visit(engine.start(inputs, into: &outbox), 0)
      for (standings, keys) in nearest {
        let explored = found.decisions.first { $0.standings == standings }
        #expect(explored?.path.keys == keys, "seed \(seed), \(standings)")
      }
      for decision in found.decisions where decision.path.keys <= depth {
        #expect(nearest[decision.standings] == decision.path.keys, "seed \(seed)")
      }
      for (screen, keys) in screens { #expect(found.screens[Int(screen)]?.keys == keys, "seed \(seed), \(screen)") }
      for (screen, path) in found.screens.enumerated() {
        guard let path, path.keys <= depth else { continue }
        #expect(screens[Int32(screen)] == path.keys, "seed \(seed), screen \(screen)")
      }
    }
  }

  /// A flow of three screens with a few controls each that do random things.
  private static func anyFlow(_ random: inout PRNG) -> FlowDefinition {
    var builder = FlowBuilder()
    let control = builder.toggleVariable("control", Int32(random.below(3)))
    let count = builder.variable("count", 0, bounds: 0...3)
    for index in 0..<3 { _ = builder.screen("s\(index)", shape: random.below(2) == 0 ? .full : .card) }
    func step() -> Step {
      switch random.below(10) {
      case 0: .set(variable: count, value: Int32(random.below(4)))
      case 1: .add(variable: count, amount: Int32(1 + random.below(2)))
      case 2: .decide(term: Int32(random.below(2)), standing: random.below(2) == 0 ? .agreed : .declined)
      case 3: .decideFromControl(term: 1)
      case 4: .defer_(term: Int32(random.below(2)))
      case 5: .go(screen: Int32(random.below(3)))
      case 6: .open(screen: Int32(random.below(3)))
      case 7: .back
      case 8: .changeFromControl(term: 1)
      default: .end(outcome: Int32(random.below(2)))
      }
    }
    for screen in 0..<3 as Range<Int32> {
      for index in 0..<(1 + random.below(3)) {
        let when = random.below(3) == 0 ? [Condition(variable: count, .atLeast(Int32(random.below(3))))] : []
        if random.below(4) == 0 {
          builder.toggle("t\(screen)\(index)", on: screen, control)
        } else {
          builder.button("b\(screen)\(index)", on: screen, when: when, step(), step())
        }
      }
      if random.below(2) == 0 { builder.flow.screens[Int(screen)].onEscape = [Branch(steps: [step()])] }
      if random.below(2) == 0 {
        builder.flow.screens[Int(screen)].initialFocus = builder.flow.screens[Int(screen)].focusOrder[0]
      }
    }
    builder.flow.terms = [
      Term(name: "a", kind: .terms), Term(name: "b", kind: .purpose, control: control, elements: []),
    ]
    builder.flow.entries = [.init(name: "e", screen: 0)]
    return builder.flow
  }
}

extension Int {
  fileprivate mutating func lower(to value: Int) { self = Swift.min(self, value) }
}
