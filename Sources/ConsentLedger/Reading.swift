import ConsentStudy
import GRDB

extension SQLiteLedger {
  /// All sessions in the order of their numbers, from one moment.
  public func sessions() throws(LedgerError) -> [SessionEntry] { try read { try SessionRows.all($0) } }

  /// The sessions whose numbers follow this one, in their order, up to `number + limit`.
  public func sessions(after number: Int, limit: Int) throws(LedgerError) -> [SessionEntry] {
    try read { try SessionRows.all($0, where: "session.number > ? AND session.number <= ?", [number, number + limit]) }
  }

  /// The session of this number, or nil.
  public func session(number: Int) throws(LedgerError) -> SessionEntry? {
    try read { try SessionRows.all($0, where: "session.number = ?", [number]).first }
  }

  /// The sessions that are open, in the order of their numbers.
  public func openSessions() throws(LedgerError) -> [SessionEntry] {
    try read { try SessionRows.all($0, where: "session.status = 'open'") }
  }

  /// The last session's number, 0 without one, and the numbers of the sessions that later ones go on for.
  public func extent() throws(LedgerError) -> (count: Int, restarted: Set<Int>) {
    try read { database in
      (
        try Int.fetchOne(database, sql: "SELECT coalesce(max(number), 0) FROM session") ?? 0,
        Set(try Int.fetchAll(database, sql: "SELECT restarts FROM session WHERE restarts IS NOT NULL"))
      )
    }
  }

  /// The session with this withdrawal code, or nil.
  public func session(withdrawalCode: String) throws(LedgerError) -> SessionEntry? {
    try read { try SessionRows.all($0, where: "session.withdrawal_code = ?", [withdrawalCode]).first }
  }

  /// The slots in their order, with who holds them; none when arms are filled by count.
  public func slots() throws(LedgerError) -> [SlotEntry] { try read { try slotRows($0) } }

  /// Everything that people did, in order.
  public func acts() throws(LedgerError) -> [ActEntry] {
    try read { database in
      try Row.fetchAll(database, sql: "SELECT * FROM act ORDER BY number").map { row in
        ActEntry(
          number: row["number"], verb: row["verb"], session: row["session"], detail: row["detail"],
          act: Act(who: row["who"], why: row["why"], at: row["at"]))
      }
    }
  }

  /// The study chain, in the order in which sessions ended.
  public func chain() throws(LedgerError) -> [ChainLink] {
    try read { database in
      try Row.fetchAll(database, sql: "SELECT session, slot, head, link FROM chain ORDER BY position").map { row in
        ChainLink(session: row[0], slot: row[1], head: row[2], link: row[3])
      }
    }
  }

  /// Which arms are closed, ascending, and whether the study is paused.
  public func gates() throws(LedgerError) -> (closedArms: [Int], isPaused: Bool) {
    try read { database in
      (
        try Int.fetchAll(database, sql: "SELECT number FROM arm WHERE is_open = 0 ORDER BY number"),
        try Bool.fetchOne(database, sql: "SELECT is_paused FROM book") ?? false
      )
    }
  }

  /// Notes an act that changes nothing.
  public func record(_ verb: String, session: Int?, by act: Act) throws(LedgerError) {
    try Records.check(act)
    guard (1...64).contains(verb.unicodeScalars.count) else {
      throw .invalid("an act has a word of 1 to 64 characters")
    }
    try write { database in
      if let session, try SessionRows.one(database, session).status == .withdrawn {
        throw LedgerError.refused(session: session, status: .withdrawn)
      }
      try Records.act(database, verb, session: session, by: act)
    }
  }

  /// Pauses the study, or lets it go on.
  public func setPaused(_ isPaused: Bool, by act: Act) throws(LedgerError) {
    try Records.check(act)
    try write { database in
      try database.execute(sql: "UPDATE book SET is_paused = ?", arguments: [isPaused])
      try Records.act(database, isPaused ? "pause" : "unpause", by: act)
    }
  }

  /// Opens or closes an arm; its slots stay where they are.
  public func setArm(_ arm: Int, isOpen: Bool, by act: Act) throws(LedgerError) {
    try Records.check(act)
    try write { database in
      let name = try String.fetchOne(database, sql: "SELECT name FROM arm WHERE number = ?", arguments: [arm])
      guard let name else { throw LedgerError.invalid("there is no arm \(arm)") }
      try database.execute(sql: "UPDATE arm SET is_open = ? WHERE number = ?", arguments: [isOpen, arm])
      try Records.act(database, isOpen ? "open-arm" : "close-arm", detail: name, by: act)
    }
  }
}
