import ConsentEngine
import ConsentJournal
import ConsentModel
import ConsentStudy

/// A journal with which a session goes on, looked at before a terminal is opened for it.
struct GoingOn {
  /// The journal.
  let path: String
  /// Its first line.
  let header: JournalHeader
  /// Whether the session was a kiosk, at its start or at any time when it went on.
  let isKiosk: Bool
  /// Whether it has its closing line.
  let isClosed: Bool

  /// Reads a journal to its end; one that is broken is refused.
  init(_ path: String) throws {
    self.path = path
    do throws(JournalError) {
      let reader = try JournalReader(path)
      var isKiosk = reader.header.terminal.isKiosk
      while let line = try reader.next() {
        guard case .event(let event) = line, let resumption = event.resumption else { continue }
        isKiosk = isKiosk || resumption.terminal.isKiosk
      }
      header = reader.header
      self.isKiosk = isKiosk
      isClosed = reader.closing != nil
    } catch {
      guard case .broken(let line, let fault) = error else { throw error }
      throw CommandFailure(.broken, "\(path):\(line): broken: \(fault)")
    }
  }

  /// Throws where the journal is of a study: its sessions go on through the ledger and in no other way.
  func refuseStudy() throws {
    guard header.study != nil else { return }
    // It lies in `journals/` of the study, unless somebody has taken it away.
    let folder = StudyFolder(ofJournal: path)
    let name = folder.isStudy ? folder.path : "STUDY"
    throw CommandFailure(
      .refused,
      "clickwrap: \(path): this session belongs to a study, whose ledger has to know of it; it goes on with "
        + "`clickwrap run \(name) --participant …`, with the same id as before")
  }

  /// Throws where another version of machine and painter began the session: one journal is of one engine.
  ///
  /// - Parameter hint: what can be done instead.
  func refuseOtherEngine(_ status: ExitStatus, hint: String) throws {
    guard header.engineVersion != JournalFormat.engineVersion else { return }
    throw CommandFailure(
      status,
      "clickwrap: \(path): the session was begun with engine \(header.engineVersion) (\(header.program) "
        + "\(header.version)), and this program has engine \(JournalFormat.engineVersion): it cannot go on; \(hint)")
  }
}

extension StudySession {
  /// Throws, before the ledger is asked, where the session that this participant would go on with cannot go on in this
  /// program or with these screens; what the ledger says of it stays as it was.
  func refuseWhatCannotGoOn() throws {
    let open = try study.ledger.openSessions().last { $0.participant == participant && $0.stage == stage }
    guard study.plan.resume.rule == .resume, let open, try study.hasBegun(open.number),
      !study.isRunning(open.number)
    else { return }
    let found = try GoingOn(study.folder.journal(of: open.number))
    // One that is closed is only noted in the ledger.
    guard !found.isClosed else { return }
    let hint =
      "use that program, or give session \(open.number) up with `clickwrap sessions drop \(study.folder.path) "
      + "\(open.number) --reason …`"
    try found.refuseOtherEngine(.refused, hint: hint)
    guard found.header.flowDigest == FlowCodec.digest(of: try arms.flow(open.arm)) else {
      throw CommandFailure(
        .refused,
        "clickwrap: \(found.path): session \(open.number) was begun with other screens than the study has now: it "
          + "cannot go on; put them back, or give it up with `clickwrap sessions drop \(study.folder.path) "
          + "\(open.number) --reason …`")
    }
  }
}

extension OpenStudy {
  /// Whether the journal of a session is there with its header: before that nobody has seen anything of it.
  func hasBegun(_ session: Int) throws -> Bool {
    let path = folder.journal(of: session)
    guard DurableFile.isThere(path) else { return false }
    return try !UnbegunJournal.isOne(path)
  }
}
