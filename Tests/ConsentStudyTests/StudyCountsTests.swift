import ConsentJournal
import ConsentStudy
import Testing

private let order = "2025-09-28T12:00:0"

/// A session that has come through these milestones, one a second.
private func session(
  _ number: Int, _ status: SessionStatus = .completed, stage: Stage = .live, arm: Int = 0, slot: Int? = nil,
  _ reached: [Milestone] = [.consented, .exposed, .decided, .answered, .debriefed], restarts: Int? = nil,
  participant: String? = nil
) -> SessionEntry {
  let isGone = status == .withdrawn
  var entry = SessionEntry(
    number: number, participant: isGone ? nil : participant ?? "p\(number)", exportID: isGone ? nil : "e\(number)",
    stage: stage, arm: arm, stratum: 0, slot: slot, status: status, startedAt: order + "0.000Z",
    seed: isGone ? nil : UInt64(number), withdrawalCode: isGone ? nil : "W\(number)",
    completionCode: isGone ? nil : "C\(number)")
  for (index, milestone) in reached.enumerated() { entry.reached[milestone] = order + "\(index + 1).000Z" }
  entry.restarts = restarts
  if status != .open { entry.head = ChainLink.zeros }
  return entry
}

private func excluded(_ session: SessionEntry) -> SessionEntry {
  var session = session
  session.exclusion = SessionEntry.Exclusion(act: Act(who: "anna", why: "x", at: order + "9.000Z"), sawArm: false)
  return session
}

/// A book in order: a chain over what has ended, and a list in which each slot has its holder.
private struct Book {
  var sessions: [SessionEntry]
  var slots: [SlotEntry]
  var chain: [ChainLink] = []

  init(_ sessions: [SessionEntry], arms: [Int]) {
    self.sessions = sessions
    slots = arms.enumerated().map { index, arm in
      SlotEntry(
        slot: Allocation.Slot(number: index + 1, stratum: 0, block: 1, arm: arm),
        session: sessions.first { $0.slot == index + 1 }?.number)
    }
    for session in sessions where session.status != .open {
      let link = ChainLink.link(
        after: chain.last?.link ?? ChainLink.zeros, session: session.number, slot: session.slot ?? 0,
        head: ChainLink.zeros)
      chain.append(ChainLink(session: session.number, slot: session.slot ?? 0, head: ChainLink.zeros, link: link))
    }
  }

  var problems: [String] { StudyCounts.problems(sessions: sessions, slots: slots, chain: chain) }
}

/// A study in which everything occurs that can.
private func wholeBook() -> Book {
  let early: [Milestone] = [.consented]
  let exposed: [Milestone] = [.consented, .exposed]
  return Book(
    [
      session(1, slot: 1), session(2, .declined, arm: 1, []), session(3, .stopped, arm: 1, slot: 2, exposed),
      session(4, .open, arm: 0, slot: 3, early), session(5, .rejected, arm: 1, early),
      session(6, .dropped, arm: 1, exposed, participant: "r"),
      session(7, arm: 1, slot: 4, restarts: 6, participant: "r"), session(8, .withdrawn, arm: 0, slot: 5, exposed),
      excluded(session(9, arm: 0, slot: 6)), session(10, stage: .pilot, arm: 1),
      session(11, .open, arm: 1, slot: 7, []),
    ], arms: [0, 1, 0, 1, 0, 0, 1, 1])
}

