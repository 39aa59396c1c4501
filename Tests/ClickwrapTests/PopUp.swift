import ConsentJournal
import ConsentModel
import Glibc
import Testing

/// A session that is at the pop-up, with a journal in a folder of its own.
final class PopUp {
  private let folder: Folder
  let journal: String
  let pty: Pty

  /// - Parameters:
  ///   - typed: what is typed at a script before the program is there.
  init(
    columns: Int = 80, rows: Int = 24, environment: [String: String] = [:], options: [String] = [],
    script: String? = nil, typed: String = ""
  ) throws {
    folder = try Folder()
    journal = folder.path + "/session.jsonl"
    pty = try Pty(
      ["run", "consumer-terms", "--entry", "popup", "--set", "input-guard=ms-0", "--journal", journal] + options,
      columns: columns, rows: rows, environment: environment, script: script)
    if !typed.isEmpty { pty.type(typed) }
    try #require(pty.wait { $0.text.contains("Accept") && $0.text.contains("Not now") }, "\(pty.screen.text)")
  }

  /// Reads on until an event of this name stands in the journal, so often; false when that takes more than ten seconds.
  ///
  /// Keys that come before a program has noticed that it goes on are dropped, so they have to wait for that.
  func waitsForEvent(_ name: String, count wanted: Int = 1) -> Bool {
    for _ in 0..<500 {
      if let file = fopen(journal, "r") {
        var bytes = [UInt8](repeating: 0, count: 65536)
        let count = fread(&bytes, 1, bytes.count, file)
        fclose(file)
        let text = String(decoding: bytes.prefix(count), as: UTF8.self)
        if text.ranges(of: "\"e\":\"\(name)\"").count >= wanted { return true }
      }
      _ = pty.read(milliseconds: 20)
    }
    return false
  }

  /// Reads on until a sequence stands in the output so often; false when that takes more than ten seconds.
  func waitsForOutput(_ sequence: String, count wanted: Int = 1) -> Bool {
    pty.wait { _ in self.occurrences(of: sequence) >= wanted }
  }

  /// How often a sequence stands in the output.
  func occurrences(of sequence: String) -> Int {
    String(decoding: pty.output, as: UTF8.self).ranges(of: sequence).count
  }

  /// The events of the journal in words, those that were typed ahead with a star where that matters.
  func events(starred: Bool = false) throws -> [String] {
    let reader = try Journal.read(journal)
    var words: [String] = []
    while let line = try reader.next() {
      guard case .event(let event) = line else { continue }
      words.append(PopUp.word(event.recorded.event.input) + (starred && event.recorded.event.isAnticipatory ? "*" : ""))
    }
    return words
  }

  private static func word(_ input: Input) -> String {
    switch input {
    case .key(let key): key.spelling
    case .mouse(let mouse): "\(mouse.action)"
    case .paste(let characters, let lines): "paste(\(characters),\(lines))"
    case .resize(let size): "\(size.columns)x\(size.rows)"
    case .wake: "wake"
    case .terminalFocus(let gained): gained ? "focus-in" : "focus-out"
    case .suspended: "suspended"
    case .continued(let droppedKeys): "continued(\(droppedKeys))"
    case .fence: "fence"
    case .unknown(let bytes): "unknown(\(bytes))"
    case .choose(let control): "choose(\(control))"
    case .resumed: "resumed"
    case .leave(let reason): "leave(\(reason.word))"
    }
  }

  /// Where a text stands on the screen, from 1 as terminals count.
  func place(of text: String) throws -> (column: Int, row: Int) {
    for (row, cells) in pty.screen.cells.enumerated() {
      guard let range = String(cells.map { $0 == "\0" ? " " : $0 }).firstRange(of: text) else { continue }
      let line = String(cells.map { $0 == "\0" ? " " : $0 })
      return (line.distance(from: line.startIndex, to: range.lowerBound) + 1, row + 1)
    }
    throw PtyError.system("\(text) is not on the screen:\n\(pty.screen.text)", 0)
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
