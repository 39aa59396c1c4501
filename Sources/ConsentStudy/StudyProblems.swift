import ConsentJournal

extension StudyCounts {
  /// Everything in a ledger that contradicts itself, in words; nothing when the book is in order.
  ///
  /// A session that restarts another one has its arm and its slot; the old one holds none any more, though its link in the
  /// chain may name the slot that it held.
  ///
  /// - Parameters:
  ///   - sessions: `Ledger.sessions()`.
  ///   - slots: `Ledger.slots()`; empty when arms are filled by count.
  ///   - chain: `Ledger.chain()`.
  public static func problems(sessions: [SessionEntry], slots: [SlotEntry], chain: [ChainLink]) -> [String] {
    let book = Book(sessions: sessions, slots: slots, chain: chain)
    return book.numbers() + sessions.flatMap(book.alone) + book.equals() + book.restarts() + book.places()
      + book.links() + sums(of: sessions)
  }

  /// What does not add up.
  private static func sums(of sessions: [SessionEntry]) -> [String] {
    let counts = StudyCounts(sessions)
    var problems: [String] = []
    for row in counts.rows {
      problems += row.counts.problems.map { "\(row.stage.rawValue), arm \(row.arm): \($0)" }
    }
    for stage in Stage.allCases {
      let of = sessions.count { $0.stage == stage }
      let sum = counts.counts(stage)
      if sum.invited + sum.restarted != of {
        problems.append(
          "\(stage.rawValue): \(sum.invited) invited and \(sum.restarted) restarted are not \(of) sessions")
      }
    }
    return problems
  }
}

/// A ledger that is looked through.
private struct Book {
  let sessions: [SessionEntry]
  let slots: [SlotEntry]
  let chain: [ChainLink]
  let byNumber: [Int: SessionEntry]
  let restarted: Set<Int>

  init(sessions: [SessionEntry], slots: [SlotEntry], chain: [ChainLink]) {
    self.sessions = sessions
    self.slots = slots
    self.chain = chain
    byNumber = Dictionary(sessions.map { ($0.number, $0) }, uniquingKeysWith: { first, _ in first })
    restarted = Set(sessions.compactMap(\.restarts))
  }

  func numbers() -> [String] {
    sessions.enumerated().compactMap { index, session in
      session.number == index + 1 ? nil : "session \(session.number) stands at place \(index + 1)"
    }
  }

  /// What is wrong with a session by itself.
  func alone(_ session: SessionEntry) -> [String] {
    var problems: [String] = []
    func expect(_ isRight: Bool, _ problem: String) {
      if !isRight { problems.append("session \(session.number) \(problem)") }
    }
    var last = (name: "its start", at: session.startedAt)
    for milestone in Milestone.allCases {
      guard let at = session.reached[milestone] else { continue }
      // Both have one spelling, so that their order is that of the times; of a tombstone only days are left.
      expect(at >= last.at, "reached `\(milestone.rawValue)` before \(last.name)")
      last = ("`\(milestone.rawValue)`", at)
    }
    func isReached(_ milestone: Milestone) -> Bool { session.reached[milestone] != nil }
    let hasConsented = isReached(.consented)
    expect(hasConsented || !isReached(.exposed), "was exposed without the study's consent")
    expect(hasConsented || !isReached(.answered), "answered without the study's consent")
    expect(isReached(.exposed) || !isReached(.decided), "decided without having been exposed")
    expect(session.stage != .none, "has no stage")
    let personal: [Any?] = [
      session.participant, session.exportID, session.seed, session.withdrawalCode, session.completionCode,
    ]
    switch session.status {
    case .withdrawn:
      expect(personal.allSatisfy { $0 == nil } && session.exclusion == nil, "is withdrawn, and something is left of it")
      return problems
    case .completed: expect(hasConsented, "is completed without the study's consent")
    case .declined: expect(!hasConsented, "is declined though the study's consent was given")
    case .open, .stopped, .dropped, .rejected: break
    }
    expect(personal.allSatisfy { $0 != nil }, "lacks its participant, its seed or one of its codes")
    return problems
  }

  /// What several sessions have and only one may.
  func equals() -> [String] {
    var problems: [String] = []
    func expectNoEquals(_ what: String, _ key: (SessionEntry) -> String?) {
      var first: [String: Int] = [:]
      for session in sessions {
        guard let key = key(session) else { continue }
        if let other = first[key] {
          problems.append("sessions \(other) and \(session.number) \(what)")
        } else {
          first[key] = session.number
        }
      }
    }
    expectNoEquals("hold one slot") { $0.slot.map(String.init) }
    expectNoEquals("have one export id") { $0.exportID }
    expectNoEquals("have one withdrawal code") { $0.withdrawalCode }
    expectNoEquals("have one completion code") { $0.completionCode }
    expectNoEquals("are both open and of one participant") { session in
      session.status == .open ? session.participant.map { "\(session.stage.rawValue) \($0)" } : nil
    }
    expectNoEquals("restart one session") { $0.restarts.map(String.init) }
    return problems
  }

