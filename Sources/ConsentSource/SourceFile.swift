import Glibc

/// Why the bytes of a source file could not be had.
public enum SourceFileError: Error, Hashable, Sendable {
  /// There is no such file.
  case missing
  /// It is a folder, a device or something else that is not a file.
  case notAFile
  /// It is larger than the limit; nothing of it was kept.
  case tooLarge
  /// It lies outside the folder that it was looked for in.
  case outside
  /// The system refused, with this error number.
  case system(errno: Int32)

  /// What to tell the author, and a hint.
  public var words: (message: String, hint: String) {
    switch self {
    case .missing: ("there is no such file", "check the spelling of the path")
    case .notAFile: ("this is not a file", "name a YAML file")
    case .tooLarge:
      (
        "the file has more than \(SourceLimits().bytes) bytes",
        "split it, or check that this is the file you meant"
      )
    case .outside: ("the path leads out of the folder", "keep every file of a flow inside its folder")
    case .system(let number): ("the file cannot be read: \(String(cString: strerror(number)))", "check its permissions")
    }
  }
}

/// Reads files whose size is known to be bearable.
public enum SourceFile {
  /// The bytes of the file at `path`, at most `limit` of them.
  ///
  /// The size is asked before anything is read, and never more than one byte beyond the limit is read, so a file of
  /// 100 MB or one that grows is refused at once. Opening never blocks on a pipe.
  public static func read(_ path: String, limit: Int = SourceLimits().bytes) throws(SourceFileError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)
    guard descriptor >= 0 else {
      throw errno == ENOENT || errno == ENOTDIR ? .missing : .system(errno: errno)
    }
    defer { close(descriptor) }
    var facts = stat()
    guard fstat(descriptor, &facts) == 0 else { throw .system(errno: errno) }
    guard facts.st_mode & S_IFMT == S_IFREG else { throw .notAFile }
    guard facts.st_size <= limit else { throw .tooLarge }
    var bytes = [UInt8](repeating: 0, count: Int(facts.st_size) + 1)
    var count = 0
    while count < bytes.count {
      let room = bytes.count - count
      let got = fill(&bytes, from: count, count: room, descriptor)
      if got < 0 {
        if errno == EINTR { continue }
        throw .system(errno: errno)
      }
      if got == 0 { break }
      count += got
      // A file that grew meanwhile is read on, but never beyond the limit.
      if count == bytes.count {
        guard count <= limit else { throw .tooLarge }
        bytes += [UInt8](repeating: 0, count: min(limit + 1 - count, 65536))
      }
    }
    bytes.removeLast(bytes.count - count)
    return bytes
  }

  private static func fill(_ bytes: inout [UInt8], from offset: Int, count: Int, _ descriptor: Int32) -> Int {
    bytes.withUnsafeMutableBytes { buffer in
      guard let base = buffer.baseAddress else { return 0 }
      return Glibc.read(descriptor, base + offset, count)
    }
  }
}
