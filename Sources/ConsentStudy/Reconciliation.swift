import ConsentEngine
import ConsentJournal
import ConsentModel

/// Compares what the ledger says of its sessions with what their journals say when they are replayed.
public struct Reconciliation {
  private let folder: StudyFolder
  private let verifier = JournalVerifier()

  /// For a study.
  public init(_ folder: StudyFolder) { self.folder = folder }

  /// A disagreement between ledger and journals.
  public struct Problem: Hashable, Sendable {
    /// The session's number, or nil.
    public var session: Int?
    /// What is wrong, in one sentence without a full stop.
    public var words: String
  }

  /// Everything in which the journals disagree with the ledger.
  ///
  /// Sessions that run at the moment are compared only as far as the ledger must not be ahead of their journal.
  /// - Parameters:
  ///   - sessions: what the ledger says.
  ///   - study: the digest that the headers of live sessions have to name, or nil before a seal.
  public func problems(_ sessions: [SessionEntry], study: String?) throws(JournalError) -> [Problem] {
    var problems: [Problem] = []
    for session in sessions {
      let found = try self.problems(of: session)
      problems += found.map { Problem(session: session.number, words: $0) }
    }
    let known = Set(sessions.map(\.journalName))
    for name in StudyFolder.names(in: folder.journalsPath) ?? [] where name.hasSuffix(".jsonl") && !known.contains(name)
    {
      problems.append(Problem(session: nil, words: "journals/\(name) belongs to no session of the ledger"))
    }
    return problems
  }

  private func problems(of session: SessionEntry) throws(JournalError) -> [String] {
    let path = folder.journal(of: session.number)
    guard DurableFile.isThere(path) else {
      switch session.status {
      case .withdrawn: return []
      // Whoever was given a session and lost the terminal at once has no journal yet.
      case .open, .dropped, .rejected: return session.reached.isEmpty ? [] : ["its journal is gone"]
      case .declined, .stopped, .completed: return ["its journal is gone"]
      }
    }
    if session.status == .withdrawn { return ["its person has withdrawn, and the journal is still there"] }
    // Nothing was shown before a whole header, so that there is nothing to compare.
    if session.head == nil, session.reached.isEmpty, try UnbegunJournal.isOne(path) { return [] }
    return try compare(session, path)
  }

  private func compare(_ session: SessionEntry, _ path: String) throws(JournalError) -> [String] {
    var reached: Set<Milestone> = []
    var progress: SessionProgress?
    let replay: JournalVerifier.Replay
    do throws(JournalError) {
      let engine = try verifier.flow(of: path)
      progress = engine.map { SessionProgress($0) }
      replay = try verifier.replay(path) { _, _, state, _, _ in
        if let progress { reached.formUnion(progress.milestones(of: state)) }
      }
    } catch {
      guard case .broken(let line, let fault) = error else { throw error }
      return ["its journal is broken in line \(line): \(fault)"]
    }
    guard let state = replay.state, let progress else {
      return replay.frames == .noFlow ? ["the flow of its journal is gone"] : []
    }
    let header = replay.reader.header
    var found: [String] = []
    if header.stage != session.stage {
      found.append("the ledger has it as \(session.stage.rawValue), its journal as \(header.stage.rawValue)")
    }
    let noted = Set(session.reached.keys)
    let ahead = noted.subtracting(reached)
    // A debriefing by other means is in no journal.
    for milestone in Milestone.allCases where ahead.contains(milestone) && milestone != .debriefed {
      found.append("the ledger says \(milestone.rawValue), its journal does not")
    }
    guard !Journal.isBeingWritten(path) else { return found }
    // The disk was full, or the process died, between the journal and the ledger.
    let hint = session.status == .open ? " (it is made up for when the session goes on or is dropped)" : ""
    for milestone in Milestone.allCases where reached.contains(milestone) && !noted.contains(milestone) {
      found.append("its journal says \(milestone.rawValue), the ledger does not\(hint)")
    }
    if let status = progress.status(of: state), replay.reader.closing != nil, status != session.status,
      session.status != .rejected
    {
      found.append("the ledger says \(session.status.rawValue), its journal \(status.rawValue)\(hint)")
    }
    if let head = session.head, head != replay.reader.chain.hex {
      found.append("its journal ends in another chain than the ledger")
    }
    return found
  }
}
