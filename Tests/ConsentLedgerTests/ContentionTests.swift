import ConsentLedger
import ConsentModel
import ConsentStudy
import Dispatch
import Testing

/// Eight connections claim at once; every slot is given once, in the end all of the target and no more.
@Test func claimsAtTheSameTimeAreExact() throws {
  let folder = try Folder()
  let list = Allocation.permutedBlocks(arms: 3, strata: 1, slotsPerStratum: 300, multiples: [1, 2], seed: 4)
  do {
    let ledger = try SQLiteLedger(path: folder.ledger, create: true)
    try ledger.seal(seal(.blocks(list), arms: 3, target: 150), isAmendment: false, by: moderator())
  }
  let path = folder.ledger
  DispatchQueue.concurrentPerform(iterations: 8) { thread in
    do {
      let ledger = try SQLiteLedger(path: path)
      for round in 0..<25 {
        let number = 25 * thread + round + 1
        let answer = try ledger.claim(
          ClaimRequest(
            participant: "p\(number)", stage: .live, resume: ResumePolicy(.resume), seeds: [seed(number)],
            by: moderator()))
        guard case .new(let session) = answer, number % 5 == 0 else { continue }
        try ledger.perform(.drop, session: session.number, by: moderator())
      }
    } catch {
      Issue.record("\(error)")
    }
  }
  let ledger = try SQLiteLedger(path: path)
  let sessions = try ledger.sessions()
  let slots = try ledger.slots()
  #expect(sessions.map(\.number) == Array(1...sessions.count))
  #expect(try StudyCounts.problems(sessions: sessions, slots: slots, chain: ledger.chain()).isEmpty)
  let counts = StudyCounts(sessions).counts(.live)
  #expect(counts.open <= 150 && counts.open + counts.dropped == sessions.count && counts.open >= 150 - 8)
  // Lost slots were given again: those that are held are the first ones of the list, but for the last few.
  let held = slots.filter { $0.session != nil }.map(\.slot.number)
  #expect((held.last ?? 0) <= counts.open + counts.dropped)
}
