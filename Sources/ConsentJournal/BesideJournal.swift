/// A line that stands beside a journal and belongs to a frame of it: a note, or a text that was typed.
public protocol BesideJournal {
  /// Number of the last event before it, from 0; −1 at the first frame.
  var event: Int { get }
  /// Digest of the frame that followed that event.
  var frame: UInt64 { get }
}

extension Note: BesideJournal {}
extension TypedText: BesideJournal {}

extension JournalReader {
  /// The first of the entries that names an event or a frame which its journal does not have; nil when there is none.
  ///
  /// An event after the end of a journal that is unfinished, or lost bytes of a torn line, may have been lost with them; such an
  /// entry is let pass.
  ///
  /// - Parameters:
  ///   - entries: in any order.
  ///   - path: the journal, which is read to its end.
  public static func firstStranger(
    among entries: [some BesideJournal], in path: String
  ) throws(JournalError) -> Int? {
    let reader = try JournalReader(path)
    var frames: [Int: UInt64] = [-1: reader.header.firstFrame]
    let wanted = Set(entries.map(\.event))
    while let line = try reader.next() {
      guard case .event(let event) = line, wanted.contains(event.index) else { continue }
      frames[event.index] = event.recorded.frameDigest
    }
    guard reader.droppedBytes == 0 else { return nil }
    return entries.firstIndex { entry in
      guard let frame = frames[entry.event] else { return reader.closing != nil }
      return frame != entry.frame
    }
  }
}
