import ConsentEngine
import ConsentJournal
import ConsentModel
import ConsentRender
import ConsentStudy

/// What a replay of one session shows besides the session at its end.
struct SessionFacts {
  /// When each screen was first shown, and when it was last left; by index.
  var shownAt: [SessionTime?]
  var leftAt: [SessionTime?]
  var firstShown: FirstShown
  var practice: PracticeSpeed
  var keys = 0
  var misses = 0
  /// First frame of the first prompt.
  var promptAt: SessionTime?
  /// The first decision.
  var decidedAt: SessionTime?
  /// What was done about the first prompt.
  var way = DecisionWay()
  /// What was answered to every prompt.
  var prompts: PromptAnswers
  /// The screen that is shown.
  private(set) var screen: Int32 = -1

  init(_ flow: FlowDefinition) {
    shownAt = Array(repeating: nil, count: flow.screens.count)
    leftAt = shownAt
    firstShown = FirstShown(flow)
    practice = PracticeSpeed(flow)
    prompts = PromptAnswers(term: flow.terms.firstIndex { $0.name == "training" })
  }

  /// Takes in an event, or the start, and what came of it.
  mutating func note(_ recorded: Recorded?, _ state: borrowing FlowState, _ records: [LogRecord]) {
    let now = recorded?.event.at ?? .zero
    if case .key = recorded?.event.input { keys += 1 }
    firstShown.note(records, at: now)
    practice.note(recorded?.event, state)
    way.note(recorded?.event.input, records)
    prompts.note(records)
    for record in records {
      switch record {
      case .missed: misses += 1
      case .prompted: promptAt = promptAt ?? now
      case .decided: decidedAt = decidedAt ?? now
      case .shown(let screen, _): shownAt[Int(screen)] = shownAt[Int(screen)] ?? now
      case .focused, .operated, .changed, .deferred, .scrolled, .resized, .passed, .ended, .left, .noted: break
      }
    }
    let current = state.view.screen
    if screen >= 0, screen != current || state.isOver { leftAt[Int(screen)] = now }
    screen = current
  }
}
