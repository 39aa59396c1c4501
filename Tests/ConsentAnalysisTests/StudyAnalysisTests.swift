import ConsentModel
import ConsentStudy
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
    StudyAnalysis(stage: .simulated, arms: arms, contrasts: contrasts, strata: strata, people: people)
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
