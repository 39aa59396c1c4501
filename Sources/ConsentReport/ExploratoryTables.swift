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
    return [ways, fewest] + prompts(analysis)
  }

  /// What was answered to every prompt, where anybody met more than one.
  private static func prompts(_ analysis: StudyAnalysis) -> [TableView] {
    guard analysis.arms.contains(where: { $0.prompts.count > 1 }) else { return [] }
    let answers = FirstAnswer.allCases
    let counts = TableView(
      caption: "Prompts: how many met the first, the second and so on, and what they answered", first: "arm, prompt",
      columns: ["met"] + answers.map(\.rawValue) + ["no answer"],
      rows: analysis.arms.flatMap { arm in
        arm.prompts.enumerated().map { number, counts in
          let cells = (answers.map { counts[$0] ?? 0 }) + [counts[nil] ?? 0]
          return Row(
            name: "\(arm.name), \(number + 1)", cells: ([cells.reduce(0, +)] + cells).map { String($0) })
        }
      })
    let shares = TableView(
      caption: "Of all prompts the share that was answered so; 95 % intervals on the log odds with people as clusters",
      columns: answers.map(\.rawValue),
      rows: analysis.arms.map { arm in
        Row(
          name: arm.name,
          cells: answers.map { answer in
            let share = (arm.promptShares[answer] ?? ClusteredProportion()).interval()
            let limits = share.low.isNaN ? "" : " " + Numbers.interval(share)
            return Numbers.percent(share.value) + limits
          })
      })
    return [counts, shares]
  }

  /// Ranks of what was done and said, for the arms that are to be compared.
  private static func ranks(_ analysis: StudyAnalysis) -> [TableView] {
    let measures: [(String, (ArmSummary) -> [Int])] = [
      ("extra keys", { $0.effort }), ("regret", { points($0.regrets) }), ("how sure", { points($0.confidences) }),
    ]
    let pairs = analysis.comparisons.filter { $0.outcome == .unawareSharing }
    let rows = pairs.flatMap { pair -> [Row] in
      let (base, other) = (analysis.arms[pair.base], analysis.arms[pair.other])
      return measures.compactMap { name, values in
        let (first, second) = (values(other).map { Double($0) }, values(base).map { Double($0) })
        guard !first.isEmpty, !second.isEmpty else { return nil }
        let test = MannWhitney.test(first, second)
        let above = (test.statistic ?? .nan) / Double(first.count * second.count)
        return Row(
          name: "\(name), \(other.name) against \(base.name)",
          cells: ["\(first.count), \(second.count)", Digits.fixed(above, 3), Digits.text(test.p), test.method])
      }
    }
    return rows.isEmpty
      ? []
      : [
        TableView(
          caption: "Ranks: how often somebody of the one arm is above somebody of the other, a tie counting half",
          first: "what", columns: ["n", "is above", "p, not adjusted", "method"], rows: rows)
      ]
  }

  /// Every answer by itself, in ascending order.
  private static func points(_ counts: [Int: Int]) -> [Int] {
    counts.sorted { $0.key < $1.key }.flatMap { Array(repeating: $0.key, count: $0.value) }
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
    ] + ranks(analysis)
  }

  private static func points(
    _ caption: String, _ most: Int, _ analysis: StudyAnalysis, _ counts: (ArmSummary) -> [Int: Int]
  ) -> TableView {
    TableView(
      caption: caption, columns: (1...most).map { String($0) } + ["median"],
      rows: analysis.arms.map { arm in
        let counts = counts(arm)
        let all = points(counts)
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
