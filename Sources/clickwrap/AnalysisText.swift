import ConsentAnalysis
import ConsentJournal
import ConsentModel
import ConsentStudy
import Statistics

/// What a study came to, as lines and as JSON.
struct AnalysisText {
  let study: String
  let analysis: StudyAnalysis
  /// What was answered, by arm; in the JSON alone.
  let answers: [AnswersSummary]

  /// No person took part in simulated sessions; each line that gives a number says so.
  private var mark: String { analysis.stage == .simulated ? "SIMULATED " : "" }

  // MARK: Lines

  var lines: [String] {
    var lines = ["\(mark)\(study), \(analysis.stage.rawValue) sessions only; every frame was replayed to the same"]
    lines += flow + agreements + beliefs + times + planned
    lines.append(
      "Nothing else was tested; what is not planned is exploratory. A terminal is an analogue: no effect size for")
    lines.append("the real dialog follows.")
    return lines
  }

  private var flow: [String] {
    let columns = ["assigned", "consented", "exposed", "decided", "answered", "analysed"]
    let rows = analysis.arms.map { arm in
      [arm.assigned]
        + [Milestone.consented, .exposed, .decided, .answered].map { arm.reached[$0] ?? 0 } + [arm.analysed]
    }
    var lines = table(columns, rows.map { $0.map(String.init) })
    if let attrition = analysis.attrition, !attrition.p.isNaN {
      lines.append(
        "\(mark)answered or not, by arm: χ²(\(attrition.degrees ?? 0)) = \(Digits.text(attrition.statistic ?? .nan)), "
          + "p = \(Digits.text(attrition.p)) (\(attrition.method))")
    }
    return lines
  }

  private var agreements: [String] {
    var lines = ["\(mark)training allowed, and unaware sharing (allowed, and believes not to or does not know)"]
    lines += table(
      ["allowed", "[95 %]", "unaware", "[95 %]"],
      analysis.arms.map { arm in
        [arm.allowed, arm.unawareSharing].flatMap { proportion -> [String] in
          guard proportion.total > 0 else { return ["–", "–"] }
          let wilson = proportion.wilson()
          return [
            "\(proportion.count)/\(proportion.total)",
            "[\(Digits.fixed(wilson.low, 3)), \(Digits.fixed(wilson.high, 3))]",
          ]
        }
      })
    lines.append("\(mark)how it came to stand so")
    let words = Provenance.allCases.filter { word in analysis.arms.contains { $0.provenances[word] != nil } }
    lines += table(
      words.map(\.word), analysis.arms.map { arm in words.map { String(arm.provenances[$0] ?? 0) } })
    return lines
  }

  private var beliefs: [String] {
    var lines = ["\(mark)what is so, and what people believe"]
    lines += table(
      ConsentGap.Belief.allCases.map { "believe \($0.rawValue)" },
      analysis.arms.flatMap { arm in
        ConsentGap.Truth.allCases.map { truth in
          ConsentGap.Belief.allCases.map { String(arm.count(truth, $0)) }
        }
      },
      names: analysis.arms.flatMap { arm in ConsentGap.Truth.allCases.map { "\(arm.name), \($0.rawValue)" } })
    for arm in analysis.arms where arm.discrimination.value.isFinite {
      let gap = arm.discrimination
      lines.append(
        "\(mark)\(arm.name): P(believes allowed | allowed) − P(believes allowed | not allowed) = "
          + "\(Digits.fixed(gap.value, 3)) [\(Digits.fixed(gap.low, 3)), \(Digits.fixed(gap.high, 3))]")
    }
    return lines
  }

  private var times: [String] {
    analysis.arms.compactMap { arm in
      guard !arm.spells.isEmpty else { return nil }
      let curve = SurvivalCurve(arm.spells)
      let median = curve.median.map { "\(Digits.fixed($0, 2)) s" } ?? "not reached"
      let open = arm.spells.count { $0.cause == 0 }
      return
        "\(mark)\(arm.name): median time to a decision \(median) (Kaplan–Meier), \(open) of \(arm.spells.count) made none"
    }
  }

  private var planned: [String] {
    let effects = EffectsText(analysis)
    guard !analysis.comparisons.isEmpty else {
      return (effects.hasPlanned ? [] : ["no planned test: none is planned, or an arm has nobody"]) + effects.lines
    }
    return ["\(mark)planned comparisons"]
      + analysis.comparisons.flatMap { comparison -> [String] in
        let names = "\(analysis.arms[comparison.other].name) against \(analysis.arms[comparison.base].name)"
        let difference = comparison.table.riskDifference()
        var lines = [
          "  \(comparison.isPrimary ? "PRIMARY " : "")\(names), \(comparison.outcome.rawValue): \(estimate(difference))"
        ]
        if let test = comparison.test {
          let adjusted = comparison.adjusted.map { ", \(Digits.text($0)) by Holm" } ?? ""
          let size = comparison.achievedSize.map { "; achieved size \(Digits.fixed($0, 4))" } ?? ""
          lines.append("    p = \(Digits.text(test.p))\(adjusted) (\(test.method)\(size))")
        } else {
          lines.append("    not tested: an arm has nobody")
        }
        let odds = comparison.table.oddsRatio()
        if odds.value.isFinite { lines.append("    \(estimate(odds))") }
        if let stratified = comparison.stratified {
          lines.append(
            "    strata in the model, log odds: \(estimate(stratified.estimate)); p = \(Digits.text(stratified.test.p)) (\(stratified.test.method))"
          )
        }
        lines.append(
          "    without possibly accidental decisions: \(estimate(comparison.withoutAccidents.riskDifference()))")
        if comparison.outcome == .allowed, let times = comparison.times, !times.p.isNaN {
          lines.append("    time to any decision: p = \(Digits.text(times.p)) (\(times.method))")
        }
        return lines
      } + effects.lines
  }

