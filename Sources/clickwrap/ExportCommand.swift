import ArgumentParser
import ConsentInterchange
import ConsentJournal
import ConsentModel
import ConsentStudy
import Glibc

struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Write a study's data as tables that other programs read.",
    discussion: """
      Every session is replayed and every frame compared before a row of it is written. There are tables of participants, \
      events, agreements, exposure, answers, kept texts and markers, a codebook, a table that describes the arms, and scripts \
      for R and Python that read all of it. The folder is laid out as Psych-DS 1.5 has it.

      Only live sessions are exported unless other stages are named, each into files of its own. Sessions whose person did not \
      say that their data may be kept have one row in participants, of how they stand, and no other. Participants have random \
      names; ids, codes, seeds and the names of moderators stay in the study.

      Texts are written so that no spreadsheet takes them for formulas and nothing in them acts on a terminal; the README of \
      the export says how to have them back, and its scripts do it. JSON Lines hold them as they are.

      Exit status: 0 written; 1 a file cannot be written; 4 written, but a journal is broken or gone, and has only its row in \
      participants; 5 the study's files are wrong.

      Examples:
        clickwrap export defaults --to data
        clickwrap export defaults --to data --stage pilot --jsonl --bids
        clickwrap export defaults --to data --excel --delimiter semicolon
        clickwrap export defaults --to shared --coarse-ms 100
      """)

  @Argument(help: "The study.")
  var study: String

  @Option(help: "The folder to make; it must not be there, or be empty.")
  var to: String

  @Option(help: "A stage to export: live (unless others are named), pilot or simulated; may be given several times.")
  var stage: [Stage] = []

  @Flag(help: "Write the tables as JSON Lines as well.")
  var jsonl = false

  @Flag(help: "Write a BIDS folder as well: one folder a session, events as tab-separated values.")
  var bids = false

  @Flag(help: "Write CSV files as Excel wants them: with a byte order mark, and rows that end with a carriage return.")
  var excel = false

  @Option(help: "What separates the cells of CSV files: comma, semicolon or tab.")
  var delimiter = Delimiter.comma

  @Option(help: "Round times to so many milliseconds, 1 to 60000, and wall-clock times to the day, for sharing.")
  var coarseMs: Int?

  @Flag(help: "Say what was written as one JSON object.")
  var json = false

  enum Delimiter: String, CaseIterable, ExpressibleByArgument {
    case comma, semicolon, tab

    var byte: UInt8 {
      switch self {
      case .comma: UInt8(ascii: ",")
      case .semicolon: UInt8(ascii: ";")
      case .tab: 0x09
      }
    }
  }

  func validate() throws {
    if let coarseMs, !(1...60_000).contains(coarseMs) { throw ValidationError("--coarse-ms is 1 to 60000") }
    if stage.contains(.none) { throw ValidationError("--stage is live, pilot or simulated") }
  }

  private var options: ExportOptions {
    var options = ExportOptions()
    options.stages = stage.isEmpty ? [.live] : Stage.allCases.filter(stage.contains)
    options.hasJSONLines = jsonl
    options.hasBIDS = bids
    options.isForExcel = excel
    options.delimiter = delimiter.byte
    options.coarseMilliseconds = coarseMs ?? 0
    return options
  }

  func run() throws {
    let open = try OpenStudy(study)
    let source = try open.flow()
    let flows = try ArmFlows(open)
    let plan = ExportPlan(
      open.plan, flows: try open.plan.arms.indices.map { try flows.flow($0) }, instruments: source.instruments,
      digest: flows.study, options: options)
    do {
      let folder = try ExportFolder(to, plan)
      let problems = try write(open, plan, to: folder)
      try folder.finish()
      say(folder, problems)
      if !problems.isEmpty { throw EndOfCommand(ending: .exit(.broken)) }
    } catch let error as ExportError {
      throw CommandFailure(.failure, "clickwrap: \(error)")
    }
  }

  /// Writes all sessions of the wanted stages, a round at a time.
  private func write(_ open: OpenStudy, _ plan: ExportPlan, to folder: ExportFolder) throws -> [String] {
    let lanes = Lanes<SessionTabulator, ExportedSession, SessionRows>(
      making: { SessionTabulator(plan) }, work: { $0.rows(of: $1) })
    var people = PeopleSoFar(try open.ledger.extent())
    var progress = Progress("sessions", of: people.count)
    var problems: [String] = []
    var last = 0
    while last < people.count {
      let entries = try open.ledger.sessions(after: last, limit: lanes.roundCount)
      last += lanes.roundCount
      let jobs = entries.map { people.exported($0, in: open.folder) }.filter {
        plan.options.stages.contains($0.entry.stage)
      }
      for rows in lanes.run(jobs) {
        if let problem = rows.problem { problems.append(problem) }
        try folder.add(rows)
      }
      progress.note(entries.count)
    }
    progress.finish()
    return problems
  }

  private func say(_ folder: ExportFolder, _ problems: [String]) {
    for problem in problems { Console.complain(problem) }
    if json {
      let object = JSON.object([
        ("export", .text(to)), ("rows", .object(folder.rows.map { ($0.table, .number(Int64($0.rows))) })),
        ("problems", .array(problems.map { .text($0) })),
      ])
      Console.out(object.line + "\n")
      return
    }
    for (table, rows) in folder.rows { Console.line("\(table): \(rows) rows") }
    Console.complain(
      "clickwrap: \(to): texts that a spreadsheet would take for formulas begin with an apostrophe; README.md there says how "
        + "to have them back. Whoever withdraws later has to be removed from this copy by hand.")
  }
}

extension Stage: ExpressibleByArgument {}
