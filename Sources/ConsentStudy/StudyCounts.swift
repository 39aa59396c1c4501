import ConsentJournal

/// How many people came how far, per stage and arm: the numbers of a flow chart, all from the sessions of the ledger.
///
/// People are counted, not sessions: a session that restarts another one, and all before it, are one person, who has come
/// as far as the furthest of them and stands where the last of them does. Always,
/// `invited = declined + assigned`, `assigned = open + completed + stopped + dropped + rejected + withdrawn` and
/// `assigned = consented + beforeConsent`.
public struct StudyCounts: Hashable, Sendable {
  /// The numbers of one arm, or of several together.
  public struct Counts: Hashable, Sendable {
    /// Everybody who was given a session.
    public var invited = 0
    /// Refused the study's consent.
    public var declined = 0
    /// Gave the study's consent.
    public var consented = 0
    /// Hold or held a place in the arm and did not decline.
    public var assigned = 0
    /// Met the pop-up.
    public var exposed = 0
    /// Decided about its terms.
    public var decided = 0
    /// Answered the last question before the reveal.
    public var answered = 0
    /// Have a session that runs or was interrupted.
    public var open = 0
    /// Went to the end.
    public var completed = 0
    /// Stopped, by the stop key; or declined after having consented in a session that was restarted.
    public var stopped = 0
    /// Were lost.
    public var dropped = 0
    /// Were rejected by a moderator.
    public var rejected = 0
    /// Withdrew.
    public var withdrawn = 0
    /// Are excluded from the analysis, wherever they stand; they are among the numbers above as well.
    public var excluded = 0
    /// Are excluded and went to the end.
    public var completedExcluded = 0
    /// Sessions that were restarted: they belong to a person who is counted with a later session.
    public var restarted = 0

    /// Nobody.
    public init() {}

    /// Neither consented nor declined: still before the question, or lost there.
    public var beforeConsent: Int { assigned - consented }

    /// What does not add up, in words.
    public var problems: [String] {
      var problems: [String] = []
      if invited != declined + assigned {
        problems.append("\(invited) invited are not \(declined) declined and \(assigned) assigned")
      }
      let ended = completed + stopped + dropped + rejected + withdrawn
      if assigned != open + ended {
        problems.append("\(assigned) assigned are not \(open) open and \(ended) at an end")
      }
      for (name, part, whole) in [
        ("consented", consented, assigned), ("exposed", exposed, consented), ("decided", decided, exposed),
        ("answered", answered, consented), ("excluded after completing", completedExcluded, completed),
      ] where part > whole {
        problems.append("\(part) \(name) are more than the \(whole) they are among")
      }
      return problems
    }

    /// Both together.
    public static func + (a: Counts, b: Counts) -> Counts {
      var sum = a
      for field in fields { sum[keyPath: field] += b[keyPath: field] }
      return sum
    }

    private static var fields: [WritableKeyPath<Counts, Int>] {
      [
        \.invited, \.declined, \.consented, \.assigned, \.exposed, \.decided, \.answered, \.open, \.completed,
        \.stopped,
        \.dropped, \.rejected, \.withdrawn, \.excluded, \.completedExcluded, \.restarted,
      ]
    }
  }

  /// The numbers of one arm in one stage.
  public struct Row: Hashable, Sendable {
    /// Pilot, live or simulated.
    public var stage: Stage
    /// Index of the arm.
    public var arm: Int
    /// Its numbers.
    public var counts: Counts
  }

  /// One row for every stage and arm that has sessions, by stage and then by arm.
  public private(set) var rows: [Row] = []

  /// Counts the people of these sessions, or some of them.
  ///
  /// - Parameters:
  ///   - sessions: `Ledger.sessions()`.
  ///   - isCounted: whether a person counts whose last session this is; a session that was restarted is asked for itself.
  public init(_ sessions: [SessionEntry], where isCounted: (SessionEntry) -> Bool = { _ in true }) {
    var cells: [Stage: [Int: Counts]] = [:]
    let restarted = Set(sessions.compactMap(\.restarts))
    let byNumber = Dictionary(sessions.map { ($0.number, $0) }, uniquingKeysWith: { first, _ in first })
    for session in sessions where isCounted(session) {
      if restarted.contains(session.number) {
        cells[session.stage, default: [:]][session.arm, default: Counts()].restarted += 1
        continue
      }
      var person: [SessionEntry] = [session]
      // A session restarts an earlier one; anything else would not end.
      while let before = person.last?.restarts.flatMap({ byNumber[$0] }),
        before.number < person[person.count - 1].number
      {
        person.append(before)
      }
      cells[session.stage, default: [:]][session.arm, default: Counts()].add(person)
    }
    for stage in Stage.allCases {
      for (arm, counts) in (cells[stage] ?? [:]).sorted(by: { $0.key < $1.key }) {
        rows.append(Row(stage: stage, arm: arm, counts: counts))
      }
    }
  }

  /// The numbers of a stage, of one arm or of all.
  public func counts(_ stage: Stage, arm: Int? = nil) -> Counts {
    rows.reduce(Counts()) { sum, row in
      row.stage == stage && (arm == nil || row.arm == arm) ? sum + row.counts : sum
    }
  }
}

extension StudyCounts.Counts {
  /// Adds one person: their sessions, the last one first.
  fileprivate mutating func add(_ person: [SessionEntry]) {
    func hasReached(_ milestone: Milestone) -> Bool { person.contains { $0.reached[milestone] != nil } }
    func count(_ isCounted: Bool, _ field: WritableKeyPath<Self, Int>) { if isCounted { self[keyPath: field] += 1 } }
    invited += 1
    let status = person[0].status
    if status == .declined, !hasReached(.consented) {
      declined += 1
      return
    }
    assigned += 1
    count(hasReached(.consented), \.consented)
    count(hasReached(.exposed), \.exposed)
    count(hasReached(.decided), \.decided)
    count(hasReached(.answered), \.answered)
    let isExcluded = person.contains { $0.exclusion != nil }
    count(isExcluded, \.excluded)
    switch status {
    case .open: open += 1
    case .declined, .stopped: stopped += 1
    case .dropped: dropped += 1
    case .rejected: rejected += 1
    case .completed:
      completed += 1
      count(isExcluded, \.completedExcluded)
    case .withdrawn: withdrawn += 1
    }
  }
}
