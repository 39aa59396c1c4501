import ArgumentParser
import ConsentAudit
import ConsentEngine
import ConsentModel
import ConsentScreens
import ConsentStudy

struct DiffCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff", abstract: "Say what differs between two conditions of a flow, and whether it is declared.",
    discussion: """
      A condition is written as a flow, or as a flow, a colon and levels: consumer-terms:default=off,size=equal. The shortest ways to \
      every screen are walked in both at the same times, and every frame is compared, cell by cell. Each element that looks \
      different has a reason: a level changes it; it shows what a level sets, or what follows from what happened; it is the same \
      in another place; or nothing says why. Words, shortest ways and rules stand beside each other.

      Of two different flows only words, ways and rules are compared. What differs between the arms of a study, `clickwrap check` \
      says.

      Exit status: 0 nothing differs but what is declared; 10 something does; 2 and 5 as everywhere.

      Examples:
        clickwrap diff consumer-terms consumer-terms:default=off
        clickwrap diff consumer-terms:decline=first-layer consumer-terms:default=off --entry popup --json
        clickwrap diff consumer-terms fair-choice
      """)

  @Argument(help: "A condition.")
  var first: String

  @Argument(help: "Another one.")
  var other: String

  @Option(help: "Where the sessions begin; popup unless given, where there is such an entry.")
  var entry: String?

  @Option(help: "Columns and rows.")
  var size = Size.standard

  @Option(help: "Take the flows from this folder instead of the built-in ones.")
  var screens: String?

  @Flag(help: "Print one JSON object.")
  var json = false

  func run() throws {
    let sides = try [first, other].map(side)
    let report = try DiffReport(sides[0], sides[1])
    if json {
      Console.out(report.json.line + "\n")
    } else {
      for line in report.lines { Console.line(line) }
    }
    guard report.isDeclared else { throw EndOfCommand(ending: .exit(.audit)) }
  }

  private func side(_ text: String) throws -> DiffReport.Side {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    if StudyFolder(parts[0]).isStudy {
      throw ValidationError("\(parts[0]) is a study; `clickwrap check \(parts[0])` says what differs between its arms")
    }
    var levels: [String: String] = [:]
    for setting in parts.count < 2 ? [] : parts[1].split(separator: ",", omittingEmptySubsequences: false) {
      let pair = setting.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard pair.count == 2, !pair[0].isEmpty, !pair[1].isEmpty, levels.updateValue(pair[1], forKey: pair[0]) == nil
      else {
        throw ValidationError("'\(text)': after the colon stand factor=level, each factor once, with commas between")
      }
    }
    let (source, name) = FlowPlace.find(parts[0], screens: screens)
    let loaded = try LoadedFlow.load(name, from: source, set: levels, language: "en")
    guard let document = FlowLoader.document(name, from: source).document else {
      preconditionFailure("what was compiled has a document")
    }
    let entries = loaded.flow.entries.map(\.name)
    let wanted = entry ?? (entries.contains("popup") ? "popup" : entries[0])
    guard let index = entries.firstIndex(of: wanted) else {
      throw ValidationError("\(name) has no entry '\(wanted)': \(entries.joined(separator: ", "))")
    }
    let inputs = SessionInputs(
      size: size, entry: UInt8(clamping: index), date: loaded.flow.dates.published,
      inputGuardMicroseconds: loaded.flow.inputGuardMicroseconds)
    return DiffReport.Side(
      name: text, place: "\(source.label(of: name))", levels: levels, document: document, flow: loaded.flow,
      inputs: inputs)
  }
}
