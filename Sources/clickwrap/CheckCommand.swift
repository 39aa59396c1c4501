import ArgumentParser
import ConsentScreens
import ConsentSource
import Glibc

struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Say everything that is wrong with screen files, at once.",
    discussion: """
      A path is a flow's folder, a file in it, or a folder of flows. Every level of every factor is compiled.

      Examples:
        clickwrap check screens
        clickwrap check screens/consumer-terms --json
      """)

  @Argument(help: "Folders or files.")
  var paths: [String]

  @Flag(help: "Print one JSON object a finding.")
  var json = false

  func run() throws {
    var found: [Diagnostic] = []
    var flows = 0
    for path in paths {
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
      Console.line("\(flows) \(flows == 1 ? "flow" : "flows"): \(warnings) wrong")
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