  func restarts() -> [String] {
    sessions.compactMap { session in
      guard let number = session.restarts else { return nil }
      guard let old = byNumber[number], number < session.number else {
        return "session \(session.number) restarts \(number), which is no earlier session"
      }
      let isOfOnePerson = old.participant == session.participant && old.stage == session.stage
      guard isOfOnePerson, old.arm == session.arm, old.stratum == session.stratum else {
        return "session \(session.number) restarts \(number), which is another person's, arm's, stratum's or stage's"
      }
      guard old.status == .dropped || old.status == .withdrawn else {
        return "session \(session.number) restarts \(number), which is \(old.status.rawValue)"
      }
      return nil
    }
  }

  /// What is wrong between sessions and slots.
  func places() -> [String] {
    var problems: [String] = []
    for (index, entry) in slots.enumerated() where entry.slot.number != index + 1 {
      problems.append("slot \(entry.slot.number) stands at place \(index + 1)")
    }
    let bySlot = Dictionary(slots.map { ($0.slot.number, $0) }, uniquingKeysWith: { first, _ in first })
    for session in sessions {
      func add(_ problem: String) { problems.append("session \(session.number) \(problem)") }
      guard let slot = session.slot else {
        if session.stage == .live, !slots.isEmpty, mustHoldSlot(session) { add("holds no slot and should") }
        continue
      }
      if session.stage != .live { add("is \(session.stage.rawValue) and holds slot \(slot)") }
      if !mustHoldSlot(session) { add("was lost before the exposure and still holds slot \(slot)") }
      guard let entry = bySlot[slot] else {
        add("holds slot \(slot), which is not in the list")
        continue
      }
      if entry.slot.arm != session.arm || entry.slot.stratum != session.stratum {
        add("holds slot \(slot), which is another arm's or stratum's")
      }
      if entry.session != session.number { add("holds slot \(slot), and the list gives it to another or to nobody") }
    }
    for entry in slots {
      guard let holder = entry.session, byNumber[holder]?.slot != entry.slot.number else { continue }
      problems.append("slot \(entry.slot.number) is said to be held by session \(holder), which does not hold it")
    }
    return problems
  }

  /// Whether a live session has a slot where slots are given: it does unless it was lost before the exposure or restarted.
  private func mustHoldSlot(_ session: SessionEntry) -> Bool {
    if restarted.contains(session.number) { return false }
    switch session.status {
    case .open, .completed: return true
    case .declined, .stopped, .dropped, .rejected, .withdrawn: return isExposed(session)
    }
  }

  private func isExposed(_ session: SessionEntry) -> Bool {
    if session.reached[.exposed] != nil { return true }
    guard let before = session.restarts.flatMap({ byNumber[$0] }), before.number < session.number else { return false }
    return isExposed(before)
  }

  /// What is wrong with the study chain.
  func links() -> [String] {
    var problems: [String] = []
    var previous = ChainLink.zeros
    var linked: Set<Int> = []
    for (index, link) in chain.enumerated() {
      func add(_ problem: String) { problems.append("link \(index + 1), of session \(link.session), \(problem)") }
      let expected = ChainLink.link(after: previous, session: link.session, slot: link.slot, head: link.head)
      if link.link != expected { add("does not follow from the one before it") }
      previous = link.link
      if !linked.insert(link.session).inserted { add("is the second of that session") }
      guard let session = byNumber[link.session] else {
        add("is of no session")
        continue
      }
      if session.status == .open { add("is of a session that is open") }
      if session.head != link.head { add("has another head than the session") }
      if let slot = session.slot {
        if slot != link.slot { add("has slot \(link.slot), and the session holds \(slot)") }
      } else if link.slot != 0, !mayHaveLostSlot(session) {
        add("has slot \(link.slot), and the session holds none")
      }
    }
    for session in sessions where !linked.contains(session.number) {
      switch session.status {
      // Whoever gives a session up does not have the head of its journal.
      case .open, .dropped, .rejected: break
      case .declined, .stopped, .completed, .withdrawn:
        problems.append("session \(session.number) has ended and has no link")
      }
    }
    return problems
  }

  /// Whether a slot may have left a session after its end.
  private func mayHaveLostSlot(_ session: SessionEntry) -> Bool {
    if restarted.contains(session.number) { return true }
    switch session.status {
    case .rejected, .withdrawn: return true
    case .open, .declined, .stopped, .dropped, .completed: return false
    }
  }
}
