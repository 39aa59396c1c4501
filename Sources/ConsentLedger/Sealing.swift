import ConsentStudy
import GRDB

extension SQLiteLedger {
  /// Puts the names of arms and strata into the ledger, so that pilots can be run before the study is sealed.
  ///
  /// May be called again until then, as long as every arm and stratum that a session was given is still there; afterwards
  /// other names throw `LedgerError.sealedAlready`.
  public func register(arms: [String], strata: [String]) throws(LedgerError) {
    try write { database in
      guard try names(of: "arm", database) != arms || names(of: "stratum", database) != strata else { return }
      if let study = try String.fetchOne(database, sql: "SELECT study FROM seal ORDER BY number DESC LIMIT 1") {
        throw LedgerError.sealedAlready(study)
      }
      try setNames(arms: arms, strata: strata, database)
    }
  }

  /// Puts the allocation and the identity of the study into the ledger, or amends them.
  public func seal(_ seal: Seal, isAmendment: Bool, by act: Act) throws(LedgerError) {
    try Records.check(act, needsReason: isAmendment)
    if let problem = seal.problem { throw .invalid(problem) }
    try write { database in
      let before = try row(ofSeal: database)
      if let before, !isAmendment { throw LedgerError.sealedAlready(before["study"]) }
      guard !isAmendment || before != nil else { throw LedgerError.invalid("there is nothing sealed to be amended") }
      let algorithm: String
      let seed: UInt64?
      let slots: [Allocation.Slot]
      switch seal.allocation {
      case .blocks(let list): (algorithm, seed, slots) = ("blocks", nil, list)
      case .leastFilled(let number): (algorithm, seed, slots) = ("least-filled", number, [])
      }
      if let before, before["algorithm"] != algorithm {
        throw LedgerError.invalid("a study keeps its algorithm of allocation")
      }
      // Names, slots and whoever refers to them have to fit when the transaction ends, not on the way.
      try database.execute(sql: "PRAGMA defer_foreign_keys = ON")
      try setNames(arms: seal.arms, strata: seal.strata, database)
      try setSlots(slots, database)
      try database.execute(
        sql: "INSERT INTO seal (study, engine_version, algorithm, seed, target, cap) VALUES (?, ?, ?, ?, ?, ?)",
        arguments: [
          seal.study, seal.engineVersion, algorithm, seed.map(Int64.init(bitPattern:)), seal.targetPerStratum,
          seal.capPerArm,
        ])
      try Records.act(database, isAmendment ? "amend" : "seal", detail: seal.study, by: act)
    }
  }

  /// What was sealed last, or nil.
  public func currentSeal() throws(LedgerError) -> Seal? {
    try read { database in
      guard let row = try row(ofSeal: database) else { return nil }
      let seed: Int64? = row["seed"]
      let allocation: Allocation =
        try seed.map { .leastFilled(seed: UInt64(bitPattern: $0)) } ?? .blocks(slotRows(database).map(\.slot))
      return Seal(
        study: row["study"], engineVersion: row["engine_version"], arms: try names(of: "arm", database),
        strata: try names(of: "stratum", database), allocation: allocation, targetPerStratum: row["target"],
        capPerArm: row["cap"])
    }
  }

  private func row(ofSeal database: Database) throws -> Row? {
    try Row.fetchOne(database, sql: "SELECT * FROM seal ORDER BY number DESC LIMIT 1")
  }

  private func names(of table: String, _ database: Database) throws -> [String] {
    try String.fetchAll(database, sql: "SELECT name FROM \(table) ORDER BY number")
  }

  private func setNames(arms: [String], strata: [String], _ database: Database) throws {
    for (table, names) in [("arm", arms), ("stratum", strata)] {
      guard !names.isEmpty, Set(names).count == names.count else {
        throw LedgerError.invalid("every \(table) has a name of its own, and there is at least one")
      }
      let given = try Int.fetchOne(database, sql: "SELECT MAX(\(table)) FROM session")
      guard given ?? -1 < names.count else {
        throw LedgerError.invalid("sessions were given \(table) \((given ?? 0) + 1), and there are \(names.count) now")
      }
      for (number, name) in names.enumerated() {
        try database.execute(
          sql: """
            INSERT INTO \(table) (number, name) VALUES (?, ?) ON CONFLICT (number) DO UPDATE SET name = excluded.name
            """, arguments: [number, name])
      }
      try database.execute(sql: "DELETE FROM \(table) WHERE number >= ?", arguments: [names.count])
    }
  }

  /// Puts a list in the place of the one before; slots that are held or filled have to be the same in both.
  private func setSlots(_ slots: [Allocation.Slot], _ database: Database) throws {
    for held in try slotRows(database) where held.session != nil {
      guard slots.count >= held.slot.number, slots[held.slot.number - 1] == held.slot else {
        throw LedgerError.invalid("slot \(held.slot.number) is held and would be another one")
      }
    }
    try database.execute(sql: "DELETE FROM slot")
    let insertion = try database.makeStatement(
      sql: "INSERT INTO slot (number, stratum, block, arm) VALUES (?, ?, ?, ?)")
    for slot in slots { try insertion.execute(arguments: [slot.number, slot.stratum, slot.block, slot.arm]) }
  }

  /// The slots in their order, within a transaction.
  func slotRows(_ database: Database) throws -> [SlotEntry] {
    var entries: [SlotEntry] = []
    let rows = try Row.fetchCursor(
      database,
      sql: """
        SELECT slot.number, slot.stratum, slot.block, slot.arm, session.number FROM slot
        LEFT JOIN session ON session.slot = slot.number ORDER BY slot.number
        """)
    while let row = try rows.next() {
      let slot = Allocation.Slot(number: row[0], stratum: row[1], block: row[2], arm: row[3])
      entries.append(SlotEntry(slot: slot, session: row[4]))
    }
    return entries
  }
}

extension Seal {
  /// What keeps it from being sealed, in words.
  fileprivate var problem: String? {
    if study.isEmpty { return "a seal names the study by its digest" }
    if targetPerStratum < 0 || capPerArm ?? 0 < 0 { return "a target and a cap are not less than nothing" }
    switch allocation {
    case .leastFilled: return nil
    case .blocks(let slots):
      for (index, slot) in slots.enumerated() {
        if slot.number != index + 1 { return "slot \(slot.number) stands at place \(index + 1) of the list" }
        guard arms.indices.contains(slot.arm), strata.indices.contains(slot.stratum), slot.block > 0 else {
          return "slot \(slot.number) is of an arm, a stratum or a block that does not exist"
        }
      }
      return nil
    }
  }
}
