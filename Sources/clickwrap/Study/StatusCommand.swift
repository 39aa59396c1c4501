import ArgumentParser
import ConsentJournal
import ConsentModel
import ConsentStudy

struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Print the counts of a study, and whether ledger, journals and allocation agree.",
    discussion: """
      The flow of participants as CONSORT asks for it: invited, declined, assigned, exposed, decided, answered, completed, \
      stopped, dropped, rejected, excluded, withdrawn, for each stage. Every journal is replayed and compared with the \
      ledger; what disagrees is listed on standard error, and the exit status is 8.

      Sessions on a full screen and in lines are analysed apart: where a stage has both, for example because an amendment \
      changed it, each is counted in a column of its own as well.

      --mask leaves the arms out, for those who judge exclusions.

      Examples:
        clickwrap status defaults
        clickwrap status defaults --mask --json
      """)

  @Argument(help: "The study's folder.")
  var folder: String

  @Flag(help: "Leave the arms out.")
  var mask = false

  @Flag(help: "Print one JSON object.")
  var json = false

  func run() throws {
    let study = try OpenStudy(folder)
    let sessions = try study.ledger.sessions()
    let report = try StatusReport(study, sessions: sessions, showsArms: !mask)
    let problems = try report.problems()
    if json {
      Console.out(report.json(problems).line + "\n")
    } else {
      for line in report.lines { Console.line(line) }
      if problems.isEmpty { Console.line("ledger, journals and allocation agree") }
      for problem in problems { Console.complain("does not agree: \(problem)") }
    }
    if !problems.isEmpty { throw EndOfCommand(ending: .exit(.unreconciled)) }
  }
}

/// The counts of a study in words and numbers.
struct StatusReport {
  let study: OpenStudy
  let sessions: [SessionEntry]
  let showsArms: Bool
  private let counts: StudyCounts
  private let byPresentation: [(presentation: Presentation?, counts: StudyCounts)]
  private let seal: Seal?

  init(_ study: OpenStudy, sessions: [SessionEntry], showsArms: Bool) throws {
    self.study = study
    self.sessions = sessions
    self.showsArms = showsArms
    counts = StudyCounts(sessions)
    let folder = study.folder
    let presented = Dictionary(
      sessions.map { ($0.number, folder.presentation(of: $0.number)) }, uniquingKeysWith: { first, _ in first })
    byPresentation = [Presentation.screen, .linear, nil].map { presentation in
      (presentation, StudyCounts(sessions) { presented[$0.number] == presentation })
    }
    seal = try study.ledger.currentSeal()
  }

  /// What is counted, each with its word.
  private static var columns: [(word: String, field: KeyPath<StudyCounts.Counts, Int>)] {
    [
      ("invited", \.invited), ("declined", \.declined), ("assigned", \.assigned), ("exposed", \.exposed),
      ("decided", \.decided), ("answered", \.answered), ("open", \.open), ("completed", \.completed),
      ("stopped", \.stopped), ("dropped", \.dropped), ("rejected", \.rejected), ("withdrawn", \.withdrawn),
      ("excluded", \.excluded),
    ]
  }

  private static let stages: [Stage] = [.live, .pilot, .simulated]

  /// A table: a row a count, a column an arm.
  var lines: [String] {
    var lines = ["protocol: \(study.plan.thinksAloud ? "think-aloud" : "silent")"]
    if let seal {
      let wanted = seal.targetPerStratum * seal.strata.count
      let completed = counts.counts(.live).completed
      lines.append("live: \(completed) of \(wanted) completed; sealed as \(seal.study.prefix(16))…")
    } else {
      lines.append("not sealed: only pilots can be run")
    }
    for stage in StatusReport.stages where counts.counts(stage).invited > 0 || (stage == .live && seal != nil) {
      let arms = showsArms ? Array(study.plan.arms.indices) : []
      var rows = [[stage.rawValue] + arms.map { study.plan.arms[$0].name } + ["all"]]
      for (word, field) in StatusReport.columns {
        let numbers =
          arms.map { counts.counts(stage, arm: $0)[keyPath: field] } + [counts.counts(stage)[keyPath: field]]
        rows.append([word] + numbers.map { String($0) })
      }
      lines += Columns.lines(rows) + apart(stage)
    }
    let owed = sessions.count(where: SessionTable.isOwedDebriefing)
    if owed > 0 { lines.append("\(owed) owed a debriefing; `clickwrap debrief` prints the sheet") }
    let day = study.plan.retainUntil
    if Present.day() > day { lines.append("personal data were to be removed after \(day.text): `clickwrap purge`") }
    return lines
  }

  /// A column for each way in which the sessions of a stage were presented; nothing while there is one way only.
  ///
  /// Who has no journal, before their first frame or after a withdrawal, was presented in no way that is known.
  private func apart(_ stage: Stage) -> [String] {
    let ways = byPresentation.filter { $0.presentation != nil && $0.counts.counts(stage).invited > 0 }
    guard ways.count > 1 else { return [] }
    let shown = byPresentation.filter { $0.counts.counts(stage).invited > 0 }
    var rows = [["\(stage.rawValue), apart"] + shown.map { $0.presentation?.word ?? "no journal" }]
    for (word, field) in StatusReport.columns {
      rows.append([word] + shown.map { String($0.counts.counts(stage)[keyPath: field]) })
    }
    return ["screen and linear are analysed apart:"] + Columns.lines(rows)
  }

  /// Everything that does not agree, in words.
  func problems() throws -> [String] {
    var problems = StudyCounts.problems(
      sessions: sessions, slots: try study.ledger.slots(), chain: try study.ledger.chain())
    let found = try Reconciliation(study.folder).problems(sessions, study: seal?.study)
    problems += found.map { problem in problem.session.map { "session \($0): \(problem.words)" } ?? problem.words }
    return problems
  }

  func json(_ problems: [String]) -> JSON {
    let rows = StatusReport.stages.flatMap { stage in
      let arms: [Int?] = showsArms ? study.plan.arms.indices.map { $0 } + [nil] : [nil]
      return arms.map { arm in row(stage, arm) }
    }
    return .object([
      ("study", .text(study.plan.name)),
      ("protocol", .text(study.plan.thinksAloud ? "think-aloud" : "silent")), ("sealed", JSON(seal?.study)),
      ("target", seal.map { .number(Int64($0.targetPerStratum * $0.strata.count)) } ?? .null), ("rows", .array(rows)),
      ("presentations", .array(presentations)),
      ("owed_debriefing", .number(Int64(sessions.count(where: SessionTable.isOwedDebriefing)))),
      ("agrees", .bool(problems.isEmpty)), ("problems", .array(problems.map { .text($0) })),
    ])
  }

  private func row(_ stage: Stage, _ arm: Int?) -> JSON {
    .object(
      [("stage", .text(stage.rawValue)), ("arm", JSON(arm.map { study.plan.arms[$0].name }))]
        + StatusReport.fields(counts.counts(stage, arm: arm)))
  }

  /// The counts of every stage and presentation that has any.
  private var presentations: [JSON] {
    StatusReport.stages.flatMap { stage in
      byPresentation.filter { $0.counts.counts(stage).invited > 0 }.map { way in
        .object(
          [("stage", .text(stage.rawValue)), ("presentation", JSON(way.presentation?.word))]
            + StatusReport.fields(way.counts.counts(stage)))
      }
    }
  }

  private static func fields(_ numbers: StudyCounts.Counts) -> [(String, JSON)] {
    columns.map { ($0.word, .number(Int64(numbers[keyPath: $0.field]))) }
  }
}
