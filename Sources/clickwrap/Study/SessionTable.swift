import ConsentStudy

/// Sessions as a person or a program reads them.
struct SessionTable {
  /// Names of the arms, or nil while they are masked.
  let arms: [String]?
  let strata: [String]

  /// How far a session has come, in a word.
  static func progress(_ session: SessionEntry) -> String {
    let last = Milestone.allCases.last { session.reached[$0] != nil }
    return last?.rawValue ?? "–"
  }

  /// Whether the person saw the pop-up, or stopped, and has not been told yet what it was.
  static func isOwedDebriefing(_ session: SessionEntry) -> Bool {
    guard session.reached[.debriefed] == nil, session.stage != .simulated else { return false }
    switch session.status {
    case .stopped, .dropped, .rejected, .completed: return session.reached[.consented] != nil
    case .open, .declined, .withdrawn: return false
    }
  }

  /// A heading and a line a session.
  func lines(_ sessions: [SessionEntry]) -> [String] {
    let heading = [
      "session", "participant", "stage", "stratum", "arm", "status", "progress", "data", "started", "code",
    ]
    let rows = sessions.map { session in
      [
        String(session.number), session.participant ?? "–", session.stage.rawValue, stratum(session), arm(session),
        session.status.rawValue + (session.exclusion == nil ? "" : " (excluded)"), SessionTable.progress(session),
        session.data.rawValue, String(session.startedAt.prefix(16)), session.completionCode ?? "–",
      ]
    }
    return Columns.lines([heading] + rows)
  }

  func json(_ session: SessionEntry) -> JSON {
    .object([
      ("session", .number(Int64(session.number))), ("participant", JSON(session.participant)),
      ("export_id", JSON(session.exportID)), ("stage", .text(session.stage.rawValue)),
      ("stratum", .text(stratum(session))), ("arm", .text(arm(session))),
      ("slot", session.slot.map { .number(Int64($0)) } ?? .null), ("status", .text(session.status.rawValue)),
      ("excluded", .bool(session.exclusion != nil)), ("excluded_because", JSON(session.exclusion?.act.why)),
      ("data", .text(session.data.rawValue)), ("started", .text(session.startedAt)), ("seen", .text(session.seenAt)),
      ("reached", .array(Milestone.allCases.filter { session.reached[$0] != nil }.map { .text($0.rawValue) })),
      ("completion_code", JSON(session.completionCode)),
      ("owed_debriefing", .bool(SessionTable.isOwedDebriefing(session))),
    ])
  }

  private func stratum(_ session: SessionEntry) -> String {
    strata.indices.contains(session.stratum) && !strata[session.stratum].isEmpty ? strata[session.stratum] : "–"
  }

  private func arm(_ session: SessionEntry) -> String {
    guard let arms else { return "masked" }
    return arms.indices.contains(session.arm) ? arms[session.arm] : "?"
  }
}

/// Text in columns.
enum Columns {
  /// The rows with their columns below each other, two spaces apart.
  static func lines(_ rows: [[String]]) -> [String] {
    let count = rows.map(\.count).max() ?? 0
    let widths = (0..<count).map { column in rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0 }
    return rows.map { row in
      var line = ""
      for (column, text) in row.enumerated() {
        line += text
        if column < row.count - 1 { line += String(repeating: " ", count: widths[column] - text.count + 2) }
      }
      return line
    }
  }
}
