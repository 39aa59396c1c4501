import ConsentAnalysis
import ConsentJournal
import ConsentModel
import ConsentStudy
import Statistics

/// The sentences of the page.
struct ReportWords {
  let report: StudyReport
  let analysis: StudyAnalysis

  init(_ report: StudyReport) {
    self.report = report
    analysis = report.analysis
  }

  var stage: String {
    switch analysis.stage {
    case .live: "Live sessions only."
    case .pilot: "Pilot sessions only."
    case .simulated: "Simulated sessions only: programs took part, not people."
    case .none: "Sessions without a stage."
    }
  }

  var sessions: String {
    let assigned = analysis.arms.reduce(0) { $0 + $1.assigned }
    let analysed = analysis.arms.reduce(0) { $0 + $1.analysed }
    let left =
      report.problems.isEmpty ? "" : " \(report.problems.count) could not be used: their journals are broken or gone."
    return "\(assigned) were assigned, \(analysed) are analysed; every frame of those was replayed to the same.\(left)"
  }

  var contents: [PageView.Entry] {
    var entries = [
      ("short", "In short"), ("people", "Who took part"), ("planned", "Planned tests"), ("agreed", "What was agreed"),
      ("gap", "Belief and truth"), ("exploratory", "Exploratory"), ("answers", "Answers"),
      ("screens", "Time on screen"), ("rules", "Rules"),
      ("recordings", "Recordings"),
    ]
    if report.quotes != nil { entries.append(("texts", "In people's own words")) }
    entries += [("methods", "Methods"), ("limits", "Limits")]
    return entries.map { PageView.Entry(id: $0.0, title: $0.1) }
  }

  /// The primary result, in sentences.
  var short: [String] {
    guard let primary = analysis.comparisons.first(where: \.isPrimary) else { return shortOfEffects }
    let (base, other) = (analysis.arms[primary.base].name, analysis.arms[primary.other].name)
    var lines = [
      "Unaware sharing (training is allowed, and the person believes that it is not or does not know): "
        + "\(of(primary.table.other)) in \(other), \(of(primary.table.base)) in \(base), of those who said what they believe."
    ]
    let difference = primary.table.riskDifference()
    guard difference.value.isFinite, let test = primary.test else {
      return lines + ["The primary comparison cannot be made: an arm has nobody."]
    }
    let adjusted = primary.adjusted.map { ", \(Digits.text($0)) adjusted by Holm" } ?? ""
    lines.append(
      "Difference: \(Digits.fixed(difference.value * 100, 1)) percentage points, 95 % interval \(Numbers.interval(difference)); "
        + "p = \(Digits.text(test.p))\(adjusted) (\(test.method)).")
    return lines + incomplete
  }

  /// The primary result of a study that plans effects of factors.
  private var shortOfEffects: [String] {
    guard !report.plan.effects.isEmpty else { return ["Nothing is planned to be tested, so nothing is."] }
    guard let primary = analysis.factorial.lazy.flatMap(\.effects).first(where: \.isPrimary) else {
      return [
        "The primary effect cannot be tested: an arm has nobody, everybody did the same, or strata cannot be told from factors."
      ]
    }
    let adjusted = primary.adjusted.map { ", \(Digits.text($0)) adjusted by Holm" } ?? ""
    let shares = primary.shares.map {
      "\($0.name): \(Digits.fixed($0.estimate.value * 100, 1)) percentage points, 95 % interval \(Numbers.interval($0.estimate))"
    }
    return [
      "Unaware sharing (training is allowed, and the person believes that it is not or does not know), by \(primary.name): "
        + shares.joined(separator: "; ") + ".",
      "p = \(Digits.text(primary.test.p))\(adjusted) (\(primary.test.method)).",
    ] + incomplete
  }

  private var incomplete: [String] {
    let planned = report.plan.targetPerArm * report.plan.strata.count
    if analysis.stage == .live, let least = analysis.arms.map(\.analysed).min(), least < planned {
      return ["The study is not complete: \(least) are analysed in the smallest arm, and \(planned) were planned."]
    }
    return []
  }

  private func of(_ proportion: Proportion) -> String {
    "\(proportion.count) of \(proportion.total) (\(Numbers.percent(proportion.share)))"
  }

  var planned: String {
    let contrasts = analysis.comparisons.isEmpty ? "" : "the contrasts of study.yaml, each by both outcomes"
    let effects = report.plan.effects.isEmpty ? "" : "the effects that study.yaml names, each by both outcomes"
    let both = [contrasts, effects].filter { !$0.isEmpty }.joined(separator: ", and ")
    guard !both.isEmpty else { return "study.yaml names no contrasts and no effects." }
    return
      "Planned are \(both); the first is the primary one. These, and nothing else on this page, are tests that were planned."
  }

  var times: [String] {
    var lines = analysis.arms.compactMap { arm -> String? in
      guard !arm.spells.isEmpty else { return nil }
      let open = arm.spells.count { $0.cause == 0 }
      return
        "\(arm.name): median \(CurvesView.median(SurvivalCurve(arm.spells))); \(open) of \(arm.spells.count) made none."
    }
    for comparison in analysis.comparisons where comparison.outcome == .allowed {
      guard let test = comparison.times, !test.p.isNaN else { continue }
      lines.append(
        "\(analysis.arms[comparison.other].name) against \(analysis.arms[comparison.base].name), any decision: "
          + "p = \(Digits.text(test.p)) (\(test.method)).")
    }
    return lines
  }

  var recordings: String {
    guard !report.recordings.isEmpty else { return "No session that met the pop-up is analysed." }
    let analysed = analysis.arms.reduce(0) { $0 + $1.analysed }
    return
      "Of each arm the first session, by number, of every way in which training came to stand: \(report.recordings.count) of \(analysed). "
      + "They are examples, not a sample. Open one to play it, close it to stop; who asked for no motion sees the last frame."
  }

  var texts: String {
    let shown = report.quotes?.count ?? 0
    return shown == report.quoteCount
      ? "All \(shown) texts that were kept, as they were typed; characters that act on programs are spelled out."
      : "The first \(shown) of \(report.quoteCount) texts that were kept; characters that act on programs are spelled out. All of them are in the export."
  }
}
