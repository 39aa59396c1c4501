import ConsentAnalysis
import ConsentAudit
import ConsentEngine
import ConsentModel
import ConsentRender
import ConsentReport
import ConsentScreens
import ConsentSource
import ConsentStudy
import Statistics

/// The screen of an arm that asks for a decision, by itself: what the rules say of it, the fewest keys to each answer, its frame.
struct ReportedArm {
  /// The levels that it is made of, as `factor=level`.
  let levels: [String]
  /// What the rules say.
  let rules: [AuditResult]
  /// The fewest keys to each first answer.
  let fewest: [FirstAnswer: Int]
  /// The frame with which the screen opens, its flow, and the screen's name.
  private let frame: Frame
  private let flow: FlowDefinition
  private let screen: String

  /// Opens the deciding screen of an arm of a study.
  init(_ open: OpenStudy, arm: Int) throws {
    let plan = open.plan
    let source = open.folder.pinned
    let (document, diagnostics) = FlowLoader.document(plan.flow, from: source)
    guard let document else { throw CommandFailure(.screens, lines: diagnostics.map(\.rendered)) }
    // Factors of the study's own screens are none of the flow's.
    let known = Set(document.factors.map(\.name))
    let levels = plan.arms[arm].levels.filter { known.contains($0.key) }
    let flow = try LoadedFlow.load(plan.flow, from: source, set: levels, language: plan.language).flow
    let entries = flow.entries.map(\.name)
    let inputs = SessionInputs(
      size: plan.presentation.minimum, entry: UInt8(clamping: entries.firstIndex(of: "popup") ?? 0),
      date: flow.dates.published, inputGuardMicroseconds: flow.inputGuardMicroseconds)
    let subject = AuditSubject(FlowEngine(flow), inputs)
    self.levels = plan.arms[arm].levels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    self.flow = flow
    rules = Audit.results(subject)
    frame = subject.frame
    screen = flow.screens[Int(subject.screen)].name
    fewest = ReportedArm.fewest(subject.engine, inputs)
  }

  private static func fewest(_ engine: FlowEngine, _ inputs: SessionInputs) -> [FirstAnswer: Int] {
    guard let term = engine.flow.terms.firstIndex(where: { $0.name == "training" }) else { return [:] }
    var fewest: [FirstAnswer: Int] = [:]
    for decision in engine.explore(inputs, limit: 200_000, fromEve: false).decisions {
      let answer: FirstAnswer
      switch decision.standings[term] {
      case .agreed: answer = .allowed
      case .declined: answer = .refused
      case .deferred: answer = .deferred
      case .undecided: continue
      }
      fewest[answer] = min(fewest[answer] ?? .max, decision.path.keys)
    }
    return fewest
  }

  /// The arm as the page shows it.
  func shown(name: String, seeing: SeeingSummary, answers: AnswersSummary) -> StudyReport.Arm {
    let digits = String(frame.digest, radix: 16)
    let digest = String(repeating: "0", count: 16 - digits.count) + digits
    return StudyReport.Arm(
      levels: levels, rules: rules, seeing: seeing, answers: answers,
      map: frame.svg(flow: flow, title: "\(name), time on screen, not attention", shades: shades(seeing)), frame: digest
    )
  }

  /// A shade for everything on the frame of which a time is known; the longest time is the strongest.
  private func shades(_ seeing: SeeingSummary) -> [FrameShade] {
    let rows = seeing.rows.filter { $0.screen == screen && $0.shown > 0 }
    let longest = rows.map(\.meanOnScreenSeconds).max() ?? 0
    guard longest > 0 else { return [] }
    return frame.regions.compactMap { region in
      let name = flow.elements[Int(region.element)].name
      guard region.kind != .scroll, let row = rows.first(where: { $0.element == name }) else { return nil }
      return FrameShade(
        column: Int(region.column), row: Int(region.row), columns: Int(region.columns), rows: Int(region.rows),
        hundredths: Int((row.meanOnScreenSeconds / longest * 100).rounded()),
        label: "\(Digits.fixed(row.meanOnScreenSeconds, 1)) s")
    }
  }
}
