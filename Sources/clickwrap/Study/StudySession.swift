import ConsentEngine
import ConsentJournal
import ConsentModel
import ConsentRender
import ConsentStudy
import ConsentTerminal
import Glibc

/// One session of a study: claimed, run or gone on with, and noted in the ledger as it goes.
struct StudySession {
  let study: OpenStudy
  /// The flow of every arm.
  let arms: ArmFlows
  let participant: String
  let stage: Stage
  let stratum: Int
  let act: Act
  /// Seeds to take instead of fresh ones, four; only where sessions have to come out the same again.
  var drawnSeeds: [UInt64]?

  /// What came of it.
  struct Result {
    var session: SessionEntry
    /// What it came to, or nil when it was interrupted and may go on.
    var status: SessionStatus?
  }
}

extension StudySession: Sitting {
  func hold<S: InteractiveSurface & ~Copyable>(on surface: inout S, as presentation: Presentation) throws -> Result {
    let rule = study.plan.presentation
    guard presentation == rule.mode else {
      throw CommandFailure(
        .refused,
        "clickwrap: the study is presented as \(rule.mode.word), and this terminal would show it as "
          + "\(presentation.word)")
    }
    // Nobody is given an arm before it is certain that they can meet it.
    try refuseMismatch(surface.currentSize, surface.report, rule)
    try arms.prepare()
    try refuseWhatCannotGoOn()
    let (session, isNew) = try claim()
    let engine = FlowEngine(try arms.flow(session.arm))
    let path = study.folder.journal(of: session.number)
    let place: JournalPlace = isNew || !DurableFile.isThere(path) ? .new(path) : .resume(path)
    var noted = Set(session.reached.keys)
    let progress = SessionProgress(engine.flow)
    var runner = Session(engine: engine, bytes: nil, journal: place)
    runner.stage = stage
    runner.study = .init(
      digest: arms.digest, session: session.number, slot: session.slot ?? 0)
    runner.isResumable = true
    runner.texts = textKeeping(engine.flow, session.number)
    let inputs = study.plan.inputs(for: engine.flow, seed: session.seed ?? 0)
    let (state, head) = try runner.runToEnd(inputs, on: &surface, as: presentation) { state, _ in
      let reached = progress.milestones(of: state)
      guard !reached.isSubset(of: noted) else { return }
      for milestone in Milestone.allCases where reached.contains(milestone) && !noted.contains(milestone) {
        try study.ledger.note(milestone, session: session.number, at: Present.time())
      }
      noted.formUnion(reached)
    }
    return try finish(session, state, head, progress)
  }

  /// What the study keeps of what is typed, as participants were told.
  private func textKeeping(_ flow: FlowDefinition, _ session: Int) -> Session.TextKeeping {
    let rule = study.plan.log
    // The files of the questions are only read where something is kept.
    let questions = rule.texts == .none ? [] : StudyInstruments(study.plan, pinned: study.folder.pinned).instruments
    let kept = Set(questions.flatMap(\.screensWithKeptText))
    let asked = Set(questions.flatMap { instrument in instrument.items.map(instrument.screen(of:)) })
    return Session.TextKeeping(
      hasExactTimes: rule.hasExactTypingTimes,
      keeps: { element in
        let screen = flow.screens[Int(flow.elements[Int(element)].screen)].name
        switch rule.texts {
        case .none: return false
        case .answers: return kept.contains(screen)
        case .all: return kept.contains(screen) || !asked.contains(screen)
        }
      },
      path: study.folder.texts(of: session))
  }

  private func claim() throws -> (SessionEntry, isNew: Bool) {
    let engine = FlowEngine(try arms.flow(0))
    let inputs = study.plan.inputs(for: engine.flow, seed: 0)
    let seeds = (drawnSeeds ?? (0..<4).map { _ in Session.freshSeed() }).map { seed in
      let codes = StudyFlow.codes(of: seed, in: engine, inputs)
      return SessionSeed(seed: seed, withdrawalCode: codes.withdrawal, completionCode: codes.completion)
    }
    var request = ClaimRequest(
      participant: participant, stage: stage, stratum: stratum, resume: study.plan.resume, seeds: seeds, by: act)
    request.runningSessions = try study.runningSessions()
    if try study.ledger.currentSeal() == nil {
      // Pilots may run while arms are still being thought about.
      try study.ledger.register(arms: study.plan.arms.map(\.name), strata: study.plan.strata)
    }
    switch try study.ledger.claim(request) {
    case .new(let session):
      if let old = session.restarts { try study.closeJournal(of: old) }
      return (session, true)
    case .resume(let session):
      // A process may have died between closing the journal and saying so.
      if try study.settle(session) {
        throw CommandFailure(
          .refused, "clickwrap: \(participant): \(Refusal.finishedBefore(session: session.number).words)")
      }
      return (session, false)
    case .refused(let refusal): throw CommandFailure(.refused, "clickwrap: \(participant): \(refusal.words)")
    }
  }

