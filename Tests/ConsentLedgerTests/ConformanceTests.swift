import ConsentLedger
import ConsentStudy
import Testing

@Test func placesAreGivenInOrderAndGivenAgain() throws {
  let four = seal(list([0, 1, 1, 0, 1, 0]), target: 4)
  try check(
    "live sessions need a seal", nil,
    """
    claim a -> not sealed
    claim a pilot -> new 1 arm 1
    claim b pilot -> new 2 arm 0
    claim a simulated -> new 3 arm 0
    claim b live -> not sealed
    """)
  try check(
    "a slot that came back is given before later ones", four,
    """
    claim a -> new 1 arm 0 slot 1
    claim b -> new 2 arm 1 slot 2
    finish 1 declined
    claim c -> new 3 arm 0 slot 1
    claim d -> new 4 arm 1 slot 3
    note 2 consented
    drop 2
    claim e -> new 5 arm 1 slot 2
    """)
  try check(
    "who leaves after the exposure keeps the slot, and is replaced from the reserve", four,
    """
    claim a -> new 1 arm 0 slot 1
    claim b -> new 2 arm 1 slot 2
    claim c -> new 3 arm 1 slot 3
    claim d -> new 4 arm 0 slot 4
    claim e -> full
    note 1 consented
    note 1 exposed
    finish 1 stopped keep
    claim e -> new 5 arm 1 slot 5
    claim f -> full
    """)
  try check(
    "the target is reached exactly", seal(list([0, 1, 1, 0]), target: 2),
    """
    claim a -> new 1 arm 0 slot 1
    claim b -> new 2 arm 1 slot 2
    claim c -> full
    note 1 consented
    note 1 exposed
    finish 1 completed keep
    claim c -> full
    drop 2
    claim c -> new 3 arm 1 slot 2
    note 3 consented
    note 3 exposed
    finish 3 completed
    claim d -> full
    """)
  try check(
    "the list may be shorter than what is wanted", seal(list([0, 1]), target: 9),
    """
    claim a -> new 1 arm 0 slot 1
    claim b -> new 2 arm 1 slot 2
    claim c -> full
    """)
  try check(
    "pilots and simulated sessions take no slot", four,
    """
    claim a pilot -> new 1 arm 1
    claim a simulated -> new 2 arm 0
    claim a live -> new 3 arm 0 slot 1
    claim b pilot -> new 4 arm 0
    """)
}

@Test func gatesAndCapsAreKept() throws {
  let four = seal(list([0, 1, 1, 0, 1, 0]), target: 4)
  try check(
    "a closed arm is skipped, and its slots stay", four,
    """
    close 0
    claim a -> new 1 arm 1 slot 2
    claim b -> new 2 arm 1 slot 3
    claim c -> new 3 arm 1 slot 5
    claim d -> arms closed
    open 0
    claim d -> new 4 arm 0 slot 1
    close 7 -> invalid
    """)
  try check(
    "a pause holds for everybody, and a finished participant hears that first", four,
    """
    claim a -> new 1 arm 0 slot 1
    finish 1 stopped
    claim c -> new 2 arm 0 slot 1
    pause
    claim a -> finished before 1
    claim b -> paused
    claim b pilot -> paused
    claim c -> paused
    unpause
    claim c -> resume 2
    """)
  try check(
    "a cap holds over all arms", seal(list([0, 0, 0, 1, 1, 1]), target: 6, cap: 2),
    """
    claim a -> new 1 arm 0 slot 1
    claim b -> new 2 arm 0 slot 2
    claim c -> new 3 arm 1 slot 4
    claim d -> new 4 arm 1 slot 5
    claim e -> full
    drop 3
    claim e -> new 5 arm 1 slot 4
    close 1
    drop 5
    claim f -> arms closed
    """)
  try check(
    "the arm with fewest is filled", seal(.leastFilled(seed: 5), target: 5),
    """
    claim a -> new 1 arm 0
    claim b -> new 2 arm 1
    drop 1
    claim c -> new 3 arm 0
    close 0
    claim d -> new 4 arm 1
    open 0
    claim e -> new 5 arm 0
    claim f -> new 6 arm 0
    claim g -> full
    """)
  try check(
    "a closed study takes nobody", seal(.leastFilled(seed: 5), target: 5), "close 0\nclose 1\nclaim a -> arms closed")
}

