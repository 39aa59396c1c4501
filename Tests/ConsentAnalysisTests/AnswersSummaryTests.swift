import ConsentStudy
import Testing

@testable import ConsentAnalysis

@Suite("answers to the questions") struct AnswersSummaryTests {
  /// Answers by number; the age is an amount.
  private func answers(_ values: [String: Int]) -> [ItemAnswer] {
    values.sorted { $0.key < $1.key }.map { name, number in
      var answer = ItemAnswer(instrument: "scale", item: name)
      answer.number = number
      answer.word = String(number)
      answer.isAmount = name == "age"
      return answer
    }
  }

  @Test func peopleAreCountedByAnswer() throws {
    var summary = AnswersSummary()
    for (easy, age) in [(1, 20), (2, 31), (2, 45)] { summary.add(answers(["easy": easy, "age": age]), scores: []) }
    var none = ItemAnswer(instrument: "scale", item: "easy")
    none.correctness = .missing
    summary.add([none], scores: [])
    let easy = try #require(summary.row("scale", "easy"))
    #expect(easy.asked == 4 && easy.words == ["1": 1, "2": 2] && easy.correctness == [.missing: 1])
    #expect(easy.amounts.count == 3 && abs(easy.amounts.mean - 5.0 / 3) < 1e-12)
    #expect(abs(easy.amounts.standardDeviation - (1.0 / 3).squareRoot()) < 1e-12)
    // An amount is not one of several answers: nobody can be found by it.
    let age = try #require(summary.row("scale", "age"))
    #expect(age.words.isEmpty && age.amounts.mean == 32)
    #expect(summary.row("scale", "other") == nil && summary.rows.map(\.item) == ["age", "easy"])
  }

  @Test func oneNumberHasNoSpread() throws {
    var summary = AnswersSummary()
    summary.add(answers(["easy": 4]), scores: [])
    let amounts = try #require(summary.row("scale", "easy")).amounts
    #expect(amounts.mean == 4 && amounts.standardDeviation.isNaN)
    #expect(AnswersSummary.Amounts().mean.isNaN)
  }
}
