import ArgumentParser
import ConsentJournal
import ConsentStudy
import Glibc

/// Removes everything of a person from a study and leaves tombstones.
struct Withdrawal {
  let study: OpenStudy

  /// Removes the files of all sessions of the participant of a session, then what the ledger has of them.
  ///
  /// The files go first: a withdrawal that is broken off leaves the ledger as it was, and is done again.
  /// - Returns: the sessions that are tombstones now.
  @discardableResult
  func withdraw(session number: Int, by act: Act) throws -> [SessionEntry] {
    let sessions = try study.ledger.sessions()
    guard let session = sessions.first(where: { $0.number == number }) else { throw LedgerError.noSession(number) }
    let all = sessions.filter {
      $0.number == number || ($0.participant != nil && $0.participant == session.participant)
    }
    for session in all { try study.refuseWhileRunning(session.number) }
    for session in all { try removeFiles(of: session) }
    return try study.ledger.withdraw(session: number, by: act)
  }

  /// Journal, notes and texts; and whatever was derived, since it may hold rows of this person. It is made again from the
  /// journals that are left.
  private func removeFiles(of session: SessionEntry) throws {
    let folder = study.folder
    for path in [
      folder.journal(of: session.number), folder.notes(of: session.number), folder.texts(of: session.number),
    ] { try DurableFile.remove(path) }
    // The last one first: what is found again goes from the first on.
    for path in UnbegunJournal.asides(of: folder.journal(of: session.number)).reversed() {
      try DurableFile.remove(path)
    }
    for derived in ["exports", "reports"] { try study.folder.removeContents(of: derived) }
  }
}

struct WithdrawCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "withdraw",
    abstract: "Remove a person from a study; a tombstone keeps arm, stage, status and the chain.",
    discussion: """
      By the code that the person was given, or by the number of a session. Journal, notes, texts and derived files go, \
      and the ledger's pages are cleaned. Copies of the folder that were made before still hold them.

      Examples:
        clickwrap withdraw defaults --code "W 123-456-789-012"
        clickwrap withdraw defaults --session 12 --reason "asked by telephone"
      """)

  @Argument(help: "The study's folder.")
  var folder: String

  @Option(help: "The withdrawal code.")
  var code: String?

  @Option(help: "The session's number.")
  var session: Int?

  @OptionGroup var moderator: ModeratorOptions

  func validate() throws {
    if (code == nil) == (session == nil) { throw ValidationError("give either --code or --session") }
  }

  func run() throws {
    let study = try OpenStudy(folder)
    var number = session
    if let code {
      let found = try study.ledger.session(withdrawalCode: WithdrawCommand.normal(code))
      guard let found else { throw CommandFailure(.refused, "clickwrap: nobody in this study has this code") }
      number = found.number
    }
    guard let number else { return }
    let gone = try Withdrawal(study: study).withdraw(session: number, by: moderator.act(needsReason: code == nil))
    Console.line("withdrawn: \(gone.count) \(gone.count == 1 ? "session" : "sessions")")
  }

  /// A code as it stands in the ledger, however it was typed.
  static func normal(_ code: String) -> String {
    let digits = code.filter { $0.isASCII && $0.isNumber }
    var groups: [Substring] = []
    var rest = digits[...]
    while !rest.isEmpty {
      groups.append(rest.prefix(3))
      rest = rest.dropFirst(3)
    }
    return "W " + groups.joined(separator: "-")
  }
}

struct PurgeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "purge", abstract: "Remove everything personal once `retain_until` has passed.",
    discussion: """
      Every participant is withdrawn: journals, notes, texts, ids and codes go, tombstones stay. Before the day it does \
      nothing and says when it is.

      Example:
        clickwrap purge defaults --reason "end of the retention period"
      """)

  @Argument(help: "The study's folder.")
  var folder: String

  @Flag(help: "Only say who would be removed.")
  var dryRun = false

  @OptionGroup var moderator: ModeratorOptions

  func run() throws {
    let study = try OpenStudy(folder)
    let day = study.plan.retainUntil
    let left = try study.ledger.sessions().filter { $0.status != .withdrawn }
    guard Present.day() > day else {
      Console.line("\(left.count) sessions are kept until \(day.text); nothing was removed")
      return
    }
    if dryRun {
      for session in left { Console.line("session \(session.number)") }
      return
    }
    let act = try moderator.act()
    var removed = 0
    while let next = try study.ledger.sessions().first(where: { $0.status != .withdrawn }) {
      removed += try Withdrawal(study: study).withdraw(session: next.number, by: act).count
    }
    Console.line("\(removed) sessions were removed")
  }
}
