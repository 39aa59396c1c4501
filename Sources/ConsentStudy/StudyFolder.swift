import ConsentJournal
import ConsentModel
import ConsentScreens
import ConsentSource
import Glibc

/// Where everything of a study lies; copying the folder is the backup.
///
/// ```
/// study.yaml              the study
/// screens/                the pinned screens and instruments
/// ledger.sqlite           who holds which slot, how every session went, who did what and why
/// journals/               one journal a session, named by its number, and the compiled flows
/// notes/                  markers and notes, one file a session
/// texts/                  what was typed, where the study keeps it, one file a session
/// compiled/, exports/, reports/   derived, and made again at any time
/// ```
public struct StudyFolder: Hashable, Sendable {
  /// Its path, without a slash at the end.
  public let path: String

  /// The folder at a path; nothing is looked at yet.
  public init(_ path: String) {
    var path = path
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    self.path = path
  }

  /// The folder in whose `journals` a journal lies, or would lie if it belonged to a study.
  public init(ofJournal path: String) {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    let folder = parts.dropLast(2).joined(separator: "/")
    switch parts.count {
    case 1: self.init("..")
    case 2: self.init(".")
    default: self.init(folder.isEmpty ? "/" : folder)
    }
  }

  /// The file that says what the study is.
  public var planPath: String { path + "/study.yaml" }
  /// The file that says what its sessions are meant to keep to; it need not be there.
  public var propertiesPath: String { path + "/properties.yaml" }
  /// The ledger.
  public var ledgerPath: String { path + "/ledger.sqlite" }
  /// The folder of the pinned screens.
  public var screensPath: String { path + "/screens" }
  /// The folder of the journals.
  public var journalsPath: String { path + "/journals" }
  /// The folder of compiled flows, which are made again when they are gone.
  public var compiledPath: String { path + "/compiled" }
  /// The pinned screens.
  public var pinned: FlowSource { .folder(screensPath) }
  /// Whether there is a study here.
  public var isStudy: Bool { access(planPath, R_OK) == 0 }

  /// The folders that are made with it.
  private static let folders = ["screens", "journals", "notes", "texts", "exports", "reports"]

  /// The journal of a session.
  public func journal(of session: Int) -> String { journalsPath + "/" + SessionEntry.journalName(of: session) }

  /// How a session was presented, as the first line of its journal says it; nil where there is none that can be read.
  public func presentation(of session: Int) -> Presentation? {
    let path = journal(of: session)
    guard DurableFile.isThere(path) else { return nil }
    return (try? JournalReader(path))?.header.presentation
  }

  /// The notes on a session.
  public func notes(of session: Int) -> String { path + "/notes/" + SessionEntry.journalName(of: session) }

  /// What was typed in a session.
  public func texts(of session: Int) -> String { path + "/texts/" + SessionEntry.journalName(of: session) }

  /// The most that all files of a study may hold together, in bytes.
  private static let maximumBytes = 64 << 20

  /// Makes a study where nothing is yet; an empty folder is taken as well.
  ///
  /// - Parameters:
  ///   - plan: the text of study.yaml.
  ///   - screens: the files to be pinned, by their paths below `screens`.
  public func make(plan: String, screens: [String: [UInt8]]) throws(StudyError) {
    if access(path, F_OK) == 0 {
      guard let names = StudyFolder.names(in: path) else { throw .exists(path) }
      guard names.isEmpty else { throw .exists(path) }
    }
    do throws(JournalError) {
      try DurableFile.makeFolder(path)
      for name in StudyFolder.folders { try DurableFile.makeFolder("\(path)/\(name)") }
      var made: Set<String> = []
      for (file, bytes) in screens.sorted(by: { $0.key < $1.key }) {
        var folder = screensPath
        for part in file.split(separator: "/").dropLast() {
          folder += "/" + part
          if made.insert(folder).inserted { try DurableFile.makeFolder(folder) }
        }
        try DurableFile.create("\(screensPath)/\(file)", bytes)
      }
      // The plan comes last: a folder without it is no study.
      try DurableFile.create(planPath, Array(plan.utf8))
    } catch {
      throw .files(error)
    }
  }

  /// SHA-256, in hexadecimal, over study.yaml and every pinned file: their paths, lengths and bytes in the order of their
  /// paths.
  public func digest() throws(StudyError) -> String {
    var bytes: [UInt8] = []
    for file in try ["study.yaml"] + pinnedFiles() {
      let content: [UInt8]
      do throws(SourceFileError) {
        content = try SourceFile.read("\(path)/\(file)")
      } catch {
        throw .unreadable("\(path)/\(file)", error)
      }
      bytes += Array("\(file)\n\(content.count)\n".utf8) + content
      guard bytes.count <= StudyFolder.maximumBytes else { throw .tooLarge(path) }
    }
    return Digest256(of: bytes).hex
  }

  /// Paths of all pinned files, in ascending order, from `screens/` on.
  func pinnedFiles() throws(StudyError) -> [String] {
    var found: [String] = []
    var pending = [""]
    while let folder = pending.popLast() {
      let (files, folders) = pinned.list(folder)
      let prefix = folder.isEmpty ? "" : folder + "/"
      found += files.map { "screens/" + prefix + $0 }
      pending += folders.map { prefix + $0 }
      guard found.count + pending.count <= 10_000 else { throw .tooLarge(path) }
    }
    return found.sorted()
  }

  /// Removes the files of a derived folder, `exports` or `reports`, and of the folders in it.
  public func removeContents(of derived: String) throws(StudyError) {
    try StudyFolder.removeAll(in: "\(path)/\(derived)")
  }

  /// Removes everything in a folder, but not the folder.
  public static func removeAll(in folder: String) throws(StudyError) {
    for name in names(in: folder) ?? [] {
      let item = "\(folder)/\(name)"
      var facts = stat()
      // A link is removed, never followed.
      guard lstat(item, &facts) == 0 else { continue }
      if facts.st_mode & S_IFMT == S_IFDIR {
        try removeAll(in: item)
        guard rmdir(item) == 0 else { throw .files(.system("remove", path: item, errno: errno)) }
      } else {
        do throws(JournalError) { try DurableFile.remove(item) } catch { throw .files(error) }
      }
    }
  }

  /// The names in a folder, or nil when it cannot be read.
  static func names(in folder: String) -> [String]? {
    guard let directory = opendir(folder) else { return nil }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { raw in
        String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }
}

/// What keeps a study from being made, read or run.
public enum StudyError: Error, Sendable {
  /// There is something at the path already.
  case exists(String)
  /// There is no study at the path.
  case notAStudy(String)
  /// A file cannot be read.
  case unreadable(String, SourceFileError)
  /// There are more files or bytes than a study may have.
  case tooLarge(String)
  /// Files cannot be written or removed.
  case files(JournalError)
  /// The files of the study are wrong.
  case wrong([Diagnostic])
}