  private func finish(
    _ session: SessionEntry, _ state: borrowing FlowState, _ head: Digest256?, _ progress: SessionProgress
  ) throws -> Result {
    guard let status = progress.status(of: state), let head else { return Result(session: session, status: nil) }
    let data = progress.dataChoice(of: state)
    try study.ledger.finish(
      session.number, SessionEnding(status: status, data: data, head: head.hex), at: Present.time())
    if data == .delete {
      let act = Act(who: "participant", why: "", at: Present.time())
      try Withdrawal(study: study).withdraw(session: session.number, by: act)
    }
    return Result(session: session, status: status)
  }

  /// Throws when the terminal is not what the study asks for.
  private func refuseMismatch(_ size: Size, _ report: TerminalReport, _ rule: StudyPlan.PresentationRule) throws {
    var reasons: [String] = []
    if size.columns < rule.minimum.columns || size.rows < rule.minimum.rows {
      reasons.append(
        "it has \(size.columns)×\(size.rows) and the study asks for at least "
          + "\(rule.minimum.columns)×\(rule.minimum.rows): make it larger and start again")
    }
    if size.columns > rule.maximum.columns || size.rows > rule.maximum.rows {
      reasons.append(
        "it has \(size.columns)×\(size.rows) and the study allows at most \(rule.maximum.columns)×\(rule.maximum.rows)")
    }
    if rule.mode == .screen, Int(report.colors.rawValue) < rule.colours {
      reasons.append("it shows \(report.colors.rawValue) colours and the study asks for \(rule.colours)")
    }
    guard reasons.isEmpty else {
      throw CommandFailure(
        .refused, lines: reasons.map { "clickwrap: this terminal is not what the study asks for: \($0)" })
    }
  }
}

extension OpenStudy {
  /// Says in the ledger what a session came to whose journal is closed while the ledger has it open.
  ///
  /// - Returns: whether there was something to say.
  func settle(_ session: SessionEntry) throws -> Bool {
    let path = folder.journal(of: session.number)
    guard session.status == .open, !isRunning(session.number), try hasBegun(session.number) else { return false }
    let replay = try JournalVerifier().replay(path, visit: nil)
    guard replay.reader.closing != nil, let state = replay.state, let engine = replay.engine else { return false }
    let progress = SessionProgress(engine.flow)
    guard let status = progress.status(of: state) else { return false }
    try catchUp(session.number)
    let ending = SessionEnding(
      status: status, data: progress.dataChoice(of: state), head: replay.reader.chain.hex)
    try ledger.finish(session.number, ending, at: Present.time())
    if ending.data == .delete {
      try Withdrawal(study: self).withdraw(
        session: session.number, by: Act(who: "participant", why: "", at: Present.time()))
    }
    return true
  }

  /// Notes the milestones that a session's journal has and the ledger has not, because a process died, or the disk was
  /// full, between the two.
  func catchUp(_ session: Int) throws {
    let path = folder.journal(of: session)
    guard try hasBegun(session), let flow = try JournalVerifier().flow(of: path) else { return }
    let progress = SessionProgress(flow)
    var reached: Set<Milestone> = []
    _ = try JournalVerifier().replay(path) { _, _, state, _, _ in reached.formUnion(progress.milestones(of: state)) }
    for milestone in Milestone.allCases where reached.contains(milestone) {
      try ledger.note(milestone, session: session, at: Present.time())
    }
  }

  /// The open sessions that a process runs at this moment.
  func runningSessions() throws -> Set<Int> {
    Set(try ledger.openSessions().filter { isRunning($0.number) }.map(\.number))
  }
}
