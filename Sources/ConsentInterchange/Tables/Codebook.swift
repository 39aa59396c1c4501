import ConsentJournal
import ConsentModel

/// Everything about an export that is said beside its data, made of the same columns.
struct Codebook {
  let plan: ExportPlan

  private var all: [Table] { plan.tables + [Descriptives(plan).table] }

  /// What a missing value is, and how texts are written.
  private static let cells = """
    An empty cell is a missing value. Truth values are 1 and 0. In columns of type text and word a backslash stands as two \
    backslashes, and a character that acts on programs as \\u{number}; a cell that begins with an apostrophe has it so that no \
    spreadsheet takes it for a formula: take the first apostrophe away, then undo the backslashes, and the text is what it was.
    """

  /// One row a column, as CSV.
  var csv: [UInt8] {
    let table = Table(
      "codebook", row: "one column of one table",
      [
        Column("table", .word([]), ""), Column("column", .word([]), ""), Column("type", .word([]), ""),
        Column("unit", .word([]), ""), Column("levels", .word([]), ""), Column("missing", .word([]), ""),
        Column("meaning", .text, ""),
      ])
    var writer = RowWriter(table)
    for described in all {
      for column in described.columns {
        writer.word("table", described.name)
        writer.word("column", column.name)
        writer.word("type", column.type)
        writer.word("unit", column.unit.isEmpty ? nil : column.unit)
        writer.word("levels", column.levels.isEmpty ? nil : column.levels.joined(separator: " "))
        writer.word("missing", "empty")
        writer.text("meaning", column.meaning)
        writer.endRow()
      }
    }
    return RowWriter.header(table, RowWriter.Dialect()) + writer.separated
  }

  /// The same as JSON, with what a row of each table is.
  var json: [UInt8] {
    let tables = all.map { table in
      let columns = table.columns.map { column in
        var members: [(String, ReceiptValue)] = [
          ("name", .text(column.name)), ("type", .text(column.type)), ("meaning", .text(column.meaning)),
        ]
        if !column.unit.isEmpty { members.append(("unit", .text(column.unit))) }
        if !column.levels.isEmpty { members.append(("levels", .list(column.levels.map { .text($0) }))) }
        return ReceiptValue.object(members)
      }
      return ReceiptValue.object([
        ("table", .text(table.name)), ("row", .text(table.row)), ("columns", .list(columns)),
      ])
    }
    return bytes(
      .object([("study", .text(plan.study)), ("cells", .text(Codebook.cells)), ("tables", .list(tables))]))
  }

  /// `dataset_description.json` of Psych-DS 1.5: every column of every data file has to stand in `variableMeasured`.
  var psychDS: [UInt8] {
    var seen: Set<String> = []
    var variables: [ReceiptValue] = []
    for column in plan.tables.flatMap(\.columns) where seen.insert(column.name).inserted {
      var members: [(String, ReceiptValue)] = [
        ("@type", .text("PropertyValue")), ("name", .text(column.name)), ("description", .text(column.meaning)),
      ]
      if !column.unit.isEmpty { members.append(("unitText", .text(column.unit))) }
      if !column.levels.isEmpty { members.append(("levels", .list(column.levels.map { .text($0) }))) }
      variables.append(.object(members))
    }
    return bytes(
      .object([
        ("@context", .text("https://schema.org/")), ("@type", .text("Dataset")), ("name", .text(plan.study)),
        ("description", .text(description)), ("schemaVersion", .text("Psych-DS 1.5.0")),
        ("version", .text(plan.configHash)), ("variableMeasured", .list(variables)),
      ]))
  }

  /// `dataset_description.json` of a BIDS folder.
  func bids(_ stage: Stage) -> [UInt8] {
    bytes(
      .object([
        ("Name", .text("\(plan.study) (\(stage.rawValue))")), ("BIDSVersion", .text("1.10.0")),
        ("DatasetType", .text("raw")), ("HEDVersion", .text("n/a")), ("Acknowledgements", .text(description)),
        (
          "GeneratedBy",
          .list([.object([("Name", .text("clickwrap")), ("Version", .text("engine \(JournalFormat.engineVersion)"))])])
        ),
      ]))
  }

  /// The side file of a table of tab-separated values.
  func sidecar(_ table: Table) -> [UInt8] {
    bytes(
      .object(
        table.columns.map { column in
          var members: [(String, ReceiptValue)] = [("Description", .text(column.meaning))]
          if !column.unit.isEmpty { members.append(("Units", .text(column.unit))) }
          if !column.levels.isEmpty {
            members.append(("Levels", .object(column.levels.map { ($0, ReceiptValue.text($0)) })))
          }
          return (column.name, .object(members))
        }))
  }

  private var description: String {
    var words = plan.title.isEmpty ? "A study of clickwrap." : plan.title
    if plan.options.stages.contains(.simulated) {
      words += " Contains SIMULATED sessions: no person took part in them."
    }
    if plan.options.stages.contains(.pilot) { words += " Contains pilot sessions." }
    return words
  }

  private func bytes(_ value: ReceiptValue) -> [UInt8] { Array(value.document.utf8) }

  /// `README.md` of an export.
  var readme: [UInt8] {
    let options = plan.options
    var lines = [
      "# Data of \(plan.study)", "", description, "",
      "Made by clickwrap from the journals of the study, version \(plan.configHash). Every session was replayed, and every frame",
      "compared, before a row of it was written. Only sessions whose person said that their data may be kept have rows beyond how",
      "they stand.", "", "| table | a row is |", "|---|---|",
    ]
    lines += plan.tables.map { "| \($0.name) | \($0.row) |" }
    lines += [
      "", "`codebook.csv` and `codebook.json` say what every column is. `descriptives.csv` describes the arms;",
      "`Rscript read_export.R` and `python3 read_export.py` read the tables and print the same.", "", Codebook.cells,
      "",
      "`frame` is the digest of what was on screen: `clickwrap frame JOURNAL --at EVENT` shows it.",
    ]
    if options.coarseMilliseconds > 0 {
      lines += ["", "Times are rounded to \(options.coarseMilliseconds) ms, wall-clock times to the day."]
    }
    if options.isForExcel || options.delimiter != UInt8(ascii: ",") {
      let name = options.delimiter == 0x09 ? "tabs" : options.delimiter == UInt8(ascii: ";") ? "semicolons" : "commas"
      lines += [
        "", "Cells are separated by \(name)\(options.isForExcel ? ", with a byte order mark, for Excel" : "").",
      ]
    }
    if options.stages.contains(.simulated) {
      lines += ["", "**Files and rows named simulated hold no person.** Keep them apart from all others."]
    }
    lines += [
      "", "Whoever withdraws later has to be removed from this copy by whoever keeps it: the study cannot reach it.",
      "",
    ]
    return Array(lines.joined(separator: "\n").utf8)
  }
}
