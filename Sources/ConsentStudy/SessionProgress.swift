import ConsentEngine
import ConsentModel

/// Reads from a running session how far it has come: what stands in the ledger follows from the machine and from nothing
/// else, so that a journal gives it again.
public struct SessionProgress: Sendable {
  private let consent: Int?
  private let answered: Int?
  private let debriefed: Int?
  private let keepData: Int?
  private let feed: Int32?
  private let outcomes: [String]

  /// Finds the variables of a study's flow; those that it does not have are never reached.
  public init(_ flow: FlowDefinition) {
    func index(_ name: String) -> Int? { flow.variables.firstIndex { $0.name == name } }
    consent = index("study_consent")
    answered = index("answered")
    debriefed = index("debriefed")
    keepData = index("keep_data")
    feed = flow.screens.firstIndex { $0.name == "feed" }.map(Int32.init)
    outcomes = flow.outcomes
  }

  /// The milestones that a session has reached, by what it shows now.
  ///
  /// They are cumulative but for the news item, which is an exposure only while it is there; whoever keeps them never takes
  /// one back.
  public func milestones(of state: borrowing FlowState) -> Set<Milestone> {
    let values = state.view.values
    func value(_ index: Int?) -> Int32 { index.map { values[$0] } ?? 0 }
    var reached: Set<Milestone> = []
    // 1 given, 3 external; 2 is declined.
    if value(consent) == 1 || value(consent) == 3 { reached.insert(.consented) }
    if state.prompts > 0 || state.view.screen == feed { reached.insert(.exposed) }
    if state.isDecided { reached.insert(.decided) }
    if value(answered) == 1 { reached.insert(.answered) }
    if value(debriefed) == 1 { reached.insert(.debriefed) }
    return reached
  }

  /// What the person has said about their data.
  public func dataChoice(of state: borrowing FlowState) -> DataChoice {
    switch keepData.map({ state.view.values[$0] }) {
    case 1: .keep
    case 2: .delete
    default: .unanswered
    }
  }

  /// What a session that is over came to; nil while it is not, or when it was left from outside and may go on.
  public func status(of state: borrowing FlowState) -> SessionStatus? {
    if let outcome = state.outcome {
      switch outcomes[Int(outcome)] {
      case "completed": return .completed
      case "declined": return .declined
      default: return .stopped
      }
    }
    // In a terminal that is too small the stop key leaves at once.
    return state.leave == .stopKey ? .stopped : nil
  }
}
