import ConsentAnalysis
import Statistics

/// What factors do by one outcome: every effect with its test, its coefficients, and what it does on the scale of shares.
struct EffectsView {
  struct Row {
    var effect: String
    var kind: String
    var test: String
    var p: String
    var adjusted: String
  }

  struct Number {
    var name: String
    var wald: String
    var profile: String
  }

  struct Share {
    var name: String
    var estimate: String
    var p: String
  }

  var title: String
  var outcome: String
  var method: String
  var shareMethod: String
  var rows: [Row]
  var numbers: [Number]
  var shares: [Share]

  /// The planned effects of each outcome, or those that were not planned; none where the arms are not combinations of levels.
  static func all(_ analysis: StudyAnalysis, planned: Bool) -> [EffectsView] {
    analysis.factorial.compactMap { EffectsView($0, $0.effects.filter { $0.isPlanned == planned }) }
  }

  private init?(_ found: FactorialAnalysis, _ effects: [FactorialAnalysis.Effect]) {
    guard let first = effects.first else { return nil }
    outcome = Numbers.words(found.outcome)
    title = "\(outcome): effects of factors\(first.isPlanned ? "" : ", not planned")"
    method = first.test.method
    shareMethod = (first.shares.first?.estimate.method ?? "") + "; " + (first.shares.first?.test.method ?? "")
    rows = effects.map { effect in
      Row(
        effect: effect.name,
        kind: effect.isPrimary ? "primary" : effect.isPlanned ? "planned" : "exploratory",
        test: "χ²(\(effect.test.degrees ?? 0)) = \(Digits.text(effect.test.statistic ?? .nan))",
        p: Digits.text(effect.test.p), adjusted: effect.adjusted.map { Digits.text($0) } ?? "–")
    }
    numbers = effects.flatMap(\.coefficients).map {
      Number(name: $0.name, wald: Numbers.estimate($0.wald), profile: Numbers.estimate($0.profile))
    }
    shares = effects.flatMap(\.shares).map {
      Share(
        name: $0.name, estimate: Numbers.estimate($0.estimate), p: $0.test.p.isNaN ? "–" : Digits.text($0.test.p))
    }
  }
}
