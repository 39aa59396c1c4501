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
    /// The planned test, or Fisher's where Boschloo's is planned and an arm has more than 1,000; nil where an arm has nobody.
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
  /// What the factors do, by each outcome; empty where the arms are not combinations of levels, or one of them has nobody.
  public let factorial: [FactorialAnalysis]
  /// Whether those who were assigned answered as often in all arms; nil with fewer than two arms that have anybody.
  public let attrition: TestResult?

  /// Sums up and compares.
  ///
  /// - Parameters:
  ///   - people: everybody who was assigned, each once.
  ///   - fewest: for each arm the fewest keys to each first answer, where that is known.
  public init(
    _ plan: AnalysisPlan, stage: Stage, people: [SessionMeasures], fewest: [[FirstAnswer: Int]] = []
  ) {
    self.stage = stage
    var arms = plan.arms.enumerated().map { index, name in
      ArmSummary(name: name, fewest: fewest.indices.contains(index) ? fewest[index] : [:])
    }
    for person in people { arms[person.arm].add(person) }
    self.arms = arms
    var comparisons: [Comparison] = []
    for outcome in Outcome.allCases {
      var family = plan.contrasts.enumerated().map { index, contrast in
        StudyAnalysis.compare(
          contrast, outcome, isPrimary: index == 0 && outcome == .unawareSharing, arms, plan, people)
      }
      let tested = family.indices.filter { family[$0].test != nil }
      if tested.count > 1 {
        let adjusted = Holm.adjusted(tested.compactMap { family[$0].test?.p })
        for (index, value) in zip(tested, adjusted) { family[index].adjusted = value }
      }
      comparisons += family
    }
    self.comparisons = comparisons
    factorial = StudyAnalysis.factorial(plan, people)
    let present = arms.filter { $0.assigned > 0 }
    attrition =
      present.count < 2
      ? nil
      : ContingencyTable(
        present.map { [$0.reached[.answered] ?? 0, $0.assigned - ($0.reached[.answered] ?? 0)] }
      ).chiSquared()
  }

  private static func compare(
    _ contrast: AnalysisPlan.Contrast, _ outcome: Outcome, isPrimary: Bool, _ arms: [ArmSummary],
    _ plan: AnalysisPlan, _ people: [SessionMeasures]
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
      test: table.result(of: plan.test), achievedSize: table.size(of: plan.test), adjusted: nil,
      stratified: plan.strata > 1 ? stratified(contrast, outcome, people) : nil,
      withoutAccidents: TwoByTwo(base: without(contrast.base), other: without(contrast.other)),
      times: (base.spells + other.spells).contains { $0.cause > 0 } ? LogRank.test(base.spells, other.spells) : nil)
  }

  /// The strata of the allocation are in the model; where the outcomes are separated, Firth's penalty is used.
  private static func stratified(
    _ contrast: AnalysisPlan.Contrast, _ outcome: Outcome, _ people: [SessionMeasures]
  ) -> (estimate: Estimate, test: TestResult)? {
    let counted = people.filter { person in
      person.isAnalysed && [contrast.base, contrast.other].contains(person.arm) && outcome.value(person) != nil
    }
    // A stratum of which nobody is here has no column.
    let present = Set(counted.map(\.stratum)).sorted()
    guard present.count > 1 else { return nil }
    var rows: [[Double]] = []
    var counts: [Proportion] = []
    for arm in [contrast.base, contrast.other] {
      for stratum in present {
        let group = counted.filter { $0.arm == arm && $0.stratum == stratum }
        guard !group.isEmpty else { continue }
        rows.append([1, arm == contrast.other ? 1 : 0] + present.dropFirst().map { stratum == $0 ? 1 : 0 })
        counts.append(Proportion(group.count { outcome.value($0) == true }, of: group.count))
      }
    }
    let names = ["intercept", "arm"] + present.dropFirst().map { "stratum \($0)" }
    let yes = counts.reduce(0) { $0 + $1.count }
    let isMixed = Set(counted.map(\.arm)).count == 2 && yes > 0 && yes < counted.count
    guard isMixed, counted.count > names.count, LogisticRegression.isIdentified(rows) else { return nil }
    let plain = LogisticRegression(rows, counts: counts, names: names)
    let fit = plain.isSeparated ? LogisticRegression(rows, counts: counts, names: names, penalty: .firth) : plain
    return (fit.profile(1), fit.likelihoodRatio(without: [1]))
  }

  private static func factorial(_ plan: AnalysisPlan, _ people: [SessionMeasures]) -> [FactorialAnalysis] {
    guard let design = plan.design else { return [] }
    return Outcome.allCases.compactMap { outcome in
      var counts = Array(repeating: Array(repeating: (yes: 0, all: 0), count: plan.strata), count: plan.arms.count)
      for person in people where person.isAnalysed {
        guard let value = outcome.value(person) else { continue }
        counts[person.arm][person.stratum].all += 1
        if value { counts[person.arm][person.stratum].yes += 1 }
      }
      return FactorialAnalysis(
        outcome, design, planned: plan.effects, isPrimary: plan.contrasts.isEmpty && outcome == .unawareSharing,
        groups: counts.map { $0.map { Proportion($0.yes, of: $0.all) } })
    }
  }
}
