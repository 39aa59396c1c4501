import ConsentEngine
import ConsentJournal
import ConsentModel
import ConsentScreens
import Testing

@testable import ConsentInterchange

@Suite("imports") struct ImportTests {
  /// Events as `milliseconds spelling`, problems as `line: words`.
  private func read(_ text: String, timing: String? = nil, start: Int64? = nil) -> (
    events: [String], problems: [String]
  ) {
    do throws(ImportProblem) {
      let found = try ImportedInput(
        Array(text.utf8), timing: timing.map { Array($0.utf8) }, startMicroseconds: start,
        escapeDelayMicroseconds: 25_000)
      let events = found.events.map { event in
        let milliseconds = Decimal.text(event.at.microseconds, digits: 3)
        return
          "\(milliseconds) \(InputWords.kind(event.input)) \(InputWords.value(event.input, FlowNames(FlowDefinition(name: ""))) ?? "")"
      }
      return (events, found.problems.map { "\($0.line): \($0.words)" })
    } catch {
      return ([], ["refused, \(error.line)\(error.column.map { ":\($0)" } ?? ""): \(error.words)"])
    }
  }

  private func check(
    _ text: String, timing: String? = nil, start: Int64? = nil, _ events: [String], _ problems: [String] = [],
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let found = read(text, timing: timing, start: start)
    #expect(found.events == events, sourceLocation: sourceLocation)
    #expect(found.problems == problems, sourceLocation: sourceLocation)
  }

  private static let two = #"{"version": 2, "width": 80, "height": 24}"# + "\n"
  private static let three = #"{"version":3,"term":{"cols":80,"rows":24}}"# + "\n"

