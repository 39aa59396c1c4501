import ArgumentParser
import ConsentEngine
import ConsentModel
import ConsentRender
import ConsentStudy
import ConsentTerminal

struct NextCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "next",
    abstract: "Run one participant after the other in a room, with a screen to wait at in between.",
    discussion: """
      Between people a ready screen stands, which Enter leaves. Ids are made of --prefix and the next free number. The \
      word of --leave-word, typed at the ready screen, ends it; it is shown before the terminal is taken, so that only the \
      moderator knows it. It ends as well when the study gives no more sessions.

      Examples:
        clickwrap next defaults
        clickwrap next defaults --stage live --stratum lab-a --prefix a
      """)

  @Argument(help: "The study's folder.")
  var folder: String

  @Option(help: "What the ids of the participants begin with.")
  var prefix = "p"

  @Option(help: "The word that ends it at the ready screen; made up unless given.")
  var leaveWord: String?

  @Option(help: "pilot (the default) or live; only live sessions take slots.")
  var stage: String?

  @Option(help: "The participants' stratum, one of those in study.yaml.")
  var stratum: String?

  @Option(help: "Who runs the sessions; your login name unless given.")
  var moderator: String?

  @OptionGroup var terminal: TerminalFlags

  func validate() throws {
    if let leaveWord, leaveWord.count < 4 || !leaveWord.allSatisfy({ $0.isASCII && $0.isLetter }) {
      throw ValidationError("--leave-word takes four letters or more")
    }
    if let problem = ParticipantID.problem(in: prefix + "001") { throw ValidationError("--prefix: \(problem)") }
  }

  func run() throws {
    let study = try OpenStudy(folder)
    guard study.plan.consent == .screen else {
      throw CommandFailure(
        .refused,
        "clickwrap: this study's consent is external and needs a token for each participant; use `clickwrap run`")
    }
    var options = StudyRunOptions()
    options.stage = stage
    options.stratum = stratum
    options.moderator = moderator
    let arms = try ArmFlows(study)
    let word = leaveWord ?? NextCommand.madeUpWord()
    Console.complain("the word that ends it at the ready screen: \(word)")
    let room = Room(study: study, options: options, arms: arms, prefix: prefix, leaveWord: word.lowercased())
    var choices = terminal.choices
    choices.isKiosk = true
    choices.linear = study.plan.presentation.mode == .linear
    if !study.plan.presentation.usesMouse { choices.noMouse = true }
    let (held, signal) = try choices.sit(room, arms.flow(0))
    Console.line("sessions: \(held.map { String($0) }.joined(separator: ", "))")
    if signal != 0 { throw EndOfCommand(ending: .signal(signal)) }
  }

  /// Six letters that spell nothing.
  private static func madeUpWord() -> String {
    let letters = Array("bcdfghjkmnpqrstvwxz")
    return String((0..<6).map { _ in letters.randomElement() ?? "x" })
  }
}

/// A room in which one participant comes after the other.
private struct Room: Sitting {
  let study: OpenStudy
  let options: StudyRunOptions
  let arms: ArmFlows
  let prefix: String
  let leaveWord: String

  /// The numbers of the sessions that were held.
  func hold<S: InteractiveSurface & ~Copyable>(on surface: inout S, as presentation: Presentation) throws -> [Int] {
    var held: [Int] = []
    let engine = FlowEngine(try arms.flow(0))
    while try waitForSomebody(engine, on: &surface, presentation) {
      let session = try options.session(of: study, participant: nextID())
      let result: StudySession.Result
      do {
        result = try session.hold(on: &surface, as: presentation)
      } catch let failure as CommandFailure where failure.status == .refused && !held.isEmpty {
        // The study is full; what was held is said all the same.
        Console.complain(failure.lines.joined(separator: "\n"))
        return held
      }
      held.append(result.session.number)
      if surface.endingSignal != 0 { return held }
    }
    return held
  }

  /// The prefix and the next number that nobody has.
  private func nextID() throws -> String {
    let numbers = try study.ledger.sessions().compactMap { session -> Int? in
      guard let id = session.participant, id.hasPrefix(prefix) else { return nil }
      return Int(id.dropFirst(prefix.count))
    }
    let digits = String((numbers.max() ?? 0) + 1)
    return prefix + String(repeating: "0", count: max(0, 3 - digits.count)) + digits
  }

  /// Shows the ready screen until Enter; false when the moderator's word was typed, or the terminal went away.
  private func waitForSomebody<S: InteractiveSurface & ~Copyable>(
    _ engine: FlowEngine, on surface: inout S, _ presentation: Presentation
  ) throws -> Bool {
    let flow = engine.flow
    let screen = flow.screens.firstIndex { $0.name == "ready" } ?? 0
    surface.begin(flow, study.plan.inputs(for: flow, seed: 0))
    var view = ViewState(
      screen: Int32(screen), size: surface.currentSize, values: flow.variables.map(\.initial),
      presentation: presentation)
    var frame = Frame()
    var typed = ""
    while true {
      engine.painter.paint(view, into: &frame)
      try surface.present(frame)
      switch try surface.nextEvent(until: nil).input {
      case .key(.enter), .choose: return true
      case .key(let key):
        guard let scalar = Unicode.Scalar(key.code), key.modifiers == [] else { continue }
        typed = String((typed + String(scalar)).suffix(leaveWord.count)).lowercased()
        if typed == leaveWord { return false }
      case .resize(let size): view.size = size
      case .leave: return false
      case .mouse, .paste, .wake, .terminalFocus, .suspended, .continued, .fence, .unknown, .resumed: break
      }
    }
  }
}
