import ArgumentParser
import ConsentAnalysis
import ConsentInterchange
import ConsentJournal
import ConsentModel
import ConsentReport
import ConsentStudy
import Statistics

struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Sum up a study: who came how far, what was agreed, what people believe, the planned tests.",
    discussion: """
      Every session is replayed and every frame compared before it counts. Of the sessions of one stage only; stages are never mixed, \
      and those that no person took part in are called simulated in every line and on every figure. The planned comparisons are the \
      contrasts of study.yaml, the first of them primary, by unaware sharing and by what was allowed: the test that study.yaml names, \
      Boschloo's by default, adjusted by Holm over the contrasts, Newcombe's interval, with strata a logistic regression, and everything \
      once more without decisions that may be accidents. Where the arms are all combinations of factors, what the factors and every two \
      of them do is tested too: first the effects that study.yaml names, then the others, which are exploratory.

      --page writes one page of HTML with figures, which needs no network, no script and no other file. It has recordings of some \
      decisions, and nothing by which a person could be found; --texts adds what people wrote, as far as the study keeps it.

      Exit status: 0 summed up; 4 summed up, but a journal is broken or gone and is left out; 5 the study's files are wrong.

      Examples:
        clickwrap report defaults
        clickwrap report defaults --page defaults/reports/live.html
        clickwrap report defaults --stage simulated --json
      """)

  @Argument(help: "The study.")
  var study: String

  @Option(help: "live, pilot or simulated.")
  var stage = Stage.live

  @Flag(help: "Print one JSON object.")
  var json = false

  @Option(help: "Write a page of HTML to this file; nothing may be there.")
  var page: String?

  @Flag(help: "The page has what people wrote, where the study keeps it.")
  var texts = false

  func validate() throws {
    if stage == .none { throw ValidationError("--stage is live, pilot or simulated") }
    if texts, page == nil { throw ValidationError("--texts goes with --page") }
  }

  func run() throws {
    let open = try OpenStudy(study)
    if texts, open.plan.log.texts == .none {
      throw ValidationError("--texts: the study keeps none; study.yaml says so under log")
    }
    if let page, DurableFile.isThere(page) {
      throw CommandFailure(.usage, "clickwrap: \(page) is there already; nothing is overwritten")
    }
    let report = try StudyReport(open, stage: stage, takesTexts: texts)
    for problem in report.problems { Console.complain(problem) }
    if let page { try write(report, to: page, in: open.folder) }
    if json || page == nil {
      let text = AnalysisText(study: open.plan.name, analysis: report.analysis, answers: report.arms.map(\.answers))
      if json { Console.out(text.json.line + "\n") } else { text.lines.forEach { Console.line($0) } }
    }
    if !report.problems.isEmpty { throw EndOfCommand(ending: .exit(.broken)) }
  }

  private func write(_ report: StudyReport, to path: String, in folder: StudyFolder) throws {
    let bytes = Array(ReportPage().html(report).utf8)
    try DurableFile.create(path, bytes, mode: 0o644)
    if !json { Console.line("\(path): \((bytes.count + 1023) / 1024) KiB") }
    if !path.hasPrefix(folder.path + "/reports/") {
      Console.complain(
        "clickwrap: \(path): whoever withdraws later is not removed from this page; those below \(folder.path)/reports are removed"
      )
    }
  }
}

extension StudyReport {
  /// The report of a stage of a study.
  init(_ open: OpenStudy, stage: Stage, takesTexts: Bool) throws {
    let source = try open.flow()
    let flows = try ArmFlows(open)
    var options = ExportOptions()
    options.stages = [stage]
    let plan = ExportPlan(
      open.plan, flows: try open.plan.arms.indices.map { try flows.flow($0) }, instruments: source.instruments,
      digest: flows.study, options: options)
    let arms = try open.plan.arms.indices.map { try ReportedArm(open, arm: $0) }
    let reading = try StudyReading(open, plan, stage: stage, takesTexts: takesTexts)
    let analysis = StudyAnalysis(
      AnalysisPlan(open.plan), stage: stage, people: reading.people, fewest: arms.map(\.fewest))
    let names = open.plan.arms.map(\.name)
    self.init(
      plan: open.plan, analysis: analysis,
      arms: zip(arms, names).enumerated().map {
        $1.0.shown(name: $1.1, seeing: reading.seeing[$0], answers: reading.answers[$0])
      },
      versions: Versions(
        program: Program.version, engine: JournalFormat.engineVersion, study: flows.study,
        allocation: try open.ledger.currentSeal()?.allocation.digest))
    instruments = source.instruments
    problems = reading.problems
    recordings = try reading.recordings()
    if takesTexts { (quotes, quoteCount) = (reading.quotes, reading.quoteCount) }
  }
}
