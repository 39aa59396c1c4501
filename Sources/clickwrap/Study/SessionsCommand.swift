import ArgumentParser
import ConsentJournal
import ConsentStudy

struct SessionsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sessions", abstract: "List the sessions of a study, and change how one of them counts.",
    subcommands: [List.self, Drop.self, Reject.self, Exclude.self, Include.self, Debriefed.self],
    defaultSubcommand: List.self)

  /// Prints them.
  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List the sessions of a study; arms are masked unless they are asked for.",
      discussion: """
        Seeing the arms is recorded in the ledger.

        Examples:
          clickwrap sessions list defaults
          clickwrap sessions list defaults --json | jq .status
        """)

    @Argument(help: "The study's folder.")
    var folder: String

    @Flag(help: "Show the arms; the ledger records that you have seen them.")
    var unmask = false

    @Flag(help: "Print one JSON object a session.")
    var json = false

    @OptionGroup var moderator: ModeratorOptions

    func run() throws {
      let study = try OpenStudy(folder)
      if unmask { try study.ledger.record("unmask", session: nil, by: moderator.act(needsReason: false)) }
      let table = SessionTable(arms: unmask ? study.plan.arms.map(\.name) : nil, strata: study.plan.strata)
      let sessions = try study.ledger.sessions()
      if json {
        for session in sessions { Console.out(table.json(session).line + "\n") }
      } else {
        for line in table.lines(sessions) { Console.line(line) }
      }
    }
  }

  /// Gives a session up.
  struct Drop: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Give an interrupted session up; its slot returns when it was lost before the pop-up.",
      discussion: "Example:\n  clickwrap sessions drop defaults 12 --reason \"went home\"")
    @OptionGroup var target: SessionTarget
    func run() throws {
      let study = try OpenStudy(target.folder)
      try study.refuseWhileRunning(target.session)
      if let status = try study.settleEnd(of: target.session) {
        throw CommandFailure(
          .refused,
          "clickwrap: session \(target.session) had come to its end, which the ledger knows only now: \(status.rawValue)"
        )
      }
      // Whether the slot returns depends on whether the pop-up was met.
      try study.catchUp(target.session)
      try study.ledger.perform(.drop, session: target.session, by: target.moderator.act())
      try study.closeJournal(of: target.session)
    }
  }

  /// Rejects a session.
  struct Reject: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Reject a session that should not have been; its slot returns when it was before the pop-up.",
      discussion: "Example:\n  clickwrap sessions reject defaults 12 --reason \"not of age\"")
    @OptionGroup var target: SessionTarget
    func run() throws {
      let study = try OpenStudy(target.folder)
      try study.refuseWhileRunning(target.session)
      _ = try study.settleEnd(of: target.session)
      try study.catchUp(target.session)
      try study.ledger.perform(.reject, session: target.session, by: target.moderator.act())
      try study.closeJournal(of: target.session)
    }
  }

  /// Excludes a session.
  struct Exclude: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Exclude a session from what counts; `include` takes it back.",
      discussion: """
        Confirmatory exclusions rest on facts that were fixed before the pop-up, on duplicates, withdrawal, or a technical \
        failure judged blind to the arm. Whether you had seen the arm is recorded.

        Example:
          clickwrap sessions exclude defaults 12 --reason "took part before"
        """)
    @OptionGroup var target: SessionTarget
    @Flag(help: "You have seen the session's arm.")
    var sawArm = false
    func run() throws {
      let study = try OpenStudy(target.folder)
      let act = try target.moderator.act()
      // Whoever asked for the arms once has seen this one as well.
      let unmasked = try study.ledger.acts().contains {
        ["unmask", "watch"].contains($0.verb) && $0.act.who == act.who
          && ($0.session ?? target.session) == target.session
      }
      try study.ledger.perform(.exclude(sawArm: sawArm || unmasked), session: target.session, by: act)
    }
  }

  /// Takes an exclusion back.
  struct Include: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Let an excluded session count again.",
      discussion: "Example:\n  clickwrap sessions include defaults 12 --reason \"another person of that name\"")
    @OptionGroup var target: SessionTarget
    func run() throws {
      try OpenStudy(target.folder).ledger.perform(.include, session: target.session, by: target.moderator.act())
    }
  }

  /// Notes that somebody was debriefed by other means.
  struct Debriefed: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Note that somebody who left early was debriefed by other means, and what they said about their data.",
      discussion: "Example:\n  clickwrap sessions debriefed defaults 12 --data keep --reason \"read the sheet\"")
    @OptionGroup var target: SessionTarget
    @Option(help: "What they said about their data: keep or unanswered; for delete use `clickwrap withdraw`.")
    var data: String?
    func validate() throws {
      guard let data else { return }
      guard ["keep", "unanswered"].contains(data) else { throw ValidationError("--data takes keep or unanswered") }
    }
    func run() throws {
      let study = try OpenStudy(target.folder)
      let act = try target.moderator.act()
      try study.ledger.perform(.debriefed, session: target.session, by: act)
      if let choice = data.flatMap(DataChoice.init(rawValue:)) {
        try study.ledger.perform(.data(choice), session: target.session, by: act)
      }
    }
  }
}

