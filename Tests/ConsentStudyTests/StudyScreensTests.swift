import ConsentEngine
import ConsentModel
import ConsentRender
import ConsentScreens
import ConsentSource
import Testing

@testable import ConsentStudy

extension FlowDefinition {
  fileprivate func index(_ variable: String) -> Int { variables.firstIndex { $0.name == variable } ?? -1 }
  fileprivate func screen(_ name: String) -> Int32 { screens.firstIndex { $0.name == name }.map(Int32.init) ?? -1 }
  fileprivate func value(_ variable: String, _ state: borrowing FlowState) -> String {
    let index = index(variable)
    let value = Int(state.view.values[index])
    return variables[index].values.isEmpty ? String(value) : variables[index].values[value]
  }
}

/// What has to hold in every state of a session of a study.
private func properties(of flow: FlowDefinition, days: [Int]) -> [Exploration.Property] {
  func numbers(_ names: String...) -> [Int] { names.map { flow.index($0) } }
  func reading(_ variables: [Int]) -> [Int32] { variables.map { Int32($0) } }
  let consent = numbers("study_consent")
  let closing = numbers("debriefed", "keep_data")
  let asking = numbers("exchanges", "day_number", "popup_time")
  let asked = [flow.screen("popup"), flow.screen("terminal-list"), flow.screen("blocked")].filter { $0 >= 0 }
  let used = ["chat", "task-brief", "product", "popup", "practice", "reveal-study"].map { flow.screen($0) }
  let declined = flow.outcomes.firstIndex(of: "declined").map(Int32.init)
  let known = ["completed", "stopped", "declined"].map { name in
    flow.outcomes.firstIndex(of: name).map(Int32.init)
  }
  return [
    Exploration.Property("nobody takes part without the study's consent", reading: reading(consent)) { state in
      let given = state.view.values[consent[0]]
      return given == 1 || given == 3 || !used.contains(state.view.screen)
    },
    Exploration.Property("the pop-up comes after two exchanges, on later days after one") { state in
      guard asked.contains(state.view.screen), state.view.screen != flow.screen("blocked") else { return true }
      let values = state.view.values
      // On the day of the decision one is kept out before anything is said.
      if values[asking[1]] >= 2 { return values[asking[0]] <= 1 }
      return values[asking[0]] == 2 && values[asking[2]] == 1
    },
    Exploration.Property("two exchanges follow before the task is over", reading: reading(asking)) { state in
      state.view.screen != flow.screen("product") || state.view.values[asking[0]] == 4
    },
    Exploration.Property("nothing ends a session but the timeline and whoever declines") { state in
      !state.isOver || state.leave != nil || known.contains(state.outcome)
    },
    Exploration.Property("nobody leaves without a debriefing and a choice about the data", reading: reading(closing)) {
      state in
      guard state.isOver, state.outcome != declined else { return true }
      return state.view.values[closing[0]] == 1 && state.view.values[closing[1]] != 0
    },
    Exploration.Property("nobody is asked more often than there are days") { state in
      state.prompts <= Int32(days.count)
    },
  ]
}

@Suite("the screens of a study") struct StudyScreensTests {
  private func inputs(
    _ flow: FlowDefinition, seed: UInt64 = 1, presentation: Presentation = .screen, size: Size = .standard
  ) -> SessionInputs {
    SessionInputs(
      size: size, presentation: presentation, date: flow.dates.published, seed: seed,
      inputGuardMicroseconds: flow.inputGuardMicroseconds, asksBeforeStopping: true)
  }

