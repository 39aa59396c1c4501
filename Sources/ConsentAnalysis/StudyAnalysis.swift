import ConsentJournal
import ConsentStudy
import Statistics

/// A study's sessions of one stage, summed up by arm and compared as its plan says. Stages are never mixed.
public struct StudyAnalysis: Sendable {
  /// Two arms and what is said of them.
  public struct Comparison: Sendable {
    /// Index of the base arm.
    public var base: Int
    /// Index of the other.
    public var other: Int
    /// What they are compared by.
    public var outcome: Outcome
    /// Whether it is the study's primary one: the first contrast, by the primary outcome.
    public var isPrimary: Bool
    /// The counts.
    public var table: TwoByTwo
    /// Boschloo's test; nil where an arm has nobody, or more than 1,000.
    public var test: TestResult?
    /// How often the test rejects at .05 where there is no difference, at its worst; nil where there is no test, or more than
    /// `TwoByTwo.mostSized` in an arm.
    public var achievedSize: Double?
    /// The p adjusted by Holm over the family of contrasts of the same outcome; nil where it is the only one, or there is no test.
    public var adjusted: Double?
    /// The arm's coefficient in a logistic regression with strata, with profile limits and the likelihood-ratio test; nil where
    /// there are no strata.
    public var stratified: (estimate: Estimate, test: TestResult)?
    /// The same counts without decisions that may be accidents.
    public var withoutAccidents: TwoByTwo
    /// Time to any decision; nil where nobody decided.
    public var times: TestResult?
  }

  /// The stage.
  public let stage: Stage
  /// The arms, in the plan's order.
  public let arms: [ArmSummary]
  /// The planned comparisons.
  public let comparisons: [Comparison]
  /// Whether those who were assigned answered as often in all arms; nil with fewer than two arms that have anybody.
  public let attrition: TestResult?

  /// Sums up and compares.
  ///
  /// - Parameters:
  ///   - arms: names of the arms.
  ///   - contrasts: pairs of arms, base and other; the first is the primary one.
  ///   - strata: how many strata there are, 1 or more.
  ///   - people: everybody who was assigned, each once.
  ///   - fewest: for each arm the fewest keys to each first answer, where that is known.
  public init(
    stage: Stage, arms names: [String], contrasts: [(base: Int, other: Int)], strata: Int, people: [SessionMeasures],
    fewest: [[FirstAnswer: Int]] = []
  ) {
    self.stage = stage
    var arms = names.enumerated().map { index, name in
      ArmSummary(name: name, fewest: fewest.indices.contains(index) ? fewest[index] : [:])
    }
    for person in people { arms[person.arm].add(person) }
    self.arms = arms
    var comparisons: [Comparison] = []
    for outcome in Outcome.allCases {
      var family = contrasts.enumerated().map { index, contrast in
        StudyAnalysis.compare(
          contrast, outcome, isPrimary: index == 0 && outcome == .unawareSharing, arms, strata, people)
      }
      let tested = family.indices.filter { family[$0].test != nil }
      if tested.count > 1 {
        let adjusted = Holm.adjusted(tested.compactMap { family[$0].test?.p })
        for (index, value) in zip(tested, adjusted) { family[index].adjusted = value }
      }
      comparisons += family
    }
    self.comparisons = comparisons
    let present = arms.filter { $0.assigned > 0 }
    attrition =
      present.count < 2
      ? nil
      : ContingencyTable(
        present.map { [$0.reached[.answered] ?? 0, $0.assigned - ($0.reached[.answered] ?? 0)] }
      ).chiSquared()
  }

  private static func compare(
    _ contrast: (base: Int, other: Int), _ outcome: Outcome, isPrimary: Bool, _ arms: [ArmSummary], _ strata: Int,
    _ people: [SessionMeasures]
  ) -> Comparison {
    let (base, other) = (arms[contrast.base], arms[contrast.other])
    let table = TwoByTwo(base: base.proportion(outcome), other: other.proportion(outcome))
    func without(_ arm: Int) -> Proportion {
      var summary = ArmSummary(name: "")
      for person in people where person.arm == arm && !person.isPossiblyAccidental { summary.add(person) }
      return summary.proportion(outcome)
    }
    return Comparison(
      base: contrast.base, other: contrast.other, outcome: outcome, isPrimary: isPrimary, table: table,
      test: table.result(of: .boschloo), achievedSize: table.size(of: .boschloo), adjusted: nil,
      stratified: strata > 1 ? stratified(contrast, outcome, strata, people) : nil,
      withoutAccidents: TwoByTwo(base: without(contrast.base), other: without(contrast.other)),
      times: (base.spells + other.spells).contains { $0.cause > 0 } ? LogRank.test(base.spells, other.spells) : nil)
  }

  /// The strata of the allocation are in the model; where the outcomes are separated, Firth's penalty is used.
  private static func stratified(
    _ contrast: (base: Int, other: Int), _ outcome: Outcome, _ strata: Int, _ people: [SessionMeasures]
  ) -> (estimate: Estimate, test: TestResult)? {
    var rows: [[Double]] = []
    var outcomes: [Bool] = []
    let counted = people.filter { person in
      person.isAnalysed && [contrast.base, contrast.other].contains(person.arm) && outcome.value(person) != nil
    }
    // A stratum of which nobody is here has no column.
    let present = Set(counted.map(\.stratum)).sorted()
    guard present.count > 1 else { return nil }
    for person in counted {
      guard let value = outcome.value(person) else { continue }
      let columns = present.dropFirst().map { person.stratum == $0 ? 1.0 : 0 }
      rows.append([1, person.arm == contrast.other ? 1 : 0] + columns)
      outcomes.append(value)
    }
    let names = ["intercept", "arm"] + present.dropFirst().map { "stratum \($0)" }
    let isMixed = Set(counted.map(\.arm)).count == 2 && Set(outcomes).count == 2
    guard isMixed, rows.count > names.count else { return nil }
    let plain = LogisticRegression(rows, outcomes, names: names)
    let fit = plain.isSeparated ? LogisticRegression(rows, outcomes, names: names, penalty: .firth) : plain
    return (fit.profile(1), fit.likelihoodRatio(without: [1]))
  }
}