@Test func whoComesBackIsTreatedByTheRule() throws {
  let four = seal(list([0, 1, 1, 0, 1, 0]), target: 4)
  try check(
    "resume", four,
    """
    claim a -> new 1 arm 0 slot 1
    claim a running=1 -> running 1
    claim a running=2 -> resume 1
    wait 100
    claim a max=50 -> interrupted 1
    claim a max=200 -> resume 1
    claim a max=50 -> resume 1
    claim a block -> interrupted 1
    claim a block running=1 -> running 1
    """)
  try check(
    "restart before the exposure", four,
    """
    claim a -> new 1 arm 0 slot 1
    claim b -> new 2 arm 1 slot 2
    claim a restart -> new 3 arm 0 slot 1 restarts 1
    finish 1 dropped
    claim c -> new 4 arm 1 slot 3
    drop 3
    claim d -> new 5 arm 0 slot 1
    """)
  try check(
    "restart after the exposure: the slot is theirs for good", four,
    """
    claim a -> new 1 arm 0 slot 1
    note 1 consented
    note 1 exposed
    claim a restart -> new 2 arm 0 slot 1 restarts 1
    drop 2
    claim b -> new 3 arm 1 slot 2
    claim a -> new 4 arm 0 slot 1 restarts 2
    finish 4 stopped
    claim c -> new 5 arm 1 slot 3
    """)
  try check(
    "given up after the exposure: they keep their arm while there is room", seal(list([0, 1, 1, 0]), target: 2),
    """
    claim a -> new 1 arm 0 slot 1
    note 1 consented
    note 1 exposed
    drop 1
    claim b -> new 2 arm 1 slot 2
    claim c -> new 3 arm 1 slot 3
    claim a -> full
    drop 3
    close 0
    claim a -> arms closed
    open 0
    claim a -> new 4 arm 0 slot 1 restarts 1
    """)
  try check(
    "given up before the exposure: like anybody else", four,
    """
    claim a -> new 1 arm 0 slot 1
    drop 1
    claim b -> new 2 arm 0 slot 1
    claim a -> new 3 arm 1 slot 2
    """)
  try check(
    "whoever has ended does not come again", four,
    """
    claim a -> new 1 arm 0 slot 1
    finish 1 declined
    claim a -> finished before 1
    claim b -> new 2 arm 0 slot 1
    reject 2
    claim b -> finished before 2
    claim a pilot -> new 3 arm 0
    claim c seed=90 -> new 4 arm 0 slot 1
    claim d seed=90 -> codes taken
    """)
}

@Test func changesHappenWhereTheyMakeSense() throws {
  let four = seal(list([0, 1, 1, 0, 1, 0]), target: 4)
  try check(
    "milestones and endings", four,
    """
    note 1 consented -> no session
    claim a -> new 1 arm 0 slot 1
    note 1 consented
    note 1 consented
    note 1 exposed
    finish 1 open -> invalid
    finish 1 withdrawn -> invalid
    finish 1 completed keep
    finish 1 completed keep -> refused completed
    note 1 exposed
    note 1 decided -> refused completed
    drop 1 -> refused completed
    exclude 1
    exclude 1 -> refused completed
    include 1
    include 1 -> refused completed
    reject 1
    debriefed 1
    data 1 delete
    withdraw 1 -> gone 1
    withdraw 1 -> refused withdrawn
    exclude 1 -> refused withdrawn
    debriefed 1 -> refused withdrawn
    data 1 keep -> refused withdrawn
    finish 1 stopped -> refused withdrawn
    """)
  try check(
    "what a moderator decided holds when the session ends", four,
    """
    claim a -> new 1 arm 0 slot 1
    drop 1
    note 1 consented -> refused dropped
    finish 1 completed keep
    claim b -> new 2 arm 0 slot 1
    """)
  try check(
    "all sessions of a person are withdrawn", four,
    """
    claim a pilot -> new 1 arm 1
    claim a -> new 2 arm 0 slot 1
    claim b -> new 3 arm 1 slot 2
    note 2 consented
    note 2 exposed
    claim a restart -> new 4 arm 0 slot 1 restarts 2
    withdraw 2 -> gone 1 2 4
    claim c -> new 5 arm 1 slot 3
    withdraw 3 -> gone 3
    claim d -> new 6 arm 1 slot 2
    claim a -> new 7 arm 0 slot 4
    """)
}

@Test func whatCannotStandInTheBookIsRefused() throws {
  let folder = try Folder()
  let ledger = try SQLiteLedger(path: folder.ledger, create: true, arms: ["a", "b"])
  func refused(
    _ id: String, _ act: Act = moderator(), stratum: Int = 0, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(sourceLocation: sourceLocation) {
      try ledger.claim(
        ClaimRequest(
          participant: id, stage: .pilot, stratum: stratum, resume: ResumePolicy(.resume), seeds: [seed(1)], by: act))
    } throws: { error in
      if case .invalid = error as? LedgerError { true } else { false }
    }
  }
  for id in [
    "", "a/b", "-a", "=a", "+a", "@a", ".a", "a b", "é", "a\u{0}b", "a\nb", "'; DROP TABLE session; --", "a\"b",
  ] {
    refused(id)
  }
  refused(String(repeating: "a", count: 65))
  refused("a", stratum: 1)
  refused("a", stratum: -1)
  refused("a", Act(who: "", why: "", at: time(0)))
  refused("a", Act(who: "a\u{1B}[2J", why: "", at: time(0)))
  refused("a", Act(who: "a", why: String(repeating: "x", count: 501), at: time(0)))
  refused("a", Act(who: "a", why: "", at: "yesterday"))
  #expect(try ledger.sessions().isEmpty && ledger.acts().isEmpty)
  // What looks like a command is only text.
  let reason = "'); DROP TABLE session; -- \"\u{1F642}"
  let answer = try ledger.claim(
    ClaimRequest(
      participant: "A.b_c-d@e+1", stage: .pilot, resume: ResumePolicy(.resume), seeds: [seed(1)],
      by: moderator(why: reason)))
  guard case .new(let session) = answer else {
    Issue.record("\(answer)")
    return
  }
  try ledger.perform(.exclude(sawArm: false), session: 1, by: moderator(why: reason))
  #expect(session.participant == "A.b_c-d@e+1" && session.exportID?.utf8.count == 16)
  #expect(try ledger.acts().map(\.act.why) == [reason, reason])
  #expect(try ledger.sessions().first?.exclusion?.act.why == reason)
  #expect(try ledger.session(withdrawalCode: "W 555-1")?.number == 1)
  #expect(try ledger.session(withdrawalCode: "' OR 1 --") == nil)
  #expect(throws: LedgerError.self) { try ledger.perform(.include, session: 1, by: moderator(why: " ")) }
}
