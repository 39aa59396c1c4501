import ConsentEngine
import ConsentModel
import ConsentSource

/// What has to hold in every state of a study's machine, proved by going to all of them.
///
/// Every arm is explored, with one seed, or with seeds that together draw every value of every draw.
public struct StudyProofs {
  /// A statement and where it fails.
  public struct Failure: Hashable, Sendable {
    /// The arm's name.
    public var arm: String
    /// What does not hold, in one sentence without a full stop.
    public var words: String
    /// The keys that lead there, or none.
    public var keys: [String]
  }

  /// Everything that does not hold.
  public private(set) var failures: [Failure] = []
  /// The shortest ways to every screen of the first arm.
  public private(set) var ways: [Exploration.Path] = []
  /// A seed that was explored.
  public private(set) var seed: UInt64 = 1
  /// How many states there are in all arms and for all seeds.
  public private(set) var states = 0
  /// Whether every value of every draw was met.
  public let isEveryDraw: Bool
  /// How many properties of its own the study has.
  private let claimed: Int
  /// How many seeds every arm was explored with.
  public private(set) var seeds = 0

  /// Explores the flows of all arms.
  ///
  /// - Parameters:
  ///   - plan: the study.
  ///   - arms: the flow of every arm.
  ///   - claims: what the study itself says that it keeps to, for every arm.
  ///   - everyDraw: whether every value of every draw is met, which takes several times as long.
  public init(_ plan: StudyPlan, arms: [FlowDefinition], claims: [[FlowProperty]] = [], everyDraw: Bool) {
    claimed = claims.first?.count ?? 0
    isEveryDraw = everyDraw
    for (arm, flow) in arms.enumerated() {
      let all = StudyProofs.seeds(of: flow)
      let chosen = everyDraw ? all : Array(all.prefix(1))
      seeds = chosen.count
      for seed in chosen {
        let found = prove(flow, plan.inputs(for: flow, seed: seed), arm: plan.arms[arm].name)
        if arm < claims.count { prove(claims[arm], flow, plan.inputs(for: flow, seed: seed), arm: plan.arms[arm].name) }
        if arm == 0, ways.isEmpty {
          ways = found.screens.compactMap { $0 }
          self.seed = seed
        }
      }
    }
  }

  /// What was proved, in words.
  public var facts: [String] {
    guard failures.isEmpty else { return [] }
    return [
      "explored: \(states) states with \(seeds) \(seeds == 1 ? "seed" : "seeds")"
        + (isEveryDraw ? ", every value of every draw" : "")
        + "; nobody comes to the task without the study's consent; from every "
        + "state the stop key and one key more lead to the debriefing, and from there to the data choice; whoever met the "
        + "pop-up is debriefed before the end; it never opens over a text that is being typed"
        + (claimed == 0 ? "" : "; \(claimed) \(claimed == 1 ? "property" : "properties") of properties.yaml")
    ]
  }

  /// What does not hold, as errors in the study.
  public func problems(file: String) -> [Diagnostic] {
    failures.map { failure in
      Diagnostic(
        at: Mark(file: file), "in the arm \(failure.arm): \(failure.words)",
        hint: failure.keys.isEmpty ? nil : "keys: \(failure.keys.joined(separator: " "))")
    }
  }

  // MARK: Statements

  /// Few seeds that together draw every value of every variable that some condition may read.
  static func seeds(of flow: FlowDefinition) -> [UInt64] {
    var missing: Set<[Int32]> = []
    for (index, variable) in flow.variables.enumerated() where !variable.values.isEmpty {
      guard case .drawn(let bound) = variable.source else { continue }
      for value in 0..<bound { missing.insert([Int32(index), value]) }
    }
    let engine = FlowEngine(flow)
    var outbox = Outbox()
    var chosen: [UInt64] = []
    for seed in UInt64(1)...20_000 {
      guard !missing.isEmpty || chosen.isEmpty else { break }
      let state = engine.start(
        SessionInputs(date: flow.dates.published, seed: seed, inputGuardMicroseconds: 0), into: &outbox)
      let drawn = missing.filter { state.view.values[Int($0[0])] == $0[1] }
      guard !drawn.isEmpty || chosen.isEmpty else { continue }
      missing.subtract(drawn)
      chosen.append(seed)
    }
    return chosen
  }

  private mutating func prove(_ flow: FlowDefinition, _ inputs: SessionInputs, arm: String) -> Exploration {
    let engine = FlowEngine(flow)
    let names = StudyNames(flow)
    let properties = names.properties
    let found = engine.explore(inputs, limit: 2_000_000, properties: properties)
    states += found.states
    func fail(_ words: String, _ path: Exploration.Path? = nil) {
      let failure = Failure(arm: arm, words: words, keys: StudyProofs.keys(path))
      if !failures.contains(failure) { failures.append(failure) }
    }
    if !found.isComplete { fail("there are too many states to go to all of them") }
    for (property, violation) in zip(properties, found.violations) {
      if let violation { fail(property.name, violation) }
    }
    if found.traps > 0 { fail("there are \(found.traps) states from which no keys lead to an end", found.trap) }
    if found.unstoppable > 0 { fail("from \(found.unstoppable) states stopping takes more than two keys") }
    for screen in found.stopsAt where screen != names.debriefing {
      let name = screen < 0 ? "the end" : flow.screens[Int(screen)].name
      fail("stopping leads to \(name) and not to the debriefing")
    }
    for outcome in ["completed", "stopped"] {
      let index = flow.outcomes.firstIndex(of: outcome)
      if index.flatMap({ found.outcomes[$0] }) == nil { fail("no session ever ends as \(outcome)") }
    }
    return found
  }

