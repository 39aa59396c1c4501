import ConsentModel
import ConsentStudy
import Glibc
import Statistics
import Testing

@testable import ConsentAnalysis

@Suite("analysis of a study") struct StudyAnalysisTests {
  /// So many people in an arm who allowed it or not, and believe this.
  private func people(
    _ arm: Int, _ count: Int, _ truth: ConsentGap.Truth, _ belief: ConsentGap.Belief?, stratum: Int = 0,
    isAnalysed: Bool = true, isAccident: Bool = false, seconds: Int64? = 3
  ) -> [SessionMeasures] {
    var person = SessionMeasures(
      arm: arm,
      reached: belief == nil ? [.consented, .exposed, .decided] : [.consented, .exposed, .decided, .answered],
      isAnalysed: isAnalysed)
    person.truth = truth
    person.belief = belief
    person.stratum = stratum
    person.isPossiblyAccidental = isAccident
    person.provenance = truth == .allowed ? .presetUntouched : .changed
    person.decisionMicroseconds = seconds.map { $0 * 1_000_000 }
    return Array(repeating: person, count: count)
  }

  private func analysis(
    _ people: [SessionMeasures], arms: [String] = ["on", "off"], contrasts: [(base: Int, other: Int)] = [(1, 0)],
    strata: Int = 1
  ) -> StudyAnalysis {
    var plan = AnalysisPlan(
      arms: arms, contrasts: contrasts.map { AnalysisPlan.Contrast(base: $0.base, other: $0.other) })
    plan.strata = strata
    return StudyAnalysis(plan, stage: .simulated, people: people)
  }

  @Test func armsAreCountedAsTheMethodSays() throws {
    let found = analysis(
      people(0, 6, .allowed, .notAllowed) + people(0, 3, .allowed, .dontKnow) + people(0, 8, .allowed, .allowed)
        + people(0, 3, .notAllowed, .allowed) + people(0, 2, .notAllowed, .notAllowed) + people(0, 4, .allowed, nil)
        + people(0, 5, .allowed, .allowed, isAnalysed: false) + people(1, 10, .notAllowed, .notAllowed))
    let on = found.arms[0]
    #expect(on.assigned == 31 && on.analysed == 26 && on.reached[.answered] == 27)
    #expect(on.allowed == Proportion(21, of: 26))
    // Of those who said what they believe; who did not answer is in no denominator.
    #expect(on.unawareSharing == Proportion(9, of: 22))
    #expect(abs(on.discrimination.value - (8.0 / 17 - 3.0 / 5)) < 1e-12)
    #expect(on.provenances == [.presetUntouched: 21, .changed: 5])
    #expect(found.arms[1].discrimination.value.isNaN)
    let primary = try #require(found.comparisons.first)
    #expect(primary.isPrimary && primary.outcome == .unawareSharing)
    #expect(primary.table == TwoByTwo(base: Proportion(0, of: 10), other: Proportion(9, of: 22)))
    #expect(primary.test == primary.table.boschloo() && primary.adjusted == nil)
    #expect(found.comparisons.count == 2 && !found.comparisons[1].isPrimary)
  }

  @Test func contrastsOfOneOutcomeAreAFamily() {
    let found = analysis(
      people(0, 10, .allowed, .notAllowed) + people(0, 2, .notAllowed, .notAllowed)
        + people(1, 4, .allowed, .notAllowed)
        + people(1, 8, .notAllowed, .notAllowed) + people(2, 12, .notAllowed, .notAllowed),
      arms: ["on", "off", "forced"], contrasts: [(1, 0), (2, 0)])
    for outcome in Outcome.allCases {
      let family = found.comparisons.filter { $0.outcome == outcome }
      let values = family.compactMap { $0.test?.p }
      #expect(values.count == 2 && family.compactMap(\.adjusted) == Holm.adjusted(values))
    }
    #expect(found.comparisons.filter(\.isPrimary).count == 1)
  }

