import ConsentModel

/// What a person believes they agreed to, beside what they did agree to.
///
/// The primary item is whether training is allowed: allowed, not allowed, or the person does not know. Not knowing and a
/// wrong no are kept apart everywhere.
public struct ConsentGap: Hashable, Sendable {
  /// What the person says.
  public enum Belief: String, CaseIterable, Sendable {
    /// Training on their chats is allowed.
    case allowed
    /// It is not allowed.
    case notAllowed = "not-allowed"
    /// They do not know.
    case dontKnow = "dont-know"
  }

  /// What the session's own agreement says.
  public enum Truth: String, CaseIterable, Sendable {
    /// Training is allowed.
    case allowed
    /// It is not: refused, put off, or never decided.
    case notAllowed = "not-allowed"
  }

  /// How what was done compares with what the person chooses once everything was explained.
  public enum Preference: String, CaseIterable, Sendable {
    /// They would do the same.
    case same
    /// They allowed training, and would not.
    case sharedAgainst = "shared-against"
    /// They did not allow it, and would.
    case withheldAgainst = "withheld-against"
    /// They do not know.
    case dontKnow = "dont-know"
  }

  /// What the person believes, or nil without an answer.
  public var belief: Belief?
  /// What is true.
  public var truth: Truth
  /// How sure they are, 1...5, or nil without an answer.
  public var confidence: Int?
  /// What they say of the terms (accepted or not, the latter also as "not yet"), beside what is true.
  public var terms: Correctness
  /// What they say of the switch at the decision: `on`, `off`, `none-seen` or `dont-know`; nil without an answer.
  public var switchBelief: String?
  /// What the switch showed at the decision: on or off, or nil where no switch decided.
  public var isSwitchOn: Bool?
  /// What they would choose once everything was explained beside what was done, or nil without an answer.
  public var preference: Preference?
  /// From the decision, or from putting it off for the last time, to the first frame of the question, in microseconds;
  /// nil where one of them did not come.
  public var lagMicroseconds: Int64?

  /// Whether they share without being aware of it: training is allowed, and they believe that it is not or do not know;
  /// nil without an answer.
  public var isUnawareSharing: Bool? { belief.map { truth == .allowed && $0 != .allowed } }
  /// Whether they share and believe that they do not; nil without an answer.
  public var isWrongNo: Bool? { belief.map { truth == .allowed && $0 == .notAllowed } }
  /// Whether they share and do not know; nil without an answer.
  public var isUnsureSharing: Bool? { belief.map { truth == .allowed && $0 == .dontKnow } }
}

extension ConsentGap {
  /// The screen of the primary item, with whose first frame the lag ends.
  public static let questionScreen = "belief-training"

  /// The gap of a session, from the ready instruments `belief` and `informed`; nil where the flow has no such term.
  ///
  /// - Parameters:
  ///   - flow: the flow of the session.
  ///   - values: its variables at its end.
  ///   - agreement: its agreement at its end; nothing between the question and the end changes how a term stands.
  ///   - questionAt: when the question was first shown, or nil when it was not; `FirstShown` finds it in a replay.
  ///   - term: the optional purpose that it is about.
  ///   - contract: the terms that were to be accepted.
  public init?(
    _ flow: FlowDefinition, values: [Int32], agreement: Agreement, questionAt: SessionTime?, term: String = "training",
    contract: String = "terms"
  ) {
    func decision(_ name: String) -> TermAgreement? {
      let index = flow.terms.firstIndex { $0.name == name }
      return index.flatMap { agreement.terms.indices.contains($0) ? agreement.terms[$0] : nil }
    }
    guard let decided = decision(term) else { return nil }
    let answers = SessionAnswers(flow, values: values)
    belief = answers.answer("answer_belief_training").flatMap { Belief(rawValue: $0) }
    truth = decided.standing == .agreed ? .allowed : .notAllowed
    confidence = answers.answer("answer_belief_confidence").flatMap { Int($0) }
    terms = .missing
    if let contract = decision(contract) {
      // What was put off is not accepted, and "not yet" is true of it and of what was never asked.
      let said = answers.answer("answer_belief_terms").map { $0 == "not-yet" ? "not-accepted" : $0 }
      terms = Correctness(said, right: contract.standing == .agreed ? "accepted" : "not-accepted")
    }
    switchBelief = answers.answer("answer_belief_switch")
    isSwitchOn = ConsentGap.switchShown(decided)
    let truth = truth
    preference = answers.answer("answer_informed_choice").flatMap { ConsentGap.preference(chosen: $0, truth) }
    if let questionAt, decided.eventIndex >= 0, questionAt >= decided.decidedAt {
      lagMicroseconds = questionAt.microseconds - decided.decidedAt.microseconds
    }
  }

  private static func switchShown(_ term: TermAgreement) -> Bool? {
    switch term.provenance {
    case .presetUntouched, .presetConfirmed, .chosen, .changed, .changedBack: term.decidedStanding == .agreed
    case .left, .explicitRow, .deferred: nil
    }
  }

  private static func preference(chosen: String, _ truth: Truth) -> Preference? {
    switch (chosen, truth) {
    case (Instrument.dontKnow, _): .dontKnow
    case ("allow", .allowed), ("not-allow", .notAllowed): .same
    case ("not-allow", .allowed): .sharedAgainst
    case ("allow", .notAllowed): .withheldAgainst
    default: nil
    }
  }
}

/// When each screen was first shown, gathered from the records of a session as it is replayed.
public struct FirstShown: Sendable {
  private var times: [SessionTime?]
  private let names: [String]

  /// Nothing shown yet.
  public init(_ flow: FlowDefinition) {
    names = flow.screens.map(\.name)
    times = Array(repeating: nil, count: flow.screens.count)
  }

  /// Takes the records of one event; its frame follows at once.
  public mutating func note(_ records: [LogRecord], at time: SessionTime) {
    for case .shown(let screen, _) in records where times.indices.contains(Int(screen)) {
      times[Int(screen)] = times[Int(screen)] ?? time
    }
  }

  /// When a screen was first shown, or nil.
  public subscript(screen: String) -> SessionTime? { names.firstIndex(of: screen).flatMap { times[$0] } }
}
