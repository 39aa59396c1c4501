import ConsentJournal
import Foundation
import Testing

private func place() -> String {
  FileManager.default.temporaryDirectory.appendingPathComponent("texts-\(UUID().uuidString).jsonl").path
}

private func text(_ event: Int, _ text: String) -> TypedText {
  TypedText(event: event, frame: 0x1234 &+ UInt64(event + 1), screen: "chat", element: "own_text", text: text)
}

@Suite("texts that are kept") struct TextsTests {
  @Test func whatIsAddedIsReadAgain() throws {
    let path = place()
    defer { unlink(path) }
    #expect(try TextsFile.read(path).isEmpty)
    let texts = [
      text(-1, ""), text(3, "let's meet"), text(3, "=1+1 \u{1B}[2J \"quoted\" \\ \n \u{202E}end"), text(9, "👩‍👩‍👧 東京"),
      text(10, String(repeating: "\u{10FFFF}", count: 500)), text(11, String(repeating: "\u{1}", count: 500)),
    ]
    for text in texts { try TextsFile.append(text, to: path) }
    #expect(try TextsFile.read(path) == texts)
    // Nothing in the file can act on a terminal that it is printed to.
    let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    #expect(!bytes.contains(0x1B) && bytes.filter { $0 == 0x0A }.count == texts.count)
    // It is nobody else's.
    let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    #expect(mode == 0o600)
  }

  @Test func everyChangedByteIsFound() throws {
    let path = place()
    defer { unlink(path) }
    for event in 0..<3 { try TextsFile.append(text(event, "x\(event)"), to: path) }
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    for index in bytes.indices where bytes[index] != 0x0A {
      var changed = bytes
      changed[index] ^= 1
      try Data(changed).write(to: URL(fileURLWithPath: path))
      #expect(throws: JournalError.self, "byte \(index)") { try TextsFile.read(path) }
    }
  }

  @Test func aTornLineIsCutOffByTheNextText() throws {
    let path = place()
    defer { unlink(path) }
    try TextsFile.append(text(0, "first"), to: path)
    let whole = try Data(contentsOf: URL(fileURLWithPath: path))
    for length in 1..<whole.count {
      try (whole + whole.prefix(length)).write(to: URL(fileURLWithPath: path))
      // A part of a line is never read, and the whole line only at its place.
      #expect(try TextsFile.read(path).map(\.text) == ["first"])
    }
    try TextsFile.append(text(5, "second"), to: path)
    #expect(try TextsFile.read(path).map(\.event) == [0, 5])
  }

  @Test func tooMuchIsRefused() {
    let path = place()
    defer { unlink(path) }
    #expect(throws: JournalError.self) { try TextsFile.append(text(0, String(repeating: "a", count: 501)), to: path) }
    #expect(throws: Never.self) { try TextsFile.append(text(0, String(repeating: "a", count: 500)), to: path) }
    #expect((try? TextsFile.read(path).count) == 1)
  }
}
