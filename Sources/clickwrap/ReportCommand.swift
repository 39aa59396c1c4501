import ArgumentParser
import ConsentAnalysis
import ConsentInterchange
import ConsentJournal
import ConsentModel
import ConsentStudy
import Statistics

struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Sum up a study: who came how far, what was agreed, what people believe, the planned tests.",
    discussion: """
      Every session is replayed and every frame compared before it counts. Of the sessions of one stage only; stages are never mixed, \
      and those that no person took part in are called simulated in every line. The planned comparisons are the contrasts of \
      study.yaml, the first of them primary, by unaware sharing and by what was allowed: Boschloo's test, adjusted by Holm over the \
      contrasts, Newcombe's interval, with strata a logistic regression, and everything once more without decisions that may be \
      accidents. There is no page with pictures yet.

      Exit status: 0 summed up; 4 summed up, but a journal is broken or gone and is left out; 5 the study's files are wrong.

      Examples:
        clickwrap report defaults
        clickwrap report defaults --stage simulated --json
      """)

  @Argument(help: "The study.")
  var study: String

  @Option(help: "live, pilot or simulated.")
  var stage = Stage.live

  @Flag(help: "Print one JSON object.")
  var json = false

  func validate() throws {
    if stage == .none { throw ValidationError("--stage is live, pilot or simulated") }
  }

  func run() throws {
    let open = try OpenStudy(study)
    let source = try open.flow()
    let flows = try ArmFlows(open)
    var options = ExportOptions()
    options.stages = [stage]
    let plan = ExportPlan(
      open.plan, flows: try open.plan.arms.indices.map { try flows.flow($0) }, instruments: source.instruments,
      digest: flows.study, options: options)
    let (people, problems) = try read(open, plan)
    let analysis = StudyAnalysis(
      stage: stage, arms: open.plan.arms.map(\.name), contrasts: open.plan.contrasts.map { ($0.base, $0.other) },
      strata: open.plan.strata.count, people: people)
    for problem in problems { Console.complain(problem) }
    let report = AnalysisText(study: open.plan.name, analysis: analysis, target: open.plan.targetPerArm)
    if json { Console.out(report.json.line + "\n") } else { report.lines.forEach { Console.line($0) } }
    if !problems.isEmpty { throw EndOfCommand(ending: .exit(.broken)) }
  }

  /// The measures of everybody who was assigned in the stage.
  private func read(_ open: OpenStudy, _ plan: ExportPlan) throws -> ([SessionMeasures], problems: [String]) {
    let lanes = Lanes<SessionTabulator, ExportedSession, (session: DescribedSession, problem: String?)>(
      making: { SessionTabulator(plan) }, work: { $0.described($1) })
    var so = PeopleSoFar(try open.ledger.extent())
    var progress = Progress("sessions", of: so.count)
    var people: [SessionMeasures] = []
    var problems: [String] = []
    var last = 0
    while last < so.count {
      let entries = try open.ledger.sessions(after: last, limit: lanes.roundCount)
      last += lanes.roundCount
      let jobs = entries.map { so.exported($0, in: open.folder) }.filter { $0.entry.stage == stage }
      for found in lanes.run(jobs) {
        if let problem = found.problem { problems.append(problem) }
        if !found.session.isNobody { people.append(SessionMeasures(found.session)) }
      }
      progress.note(entries.count)
    }
    progress.finish()
    return (people, problems)
  }
}

extension SessionMeasures {
  init(_ described: DescribedSession) {
    self.init(arm: described.arm, reached: described.reached, isAnalysed: described.isAnalysed)
    stratum = described.stratum
    truth = described.truth
    belief = described.belief
    provenance = described.provenance
    preference = described.preference
    isPossiblyAccidental = described.isPossiblyAccidental
    decisionMicroseconds = described.decisionMicroseconds ?? described.untilEndMicroseconds
    isCensored = described.decisionMicroseconds == nil
    reasonLeftOut = described.reasonLeftOut
    way = described.way
    firstAnswer = described.firstAnswer
    regret = described.regret
    confidence = described.confidence
  }
}
