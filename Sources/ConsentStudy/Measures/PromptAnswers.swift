import ConsentModel

/// What somebody answered to every prompt that they met, in order: an optional purpose allowed, refused, put off, or nothing.
public struct PromptAnswers: Hashable, Sendable {
  /// For each prompt the first answer that was given before the next one; nil without one.
  public private(set) var answers: [FirstAnswer?] = []
  /// Index of the term that is asked about; nil where the flow has no such term.
  private let term: Int32?

  /// Before any prompt.
  ///
  /// - Parameter term: index of the term that is asked about.
  public init(term: Int?) { self.term = term.map { Int32($0) } }

  /// Takes in what came of an event.
  public mutating func note(_ records: [LogRecord]) {
    for record in records {
      switch record {
      case .prompted: answers.append(nil)
      case .decided(let decided, let standing, _):
        guard decided == term, let answer = PromptAnswers.answer(standing) else { continue }
        take(answer)
      case .deferred(let put): if put == term { take(.deferred) }
      case .shown, .missed, .focused, .operated, .changed, .scrolled, .resized, .passed, .ended, .left, .noted: break
      }
    }
  }

  /// What is decided before the first prompt, or among the settings, belongs to no prompt.
  private mutating func take(_ answer: FirstAnswer) {
    guard let last = answers.indices.last, answers[last] == nil else { return }
    answers[last] = answer
  }

  private static func answer(_ standing: Standing) -> FirstAnswer? {
    switch standing {
    case .agreed: .allowed
    case .declined: .refused
    case .deferred: .deferred
    case .undecided: nil
    }
  }
}
