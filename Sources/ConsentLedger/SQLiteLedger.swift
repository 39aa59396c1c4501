import ConsentModel
import ConsentStudy
import GRDB

/// The ledger of a study in one SQLite file.
///
/// Any number of processes may have it open. What writes is one immediate transaction, so that a decision is never made on
/// what was true a moment ago; what reads is one transaction as well, and keeps nobody from writing. A commit is synced
/// before it is answered.
public struct SQLiteLedger: Ledger, Sendable {
  /// The file.
  public let path: String
  let queue: DatabaseQueue

  /// Opens the ledger at a path.
  ///
  /// - Parameters:
  ///   - path: the file; `-wal` and `-shm` lie beside it while it is open.
  ///   - create: whether it is made. There must be nothing at the path then, and must be a ledger otherwise.
  ///   - arms: names of the arms, as in `register`; empty to leave them as they are.
  ///   - strata: names of the strata.
  public init(path: String, create: Bool = false, arms: [String] = [], strata: [String] = [""]) throws(LedgerError) {
    try self.init(path: path, create: create, arms: arms, strata: strata, options: LedgerOptions())
  }

  init(
    path: String, create: Bool, arms: [String] = [], strata: [String] = [""], options: LedgerOptions
  ) throws(LedgerError) {
    self.path = path
    if create { try LedgerFile.make(path) }
    queue = try LedgerFile.open(path, options: options)
    if !arms.isEmpty { try register(arms: arms, strata: strata) }
    try cleanLeftovers()
  }

  /// What a call does, as one transaction that nobody else's comes into.
  func write<Answer>(_ body: (Database) throws -> Answer) throws(LedgerError) -> Answer {
    try LedgerFile.mapping(path) {
      var answer: Answer?
      try queue.inTransaction(.immediate) { database in
        answer = try body(database)
        return .commit
      }
      guard let answer else { throw LedgerError.system(path: path, message: "the transaction did not run") }
      return answer
    }
  }

  /// What a call reads, all of it from one moment.
  func read<Answer>(_ body: (Database) throws -> Answer) throws(LedgerError) -> Answer {
    try LedgerFile.mapping(path) { try queue.read(body) }
  }
}
