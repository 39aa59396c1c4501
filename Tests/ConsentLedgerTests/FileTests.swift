import ConsentModel
import ConsentStudy
import Foundation
import Testing

@testable import ConsentLedger

private func request(_ id: String, _ number: Int, at seconds: Int = 0) -> ClaimRequest {
  ClaimRequest(
    participant: id, stage: .live, resume: ResumePolicy(.resume), seeds: [seed(number)], by: moderator(seconds))
}

private func blocks(_ slots: Int, arms: Int = 3) -> Allocation {
  .blocks(Allocation.permutedBlocks(arms: arms, strata: 1, slotsPerStratum: slots, multiples: [1, 2], seed: 9))
}

@Test func onlyALedgerIsOpened() throws {
  let folder = try Folder()
  func check(_ path: String, create: Bool = false, _ isExpected: (LedgerError) -> Bool) {
    #expect {
      _ = try SQLiteLedger(path: path, create: create)
    } throws: { error in
      (error as? LedgerError).map(isExpected) ?? false
    }
  }
  func isNoLedger(_ error: LedgerError) -> Bool { if case .notALedger = error { true } else { false } }
  func isSystem(_ error: LedgerError) -> Bool { if case .system = error { true } else { false } }
  check(folder.path + "/missing.sqlite", isSystem)
  check(folder.path + "/no/such/folder.sqlite", create: true, isSystem)
  check(folder.path, isNoLedger)
  for (name, text) in [("empty", ""), ("text", String(repeating: "hello\n", count: 1000))] {
    try text.write(toFile: "\(folder.path)/\(name)", atomically: false, encoding: .utf8)
    check("\(folder.path)/\(name)", isNoLedger)
    check("\(folder.path)/\(name)", create: true, isSystem)
    #expect(try String(contentsOfFile: "\(folder.path)/\(name)", encoding: .utf8) == text)
  }
  #expect(folder.files == ["empty", "text"])
  do {
    let ledger = try SQLiteLedger(path: folder.ledger, create: true, arms: ["a"])
    check(folder.ledger, create: true, isSystem)
    #expect(try SQLiteLedger(path: folder.ledger).sessions().isEmpty)
    try ledger.write { try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('9 later')") }
  }
  check(folder.ledger, isNoLedger)
  // Nothing lies about: neither what the ledger grew as nor, once it is closed, its log.
  #expect(folder.files == ["empty", "ledger.sqlite", "text"])
  // Another program's database is left as it is.
  let other = try SQLiteLedger(path: folder.path + "/other", create: true)
  try other.write { try $0.execute(sql: "PRAGMA application_id = 7") }
  check(folder.path + "/other", isNoLedger)
}

