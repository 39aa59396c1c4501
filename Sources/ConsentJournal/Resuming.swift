import ConsentModel
import Glibc

/// For how long somebody else's hold of a journal is waited out.
struct LockPatience {
  /// How often the lock is tried.
  var attempts = 50
  /// What is done between two tries.
  var pause: () -> Void = { usleep(2000) }
}

/// Bytes after the last whole line of a journal that goes on; its next line takes their place.
struct TornTail {
  /// Where they begin.
  var offset: Int
  /// How many there are.
  var count: Int
}

extension JournalWriter {
  /// Goes on with a journal that was not closed.
  ///
  /// The file is locked, then the whole of it is read and checked. Nothing may follow but `resume`, an event that leaves, or
  /// the closing line; no event may be earlier than the last one. A torn last line stays until the next line is written over
  /// it, which says in `dropped_bytes` how many bytes were lost, so that there is no moment at which nothing tells of them.
  /// Throws `JournalError.linked` for a symbolic link: what is written must stay where the name is.
  public convenience init(
    resuming path: String, syncsEveryEvent: Bool = false
  ) throws(JournalError) {
    try self.init(resuming: path, syncsEveryEvent: syncsEveryEvent, patience: LockPatience())
  }

  /// The same with another patience.
  convenience init(
    resuming path: String, syncsEveryEvent: Bool = false, patience: LockPatience
  ) throws(JournalError) {
    let descriptor = try JournalWriter.openToGoOn(path)
    let reader: JournalReader
    do throws(JournalError) {
      // The lock comes first: what is read must be what is gone on from.
      try JournalWriter.lock(descriptor, path: path, patience)
      reader = try JournalReader(path)
      guard reader.isSameFile(as: descriptor) else { throw .replaced(path: path) }
      while try reader.next() != nil {}
      guard reader.closing == nil else { throw .complete(path: path) }
      guard reader.header.format == JournalFormat.version else {
        throw .unwritable("more of a journal of format \(reader.header.format)")
      }
    } catch {
      Glibc.close(descriptor)
      throw error
    }
    var nothing = LineWriter()
    let folder = FileAccess.folder(of: path)
    // Whoever made the journal may have died before its name was on the disk.
    let folders = [folder, "\(folder)/flows"].filter(DurableFile.isThere)
    try self.init(
      descriptor: descriptor, path: path, firstLine: &nothing, chain: reader.chain, folders: folders,
      syncsEveryEvent: syncsEveryEvent)
    takeUp(reader)
  }

  /// Opens a file to append to it; what is no regular file is refused without waiting for anybody at its other end.
  static func openToGoOn(_ path: String) throws(JournalError) -> Int32 {
    let descriptor = open(path, O_WRONLY | O_APPEND | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | O_NOFOLLOW)
    guard descriptor >= 0 else {
      switch errno {
      case ELOOP: throw .linked(path: path)
      // A pipe that nobody reads, or a folder.
      case ENXIO, EISDIR: throw .broken(line: 1, .notRegularFile)
      case let number: throw .system("open", path: path, errno: number)
      }
    }
    var facts = stat()
    guard fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else {
      Glibc.close(descriptor)
      throw .broken(line: 1, .notRegularFile)
    }
    return descriptor
  }

  /// Locks a journal, and makes sure that it is still the file of that name.
  static func lock(
    _ descriptor: Int32, path: String, _ patience: LockPatience = LockPatience()
  ) throws(JournalError) {
    // Whoever asks whether a journal is being written holds it for a moment.
    for attempt in 1...patience.attempts {
      guard flock(descriptor, LOCK_EX | LOCK_NB) != 0 else { return }
      let number = errno
      guard number == EWOULDBLOCK || number == EINTR else { throw .system("lock", path: path, errno: number) }
      if attempt < patience.attempts { patience.pause() }
    }
    throw .locked(path: path)
  }

  /// Ends a journal that was interrupted and that nobody will go on with: the session was left from outside.
  ///
  /// - Returns: the chain after its closing line, the head of the journal.
  public static func giveUp(_ path: String, _ reason: LeaveReason) throws(JournalError) -> Digest256 {
    let writer = try JournalWriter(resuming: path)
    let frame = writer.keptFrame
    try writer.append(Event(at: writer.keptTime, .leave(reason)), frameDigest: frame)
    try writer.close(.left(reason))
    return writer.head
  }
}

extension FileAccess {
  /// Writes bytes over the tail of a file that is open for appending, and ends the file there.
  ///
  /// Between the two the rest of a longer tail stands behind the bytes; `cutsFirst` cuts it off before.
  static func write(
    _ bytes: UnsafeRawBufferPointer, over tail: TornTail, of descriptor: Int32, cutsFirst: Bool, path: String
  ) throws(JournalError) {
    let flags = fcntl(descriptor, F_GETFL)
    guard flags >= 0, fcntl(descriptor, F_SETFL, flags & ~O_APPEND) == 0 else {
      throw .system("write", path: path, errno: errno)
    }
    if cutsFirst, bytes.count < tail.count { try cut(descriptor, at: tail.offset, path: path) }
    var done = 0
    while done < bytes.count {
      let count = pwrite(
        descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done, off_t(tail.offset + done))
      if count >= 0 {
        done += count
        continue
      }
      let number = errno
      guard number == EINTR else { throw .system("write", path: path, errno: number) }
    }
    try cut(descriptor, at: tail.offset + bytes.count, path: path)
    guard fcntl(descriptor, F_SETFL, flags) == 0 else { throw .system("write", path: path, errno: errno) }
  }

  private static func cut(_ descriptor: Int32, at length: Int, path: String) throws(JournalError) {
    while ftruncate(descriptor, off_t(length)) != 0 {
      let number = errno
      guard number == EINTR else { throw .system("cut", path: path, errno: number) }
    }
  }

  /// Whether a path names the file that is open, itself and not through a link.
  static func names(_ path: String, _ descriptor: Int32) -> Bool {
    var (named, opened) = (stat(), stat())
    return lstat(path, &named) == 0 && fstat(descriptor, &opened) == 0 && named.st_dev == opened.st_dev
      && named.st_ino == opened.st_ino
  }
}
