/// A score as a fraction of whole numbers, so that nothing is rounded before it is written.
public struct Score: Hashable, Sendable {
  /// The upper number.
  public let numerator: Int
  /// The lower number, 1 or more; the two have no common divisor.
  public let denominator: Int

  /// A fraction in lowest terms.
  ///
  /// - Precondition: `denominator` is 1 or more.
  public init(_ numerator: Int, over denominator: Int = 1) {
    precondition(denominator > 0, "a fraction has a lower number of 1 or more")
    var (a, b) = (abs(numerator), denominator)
    while b != 0 { (a, b) = (b, a % b) }
    self.numerator = numerator / max(a, 1)
    self.denominator = denominator / max(a, 1)
  }

  /// The nearest floating-point number.
  public var value: Double { Double(numerator) / Double(denominator) }
}

/// How answers make a score, as published. With an answer missing there is no score: none of these scales publishes
/// another rule. (The manual of SUS asks the person to take the middle point instead; that is an answer like any other.)
public enum Scores {
  /// The System Usability Scale, 0...100 in steps of 2.5.
  ///
  /// Odd items count point − 1, even ones 5 − point, the sum times 2.5 (Brooke 1996).
  /// - Parameter points: ten points 1...5 in the order of the scale; nil for a missing answer.
  public static func sus(_ points: [Int?]) -> Score? {
    guard let points = whole(points, count: 10, in: 1...5) else { return nil }
    let sum = points.enumerated().reduce(0) { $0 + ($1.offset % 2 == 0 ? $1.element - 1 : 5 - $1.element) }
    return Score(sum * 5, over: 2)
  }

  /// UMUX-Lite, 0...100: both points less 1, over 12, times 100 (Lewis, Utesch and Maher 2013).
  ///
  /// - Parameter points: two points 1...7; nil for a missing answer.
  public static func umuxLite(_ points: [Int?]) -> Score? {
    guard let points = whole(points, count: 2, in: 1...7) else { return nil }
    return Score((points[0] + points[1] - 2) * 100, over: 12)
  }

  /// What UMUX-Lite says of SUS by the regression of the same paper, 22.9...87.9: 0.65 of the raw score, plus 22.9.
  public static func umuxLiteAsSUS(_ points: [Int?]) -> Score? {
    guard let raw = umuxLite(points) else { return nil }
    return Score(raw.numerator * 65 * 10 + 229 * 100 * raw.denominator, over: raw.denominator * 1000)
  }

  /// The Task Load Index without weights, 0...100: the mean of the six subscales (Hart 2006).
  ///
  /// - Parameter ratings: six ratings 0...100 in the order of the scale, all of them high for much load (performance from
  ///   perfect to failure); nil for a missing answer.
  public static func rawTLX(_ ratings: [Int?]) -> Score? {
    whole(ratings, count: 6, in: 0...100).map { Score($0.reduce(0, +), over: 6) }
  }

  /// The mean of items of one range, where it is turned round for those that are reversed.
  ///
  /// - Parameter items: the points, nil for a missing answer, and whether a high one counts low.
  public static func mean(_ items: [(point: Int?, isReversed: Bool)], in range: ClosedRange<Int>) -> Score? {
    guard !items.isEmpty, let points = whole(items.map(\.point), count: items.count, in: range) else { return nil }
    let sum = zip(points, items).reduce(0) { sum, pair in
      sum + (pair.1.isReversed ? range.lowerBound + range.upperBound - pair.0 : pair.0)
    }
    return Score(sum, over: items.count)
  }

  /// All answers where every one is there and in its range, otherwise nil.
  private static func whole(_ points: [Int?], count: Int, in range: ClosedRange<Int>) -> [Int]? {
    let there = points.compactMap { $0 }.filter(range.contains)
    return there.count == count && points.count == count ? there : nil
  }
}

extension Instrument {
  /// A score of an instrument by the name of its column.
  public struct NamedScore: Hashable, Sendable {
    /// The column, for example `score_sus`.
    public var name: String
    /// The score, or nil when answers are missing.
    public var score: Score?
    /// The smallest score that there can be.
    public var smallest: Score
    /// The largest score that there can be.
    public var largest: Score

    init(_ name: String, _ score: Score?, from smallest: Score, to largest: Score) {
      self.name = name
      self.score = score
      self.smallest = smallest
      self.largest = largest
    }
  }

  /// Its scores in a session; none where its items stand for themselves.
  public func scores(in answers: SessionAnswers) -> [NamedScore] {
    let points = items.map { point(of: $0, in: answers) }
    let column = "score_" + name
    let percent = (low: Score(0), high: Score(100))
    switch scoring {
    case .none: return []
    case .sus: return [NamedScore(column, Scores.sus(points), from: percent.low, to: percent.high)]
    case .umuxLite:
      return [
        NamedScore(column + "_raw", Scores.umuxLite(points), from: percent.low, to: percent.high),
        NamedScore(
          column + "_sus", Scores.umuxLiteAsSUS(points), from: Score(229, over: 10), to: Score(879, over: 10)),
      ]
    case .rawTLX: return [NamedScore(column + "_raw", Scores.rawTLX(points), from: percent.low, to: percent.high)]
    case .mean:
      let ranges = items.compactMap(\.range)
      guard let range = ranges.first, Set(ranges).count == 1, ranges.count == items.count else { return [] }
      let score = Scores.mean(zip(points, items).map { (point: $0, isReversed: $1.isReversed) }, in: range)
      return [NamedScore(column, score, from: Score(range.lowerBound), to: Score(range.upperBound))]
    }
  }
}

extension Instrument.Item {
  /// The range of an answer that can be averaged, or nil.
  fileprivate var range: ClosedRange<Int>? {
    switch kind {
    case .likert(let points, _, _): 1...points
    case .confidence(let anchors): 1...max(1, anchors.count)
    case .slider(let maximum, _, _, _): 0...maximum
    case .single, .multiple, .number, .text: nil
    }
  }

  fileprivate var isReversed: Bool {
    switch kind {
    case .likert(_, _, let isReversed), .slider(_, _, _, let isReversed): isReversed
    case .confidence, .single, .multiple, .number, .text: false
    }
  }
}
