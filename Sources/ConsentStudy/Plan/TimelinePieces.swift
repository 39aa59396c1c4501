/// The pieces of a session that are no instruments, in the order in which they have to come.
enum TimelinePieces {
  /// Pieces of the study itself and the ready blocks, in the fixed order of a session; other instruments may stand
  /// anywhere between the task and the reveal, or after the reveal and before the debriefing.
  static let order = [
    "consent", "practice", "task", "recall", "belief", "comprehension", "checks", "control", "realism", "suspicion",
    "about", "reveal", "informed", "debriefing", "data-choice", "codes",
  ]

  /// Pieces with screens of their own.
  static let own: Set<String> = [
    "consent", "practice", "task", "reveal", "debriefing", "data-choice", "codes",
  ]

  /// Pieces without which a session would not be one.
  static let required = ["consent", "task", "reveal", "debriefing", "data-choice", "codes"]

  /// The screen on which a piece begins.
  static func firstScreen(of piece: String) -> String {
    switch piece {
    case "task": "task-brief"
    case "reveal": "reveal-study"
    case "consent", "practice", "debriefing", "data-choice", "codes": piece
    default: piece + "-begin"
    }
  }
}
