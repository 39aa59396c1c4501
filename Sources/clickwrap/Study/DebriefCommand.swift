import ArgumentParser
import ConsentScreens
import ConsentStudy

struct DebriefCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "debrief",
    abstract: "Print the debriefing as a sheet for those who left early, and say who is owed one.",
    discussion: """
      The sheet goes to standard output, the numbers of the sessions that are owed one to standard error. Note with \
      `clickwrap sessions debriefed` who has got it.

      Example:
        clickwrap debrief defaults > sheet.txt
      """)

  @Argument(help: "The study's folder.")
  var folder: String

  func run() throws {
    let study = try OpenStudy(folder)
    for paragraph in DebriefingSheet(try ArmFlows(study).flow(0)).paragraphs { Console.line(paragraph + "\n") }
    let owed = try study.ledger.sessions().filter(SessionTable.isOwedDebriefing)
    guard !owed.isEmpty else { return }
    Console.complain("owed a debriefing: session " + owed.map { String($0.number) }.joined(separator: ", "))
  }
}
