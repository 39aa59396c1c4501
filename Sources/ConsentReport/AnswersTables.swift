import ConsentAnalysis
import ConsentStudy
import Statistics

/// What was answered to the questions of an instrument.
struct AnswersView {
  var title: String
  var tables: [TableView]

  /// The instruments of the study, in the order of its timeline.
  static func all(_ report: StudyReport) -> [AnswersView] {
    report.instruments.compactMap { instrument in
      let tables = items(instrument, report) + scores(instrument, report)
      return tables.isEmpty ? nil : AnswersView(title: instrument.title.inert, tables: tables)
    }
  }

  /// Items with the same answers share a table, whose caption names them.
  private static func items(_ instrument: Instrument, _ report: StudyReport) -> [TableView] {
    var tables: [(items: [Instrument.Item], table: TableView)] = []
    for item in instrument.items {
      let columns = AnswersView.columns(item)
      let rows = names(item).flatMap { name in
        zip(report.analysis.arms, report.arms).compactMap { arm, shown -> TableView.Row? in
          guard let row = shown.answers.row(instrument.name, name) else { return nil }
          return TableView.Row(name: "\(name), \(arm.name)", cells: cells(item, row))
        }
      }
      guard !rows.isEmpty else { continue }
      if let place = tables.firstIndex(where: { $0.table.columns == columns }) {
        tables[place].items.append(item)
        tables[place].table.rows += rows
      } else {
        tables.append(([item], TableView(caption: "", first: "item, arm", columns: columns, rows: rows)))
      }
    }
    return tables.map { items, table in
      var table = table
      table.caption = caption(instrument, items)
      return table
    }
  }

  private static func caption(_ instrument: Instrument, _ items: [Instrument.Item]) -> String {
    let source = instrument.source.map { " (\($0.inert))" } ?? ""
    let names = items.map(\.name.value).joined(separator: ", ")
    let what =
      switch items[0].kind {
      case .text: "how many characters were written, 0 where nothing was"
      case .number, .slider: "amounts"
      case .likert, .confidence, .single, .multiple: "how many answered so"
      }
    return "\(instrument.name)\(source), \(names): \(what)"
  }

  /// The names of what is answered to an item.
  private static func names(_ item: Instrument.Item) -> [String] {
    guard case .multiple(let options) = item.kind else { return [item.name.value] }
    return options.map { "\(item.name.value).\($0.value)" }
  }

  private static func columns(_ item: Instrument.Item) -> [String] {
    switch item.kind {
    case .likert, .confidence: ["asked"] + item.values.dropFirst() + ["no answer", "mean", "SD"]
    case .single:
      ["asked"] + item.values.dropFirst() + ["no answer"] + (hasRight(item) ? ["right"] : [])
    case .multiple: ["asked", "chosen"]
    case .number, .slider: ["asked", "answered", "mean", "SD"]
    case .text: ["asked", "mean characters", "SD"]
    }
  }

  private static func hasRight(_ item: Instrument.Item) -> Bool { item.versions.contains { $0.correct != nil } }

  private static func cells(_ item: Instrument.Item, _ row: AnswersSummary.Row) -> [String] {
    let words = item.values.dropFirst().map { row.words[$0] ?? 0 }
    let spread = [row.amounts.mean, row.amounts.standardDeviation].map { $0.isNaN ? "–" : Digits.fixed($0, 2) }
    let counts = ([row.asked] + words + [row.asked - words.reduce(0, +)]).map { String($0) }
    switch item.kind {
    case .likert, .confidence: return counts + spread
    case .single: return counts + (hasRight(item) ? [String(row.correctness[.right] ?? 0)] : [])
    case .multiple: return [String(row.asked), String(row.words["on"] ?? 0)]
    case .number, .slider: return [String(row.asked), String(row.amounts.count)] + spread
    case .text: return [String(row.asked)] + spread
    }
  }

  private static func scores(_ instrument: Instrument, _ report: StudyReport) -> [TableView] {
    let column = "score_\(instrument.name)"
    let names = Set(report.arms.flatMap(\.answers.scores.keys)).filter { $0 == column || $0.hasPrefix(column + "_") }
    let rows = names.sorted().flatMap { name in
      zip(report.analysis.arms, report.arms).compactMap { arm, shown -> TableView.Row? in
        guard let found = shown.answers.scores[name] else { return nil }
        let spread = [found.mean, found.standardDeviation].map { $0.isNaN ? "–" : Digits.fixed($0, 2) }
        return TableView.Row(name: "\(name), \(arm.name)", cells: [String(found.count)] + spread)
      }
    }
    guard !rows.isEmpty else { return [] }
    return [
      TableView(
        caption: "\(instrument.name): scores; none where an answer is missing", first: "score, arm",
        columns: ["n", "mean", "SD"], rows: rows)
    ]
  }
}