@Test func theDatabaseItselfRefuses() throws {
  let folder = try Folder()
  let ledger = try SQLiteLedger(path: folder.ledger, create: true)
  try ledger.seal(seal(list([0, 1, 0, 1]), target: 4), isAmendment: false, by: moderator())
  for number in 1...2 { _ = try ledger.claim(request("p\(number)", number)) }
  try ledger.finish(1, SessionEnding(status: .completed, data: .keep, head: head(1)), at: time(1))
  let refused = [
    "UPDATE session SET slot = 1 WHERE number = 2", "UPDATE session SET slot = 3 WHERE number = 2",
    "UPDATE session SET slot = 99 WHERE number = 2", "UPDATE session SET number = 1 WHERE number = 2",
    "UPDATE session SET status = 'lost' WHERE number = 2", "UPDATE session SET status = 'withdrawn' WHERE number = 2",
    "UPDATE session SET withdrawal_code = 'W 555-1' WHERE number = 2",
    "UPDATE session SET completion_code = 'C 777-1' WHERE number = 2",
    "UPDATE session SET completion_code = withdrawal_code WHERE number = 2",
    "UPDATE session SET participant = NULL WHERE number = 2", "UPDATE session SET participant = '' WHERE number = 2",
    "UPDATE session SET participant = 'p2', status = 'open' WHERE number = 1",
    "UPDATE session SET arm = 0 WHERE number = 2",
    "UPDATE session SET stage = 'pilot' WHERE number = 2", "UPDATE session SET stratum = 5 WHERE number = 2",
    "UPDATE session SET restarts = 2 WHERE number = 2", "UPDATE session SET excluded_by = 'x' WHERE number = 2",
    "UPDATE session SET seen_at = x'00' WHERE number = 2", "UPDATE session SET seed = 'a' WHERE number = 2",
    "UPDATE session SET head = 'abc' WHERE number = 2", "DELETE FROM session", "DELETE FROM slot", "DELETE FROM act",
    "DELETE FROM chain", "UPDATE chain SET slot = 3", "INSERT INTO milestone VALUES (2, 'bored', 'now')",
    "INSERT INTO milestone VALUES (9, 'exposed', 'now')",
    "INSERT INTO chain SELECT 9, session, slot, head, link FROM chain",
    "UPDATE arm SET is_open = 2", "UPDATE book SET is_paused = 2", "DELETE FROM arm",
    "INSERT INTO book (id) VALUES (2)",
  ]
  for sql in refused {
    #expect(throws: LedgerError.self, "\(sql)") { try ledger.write { try $0.execute(sql: sql) } }
  }
  #expect(try ledger.sessions().map(\.slot) == [1, 2])
}

@Test func namesMayChangeUntilTheSealAndAnAmendmentKeepsWhatIsHeld() throws {
  let folder = try Folder()
  let ledger = try SQLiteLedger(path: folder.ledger, create: true, arms: ["a", "b", "c"])
  var script = Script(ledger)
  #expect(script.run("claim p pilot").hasPrefix("new 1"))
  try ledger.register(arms: ["b", "a", "d", "e"], strata: ["s", ""])
  let first = try ledger.sessions()[0].arm
  if first > 0 { #expect(throws: LedgerError.self) { try ledger.register(arms: ["x"], strata: [""]) } }
  #expect(throws: LedgerError.self) { try ledger.register(arms: ["x", "x", "y"], strata: [""]) }
  #expect(throws: LedgerError.self) { try ledger.register(arms: [], strata: [""]) }
  let sealed = seal(list([0, 1, 2, 0, 1, 2], blockSize: 3), arms: 3, target: 6)
  #expect(throws: LedgerError.self) { try ledger.seal(sealed, isAmendment: true, by: moderator()) }
  try ledger.seal(sealed, isAmendment: false, by: moderator())
  #expect(throws: LedgerError.sealedAlready(sealed.study)) {
    try ledger.seal(sealed, isAmendment: false, by: moderator())
  }
  #expect(throws: LedgerError.sealedAlready(sealed.study)) { try ledger.register(arms: ["x", "y"], strata: [""]) }
  try ledger.register(arms: sealed.arms, strata: sealed.strata)
  #expect(script.run("claim q") == "new 2 arm 0 slot 1")
  func amend(_ seal: Seal) -> Bool { (try? ledger.seal(seal, isAmendment: true, by: moderator())) != nil }
  #expect(!amend(seal(list([1, 0, 2]), arms: 3, target: 6)))
  #expect(!amend(seal(list([]), arms: 3, target: 6)))
  #expect(!amend(seal(.leastFilled(seed: 1), arms: 3, target: 6)))
  #expect(!amend(seal(list([0, 1, 7], blockSize: 3), arms: 3, target: 6)))
  #expect(try ledger.currentSeal() == sealed)
  let longer = seal(list([0, 1, 2, 2, 1, 0, 1, 0, 2], blockSize: 3), arms: 3, target: 9)
  #expect(amend(longer))
  #expect(try ledger.currentSeal() == longer)
  #expect(script.run("claim r") == "new 3 arm 1 slot 2")
  #expect(try ledger.acts().map(\.verb) == ["claim", "seal", "claim", "amend", "claim"])
}