  /// Explores a study under some levels and compares what does not hold with nothing.
  @discardableResult
  private func prove(
    _ study: SampleStudy, _ levels: [String: String] = [:], seed: UInt64 = 1, presentation: Presentation = .screen,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> Exploration {
    let flow = try study.compile(levels)
    let engine = FlowEngine(flow)
    let properties = properties(of: flow, days: study.plan.days)
    let found = engine.explore(
      inputs(flow, seed: seed, presentation: presentation), countsDays: study.plan.days.count > 1,
      properties: properties)
    for (property, path) in zip(properties, found.violations) {
      if let path {
        Issue.record("\(levels): \(property.name): \(path.inputs)", sourceLocation: sourceLocation)
      }
    }
    #expect(found.isComplete && found.traps == 0, "\(levels), \(found.states)", sourceLocation: sourceLocation)
    #expect(found.unstoppable == 0, "\(levels)", sourceLocation: sourceLocation)
    #expect(found.stopsAt == [flow.screen("debriefing")], "\(levels)", sourceLocation: sourceLocation)
    return found
  }

  @Test func everySeedOfTheBaselineIsProved() throws {
    let study = try SampleStudy([
      ("  default-off: {default: off}\n", ""), ("  forced-choice: {default: unset}\n", ""),
      ("contrasts: [[default-off, default-on], [forced-choice, default-on]]", "contrasts: []"),
    ])
    let (flows, found) = study.flow.compileAll()
    #expect(found.map(\.rendered) == [])
    let arms = try #require(flows)
    let baseline = try #require(arms.first)
    let plain = try study.compile()
    #expect(arms.count == 1 && baseline.condition == plain.condition, "the one arm is the baseline")
    let proofs = StudyProofs(study.plan, arms: arms, everyDraw: true)
    #expect(proofs.failures == [])
    // Together the seeds draw every value that some condition may read.
    let seeds = StudyProofs.seeds(of: baseline)
    #expect(proofs.seeds == seeds.count)
    let engine = FlowEngine(baseline)
    var outbox = Outbox()
    let values = seeds.map { engine.start(inputs(baseline, seed: $0), into: &outbox).view.values }
    var draws = 0
    for (index, variable) in baseline.variables.enumerated() where !variable.values.isEmpty {
      guard case .drawn = variable.source else { continue }
      draws += 1
      #expect(Set(values.map { $0[index] }).count == variable.values.count, "\(variable.name)")
    }
    #expect(draws >= 2, "the word of the practice and the order of the products are drawn")
  }

  @Test func armsOfUnknownFactorsAndLevelsAreErrors() throws {
    func check(_ arm: String, _ expected: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
      let study = try SampleStudy(
        [("default-off: {default: off}", "default-off: \(arm)")], expecting: [expected],
        sourceLocation: sourceLocation)
      #expect(study.flow.diagnostics.hasErrors, sourceLocation: sourceLocation)
    }
    let place = "study.yaml:18:3: error: "
    try check(
      "{friction: shame}",
      place + "there is no level `shame` of `friction`, for the arm `default-off` (there is none, confirm-shaming)")
    try check(
      "{fricton: none}",
      place + "there is no factor `fricton`, for the arm `default-off` (did you mean `friction`?)")
  }

  @Test(arguments: [
    [("announcement: none ", "announcement: before ")], [("consent: screen ", "consent: external ")],
    [("mode: screen ", "mode: linear ")],
  ]) func everyKindOfStudyIsProved(_ changes: [(String, String)]) throws {
    let study = try SampleStudy(changes)
    try prove(study, presentation: study.plan.presentation.mode)
  }

  @Test func whereTheChangeIsOnlyAnnouncedNobodyIsAsked() throws {
    let study = try SampleStudy([("announcement: none ", "announcement: instead "), ("days: [1]", "days: [1, 40]")])
    let found = try prove(study)
    let flow = try study.compile()
    for name in ["popup", "terminal-list", "blocked"] where flow.screen(name) >= 0 {
      #expect(found.screens[Int(flow.screen(name))] == nil, "\(name)")
    }
    #expect(found.screens[Int(flow.screen("feed"))] != nil)
    #expect(found.decisions.map(\.standings) == [[.undecided, .undecided]])
  }

  @Test(
    arguments: [
      [:], ["re-prompt": "days-7"], ["architecture": "explicit-pair", "friction": "confirm-shaming"],
    ] as [[String: String]]) func laterDaysAndTheDayOfTheDecisionAreProved(_ levels: [String: String]) throws
  {
    // The last day is the one from which access is blocked until a choice was made.
    let study = try SampleStudy([("days: [1]", "days: [1, 2, 32]"), ("[consent, practice, task,", "[consent, task,")])
    let flow = try study.compile(levels)
    let found = try prove(study, levels)
    #expect(found.screens[Int(flow.screen("blocked"))] != nil)
    #expect(found.outcomes[flow.outcomes.firstIndex(of: "completed") ?? 0] != nil)
  }

  @Test func everyLevelOfEveryFactorIsProved() throws {
    let study = try SampleStudy([
      ("announcement: none ", "announcement: before "), ("[consent, practice, task,", "[consent, task,"),
    ])
    let document = try #require(study.flow.document)
    let machine: Set = [
      "architecture", "decline-button", "default", "esc", "friction", "initial-focus", "not-now", "disclosure",
    ]
    for condition in document.conditions(of: 1) {
      let levels = Dictionary(uniqueKeysWithValues: condition.map { ($0.factor, $0.level) })
      // The others change what is seen, or only a date or a number.
      if condition.allSatisfy({ machine.contains($0.factor) }) {
        let found = try prove(study, levels)
        #expect(found.decisions.contains { $0.standings == [.agreed, .agreed] }, "\(levels)")
        #expect(found.decisions.contains { $0.standings == [.agreed, .declined] }, "\(levels)")
      } else {
        _ = try study.compile(levels)
      }
    }
    let factors = Set(document.factors.map(\.name))
    #expect(factors.isSuperset(of: ["consent-wording", "feed-length", "feed-position"]) && factors.count == 23)
  }
}
