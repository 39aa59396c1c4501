import ConsentJournal
import ConsentModel
import ConsentStudy

/// What a session adds to the descriptive table.
public struct DescribedSession: Sendable {
  /// What the session was for.
  public var stage: Stage
  /// Index of its arm.
  public var arm: Int
  /// Index of its stratum.
  public var stratum: Int
  /// Whether a later session goes on for it: the person is counted there.
  public var isRestarted: Bool
  /// How far the person came.
  public var reached: Set<Milestone>
  /// Where the session stands.
  public var status: SessionStatus
  /// Whether it counts in what describes answers and decisions.
  public var isAnalysed: Bool
  /// Whether training is allowed; nil where nothing is known.
  public var truth: ConsentGap.Truth?
  /// What the person believes of that.
  public var belief: ConsentGap.Belief?
  /// What was done beside what is chosen once everything was explained.
  public var preference: ConsentGap.Preference?
  /// How the optional purpose came to stand so; nil where nothing is known.
  public var provenance: Provenance?
  /// Whether its decision may be an accident.
  public var isPossiblyAccidental = false
  /// From the first prompt's first frame to the first decision; nil without one.
  public var decisionMicroseconds: Int64?
  /// From the first prompt's first frame to the end; nil where none was met.
  public var untilEndMicroseconds: Int64?
  /// The session's number.
  public var session: Int
  /// Why it does not count; nil where it does.
  public var reasonLeftOut: ReasonLeftOut?
  /// What was done about the first prompt; nil where nothing is known.
  public var way: DecisionWay?
  /// What the first answer was; nil without one.
  public var firstAnswer: FirstAnswer?
  /// What was answered to every prompt; nil without an answer.
  public var prompts: [FirstAnswer?] = []
  /// How much the person would regret what they decided, 1...7; nil without an answer.
  public var regret: Int?
  /// How sure the person is of the belief, 1...5; nil without an answer.
  public var confidence: Int?
  /// What was answered to every question that was asked.
  public var answers: [ItemAnswer] = []
  /// The scores of its instruments.
  public var scores: [Instrument.NamedScore] = []
  /// What was seen of the screens that ask for a decision.
  public var seen: [SeenElement] = []

  /// Whether the person declined to take part, before anything was asked.
  public var isNobody: Bool { isRestarted || (status == .declined && !reached.contains(.consented)) }

  init(_ session: ExportedSession, _ replayed: ReplayedSession?, coarse: (Int64) -> Int64) {
    stage = session.entry.stage
    arm = session.entry.arm
    self.session = session.entry.number
    isRestarted = session.isRestarted
    reached = session.reached
    status = session.entry.status
    isAnalysed = DescribedSession.isAnalysed(session, replayed)
    stratum = session.entry.stratum
    let gap = replayed?.gap
    preference = gap?.preference
    if let agreed = replayed?.training {
      provenance = agreed.provenance
      isPossiblyAccidental = agreed.eventIndex >= 0 && agreed.isPossiblyAccidental
    }
    if let replayed, let from = replayed.facts.promptAt {
      untilEndMicroseconds = coarse(replayed.end.microseconds - from.microseconds)
    }
    truth = gap?.truth
    belief = gap?.belief
    confidence = gap?.confidence
    regret = replayed?.answers.answer("answer_informed_regret").flatMap { Int($0) }
    reasonLeftOut = DescribedSession.reasonLeftOut(session, replayed)
    way = replayed.flatMap { $0.facts.way.isMet ? $0.facts.way : nil }
    if isAnalysed, let replayed { (seen, prompts) = (replayed.seen, replayed.facts.prompts.answers) }
    if let way, way.isAnswered, let term = replayed?.training {
      firstAnswer = way.isDeferral ? .deferred : term.decidedStanding == .agreed ? .allowed : .refused
    }
    if let from = replayed?.facts.promptAt, let to = replayed?.facts.decidedAt {
      decisionMicroseconds = coarse(to.microseconds - from.microseconds)
    }
  }

  /// Whether a session counts in what describes answers and decisions.
  static func isAnalysed(_ session: ExportedSession, _ replayed: ReplayedSession?) -> Bool {
    reasonLeftOut(session, replayed) == nil && !session.isRestarted
  }

  private static func reasonLeftOut(_ session: ExportedSession, _ replayed: ReplayedSession?) -> ReasonLeftOut? {
    if session.entry.status == .withdrawn { return .withdrawn }
    if session.entry.exclusion != nil { return .excluded }
    if session.entry.data != .keep { return .dataNotKept }
    if !session.reached.contains(.exposed) { return .notExposed }
    return replayed == nil ? .notReplayed : nil
  }
}

