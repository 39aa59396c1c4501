import ArgumentParser
import ConsentJournal
import ConsentLedger
import ConsentReport
import ConsentStudy

struct ExampleCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "example", abstract: "Make the worked example: a study, 200 synthetic participants, and its report.",
    discussion: """
      A study folder as `init` makes it, with fixed seeds; sessions of synthetic participants who follow a script, all of them in the stage \
      `simulated`; and the page of the report in its folder `reports`. The same program makes the same frames and the same numbers. No \
      person took part, and nothing in it says anything about people: it is there to see what a report looks like, to teach with, and to \
      try an analysis before anybody takes part.

      Examples:
        clickwrap example worked
        clickwrap export worked --stage simulated --to worked/exports/simulated
      """)

  @Argument(help: "The folder to make; it must not be there, or be empty.")
  var folder: String

  @Option(help: "How many synthetic participants, 1 to 100,000.")
  var participants = 200

  @Option(help: "What they are drawn from.")
  var seed: UInt64 = 1

  func validate() throws {
    guard (1...100_000).contains(participants) else { throw ValidationError("--participants takes 1 to 100,000") }
  }

  func run() throws {
    let place = StudyFolder(folder)
    let plan = StudyTemplate.text(
      name: "worked-example", flow: "consumer-terms", engineVersion: JournalFormat.engineVersion, seed: 1,
      retainUntil: "2099-12-31")
    try place.make(plan: plan, screens: BuiltIn.files)
    _ = try SQLiteLedger(path: place.ledgerPath, create: true)
    let study = try OpenStudy(place.path)
    _ = try Simulation(study, seed: seed).run(participants)
    let report = try StudyReport(study, stage: .simulated, takesTexts: false)
    let page = place.path + "/reports/simulated.html"
    try DurableFile.create(page, Array(ReportPage().html(report).utf8), mode: 0o644)
    Console.line("SIMULATED, no person took part: \(participants) sessions in \(place.path)")
    Console.line("\(page): the report; open it in a browser")
  }
}
