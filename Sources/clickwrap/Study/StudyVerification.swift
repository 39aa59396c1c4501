import ConsentJournal
import ConsentStudy

/// Checks everything that a study keeps: journals, notes, and the chain over all sessions.
struct StudyVerification {
  let study: OpenStudy
  let verifier: JournalVerifier
  let json: Bool

  init(_ study: OpenStudy, _ verifier: JournalVerifier, json: Bool) {
    self.study = study
    self.verifier = verifier
    self.json = json
  }

  /// Says what it finds, a line a session and one for the whole.
  ///
  /// - Parameter anchors: what journals and chain are held against, or nil.
  /// - Returns: the worst of it.
  func run(_ anchors: inout Anchors?) throws -> ExitStatus {
    let sessions = try study.ledger.sessions()
    let chain = try study.ledger.chain()
    var worst = ExitStatus.ok
    for session in sessions where session.status != .withdrawn {
      let journal = try verify(session, &anchors)
      // Where the journal is broken, that is said of it alone.
      let journalPath = journal == .broken ? nil : study.folder.journal(of: session.number)
      let notes = try verify(study.folder.notes(of: session.number), beside: journalPath, NotesFile.read)
      let texts = try verify(study.folder.texts(of: session.number), beside: journalPath, TextsFile.read)
      for status in [journal, notes, texts] where status == .broken || worst == .ok { worst = status }
    }
    var problems = StudyCounts.problems(sessions: sessions, slots: try study.ledger.slots(), chain: chain)
    problems += anchors?.deposit.check(links: chain.compactMap { Digest256(hex: $0.link) }) ?? []
    for problem in problems { Console.complain("\(study.folder.path): \(problem)") }
    say(sessions, chain, problems)
    return problems.isEmpty ? worst : .broken
  }

  /// Verifies the journal of a session; one that the ledger knows the end of has to be there, to its end.
  private func verify(_ session: SessionEntry, _ anchors: inout Anchors?) throws -> ExitStatus {
    let path = study.folder.journal(of: session.number)
    guard DurableFile.isThere(path) else {
      guard session.head != nil else { return .ok }
      Console.complain("\(path): gone, and the ledger knows its end")
      return .broken
    }
    guard try study.hasBegun(session.number) || session.head != nil else {
      // Its header is no whole line: it begins anew when its participant comes back.
      Console.complain("\(path): not begun: no whole header, and nothing was shown")
      return session.status == .open ? .unfinished : .ok
    }
    let verdict: Verdict
    do {
      verdict = try Journals.verify(path, with: verifier, &anchors)
    } catch let error as JournalError {
      Console.complain("\(path): \(error)")
      return .broken
    }
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

  /// Verifies what stands beside a journal: it is as it was written, and belongs to frames that the journal has.
  private func verify<Entry: BesideJournal>(
    _ path: String, beside journal: String?, _ read: (String) throws(JournalError) -> [Entry]
  ) throws -> ExitStatus {
    do throws(JournalError) {
      let entries = try read(path)
      guard !entries.isEmpty, let journal, DurableFile.isThere(journal),
        let stranger = try JournalReader.firstStranger(among: entries, in: journal)
      else { return .ok }
      Console.complain("\(path):\(stranger + 1): broken: \(journal) has no such event with such a frame")
    } catch {
      guard case .broken(let line, let fault) = error else { throw error }
      Console.complain("\(path):\(line): broken: \(fault)")
    }
    return .broken
  }
}