  @Test func accidentsAreLeftOutBeside() {
    let found = analysis(
      people(0, 5, .allowed, .notAllowed, isAccident: true) + people(0, 5, .notAllowed, .notAllowed)
        + people(1, 10, .notAllowed, .notAllowed))
    #expect(found.comparisons[0].table.other == Proportion(5, of: 10))
    #expect(found.comparisons[0].withoutAccidents.other == Proportion(0, of: 5))
  }

  @Test func strataAreInTheModel() throws {
    var everybody: [SessionMeasures] = []
    for (stratum, counts) in [(0, [8, 2, 3, 7]), (1, [5, 5, 1, 9])] {
      everybody += people(0, counts[0], .allowed, .notAllowed, stratum: stratum)
      everybody += people(0, counts[1], .notAllowed, .notAllowed, stratum: stratum)
      everybody += people(1, counts[2], .allowed, .notAllowed, stratum: stratum)
      everybody += people(1, counts[3], .notAllowed, .notAllowed, stratum: stratum)
    }
    let found = analysis(everybody, strata: 2)
    let stratified = try #require(found.comparisons[0].stratified)
    #expect(stratified.estimate.low > 0 && stratified.estimate.value > 0 && stratified.test.p < 0.05)
    #expect(analysis(everybody).comparisons[0].stratified == nil)
  }

  /// Four arms of two factors, by hand: the interaction of the regression is the sum of the log odds with alternating signs over four,
  /// that of the shares the difference of the differences.
  @Test func factorsAreAnalysed() throws {
    let counts = [(4, 16), (9, 11), (7, 13), (15, 5)]
    let everybody = counts.enumerated().flatMap { arm, count in
      people(arm, count.0, .allowed, .notAllowed) + people(arm, count.1, .notAllowed, .notAllowed)
    }
    var plan = AnalysisPlan(arms: ["a", "b", "c", "d"], contrasts: [])
    plan.design = FactorialDesign([
      Factor("default", levels: ["on", "off"]), Factor("fill", levels: ["black", "equal"]),
    ])
    plan.effects = [[0], [0, 1]]
    let found = StudyAnalysis(plan, stage: .simulated, people: everybody)
    #expect(found.factorial.map(\.outcome) == Outcome.allCases && found.comparisons.isEmpty)
    let effects = found.factorial[0].effects
    #expect(effects.map(\.name) == ["default", "fill", "default × fill"])
    #expect(effects.map(\.isPlanned) == [true, false, true] && effects.map(\.isPrimary) == [true, false, false])
    #expect(found.factorial[1].effects.allSatisfy { !$0.isPrimary })
    let odds = counts.map { log(Double($0.0) / Double($0.1)) }
    #expect(abs(effects[2].coefficients[0].wald.value - (odds[0] - odds[1] - odds[2] + odds[3]) / 4) < 1e-9)
    let shares = counts.map { Double($0.0) / 20 }
    #expect(abs(effects[0].shares[0].estimate.value - (shares[2] + shares[3] - shares[0] - shares[1]) / 2) < 1e-12)
    #expect(abs(effects[2].shares[0].estimate.value - (shares[3] - shares[2] - shares[1] + shares[0])) < 1e-12)
    #expect(effects.compactMap(\.adjusted) == Holm.adjusted([effects[0].test.p, effects[2].test.p]))
    // With strata that say nothing, nothing changes much; with an arm without anybody nothing can be said.
    plan.strata = 2
    let strata = everybody.enumerated().map { index, person in
      var person = person
      person.stratum = index % 2
      return person
    }
    let stratified = StudyAnalysis(plan, stage: .simulated, people: strata).factorial[0].effects
    #expect(abs(stratified[0].test.p - effects[0].test.p) < 0.01 && stratified[0].test.p != effects[0].test.p)
    #expect(StudyAnalysis(plan, stage: .simulated, people: strata.filter { $0.arm > 0 }).factorial.isEmpty)
  }

