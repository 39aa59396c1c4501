import ConsentLedger
import ConsentModel
import ConsentStudy
import Testing

/// A random command for a study of so many people; most of them make sense.
private func command(_ random: inout PRNG, sessions: Int, people: Int) -> String {
  let session = 1 + random.below(sessions + 1)
  let stage = ["live", "live", "live", "live", "pilot", "simulated"][random.below(6)]
  switch random.below(40) {
  case 0..<12:
    let rule = ["resume", "resume", "restart", "block"][random.below(4)]
    let extra = ["", "", " max=3", " running=\(session)", " seed=\(1 + random.below(30))"][random.below(5)]
    return "claim p\(random.below(people)) \(stage) \(rule) stratum=\(random.below(2))\(extra)"
  case 12..<15: return "note \(session) consented"
  case 15..<18: return "note \(session) exposed"
  case 18: return "note \(session) decided"
  case 19: return "note \(session) answered"
  case 20..<26:
    let status = ["completed", "completed", "completed", "stopped", "declined", "dropped"][random.below(6)]
    return "finish \(session) \(status) \(["keep", "delete", "unanswered"][random.below(3)])"
  case 26..<29: return "drop \(session)"
  case 29: return "reject \(session)"
  case 30: return "exclude \(session)"
  case 31: return "include \(session)"
  case 32: return "debriefed \(session)"
  case 33: return "data \(session) keep"
  case 34: return "withdraw \(session)"
  case 35: return "close \(random.below(3))"
  case 36, 37: return "open \(random.below(3))"
  case 38: return ["pause", "unpause", "unpause"][random.below(3)]
  default: return "wait \(random.below(6))"
  }
}

/// The sessions without the names that are drawn from the system.
private func comparable(_ sessions: [SessionEntry]) -> [SessionEntry] {
  sessions.map { session in
    var session = session
    session.exportID = nil
    return session
  }
}

/// Whether a milestone came out of turn, which histories of random commands do not avoid and a book does not forbid.
private func isOfTurns(_ problem: String) -> Bool {
  for turn in [" before ", "without", "though the study's consent", "are more than the"] where problem.contains(turn) {
    return true
  }
  return false
}

private func checkHistory(seed: UInt64, steps: Int, sourceLocation: SourceLocation = #_sourceLocation) throws {
  var random = PRNG(seed: seed)
  let folder = try Folder()
  let ledger = try SQLiteLedger(path: folder.ledger, create: true)
  let model = ModelLedger(arms: 3)
  let allocation: Allocation =
    random.below(3) == 0
    ? .leastFilled(seed: random.next())
    : .blocks(
      Allocation.permutedBlocks(
        arms: 3, strata: 2, slotsPerStratum: 3 * (2 + random.below(4)), multiples: [1, 2], seed: random.next()))
  let seal = seal(
    allocation, arms: 3, strata: ["x", "y"], target: 4 + random.below(10),
    cap: random.below(2) == 0 ? nil : 3 + random.below(4))
  try ledger.seal(seal, isAmendment: false, by: moderator())
  model.seal(seal, isAmendment: false, by: moderator())
  var real = Script(ledger)
  var expected = Script(model)
  for step in 0..<steps {
    let line = command(&random, sessions: model.sessions().count, people: 12)
    let (answer, wanted) = (real.run(line), expected.run(line))
    #expect(answer == wanted, "seed \(seed), step \(step): \(line)", sourceLocation: sourceLocation)
    if answer != wanted { return }
    if step % 10 != 0 { continue }
    let sessions = try ledger.sessions()
    let chain = try ledger.chain()
    let slots = try ledger.slots()
    let gates = try ledger.gates()
    #expect(comparable(sessions) == model.sessions(), "seed \(seed), step \(step)", sourceLocation: sourceLocation)
    let extent = try ledger.extent()
    #expect(extent == model.extent(), "seed \(seed), step \(step)", sourceLocation: sourceLocation)
    let open = try ledger.openSessions()
    #expect(open == sessions.filter { $0.status == .open }, "seed \(seed)", sourceLocation: sourceLocation)
    for number in [0, 1, extent.count] {
      let one = try ledger.session(number: number)
      #expect(one == sessions.first { $0.number == number }, "seed \(seed)", sourceLocation: sourceLocation)
    }
    var paged: [SessionEntry] = []
    for first in stride(from: 0, to: extent.count, by: 3) { paged += try ledger.sessions(after: first, limit: 3) }
    #expect(paged == sessions, "seed \(seed), step \(step)", sourceLocation: sourceLocation)
    #expect(slots == model.slots() && chain == model.chain(), "seed \(seed)", sourceLocation: sourceLocation)
    #expect(gates == model.gates(), "seed \(seed), step \(step)", sourceLocation: sourceLocation)
    let problems = StudyCounts.problems(sessions: sessions, slots: slots, chain: chain).filter { !isOfTurns($0) }
    #expect(problems.isEmpty, "seed \(seed), step \(step)", sourceLocation: sourceLocation)
    // What is wanted is never exceeded, in whatever order things happen.
    for stratum in 0..<2 {
      let held = sessions.count {
        $0.stage == .live && $0.stratum == stratum && ($0.status == .open || $0.status == .completed)
      }
      #expect(held <= seal.targetPerStratum, "seed \(seed), step \(step)", sourceLocation: sourceLocation)
    }
    for row in StudyCounts(sessions).rows {
      let counts = row.counts
      #expect(
        counts.assigned == counts.open + counts.completed + counts.stopped + counts.dropped + counts.rejected
          + counts.withdrawn && counts.invited == counts.declined + counts.assigned,
        "seed \(seed), step \(step)", sourceLocation: sourceLocation)
    }
  }
  #expect(try ledger.currentSeal() == seal, "seed \(seed)", sourceLocation: sourceLocation)
}