@Test func aWithdrawalLeavesNoByte() throws {
  let folder = try Folder()
  let ledger = try SQLiteLedger(path: folder.ledger, create: true)
  try ledger.seal(seal(blocks(600), arms: 3, target: 300), isAmendment: false, by: moderator())
  // Somebody else has it open all the time, so that the log stays.
  let other = try SQLiteLedger(path: folder.ledger)
  let person = "Quetzalcoatl-7731"
  func secret(_ number: Int) -> SessionSeed {
    SessionSeed(
      seed: 0x5EED_5EED_0000_0000 + UInt64(number), withdrawalCode: "W 918-273-645-\(550 + number)",
      completionCode: "C 192-837-\(460 + number)")
  }
  for number in 1...60 { _ = try ledger.claim(request("p\(number)", number)) }
  var own: [SessionEntry] = []
  for (number, stage) in [SessionEntry.StageName.pilot, .live, .simulated].enumerated() {
    let answer = try other.claim(
      ClaimRequest(
        participant: person, stage: stage, resume: ResumePolicy(.resume), seeds: [secret(number)],
        by: Act(who: person, why: "asked \(person)", at: "2025-09-29T07:41:53.219Z")))
    if case .new(let session) = answer { own.append(session) }
  }
  for number in 61...120 { _ = try other.claim(request("p\(number)", number)) }
  #expect(own.count == 3)
  let live = own[1].number
  for milestone in [Milestone.consented, .exposed] {
    try ledger.note(milestone, session: live, at: "2025-09-29T07:43:11.377Z")
  }
  try ledger.perform(.exclude(sawArm: true), session: live, by: moderator(why: "knew Xanthippe-Reason"))
  try ledger.perform(.exclude(sawArm: true), session: 5, by: moderator(why: "sat beside \(person). Twice"))
  try ledger.record("note", session: nil, by: moderator(why: "\(person.uppercased()) rang: C 192-837-461"))
  let slot = try ledger.sessions()[live - 1].slot
  let exports = own.compactMap(\.exportID)
  let words = [person, "Xanthippe", "07:41:53", "07:43:11", "918-273-645", "192-837-46", person.uppercased()] + exports
  func found() throws -> [String] {
    try words.filter { word in
      let bytes = Data(word.utf8)
      return try folder.files.contains {
        try Data(contentsOf: URL(fileURLWithPath: "\(folder.path)/\($0)")).range(of: bytes) != nil
      }
    }
  }
  #expect(try found() == words)
  #expect(folder.files.count == 3)
  let tombstones = try ledger.withdraw(
    session: own[0].number, by: Act(who: "anna", why: "\(person) wrote", at: "2025-09-29T09:00:00.000Z"))
  #expect(try found().isEmpty)
  #expect(tombstones.map(\.number) == own.map(\.number))
  let left = try ledger.sessions()[live - 1]
  #expect(left.status == .withdrawn && left.slot == slot && left.arm == own[1].arm && left.stage == .live)
  #expect(left.reached == [.consented: "2025-09-29", .exposed: "2025-09-29"] && left.head == ChainLink.zeros)
  #expect(left.seed == nil && left.exclusion == nil && left.startedAt == "2025-09-29")
  // The seed is a number; its eight bytes must be gone as well.
  for number in 0..<3 {
    let bytes = Data(withUnsafeBytes(of: secret(number).seed.bigEndian) { Array($0) })
    for file in folder.files {
      #expect(try Data(contentsOf: URL(fileURLWithPath: "\(folder.path)/\(file)")).range(of: bytes) == nil, "\(file)")
    }
  }
  #expect(try ledger.sessions()[4].exclusion?.act.why == "sat beside [withdrawn]. Twice")
  #expect(try ledger.acts().count { $0.session == live && !$0.act.why.isEmpty } == 0)
  #expect(try StudyCounts.problems(sessions: other.sessions(), slots: other.slots(), chain: other.chain()).isEmpty)
}