@Test func peopleAreCountedOnce() {
  let counts = StudyCounts(wholeBook().sessions)
  func check(
    _ stage: Stage, _ arm: Int?, _ expected: String, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let of = counts.counts(stage, arm: arm)
    let text =
      "invited \(of.invited) declined \(of.declined) consented \(of.consented) assigned \(of.assigned) exposed \(of.exposed) "
      + "decided \(of.decided) answered \(of.answered) open \(of.open) completed \(of.completed) stopped \(of.stopped) "
      + "dropped \(of.dropped) rejected \(of.rejected) withdrawn \(of.withdrawn) excluded \(of.excluded) "
      + "restarted \(of.restarted) before \(of.beforeConsent)"
    #expect(text == expected, sourceLocation: sourceLocation)
  }
  check(
    .live, 0,
    "invited 4 declined 0 consented 4 assigned 4 exposed 3 decided 2 answered 2 open 1 completed 2 stopped 0 "
      + "dropped 0 rejected 0 withdrawn 1 excluded 1 restarted 0 before 0")
  check(
    .live, 1,
    "invited 5 declined 1 consented 3 assigned 4 exposed 2 decided 1 answered 1 open 1 completed 1 stopped 1 "
      + "dropped 0 rejected 1 withdrawn 0 excluded 0 restarted 1 before 1")
  check(
    .live, nil,
    "invited 9 declined 1 consented 7 assigned 8 exposed 5 decided 3 answered 3 open 2 completed 3 stopped 1 "
      + "dropped 0 rejected 1 withdrawn 1 excluded 1 restarted 1 before 1")
  check(
    .pilot, nil,
    "invited 1 declined 0 consented 1 assigned 1 exposed 1 decided 1 answered 1 open 0 completed 1 stopped 0 "
      + "dropped 0 rejected 0 withdrawn 0 excluded 0 restarted 0 before 0")
  #expect(counts.counts(.simulated) == StudyCounts.Counts())
  #expect(counts.rows.map(\.arm) == [1, 0, 1] && counts.rows.map(\.stage) == [.pilot, .live, .live])
  #expect(counts.counts(.live).completedExcluded == 1)
}

@Test func aPersonComesAsFarAsTheFurthestOfTheirSessions() {
  let counts = StudyCounts([
    session(1, .dropped, [.consented, .exposed], participant: "a"),
    session(2, .dropped, [], restarts: 1, participant: "a"),
    session(3, .declined, [], restarts: 2, participant: "a"),
  ]).counts(.live)
  #expect(counts.invited == 1 && counts.exposed == 1 && counts.restarted == 2)
  // Whoever had consented before does not become one who was never there.
  #expect(counts.declined == 0 && counts.stopped == 1 && counts.problems.isEmpty)
}

@Test func peopleAreCountedApartByTheirLastSession() {
  let sessions =
    wholeBook().sessions + [
      session(101, .dropped, [.consented, .exposed], participant: "z"),
      session(102, .completed, restarts: 101, participant: "z"),
    ]
  for boundary in [0, 3, 101, 102, 200] {
    let first = StudyCounts(sessions) { $0.number <= boundary }
    let rest = StudyCounts(sessions) { $0.number > boundary }
    for stage in Stage.allCases {
      #expect(first.counts(stage) + rest.counts(stage) == StudyCounts(sessions).counts(stage), "\(boundary)")
    }
  }
  // Who began in one group and ended in the other is one person of the other.
  let last = StudyCounts(sessions) { $0.number == 102 }.counts(.live)
  #expect(last.invited == 1 && last.exposed == 1 && last.completed == 1 && last.restarted == 0)
}

/// Breaks a book in order and looks for the words in what is said about it.
private func check(
  _ words: String, sourceLocation: SourceLocation = #_sourceLocation, _ break: (inout Book) -> Void
) {
  var book = wholeBook()
  `break`(&book)
  #expect(
    book.problems.contains { $0.contains(words) }, "\(words): \(book.problems)", sourceLocation: sourceLocation)
}

@Test func aBookInOrderHasNoProblems() {
  #expect(wholeBook().problems.isEmpty)
  #expect(Book([], arms: []).problems.isEmpty)
}

