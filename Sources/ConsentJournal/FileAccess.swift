import Glibc

/// A file that is closed when nobody holds it any more.
struct FileDescriptor: ~Copyable {
  let raw: Int32

  init(_ path: String, _ flags: Int32, mode: mode_t = 0) throws(JournalError) {
    while true {
      let opened = open(path, flags | O_CLOEXEC, mode)
      if opened >= 0 {
        raw = opened
        return
      }
      let number = errno
      guard number == EINTR else { throw .system("open", path: path, errno: number) }
    }
  }

  deinit { close(raw) }
}

/// The few things that journals do with files.
enum FileAccess {
  /// Writes all bytes; with one `write` unless the system takes only a part.
  static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32, path: String) throws(JournalError) {
    var done = 0
    while done < bytes.count {
      let count = Glibc.write(descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done)
      if count >= 0 {
        done += count
        continue
      }
      let number = errno
      guard number == EINTR else { throw .system("write", path: path, errno: number) }
    }
  }

  /// Reads up to `room` bytes; 0 at the end of the file.
  static func read(
    _ descriptor: Int32, into room: UnsafeMutableRawBufferPointer, path: String
  ) throws(JournalError) -> Int {
    while true {
      let count = Glibc.read(descriptor, room.baseAddress, room.count)
      if count >= 0 { return count }
      let number = errno
      guard number == EINTR else { throw .system("read", path: path, errno: number) }
    }
  }

  /// The whole file, or nil when there is none.
  static func contents(of path: String, limit: Int) throws(JournalError) -> [UInt8]? {
    guard access(path, F_OK) == 0 else { return nil }
    let file = try FileDescriptor(path, O_RDONLY | O_NONBLOCK)
    var status = stat()
    guard fstat(file.raw, &status) == 0 else { throw .system("read", path: path, errno: errno) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .system("read", path: path, errno: EINVAL) }
    guard status.st_size <= limit else { throw .system("read", path: path, errno: EFBIG) }
    var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
    var done = 0
    while done < bytes.count {
      let count = try bytes.withUnsafeMutableBufferPointer { (buffer) throws(JournalError) in
        try read(
          file.raw, into: UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[done...]),
          path: path)
      }
      if count == 0 { break }
      done += count
    }
    bytes.removeLast(bytes.count - done)
    return bytes
  }

  /// Writes a file anew; the old one stands until the new one is whole.
  static func replace(_ path: String, _ bytes: [UInt8]) throws(JournalError) {
    let draft = "\(path).\(getpid())"
    do throws(JournalError) {
      let file = try FileDescriptor(draft, O_WRONLY | O_CREAT | O_EXCL, mode: 0o644)
      try bytes.withRaw { (raw) throws(JournalError) in try write(raw, to: file.raw, path: draft) }
      guard rename(draft, path) == 0 else { throw .system("replace", path: path, errno: errno) }
    } catch {
      unlink(draft)
      throw error
    }
  }

  /// The folder that a path lies in.
  static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// Makes sure that the names in a folder survive a power cut.
  static func syncFolder(_ path: String) throws(JournalError) {
    let folder = try FileDescriptor(path, O_RDONLY | O_DIRECTORY)
    guard fsync(folder.raw) == 0 else { throw .system("sync", path: path, errno: errno) }
  }

  /// Nanoseconds of the monotonic clock.
  static func now() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}

extension Array where Element == UInt8 {
  /// The bytes in place; unlike `withUnsafeBytes` it keeps the type of what is thrown.
  @inline(__always)
  func withRaw<R, E: Error>(_ body: (UnsafeRawBufferPointer) throws(E) -> R) throws(E) -> R {
    try withUnsafeBufferPointer { (buffer) throws(E) in try body(UnsafeRawBufferPointer(buffer)) }
  }
}
