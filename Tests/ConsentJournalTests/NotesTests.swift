import ConsentJournal
import Foundation
import Testing

private func place() -> String {
  FileManager.default.temporaryDirectory.appendingPathComponent("notes-\(UUID().uuidString).jsonl").path
}

private func note(_ event: Int, _ marker: Note.Marker, _ text: String = "") -> Note {
  Note(
    event: event, frame: 0x1234 &+ UInt64(event + 1), marker: marker, who: "ada", at: "2025-09-28T12:00:00.000Z",
    text: text)
}

@Suite("notes") struct NotesTests {
  @Test func whatIsAddedIsReadAgain() throws {
    let path = place()
    defer { unlink(path) }
    #expect(try NotesFile.read(path).isEmpty)
    let notes = [
      note(-1, .assist), note(3, .thinkAloud, "“why is it on?”"), note(3, .note, "=1+1 \u{1B}[2J \"quoted\" \\ \n end"),
    ]
    for note in notes { try NotesFile.append(note, to: path) }
    #expect(try NotesFile.read(path) == notes)
    // Nothing in the file can act on a terminal that it is printed to.
    let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    #expect(!bytes.contains(0x1B) && bytes.filter { $0 == 0x0A }.count == 3)
  }

  @Test func everyChangedByteIsFound() throws {
    let path = place()
    defer { unlink(path) }
    for event in 0..<3 { try NotesFile.append(note(event, .confusion, "x\(event)"), to: path) }
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    for index in bytes.indices where bytes[index] != 0x0A {
      var changed = bytes
      changed[index] ^= 1
      try Data(changed).write(to: URL(fileURLWithPath: path))
      #expect(throws: JournalError.self, "byte \(index)") { try NotesFile.read(path) }
    }
  }

  @Test func aTornLineIsCutOffByTheNextNote() throws {
    let path = place()
    defer { unlink(path) }
    try NotesFile.append(note(0, .assist), to: path)
    let whole = try Data(contentsOf: URL(fileURLWithPath: path))
    try (whole + Data("{\"n\":1,\"ev".utf8)).write(to: URL(fileURLWithPath: path))
    #expect(try NotesFile.read(path).count == 1)
    try NotesFile.append(note(5, .technical), to: path)
    #expect(try NotesFile.read(path).map(\.event) == [0, 5])
  }

  @Test func tooMuchIsRefused() {
    let path = place()
    defer { unlink(path) }
    #expect(throws: JournalError.self) {
      try NotesFile.append(note(0, .note, String(repeating: "a", count: 501)), to: path)
    }
    #expect(throws: Never.self) { try NotesFile.append(note(0, .note, String(repeating: "a", count: 500)), to: path) }
  }
}