@Test func whateverContradictsItselfIsSaid() {
  check("session 1 reached `decided` before `exposed`") { $0.sessions[0].reached[.decided] = order + "0.500Z" }
  check("session 1 reached `consented` before its start") { $0.sessions[0].startedAt = order + "9.000Z" }
  check("session 3 was exposed without the study's consent") { $0.sessions[2].reached[.consented] = nil }
  check("session 4 decided without having been exposed") { $0.sessions[3].reached[.decided] = order + "9.000Z" }
  check("session 1 is completed without") { $0.sessions[0].reached = [:] }
  check("session 2 is declined though") { $0.sessions[1].reached[.consented] = order + "1.000Z" }
  check("something is left of it") { $0.sessions[7].participant = "p8" }
  check("lacks its participant") { $0.sessions[0].participant = nil }
  check("session 3 stands at place 2") { $0.sessions.remove(at: 1) }
  check("sessions 1 and 9 hold one slot") { $0.sessions[8].slot = 1 }
  check("sessions 1 and 3 have one withdrawal code") { $0.sessions[2].withdrawalCode = "W1" }
  check("sessions 1 and 3 have one completion code") { $0.sessions[2].completionCode = "C1" }
  check("sessions 1 and 3 have one export id") { $0.sessions[2].exportID = "e1" }
  check("sessions 4 and 11 are both open") { $0.sessions[10].participant = "p4" }
  check("session 7 restarts 9, which is no earlier") { $0.sessions[6].restarts = 9 }
  check("session 7 restarts 7, which is no earlier") { $0.sessions[6].restarts = 7 }
  check("session 7 restarts 5, which is another person's") { $0.sessions[6].restarts = 5 }
  check("session 7 restarts 6, which is completed") { $0.sessions[5].status = .completed }
  check("sessions 7 and 9 restart one session") { $0.sessions[8].restarts = 6 }
  check("session 1 holds no slot and should") { $0.sessions[0].slot = nil }
  check("session 5 was lost before the exposure and still holds slot 8") {
    $0.sessions[4].slot = 8
    $0.slots[7].session = 5
  }
  check("session 10 is pilot and holds slot 8") { $0.sessions[9].slot = 8 }
  check("session 1 holds slot 99, which is not in the list") { $0.sessions[0].slot = 99 }
  check("holds slot 1, which is another arm's") { $0.sessions[0].arm = 1 }
  check("holds slot 1, and the list gives it to another or to nobody") { $0.slots[0].session = nil }
  check("slot 8 is said to be held by session 1") { $0.slots[7].session = 1 }
  check("slot 2 stands at place 1") { $0.slots.remove(at: 0) }
  check("link 1, of session 2, does not follow") { $0.chain.remove(at: 0) }
  check("link 1, of session 1, does not follow") { $0.chain[0].slot = 2 }
  check("link 1, of session 2, does not follow") { $0.chain.swapAt(0, 1) }
  check("has another head than the session") { $0.chain[3].head = String(repeating: "1", count: 64) }
  check("and the session holds 1") { $0.chain[0].slot = 2 }
  check("link 1, of session 1, is of a session that is open") { $0.sessions[0].status = .open }
  check("is of no session") { $0.sessions.removeLast(2) }
  check("is the second of that session") { $0.chain.append($0.chain[0]) }
  check("session 10 has ended and has no link") { $0.chain.removeLast() }
  check("has slot 8, and the session holds none") { $0.chain[1].slot = 8 }
}

@Test func linksAreOfOneLineOfText() {
  // sha256sum of the line, made by another program.
  let link = ChainLink.link(after: ChainLink.zeros, session: 1, slot: 2, head: ChainLink.zeros)
  #expect(link == "8982c1097a5aad61b6bcb2dc7924704681b92086de1a347f1506e102eb8facf6")
}

@Test func numbersThatDoNotAddUpAreNamed() {
  var counts = StudyCounts.Counts()
  #expect(counts.problems.isEmpty)
  counts.invited = 3
  counts.assigned = 2
  counts.consented = 4
  #expect(counts.problems.count == 3)
}
