import ConsentJournal
import ConsentModel
import ConsentRender
import Foundation
import Testing

@testable import ConsentInterchange

/// Everything that an encoder writes, file by file.
private func written(_ encoder: some RecordingEncoder, _ parts: [(RecordingPart, Int64)]) -> [String] {
  var encoder = encoder
  let header = RecordingHeader(
    size: Size(columns: 80, rows: 24), term: "xterm\u{1B}[2J", startedSeconds: 1_700_000_000, title: "a \"title\"",
    idleMilliseconds: 2500)
  var files: [[UInt8]] = []
  func add(_ more: [[UInt8]]) {
    while files.count < more.count { files.append([]) }
    for (file, bytes) in more.enumerated() { files[file] += bytes }
  }
  add(encoder.begin(header))
  for (part, time) in parts { add(encoder.add(part, at: SessionTime(microseconds: time))) }
  add(encoder.end(at: SessionTime(microseconds: parts.last?.1 ?? 0)))
  return files.map { String(decoding: $0, as: UTF8.self) }
}

@Suite("recordings") struct RecordingTests {
  private static let parts: [(RecordingPart, Int64)] = [
    (.output("\u{1B}[1mé東\r\n\"\\"), 0), (.input([0x0D]), 1_234_567),
    (.resize(Size(columns: 100, rows: 30)), 1_234_999),
    (.output("x"), 1_235_499), (.marker("terms agreed"), 1_235_500), (.output("y"), 3_000_000),
  ]

  @Test("of each format, as its rules say")
  func formats() {
    #expect(
      written(AsciicastEncoder(.three), Self.parts) == [
        #"""
        {"version":3,"term":{"cols":80,"rows":24,"type":"xterm\\u{1b}[2J"},"timestamp":1700000000,"idle_time_limit":2.500,"title":"a \"title\""}
        [0.000,"o","\u001b[1mé東\u000d\n\"\\"]
        [1.235,"i","\u000d"]
        [0.000,"r","100x30"]
        [0.000,"o","x"]
        [0.001,"m","terms agreed"]
        [1.764,"o","y"]
        [0.000,"x","0"]

        """#
      ])
    #expect(
      written(AsciicastEncoder(.two), Self.parts) == [
        #"""
        {"version":2,"width":80,"height":24,"timestamp":1700000000,"idle_time_limit":2.500,"title":"a \"title\"","env":{"TERM":"xterm\\u{1b}[2J"}}
        [0.000000,"o","\u001b[1mé東\u000d\n\"\\"]
        [1.234567,"i","\u000d"]
        [1.234999,"r","100x30"]
        [1.235499,"o","x"]
        [1.235500,"m","terms agreed"]
        [3.000000,"o","y"]

        """#
      ])
    #expect(
      written(TypescriptEncoder(.advanced), Self.parts) == [
        """
        Script started on 2023-11-14 22:13:20+00:00 [TERM="xterm\\u001b[2J" COLUMNS="80" LINES="24"]
        \u{1B}[1mé東\r\n"\\xy
        Script done [COMMAND_EXIT_CODE="0"]

        """,
        #"""
        H 0.000000 START_TIME 2023-11-14 22:13:20+00:00
        H 0.000000 TERM xterm\u{1b}[2J
        H 0.000000 COLUMNS 80
        H 0.000000 LINES 24
        H 0.000000 COMMAND a "title"
        O 0.000000 13
        S 1.234999 SIGWINCH ROWS=30 COLS=100
        O 0.000500 1
        O 1.764501 1
        H 0.000000 DURATION 3.000000
        H 0.000000 EXIT_CODE 0

        """#,
      ])
    #expect(written(TypescriptEncoder(.classic), Self.parts)[1] == "0.000000 13\n1.235499 1\n1.764501 1\n")
  }

  @Test("carry what rounding leaves, so that nothing adds up")
  func drift() throws {
    var random = PRNG(seed: 5)
    var time: Int64 = 0
    var parts: [(RecordingPart, Int64)] = []
    for _ in 0..<10_000 {
      time += Int64(random.below(1999))
      parts.append((.output("x"), time))
    }
    var sum = 0
    let lines = written(AsciicastEncoder(.three), parts)[0].split(separator: "\n").dropFirst()
    for (line, part) in zip(lines, parts) {
      let digits = line.dropFirst().prefix { $0 != "," }.filter { $0 != "." }
      sum += try #require(Int(digits))
      #expect(abs(Int64(sum) * 1000 - part.1) <= 500)
    }
  }

  @Test("of kept journals hold their frames, their decisions and no key that nobody asked for")
  func journals() throws {
    for name in ["0.1.0/accept", "0.2.0/lines", "0.2.0/ja", "0.2.0/kiosk"] {
      let path = "\(GoldenText.root)/Tests/Fixtures/\(name).jsonl"
      for format in JournalRecording.Format.allCases {
        var options = JournalRecording.Options()
        options.format = format
        let files = Files()
        let count = try JournalRecording(options).record(path, with: JournalVerifier()) { files.add($0, $1) }
        let text = files.texts[0] ?? ""
        #expect(count > 2 && text.utf8.count > 500, "\(name), \(format.rawValue)")
        switch format {
        case .asciicastV3, .asciicastV2:
          #expect(text.contains("\"m\",\"prompt 1: ") && !text.contains("\"i\","), "\(name)")
          for line in text.split(separator: "\n") {
            #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(line.utf8)) }
          }
        case .typescript: #expect(files.texts[1]?.hasPrefix("H 0.000000 START_TIME ") ?? false)
        case .svg:
          #expect(text.hasPrefix("<svg ") && text.hasSuffix("</svg>\n") && text.contains("prefers-reduced-motion"))
        }
      }
    }
  }

  private final class Files {
    var texts: [Int: String] = [:]
    func add(_ file: Int, _ bytes: [UInt8]) { texts[file, default: ""] += String(decoding: bytes, as: UTF8.self) }
  }

  @Test("find a frame by the number of its event")
  func frames() throws {
    let path = "\(GoldenText.root)/Tests/Fixtures/0.1.0/off-first.jsonl"
    let reader = try JournalReader(path)
    var digests = [reader.header.firstFrame]
    while let line = try reader.next() {
      if case .event(let event) = line { digests.append(event.recorded.frameDigest) }
    }
    func check(_ place: String, _ event: Int) throws {
      let found = try JournalFrame(path, at: try #require(JournalFrame.Place(place)), with: JournalVerifier())
      #expect(found.event == event && found.frame.digest == digests[event + 1])
    }
    try check("first", -1)
    try check("0", 0)
    try check("3", 3)
    try check("last", digests.count - 2)
    // The decision of this session is event 5; what was seen then is the frame before.
    try check("decision", 4)
    #expect(JournalFrame.Place("-1") == nil && JournalFrame.Place("+1") == nil && JournalFrame.Place("01") == nil)
    #expect(throws: JournalRecording.Failure.self) {
      try JournalFrame(path, at: .event(digests.count), with: JournalVerifier())
    }
  }
}
