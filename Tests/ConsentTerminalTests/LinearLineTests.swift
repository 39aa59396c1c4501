import ConsentModel
import Testing

@testable import ConsentTerminal

@Suite("typed lines")
struct LinearLineTests {
  @Test(arguments: [
    ("1", Input.choose(control: 70)), ("2", .choose(control: 80)), (" 2 ", .choose(control: 80)),
    ("2\r", .choose(control: 80)), ("02", .choose(control: 80)), ("3", .choose(control: -1)),
    ("99999", .choose(control: -1)), ("123456789012345678901234567890", .choose(control: -1)),
    ("", .key(.enter)), ("\r", .key(.enter)), ("\u{1B}", .key(.escape)), ("\u{3}", .key(.stop)), ("q", .key(Key("q"))),
    ("é", .key(Key("é"))), ("あ", .key(Key("あ"))), ("yes", .unknown(bytes: 3)), ("1 2", .unknown(bytes: 3)),
    ("-1", .unknown(bytes: 2)), ("   ", .unknown(bytes: 3)), ("\u{1B}[A", .unknown(bytes: 3)),
    ("\u{1B}[31m1", .unknown(bytes: 6)),
  ])
  func meanOneInput(_ line: String, _ input: Input) {
    #expect(LinearLine.input(Array(line.utf8), entries: [70, 80], stopKey: nil) == input)
  }

  @Test func zeroStopsOnlyWhereStoppingIsShown() {
    #expect(LinearLine.input([0x30], entries: [70], stopKey: .function(10)) == .key(.function(10)))
    #expect(LinearLine.input([0x30], entries: [70], stopKey: nil) == .choose(control: -1))
    #expect(LinearLine.input([0x31], entries: [], stopKey: nil) == .choose(control: -1))
  }

  @Test func anyBytesAreSomeInput() {
    var random = PRNG(seed: 20_251_125)
    for _ in 0..<20_000 {
      let bytes = (0..<random.below(12)).map { _ in UInt8(random.below(256)) }
      let input = LinearLine.input(bytes, entries: [5, 6, 7], stopKey: .function(10))
      switch input {
      case .key, .choose, .unknown: break
      case .mouse, .paste, .resize, .wake, .terminalFocus, .suspended, .continued, .fence, .resumed, .leave:
        Issue.record("\(bytes) became \(input)")
      }
    }
  }
}
