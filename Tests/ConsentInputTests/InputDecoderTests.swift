import ConsentModel
import Testing

@testable import ConsentInput

/// What the decoder makes of bytes that all come at once, spelled out; pending input expires at the end.
private func decode(_ bytes: [UInt8], awaitsReply: Bool = false) -> [Input] {
  var decoder = InputDecoder()
  decoder.awaitsCursorReply = awaitsReply
  var events: [Event] = []
  for byte in bytes { decoder.feed(byte, at: .zero, into: &events) }
  decoder.expire(into: &events)
  return events.map(\.input)
}

private func spell(_ input: Input) -> String {
  switch input {
  case .key(let key): key.spelling
  case .mouse(let mouse): "\(mouse.action)@\(mouse.column),\(mouse.row)"
  case .paste(let characters, let lines): "paste(\(characters),\(lines))"
  case .terminalFocus(let gained): gained ? "focus-in" : "focus-out"
  case .unknown(let bytes): "unknown(\(bytes))"
  case .fence: "fence"
  case .resize, .wake, .suspended, .continued, .choose, .resumed, .leave: "other"
  }
}

private func check(_ text: String, _ expected: String, awaitsReply: Bool = false) {
  let bytes = Array(text.utf8)
  let found = decode(bytes, awaitsReply: awaitsReply).map(spell).joined(separator: " ")
  #expect(found == expected, "\(bytes)")
}

@Test(arguments: [
  ("a", "a"), (" ", "space"), ("\t", "tab"), ("\r", "enter"), ("\n", "enter"), ("\u{7F}", "backspace"),
  ("\u{8}", "backspace"), ("\u{3}", "ctrl+c"), ("\u{1A}", "ctrl+z"), ("\u{0}", "ctrl+space"), ("\u{1C}", "ctrl+\\"),
  ("\u{1F}", "ctrl+_"), ("+", "plus"), ("ä", "ä"), ("漢", "漢"), ("😀", "😀"),
  ("\u{1B}", "esc"), ("\u{1B}\u{1B}", "esc esc"), ("\u{1B}a", "alt+a"), ("\u{1B}ä", "alt+ä"), ("\u{1B}[", "alt+["),
  ("\u{1B}O", "alt+O"), ("\u{1B}P", "alt+P"), ("\u{1B}\r", "alt+enter"), ("\u{1B}\u{1B}[A", "esc up"),
  ("\u{1B}[A\u{1B}[B\u{1B}[C\u{1B}[D", "up down right left"),
  ("\u{1B}OA\u{1B}OB\u{1B}OC\u{1B}OD", "up down right left"),
  ("\u{1B}[H\u{1B}[F\u{1B}OH\u{1B}OF", "home end home end"),
  ("\u{1B}[1~\u{1B}[4~\u{1B}[7~\u{1B}[8~", "home end home end"),
  ("\u{1B}[2~\u{1B}[3~\u{1B}[5~\u{1B}[6~", "insert delete pageup pagedown"), ("\u{1B}[Z", "shift+tab"),
  ("\u{1B}OP\u{1B}OS\u{1B}[15~\u{1B}[17~\u{1B}[24~", "f1 f4 f5 f6 f12"), ("\u{1B}[[A\u{1B}[[E", "f1 f5"),
  ("\u{1B}[[x", "unknown(4)"), ("\u{1B}[1;5A", "ctrl+up"), ("\u{1B}[1;2P", "shift+f1"), ("\u{1B}[3;5~", "ctrl+delete"),
  ("\u{1B}[1;99A", "unknown(7)"), ("\u{1B}O5A", "ctrl+up"), ("\u{1B}OM", "enter"), ("\u{1B}Oj", "unknown(3)"),
  ("\u{1B}[97;5u", "unknown(7)"), ("\u{1B}[27;5;97~", "unknown(10)"), ("\u{1B}[?1;2c", "unknown(7)"),
  ("\u{1B}[I\u{1B}[O", "focus-in focus-out"), ("\u{1B}[1;2R", "shift+f3"), ("\u{1B}[12;40R", "unknown(8)"),
  ("\u{1B}[<0;5;3M\u{1B}[<0;5;3m", "press@4,2 release@4,2"),
  ("\u{1B}[<64;1;1M\u{1B}[<65;1;1M", "wheelUp@0,0 wheelDown@0,0"),
  ("\u{1B}[<2;5;3M", "unknown(9)"), ("\u{1B}[<35;5;3M", "unknown(10)"), ("\u{1B}[<0;0;3M", "unknown(9)"),
  ("\u{1B}[<0;5M", "unknown(7)"), ("\u{1B}[<0;99999999999;1M", "unknown(19)"), ("\u{1B}[<16;5;3M", "press@4,2"),
  ("\u{1B}[M !!", "press@0,0"), ("\u{1B}[M#!!", "release@0,0"), ("\u{1B}[M `", "unknown(5)"),
  ("\u{1B}[200~hello\u{1B}[201~", "paste(5,1)"), ("\u{1B}[200~a\r\nb\rc\nd\u{1B}[201~x", "paste(7,4) x"),
  ("\u{1B}[200~\u{1B}[201~", "paste(0,0)"), ("\u{1B}[200~y\u{1B}[20y\r", "paste(7,2)"),
  ("\u{1B}[200~äö\u{1B}[201~", "paste(2,1)"),
  ("\u{1B}]11;rgb:00/00/00\u{7}", "unknown(18)"), ("\u{1B}]11;x\u{1B}\\q", "unknown(8) q"),
  ("\u{1B}P>|term\u{1B}\\", "unknown(10)"),
  ("\u{1B}[1\u{1B}[A", "unknown(3) up"), ("\u{1B}[1\rx", "unknown(3) enter x"), ("\u{1B}[12", "unknown(4)"),
])
func oneReadDecodesTo(_ text: String, _ expected: String) { check(text, expected) }

