import ConsentJournal
import ConsentModel
import Glibc
import Testing

/// What may have become of a journal before its session goes on.
enum JournalForge {
  /// The bytes of a file; none when it cannot be read.
  static func bytes(_ path: String) -> [UInt8] {
    guard let found = try? DurableFile.contents(of: path, limit: 1 << 24) else { return [] }
    return found
  }

  /// Writes a file anew, in place of what was there.
  static func put(_ bytes: [UInt8], _ path: String) throws { try DurableFile.replace(path, bytes) }

  /// Takes the closing line away, as a kill before it would.
  static func open(_ path: String) throws {
    let bytes = bytes(path)
    let start = try #require(bytes.dropLast().lastIndex(of: 0x0A))
    try #require(String(decoding: bytes[start...], as: UTF8.self).contains("{\"end\""))
    try put(Array(bytes[...start]), path)
  }

  /// Writes a journal again with another header, as if it had begun so.
  static func change(_ path: String, _ change: (inout JournalHeader) -> Void) throws {
    let reader = try Journal.read(path)
    var header = reader.header
    change(&header)
    unlink(path)
    let writer = try JournalWriter(path: path, header: header, flow: nil)
    while let line = try reader.next() {
      if case .event(let event) = line { try writer.append(event.recorded) }
    }
    try writer.interrupt()
  }

  /// The inputs that a journal holds.
  static func inputs(_ path: String) throws -> [Input] {
    let reader = try Journal.read(path)
    var inputs: [Input] = []
    while let line = try reader.next() {
      if case .event(let event) = line { inputs.append(event.recorded.event.input) }
    }
    return inputs
  }
}
