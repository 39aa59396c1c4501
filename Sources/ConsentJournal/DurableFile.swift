import Glibc

/// Files that survive a power cut, for what lies beside journals.
public enum DurableFile {
  /// Writes a file that must not be there yet, and waits until it is on the disk.
  public static func create(_ path: String, _ bytes: [UInt8], mode: UInt32 = 0o600) throws(JournalError) {
    do throws(JournalError) {
      let file = try FileDescriptor(path, O_WRONLY | O_CREAT | O_EXCL, mode: mode_t(mode))
      try bytes.withRaw { (raw) throws(JournalError) in try FileAccess.write(raw, to: file.raw, path: path) }
      guard fsync(file.raw) == 0 else { throw .system("sync", path: path, errno: errno) }
    } catch {
      // A file that somebody else made is theirs.
      if case .system("open", _, _) = error { throw error }
      unlink(path)
      throw error
    }
    try FileAccess.syncFolder(FileAccess.folder(of: path))
  }

  /// Writes a file anew; the old one stands until the new one is whole.
  public static func replace(_ path: String, _ bytes: [UInt8]) throws(JournalError) {
    try FileAccess.replace(path, bytes)
  }

  /// Appends whole lines to a file, which is made when it is not there, and waits until they are on the disk.
  public static func append(_ bytes: [UInt8], to path: String) throws(JournalError) {
    let file = try FileDescriptor(path, O_WRONLY | O_CREAT | O_APPEND, mode: 0o600)
    try bytes.withRaw { (raw) throws(JournalError) in try FileAccess.write(raw, to: file.raw, path: path) }
    guard fsync(file.raw) == 0 else { throw .system("sync", path: path, errno: errno) }
  }

  /// The whole file, or nil when there is none.
  public static func contents(of path: String, limit: Int) throws(JournalError) -> [UInt8]? {
    try FileAccess.contents(of: path, limit: limit)
  }

  /// Whether there is something at a path.
  public static func isThere(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// Makes a folder that only its owner may enter; one that is there already is left as it is.
  public static func makeFolder(_ path: String) throws(JournalError) {
    guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw .system("make", path: path, errno: errno) }
    var facts = stat()
    guard stat(path, &facts) == 0, facts.st_mode & S_IFMT == S_IFDIR else {
      throw .system("make", path: path, errno: ENOTDIR)
    }
  }

  /// Removes a file; one that is not there is no error.
  ///
  /// - Returns: whether there was one.
  @discardableResult
  public static func remove(_ path: String) throws(JournalError) -> Bool {
    guard unlink(path) == 0 else {
      guard errno == ENOENT else { throw .system("remove", path: path, errno: errno) }
      return false
    }
    try FileAccess.syncFolder(FileAccess.folder(of: path))
    return true
  }
}
