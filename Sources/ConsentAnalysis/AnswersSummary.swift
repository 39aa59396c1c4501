import ConsentStudy

/// What the people of an arm answered to the questions of the study: how many, never who.
public struct AnswersSummary: Sendable {
  /// How many there are of a number, and how they are spread.
  public struct Amounts: Hashable, Sendable {
    /// How many.
    public private(set) var count = 0
    private var sum = 0.0
    private var squares = 0.0

    /// The mean; NaN of none.
    public var mean: Double { count == 0 ? .nan : sum / Double(count) }
    /// The standard deviation of a sample, with n − 1; NaN of fewer than two.
    public var standardDeviation: Double {
      guard count > 1 else { return .nan }
      return (max(0, squares - sum * sum / Double(count)) / Double(count - 1)).squareRoot()
    }

    mutating func add(_ value: Double) {
      count += 1
      sum += value
      squares += value * value
    }
  }

  /// What was answered to an item.
  public struct Row: Hashable, Sendable {
    /// Name of its instrument.
    public var instrument: String
    /// Its name.
    public var item: String
    /// How many it was shown to.
    public internal(set) var asked = 0
    /// How many gave each answer, by name; those without any are in none.
    public internal(set) var words: [String: Int] = [:]
    /// Of items with an answer that is right: how many were right.
    public internal(set) var correctness: [Correctness: Int] = [:]
    /// Points and amounts.
    public internal(set) var amounts = Amounts()
  }

  /// The items in the order in which they were first answered.
  public private(set) var rows: [Row] = []
  /// The scores of instruments, by the names of their columns.
  public private(set) var scores: [String: Amounts] = [:]
  private var index: [String: Int] = [:]

  /// Nobody yet.
  public init() {}

  /// What was answered to an item, or nil where it was shown to nobody.
  public func row(_ instrument: String, _ item: String) -> Row? { index["\(instrument) \(item)"].map { rows[$0] } }

  /// Takes in what one person answered.
  public mutating func add(_ answers: [ItemAnswer], scores found: [Instrument.NamedScore]) {
    for answer in answers { add(answer) }
    for score in found {
      guard let value = score.score?.value else { continue }
      scores[score.name, default: Amounts()].add(value)
    }
  }

  private mutating func add(_ answer: ItemAnswer) {
    let key = "\(answer.instrument) \(answer.item)"
    let place: Int
    if let known = index[key] {
      place = known
    } else {
      place = rows.count
      index[key] = place
      rows.append(Row(instrument: answer.instrument, item: answer.item))
    }
    rows[place].asked += 1
    if let word = answer.word, !answer.isAmount || answer.number == nil { rows[place].words[word, default: 0] += 1 }
    if let number = answer.number { rows[place].amounts.add(Double(number)) }
    if let correctness = answer.correctness { rows[place].correctness[correctness, default: 0] += 1 }
  }
}
