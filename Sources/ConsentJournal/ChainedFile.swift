import Glibc

/// One line of a file that is chained like a journal and stands beside it.
protocol ChainedEntry {
  /// Reads one, and its number in the file from 0, up to where its chain begins.
  static func read(from reader: inout LineReader) throws(JournalFault) -> (index: Int, entry: Self)
  /// Writes it as the entry of this number, without its chain.
  func write(to line: inout LineWriter, at index: Int)
}

/// A file of such lines: JSON Lines, each with the SHA-256 of itself and all before it; a torn last line counts for nothing.
enum ChainedFile<Entry: ChainedEntry> {
  /// The largest file in bytes: 4 MiB.
  static var maximumBytes: Int { 1 << 22 }

  /// All entries in their order; none when there is no file.
  ///
  /// Throws `JournalError.broken` at the first line that is not as it was written; a torn last line is left out.
  static func read(_ path: String) throws(JournalError) -> [Entry] { try contents(of: path).entries }

  /// Adds an entry, durably; several processes may write at the same time.
  static func append(_ entry: Entry, to path: String) throws(JournalError) {
    let file = try FileDescriptor(path, O_RDWR | O_CREAT | O_APPEND, mode: 0o600)
    while flock(file.raw, LOCK_EX) != 0 {
      guard errno == EINTR else { throw .system("lock", path: path, errno: errno) }
    }
    let found = try contents(of: path)
    guard ftruncate(file.raw, off_t(found.wholeBytes)) == 0 else { throw .system("cut", path: path, errno: errno) }
    var line = LineWriter()
    entry.write(to: &line, at: found.entries.count)
    _ = line.finish(after: found.chain)
    guard line.bytes.count <= JournalFormat.maximumLine else { throw .unwritable("a line of more than 4 KiB") }
    try line.bytes.withRaw { (raw) throws(JournalError) in try FileAccess.write(raw, to: file.raw, path: path) }
    guard fsync(file.raw) == 0 else { throw .system("sync", path: path, errno: errno) }
    try FileAccess.syncFolder(FileAccess.folder(of: path))
  }

  private static func contents(
    of path: String
  ) throws(JournalError) -> (entries: [Entry], chain: Digest256?, wholeBytes: Int) {
    guard let bytes = try FileAccess.contents(of: path, limit: maximumBytes) else { return ([], nil, 0) }
    var entries: [Entry] = []
    var chain: Digest256?
    var start = 0
    while let end = bytes[start...].firstIndex(of: 0x0A) {
      do throws(JournalFault) {
        let (entry, link) = try parse(Array(bytes[start..<end]), number: entries.count, after: chain)
        entries.append(entry)
        chain = link
      } catch {
        throw .broken(line: entries.count + 1, error)
      }
      start = end + 1
    }
    return (entries, chain, start)
  }

  private static func parse(
    _ line: [UInt8], number: Int, after previous: Digest256?
  ) throws(JournalFault) -> (Entry, Digest256) {
    try line.withRaw { (raw) throws(JournalFault) in
      var reader = LineReader(raw)
      let (index, entry) = try Entry.read(from: &reader)
      guard index == number else { throw .order(expected: number, found: index) }
      let (covered, found) = try reader.chain()
      var speller = LineWriter()
      entry.write(to: &speller, at: index)
      guard speller.bytes.elementsEqual(raw[..<covered]) else { throw .spelling(byte: 1) }
      let expected = Digest256(after: previous, UnsafeRawBufferPointer(rebasing: raw[..<covered]))
      guard expected == found else { throw .chain(expected: expected, found: found) }
      return (entry, found)
    }
  }
}
