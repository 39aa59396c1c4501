import ConsentModel
import Testing

@testable import ConsentJournal

@Suite("what stands beside a journal") struct BesideJournalTests {
  let folder = TemporaryFolder()

  private func text(_ event: Int, _ frame: UInt64) -> TypedText {
    TypedText(event: event, frame: frame, screen: "chat", element: "own_text", text: "hello")
  }

  @Test("belongs to an event and its frame")
  func strangersAreFound() throws {
    let whole = folder.file("whole.jsonl")
    let open = folder.file("open.jsonl")
    try TestSession.write(TestSession.decision, to: whole)
    try TestSession.write(TestSession.decision, to: open, closes: false)
    let reader = try Journal.read(whole)
    var frames = [reader.header.firstFrame]
    while let line = try reader.next() {
      if case .event(let event) = line { frames.append(event.recorded.frameDigest) }
    }
    let last = frames.count - 1
    func check(_ entries: [TypedText], _ inWhole: Int?, _ inOpen: Int?) throws {
      #expect(try JournalReader.firstStranger(among: entries, in: whole) == inWhole)
      #expect(try JournalReader.firstStranger(among: entries, in: open) == inOpen)
    }
    try check([], nil, nil)
    try check(frames.enumerated().map { text($0 - 1, $1) }, nil, nil)
    try check([text(-1, frames[0] ^ 1)], 0, 0)
    try check([text(0, frames[1]), text(last - 1, frames[last] ^ 1)], 1, 1)
    // An event after the end may have been lost with it, where there is no closing line.
    try check([text(0, frames[1]), text(last, 7)], 1, nil)
  }
}
