import ConsentStudy
import GRDB
import Glibc

/// How a ledger is opened; only tests ask for anything else.
struct LedgerOptions: Sendable {
  /// For how long another writer is waited for. Two hundred sessions that start at once are served within this.
  var busySeconds: Double = 90
  /// The most pages that the file may have, or nil; a small number plays a full disk.
  var maximumPages: Int?
}

/// The file of a ledger: made whole or not at all, and never taken for one when it is something else.
enum LedgerFile {
  /// Stands in the header of the file: "CwLg".
  static let applicationID = 0x4377_4C67

  /// Makes an empty ledger where there is nothing.
  static func make(_ path: String) throws(LedgerError) {
    // It grows under another name and gets its own when it is whole: whoever finds it finds a ledger.
    let growing = "\(path).\(getpid())-\(UInt32.random(in: 0 ... .max)).new"
    let descriptor = Glibc.open(growing, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw problem(path, errno) }
    close(descriptor)
    defer { for suffix in ["", "-wal", "-shm", "-journal"] { unlink(growing + suffix) } }
    try mapping(path) {
      var configuration = configuration(LedgerOptions())
      configuration.journalMode = .wal
      let queue = try DatabaseQueue(path: growing, configuration: configuration)
      try queue.inDatabase { try $0.execute(sql: "PRAGMA application_id = \(applicationID)") }
      try LedgerSchema.migrator.migrate(queue)
      // The last one to close brings everything into the file itself.
      try queue.close()
    }
    if link(growing, path) == 0 { return sync(folderOf: path) }
    guard errno != EEXIST else { throw .system(path: path, message: "there is a file of this name already") }
    // Some file systems have no second names. Taking the name first keeps others from it.
    let taken = Glibc.open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0o600)
    guard taken >= 0 else { throw problem(path, errno) }
    close(taken)
    guard rename(growing, path) == 0 else { throw problem(path, errno) }
    sync(folderOf: path)
  }

  /// Opens a ledger that is there; nothing is written into a file that is none.
  static func open(_ path: String, options: LedgerOptions) throws(LedgerError) -> DatabaseQueue {
    // Asked by name only: to open and close the file here would drop the locks that other connections of this process
    // hold on it.
    var facts = stat()
    guard stat(path, &facts) == 0 else { throw problem(path, errno) }
    guard facts.st_mode & S_IFMT == S_IFREG else { throw .notALedger(path: path) }
    return try mapping(path) {
      let queue = try DatabaseQueue(path: path, configuration: configuration(options))
      let (application, isLater, isCurrent) = try queue.read { database in
        let application = try Int.fetchOne(database, sql: "PRAGMA application_id")
        guard application == applicationID else { return (application, false, false) }
        return (
          application, try LedgerSchema.migrator.hasBeenSuperseded(database),
          try LedgerSchema.migrator.hasCompletedMigrations(database)
        )
      }
      guard application == applicationID, !isLater else { throw LedgerError.notALedger(path: path) }
      if !isCurrent { try LedgerSchema.migrator.migrate(queue) }
      return queue
    }
  }

  private static func configuration(_ options: LedgerOptions) -> Configuration {
    var configuration = Configuration()
    configuration.busyMode = .timeout(options.busySeconds)
    configuration.foreignKeysEnabled = true
    configuration.prepareDatabase { database in
      // What is deleted is overwritten; what is sorted stays in memory; what is answered is on the disk.
      try database.execute(sql: "PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY; PRAGMA synchronous = FULL")
      if let pages = options.maximumPages { try database.execute(sql: "PRAGMA max_page_count = \(pages)") }
    }
    return configuration
  }

  /// Turns whatever the database says into an error of the ledger.
  static func mapping<Answer>(_ path: String, _ body: () throws -> Answer) throws(LedgerError) -> Answer {
    do {
      return try body()
    } catch let error as LedgerError {
      throw error
    } catch let error as DatabaseError {
      switch error.resultCode {
      case .SQLITE_FULL: throw .full(path: path)
      // The index of the log is grown by writing to it, and only a full disk keeps that from being done.
      case .SQLITE_IOERR where error.extendedResultCode == .SQLITE_IOERR_SHMSIZE: throw .full(path: path)
      case .SQLITE_BUSY, .SQLITE_LOCKED: throw .busy(path: path)
      case .SQLITE_NOTADB: throw .notALedger(path: path)
      default: throw .system(path: path, message: error.message ?? "error \(error.extendedResultCode.rawValue)")
      }
    } catch {
      throw .system(path: path, message: "\(error)")
    }
  }

  private static func problem(_ path: String, _ number: Int32) -> LedgerError {
    switch number {
    case ENOSPC, EDQUOT: .full(path: path)
    default: .system(path: path, message: String(cString: strerror(number)))
    }
  }

  /// Makes the name itself survive a power cut; where a folder cannot be synced there is nothing to be done.
  private static func sync(folderOf path: String) {
    let end = path.lastIndex(of: "/").map { path.index(after: $0) }
    let folder = Glibc.open(end.map { String(path[..<$0]) } ?? ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 else { return }
    fsync(folder)
    close(folder)
  }
}
