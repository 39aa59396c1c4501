import ArgumentParser
import Testing

@testable import clickwrap

@Suite("the command line") struct CommandLineTests {
  /// What comes of a command line: the command's type, or the message.
  private func outcome(_ parse: () throws -> any ParsableCommand) -> String {
    do {
      return "\(type(of: try parse()))"
    } catch {
      return "\(Clickwrap.exitCode(for: error).rawValue) \(Clickwrap.fullMessage(for: error))"
    }
  }

  /// A command that is parsed by itself comes to the same as by the tree of all, messages and usage included.
  @Test(arguments: [
    "", "demo", "demo --kiosk", "demo --no-such", "demo extra", "demo --esc-delay 0", "verify a.jsonl b.jsonl",
    "verify",
    "power --base 0.1 --per-arm 5", "power --base 7", "power --per-arm", "compare 1/2 2/3", "compare 3/2 1/1",
    "screens list", "screens", "screens show", "sessions drop s 1", "--version", "--help", "-h", "help", "help power",
    "power help", "power --help", "run --help", "power --version", "bogus", "verfy a",
    "--generate-completion-script bash",
    "power --generate-completion-script=bash", "-- verify",
  ])
  func oneCommandIsParsedAsByTheWhole(_ line: String) {
    let words = line.split(separator: " ").map(String.init)
    #expect(outcome { try Clickwrap.parsed(words) } == outcome { try Clickwrap.parseAsRoot(words) }, "\(line)")
  }
}
