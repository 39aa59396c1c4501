import ConsentStudy
import GRDB

extension SQLiteLedger {
  /// Removes the person of a session, and cleans the pages of the file.
  public func withdraw(session: Int, by act: Act) throws(LedgerError) -> [SessionEntry] {
    try Records.check(act)
    let gone: [SessionEntry] = try write { database in
      let entry = try SessionRows.one(database, session)
      guard let participant = entry.participant else {
        // The pages may still have to be cleaned.
        guard try Self.hasLeftovers(database) else {
          throw LedgerError.refused(session: session, status: entry.status)
        }
        return [entry]
      }
      let own = try SessionRows.all(database, where: "session.participant = ?", [participant])
      for session in own { try Self.forget(session, database) }
      try Self.forgetMentions(of: own, database)
      // Whatever the reason says is about the person, as that of every other act about the session.
      for session in own {
        let act = Act(who: act.who == participant ? "participant" : act.who, why: "", at: LedgerTime.day(of: act.at))
        try Records.act(database, "withdraw", session: session.number, by: act)
      }
      try database.execute(sql: "UPDATE book SET withdrawals = withdrawals + 1")
      return try own.map { try SessionRows.one(database, $0.number) }
    }
    try clean()
    return gone
  }

  /// Cleans up after a withdrawal that could not; a ledger that somebody is reading stays as it is until the next time.
  func cleanLeftovers() throws(LedgerError) {
    guard try read({ try Self.hasLeftovers($0) }) else { return }
    do {
      try clean(waitingMilliseconds: 1000)
    } catch {
      switch error {
      case .busy, .full: return
      case .sealedAlready, .noSession, .refused, .invalid, .notALedger, .system: throw error
      }
    }
  }

  /// Makes a tombstone of a session.
  private static func forget(_ session: SessionEntry, _ database: Database) throws {
    if try !Records.isLinked(database, session.number) {
      let slot = try Slots.isExposed(database, session.number) ? session.slot : nil
      try Records.link(database, session: session.number, slot: slot, head: session.head ?? ChainLink.zeros)
    }
    try Slots.giveBack(database, lost: session.number)
    try database.execute(
      sql: """
        UPDATE session SET status = 'withdrawn', participant = NULL, export_id = NULL, seed = NULL,
          withdrawal_code = NULL, completion_code = NULL, data = 'unanswered', head = ?, started_at = ?, seen_at = ?,
          excluded_by = NULL, excluded_why = NULL, excluded_at = NULL, excluded_saw_arm = NULL
        WHERE number = ?
        """,
      arguments: [
        session.head ?? ChainLink.zeros, LedgerTime.day(of: session.startedAt), LedgerTime.day(of: session.seenAt),
        session.number,
      ])
    try database.execute(
      sql: "UPDATE milestone SET at = substr(at, 1, 10) WHERE session = ?", arguments: [session.number])
    try database.execute(
      sql: "UPDATE act SET why = '', detail = '', at = substr(at, 1, 10) WHERE session = ?",
      arguments: [session.number])
  }

  /// Takes ids and codes out of what was written about others, for example "sat beside P017".
  private static func forgetMentions(of sessions: [SessionEntry], _ database: Database) throws {
    var names: Set<String> = []
    for session in sessions {
      for name in [session.participant, session.exportID, session.withdrawalCode, session.completionCode] {
        if let name { names.formUnion(Mentions.words(of: name)) }
      }
    }
    for (table, columns) in [
      ("act", [("who", Act.maximumName), ("why", Act.maximumReason)]),
      ("session", [("excluded_by", Act.maximumName), ("excluded_why", Act.maximumReason)]),
    ] {
      for (column, maximum) in columns {
        let rows = try Row.fetchAll(
          database, sql: "SELECT number, \(column) FROM \(table) WHERE \(column) IS NOT NULL AND \(column) <> ''")
        for row in rows {
          let text: String = row[1]
          guard let cleaned = Mentions(of: names).removed(from: text) else { continue }
          try database.execute(
            sql: "UPDATE \(table) SET \(column) = ? WHERE number = ?",
            arguments: [String(String.UnicodeScalarView(cleaned.unicodeScalars.prefix(maximum))), row[0] as Int])
        }
      }
    }
  }

  private static func hasLeftovers(_ database: Database) throws -> Bool {
    try Bool.fetchOne(database, sql: "SELECT withdrawals > cleaned FROM book") ?? false
  }

  /// Rewrites the file without what was deleted and empties the log, in which older versions of its pages stand.
  private func clean(waitingMilliseconds: Int? = nil) throws(LedgerError) {
    try LedgerFile.mapping(path) {
      try queue.inDatabase { database in
        let patience = try Int.fetchOne(database, sql: "PRAGMA busy_timeout") ?? 0
        if let waitingMilliseconds { try database.execute(sql: "PRAGMA busy_timeout = \(waitingMilliseconds)") }
        defer { try? database.execute(sql: "PRAGMA busy_timeout = \(patience)") }
        // Only what was withdrawn before the cleaning began is known to be gone after it.
        let withdrawals = try Int.fetchOne(database, sql: "SELECT withdrawals FROM book") ?? 0
        try database.execute(sql: "VACUUM")
        try database.checkpoint(.truncate)
        try database.execute(
          sql: "UPDATE book SET cleaned = ? WHERE cleaned < ?", arguments: [withdrawals, withdrawals])
      }
    }
  }
}

/// Ids and codes as they are mentioned in a text.
struct Mentions {
  /// What is looked for, in small letters.
  let names: Set<String>

  init(of names: Set<String>) { self.names = names }

  /// How an id or a code can stand in a text: as a word, or, when it has spaces, as its longer parts.
  static func words(of name: String) -> [String] {
    let parts = name.lowercased().split { !$0.unicodeScalars.allSatisfy(ParticipantID.isAllowed) }
    return parts.count == 1 ? [String(parts[0])] : parts.filter { $0.count > 5 }.map(String.init)
  }

  /// The text without them, or nil when it has none. Only whole words count: an id `1` is not in `12`.
  func removed(from text: String) -> String? {
    var cleaned = ""
    var isFound = false
    var word = ""
    func finish() {
      // A sentence may end behind an id, and its full stop could be part of one.
      var end = word.endIndex
      while true {
        if names.contains(word[..<end].lowercased()) {
          isFound = true
          cleaned += "[withdrawn]" + word[end...]
          break
        }
        guard end > word.startIndex, !(word[word.index(before: end)].isLetter || word[word.index(before: end)].isNumber)
        else {
          cleaned += word
          break
        }
        end = word.index(before: end)
      }
      word = ""
    }
    for character in text {
      if character.unicodeScalars.allSatisfy(ParticipantID.isAllowed) {
        word.append(character)
      } else {
        finish()
        cleaned.append(character)
      }
    }
    finish()
    return isFound ? cleaned : nil
  }
}
