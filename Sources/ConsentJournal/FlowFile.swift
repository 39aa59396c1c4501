import ConsentModel
import Glibc

/// The compiled flows that travel with journals: files named after their digest, in the folder `flows` beside them.
public enum FlowFile {
  /// Where the flow of a journal lies.
  public static func path(of digest: Digest256, besideJournal journal: String) -> String {
    "\(FileAccess.folder(of: journal))/flows/\(digest.hex).flow"
  }

  /// Puts the canonical bytes of a flow beside a journal, unless they lie there already.
  ///
  /// The file appears whole or not at all, and is never written again. Throws `JournalError.flowDiffers` when there is
  /// a file of that name with other bytes.
  public static func keep(
    _ bytes: [UInt8], digest: Digest256, besideJournal journal: String
  ) throws(JournalError) {
    let path = path(of: digest, besideJournal: journal)
    if try isKept(digest, at: path) { return }
    let folder = FileAccess.folder(of: path)
    if mkdir(folder, 0o700) != 0, errno != EEXIST { throw .system("make", path: folder, errno: errno) }
    let draft = "\(folder)/.\(digest.hex).\(getpid()).\(FileAccess.now())"
    do throws(JournalError) {
      try write(bytes, to: draft)
    } catch {
      unlink(draft)
      throw error
    }
    let linked = link(draft, path)
    let number = errno
    unlink(draft)
    if linked != 0 {
      guard number == EEXIST else { throw .system("make", path: path, errno: number) }
      _ = try isKept(digest, at: path)
    }
  }

  private static func write(_ bytes: [UInt8], to draft: String) throws(JournalError) {
    let file = try FileDescriptor(draft, O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
    try bytes.withRaw { (raw) throws(JournalError) in
      try FileAccess.write(raw, to: file.raw, path: draft)
    }
    guard fsync(file.raw) == 0 else { throw .system("sync", path: draft, errno: errno) }
  }

  private static func isKept(_ digest: Digest256, at path: String) throws(JournalError) -> Bool {
    guard let kept = try FileAccess.contents(of: path, limit: FlowCodec.maximumBytes) else { return false }
    guard FlowCodec.digest(kept) == digest else { throw .flowDiffers(path: path) }
    return true
  }

  /// The flow of a journal from the file beside it, or nil when there is none.
  public static func load(_ digest: Digest256, besideJournal journal: String) throws(JournalError) -> FlowDefinition? {
    let path = path(of: digest, besideJournal: journal)
    guard let bytes = try FileAccess.contents(of: path, limit: FlowCodec.maximumBytes) else { return nil }
    guard FlowCodec.digest(bytes) == digest else { throw .flowDiffers(path: path) }
    do throws(FlowError) {
      return try FlowCodec.decode(bytes)
    } catch {
      throw .flow(path: path, error)
    }
  }
}
