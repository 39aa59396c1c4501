import ConsentJournal
import ConsentModel
import Glibc
import Testing

/// A session that is at the pop-up, with a journal in a folder of its own.
final class PopUp {
  let folder: String
  let journal: String
  let pty: Pty

  init(columns: Int = 80, rows: Int = 24, environment: [String: String] = [:], options: [String] = []) throws {
    var template = Array("/tmp/clickwrap-test-XXXXXX".utf8CString)
    try #require(mkdtemp(&template) != nil)
    folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    journal = folder + "/session.jsonl"
    pty = try Pty(
      ["run", "consumer-terms", "--entry", "popup", "--set", "input-guard=ms-0", "--journal", journal] + options,
      columns: columns, rows: rows,
      environment: environment)
    try #require(pty.wait { $0.text.contains("Accept") && $0.text.contains("Not now") }, "\(pty.screen.text)")
  }

  deinit {
    for file in ["session.jsonl"] { unlink(folder + "/" + file) }
    if let flows = opendir(folder + "/flows") {
      while let entry = readdir(flows) {
        let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        if !name.hasPrefix(".") { unlink(folder + "/flows/" + name) }
      }
      closedir(flows)
    }
    rmdir(folder + "/flows")
    rmdir(folder)
  }

  /// Reads on until an event of this name stands in the journal; false when that takes more than ten seconds.
  ///
  /// Keys that come before a program has noticed that it goes on are dropped, so they have to wait for that.
  func waitsForEvent(_ name: String) -> Bool {
    for _ in 0..<500 {
      if let file = fopen(journal, "r") {
        var bytes = [UInt8](repeating: 0, count: 65536)
        let count = fread(&bytes, 1, bytes.count, file)
        fclose(file)
        if String(decoding: bytes.prefix(count), as: UTF8.self).contains("\"e\":\"\(name)\"") { return true }
      }
      _ = pty.read(milliseconds: 20)
    }
    return false
  }

  func check(_ ending: JournalEnding?) throws {
    switch try Journal.verify(journal) {
    case .complete(let summary):
      #expect(summary.frames == .same)
      #expect(summary.closing?.ending == ending)
    case .unfinished(let summary, _):
      #expect(summary.frames == .same)
      #expect(ending == nil, "unfinished")
    case .broken(let line, let fault): Issue.record("line \(line): \(fault)")
    }
  }
}
