import ArgumentParser
import ConsentJournal
import ConsentLedger
import ConsentModel
import ConsentStudy

struct InitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init", abstract: "Make a study folder: three arms, every default visible, the screens pinned.",
    discussion: """
      The folder must not be there, or be empty. study.yaml says what the study is; everything in it may be changed until \
      the study is sealed.

      Examples:
        clickwrap init defaults
        clickwrap init defaults --from consumer-terms && clickwrap check defaults
      """)

  @Argument(help: "The study's folder.")
  var folder: String

  @Option(
    name: .customLong("from"), help: "The flow that the study is about: \(StudyTemplate.flows.joined(separator: ", "))."
  )
  var flow = "consumer-terms"

  func validate() throws {
    guard StudyTemplate.flows.contains(flow) else {
      throw ValidationError("--from takes \(StudyTemplate.flows.joined(separator: ", ")), not '\(flow)'")
    }
  }

  func run() throws {
    let study = StudyFolder(folder)
    let retain = Day(number: Present.day().number + 3 * 365)
    let plan = StudyTemplate.text(
      name: StudyTemplate.name(from: study.path), flow: flow, engineVersion: JournalFormat.engineVersion,
      // Seeds that people read to each other should be short.
      seed: Session.freshSeed() >> 32, retainUntil: retain.text)
    try study.make(plan: plan, screens: BuiltIn.files)
    _ = try SQLiteLedger(path: study.ledgerPath, create: true)
    Console.line("\(study.path): a study with three arms. Next:")
    Console.line("  clickwrap check \(study.path)                     what is wrong, and what the arms can find")
    Console.line("  clickwrap run \(study.path) --participant p01     a pilot session")
    Console.line("  clickwrap seal \(study.path)                      before the first live session")
    Console.line("  clickwrap status \(study.path)                    who was assigned, exposed, answered")
  }
}
