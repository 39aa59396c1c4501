import ConsentModel
import Testing

@Suite("text that acts on nothing")
struct InertTextTests {
  @Test("as one line, and in quotation marks")
  func spellings() {
    func check(_ text: String, _ inert: String, _ quoted: String) {
      #expect(text.inert == inert)
      #expect(text.quotedAsJSON == quoted)
    }
    check("", "", "\"\"")
    check("a b", "a b", "\"a b\"")
    check("\"\\", "\"\\", "\"\\\"\\\\\"")
    check("a\nb\tc\r", "a\\u{a}b\\u{9}c\\u{d}", "\"a\\nb\\tc\\u000d\"")
    check("\u{0}\u{1B}[2J", "\\u{0}\\u{1b}[2J", "\"\\u0000\\u001b[2J\"")
    check("\u{7F}\u{85}\u{9B}31m", "\\u{7f}\\u{85}\\u{9b}31m", "\"\\u007f\\u0085\\u009b31m\"")
    check("\u{202E}abc\u{2066}", "\\u{202e}abc\\u{2066}", "\"\\u202eabc\\u2066\"")
    check("\u{61C}\u{200F}\u{2028}", "\\u{61c}\\u{200f}\\u{2028}", "\"\\u061c\\u200f\\u2028\"")
    check("é 東京 👩‍👩‍👧 =1+1", "é 東京 👩‍👩‍👧 =1+1", "\"é 東京 👩‍👩‍👧 =1+1\"")
  }

  @Test("what it gives of any scalar is inert and printable again")
  func everyScalar() {
    for value in UInt32(0)..<0x3000 {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let text = "x\(Character(scalar))y"
      let active = (text.inert + text.quotedAsJSON).unicodeScalars.filter { $0.isActive }
      #expect(active.isEmpty, "\(value)")
      #expect(text.inert.inert == text.inert)
    }
  }
}
