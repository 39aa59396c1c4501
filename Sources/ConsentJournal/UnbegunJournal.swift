import Glibc

/// Journals whose header never became a whole line, because the process died while it made them.
///
/// The first frame is shown after the header is written, so that nobody has seen anything of such a session: it begins
/// anew. What there is of the header is kept beside the new journal.
public enum UnbegunJournal {
  /// How every header begins.
  private static let beginning = Array("{\"format\":".utf8)

  /// Whether a file is empty, or holds a part of a header and nothing else.
  ///
  /// Throws when there is no such file, or it cannot be read.
  public static func isOne(_ path: String) throws(JournalError) -> Bool {
    do throws(JournalError) {
      var lines = try LineSource(path)
      guard try lines.next(line: 1) == nil else { return false }
      return lines.tornBytesBegin(with: beginning)
    } catch {
      // What is no regular file, or a line that is too long, is none of ours.
      guard case .broken = error else { throw error }
      return false
    }
  }

  /// Moves what there is of a header to a name of its own, `.torn-1`, `.torn-2` … after the path, so that the session can
  /// begin anew there. Nothing is overwritten, and nobody who is just making the journal is disturbed.
  ///
  /// Throws `JournalError.locked` while another process has it, and `exists` when it is no such file any more.
  /// - Returns: the new name.
  @discardableResult
  public static func setAside(_ path: String) throws(JournalError) -> String {
    try setAside(path, patience: LockPatience())
  }

  static func setAside(_ path: String, patience: LockPatience) throws(JournalError) -> String {
    let descriptor = try JournalWriter.openToGoOn(path)
    defer { close(descriptor) }
    try JournalWriter.lock(descriptor, path: path, patience)
    // Whoever had the lock before may have gone on, or have moved it.
    guard FileAccess.names(path, descriptor) else { throw .replaced(path: path) }
    guard try isOne(path) else { throw .exists(path: path) }
    for number in 1...9999 {
      let aside = "\(path).torn-\(number)"
      if link(path, aside) == 0 {
        guard unlink(path) == 0 else { throw .system("move", path: path, errno: errno) }
        try FileAccess.syncFolder(FileAccess.folder(of: path))
        return aside
      }
      guard errno == EEXIST else { throw .system("move", path: path, errno: errno) }
    }
    throw .exists(path: "\(path).torn-9999")
  }

  /// What was moved aside from a path, in the order in which it was.
  public static func asides(of path: String) -> [String] {
    var found: [String] = []
    while DurableFile.isThere("\(path).torn-\(found.count + 1)") { found.append("\(path).torn-\(found.count + 1)") }
    return found
  }
}