  private func estimate(_ estimate: Estimate) -> String { estimate.line }

  /// Rows below each other, under a head; without names they are those of the arms.
  private func table(_ columns: [String], _ rows: [[String]], names: [String]? = nil) -> [String] {
    guard !columns.isEmpty else { return [] }
    let names = names ?? analysis.arms.map(\.name)
    let width = max(8, names.map(\.count).max() ?? 0)
    func padded(_ text: String, _ width: Int, right: Bool = false) -> String {
      let space = String(repeating: " ", count: max(0, width - text.count))
      return right ? space + text : text + space
    }
    let widths = columns.indices.map { column in
      max(columns[column].count, rows.map { $0[column].count }.max() ?? 0)
    }
    func line(_ name: String, _ cells: [String]) -> String {
      mark + "  " + padded(name, width)
        + cells.enumerated().map { "  " + padded($1, widths[$0], right: true) }.joined()
    }
    return [line("", columns)] + zip(names, rows).map { line($0, $1) }
  }

  // MARK: JSON

  var json: JSON {
    .object([
      ("study", .text(study)), ("stage", .text(analysis.stage.rawValue)),
      ("simulated", .bool(analysis.stage == .simulated)), ("arms", .array(zip(analysis.arms, answers).map(arm))),
      (
        "attrition",
        analysis.attrition.map(test) ?? .null
      ),
      ("comparisons", .array(analysis.comparisons.map(comparison))), ("factorial", EffectsText(analysis).json),
    ])
  }

  private func arm(_ arm: ArmSummary, _ answers: AnswersSummary) -> JSON {
    let beliefs = ConsentGap.Truth.allCases.map { truth in
      (
        truth.rawValue,
        JSON.object(ConsentGap.Belief.allCases.map { ($0.rawValue, .number(Int64(arm.count(truth, $0)))) })
      )
    }
    return .object([
      ("arm", .text(arm.name)), ("assigned", .number(Int64(arm.assigned))),
      (
        "reached",
        .object(Milestone.allCases.map { ($0.rawValue, .number(Int64(arm.reached[$0] ?? 0))) })
      ),
      ("analysed", .number(Int64(arm.analysed))), ("allowed", proportion(arm.allowed)),
      ("unaware_sharing", proportion(arm.unawareSharing)), ("belief", .object(beliefs)),
      (
        "provenance",
        .object(Provenance.allCases.map { ($0.word, .number(Int64(arm.provenances[$0] ?? 0))) })
      ),
      (
        "preference",
        .object(
          ConsentGap.Preference.allCases.map { ($0.rawValue, .number(Int64(arm.preferences[$0] ?? 0))) })
      ), ("discrimination", number(arm.discrimination)),
      ("decision_median_s", SurvivalCurve(arm.spells).median.map { .real($0) } ?? .null),
      ("answers", .array(answers.rows.map(row))),
      (
        "scores",
        .object(answers.scores.sorted { $0.key < $1.key }.map { ($0.key, amounts($0.value)) })
      ),
    ])
  }

  private func row(_ row: AnswersSummary.Row) -> JSON {
    .object([
      ("instrument", .text(row.instrument)), ("item", .text(row.item)), ("asked", .number(Int64(row.asked))),
      ("answers", .object(row.words.sorted { $0.key < $1.key }.map { ($0.key, .number(Int64($0.value))) })),
      (
        "correctness",
        .object(
          Correctness.allCases.compactMap { word in
            row.correctness[word].map { (word.rawValue, .number(Int64($0))) }
          })
      ), ("numbers", amounts(row.amounts)),
    ])
  }

  private func amounts(_ amounts: AnswersSummary.Amounts) -> JSON {
    .object([
      ("n", .number(Int64(amounts.count))), ("mean", .real(amounts.mean)), ("sd", .real(amounts.standardDeviation)),
    ])
  }

  private func proportion(_ proportion: Proportion) -> JSON {
    .object([
      ("count", .number(Int64(proportion.count))), ("total", .number(Int64(proportion.total))),
      ("estimate", number(proportion.wilson())),
    ])
  }

  private func number(_ estimate: Estimate) -> JSON { estimate.json }

  private func test(_ result: TestResult) -> JSON { result.json }

  private func comparison(_ comparison: StudyAnalysis.Comparison) -> JSON {
    .object([
      ("base", .text(analysis.arms[comparison.base].name)), ("other", .text(analysis.arms[comparison.other].name)),
      ("outcome", .text(comparison.outcome.rawValue)), ("primary", .bool(comparison.isPrimary)),
      ("risk_difference", number(comparison.table.riskDifference())),
      ("odds_ratio", number(comparison.table.oddsRatio())),
      ("test", comparison.test.map(test) ?? .null),
      ("achieved_size", comparison.achievedSize.map { .real($0) } ?? .null),
      ("p_holm", comparison.adjusted.map { .real($0) } ?? .null),
      ("stratified", comparison.stratified.map { number($0.estimate) } ?? .null),
      ("stratified_test", comparison.stratified.map { test($0.test) } ?? .null),
      ("without_accidents", number(comparison.withoutAccidents.riskDifference())),
      ("times", comparison.times.map(test) ?? .null),
    ])
  }
}