/// The descriptive table: counts and shares of every arm, as the scripts of an export make them of `participants`.
public struct Descriptives: Sendable {
  /// What is counted in an arm.
  struct Arm: Sendable {
    var assigned = 0
    var reached: [Milestone: Int] = [:]
    var completed = 0
    var withdrawn = 0
    var analysed = 0
    var known = 0
    var allowed = 0
    var answered = 0
    var wrongNo = 0
    var unsure = 0
    /// In microseconds; 8 bytes a session.
    var decisions: [Int64] = []
  }

  private let plan: ExportPlan
  private var arms: [Stage: [Int: Arm]] = [:]

  /// Nobody yet.
  public init(_ plan: ExportPlan) { self.plan = plan }

  /// Counts a session.
  public mutating func add(_ session: DescribedSession) {
    // A session that is gone on for is counted with the one that does.
    guard !session.isNobody else { return }
    arms[session.stage, default: [:]][session.arm, default: Arm()].add(session)
  }

  /// The table.
  public var table: Table {
    Table(
      "descriptives", row: "one arm in one stage: people, not sessions",
      [
        Column("study", .word([]), "name of the study"),
        Column("config_hash", .hex(digits: 64), "SHA-256 over study.yaml and all pinned files"),
        Column("stage", .word(["pilot", "live", "simulated"]), "simulated means no person"),
        Column("arm", .word([]), "name of the arm"),
        Column("assigned", .integer, "were given the arm and did not decline to take part"),
        Column("consented", .integer, "gave the study's consent"), Column("exposed", .integer, "met the pop-up"),
        Column("decided", .integer, "decided about its terms"),
        Column("answered", .integer, "answered the last question before the reveal"),
        Column("completed", .integer, "went to the end"), Column("withdrawn", .integer, "withdrew"),
        Column(
          "analysed", .integer, "met the pop-up, keep their data, are not excluded, and replay to the same frames"),
        Column("allowed", .integer, "of those: training is allowed"),
        .share("allowed_share", "of those of whom that is known"),
        Column("belief_answered", .integer, "said what they believe"),
        Column("unaware_sharing", .integer, "allowed it, and believe not to or do not know"),
        .share("unaware_sharing_share", "of those who said what they believe"),
        Column("wrong_no", .integer, "allowed it, and believe not to"),
        Column("unsure_sharing", .integer, "allowed it, and do not know"),
        Column("decision_n", .integer, "decided after a prompt"),
        Column("decision_ms_median", .decimal(digits: 4, unit: "ms"), "from the first prompt to the first decision"),
      ])
  }

  /// The table as CSV with commas, its header first.
  public var csv: [UInt8] {
    let dialect = RowWriter.Dialect()
    var writer = RowWriter(table, dialect)
    for stage in Stage.allCases where plan.options.stages.contains(stage) {
      for (index, name) in plan.arms.enumerated() {
        writer.word("study", plan.study)
        writer.hex("config_hash", plan.configHash)
        writer.word("stage", stage.rawValue)
        writer.word("arm", name)
        (arms[stage]?[index] ?? Arm()).write(to: &writer)
      }
    }
    return RowWriter.header(table, dialect) + writer.separated
  }
}

extension Descriptives.Arm {
  mutating func add(_ session: DescribedSession) {
    assigned += 1
    for milestone in session.reached { reached[milestone, default: 0] += 1 }
    if session.status == .completed { completed += 1 }
    if session.status == .withdrawn { withdrawn += 1 }
    guard session.isAnalysed else { return }
    analysed += 1
    if let decision = session.decisionMicroseconds { decisions.append(decision) }
    guard let truth = session.truth else { return }
    known += 1
    if truth == .allowed { allowed += 1 }
    guard let belief = session.belief else { return }
    answered += 1
    guard truth == .allowed else { return }
    switch belief {
    case .allowed: break
    case .notAllowed: wrongNo += 1
    case .dontKnow: unsure += 1
    }
  }

  func write(to writer: inout RowWriter) {
    writer.integer("assigned", assigned)
    for milestone in [Milestone.consented, .exposed, .decided, .answered] {
      writer.integer(milestone.rawValue, reached[milestone] ?? 0)
    }
    writer.integer("completed", completed)
    writer.integer("withdrawn", withdrawn)
    writer.integer("analysed", analysed)
    writer.integer("allowed", allowed)
    writer.decimal("allowed_share", Decimal.share(allowed, of: known))
    writer.integer("belief_answered", answered)
    writer.integer("unaware_sharing", wrongNo + unsure)
    writer.decimal("unaware_sharing_share", Decimal.share(wrongNo + unsure, of: answered))
    writer.integer("wrong_no", wrongNo)
    writer.integer("unsure_sharing", unsure)
    writer.integer("decision_n", decisions.count)
    writer.decimal("decision_ms_median", medianInTenthsOfMicroseconds)
    writer.endRow()
  }

  /// Of two in the middle the mean, which ends in 0 or 5.
  private var medianInTenthsOfMicroseconds: Int64? {
    guard !decisions.isEmpty else { return nil }
    let sorted = decisions.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] * 10 : (sorted[middle - 1] + sorted[middle]) * 5
  }
}
