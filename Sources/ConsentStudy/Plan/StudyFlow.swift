import ConsentEngine
import ConsentModel
import ConsentScreens
import ConsentSource

/// A study's flow: the pinned screens, the study's own, its instruments and its timeline, compiled for each arm.
public struct StudyFlow {
  /// The study.
  public let plan: StudyPlan
  /// The screens of all arms, or nil when files are missing or cannot be read.
  public let document: FlowDocument?
  /// The instruments of its timeline.
  public let instruments: [Instrument]
  /// What is wrong whatever the arm.
  public let diagnostics: [Diagnostic]

  /// Reads the files of a study.
  ///
  /// - Parameters:
  ///   - plan: the study.
  ///   - pinned: the folder `screens` of the study.
  public init(_ plan: StudyPlan, pinned: FlowSource) {
    self.plan = plan
    let read = StudyInstruments(plan, pinned: pinned)
    instruments = read.instruments
    var found: [Diagnostic] = []
    var trees: [String: Node] = [:]
    for (path, text) in Timeline(plan: plan).files() {
      trees[path] = SourceReader.parse(Array(text.utf8), file: "study.yaml: " + path, into: &found)
    }
    var uses = [Timeline.folder]
    uses += read.folders + ["\(plan.flow)/study", "parts/study"]
    trees.merge(read.trees) { own, _ in own }
    found += read.diagnostics
    if let host = StudyFlow.host(plan.flow, uses: uses, pinned: pinned, into: &found) {
      trees["\(plan.flow)/flow.yaml"] = host
    }
    guard !found.hasErrors else {
      document = nil
      diagnostics = found.inReadingOrder()
      return
    }
    let (document, more) = FlowLoader.document(
      plan.flow, from: pinned.adding(trees), isOnlyEnglish: plan.language == "en", entry: "study",
      keeping: ["ready"])
    self.document = document
    found += more
    if let document { found += plan.problemsOfArms(in: document) }
    diagnostics = found.inReadingOrder()
  }

  /// The flow's own file with the further parts that it uses in a study.
  private static func host(
    _ flow: String, uses: [String], pinned: FlowSource, into found: inout [Diagnostic]
  ) -> Node? {
    let path = flow + "/flow.yaml"
    let label = pinned.label(of: path)
    let bytes: [UInt8]
    do {
      bytes = try pinned.read(path)
    } catch {
      let (message, hint) = error.words
      found.append(Diagnostic(at: Mark(file: label), message, hint: hint))
      return nil
    }
    guard var node = SourceReader.parse(bytes, file: label, into: &found), var entries = node.mapping else {
      return nil
    }
    // The parts of a study come first, so that what they say wins over other parts.
    let added = uses.map { Node(mark: node.mark, .scalar($0)) }
    if let index = entries.firstIndex(where: { $0.key == "uses" }) {
      entries[index].value.content = .sequence(added + (entries[index].value.sequence ?? []))
    } else {
      entries.append(.init(key: "uses", mark: node.mark, value: Node(mark: node.mark, .sequence(added))))
    }
    node.content = .mapping(entries)
    return node
  }

  /// The flow of an arm, or nil when that cannot be; and what is wrong with it.
  public func compile(arm: Int) -> (flow: FlowDefinition?, diagnostics: [Diagnostic]) {
    guard let document else { return (nil, diagnostics) }
    // Key counts explore the flow, and nothing in a study says them to anybody.
    var (flow, found) = document.compile(set: plan.arms[arm].levels, language: plan.language, countsKeys: false)
    if let guardMilliseconds = plan.presentation.inputGuardMilliseconds {
      flow?.inputGuardMicroseconds = Int32(guardMilliseconds) * 1000
    }
    return (flow, found)
  }

  /// The flows of all arms, or nil when one cannot be; what is wrong in some arms only names them.
  public func compileAll() -> (flows: [FlowDefinition]?, diagnostics: [Diagnostic]) {
    let compiled = plan.arms.indices.map { compile(arm: $0) }
    var all: [Diagnostic] = []
    for (arm, one) in compiled.enumerated() {
      for diagnostic in one.diagnostics {
        var named = diagnostic
        if !compiled.allSatisfy({ $0.diagnostics.contains(diagnostic) }) {
          named.message += ", in the arm \(plan.arms[arm].name)"
        }
        all.append(named)
      }
    }
    let flows = compiled.compactMap(\.flow)
    return (flows.count == compiled.count ? flows : nil, all.inReadingOrder())
  }

  /// The codes that a session draws from a seed, as they are shown: the one to withdraw by, the one that shows that it
  /// was finished.
  public static func codes(of seed: UInt64, in engine: FlowEngine, _ inputs: SessionInputs) -> (
    withdrawal: String, completion: String
  ) {
    var inputs = inputs
    inputs.seed = seed
    var outbox = Outbox()
    let state = engine.start(inputs, into: &outbox)
    func code(_ letter: String, _ prefix: String, _ count: Int) -> String {
      let groups = (1...count).map { group in
        let name = "\(prefix)_\(group)"
        let index = engine.flow.variables.firstIndex { $0.name == name }
        return index.map { String(state.view.values[$0]) } ?? "0"
      }
      return letter + " " + groups.joined(separator: "-")
    }
    return (code("W", "withdraw", 4), code("C", "complete", 3))
  }
}

extension StudyPlan {
  /// Factors and levels of arms that the screens do not have, and levels that cannot be combined.
  ///
  /// They are looked for before any arm is compiled, so that nobody is given an arm that cannot be met.
  fileprivate func problemsOfArms(in document: FlowDocument) -> [Diagnostic] {
    arms.flatMap { arm in
      document.condition(arm.levels).problems.map { problem in
        Diagnostic(problem.severity, at: arm.mark, problem.message + ", for the arm `\(arm.name)`", hint: problem.hint)
      }
    }
  }

  /// What a session of an arm is given besides its size.
  public func inputs(for flow: FlowDefinition, seed: UInt64, size: Size = .standard) -> SessionInputs {
    SessionInputs(
      size: size, presentation: presentation.mode, date: flow.dates.published, seed: seed,
      inputGuardMicroseconds: flow.inputGuardMicroseconds, asksBeforeStopping: true)
  }
}
