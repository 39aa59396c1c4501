import ArgumentParser
import ConsentInterchange
import ConsentJournal
import ConsentStudy

struct ReceiptCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "receipt", abstract: "Print a receipt of what a session consented to, refused or put off.",
    discussion: """
      The simulated consent is what a vendor on the screens asks for; its receipt says in every format that it is \
      simulated. The study's own consent is real; its controller and contact come from study.yaml and must be those that the \
      participant was told. The two never stand in one receipt. Accepting terms is apart from allowing a purpose.

      Exit status: 0 printed; 1 there is no such receipt, or a file cannot be read; 3 printed, but the journal is \
      unfinished; 4 the journal is broken, and nothing is printed.

      Examples:
        clickwrap receipt mine.jsonl --format text
        clickwrap receipt mine.jsonl --format dpv > receipt.jsonld
        clickwrap receipt defaults/journals/s000001.jsonl --format kantara --consent study --jurisdiction DE
      """)

  @Argument(help: "The journal.")
  var journal: String

  @Option(help: "27560 (ISO/IEC TS 27560), kantara (1.1), dpv (JSON-LD) or text.")
  var format: Receipt.Format = .text

  @Option(help: "simulated, or study for the study's own.")
  var consent: ConsentHistory.Consent = .simulated

  @Option(help: "With --consent study: the study's folder; otherwise the one in which the journal lies.")
  var study: String?

  @Option(help: "With --consent study: whose law holds, for example DE.")
  var jurisdiction: String?

  @Option(help: "With --consent study: where the notice is published; otherwise it is named by its digest.")
  var policyUrl: String?

  func validate() throws {
    if consent == .simulated, study != nil || jurisdiction != nil || policyUrl != nil {
      throw ValidationError("--study, --jurisdiction and --policy-url are for --consent study")
    }
    let given = [jurisdiction, policyUrl].compactMap { $0 }
    guard given.allSatisfy({ !$0.isEmpty && $0.utf8.count <= 2000 }) else {
      throw ValidationError("--jurisdiction and --policy-url take 1 to 2000 bytes")
    }
  }

  func run() throws {
    do {
      let history = try ConsentHistory.read(journal, consent, with: Journals.verifier(for: journal))
      Console.out(Receipt(history, try setting(history)).text(format))
      guard history.isComplete else {
        Console.complain("\(journal): unfinished: the session has no closing line")
        throw EndOfCommand(ending: .exit(.unfinished))
      }
    } catch let error as ReceiptError {
      guard case .journal(let error) = error else {
        throw CommandFailure(.failure, "clickwrap: \(journal): \(error)")
      }
      throw failure(error)
    } catch let error as JournalError {
      throw failure(error)
    }
  }

  private func failure(_ error: JournalError) -> CommandFailure {
    guard case .broken(let line, let fault) = error else { return CommandFailure(.failure, "clickwrap: \(error)") }
    return CommandFailure(.broken, "\(journal):\(line): broken: \(fault)")
  }

  private func setting(_ history: ConsentHistory) throws -> ReceiptSetting {
    switch consent {
    case .simulated: return ReceiptSetting(simulatedIn: history)
    case .study:
      let folder = study.map { StudyFolder($0) } ?? StudyFolder(ofJournal: journal)
      guard folder.isStudy, history.header.study != nil else { throw ReceiptError.noStudy }
      let (plan, found) = try StudyPlan.read(folder)
      guard let plan else { throw CommandFailure(.screens, lines: found.map(\.rendered)) }
      return try ReceiptSetting(plan, history, jurisdiction: jurisdiction, policyURL: policyUrl)
    }
  }
}

extension Receipt.Format: ExpressibleByArgument {}
extension ConsentHistory.Consent: ExpressibleByArgument {}

struct CheckReceiptCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check-receipt", abstract: "Say everything that a receipt lacks, or says wrongly.",
    discussion: """
      Each problem is a line: the file, the line, the way to the field, and what is wrong with it. Of something that is \
      missing the line is that of the object that lacks it. DPV is known in the form in which `clickwrap receipt` writes \
      it: compact JSON-LD with a graph. Receipts in text are for people and cannot be checked.

      Exit status: 0 nothing is wrong; 1 a file cannot be read; 9 something is wrong.

      Examples:
        clickwrap check-receipt receipt.json
        clickwrap check-receipt --format dpv --json receipt.jsonld
      """)

  @Argument(help: "The receipts.")
  var files: [String]

  @Option(help: "27560, kantara or dpv; otherwise it is found out.")
  var format: Receipt.Format?

  @Flag(help: "Print one JSON object a receipt.")
  var json = false

  func validate() throws {
    if format == .text { throw ValidationError("receipts in text cannot be checked") }
    if files.isEmpty { throw ValidationError("name a receipt") }
  }

  func run() throws {
    var isWrong = false
    for file in files {
      guard let bytes = try DurableFile.contents(of: file, limit: ReceiptCheck.maximumBytes) else {
        throw CommandFailure(.failure, "clickwrap: \(file): no such file")
      }
      let (found, problems) = ReceiptCheck.problems(in: bytes, format: format)
      isWrong = isWrong || !problems.isEmpty
      say(file, found, problems)
    }
    if isWrong { throw EndOfCommand(ending: .exit(.receipt)) }
  }

  private func say(_ file: String, _ format: Receipt.Format?, _ problems: [ReceiptProblem]) {
    guard json else {
      for problem in problems {
        Console.line("\(file):\(problem.line): \(problem.path.isEmpty ? "" : problem.path + ": ")\(problem.words)")
      }
      if problems.isEmpty { Console.line("\(file): nothing is missing (\(format?.rawValue ?? "unknown"))") }
      return
    }
    let list = problems.map { problem in
      JSON.object([
        ("line", .number(Int64(problem.line))), ("path", .text(problem.path)), ("problem", .text(problem.words)),
      ])
    }
    let object = JSON.object([
      ("receipt", .text(file)), ("format", JSON(format?.rawValue)), ("problems", .array(list)),
    ])
    Console.out(object.line + "\n")
  }
}