@Test func manyWithdrawalsLeaveNoByteThatPagesWereSplitOver() throws {
  let folder = try Folder()
  let ledger = try SQLiteLedger(path: folder.ledger, create: true)
  try ledger.seal(seal(blocks(900), arms: 3, target: 450), isAmendment: false, by: moderator())
  // Somebody else has it open all the time, so that the log stays.
  let other = try SQLiteLedger(path: folder.ledger)
  // Ids and codes in no order: they are filed in the middle of pages, which are split, and copies stay behind.
  var random = PRNG(seed: 20_261_126)
  func word(_ prefix: String) -> String {
    prefix + (0..<4).map { _ in String(random.next() >> 16, radix: 36) }.joined(separator: "-").prefix(40)
  }
  var secrets: [[String]] = []
  for number in 1...300 {
    let secret = SessionSeed(seed: random.next() | 1 << 62, withdrawalCode: word("W "), completionCode: word("C "))
    let person = word("P")
    let answer = try ledger.claim(
      ClaimRequest(
        participant: person, stage: .live, resume: ResumePolicy(.resume), seeds: [secret],
        by: Act(who: "anna", why: word("because "), at: time(number))))
    guard case .new(let session) = answer else { continue }
    secrets.append(
      [person, secret.withdrawalCode, secret.completionCode, session.exportID ?? "?"]
        + [try #require(ledger.acts().last).act.why])
  }
  #expect(secrets.count == 300)
  let gone = Array(stride(from: 0, to: 300, by: 5))
  // Somebody has shortened reasons with another program, which does not overwrite what it takes away: only a file that is
  // written anew is without it.
  try other.write { database in
    try database.execute(sql: "PRAGMA secure_delete = OFF")
    for change in ["why || ' ' || why || ' ' || why || ' ' || why", "'short'"] {
      try database.execute(sql: "UPDATE act SET why = \(change) WHERE session % 5 = 1")
    }
    try database.execute(sql: "PRAGMA secure_delete = ON")
  }
  for number in gone { _ = try ledger.withdraw(session: number + 1, by: moderator()) }
  // A copy may have lost its beginning or its end to something newer: every eight bytes of a value are looked for.
  func windows(_ bytes: some Sequence<UInt8>) -> Set<UInt64> {
    var found: Set<UInt64> = []
    var window: UInt64 = 0
    for (index, byte) in bytes.enumerated() {
      window = window << 8 | UInt64(byte)
      if index >= 7 { found.insert(window) }
    }
    return found
  }
  var left: Set<UInt64> = []
  for file in folder.files {
    left.formUnion(windows(try Data(contentsOf: URL(fileURLWithPath: "\(folder.path)/\(file)"))))
  }
  for (number, values) in secrets.enumerated() {
    let isGone = number % 5 == 0
    // What is before the first space of a value is not random.
    let own = values.map { windows(($0.split(separator: " ").last ?? "").utf8) }
    #expect(own.allSatisfy { isGone ? $0.isDisjoint(with: left) : $0.isSubset(of: left) }, "session \(number + 1)")
  }
  #expect(try other.sessions().count { $0.status == .withdrawn } == gone.count)
}

@Test func aWithdrawalThatSomebodyReadsOverIsCleanedLater() throws {
  let folder = try Folder()
  let ledger = try SQLiteLedger(
    path: folder.ledger, create: true, arms: ["a"], options: LedgerOptions(busySeconds: 0.2))
  try ledger.seal(seal(.leastFilled(seed: 1), arms: 1, target: 9), isAmendment: false, by: moderator())
  _ = try ledger.claim(request("Quetzalcoatl", 1))
  _ = try ledger.claim(request("other", 2))
  func isLeft() throws -> Bool {
    try folder.files.contains {
      try Data(contentsOf: URL(fileURLWithPath: "\(folder.path)/\($0)")).range(of: Data("Quetzalcoatl".utf8)) != nil
    }
  }
  let reader = try SQLiteLedger(path: folder.ledger)
  try reader.read { database in
    _ = try database.makeStatement(sql: "SELECT COUNT(*) FROM session").execute()
    #expect(throws: LedgerError.busy(path: folder.ledger)) { try ledger.withdraw(session: 1, by: moderator()) }
  }
  #expect(try ledger.sessions()[0].status == .withdrawn)
  #expect(try isLeft())
  let again = try SQLiteLedger(path: folder.ledger)
  #expect(try !isLeft())
  #expect(try again.sessions().count == 2)
  #expect(throws: LedgerError.refused(session: 1, status: .withdrawn)) {
    try again.withdraw(session: 1, by: moderator())
  }
}

@Test func whoHoldsTheLedgerTooLongIsNamedBusy() throws {
  let folder = try Folder()
  let ledger = try SQLiteLedger(path: folder.ledger, create: true, arms: ["a"])
  let other = try SQLiteLedger(path: folder.ledger, create: false, options: LedgerOptions(busySeconds: 0.1))
  try ledger.write { _ in
    #expect(throws: LedgerError.busy(path: folder.ledger)) { try other.setPaused(true, by: moderator()) }
    let isPaused = try other.gates().isPaused
    #expect(!isPaused)
  }
  try other.setPaused(true, by: moderator())
  #expect(try ledger.gates().isPaused)
}

@Test func aFullDiskTearsNothing() throws {
  let folder = try Folder()
  try SQLiteLedger(path: folder.ledger, create: true, arms: ["arm0", "arm1", "arm2"]).setPaused(
    false, by: moderator())
  let pages = try SQLiteLedger(path: folder.ledger).read { try Int.fetchOne($0, sql: "PRAGMA page_count") ?? 0 }
  let sealed = seal(blocks(1200), arms: 3, target: 600)
  var isSealed = false
  var claimed = 0
  var fullAt: Set<Int> = []
  for limit in pages...(pages + 45) {
    let tight = try SQLiteLedger(path: folder.ledger, create: false, options: LedgerOptions(maximumPages: limit))
    func attempt(_ body: () throws -> Void) throws -> Bool {
      do {
        try body()
        return true
      } catch LedgerError.full {
        fullAt.insert(limit)
        return false
      }
    }
    if !isSealed { isSealed = try attempt { try tight.seal(sealed, isAmendment: false, by: moderator()) } }
    while isSealed, claimed < 400 {
      let why = String(repeating: "x", count: 400)
      let isDone = try attempt {
        _ = try tight.claim(
          ClaimRequest(
            participant: "person-\(claimed)", stage: .live, resume: ResumePolicy(.resume), seeds: [seed(claimed)],
            by: moderator(why: why)))
      }
      if !isDone { break }
      claimed += 1
    }
    // The same connection answers on, and every part of what is there is whole.
    #expect(try tight.sessions().count == claimed, "at \(limit) pages")
    #expect(try tight.slots().count == (isSealed ? 1200 : 0), "at \(limit) pages")
    #expect(try tight.acts().count == claimed + 1 + (isSealed ? 1 : 0), "at \(limit) pages")
    #expect(try tight.slots().count { $0.session != nil } == claimed, "at \(limit) pages")
    let sound = try tight.read { try String.fetchOne($0, sql: "PRAGMA integrity_check") }
    #expect(sound == "ok", "at \(limit) pages")
  }
  #expect(isSealed && claimed > 20 && fullAt.count > 20)
  let roomy = try SQLiteLedger(path: folder.ledger)
  _ = try roomy.claim(request("last", 100_000))
  #expect(try roomy.sessions().count == claimed + 1)
}
