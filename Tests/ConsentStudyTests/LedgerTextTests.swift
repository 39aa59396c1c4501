import ConsentStudy
import Testing

private func check(id: String, isAllowed: Bool, sourceLocation: SourceLocation = #_sourceLocation) {
  let problem = ParticipantID.problem(in: id)
  #expect(
    (problem == nil) == isAllowed, "\(id.debugDescription): \(problem ?? "allowed")", sourceLocation: sourceLocation)
}

@Test func idsAreSafeInShellsSpreadsheetsAndTerminals() {
  for id in ["1", "P017", "a.b-c_d@e.f+g", "_x", "5f9c1e2ab3", String(repeating: "a", count: 64)] {
    check(id: id, isAllowed: true)
  }
  for id in [
    "", " ", "a b", "-a", "=1+1", "+1", "@a", ".a", "..", "a/b", "a\\b", "a\nb", "a\u{0}", "a\u{1B}[2J", "é",
    "e\u{301}", "日本",
    "a,b", "a;b", "a\"b", "a'b", "$a", "a*", "\u{202E}a", "a\u{200B}", String(repeating: "a", count: 65),
  ] {
    check(id: id, isAllowed: false)
  }
}

private func check(
  who: String = "anna", why: String = "because", at: String = "2025-09-28T12:00:00.000Z", needsReason: Bool = true,
  isAllowed: Bool, sourceLocation: SourceLocation = #_sourceLocation
) {
  let problem = Act(who: who, why: why, at: at).problem(needsReason: needsReason)
  #expect((problem == nil) == isAllowed, "\(problem ?? "allowed")", sourceLocation: sourceLocation)
}

@Test func reasonsAreOneLineOfText() {
  check(isAllowed: true)
  check(who: "Zoë Müller", why: "كتب: 'x'; DROP TABLE \u{1F642}", isAllowed: true)
  check(why: String(repeating: "é", count: 500), isAllowed: true)
  check(why: String(repeating: "é", count: 501), isAllowed: false)
  check(who: String(repeating: "a", count: 65), isAllowed: false)
  check(who: "", isAllowed: false)
  check(why: "  ", isAllowed: false)
  check(why: "", needsReason: false, isAllowed: true)
  check(who: "clickwrap", why: "", isAllowed: true)
  check(who: "participant", why: "", isAllowed: true)
  for acting in ["\n", "\u{1B}", "\u{7F}", "\u{9B}", "\u{2028}", "\u{202E}", "\u{2067}"] {
    check(why: "a\(acting)b", isAllowed: false)
    check(who: "a\(acting)b", isAllowed: false)
  }
}

@Test func timesAreReadInOneSpelling() {
  func check(_ text: String, _ milliseconds: Int64?, sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(LedgerTime.milliseconds(of: text) == milliseconds, "\(text)", sourceLocation: sourceLocation)
  }
  check("1970-01-01T00:00:00.000Z", 0)
  check("1970-01-02T01:01:01.001Z", 90_061_001)
  check("2025-09-28T12:00:00.000Z", 1_759_060_800_000)
  check("2024-02-29T23:59:59.999Z", 1_709_251_199_999)
  check("1969-12-31T23:59:59.999Z", -1)
  for text in [
    "", "2025-09-28", "2025-09-28T12:00:00Z", "2025-09-28 12:00:00.000Z", "2025-02-29T12:00:00.000Z",
    "2025-09-28T24:00:00.000Z", "2025-09-28T12:60:00.000Z", "2025-09-28T12:00:00.000+", "2025-09-28T12:00:+0.000Z",
    "2025-09-28T12:00:00,000Z", "２025-09-28T12:00:00.000Z",
  ] {
    check(text, nil)
  }
  #expect(LedgerTime.day(of: "2025-09-28T12:00:00.000Z") == "2025-09-28")
  #expect(LedgerTime.day(of: "2025-09-28") == "2025-09-28")
}