@Test(arguments: 0..<24) func aRandomHistoryComesOutAsInTheModel(_ number: Int) throws {
  try checkHistory(seed: 20_251_126 + UInt64(number), steps: 150)
}

/// A study with sessions that run at the same time, of which some are lost before the exposure, until it is full.
private func checkBalance(seed: UInt64, arms: Int, lostOf100: Int, sourceLocation: SourceLocation = #_sourceLocation)
  throws
{
  var random = PRNG(seed: seed)
  let folder = try Folder()
  let ledger = try SQLiteLedger(path: folder.ledger, create: true)
  let target = arms * (4 + random.below(6))
  let list = Allocation.permutedBlocks(
    arms: arms, strata: 1, slotsPerStratum: 2 * target, multiples: [1, 2], seed: random.next())
  try ledger.seal(seal(.blocks(list), arms: arms, target: target), isAmendment: false, by: moderator())
  var run = Script(ledger)
  var running: [Int] = []
  var people = 0
  var completed = 0
  let largestBlock = 2 * arms
  while completed < target {
    if random.below(2) == 0 || running.isEmpty {
      people += 1
      let answer = run.run("claim p\(people)")
      if answer.hasPrefix("new") { running.append(Int(answer.split(separator: " ")[1])!) }
      continue
    }
    let session = running.remove(at: random.below(running.count))
    if random.below(100) < lostOf100 {
      _ = run.run(
        [
          "drop \(session)", "reject \(session)", "finish \(session) declined", "withdraw \(session)",
        ][random.below(4)])
    } else {
      _ = run.run("note \(session) consented")
      _ = run.run("note \(session) exposed")
      _ = run.run("finish \(session) completed keep")
      completed += 1
    }
  }
  #expect(run.run("claim late") == "full", "seed \(seed)", sourceLocation: sourceLocation)
  let done = (0..<arms).map { arm in StudyCounts((try? ledger.sessions()) ?? []).counts(.live, arm: arm).completed }
  #expect(done.reduce(0, +) == target, "seed \(seed)", sourceLocation: sourceLocation)
  #expect(done.max()! - done.min()! <= largestBlock, "seed \(seed): \(done)", sourceLocation: sourceLocation)
  let problems = try StudyCounts.problems(sessions: ledger.sessions(), slots: ledger.slots(), chain: ledger.chain())
  #expect(problems.isEmpty, "seed \(seed)", sourceLocation: sourceLocation)
}

@Test(arguments: 0..<12) func completedArmsDifferByAtMostOneBlock(_ number: Int) throws {
  try checkBalance(seed: 500 + UInt64(number), arms: 2 + number % 3, lostOf100: 20)
}
