import ConsentStudy

/// What a ledger has to do, said as plainly as possible: arrays that are searched from the front. It checks nothing that
/// is given to it, remembers no acts and no reasons, and forgets on withdrawal only what `sessions()` shows.
final class ModelLedger: Ledger {
  private var sealed: Seal?
  private let armCount: Int
  private var list: [SessionEntry] = []
  private var links: [ChainLink] = []
  private var closed: Set<Int> = []
  private var isPaused = false

  init(arms: Int) { armCount = arms }

  func seal(_ seal: Seal, isAmendment: Bool, by act: Act) { sealed = seal }
  func currentSeal() -> Seal? { sealed }
  func sessions() -> [SessionEntry] { list }
  func sessions(after number: Int, limit: Int) -> [SessionEntry] {
    list.filter { $0.number > number && $0.number <= number + limit }
  }
  func session(number: Int) -> SessionEntry? { list.first { $0.number == number } }
  func openSessions() -> [SessionEntry] { list.filter { $0.status == .open } }
  func extent() -> (count: Int, restarted: Set<Int>) {
    (list.map(\.number).max() ?? 0, Set(list.compactMap(\.restarts)))
  }
  func session(withdrawalCode: String) -> SessionEntry? { list.first { $0.withdrawalCode == withdrawalCode } }
  func record(_ verb: String, session: Int?, by act: Act) {}
  func acts() -> [ActEntry] { [] }
  func chain() -> [ChainLink] { links }
  func setPaused(_ isPaused: Bool, by act: Act) { self.isPaused = isPaused }
  func setArm(_ arm: Int, isOpen: Bool, by act: Act) { if isOpen { closed.remove(arm) } else { closed.insert(arm) } }
  func gates() -> (closedArms: [Int], isPaused: Bool) { (closed.sorted(), isPaused) }

  func slots() -> [SlotEntry] {
    guard case .blocks(let slots) = sealed?.allocation else { return [] }
    return slots.map { slot in SlotEntry(slot: slot, session: list.first { $0.slot == slot.number }?.number) }
  }

  private func place(of number: Int) throws(LedgerError) -> Int {
    guard list.indices.contains(number - 1) else { throw .noSession(number) }
    return number - 1
  }

  /// Whether the person of a session has met the pop-up in it or in one that it restarts.
  private func isExposed(_ session: SessionEntry) -> Bool {
    session.reached[.exposed] != nil || session.restarts.map { isExposed(list[$0 - 1]) } ?? false
  }

  private func isHeld(_ session: SessionEntry) -> Bool {
    session.stage == .live && (session.status == .open || session.status == .completed)
  }

  private func hasRoom(stratum: Int) -> Bool {
    list.filter { isHeld($0) && $0.stratum == stratum }.count < sealed?.targetPerStratum ?? 0
  }

  private func hasRoom(arm: Int) -> Bool {
    list.filter { isHeld($0) && $0.arm == arm }.count < sealed?.capPerArm ?? .max
  }

  func claim(_ request: ClaimRequest) -> ClaimAnswer {
    if request.stage == .live, sealed == nil { return .refused(.notSealed) }
    let last = list.last { $0.participant == request.participant && $0.stage == request.stage }
    if let last {
      switch last.status {
      case .open:
        if request.runningSessions.contains(last.number) { return .refused(.running(session: last.number)) }
        let age = LedgerTime.milliseconds(of: request.by.at)! - LedgerTime.milliseconds(of: last.seenAt)!
        if request.resume.rule == .block || age > Int64(request.resume.maximumSeconds ?? 1_000_000) * 1000 {
          return .refused(.interrupted(session: last.number))
        }
        if isPaused { return .refused(.paused) }
        if request.resume.rule == .resume {
          list[last.number - 1].seenAt = request.by.at
          return .resume(list[last.number - 1])
        }
        return add(request, arm: last.arm, stratum: last.stratum, slot: last.slot, after: last)
      case .dropped:
        if isPaused { return .refused(.paused) }
        if isExposed(last) {
          if last.stage == .live {
            if !hasRoom(stratum: last.stratum) || !hasRoom(arm: last.arm) { return .refused(.full) }
            if closed.contains(last.arm) { return .refused(.armsClosed) }
          }
          return add(request, arm: last.arm, stratum: last.stratum, slot: last.slot, after: last)
        }
      case .declined, .stopped, .rejected, .completed, .withdrawn:
        return .refused(.finishedBefore(session: last.number))
      }
    }
    if isPaused { return .refused(.paused) }
    if request.stage != .live { return fill(request, seed: 0) { $0.stage == request.stage } }
    if !hasRoom(stratum: request.stratum) { return .refused(.full) }
    switch sealed!.allocation {
    case .leastFilled(let seed):
      return fill(request, seed: seed) { self.isHeld($0) && $0.stratum == request.stratum }
    case .blocks(let slots):
      let open = slots.filter { slot in
        slot.stratum == request.stratum && hasRoom(arm: slot.arm) && !list.contains { $0.slot == slot.number }
      }
      guard let slot = open.first(where: { !closed.contains($0.arm) }) else {
        return .refused(open.isEmpty ? .full : .armsClosed)
      }
      return add(request, arm: slot.arm, stratum: request.stratum, slot: slot.number, after: nil)
    }
  }

