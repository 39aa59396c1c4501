import ConsentModel
import Glibc

/// What is wrong with a line of a journal.
public enum JournalFault: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file is no regular file.
  case notRegularFile
  /// There is nothing in the file.
  case empty
  /// The first line is no header of a journal, or has no end.
  case noHeader
  /// The journal is of a later format.
  case newerFormat(Int)
  /// The line is longer than any that is written.
  case tooLong
  /// The line does not have the form that is written; the byte is counted from 1.
  case form(byte: Int, expected: String)
  /// The line means something, but is not spelled as it is written; the byte is counted from 1.
  case spelling(byte: Int)
  /// An event has the wrong number.
  case order(expected: Int, found: Int)
  /// An event is earlier than the one before it.
  case timeRunsBack
  /// The line is not the one that was written after the line before it.
  case chain(expected: Digest256, found: Digest256)
  /// The journal is of another flow.
  case otherFlow(expected: Digest256, found: Digest256)
  /// The flow has no such account or entry.
  case inputs(String)
  /// The replay shows another frame than was recorded.
  case frame(recorded: UInt64, replayed: UInt64)
  /// An event came when the session was over.
  case eventAfterEnd
  /// There is something after the closing line.
  case afterClosing
  /// The closing line says something else than the lines before it.
  case closing(expected: String, found: String)
  /// There were more lines when the journal was anchored.
  case cut(anchored: Int, found: Int)
  /// The line is not the one that was anchored; the change may lie before it.
  case notAnchored(expected: Digest256, found: Digest256)

  /// The problem in words, for a person.
  public var description: String {
    switch self {
    case .notRegularFile: "not a regular file"
    case .empty: "the file is empty; a journal begins with a header"
    case .noHeader: "no whole header of a journal"
    case .newerFormat(let format):
      "a journal of format \(format); this program reads formats 1 to \(JournalFormat.version): use a newer one"
    case .tooLong: "longer than \(JournalFormat.maximumLine) bytes"
    case .form(let byte, let expected): "byte \(byte): expected \(expected)"
    case .spelling(let byte): "byte \(byte): not spelled as clickwrap spells it"
    case .order(let expected, let found): "event \(found) stands where event \(expected) belongs"
    case .timeRunsBack: "earlier than the event before it"
    case .chain(let expected, let found): "the chain is broken: expected \(expected), found \(found)"
    case .otherFlow(let expected, let found): "of another flow: expected \(expected), found \(found)"
    case .inputs(let what): "the flow has no \(what)"
    case .frame(let recorded, let replayed):
      "the replayed frame is another: recorded \(hexWord(recorded)), replayed \(hexWord(replayed))"
    case .eventAfterEnd: "an event after the end of the session"
    case .afterClosing: "something follows the closing line"
    case .closing(let expected, let found): "the closing line says \(found), the session says \(expected)"
    case .cut(let anchored, let found): "cut off: \(found) lines are left of the \(anchored) that were anchored"
    case .notAnchored(let expected, let found):
      "up to here it is not what was anchored: expected \(expected), found \(found)"
    }
  }
}

/// Why a journal could not be written or read.
public enum JournalError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The system refused something: what, on which path, and its error number.
  case system(String, path: String, errno: Int32)
  /// There is a file of that name; nothing is ever overwritten.
  case exists(path: String)
  /// Another process writes this journal.
  case locked(path: String)
  /// The journal cannot hold this.
  case unwritable(String)
  /// The journal was closed, or a write failed before.
  case closed
  /// The journal is broken at this line, counted from 1.
  case broken(line: Int, JournalFault)
  /// There is a symbolic link where a journal should be gone on with.
  case linked(path: String)
  /// Another file has taken the place of the journal meanwhile.
  case replaced(path: String)
  /// The journal is complete; nothing can be added.
  case complete(path: String)
  /// Whoever watched a replay ended it.
  case stopped(String)
  /// The flow that belongs to the journal cannot be read.
  case flow(path: String, FlowError)
  /// The flow file does not hold what its name says.
  case flowDiffers(path: String)
  /// There is no key for signing in the file.
  case noKey(path: String)
  /// Others than its owner may read a private key.
  case unsafeKey(path: String)

  /// The problem in words, for a person.
  public var description: String {
    switch self {
    case .system(let what, let path, let number): "\(path): cannot \(what): \(String(cString: strerror(number)))"
    case .exists(let path): "\(path): there is a file already; nothing is ever overwritten"
    case .locked(let path): "\(path): another process is writing it"
    case .unwritable(let what): "a journal cannot hold \(what)"
    case .closed: "the journal is closed"
    case .broken(let line, let fault): "line \(line): \(fault)"
    case .linked(let path): "\(path): a symbolic link; a session goes on only in the file itself"
    case .replaced(let path): "\(path): another process has just put another file there"
    case .complete(let path): "\(path): the session is complete"
    case .stopped(let why): "the replay was ended: \(why)"
    case .flow(let path, let error): "\(path): \(error)"
    case .flowDiffers(let path): "\(path): the file does not hold the flow that its name says"
    case .noKey(let path): "\(path): there is no key for signing in it"
    case .unsafeKey(let path): "\(path): others may read this private key; `chmod 600` it, or make a new one"
    }
  }
}

/// 16 lower-case hexadecimal digits.
func hexWord(_ value: UInt64) -> String {
  let digits = String(value, radix: 16)
  return String(repeating: "0", count: 16 - digits.count) + digits
}
