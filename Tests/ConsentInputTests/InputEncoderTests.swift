import ConsentModel
import Testing

@testable import ConsentInput

@Suite("what a terminal sends") struct InputEncoderTests {
  private func decoded(_ bytes: [UInt8]) -> [Input] {
    var decoder = InputDecoder()
    var events: [Event] = []
    for byte in bytes { decoder.feed(byte, at: .zero, into: &events) }
    decoder.expire(into: &events)
    return events.map(\.input)
  }

  @Test("for a key is read as that key again")
  func everyKey() {
    var sent = 0
    var plain = (UInt32(0x20)..<0x7F).compactMap { Unicode.Scalar($0) }.map { Key($0) }
    plain += [Key("é"), Key("東"), Key("👩")] + (1...24).map { Key.function($0) }
    plain += [
      .tab, .backTab, .enter, .escape, .up, .down, .left, .right, .home, .end, .pageUp, .pageDown, .backspace, .delete,
      .insert, .typed, .typedWide,
    ]
    for key in plain {
      for modifiers: Key.Modifiers in [[], .shift, .alt, .control, [.shift, .control], [.alt, .control]] {
        var key = key
        key.modifiers.formUnion(modifiers)
        guard let bytes = InputEncoder.bytes(of: key) else { continue }
        sent += 1
        #expect(decoded(bytes) == [.key(key)], "\(key.spelling): \(bytes)")
      }
    }
    #expect(sent > 300)
  }

  @Test("for keys of everybody is what it always was")
  func spellings() {
    func check(_ spelling: String, _ bytes: String?) {
      let key = Key(spelling: spelling)
      #expect(key != nil)
      #expect(key.flatMap { InputEncoder.bytes(of: $0) } == bytes.map { Array($0.utf8) }, "\(spelling)")
    }
    check("a", "a")
    check("space", " ")
    check("é", "é")
    check("ctrl+c", "\u{3}")
    check("ctrl+space", "\0")
    check("alt+x", "\u{1B}x")
    check("enter", "\r")
    check("tab", "\t")
    check("shift+tab", "\u{1B}[Z")
    check("esc", "\u{1B}")
    check("backspace", "\u{7F}")
    check("up", "\u{1B}[A")
    check("ctrl+right", "\u{1B}[1;5C")
    check("pageup", "\u{1B}[5~")
    check("f1", "\u{1B}OP")
    check("f10", "\u{1B}[21~")
    check("f24", nil)
    check("typed", nil)
    check("ctrl+i", nil)
  }

  @Test("for the mouse and the window")
  func others() {
    let inputs: [Input] = [
      .mouse(Mouse(.press, column: 0, row: 0)), .mouse(Mouse(.release, column: 300, row: 99)),
      .mouse(Mouse(.wheelUp, column: 7, row: 3)), .mouse(Mouse(.wheelDown, column: 7, row: 3)), .terminalFocus(true),
      .terminalFocus(false),
    ]
    for input in inputs { #expect(InputEncoder.bytes(of: input).map(decoded) == [input]) }
    for input: Input in [.wake, .resize(.standard), .choose(control: 3), .leave(.hangup), .fence(replyMicroseconds: 1)]
    {
      #expect(InputEncoder.bytes(of: input) == nil)
    }
  }
}
