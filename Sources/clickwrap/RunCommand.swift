import ArgumentParser
import ConsentEngine
import ConsentJournal
import ConsentModel
import ConsentStudy
import ConsentTerminal
import Glibc

struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Run one session: of a flow, printing what was agreed to, or of a study.",
    discussion: """
      Of a study a session is a kiosk, prints nothing and lies in the study's folder: --participant gives the id, which is \
      in the ledger and nowhere else. The same id goes on where it was interrupted, as far as the study allows.

      Examples:
        clickwrap run consumer-terms --set default=off --account pro
        clickwrap run consumer-terms --date 2025-09-28 --journal s1.jsonl --json
        clickwrap run ./my-flow --set order=reversed
        exec clickwrap run consumer-terms --kiosk --journal s2.jsonl
        clickwrap run consumer-terms --journal s2.jsonl --resume
        clickwrap run defaults --participant p01
        clickwrap run defaults --participant p01 --stage live --stratum lab-a
      """)

  @OptionGroup var options: FlowOptions

  @OptionGroup var study: StudyRunOptions

  @Option(help: "Record the session in this file; nothing may be there.")
  var journal: String?

  @Flag(
    help: """
      Go on with the session in --journal, which was interrupted: with the flow that lies beside it, from the moment of its \
      last event, as a kiosk if it was one. Left from outside, it is interrupted again. Where the journal has no whole \
      header, nothing was shown yet: it is kept aside, and the session begins anew with what is given here.
      """)
  var resume = false

  @Flag(help: "Print the agreement as JSON.")
  var json = false

  @OptionGroup var terminal: TerminalFlags

  func validate() throws {
    if resume && journal == nil { throw ValidationError("--resume goes with --journal") }
    if json && terminal.kiosk { throw ValidationError("--json and --kiosk exclude each other: a kiosk prints nothing") }
  }

  func run() throws {
    if StudyFolder(options.flow).isStudy {
      guard options.isPlain, journal == nil, !json else {
        throw ValidationError("a study says itself what its sessions are; only --participant and its like go with it")
      }
      return try study.run(options.flow, terminal)
    }
    guard study.isEmpty else {
      throw ValidationError("--participant, --stage, --stratum and --consent-token go with the folder of a study")
    }
    let loaded: LoadedFlow
    var choices = terminal.choices
    if resume, let journal, try !UnbegunJournal.isOne(journal) {
      let found = try GoingOn(journal)
      try found.refuseStudy()
      try found.refuseOtherEngine(.failure, hint: "use that program")
      guard options.isPlain else { throw ValidationError("with --resume the journal says what the session is given") }
      guard let flow = try JournalVerifier().flow(of: journal) else {
        throw CommandFailure(.failure, "clickwrap: \(journal): its flow does not lie beside it in flows/")
      }
      loaded = LoadedFlow(flow: flow)
      // Who could not leave before must not be able to now.
      choices.isKiosk = choices.isKiosk || found.isKiosk
      guard !(json && choices.isKiosk) else {
        throw ValidationError("the session in \(journal) is a kiosk, which prints nothing: --json has no meaning")
      }
    } else {
      if resume, let journal {
        Console.complain(
          "clickwrap: \(journal): no whole header, so nothing was shown yet; it is kept aside, and the session begins "
            + "anew with what is given here")
      }
      loaded = try options.load()
    }
    var inputs = try options.inputs(for: loaded.flow)
    inputs.asksBeforeStopping = choices.isKiosk
    if let journal, !resume, access(journal, F_OK) == 0 {
      throw CommandFailure(.failure, "clickwrap: \(journal): there is a file already; nothing is ever overwritten")
    }
    let engine = FlowEngine(loaded.flow)
    let place: JournalPlace = journal.map { resume ? .resume($0) : .new($0) } ?? .none
    var session = Session(engine: engine, bytes: loaded.bytes, journal: place)
    session.isResumable = resume
    let (state, signal) = try choices.sit(SingleSitting(session: session, inputs: inputs), loaded.flow)
    // The next person must not read what this one agreed to.
    if !choices.isKiosk {
      let report = AgreementReport(engine, state)
      if json {
        Console.out(report.json.line + "\n")
      } else {
        for line in report.lines { Console.line(line) }
      }
    }
    if signal != 0 { throw EndOfCommand(ending: .signal(signal)) }
  }
}

/// One session.
private struct SingleSitting: Sitting {
  let session: Session
  let inputs: SessionInputs

  func hold<S: InteractiveSurface & ~Copyable>(on surface: inout S, as presentation: Presentation) throws -> FlowState {
    try session.run(inputs, on: &surface, as: presentation)
  }
}
