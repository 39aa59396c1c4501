import ConsentModel

/// The answers that a session holds: its variables by name.
public struct SessionAnswers: Sendable {
  private let variables: [Variable]
  private let values: [Int32]
  private let index: [String: Int]

  /// The variables of a session.
  ///
  /// - Parameters:
  ///   - flow: the flow of the session.
  ///   - values: one value a variable, as a session's state holds them; those that are missing read as none.
  public init(_ flow: FlowDefinition, values: [Int32]) {
    variables = flow.variables
    self.values = values
    // Names are unique in a compiled flow; a kept one is data, and the first wins.
    index = Dictionary(flow.variables.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// The number in a variable, or nil where there is no such variable or it has named values.
  public func number(_ variable: String) -> Int? {
    guard let position = index[variable], values.indices.contains(position), variables[position].values.isEmpty else {
      return nil
    }
    return Int(values[position])
  }

  /// The name of the value of a variable, or nil where there is no such variable or it is a number.
  public func word(_ variable: String) -> String? {
    guard let position = index[variable], values.indices.contains(position) else { return nil }
    let names = variables[position].values
    let value = Int(values[position])
    return names.indices.contains(value) ? names[value] : nil
  }

  /// The name of the value of an answer, or nil while there is none: unset, passed over and declined are no answers.
  public func answer(_ variable: String) -> String? {
    guard let word = word(variable) else { return nil }
    return [Instrument.unset, Instrument.skipped, Instrument.preferNot].contains(word) ? nil : word
  }
}

/// How an answer compares with what is true; not knowing is never counted as wrong.
public enum Correctness: String, CaseIterable, Sendable {
  /// It is so.
  case right
  /// It is not so.
  case wrong
  /// The person said that they do not know.
  case dontKnow = "dont-know"
  /// There is no answer.
  case missing

  /// An answer beside what is right; nil is no answer.
  public init(_ answer: String?, right: String) {
    switch answer {
    case nil: self = .missing
    case Instrument.dontKnow: self = .dontKnow
    case right: self = .right
    default: self = .wrong
    }
  }
}

extension Instrument {
  /// How an item was answered, beside the right answer of the wording that was drawn; nil where no answer is right.
  public func correctness(of item: Item, in answers: SessionAnswers) -> Correctness? {
    let drawn = item.isMirrored ? answers.word(versionVariable(of: item)) : ""
    guard let version = item.versions.first(where: { $0.name == drawn }), let correct = version.correct else {
      return nil
    }
    return Correctness(answers.answer(answerVariable(of: item)), right: correct.value)
  }

  /// The point of a scale or slider that an item was answered with, or nil while there is none.
  public func point(of item: Item, in answers: SessionAnswers) -> Int? {
    let variable = answerVariable(of: item)
    switch item.kind {
    case .likert, .confidence: return answers.answer(variable).flatMap { Int($0) }
    case .slider: return answers.number(variable).flatMap { $0 < 0 ? nil : $0 }
    case .single, .multiple, .number, .text: return nil
    }
  }
}