  private mutating func prove(
    _ properties: [FlowProperty], _ flow: FlowDefinition, _ inputs: SessionInputs, arm: String
  ) {
    guard !properties.isEmpty else { return }
    let verdicts = FlowEngine(flow).prove(properties, inputs, limit: 2_000_000).verdicts
    for (property, verdict) in zip(properties, verdicts) {
      let failure: Failure
      switch verdict {
      case .holds: continue
      case .fails(let path):
        let words = "does not hold: \(property.name)\(path == nil ? " (nothing leads there)" : "")"
        failure = Failure(arm: arm, words: words, keys: StudyProofs.keys(path))
      case .open: failure = Failure(arm: arm, words: "there are too many states to prove: \(property.name)", keys: [])
      }
      if !failures.contains(failure) { failures.append(failure) }
    }
  }

  private static func keys(_ path: Exploration.Path?) -> [String] {
    path?.inputs.compactMap { input in
      switch input {
      case .key(let key): key.spelling
      case .wake: "(wait)"
      case .choose(let control): "choose \(control)"
      case .mouse, .paste, .resize, .terminalFocus, .suspended, .continued, .fence, .unknown, .resumed, .leave: nil
      }
    } ?? []
  }
}

/// The screens and variables that statements about a study are made of.
private struct StudyNames {
  let flow: FlowDefinition
  let debriefing: Int32

  init(_ flow: FlowDefinition) {
    self.flow = flow
    debriefing = StudyNames.screen("debriefing", flow)
  }

  private static func screen(_ name: String, _ flow: FlowDefinition) -> Int32 {
    flow.screens.firstIndex { $0.name == name }.map(Int32.init) ?? -2
  }

  private func variable(_ name: String) -> Int32? {
    flow.variables.firstIndex { $0.name == name }.map(Int32.init)
  }

  /// What has to hold in every state.
  var properties: [Exploration.Property] {
    var all: [Exploration.Property] = []
    let before = ["timeline", "consent", "declined", "stop", "stopped", "debriefing", "data-choice", "codes"]
    let exempt = Set(before.map { StudyNames.screen($0, flow) })
    if let consent = variable("study_consent") {
      all.append(
        Exploration.Property("the task is reached without the study's consent", reading: [consent]) { state in
          let given = state.view.values[Int(consent)]
          return given == 1 || given == 3 || exempt.contains(state.view.screen) || state.isOver
        })
    } else {
      all.append(Exploration.Property("the study has no consent of its own") { _ in false })
    }
    // A pop-up that lies over a screen with a field, or takes its place.
    for field in flow.fieldRooms {
      let below = flow.elements[Int(field.element)].screen
      let asking = flow.screens.indices.filter { flow.screens[$0].isPrompt && flow.screens[$0].backdrop == below }
      guard !asking.isEmpty else { continue }
      all.append(
        Exploration.Property("the pop-up opens over a text that is being typed", reading: [field.variable]) { state in
          state.view.values[Int(field.variable)] <= 0 || !asking.contains(Int(state.view.screen))
        })
    }
    if let debriefed = variable("debriefed") {
      all.append(
        Exploration.Property("a session that met the pop-up ends without a debriefing", reading: [debriefed]) { state in
          !state.isOver || state.prompts == 0 || state.view.values[Int(debriefed)] == 1
        })
    }
    if let keep = variable("keep_data"), let completed = flow.outcomes.firstIndex(of: "completed") {
      all.append(
        Exploration.Property("a session ends without an answer about the data", reading: [keep]) { state in
          state.outcome != Int32(completed) || state.view.values[Int(keep)] != 0
        })
    }
    return all
  }
}

extension StudyFlow {
  /// What `properties.yaml` in the study's folder says that every arm keeps to; none where there is no such file.
  ///
  /// - Returns: properties for every flow, and what is wrong with the file.
  public func claims(
    of folder: StudyFolder, for flows: [FlowDefinition]
  ) -> (claims: [[FlowProperty]], diagnostics: [Diagnostic]) {
    guard let document else { return ([], []) }
    let bytes: [UInt8]
    do {
      bytes = try SourceFile.read(folder.propertiesPath)
    } catch {
      guard error != .missing else { return ([], []) }
      return ([], [Diagnostic(at: Mark(file: folder.propertiesPath), error.words.message, hint: error.words.hint)])
    }
    var found: [Diagnostic] = []
    let claims = flows.map { flow in
      let (properties, diagnostics) = document.properties(of: flow, in: bytes, file: folder.propertiesPath)
      found += diagnostics.filter { !found.contains($0) }
      return properties.map(\.property)
    }
    return (claims, found)
  }
}
