/// What was answered to an item; of an item with several answers one of them.
public struct ItemAnswer: Hashable, Sendable {
  /// Name of the instrument.
  public var instrument: String
  /// Name of the item; of one of several answers with a point and the answer's value after it.
  public var item: String
  /// The wording that was drawn; nil where there is only one.
  public var version: String?
  /// The answer by name, or nil without one.
  public var word: String?
  /// The answer as a number: a point, an amount, the characters of a text, 1 or 0 for one of several answers; nil where it is none.
  public var number: Int?
  /// Whether it is an amount, a number in a range or the characters of a text, and not one of several answers.
  public var isAmount = false
  /// How it compares with what is true; nil where no answer is right.
  public var correctness: Correctness?

  /// No answer to an item yet.
  public init(instrument: String, item: String) {
    self.instrument = instrument
    self.item = item
  }

  /// The answers to an item that was shown.
  public static func all(of item: Instrument.Item, _ instrument: Instrument, _ answers: SessionAnswers) -> [ItemAnswer]
  {
    let variable = instrument.answerVariable(of: item)
    var answer = ItemAnswer(instrument: instrument.name, item: item.name.value)
    answer.version = item.isMirrored ? answers.word(instrument.versionVariable(of: item)) : nil
    answer.correctness = instrument.correctness(of: item, in: answers)
    if answers.word(instrument.declinedVariable(of: item)) == "yes" {
      answer.word = Instrument.preferNot
      return [answer]
    }
    switch item.kind {
    case .likert, .confidence:
      answer.word = answers.word(variable)
      answer.number = instrument.point(of: item, in: answers)
    case .single: answer.word = answers.word(variable)
    case .number, .slider:
      answer.isAmount = true
      answer.number = answers.number(variable).flatMap { $0 < 0 ? nil : $0 }
      answer.word = answer.number.map { String($0) }
    case .text:
      answer.isAmount = true
      answer.number = answers.number(variable)
    case .multiple(let options):
      return options.map { option in
        var one = answer
        one.item += "." + option.value
        one.word = answers.word(instrument.answerVariable(of: item, option: option))
        one.number = one.word.map { $0 == "on" ? 1 : 0 }
        return one
      }
    }
    if answer.word == Instrument.unset { answer.word = nil }
    return [answer]
  }
}
