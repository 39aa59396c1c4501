import ConsentModel
import ConsentStudy
import GRDB

extension SQLiteLedger {
  /// Gives a participant a session, in one transaction with everything that decides about it.
  public func claim(_ request: ClaimRequest) throws(LedgerError) -> ClaimAnswer {
    if let problem = ParticipantID.problem(in: request.participant) { throw .invalid(problem) }
    try Records.check(request.by)
    guard let now = LedgerTime.milliseconds(of: request.by.at) else { throw .invalid("the time cannot be read") }
    guard request.stage != .none else { throw .invalid("a session of a study is pilot, live or simulated") }
    return try write { try Claim(database: $0, request: request, now: now).answer() }
  }
}

/// One claim, within its transaction.
private struct Claim {
  let database: Database
  let request: ClaimRequest
  /// When, in milliseconds since 1970.
  let now: Int64

  func answer() throws -> ClaimAnswer {
    let isSealed = try Bool.fetchOne(database, sql: "SELECT EXISTS (SELECT 1 FROM seal)") ?? false
    if request.stage == .live, !isSealed { return .refused(.notSealed) }
    let earlier = try SessionRows.all(
      database, where: "session.participant = ? AND session.stage = ?", [request.participant, request.stage.rawValue])
    let isPaused = try Bool.fetchOne(database, sql: "SELECT is_paused FROM book") ?? false
    guard let last = earlier.last else { return isPaused ? .refused(.paused) : try begin() }
    switch last.status {
    case .open:
      if request.runningSessions.contains(last.number) { return .refused(.running(session: last.number)) }
      return try goOn(last, isPaused: isPaused)
    case .dropped:
      if isPaused { return .refused(.paused) }
      // Who has met an arm stays in it; who has not is like anybody else.
      return try Slots.isExposed(database, last.number) ? begin(after: last) : begin()
    case .declined, .stopped, .rejected, .completed, .withdrawn:
      return .refused(.finishedBefore(session: last.number))
    }
  }

  /// An interrupted session.
  private func goOn(_ session: SessionEntry, isPaused: Bool) throws -> ClaimAnswer {
    let seen = LedgerTime.milliseconds(of: session.seenAt) ?? now
    // A clock that was set back makes nothing older.
    let isTooOld = request.resume.maximumSeconds.map { now - seen > Int64($0) * 1000 } ?? false
    if isTooOld || request.resume.rule == .block { return .refused(.interrupted(session: session.number)) }
    if isPaused { return .refused(.paused) }
    switch request.resume.rule {
    case .block: return .refused(.interrupted(session: session.number))
    case .resume:
      try database.execute(
        sql: "UPDATE session SET seen_at = ? WHERE number = ?", arguments: [request.by.at, session.number])
      try Records.act(database, "resume", session: session.number, by: request.by)
      return .resume(try SessionRows.one(database, session.number))
    case .restart:
      return try begin(after: session)
    }
  }

  /// A new session in a new place.
  private func begin() throws -> ClaimAnswer {
    let strata = try Int.fetchOne(database, sql: "SELECT COUNT(*) FROM stratum") ?? 0
    guard strata > 0 else { throw LedgerError.invalid("the arms of the study are not in the ledger yet") }
    guard (0..<strata).contains(request.stratum) else {
      throw LedgerError.invalid("there is no stratum \(request.stratum)")
    }
    let number = try nextNumber()
    let place =
      request.stage == .live
      ? try Slots.place(database, stratum: request.stratum, claim: number)
      : try Slots.place(database, stage: request.stage.rawValue, claim: number)
    switch place {
    case .refused(let refusal): return .refused(refusal)
    case .arm(let arm, let slot):
      guard let seed = try freeSeed() else { return .refused(.codesTaken) }
      try insert(seed, arm: arm, stratum: request.stratum, slot: slot, restarts: nil, wasExposed: false)
      try Records.act(database, "claim", session: number, by: request.by)
      return .new(try SessionRows.one(database, number))
    }
  }

  /// A new session in the place of an old one, which is lost if it was still open.
  private func begin(after old: SessionEntry) throws -> ClaimAnswer {
    if old.status != .open, old.stage == .live,
      let refusal = try Slots.refusal(database, stratum: old.stratum, arm: old.arm)
    {
      return .refused(refusal)
    }
    guard let seed = try freeSeed() else { return .refused(.codesTaken) }
    let number = try nextNumber()
    let wasExposed = try Slots.isExposed(database, old.number)
    // Its slot goes first: no two sessions ever hold one.
    try database.execute(
      sql: "UPDATE session SET status = 'dropped', slot = NULL WHERE number = ?", arguments: [old.number])
    try insert(
      seed, arm: old.arm, stratum: old.stratum, slot: old.slot, restarts: old.number, wasExposed: wasExposed)
    try Records.act(database, "restart", session: old.number, detail: "session \(number)", by: request.by)
    try Records.act(database, "claim", session: number, by: request.by)
    return .new(try SessionRows.one(database, number))
  }

  /// The number that the next session gets; sessions are never deleted.
  private func nextNumber() throws -> Int {
    1 + (try Int.fetchOne(database, sql: "SELECT MAX(number) FROM session") ?? 0)
  }

  private func freeSeed() throws -> SessionSeed? {
    for seed in request.seeds {
      guard seed.withdrawalCode != seed.completionCode else { continue }
      let isTaken = try Bool.fetchOne(
        database,
        sql: """
          SELECT EXISTS (SELECT 1 FROM session WHERE withdrawal_code IN (:w, :c))
            OR EXISTS (SELECT 1 FROM session WHERE completion_code IN (:w, :c))
          """,
        arguments: ["w": seed.withdrawalCode, "c": seed.completionCode])
      if isTaken != true { return seed }
    }
    return nil
  }

  private func insert(
    _ seed: SessionSeed, arm: Int, stratum: Int, slot: Int?, restarts: Int?, wasExposed: Bool
  ) throws {
    try database.execute(
      sql: """
        INSERT INTO session (participant, export_id, stage, arm, stratum, slot, started_at, seen_at, seed,
          withdrawal_code, completion_code, restarts, was_exposed)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        request.participant, try freeExportID(), request.stage.rawValue, arm, stratum, slot, request.by.at,
        request.by.at, Int64(bitPattern: seed.seed), seed.withdrawalCode, seed.completionCode, restarts, wasExposed,
      ])
  }

  /// A name that tells nothing: it is drawn from the system, not from the seed of the session.
  private func freeExportID() throws -> String {
    while true {
      let digits = String(UInt64.random(in: 0 ... .max), radix: 16)
      let name = String(repeating: "0", count: 16 - digits.count) + digits
      let isTaken = try Bool.fetchOne(
        database, sql: "SELECT EXISTS (SELECT 1 FROM session WHERE export_id = ?)", arguments: [name])
      if isTaken != true { return name }
    }
  }
}
