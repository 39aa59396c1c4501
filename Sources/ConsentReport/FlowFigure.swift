import ConsentAnalysis
import ConsentStudy
import Statistics

/// Who was assigned and how far they came, after CONSORT.
struct FlowView {
  struct Step {
    var label: String
    var count: Int
    var lost: String?
  }

  struct Arm {
    var name: String
    var levels: String
    var steps: [Step]
  }

  var assigned: Int
  var arms: [Arm]
  var columns: [String]
  var rows: [TableView.Row]
  var attrition: String?

  init(_ report: StudyReport) {
    let analysis = report.analysis
    assigned = analysis.arms.reduce(0) { $0 + $1.assigned }
    arms = zip(analysis.arms, report.arms).map { arm, shown in
      Arm(
        name: arm.name, levels: shown.levels.isEmpty ? "baseline" : shown.levels.joined(separator: " "),
        steps: FlowView.steps(arm))
    }
    columns = ["assigned", "consented", "exposed", "decided", "answered", "analysed"]
    rows = analysis.arms.map { arm in
      let reached = [Milestone.consented, .exposed, .decided, .answered].map { arm.reached[$0] ?? 0 }
      return TableView.Row(name: arm.name, cells: ([arm.assigned] + reached + [arm.analysed]).map { String($0) })
    }
    attrition = analysis.attrition.flatMap { test in
      guard !test.p.isNaN else { return nil }
      return
        "Answered or not, by arm: χ²(\(test.degrees ?? 0)) = \(Digits.text(test.statistic ?? .nan)), "
        + "p = \(Digits.text(test.p)) (\(test.method))."
    }
  }

  private static func steps(_ arm: ArmSummary) -> [Step] {
    let stations: [(label: String, count: Int)] = [
      ("Assigned", arm.assigned), ("Consented", arm.reached[.consented] ?? 0),
      ("Met the pop-up", arm.reached[.exposed] ?? 0), ("Decided", arm.reached[.decided] ?? 0),
      ("Answered the questions", arm.reached[.answered] ?? 0),
    ]
    var steps: [Step] = []
    for (index, station) in stations.enumerated() {
      let next = index + 1 < stations.count ? stations[index + 1] : nil
      let gone = next.map { station.count - $0.count } ?? 0
      steps.append(
        Step(label: station.label, count: station.count, lost: gone > 0 ? "\(gone) did not come further" : nil))
    }
    let reasons = ReasonLeftOut.allCases.compactMap { reason in
      arm.leftOut[reason].map { "\($0) \(words(reason))" }
    }
    steps.append(
      Step(
        label: "Analysed", count: arm.analysed,
        lost: reasons.isEmpty ? nil : "left out: " + reasons.joined(separator: ", ")))
    return steps
  }

  private static func words(_ reason: ReasonLeftOut) -> String {
    switch reason {
    case .withdrawn: "withdrew or had the data deleted"
    case .excluded: "excluded by a moderator"
    case .dataNotKept: "did not say that the data may be kept"
    case .notExposed: "had not met the pop-up"
    case .notReplayed: "with a journal that could not be replayed"
    }
  }
}
