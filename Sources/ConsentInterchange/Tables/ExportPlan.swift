import ConsentEngine
import ConsentJournal
import ConsentModel
import ConsentStudy

/// What an export holds and how it is written; the same for all of its sessions.
public struct ExportPlan: Sendable {
  /// Name of the study.
  public var study: String
  /// SHA-256 over the study's files, in hexadecimal: the version of everything that participants met.
  public var configHash: String
  /// What the study is called, and what it is about.
  public var title: String
  /// Names of the arms.
  public var arms: [String]
  /// Names of the strata; one that is empty when there are none.
  public var strata: [String]
  /// The instruments of the timeline.
  public var instruments: [Instrument]
  /// Names of the factors of its flow.
  public var factors: [String]
  /// Names of the terms and purposes of its flow.
  public var terms: [String]
  /// Names of the variables that say what follows for a person's data.
  public var consequences: [String]
  /// What was asked for.
  public var options: ExportOptions

  /// The plan of a study's export.
  ///
  /// - Parameters:
  ///   - flows: the compiled flows of the arms.
  ///   - digest: SHA-256 over the study's files.
  public init(
    _ plan: StudyPlan, flows: [FlowDefinition], instruments: [Instrument], digest: String, options: ExportOptions
  ) {
    study = plan.name
    title = plan.title
    configHash = digest
    arms = plan.arms.map(\.name)
    strata = plan.strata
    self.instruments = instruments
    self.options = options
    func union(_ names: (FlowDefinition) -> [String]) -> [String] {
      var found: [String] = []
      for name in flows.flatMap(names) where !found.contains(name) { found.append(name) }
      return found
    }
    factors = union { $0.condition.map(\.factor) }
    terms = union { $0.terms.map(\.name) }
    consequences = union { flow in
      flow.variables.compactMap { if case .policy = $0.source { $0.name } else { nil } }
    }
  }

  /// All tables of the export.
  public var tables: [Table] {
    [participants, Table.events, Table.agreements, Table.exposure, Table.answers, Table.texts, Table.markers]
  }
}

/// What somebody wants of an export.
public struct ExportOptions: Hashable, Sendable {
  /// The stages whose sessions are exported, each into files of its own.
  public var stages: [Stage] = [.live]
  /// Whether there are JSON Lines as well.
  public var hasJSONLines = false
  /// Whether there is a BIDS folder as well.
  public var hasBIDS = false
  /// What stands between the cells of the CSV files: a comma, a semicolon or a tab.
  public var delimiter = UInt8(ascii: ",")
  /// Whether CSV files begin with a byte order mark, and rows end with a carriage return: what Excel wants.
  public var isForExcel = false
  /// Times are rounded to so many milliseconds, and wall-clock times to the day; 0 leaves them as they are.
  public var coarseMilliseconds = 0

  /// Live sessions, as CSV, with exact times.
  public init() {}

  /// How the CSV files are written.
  var dialect: RowWriter.Dialect { RowWriter.Dialect(delimiter: delimiter, endsWithReturn: isForExcel) }

  var coarseMicroseconds: Int64 { max(1, Int64(coarseMilliseconds) * 1000) }
}
