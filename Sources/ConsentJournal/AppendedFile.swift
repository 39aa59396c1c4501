import Glibc

/// A new file that grows at its end, in large steps.
public final class AppendedFile {
  private let path: String
  private var descriptor: Int32
  private var buffer: [UInt8] = []

  /// How many bytes are gathered before they are written.
  private static let step = 1 << 16

  /// Makes a file that is not there yet.
  public init(_ path: String) throws(JournalError) {
    self.path = path
    descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC | O_NOCTTY, 0o600)
    guard descriptor >= 0 else {
      let number = errno
      throw number == EEXIST ? .exists(path: path) : .system("make", path: path, errno: number)
    }
  }

  deinit { if descriptor >= 0 { Glibc.close(descriptor) } }

  /// Adds bytes.
  public func append(_ bytes: [UInt8]) throws(JournalError) {
    buffer += bytes
    if buffer.count >= AppendedFile.step { try flush() }
  }

  /// Writes the rest, and waits until it is on the disk.
  public func close() throws(JournalError) {
    try flush()
    guard fsync(descriptor) == 0 || errno == EINVAL || errno == EROFS else {
      throw .system("sync", path: path, errno: errno)
    }
    Glibc.close(descriptor)
    descriptor = -1
  }

  private func flush() throws(JournalError) {
    try buffer.withRaw { (raw) throws(JournalError) in try FileAccess.write(raw, to: descriptor, path: path) }
    buffer.removeAll(keepingCapacity: true)
  }
}
