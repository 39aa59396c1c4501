import CExportScripts
import ConsentJournal
import ConsentModel
import ConsentStudy
import Glibc

/// What keeps an export from being written.
public enum ExportError: Error, Sendable, CustomStringConvertible {
  /// There is something at the path already.
  case exists(String)
  /// A file or folder cannot be written.
  case files(JournalError)
  /// Two parts of the study would make columns of the same name.
  case columns(String)

  /// The problem in words, for a person.
  public var description: String {
    switch self {
    case .exists(let path): "\(path): there is something already; nothing is ever overwritten"
    case .files(let error): "\(error)"
    case .columns(let name): "two parts of the study would both be the column `\(name)`; rename one of them"
    }
  }
}

/// The folder of an export while it is written: under another name, until it is whole.
///
/// ```
/// dataset_description.json   Psych-DS 1.5
/// README.md, codebook.csv, codebook.json, descriptives.csv
/// read_export.R, read_export.py
/// data/study-NAME_description-TABLE_data.csv     and TABLEpilot, TABLEsimulated
/// jsonl/TABLE.jsonl                               where JSON Lines are wanted
/// bids/                                           where BIDS is wanted: one folder a session
/// ```
public final class ExportFolder {
  private let path: String
  private let draft: String
  private let plan: ExportPlan
  private let tables: [Table]
  private var files: [String: AppendedFile] = [:]
  private var described: Descriptives
  /// How many rows each table has.
  public private(set) var rows: [(table: String, rows: Int)]
  private var isNamed = false

  /// Begins a folder that is not there yet.
  public init(_ path: String, _ plan: ExportPlan) throws(ExportError) {
    self.path = path
    self.plan = plan
    draft = "\(path).draft-\(getpid())"
    tables = plan.tables
    for table in tables { try ExportFolder.check(table) }
    described = Descriptives(plan)
    rows = tables.map { ($0.name, 0) }
    // An empty folder is taken; rename does so.
    if access(path, F_OK) == 0, rmdir(path) != 0 { throw .exists(path) }
    do throws(JournalError) {
      try DurableFile.makeFolder(draft)
      try DurableFile.makeFolder("\(draft)/data")
      if plan.options.hasJSONLines { try DurableFile.makeFolder("\(draft)/jsonl") }
      if plan.options.hasBIDS {
        for stage in plan.options.stages { try DurableFile.makeFolder("\(draft)/\(ExportFolder.bids(stage))") }
      }
    } catch {
      throw .files(error)
    }
    try begin()
  }

  deinit {
    guard !isNamed else { return }
    // Nobody is to take a part for the whole.
    try? StudyFolder.removeAll(in: draft)
    rmdir(draft)
  }

  private static func check(_ table: Table) throws(ExportError) {
    var seen: Set<String> = []
    for column in table.columns where !seen.insert(column.name).inserted { throw .columns(column.name) }
  }

  /// The name of a table's data in a stage; keywords and values as Psych-DS has them.
  static func name(of table: String, _ stage: Stage, _ study: String) -> String {
    let name = study.unicodeScalars.filter {
      $0.isASCII && $0.properties.isAlphabetic || $0.properties.numericType != nil
    }
    let suffix = stage == .live ? "" : stage.rawValue.prefix(1).uppercased() + stage.rawValue.dropFirst()
    return "study-\(String(String.UnicodeScalarView(name)))_description-\(table)\(suffix)_data.csv"
  }

  private static func bytes(of script: export_script) -> [UInt8] {
    [UInt8](UnsafeBufferPointer(start: script.bytes, count: Int(script.length)))
  }

  private static func bids(_ stage: Stage) -> String { stage == .live ? "bids" : "bids-\(stage.rawValue)" }

  private func begin() throws(ExportError) {
    let dialect = plan.options.dialect
    for stage in plan.options.stages {
      for table in tables {
        let mark: [UInt8] = plan.options.isForExcel ? [0xEF, 0xBB, 0xBF] : []
        try write(
          mark + RowWriter.header(table, dialect), to: "data/\(ExportFolder.name(of: table.name, stage, plan.study))")
      }
      if plan.options.hasBIDS {
        let header = RowWriter.header(Table.bidsParticipants, .tabs)
        try write(header, to: "\(ExportFolder.bids(stage))/participants.tsv")
      }
    }
    if plan.options.hasJSONLines { for table in tables { try write([], to: "jsonl/\(table.name).jsonl") } }
  }

  /// Adds a session; sessions come in the order of their numbers.
  public func add(_ session: SessionRows) throws(ExportError) {
    described.add(session.described)
    for (index, table) in tables.enumerated() {
      rows[index].rows += session.rows[index]
      try write(
        session.separated[index], to: "data/\(ExportFolder.name(of: table.name, session.stage, plan.study))")
      if plan.options.hasJSONLines { try write(session.json[index], to: "jsonl/\(table.name).jsonl") }
    }
    guard let bids = session.bids else { return }
    let folder = ExportFolder.bids(session.stage)
    try write(bids.participant, to: "\(folder)/participants.tsv")
    do throws(JournalError) {
      try DurableFile.makeFolder("\(draft)/\(folder)/\(bids.subject)")
      try DurableFile.makeFolder("\(draft)/\(folder)/\(bids.subject)/beh")
      let path = "\(draft)/\(folder)/\(bids.subject)/beh/\(bids.subject)_task-consent_events.tsv"
      let file = try AppendedFile(path)
      try file.append(RowWriter.header(Table.bidsEvents, .tabs) + bids.events)
      try file.close()
    } catch {
      throw .files(error)
    }
  }

  /// Writes what is said beside the data, and gives the folder its name.
  public func finish() throws(ExportError) {
    let book = Codebook(plan: plan)
    try write(book.psychDS, to: "dataset_description.json")
    try write(book.readme, to: "README.md")
    try write(book.csv, to: "codebook.csv")
    try write(book.json, to: "codebook.json")
    try write(described.csv, to: "descriptives.csv")
    try write(ExportFolder.bytes(of: export_script_r()), to: "read_export.R")
    try write(ExportFolder.bytes(of: export_script_python()), to: "read_export.py")
    if plan.options.hasBIDS {
      for stage in plan.options.stages {
        let folder = ExportFolder.bids(stage)
        try write(book.bids(stage), to: "\(folder)/dataset_description.json")
        try write(book.sidecar(Table.bidsParticipants), to: "\(folder)/participants.json")
        try write(book.sidecar(Table.bidsEvents), to: "\(folder)/task-consent_events.json")
        try write(Array("Behavioural events of \(plan.study), \(stage.rawValue).\n".utf8), to: "\(folder)/README")
      }
    }
    do throws(JournalError) {
      for (_, file) in files { try file.close() }
    } catch {
      throw .files(error)
    }
    guard rename(draft, path) == 0 else { throw .files(.system("name", path: path, errno: errno)) }
    isNamed = true
  }

  private func write(_ bytes: [UInt8], to name: String) throws(ExportError) {
    do throws(JournalError) {
      if let file = files[name] {
        try file.append(bytes)
      } else {
        let file = try AppendedFile("\(draft)/\(name)")
        files[name] = file
        try file.append(bytes)
      }
    } catch {
      throw .files(error)
    }
  }
}
