import ConsentModel
import ConsentStudy
import GRDB

/// Sessions as they stand in the tables.
enum SessionRows {
  /// All sessions that fulfil a condition, in the order of their numbers.
  static func all(_ database: Database, where condition: String = "1", _ arguments: StatementArguments = []) throws
    -> [SessionEntry]
  {
    var reached: [Int: [Milestone: String]] = [:]
    let marks = try Row.fetchCursor(
      database,
      sql: """
        SELECT milestone.session, milestone.name, milestone.at FROM milestone
        JOIN session ON session.number = milestone.session WHERE \(condition)
        """, arguments: arguments)
    while let row = try marks.next() {
      if let name = Milestone(rawValue: row[1]) { reached[row[0], default: [:]][name] = row[2] }
    }
    var entries: [SessionEntry] = []
    let rows = try Row.fetchCursor(
      database, sql: "SELECT * FROM session WHERE \(condition) ORDER BY number", arguments: arguments)
    while let row = try rows.next() {
      var entry = try entry(row)
      entry.reached = reached[entry.number] ?? [:]
      entries.append(entry)
    }
    return entries
  }

  /// The session of this number; throws `LedgerError.noSession`.
  static func one(_ database: Database, _ number: Int) throws -> SessionEntry {
    guard let entry = try all(database, where: "session.number = ?", [number]).first else {
      throw LedgerError.noSession(number)
    }
    return entry
  }

  private static func entry(_ row: Row) throws -> SessionEntry {
    let number: Int = row["number"]
    let status: String = row["status"]
    let data: String = row["data"]
    // The tables hold no other words; a ledger of a later version is not opened.
    guard let status = SessionStatus(rawValue: status), let data = DataChoice(rawValue: data),
      var entry = started(row, number: number, status: status)
    else { throw LedgerError.invalid("session \(number) cannot be read") }
    entry.seenAt = row["seen_at"]
    entry.data = data
    entry.head = row["head"]
    entry.restarts = row["restarts"]
    if let who: String = row["excluded_by"] {
      entry.exclusion = SessionEntry.Exclusion(
        act: Act(who: who, why: row["excluded_why"], at: row["excluded_at"]), sawArm: row["excluded_saw_arm"])
    }
    return entry
  }

  private static func started(_ row: Row, number: Int, status: SessionStatus) -> SessionEntry? {
    let seed: Int64? = row["seed"]
    guard let stage = SessionEntry.stage(named: row["stage"]) else { return nil }
    return SessionEntry(
      number: number, participant: row["participant"], exportID: row["export_id"], stage: stage, arm: row["arm"],
      stratum: row["stratum"], slot: row["slot"], status: status, startedAt: row["started_at"],
      seed: seed.map(UInt64.init(bitPattern:)), withdrawalCode: row["withdrawal_code"],
      completionCode: row["completion_code"])
  }
}

/// What is written down besides sessions.
enum Records {
  /// Writes down what somebody did.
  static func act(
    _ database: Database, _ verb: String, session: Int? = nil, detail: String = "", by act: Act
  ) throws {
    try database.execute(
      sql: "INSERT INTO act (verb, session, detail, who, why, at) VALUES (?, ?, ?, ?, ?, ?)",
      arguments: [verb, session, detail, act.who, act.why, act.at])
  }

  /// Appends a session that ended to the study chain.
  static func link(_ database: Database, session: Int, slot: Int?, head: String) throws {
    let last = try String.fetchOne(database, sql: "SELECT link FROM chain ORDER BY position DESC LIMIT 1")
    let link = ChainLink.link(after: last ?? ChainLink.zeros, session: session, slot: slot ?? 0, head: head)
    try database.execute(
      sql: "INSERT INTO chain (session, slot, head, link) VALUES (?, ?, ?, ?)",
      arguments: [session, slot ?? 0, head, link])
  }

  /// Whether a session stands in the study chain.
  static func isLinked(_ database: Database, _ session: Int) throws -> Bool {
    try Bool.fetchOne(
      database, sql: "SELECT EXISTS (SELECT 1 FROM chain WHERE session = ?)", arguments: [session]) ?? false
  }

  /// Refuses an act that cannot stand in the book.
  static func check(_ act: Act, needsReason: Bool = false) throws(LedgerError) {
    if let problem = act.problem(needsReason: needsReason) { throw .invalid(problem) }
  }
}
