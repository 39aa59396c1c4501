import ArgumentParser
import ConsentJournal
import ConsentStudy
import ConsentTerminal

/// Who takes part in a study.
struct StudyRunOptions: ParsableArguments {
  @Option(help: "The participant's id, as the lab or the recruiter gave it: letters, digits and . _ - @ + inside.")
  var participant: String?

  @Option(help: "pilot (the default) or live; only live sessions take slots.")
  var stage: String?

  @Option(help: "The participant's stratum, one of those in study.yaml.")
  var stratum: String?

  @Option(help: "Where the study's consent is external: what shows that it was given. It stands in the ledger.")
  var consentToken: String?

  @Option(help: "Who runs the session; your login name unless given.")
  var moderator: String?

  @Flag(help: "Not as a kiosk: Ctrl-Z suspends, and the end of the session is said.")
  var noKiosk = false

  /// Whether none of them was given.
  var isEmpty: Bool { participant == nil && stage == nil && stratum == nil && consentToken == nil && !noKiosk }

  /// The stage of the session.
  func chosenStage() throws -> Stage {
    switch stage {
    case nil, "pilot": return .pilot
    case "live": return .live
    default: throw ValidationError("--stage takes pilot or live, not '\(stage ?? "")'")
    }
  }

  /// Runs one session of a study.
  func run(_ folder: String, _ terminal: TerminalFlags) throws {
    guard let participant else { throw ValidationError("a session of a study needs --participant") }
    let study = try OpenStudy(folder)
    var choices = terminal.choices
    choices.isKiosk = !noKiosk
    let session = try session(of: study, participant: participant)
    let (result, signal) = try session.sit(choices)
    if noKiosk { Console.line("session \(result.session.number): \(result.words)") }
    if signal != 0 { throw EndOfCommand(ending: .signal(signal)) }
  }

  /// A session for a participant, everything but the terminal ready.
  func session(of study: OpenStudy, participant: String) throws -> StudySession {
    if let problem = ParticipantID.problem(in: participant) {
      throw ValidationError("--participant: \(problem)")
    }
    let stage = try chosenStage()
    if stage == .live { _ = try study.sealed() }
    var why = ""
    switch (study.plan.consent, consentToken) {
    case (.external, nil):
      throw ValidationError("this study's consent is external: --consent-token says what shows that it was given")
    case (.external, let token?): why = "consent: \(token)"
    case (.screen, nil): break
    case (.screen, _?): throw ValidationError("this study's consent is on screen; --consent-token has no meaning")
    }
    return StudySession(
      study: study, arms: try ArmFlows(study), participant: participant, stage: stage,
      stratum: try stratumIndex(study.plan),
      act: Act(who: moderator ?? ModeratorOptions.login, why: why, at: Present.time()))
  }

  private func stratumIndex(_ plan: StudyPlan) throws -> Int {
    let strata = plan.allocation.strata
    guard let stratum else {
      if strata.isEmpty { return 0 }
      throw ValidationError("this study has strata: --stratum takes \(strata.joined(separator: ", "))")
    }
    guard let index = strata.firstIndex(of: stratum) else {
      throw ValidationError(
        "there is no stratum '\(stratum)': \(strata.isEmpty ? "none" : strata.joined(separator: ", "))")
    }
    return index
  }
}

extension StudySession {
  /// Opens the terminal as the study asks for and runs the session.
  func sit(_ choices: TerminalChoices) throws -> (result: Result, signal: Int32) {
    var choices = choices
    choices.linear = study.plan.presentation.mode == .linear
    if !study.plan.presentation.usesMouse { choices.noMouse = true }
    let (result, signal) = try choices.sit(self, arms.flow(0))
    return (result, signal)
  }
}

extension StudySession.Result {
  /// What came of it, in words.
  var words: String { status?.rawValue ?? "interrupted; the same participant can go on" }
}
