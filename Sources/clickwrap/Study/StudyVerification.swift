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
  /// - Returns: the worst of it.
  func run() throws -> ExitStatus {
    let sessions = try study.ledger.sessions()
    let chain = try study.ledger.chain()
    var isBroken = false
    var isUnfinished = false
    for session in sessions {
      guard session.status != .withdrawn else { continue }
      let path = study.folder.journal(of: session.number)
      guard DurableFile.isThere(path) else { continue }
      guard try study.hasBegun(session.number) || session.head != nil else {
        // Its header is no whole line: it begins anew when its participant comes back.
        if session.status == .open { isUnfinished = true }
        Console.complain("\(path): not begun: no whole header, and nothing was shown")
        continue
      }
      let verdict = try Journals.verify(path, with: verifier)
      switch verdict {
      case .complete(let summary):
        if let head = session.head, head != summary.chain.hex {
          isBroken = true
          Console.complain("\(path): complete, but not the journal that the ledger knows")
        }
      case .unfinished: isUnfinished = true
      case .broken: isBroken = true
      }
      Console.out(
        json ? Journals.json(path, verdict).line + "\n" : Console.printable(Journals.line(path, verdict)) + "\n")
      isBroken = try !areNotesRight(session) || isBroken
      isBroken = try !areTextsRight(session) || isBroken
    }
    let problems = StudyCounts.problems(sessions: sessions, slots: try study.ledger.slots(), chain: chain)
    for problem in problems { Console.complain("\(study.folder.path): \(problem)") }
    let withdrawn = sessions.count { $0.status == .withdrawn }
    let words = "\(study.folder.path): \(sessions.count) sessions, \(withdrawn) withdrawn, \(chain.count) links"
    if json {
      let object = JSON.object([
        ("study", .text(study.folder.path)), ("sessions", .number(Int64(sessions.count))),
        ("withdrawn", .number(Int64(withdrawn))), ("links", .number(Int64(chain.count))),
        ("head", JSON(chain.last?.link)), ("problems", .array(problems.map { .text($0) })),
      ])
      Console.out(object.line + "\n")
    } else {
      Console.line(words + (chain.last.map { ", head \($0.link.prefix(16))" } ?? ""))
    }
    if isBroken || !problems.isEmpty { return .broken }
    return isUnfinished ? .unfinished : .ok
  }

  private func areNotesRight(_ session: SessionEntry) throws -> Bool {
    do {
      _ = try NotesFile.read(study.folder.notes(of: session.number))
      return true
    } catch JournalError.broken(let line, let fault) {
      Console.complain("\(study.folder.notes(of: session.number)): broken: line \(line): \(fault)")
      return false
    }
  }

  private func areTextsRight(_ session: SessionEntry) throws -> Bool {
    do {
      _ = try TextsFile.read(study.folder.texts(of: session.number))
      return true
    } catch JournalError.broken(let line, let fault) {
      Console.complain("\(study.folder.texts(of: session.number)): broken: line \(line): \(fault)")
      return false
    }
  }
}
