import ArgumentParser
import ConsentScreens
import ConsentSource
import ConsentStudy
import Glibc

struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Say everything that is wrong with screen files, at once.",
    discussion: """
      A path is a flow's folder, a file in it, or a folder of flows; or a study. Every level of every factor is compiled. Of \
      a study it says as well what was proved by going to all of its states, which cells differ between its arms, and what \
      its contrasts can find.

      Examples:
        clickwrap check screens
        clickwrap check screens/consumer-terms --json
        clickwrap check defaults
      """)

  @Argument(help: "Folders or files.")
  var paths: [String]

  @Flag(
    help: "Of a study, explore every value of every draw, as `clickwrap seal` does; it takes several times as long.")
  var everyDraw = false

  @Flag(help: "Print one JSON object a finding.")
  var json = false

  func run() throws {
    var found: [Diagnostic] = []
    var flows = 0
    var studies = 0
    var facts: [String] = []
    for path in paths {
      if StudyFolder(path).isStudy {
        let (problems, known) = try StudyCheck(folder: StudyFolder(path), everyDraw: everyDraw).run()
        studies += 1
        found += problems
        facts += known
        continue
      }
      let (source, names) = try places(path)
      for name in names {
        flows += 1
        found += FlowLoader.check(flow: name, from: source)
      }
    }
    found = found.inReadingOrder()
    for diagnostic in found {
      if json {
        Console.out(object(diagnostic).line + "\n")
      } else {
        Console.complain(diagnostic.rendered)
      }
    }
    if found.hasErrors { throw EndOfCommand(ending: .exit(.screens)) }
    if !json {
      let warnings =
        found.isEmpty ? "nothing" : "\(found.count) \(found.count == 1 ? "warning" : "warnings"), nothing else"
      for fact in facts { Console.line(fact) }
      let counts = [
        flows > 0 || studies == 0 ? "\(flows) \(flows == 1 ? "flow" : "flows")" : nil,
        studies > 0 ? "\(studies) \(studies == 1 ? "study" : "studies")" : nil,
      ]
      Console.line("\(counts.compactMap { $0 }.joined(separator: ", ")): \(warnings) wrong")
    }
  }

  private func places(_ path: String) throws -> (FlowSource, [String]) {
    var folder = path
    while true {
      if access(folder + "/flow.yaml", R_OK) == 0 {
        let (source, name) = FlowPlace.find(folder, screens: nil)
        return (source, [name])
      }
      let names = FlowLoader.flows(in: .folder(folder))
      if !names.isEmpty { return (.folder(folder), names) }
      // A file stands for the flow it belongs to.
      guard let slash = folder.lastIndex(of: "/"), slash != folder.startIndex else { break }
      folder = String(folder[..<slash])
    }
    throw CommandFailure(.usage, "clickwrap: \(path): neither a flow's folder, nor in one, nor a folder of flows")
  }

  private func object(_ diagnostic: Diagnostic) -> JSON {
    .object([
      ("file", .text(diagnostic.file)), ("line", .number(Int64(diagnostic.line))),
      ("column", .number(Int64(diagnostic.column))), ("severity", .text(diagnostic.severity.rawValue)),
      ("message", .text(diagnostic.message)), ("hint", JSON(diagnostic.hint)),
    ])
  }
}
