import ConsentJournal
import ConsentStudy

/// Checks everything that a study keeps: journals, notes, and the chain over all sessions.
struct StudyVerification {
  let study: OpenStudy
  let json: Bool

  init(_ study: OpenStudy, json: Bool) {
    self.study = study
    self.json = json
  }

  /// What is found of one session, on a thread of its own.
  private enum Found: Sendable {
    /// There is nothing to look at, which is as it has to be.
    case nothing
    /// There is no journal, or none that counts; what is said of it, and what that means.
    case absent(String, ExitStatus)
    /// The journal, and what is wrong with what lies beside it.
    case journal(Verdict, beside: [String])
  }

  /// Says what it finds, a line a session and one for the whole.
  ///
  /// - Parameter anchors: what journals and chain are held against, or nil.
  /// - Returns: the worst of it.
  func run(_ anchors: inout Anchors?) throws -> ExitStatus {
    let (count, _) = try study.ledger.extent()
    let folder = study.folder
    let lanes = Lanes<JournalVerifier, SessionEntry, Result<Found, JournalError>>(
      making: { JournalVerifier() }, work: { StudyVerification.look(at: $1, in: folder, $0) })
    var progress = Progress("sessions", of: count, isBesideLines: true)
    var worst = ExitStatus.ok
    var last = 0
    while last < count {
      let sessions = try study.ledger.sessions(after: last, limit: lanes.roundCount).filter { $0.status != .withdrawn }
      last += lanes.roundCount
      for (session, found) in zip(sessions, lanes.run(sessions)) {
        let status = try judge(session, found, &anchors)
        if status == .broken || worst == .ok { worst = status }
      }
      progress.note(min(lanes.roundCount, count - last + lanes.roundCount))
    }
    progress.finish()
    let sessions = try study.ledger.sessions()
    let chain = try study.ledger.chain()
    var problems = StudyCounts.problems(sessions: sessions, slots: try study.ledger.slots(), chain: chain)
    problems += anchors?.deposit.check(links: chain.compactMap { Digest256(hex: $0.link) }) ?? []
    for problem in problems { Console.complain("\(study.folder.path): \(problem)") }
    say(sessions, chain, problems)
    return problems.isEmpty ? worst : .broken
  }

  /// Looks at the files of a session; one that the ledger knows the end of has to be there.
  private static func look(
    at session: SessionEntry, in folder: StudyFolder, _ verifier: JournalVerifier
  ) -> Result<Found, JournalError> {
    let path = folder.journal(of: session.number)
    guard DurableFile.isThere(path) else {
      return .success(session.head == nil ? .nothing : .absent("\(path): gone, and the ledger knows its end", .broken))
    }
    do throws(JournalError) {
      if session.head == nil, try UnbegunJournal.isOne(path) {
        // Its header is no whole line: it begins anew when its participant comes back.
        return .success(
          .absent(
            "\(path): not begun: no whole header, and nothing was shown", session.status == .open ? .unfinished : .ok))
      }
      let verdict = try Journals.verify(path, with: verifier)
      // Where the journal is broken, that is said of it alone.
      let journal: String? = if case .broken = verdict { nil } else { path }
      let beside = [
        try look(beside: journal, at: folder.notes(of: session.number), NotesFile.read),
        try look(beside: journal, at: folder.texts(of: session.number), TextsFile.read),
      ]
      return .success(.journal(verdict, beside: beside.compactMap(\.self)))
    } catch {
      return .failure(error)
    }
  }

  /// What is wrong with what stands beside a journal: it has to be as it was written, and to belong to frames of the journal.
  private static func look<Entry: BesideJournal>(
    beside journal: String?, at path: String, _ read: (String) throws(JournalError) -> [Entry]
  ) throws(JournalError) -> String? {
    do throws(JournalError) {
      let entries = try read(path)
      guard !entries.isEmpty, let journal,
        let stranger = try JournalReader.firstStranger(among: entries, in: journal)
      else { return nil }
      return "\(path):\(stranger + 1): broken: \(journal) has no such event with such a frame"
    } catch {
      guard case .broken(let line, let fault) = error else { throw error }
      return "\(path):\(line): broken: \(fault)"
    }
  }

  /// Says what was found of a session, and what it means beside the ledger.
  private func judge(
    _ session: SessionEntry, _ found: Result<Found, JournalError>, _ anchors: inout Anchors?
  ) throws -> ExitStatus {
    let path = study.folder.journal(of: session.number)
    switch found {
    case .failure(let error):
      Console.complain("\(path): \(error)")
      return .broken
    case .success(.nothing): return .ok
    case .success(.absent(let words, let status)):
      Console.complain(words)
      return status
    case .success(.journal(let verdict, let beside)):
      for words in beside { Console.complain(words) }
      let status = try judge(session, Journals.hold(path, verdict, against: &anchors))
      return beside.isEmpty ? status : .broken
    }
  }

  private func judge(_ session: SessionEntry, _ verdict: Verdict) -> ExitStatus {
    let path = study.folder.journal(of: session.number)
    Journals.say(path, verdict, json: json)
    switch verdict {
    case .complete(let summary):
      guard let head = session.head, head != summary.chain.hex else { return .ok }
      Console.complain("\(path): complete, but not the journal that the ledger knows")
      return .broken
    case .unfinished(let summary, _):
      guard session.head != nil else { return .unfinished }
      Console.complain("\(path):\(summary.events + 2): cut off here; the ledger knows its end")
      return .broken
    case .broken: return .broken
    }
  }

  private func say(_ sessions: [SessionEntry], _ chain: [ChainLink], _ problems: [String]) {
    let withdrawn = sessions.count { $0.status == .withdrawn }
    if json {
      let object = JSON.object([
        ("study", .text(study.folder.path)), ("sessions", .number(Int64(sessions.count))),
        ("withdrawn", .number(Int64(withdrawn))), ("links", .number(Int64(chain.count))),
        ("head", JSON(chain.last?.link)), ("problems", .array(problems.map { .text($0) })),
      ])
      Console.out(object.line + "\n")
    } else {
      let words = "\(study.folder.path): \(sessions.count) sessions, \(withdrawn) withdrawn, \(chain.count) links"
      Console.line(words + (chain.last.map { ", head \($0.link.prefix(16))" } ?? ""))
    }
  }
}
