import ArgumentParser
import ConsentInterchange
import ConsentJournal
import ConsentRender

struct FrameCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "frame", abstract: "Show what was on screen at an event of a journal.",
    discussion: """
      Numbers in tables and receipts name an event and the digest of a frame: this is the frame. The journal is replayed up to \
      the event, and every frame before it and itself are compared with what was recorded.

      --at takes the number of an event for the frame that followed it, `first` for the frame before any event, `last`, or \
      `decision` for the frame on which the first decision was made, that is the one before its event.

      Examples:
        clickwrap frame visit.jsonl --at decision
        clickwrap frame visit.jsonl --at 12 --format svg > twelve.svg
        clickwrap frame visit.jsonl --at last --format json
      """)

  @Argument(help: "The journal.")
  var journal: String

  @Option(help: "The number of an event, first, last or decision.")
  var at: JournalFrame.Place

  @Option(help: "text, ansi, svg or json.")
  var format = FrameFormat.text

  @Flag(help: "Say on standard error which event and which digest it is.")
  var verbose = false

  func run() throws {
    let found: JournalFrame
    do {
      found = try JournalFrame(journal, at: at, with: Journals.verifier(for: journal))
    } catch let error as JournalRecording.Failure {
      throw RecordCommand.failure(error, journal)
    }
    switch format {
    case .text: Console.out(found.frame.text(flow: found.engine.flow))
    case .ansi: Console.out(found.frame.ansi(flow: found.engine.flow, depth: .palette))
    case .svg: Console.out(found.frame.svg(flow: found.engine.flow, title: found.title))
    case .json: Console.out(found.json)
    }
    Console.out("\n")
    if verbose { Console.complain("\(journal): \(found.words)") }
  }
}

extension JournalFrame.Place: ExpressibleByArgument {
  /// `first`, `last`, `decision`, or the number of an event.
  public init?(argument: String) { self.init(argument) }
}
