import ConsentAnalysis
import ConsentStudy
import Statistics

extension TableView {
  /// How people came to their first answer.
  static func ways(_ analysis: StudyAnalysis) -> [TableView] {
    let kinds = WayKind.allCases
    let ways = TableView(
      caption:
        "direct: the fewest keys that lead to what was answered; longer: more keys, or clicks; off-target: a key or click that changed "
        + "nothing; detour: by way of another screen; given-up: no answer. Extra keys: beyond the fewest, of those who used keys alone",
      columns: kinds.map(\.rawValue) + ["extra keys, median", "most"],
      rows: analysis.arms.map { arm in
        let effort = arm.effort
        return Row(
          name: arm.name,
          cells: kinds.map { String(arm.ways[$0] ?? 0) } + [
            effort.isEmpty ? "–" : median(effort), effort.last.map { String($0) } ?? "–",
          ])
      })
    let answers = FirstAnswer.allCases
    let fewest = TableView(
      caption: "The fewest keys from the pop-up to each first answer, found by going everywhere in the arm's screens",
      columns: answers.map(\.rawValue),
      rows: analysis.arms.map { arm in
        Row(name: arm.name, cells: answers.map { answer in arm.fewest[answer].map { String($0) } ?? "none" })
      })
    return [ways, fewest]
  }

  /// What people would choose once everything was explained, how they regret, and how sure they are.
  static func others(_ analysis: StudyAnalysis) -> [TableView] {
    let preferences = ConsentGap.Preference.allCases
    return [
      TableView(
        caption: "Preference gap: what was done beside what is chosen once everything was explained",
        columns: preferences.map(\.rawValue),
        rows: analysis.arms.map { arm in
          Row(name: arm.name, cells: preferences.map { String(arm.preferences[$0] ?? 0) })
        }),
      points("Regret, if it were their own account: 1 not at all, 7 very much", 7, analysis) { $0.regrets },
      points("How sure of what they believe: 1 not at all, 5 completely", 5, analysis) { $0.confidences },
    ]
  }

  private static func points(
    _ caption: String, _ most: Int, _ analysis: StudyAnalysis, _ counts: (ArmSummary) -> [Int: Int]
  ) -> TableView {
    TableView(
      caption: caption, columns: (1...most).map { String($0) } + ["median"],
      rows: analysis.arms.map { arm in
        let counts = counts(arm)
        let all = (1...most).flatMap { Array(repeating: $0, count: counts[$0] ?? 0) }
        return Row(
          name: arm.name, cells: (1...most).map { String(counts[$0] ?? 0) } + [all.isEmpty ? "–" : median(all)])
      })
  }

  /// The middle of numbers in ascending order; of two in the middle the mean.
  static func median(_ sorted: [Int]) -> String {
    let middle = sorted.count / 2
    if sorted.count % 2 == 1 { return String(sorted[middle]) }
    let sum = sorted[middle - 1] + sorted[middle]
    return sum % 2 == 0 ? String(sum / 2) : "\(sum / 2).5"
  }
}