  private func fill(_ request: ClaimRequest, seed: UInt64, _ isCounted: (SessionEntry) -> Bool) -> ClaimAnswer {
    let withRoom = (0..<armCount).filter { request.stage != .live || hasRoom(arm: $0) }
    let open = withRoom.filter { !closed.contains($0) }
    guard !open.isEmpty else { return .refused(withRoom.isEmpty ? .full : .armsClosed) }
    func count(_ arm: Int) -> Int { list.filter { isCounted($0) && $0.arm == arm }.count }
    let least = open.filter { count($0) == open.map(count).min() }
    let arm = least[Allocation.draw(among: least.count, seed: seed, claim: list.count + 1)]
    return add(request, arm: arm, stratum: request.stratum, slot: nil, after: nil)
  }

  private func add(
    _ request: ClaimRequest, arm: Int, stratum: Int, slot: Int?, after old: SessionEntry?
  ) -> ClaimAnswer {
    let codes = Set(list.flatMap { [$0.withdrawalCode, $0.completionCode].compactMap { $0 } })
    guard let seed = request.seeds.first(where: { codes.isDisjoint(with: [$0.withdrawalCode, $0.completionCode]) })
    else { return .refused(.codesTaken) }
    if let old {
      list[old.number - 1].slot = nil
      list[old.number - 1].status = .dropped
    }
    var new = SessionEntry(
      number: list.count + 1, participant: request.participant, exportID: nil, stage: request.stage, arm: arm,
      stratum: stratum, slot: slot, status: .open, startedAt: request.by.at, seed: seed.seed,
      withdrawalCode: seed.withdrawalCode, completionCode: seed.completionCode)
    new.restarts = old?.number
    list.append(new)
    return .new(new)
  }

  func note(_ milestone: Milestone, session: Int, at time: String) throws(LedgerError) {
    let place = try place(of: session)
    if list[place].reached[milestone] != nil { return }
    guard list[place].status == .open else { throw .refused(session: session, status: list[place].status) }
    list[place].reached[milestone] = time
    list[place].seenAt = time
  }

  private func end(_ place: Int, as status: SessionStatus) {
    list[place].status = status
    if status != .completed, !isExposed(list[place]) { list[place].slot = nil }
  }

  private func link(_ place: Int, head: String) {
    let (session, slot) = (list[place].number, list[place].slot ?? 0)
    list[place].head = head
    let link = ChainLink.link(after: links.last?.link ?? ChainLink.zeros, session: session, slot: slot, head: head)
    links.append(ChainLink(session: session, slot: slot, head: head, link: link))
  }

  func finish(_ session: Int, _ ending: SessionEnding, at time: String) throws(LedgerError) {
    let place = try place(of: session)
    let status = list[place].status
    if status == .withdrawn || list[place].head != nil { throw .refused(session: session, status: status) }
    if ending.data != .unanswered { list[place].data = ending.data }
    list[place].seenAt = time
    end(place, as: status == .open ? ending.status : status)
    link(place, head: ending.head)
  }

  func perform(_ change: SessionChange, session: Int, by act: Act) throws(LedgerError) {
    let place = try place(of: session)
    let status = list[place].status
    let refusal = LedgerError.refused(session: session, status: status)
    switch change {
    case .drop:
      if status != .open { throw refusal }
      end(place, as: .dropped)
    case .reject:
      if ![.open, .completed, .stopped].contains(status) { throw refusal }
      end(place, as: .rejected)
    case .exclude(let sawArm):
      if list[place].exclusion != nil || status == .withdrawn || status == .declined { throw refusal }
      list[place].exclusion = SessionEntry.Exclusion(act: act, sawArm: sawArm)
    case .include:
      if list[place].exclusion == nil { throw refusal }
      list[place].exclusion = nil
    case .debriefed:
      if status == .withdrawn { throw refusal }
      if list[place].reached[.debriefed] == nil { list[place].reached[.debriefed] = act.at }
    case .data(let choice):
      if status == .withdrawn { throw refusal }
      list[place].data = choice
    }
  }

  func withdraw(session: Int, by act: Act) throws(LedgerError) -> [SessionEntry] {
    let first = try place(of: session)
    guard let participant = list[first].participant else { throw .refused(session: session, status: .withdrawn) }
    let own = list.indices.filter { list[$0].participant == participant }
    for place in own {
      end(place, as: .withdrawn)
      if list[place].head == nil { link(place, head: ChainLink.zeros) }
      var left = SessionEntry(
        number: place + 1, participant: nil, exportID: nil, stage: list[place].stage, arm: list[place].arm,
        stratum: list[place].stratum, slot: list[place].slot, status: .withdrawn,
        startedAt: LedgerTime.day(of: list[place].startedAt), seed: nil, withdrawalCode: nil, completionCode: nil)
      left.seenAt = LedgerTime.day(of: list[place].seenAt)
      left.reached = list[place].reached.mapValues(LedgerTime.day)
      left.head = list[place].head
      left.restarts = list[place].restarts
      list[place] = left
    }
    return own.map { list[$0] }
  }
}
