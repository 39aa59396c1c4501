import ConsentModel
import ConsentStudy

/// What analysis needs of one person: nothing by which anybody could be found.
public struct SessionMeasures: Hashable, Sendable {
  /// Index of the arm.
  public var arm: Int
  /// Index of the stratum; 0 where there are none.
  public var stratum = 0
  /// How far the person came.
  public var reached: Set<Milestone>
  /// Whether the session counts: data kept, not excluded, every frame replayed to the same.
  public var isAnalysed: Bool
  /// Whether training is allowed; nil where nothing is known.
  public var truth: ConsentGap.Truth?
  /// What the person believes of that; nil without an answer.
  public var belief: ConsentGap.Belief?
  /// How it came to stand so; nil where nothing is known.
  public var provenance: Provenance?
  /// What was done beside what is chosen once everything was explained; nil without an answer.
  public var preference: ConsentGap.Preference?
  /// Whether the decision may be an accident.
  public var isPossiblyAccidental = false
  /// From the first prompt's first frame to the first decision, or to the end where there was none, in microseconds; nil
  /// where no prompt was met.
  public var decisionMicroseconds: Int64?
  /// Whether there was none.
  public var isCensored = false
  /// Why the session does not count; nil where it does.
  public var reasonLeftOut: ReasonLeftOut?
  /// What was done about the first prompt; nil where none was met.
  public var way: DecisionWay?
  /// What the first answer was; nil without one.
  public var firstAnswer: FirstAnswer?
  /// What was answered to every prompt; nil without an answer.
  public var prompts: [FirstAnswer?] = []
  /// How much the person would regret what they decided, 1...7; nil without an answer.
  public var regret: Int?
  /// How sure the person is of the belief, 1...5; nil without an answer.
  public var confidence: Int?

  /// Somebody in an arm of whom nothing else is known.
  public init(arm: Int, reached: Set<Milestone>, isAnalysed: Bool) {
    self.arm = arm
    self.reached = reached
    self.isAnalysed = isAnalysed
  }

  /// Whether they share without being aware of it; nil without an answer.
  public var isUnawareSharing: Bool? {
    guard let truth, let belief else { return nil }
    return truth == .allowed && belief != .allowed
  }
}