  @Test("of asciicasts of both versions")
  func asciicasts() {
    check(
      Self.two + #"[0.5, "o", "\u001b[?1049h"]"# + "\n" + #"[1.5, "i", "\t"]"# + "\n" + #"[2.0, "m", "x"]"# + "\n"
        + #"[2.25, "i", "\r"]"#,
      ["1000.000 key tab", "1750.000 key enter"])
    check(
      Self.three + "# a comment\n\n" + #"[0.5,"o","\u001b[?1049h"]"# + "\n" + #"[1.0,"i","\t"]"# + "\r\n"
        + #"[0.5,"q","?"]"# + "\n" + #"[0.25,"i","\r"]"# + "\n" + #"[0,"x","0"]"#,
      ["1000.000 key tab", "1750.000 key enter"])
    // Half a character and half a sequence go on in the next event; a lone escape ends when nothing comes.
    check(
      Self.two + #"[1,"i","\u001b"]"# + "\n" + #"[1.01,"i","[A"]"# + "\n" + #"[2,"i","\u001b"]"# + "\n"
        + #"[3,"i","é"]"#,
      ["1000.000 key up", "2000.000 key esc", "3000.000 key é"])
    // What came before the session is there at its start; the size is the one that it begins with.
    check(
      Self.two + #"[0.1,"i","a"]"# + "\n" + #"[0.2,"r","100x30"]"# + "\n" + #"[1,"o","\u001b[?1049h"]"# + "\n"
        + #"[2,"r","90x25"]"# + "\n" + #"[2.5,"i","b"]"#,
      ["0.000 key a", "1000.000 resize 90x25", "1500.000 key b"])
    check(
      Self.two + #"[1,"i","\u001b[<0;3;4M\u001b[<0;3;4m\u001b[99u\u001b[I"]"#,
      ["1000.000 press 2,3", "1000.000 release 2,3", "1000.000 unknown 5 bytes", "1000.000 focus-in "],
      ["2: 5 bytes are no key and are kept as unknown: 1b 5b 39 39 75"])
    // The answer to a question of the program is no key; without the question it is one.
    check(Self.two + #"[1,"o","\u001b[6n"]"# + "\n" + #"[1.1,"i","\u001b[5;2R"]"#, ["1100.000 fence 0 us"])
    check(Self.two + #"[1.1,"i","\u001b[1;2R"]"#, ["1100.000 key shift+f3"])
    check(Self.two + #"[1,"i","a"]"#, start: 600_000, ["400.000 key a"])
    check(
      Self.two + #"[2,"i","a"]"# + "\n" + #"[1,"i","b"]"#, ["2000.000 key a", "2000.000 key b"],
      ["3: earlier than the event before it"])
  }

  @Test("of typescripts with both timings")
  func typescripts() {
    check(
      "Script started on x\nab\r", timing: "0.5 1\n1.25 2\n", ["500.000 key a", "1750.000 key b", "1750.000 key enter"])
    check(
      "Script started on x\n\t\r\nScript done on y\n",
      timing:
        "H 0.000000 COLUMNS 90\nO 0.5 100\nI 1.0 1\nS 0.1 SIGWINCH ROWS=30 COLS=100\nI 0.4 1\nH 0.000000 EXIT_CODE 0\n",
      ["1000.000 key tab", "1100.000 resize 100x30", "1500.000 key enter"])
    // Where both are in one log, what was shown is passed over.
    check(
      "shown\tmore\r", timing: "H 0 INPUT_LOG io\nH 0 OUTPUT_LOG io\nO 0.1 5\nI 0.2 1\nO 0.1 4\nI 0.2 1\n",
      ["200.000 key tab", "500.000 key enter"])
    check("a", timing: "Z 0.1 x\nI 0.1 1\n", ["200.000 key a"], ["1: an entry of the kind Z is not known"])
    check("a", timing: "I 0.1 2\n", [], ["refused, 1: the log ends before the 2 bytes of this entry"])
    check("a", timing: "0.1\n", [], ["refused, 1: an entry is SECONDS BYTES"])
    check(
      "a", timing: "O 0.1 5\n", [],
      ["refused, 2: nothing that was typed is in it; record with `script --log-in FILE --log-timing FILE`"])
  }

  @Test("of tapes")
  func tapes() {
    check(
      "# cols: 100 rows: 30\nSet TypingSpeed 10ms\nSet FontSize 12\nType \"aé\"\n  Tab@1s 2\nSleep 1.5\nCtrl+C\nAlt+x\nShift+Tab\nWait /x/\n",
      [
        "10.000 key a", "20.000 key é", "1020.000 key tab", "2020.000 key tab", "3530.000 key ctrl+c",
        "3540.000 key alt+x",
        "3550.000 key shift+tab",
      ], ["3: `Set FontSize` is not imported", "10: `Wait` is not imported"])
    check("Type a\n", [], ["refused, 1:1: `Type` is followed by a text in quotation marks"])
    check("\n  Tab@x\n", [], ["refused, 2:3: `x` is no time such as 50ms or 1s"])
    check("Enter 0\n", [], ["refused, 1:1: a key is followed by how often it is pressed, from 1"])
    check("", [], ["refused, 1: the tape presses no key"])
  }

  @Test("that cannot be made")
  func refusals() {
    func refused(_ text: String, _ words: String) { check(text, [], ["refused, " + words]) }
    refused("{}", "1: no header of an asciicast of version 2 or 3")
    refused(
      #"{"version":1,"width":80,"height":24,"stdout":[]}"#,
      "1: an asciicast of version 1 holds no input; record with `asciinema rec --stdin`")
    refused(#"{"version":2,"width":1001,"height":24}"#, "1: the header has no size of 1 to 1000 columns and rows")
    refused(
      Self.two, "2: nothing that was typed is in it; record with `asciinema rec --stdin`, or -I in version 3")
    refused(Self.two + #"[-0.1,"i","x"]"#, "2: -0.1 is no time from 0 to a hundred days, in seconds")
    refused(Self.two + #"[1e99,"i","x"]"#, "2: 1e99 is no time from 0 to a hundred days, in seconds")
    refused(Self.two + #"{"a":1}"#, "2: an event is [time, \"code\", \"data\"]")
    refused(Self.two + #"[1,"r","80x"]"#, "2: a size is COLUMNSxROWS, each 1 to 1000")
    refused("Script started on x\n", "1: a log of `script` needs its timing: --timing FILE")
  }

  @Test("times are read exactly")
  func times() {
    func check(_ text: String, _ microseconds: Int64?) {
      #expect(RecordedTime.microseconds(text) == microseconds, "\(text)")
    }
    check("0", 0)
    check("1.5", 1_500_000)
    check("0.0000005", 1)
    check("0.00000049", 0)
    check("1e-05", 10)
    check("1.25E+2", 125_000_000)
    check("12345.678901", 12_345_678_901)
    check("1e3", 1_000_000_000)
    for text in ["", ".5", "-1", "1.2.3", "1e", "abc", "1e99", "99999999999999", "1e-99999"] { check(text, nil) }
    check("1e-99", 0)
  }

  @Test("never crash, whatever is changed in a file", arguments: [1, 2])
  func mutations(_ seed: UInt64) {
    let cast = Array(
      (Self.two + #"[0.5,"o","\u001b[?1049h"]"# + "\n" + #"[1.5,"i","\u001b[A\t"]"# + "\n" + #"[2.0,"r","90x20"]"#).utf8
    )
    let timing = Array("H 0.0 COLUMNS 90\nO 0.5 100\nI 1.0 1\nS 0.1 SIGWINCH ROWS=30 COLS=100\nI 0.4 1\n".utf8)
    let tape = Array("# cols: 80 rows: 24\nType@5ms \"ab\"\nTab 2\nCtrl+C\nSleep 1.5s\n".utf8)
    var random = PRNG(seed: seed)
    for number in 0..<3000 {
      var bytes = [cast, timing, tape][number % 3]
      for _ in 0...random.below(3) where !bytes.isEmpty {
        let place = random.below(bytes.count)
        switch random.below(3) {
        case 0: bytes[place] = UInt8(random.below(256))
        case 1: bytes.removeSubrange(place..<min(bytes.count, place + 1 + random.below(9)))
        default: bytes.insert(contentsOf: Array("9e9\"[\u{0}-".utf8).prefix(1 + random.below(6)), at: place)
        }
      }
      let isTiming = number % 3 == 1
      do throws(ImportProblem) {
        let found = try ImportedInput(
          isTiming ? Array("ab".utf8) : bytes, timing: isTiming ? bytes : nil, startMicroseconds: nil,
          escapeDelayMicroseconds: 25_000)
        for (one, next) in zip(found.events, found.events.dropFirst()) {
          #expect(one.at <= next.at, "seed \(seed), number \(number)")
        }
        #expect(found.events.allSatisfy { $0.at >= .zero }, "seed \(seed), number \(number)")
      } catch {
        #expect(error.words.unicodeScalars.allSatisfy { !$0.isActive }, "seed \(seed), number \(number)")
      }
    }
  }
}

@Suite("the same keys under another design") struct SameKeysTests {
  private func flow(_ levels: [String: String]) throws -> FlowDefinition {
    let (flow, found) = FlowLoader.load(
      flow: "consumer-terms", from: .folder(GoldenText.root + "/screens"), set: levels, language: "en")
    #expect(found.isEmpty)
    return try #require(flow)
  }

  /// Runs keys under one design, and the same under another.
  private func check(
    _ keys: String, _ own: [String: String] = [:], under levels: [String: String], training: (String, String),
    end: (String, String), misses: (Int, Int) = (0, 0), unused: Int = 0,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let engine = FlowEngine(try flow(own))
    let entry = try #require(engine.flow.entries.firstIndex { $0.name == "popup" })
    let inputs = SessionInputs(
      entry: UInt8(entry), date: engine.flow.dates.published, inputGuardMicroseconds: engine.flow.inputGuardMicroseconds
    )
    let events = keys.split(separator: " ").enumerated().compactMap { index, word in
      Key(spelling: word).map { Event(at: SessionTime(milliseconds: Int64(index + 1) * 1000), .key($0)) }
    }
    let session = ImportedSession(engine, inputs, events, until: SessionTime(milliseconds: 60_000))
    let path = "\(Temporary.folder())/s.jsonl"
    let bytes = FlowCodec.encode(engine.flow)
    let header = JournalHeader(
      flow: engine.flow, digest: FlowCodec.digest(bytes), inputs: inputs, firstFrame: session.firstFrame, version: "0",
      terminal: TerminalFacts(term: "", colours: 0, isUTF8: true, escapeDelayMilliseconds: 25, hasMouse: false),
      started: "2026-11-27T10:00:00.000Z", salt: "00")
    let writer = try JournalWriter(path: path, header: header, flow: bytes)
    for recorded in session.recorded { try writer.append(recorded) }
    let replay = try JournalVerifier().replay(path, visit: nil)
    let other = FlowEngine(try flow(own.merging(levels) { $1 }))
    let found = try #require(SameKeys.outcome(of: replay, session.recorded.map(\.event), under: other))
    let pair = try #require(found.terms.first { $0.name == "training" })
    #expect((pair.recorded, pair.other) == training, sourceLocation: sourceLocation)
    #expect((found.end.recorded, found.end.other) == end, sourceLocation: sourceLocation)
    #expect((found.missesRecorded, found.misses) == misses, sourceLocation: sourceLocation)
    #expect(found.unused == unused, sourceLocation: sourceLocation)
  }

  @Test("flips what was left as it was, and what was switched")
  func outcomes() throws {
    let quit = ("quit", "quit")
    try check("enter 1 q", under: ["default": "off"], training: ("agreed", "declined"), end: quit)
    try check(
      "tab tab space shift+tab shift+tab enter 2 q", under: ["default": "off"], training: ("declined", "agreed"),
      end: quit)
    try check("enter 1 q", under: ["default": "on"], training: ("agreed", "agreed"), end: quit)
    // Where Accept asks for a choice first, the rest of the keys goes astray.
    try check(
      "enter 1 q", under: ["default": "unset"], training: ("agreed", "undecided"), end: ("quit", "keys ran out"),
      misses: (0, 2))
    // A key that means nothing here is a miss.
    try check("x enter 1 q", under: ["default": "off"], training: ("agreed", "declined"), end: quit, misses: (1, 1))
    try check(
      "esc enter 1 q", under: ["esc": "accepts"], training: ("agreed", "agreed"), end: quit, misses: (1, 1))
  }

  @Test("counts sessions and says what it is not")
  func tally() {
    var tally = SameKeys()
    tally.add(
      SameKeys.Outcome(
        terms: [.init(name: "t", recorded: "agreed", other: "declined")],
        end: .init(name: "end", recorded: "a", other: "keys ran out"),
        missesRecorded: 1, misses: 3, unused: 2))
    tally.add(
      SameKeys.Outcome(
        terms: [.init(name: "t", recorded: "agreed", other: "agreed")],
        end: .init(name: "end", recorded: "a", other: "a"),
        missesRecorded: 0, misses: 0, unused: 0))
    #expect(tally.sessions == 2 && tally.flipped == 1 && tally.ranOut == 1 && tally.misses == 3 && tally.unused == 2)
    #expect(SameKeys.label == "mechanical exposure to inertia, not an effect")
  }
}
