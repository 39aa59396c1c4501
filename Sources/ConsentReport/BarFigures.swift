import ConsentAnalysis
import ConsentModel
import ConsentStudy
import Statistics

/// A stretch of a bar.
struct BarPart {
  var colour: String
  var percent: String
  var label: String

  /// So many of a whole; its count stands in it where there is room.
  init(_ count: Int, of whole: Int, colour: Int) {
    let share = whole == 0 ? 0 : Double(count) / Double(whole) * 100
    self.colour = "c\(colour)"
    percent = Numbers.place(share)
    label = share >= 6 ? String(count) : ""
  }
}

/// What a colour stands for.
struct LegendEntry {
  var colour: String
  var words: String
}

/// How training came to stand as it does, as a bar an arm.
struct ProvenanceView {
  struct Bar {
    var name: String
    var alt: String
    var parts: [BarPart]
    var total: Int
  }

  var legend: [LegendEntry]
  var bars: [Bar]
  var columns: [String]
  var rows: [TableView.Row]

  init(_ analysis: StudyAnalysis) {
    let present = Provenance.allCases.filter { word in analysis.arms.contains { $0.provenances[word] != nil } }
    legend = present.map { LegendEntry(colour: "c\(ProvenanceView.colour($0))", words: $0.word) }
    columns = present.map(\.word)
    bars = analysis.arms.map { arm in
      let total = present.reduce(0) { $0 + (arm.provenances[$1] ?? 0) }
      let known = present.filter { arm.provenances[$0] != nil }
      return Bar(
        name: arm.name,
        alt: "\(arm.name): " + known.map { "\($0.word) \(arm.provenances[$0] ?? 0)" }.joined(separator: ", "),
        parts: known.map { BarPart(arm.provenances[$0] ?? 0, of: total, colour: ProvenanceView.colour($0)) },
        total: total)
    }
    rows = analysis.arms.map { arm in
      TableView.Row(name: arm.name, cells: present.map { String(arm.provenances[$0] ?? 0) })
    }
  }

  /// The same colour for the same word in every report.
  private static func colour(_ provenance: Provenance) -> Int {
    switch provenance {
    case .presetUntouched: 0
    case .presetConfirmed: 2
    case .chosen: 3
    case .changed: 1
    case .changedBack: 4
    case .explicitRow: 6
    case .deferred: 7
    case .left: 5
    }
  }
}

/// Belief beside truth: to the left who believes otherwise or does not know, to the right who believes what is so.
struct BeliefView {
  struct Bar {
    var name: String
    var alt: String
    var left: [BarPart]
    var right: [BarPart]
    var total: Int
  }

  struct Row {
    var name: String
    var truth: String
    var cells: [String]
  }

  var legend: [LegendEntry]
  var bars: [Bar]
  var rows: [Row]
  var discrimination: [String]

  init(_ analysis: StudyAnalysis) {
    legend = [
      LegendEntry(colour: "c5", words: "believes otherwise"), LegendEntry(colour: "c7", words: "does not know"),
      LegendEntry(colour: "c0", words: "believes what is so"),
    ]
    bars = analysis.arms.flatMap { arm in ConsentGap.Truth.allCases.map { BeliefView.bar(arm, $0) } }
    rows = analysis.arms.flatMap { arm in
      ConsentGap.Truth.allCases.map { truth in
        Row(
          name: arm.name, truth: truth.rawValue, cells: ConsentGap.Belief.allCases.map { String(arm.count(truth, $0)) })
      }
    }
    discrimination = analysis.arms.compactMap { arm in
      let gap = arm.discrimination
      guard gap.value.isFinite else { return nil }
      return
        "\(arm.name): P(believes allowed | allowed) − P(believes allowed | not allowed) = \(Numbers.estimate(gap)) (\(gap.method))."
    }
  }

  private static func bar(_ arm: ArmSummary, _ truth: ConsentGap.Truth) -> Bar {
    let all = ConsentGap.Truth.allCases.reduce(0) { sum, truth in
      sum + ConsentGap.Belief.allCases.reduce(0) { $0 + arm.count(truth, $1) }
    }
    let right = arm.count(truth, truth == .allowed ? .allowed : .notAllowed)
    let wrong = arm.count(truth, truth == .allowed ? .notAllowed : .allowed)
    let unsure = arm.count(truth, .dontKnow)
    return Bar(
      name: "\(arm.name), \(truth == .allowed ? "allowed" : "not allowed")",
      alt: "\(arm.name), training \(truth == .allowed ? "allowed" : "not allowed"): \(wrong) believe otherwise, "
        + "\(unsure) do not know, \(right) believe what is so",
      left: [BarPart(unsure, of: all, colour: 7), BarPart(wrong, of: all, colour: 5)],
      right: [BarPart(right, of: all, colour: 0)], total: right + wrong + unsure)
  }
}
