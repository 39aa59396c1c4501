import ConsentStudy
import GRDB

/// Which place a session gets, and when a slot is open again.
enum Slots {
  /// A place, or why there is none.
  enum Place {
    case arm(Int, slot: Int?)
    case refused(Refusal)
  }

  /// A place for a live session: the first open slot of the list, or the arm that has fewest.
  ///
  /// - Parameters:
  ///   - stratum: index of the stratum.
  ///   - claim: the number of the session that is given out.
  static func place(_ database: Database, stratum: Int, claim: Int) throws -> Place {
    let terms = try Terms(database)
    guard try terms.hasRoom(database, stratum: stratum) else { return .refused(.full) }
    let arms = try Arms(database, cap: terms.cap)
    if let seed = terms.seed {
      let held = try counts(database, "stage = 'live' AND stratum = \(stratum) AND status IN ('open', 'completed')")
      guard let arm = fewest(of: arms.taking, held, seed: seed, claim: claim) else {
        return .refused(arms.closed.isEmpty ? .full : .armsClosed)
      }
      return .arm(arm, slot: nil)
    }
    // A slot that came back stands before those that were never given.
    let open = try Row.fetchCursor(
      database,
      sql: """
        SELECT slot.number, slot.arm FROM slot
        WHERE slot.stratum = ? AND NOT EXISTS (SELECT 1 FROM session WHERE session.slot = slot.number)
        ORDER BY slot.number
        """, arguments: [stratum])
    var isHeldBackByGate = false
    while let row = try open.next() {
      let arm: Int = row[1]
      if arms.taking.contains(arm) { return .arm(arm, slot: row[0]) }
      if arms.closed.contains(arm) { isHeldBackByGate = true }
    }
    return .refused(isHeldBackByGate ? .armsClosed : .full)
  }

  /// A place for a session that takes no slot: the open arm that has fewest of its stage.
  static func place(_ database: Database, stage: String, claim: Int) throws -> Place {
    let arms = try Arms(database, cap: nil)
    let held = try counts(database, "stage = ?", [stage])
    guard let arm = fewest(of: arms.taking, held, seed: 0, claim: claim) else { return .refused(.armsClosed) }
    return .arm(arm, slot: nil)
  }

  /// What keeps a person who comes back from taking their arm again, or nil when nothing does.
  static func refusal(_ database: Database, stratum: Int, arm: Int) throws -> Refusal? {
    let terms = try Terms(database)
    guard try terms.hasRoom(database, stratum: stratum) else { return .full }
    let arms = try Arms(database, cap: terms.cap)
    if arms.closed.contains(arm) { return .armsClosed }
    return arms.taking.contains(arm) ? nil : .full
  }

  /// Whether the person of a session has met the pop-up, in it or in one that it restarts.
  static func isExposed(_ database: Database, _ session: Int) throws -> Bool {
    try Bool.fetchOne(
      database,
      sql: """
        SELECT was_exposed OR EXISTS (SELECT 1 FROM milestone WHERE session = number AND name = 'exposed')
        FROM session WHERE number = ?
        """, arguments: [session]) ?? false
  }

  /// Opens the slot of a session that was lost, unless its person has met the pop-up.
  static func giveBack(_ database: Database, lost session: Int) throws {
    guard try !isExposed(database, session) else { return }
    try database.execute(sql: "UPDATE session SET slot = NULL WHERE number = ?", arguments: [session])
  }

  private static func counts(
    _ database: Database, _ condition: String, _ arguments: StatementArguments = []
  ) throws -> [Int: Int] {
    var counts: [Int: Int] = [:]
    let rows = try Row.fetchCursor(
      database, sql: "SELECT arm, COUNT(*) FROM session WHERE \(condition) GROUP BY arm", arguments: arguments)
    while let row = try rows.next() { counts[row[0]] = row[1] }
    return counts
  }

  private static func fewest(of arms: [Int], _ held: [Int: Int], seed: UInt64, claim: Int) -> Int? {
    guard let least = arms.map({ held[$0] ?? 0 }).min() else { return nil }
    let equals = arms.filter { held[$0] ?? 0 == least }
    return equals[Allocation.draw(among: equals.count, seed: seed, claim: claim)]
  }

  /// What the seal says about places.
  private struct Terms {
    /// Of the draws, when arms are filled by count.
    var seed: UInt64?
    var target: Int
    var cap: Int?

    init(_ database: Database) throws {
      let last = "SELECT seed, target, cap FROM seal ORDER BY number DESC LIMIT 1"
      guard let row = try Row.fetchOne(database, sql: last) else {
        throw LedgerError.invalid("the study is not sealed")
      }
      let bits: Int64? = row[0]
      seed = bits.map(UInt64.init(bitPattern:))
      target = row[1]
      cap = row[2]
    }

    /// Whether one more session may run: those that do and those that are complete never come to more than are wanted,
    /// so that what is wanted is reached exactly.
    func hasRoom(_ database: Database, stratum: Int) throws -> Bool {
      let held = try Int.fetchOne(
        database,
        sql: """
          SELECT COUNT(*) FROM session WHERE stage = 'live' AND stratum = ? AND status IN ('open', 'completed')
          """, arguments: [stratum])
      return held ?? 0 < target
    }
  }

  /// Which arms take sessions.
  private struct Arms {
    /// Neither closed nor full, ascending.
    var taking: [Int] = []
    /// Closed though they have room, ascending.
    var closed: [Int] = []

    init(_ database: Database, cap: Int?) throws {
      let held = try cap.map { _ in try counts(database, "stage = 'live' AND status IN ('open', 'completed')") } ?? [:]
      let rows = try Row.fetchCursor(database, sql: "SELECT number, is_open FROM arm ORDER BY number")
      while let row = try rows.next() {
        let arm: Int = row[0]
        if let cap, held[arm] ?? 0 >= cap { continue }
        if row[1] { taking.append(arm) } else { closed.append(arm) }
      }
    }
  }
}