/// One session of a study, and who acts on it.
struct SessionTarget: ParsableArguments {
  @Argument(help: "The study's folder.")
  var folder: String

  @Argument(help: "The session's number.")
  var session: Int

  @OptionGroup var moderator: ModeratorOptions
}

extension OpenStudy {
  /// Whether a process runs the session at this moment.
  func isRunning(_ session: Int) -> Bool { Journal.isBeingWritten(folder.journal(of: session)) }

  /// Closes the journal of a session that nobody will go on with, and puts its head into the study chain.
  func closeJournal(of session: Int) throws {
    let path = folder.journal(of: session)
    guard try hasBegun(session), try ledger.session(number: session)?.head == nil else {
      return
    }
    let head: Digest256
    do throws(JournalError) {
      head = try close(path)
    } catch {
      // One that was closed before has its head already.
      guard case .complete = error, case .complete(let summary) = try JournalVerifier().verify(path) else {
        throw error
      }
      head = summary.chain
    }
    try ledger.finish(
      session, SessionEnding(status: .dropped, data: .unanswered, head: head.hex), at: Present.time())
  }

  /// Says in the ledger what a session came to whose journal tells its end, with its closing line or without.
  ///
  /// - Returns: its status, or nil when it has not ended, or had ended in the ledger before.
  func settleEnd(of number: Int) throws -> SessionStatus? {
    guard let session = try ledger.session(number: number), session.status == .open,
      try hasBegun(number)
    else { return nil }
    let path = folder.journal(of: number)
    let replay = try JournalVerifier().replay(path, visit: nil)
    if replay.reader.closing == nil {
      guard let state = replay.state, let engine = replay.engine,
        SessionProgress(engine.flow).status(of: state) != nil
      else { return nil }
      _ = try close(path)
    }
    guard try settle(session) else { return nil }
    return try ledger.session(number: number)?.status
  }

  /// Closes a journal that was interrupted: as left, or as finished where only the closing line is missing.
  private func close(_ path: String) throws(JournalError) -> Digest256 {
    let replay = try JournalVerifier().replay(path, visit: nil)
    guard replay.reader.closing == nil, let state = replay.state, let engine = replay.engine, state.isOver else {
      return try JournalWriter.giveUp(path, .hangup)
    }
    let writer = try JournalWriter(resuming: path)
    guard writer.head == replay.reader.chain else { throw .replaced(path: path) }
    if let outcome = state.outcome {
      try writer.close(.finished(outcome: engine.flow.outcomes[Int(outcome)]))
    } else {
      try writer.close(.left(state.leave ?? .hangup))
    }
    return writer.head
  }

  /// Throws while the session runs: what it does next would be lost.
  func refuseWhileRunning(_ session: Int) throws {
    guard isRunning(session) else { return }
    throw CommandFailure(.refused, "clickwrap: session \(session) is running at this moment")
  }
}
