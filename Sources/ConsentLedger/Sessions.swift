import ConsentStudy
import GRDB

extension SQLiteLedger {
  /// Notes that a session has reached a milestone; the first time stays.
  public func note(_ milestone: Milestone, session: Int, at time: String) throws(LedgerError) {
    guard LedgerTime.milliseconds(of: time) != nil else { throw .invalid("`\(time)` is no time") }
    try write { database in
      let entry = try SessionRows.one(database, session)
      if entry.reached[milestone] != nil { return }
      guard entry.status == .open else { throw LedgerError.refused(session: session, status: entry.status) }
      try reach(milestone, of: session, at: time, in: database)
      try database.execute(sql: "UPDATE session SET seen_at = ? WHERE number = ?", arguments: [time, session])
    }
  }

  /// Notes that a session has ended, and links it into the study chain.
  public func finish(_ session: Int, _ ending: SessionEnding, at time: String) throws(LedgerError) {
    guard LedgerTime.milliseconds(of: time) != nil else { throw .invalid("`\(time)` is no time") }
    guard Self.isHead(ending.head) else { throw .invalid("the head of a journal is 64 hexadecimal digits") }
    switch ending.status {
    case .open, .withdrawn: throw .invalid("a session does not end as \(ending.status.rawValue)")
    case .declined, .stopped, .dropped, .rejected, .completed: break
    }
    try write { database in
      let entry = try SessionRows.one(database, session)
      let isLinked = try Records.isLinked(database, session)
      guard entry.status != .withdrawn, !isLinked else {
        throw LedgerError.refused(session: session, status: entry.status)
      }
      // What a person decided about a session meanwhile holds.
      let status = entry.status == .open ? ending.status : entry.status
      try database.execute(
        sql: "UPDATE session SET status = ?, head = ?, seen_at = ? WHERE number = ?",
        arguments: [status.rawValue, ending.head, time, session])
      // A choice that was given by other means is not taken back by a session that has none.
      if ending.data != .unanswered {
        try database.execute(
          sql: "UPDATE session SET data = ? WHERE number = ?", arguments: [ending.data.rawValue, session])
      }
      if status != .completed { try Slots.giveBack(database, lost: session) }
      let slot = try SessionRows.one(database, session).slot
      try Records.link(database, session: session, slot: slot, head: ending.head)
    }
  }

  /// Changes a session by the act of a person.
  public func perform(_ change: SessionChange, session: Int, by act: Act) throws(LedgerError) {
    try Records.check(act, needsReason: change.needsReason)
    try write { database in
      let entry = try SessionRows.one(database, session)
      guard change.makesSense(for: entry) else { throw LedgerError.refused(session: session, status: entry.status) }
      var detail = ""
      switch change {
      case .drop, .reject:
        let status: SessionStatus = change == .drop ? .dropped : .rejected
        try database.execute(
          sql: "UPDATE session SET status = ? WHERE number = ?", arguments: [status.rawValue, session])
        try Slots.giveBack(database, lost: session)
      case .exclude(let sawArm):
        try database.execute(
          sql: """
            UPDATE session SET excluded_by = ?, excluded_why = ?, excluded_at = ?, excluded_saw_arm = ? WHERE number = ?
            """, arguments: [act.who, act.why, act.at, sawArm, session])
        detail = sawArm ? "having seen the arm" : "without having seen the arm"
      case .include:
        try database.execute(
          sql: """
            UPDATE session SET excluded_by = NULL, excluded_why = NULL, excluded_at = NULL, excluded_saw_arm = NULL
            WHERE number = ?
            """, arguments: [session])
      case .debriefed:
        try reach(.debriefed, of: session, at: act.at, in: database)
      case .data(let choice):
        try database.execute(
          sql: "UPDATE session SET data = ? WHERE number = ?", arguments: [choice.rawValue, session])
        detail = choice.rawValue
      }
      try Records.act(database, change.verb, session: session, detail: detail, by: act)
    }
  }

  private func reach(_ milestone: Milestone, of session: Int, at time: String, in database: Database) throws {
    try database.execute(
      sql: "INSERT INTO milestone (session, name, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
      arguments: [session, milestone.rawValue, time])
  }

  /// Whether a text is the head of a journal, 64 lower-case hexadecimal digits.
  private static func isHead(_ text: String) -> Bool {
    text.utf8.count == 64 && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
  }
}

extension SessionChange {
  /// Its name in the list of acts.
  fileprivate var verb: String {
    switch self {
    case .drop: "drop"
    case .reject: "reject"
    case .exclude: "exclude"
    case .include: "include"
    case .debriefed: "debriefed"
    case .data: "data"
    }
  }

  /// Whether a person has to say why.
  fileprivate var needsReason: Bool {
    switch self {
    case .drop, .reject, .exclude, .include: true
    case .debriefed, .data: false
    }
  }

  /// Whether it can be done to a session as it stands.
  fileprivate func makesSense(for session: SessionEntry) -> Bool {
    switch self {
    case .drop: session.status == .open
    case .reject: session.status == .open || session.status == .completed || session.status == .stopped
    case .exclude: session.exclusion == nil && session.status != .withdrawn && session.status != .declined
    case .include: session.exclusion != nil
    case .debriefed, .data: session.status != .withdrawn
    }
  }
}
