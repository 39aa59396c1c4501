import ConsentJournal
import ConsentModel
import Glibc
import Testing

@testable import clickwrap

/// Journals that earlier versions wrote, each with what that version said of it; they are kept for ever.
private let fixtures: [String] = {
  let root = Repository.root + "/Tests/Fixtures"
  return Repository.folders(root).flatMap { version in
    Repository.files(root + "/" + version).filter { $0.hasSuffix(".jsonl") }.map { version + "/" + $0 }
  }
}()

@Test(arguments: fixtures)
func olderJournalsReplayToTheSameFramesAndAgreements(_ name: String) throws {
  let path = Repository.root + "/Tests/Fixtures/" + name
  let replay = try JournalVerifier().replay(path, visit: nil)
  #expect(replay.frames == .same)
  let engine = try #require(replay.engine)
  let state = try #require(replay.state)
  let lines =
    ["\(replay.reader.eventCount) events replayed, every frame as recorded"] + AgreementReport(engine, state).lines
  let said = try FixtureText.text(path.dropLast(6) + ".txt")
  #expect(lines.joined(separator: "\n") + "\n" == said)
}

@Test func everyVersionHasFixtures() {
  for version in ["0.1.0", "0.2.0"] { #expect(fixtures.contains { $0.hasPrefix(version + "/") }, "\(fixtures)") }
}

private enum FixtureText {
  static func text(_ path: some StringProtocol) throws -> String {
    let file = try #require(fopen(String(path), "r"), "\(path)")
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 65_536)
    let count = fread(&bytes, 1, bytes.count, file)
    return String(decoding: bytes.prefix(count), as: UTF8.self)
  }
}
