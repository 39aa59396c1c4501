import ConsentStudy
import Testing

@Suite("scores") struct ScoresTests {
  @Test func theSystemUsabilityScale() {
    // The worked example of Brooke (1996): contributions 4+1+1+4+1+2+1+1+4+3 = 22, times 2.5 = 55.
    check(Scores.sus([5, 4, 2, 1, 2, 3, 2, 4, 5, 2]), 55, over: 1)
    check(Scores.sus([1, 5, 1, 5, 1, 5, 1, 5, 1, 5]), 0, over: 1)
    check(Scores.sus([5, 1, 5, 1, 5, 1, 5, 1, 5, 1]), 100, over: 1)
    // The middle point everywhere, which the manual asks of those who cannot answer an item.
    check(Scores.sus(Array(repeating: 3, count: 10)), 50, over: 1)
    // One point is 2.5.
    check(Scores.sus([4, 3, 3, 3, 3, 3, 3, 3, 3, 3]), 105, over: 2)
    #expect(Scores.sus([5, 4, 2, 1, 2, 3, 2, 4, 5, nil]) == nil)
    #expect(Scores.sus([5, 4, 2, 1, 2, 3, 2, 4, 5]) == nil)
    #expect(Scores.sus([6, 4, 2, 1, 2, 3, 2, 4, 5, 2]) == nil)
    #expect(Scores.sus([0, 4, 2, 1, 2, 3, 2, 4, 5, 2]) == nil)
  }

  @Test func umuxLite() {
    // Lewis, Utesch and Maher (2013): the regression keeps the scores between 22.9 and 87.9.
    check(Scores.umuxLite([1, 1]), 0, over: 1)
    check(Scores.umuxLiteAsSUS([1, 1]), 229, over: 10)
    check(Scores.umuxLite([7, 7]), 100, over: 1)
    check(Scores.umuxLiteAsSUS([7, 7]), 879, over: 10)
    // By hand: (6 + 5 − 2) / 12 = 75 %; 0.65 × 75 + 22.9 = 71.65.
    check(Scores.umuxLite([6, 5]), 75, over: 1)
    check(Scores.umuxLiteAsSUS([6, 5]), 1433, over: 20)
    #expect(Scores.umuxLite([7, nil]) == nil && Scores.umuxLiteAsSUS([nil, 7]) == nil)
    #expect(Scores.umuxLite([8, 1]) == nil && Scores.umuxLite([7]) == nil)
  }

  @Test func theTaskLoadIndexWithoutWeights() {
    // Hart (2006): the ratings are averaged. By hand: 330 / 6 = 55, and 65 / 6.
    check(Scores.rawTLX([80, 20, 65, 40, 75, 50]), 55, over: 1)
    check(Scores.rawTLX([5, 10, 0, 15, 20, 15]), 65, over: 6)
    check(Scores.rawTLX(Array(repeating: 100, count: 6)), 100, over: 1)
    #expect(Scores.rawTLX([80, 20, 65, 40, 75, nil]) == nil && Scores.rawTLX([101, 0, 0, 0, 0, 0]) == nil)
  }

  @Test func means() {
    check(Scores.mean([(4, false), (2, true)], in: 1...7), 5, over: 1)
    check(Scores.mean([(1, false), (2, false), (2, false)], in: 1...5), 5, over: 3)
    check(Scores.mean([(0, true)], in: 0...100), 100, over: 1)
    #expect(Scores.mean([(1, false), (nil, false)], in: 1...5) == nil && Scores.mean([], in: 1...5) == nil)
  }

  @Test func fractionsAreInLowestTerms() {
    #expect(Score(50, over: 20) == Score(5, over: 2) && Score(0, over: 7) == Score(0))
    #expect(Score(-4, over: 6).numerator == -2 && Score(105, over: 2).value == 52.5)
  }

  private func check(
    _ score: Score?, _ numerator: Int, over denominator: Int, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(score == Score(numerator, over: denominator), sourceLocation: sourceLocation)
  }
}
