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
    return shares + differences(analysis) + effects(analysis)
  }

  /// What factors do on the scale of shares, planned or not.
  private static func effects(_ analysis: StudyAnalysis) -> [ForestView] {
    analysis.factorial.map { found in
      ForestView(
        id: "forest-effects-\(found.outcome.rawValue)", what: "effect", scale: "−100 to +100 percentage points",
        caption:
          "\(Numbers.words(found.outcome)): what factors do, averaged over the others, with limits by MOVER of Wilson's; of two factors "
          + "the difference of differences, which can go beyond the scale. The middle line is no difference.",
        isDifference: true,
        rows: found.effects.flatMap { effect in
          effect.shares.map { share in
            let estimate = share.estimate
            let text =
              estimate.value.isFinite ? "\(Digits.fixed(estimate.value * 100, 1)) \(Numbers.interval(estimate))" : "–"
            return row("\(share.name)\(effect.isPlanned ? "" : " (exploratory)")", text, estimate, from: -1)
          }
        })
    }
  }

  private static func differences(_ analysis: StudyAnalysis) -> [ForestView] {
    guard !analysis.comparisons.isEmpty else { return [] }
    let all = ForestView(
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
    return [all]
  }

  /// A row on a scale from `from` to 1.
  private static func row(_ label: String, _ text: String, _ estimate: Estimate, from: Double) -> Row {
    // What goes beyond the scale ends at its end.
    func place(_ value: Double) -> Double { min(max((value - from) / (1 - from) * 100, 0), 100) }
    return Row(
      label: label, text: text, isKnown: estimate.value.isFinite, low: Numbers.place(place(estimate.low)),
      width: Numbers.place(place(estimate.high) - place(estimate.low)), point: Numbers.place(place(estimate.value)))
  }
}
