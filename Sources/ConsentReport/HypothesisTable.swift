import ConsentAnalysis
import Statistics

/// One planned comparison: its arms, and everything that was calculated, each with its method.
struct HypothesisView {
  struct Arm {
    var name: String
    var count: Int
    var total: Int
    var share: String
    var interval: String
  }

  struct Result {
    var name: String
    var value: String
    var method: String
  }

  var title: String
  var kind: String
  var question: String
  var outcome: String
  var contrast: String
  var arms: [Arm]
  var results: [Result]

  init(_ comparison: StudyAnalysis.Comparison, number: Int, _ analysis: StudyAnalysis) {
    let base = analysis.arms[comparison.base].name
    let other = analysis.arms[comparison.other].name
    outcome = Numbers.words(comparison.outcome)
    contrast = "\(other) against \(base)"
    title = "\(number). \(outcome): \(contrast)"
    kind = comparison.isPrimary ? "primary" : comparison.outcome == .unawareSharing ? "further contrast" : "secondary"
    question = "Does the share differ between \(other) and \(base)? Two-sided."
    arms = [(base, comparison.table.base), (other, comparison.table.other)].map { name, proportion in
      Arm(
        name: name, count: proportion.count, total: proportion.total, share: Numbers.percent(proportion.share),
        interval: Numbers.interval(proportion.wilson()))
    }
    results = HypothesisView.results(comparison)
  }

  private static func results(_ comparison: StudyAnalysis.Comparison) -> [Result] {
    let difference = comparison.table.riskDifference()
    var results = [Result(name: "risk difference", value: Numbers.estimate(difference), method: difference.method)]
    if let test = comparison.test {
      results.append(Result(name: "p", value: Digits.text(test.p), method: test.method))
    } else {
      results.append(
        Result(name: "p", value: "not tested", method: "an arm has nobody"))
    }
    if let adjusted = comparison.adjusted {
      results.append(
        Result(name: "p, adjusted", value: Digits.text(adjusted), method: "Holm, over the contrasts of this outcome"))
    }
    if let size = comparison.achievedSize {
      results.append(
        Result(
          name: "achieved size", value: Digits.fixed(size, 4),
          method: "how often this test rejects at .05 where there is no difference, at its worst over the common rate"))
    }
    for ratio in [comparison.table.riskRatio(), comparison.table.oddsRatio()] where ratio.value.isFinite {
      results.append(
        Result(
          name: ratio.method.hasPrefix("odds") ? "odds ratio" : "risk ratio", value: Numbers.estimate(ratio),
          method: ratio.method))
    }
    if let stratified = comparison.stratified {
      results += [
        Result(
          name: "log odds, strata in the model", value: Numbers.estimate(stratified.estimate),
          method: stratified.estimate.method),
        Result(name: "p of that", value: Digits.text(stratified.test.p), method: stratified.test.method),
      ]
    }
    let without = comparison.withoutAccidents
    let other = without.riskDifference()
    results.append(
      Result(
        name: "without possibly accidental decisions",
        value: "\(without.other.count)/\(without.other.total) against \(without.base.count)/\(without.base.total): "
          + Numbers.estimate(other), method: other.method + "; sensitivity, not a test"))
    return results
  }
}

/// Numbers as the page writes them.
enum Numbers {
  static func percent(_ share: Double) -> String { share.isNaN ? "–" : Digits.fixed(share * 100, 1) + " %" }

  /// An interval of shares, in per cent.
  static func interval(_ estimate: Estimate) -> String {
    guard estimate.value.isFinite else { return "–" }
    return "[\(Digits.fixed(estimate.low * 100, 1)), \(Digits.fixed(estimate.high * 100, 1))]"
  }

  static func estimate(_ estimate: Estimate) -> String {
    guard estimate.value.isFinite else { return "–" }
    return "\(Digits.text(estimate.value)) [\(Digits.text(estimate.low)), \(Digits.text(estimate.high))]"
  }

  static func words(_ outcome: Outcome) -> String {
    switch outcome {
    case .unawareSharing: "Unaware sharing"
    case .allowed: "Training allowed"
    }
  }

  /// A place or a length on a scale from 0 to 100, for a style.
  static func place(_ percent: Double) -> String {
    let text = Digits.fixed(min(max(percent, 0), 100), 2)
    return text.hasPrefix("−") ? "0" : text
  }
}