  @Test func separatedFactorsArePenalised() throws {
    var plan = AnalysisPlan(arms: ["a", "b", "c", "d"], contrasts: [])
    plan.design = FactorialDesign([
      Factor("default", levels: ["on", "off"]), Factor("fill", levels: ["black", "equal"]),
    ])
    let everybody =
      [0, 1].flatMap { people($0, 6, .allowed, .notAllowed) }
      + [2, 3].flatMap { people($0, 6, .notAllowed, .notAllowed) }
    let effect = try #require(StudyAnalysis(plan, stage: .simulated, people: everybody).factorial.first?.effects.first)
    #expect(effect.test.method.contains("Firth") && effect.test.p < 0.01 && effect.coefficients[0].wald.value.isFinite)
  }

  @Test func thePlannedTestIsUsed() {
    let everybody =
      people(0, 9, .allowed, .notAllowed) + people(0, 5, .notAllowed, .notAllowed)
      + people(1, 3, .allowed, .notAllowed) + people(1, 10, .notAllowed, .notAllowed)
    for test in [TwoArmDesign.Test.boschloo, .fisher, .midP] {
      var plan = AnalysisPlan(arms: ["on", "off"], contrasts: [AnalysisPlan.Contrast(base: 1, other: 0)])
      plan.test = test
      let primary = StudyAnalysis(plan, stage: .live, people: everybody).comparisons[0]
      #expect(primary.test == primary.table.result(of: test) && primary.achievedSize == primary.table.size(of: test))
      #expect(primary.achievedSize != nil)
    }
  }

  @Test func promptsOfOnePersonAreOneCluster() {
    var often = people(0, 1, .allowed, .allowed)[0]
    often.prompts = [.deferred, .deferred, .allowed]
    var once = often
    once.prompts = [nil]
    let arm = analysis([often, often, once]).arms[0]
    #expect(arm.prompts == [[.deferred: 2, nil: 1], [.deferred: 2], [.allowed: 2]])
    #expect(arm.promptShares[.deferred]?.clusters == 3 && arm.promptShares[.deferred]?.count == 4)
    #expect(arm.promptShares[.allowed]?.total == 7)
  }

  /// Each arm came from a stratum of its own: nothing tells the arm from the stratum.
  @Test func strataThatAreTheArmsAreLeftAlone() {
    let apart =
      people(0, 8, .allowed, .notAllowed) + people(0, 4, .notAllowed, .notAllowed)
      + people(1, 3, .allowed, .notAllowed, stratum: 1) + people(1, 7, .notAllowed, .notAllowed, stratum: 1)
    #expect(analysis(apart, strata: 2).comparisons[0].stratified == nil)
    var plan = AnalysisPlan(arms: ["a", "b", "c", "d"], contrasts: [])
    plan.design = FactorialDesign([Factor("x", levels: ["0", "1"]), Factor("y", levels: ["0", "1"])])
    plan.strata = 2
    let everybody = (0..<4).flatMap { arm in
      people(arm, 5 + arm, .allowed, .notAllowed, stratum: arm / 2)
        + people(arm, 4, .notAllowed, .notAllowed, stratum: arm / 2)
    }
    #expect(StudyAnalysis(plan, stage: .pilot, people: everybody).factorial.isEmpty)
  }

  @Test func nobodyIsNoError() {
    let found = analysis([])
    #expect(found.attrition == nil && found.comparisons.allSatisfy { $0.test == nil && $0.times == nil })
    #expect(analysis(people(0, 1, .allowed, nil)).comparisons[0].test == nil)
  }

  @Test func timesAreCensoredWhereNothingWasDecided() throws {
    var open = SessionMeasures(arm: 0, reached: [.exposed], isAnalysed: true)
    open.decisionMicroseconds = 9_000_000
    open.isCensored = true
    let found = analysis([open] + people(0, 1, .allowed, .allowed, seconds: 2) + people(1, 2, .notAllowed, .allowed))
    #expect(found.arms[0].spells.map(\.cause) == [0, 1])
    #expect(found.comparisons[0].times != nil)
  }
}
