import ConsentAnalysis
import Statistics

/// Estimates below each other on one scale, with their intervals.
struct ForestView {
  struct Row {
    var label: String
    var text: String
    var isKnown: Bool
    var low: String
    var width: String
    var point: String
  }

  var id: String
  var what: String
  var scale: String
  var caption: String
  var isDifference: Bool
  var rows: [Row]

  /// Shares of the arms for each outcome, then the differences of all comparisons.
  static func all(_ analysis: StudyAnalysis) -> [ForestView] {
    let shares = Outcome.allCases.map { outcome in
      ForestView(
        id: "forest-\(outcome.rawValue)", what: "arm", scale: "0 % to 100 %",
        caption: "\(Numbers.words(outcome)): shares of the arms with Wilson's score interval.", isDifference: false,
        rows: analysis.arms.map { arm in
          let proportion = arm.proportion(outcome)
          let estimate = proportion.wilson()
          return row(
            arm.name,
            "\(proportion.count)/\(proportion.total), \(Numbers.percent(proportion.share)) \(Numbers.interval(estimate))",
            estimate, from: 0)
        })
    }
    guard !analysis.comparisons.isEmpty else { return shares }
    let differences = ForestView(
      id: "forest-differences", what: "comparison", scale: "−100 to +100 percentage points",
      caption: "Differences of shares with Newcombe's hybrid score interval; the middle line is no difference.",
      isDifference: true,
      rows: analysis.comparisons.map { comparison in
        let estimate = comparison.table.riskDifference()
        let names =
          "\(Numbers.words(comparison.outcome)), \(analysis.arms[comparison.other].name) − \(analysis.arms[comparison.base].name)"
        let text =
          estimate.value.isFinite ? "\(Digits.fixed(estimate.value * 100, 1)) \(Numbers.interval(estimate))" : "–"
        return row(names, text, estimate, from: -1)
      })
    return shares + [differences]
  }

  /// A row on a scale from `from` to 1.
  private static func row(_ label: String, _ text: String, _ estimate: Estimate, from: Double) -> Row {
    func place(_ value: Double) -> Double { (value - from) / (1 - from) * 100 }
    return Row(
      label: label, text: text, isKnown: estimate.value.isFinite, low: Numbers.place(place(estimate.low)),
      width: Numbers.place(place(estimate.high) - place(estimate.low)), point: Numbers.place(place(estimate.value)))
  }
}