@Test func aReplyIsAFenceOnlyWhenItWasAskedFor() {
  check("\u{1B}[12;40R", "fence", awaitsReply: true)
  check("\u{1B}[1;2R\u{1B}[1;2R", "fence shift+f3", awaitsReply: true)
}

@Test(
  arguments: [
    ([0x80], "unknown(1)"), ([0xC0, 0x80], "unknown(1) unknown(1)"), ([0xE2, 0x82, 0x41], "unknown(2) A"),
    ([0xED, 0xA0, 0x80], "unknown(1) unknown(1) unknown(1)"), ([0xF4, 0x90], "unknown(1) unknown(1)"),
    ([0xFF], "unknown(1)"),
    ([0xC2, 0x80], "unknown(2)"), ([0xE6, 0xBC], "unknown(2)"),
  ] as [([UInt8], String)])
func brokenCharactersAreUnknown(_ bytes: [UInt8], _ expected: String) {
  #expect(decode(bytes).map(spell).joined(separator: " ") == expected)
}

@Test func aLoneEscapeWaitsForItsDelay() {
  var decoder = InputDecoder(escapeDelayMicroseconds: 25_000)
  var events: [Event] = []
  decoder.feed(0x1B, at: SessionTime(milliseconds: 100), into: &events)
  #expect(events.isEmpty)
  #expect(decoder.deadline == SessionTime(milliseconds: 125))
  decoder.expire(into: &events)
  #expect(events == [Event(at: SessionTime(milliseconds: 100), .key(.escape))])
  #expect(decoder.deadline == nil)
}

@Test(
  arguments: [
    ("\u{1B}", 25), ("\u{1B}[", 25), ("\u{1B}O", 25), ("\u{1B}P", 25), ("\u{1B}[1", 250), ("\u{1B}[<0;1", 250),
    ("\u{1B}]1", 250), ("\u{1B}P1\u{1B}", 250), ("\u{1B}[M ", 250), ("\u{1B}[[", 250), ("\u{E9}", nil),
  ] as [(String, Int64?)])
func whatNobodyTypesIsGivenTimeToGoOn(_ text: String, _ milliseconds: Int64?) {
  var decoder = InputDecoder(escapeDelayMicroseconds: 25_000)
  var events: [Event] = []
  for byte in Array(text.utf8) { decoder.feed(byte, at: SessionTime(milliseconds: 100), into: &events) }
  #expect(decoder.deadline == milliseconds.map { SessionTime(milliseconds: 100 + $0) })
}

@Test func aNewClockTakesWhatIsHalfReadAlong() {
  var decoder = InputDecoder(escapeDelayMicroseconds: 25_000)
  var events: [Event] = []
  decoder.feed(0x1B, at: SessionTime(milliseconds: 90_000), into: &events)
  decoder.restartClock()
  #expect(decoder.deadline == SessionTime(milliseconds: 25))
  decoder.expire(into: &events)
  #expect(events == [Event(at: .zero, .key(.escape))])
}

@Test func pastedTextNeverBecomesKeysWhileItComes() {
  var decoder = InputDecoder()
  var events: [Event] = []
  for byte in Array("\u{1B}[200~\r \t\ry".utf8) { decoder.feed(byte, at: .zero, into: &events) }
  #expect(events.isEmpty)
  #expect(decoder.deadline == SessionTime(microseconds: InputDecoder.pasteSilenceMicroseconds))
}

@Test func bytesAreNeverLostAndNothingTraps() {
  let seed: UInt64 = 0xD3C0_DE01
  var random = PRNG(seed: seed)
  let frequent: [UInt8] = [0x1B, 0x5B, 0x4F, 0x3B, 0x30, 0x32, 0x7E, 0x3C, 0x4D, 0x6D, 0x0D, 0xC3, 0x5D, 0x5C]
  var decoder = InputDecoder()
  var events: [Event] = []
  for index in 0..<400_000 {
    let byte = random.below(2) == 0 ? frequent[random.below(frequent.count)] : UInt8(random.below(256))
    decoder.feed(byte, at: SessionTime(microseconds: Int64(index)), into: &events)
    if random.below(12) == 0 { decoder.expire(into: &events) }
    if events.count > 1000 { events.removeAll(keepingCapacity: true) }
  }
  decoder.expire(into: &events)
  #expect(decoder.deadline == nil, "seed \(seed)")
  decoder.feed(0x61, at: .zero, into: &events)
  #expect(events.last?.input == .key(Key("a")), "seed \(seed)")
}
