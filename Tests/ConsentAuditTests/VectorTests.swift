import ConsentEngine
import ConsentModel
import Testing

@testable import ConsentAudit

@Suite("measures of the audit") struct VectorTests {
  @Test("contrast and difference of colours, to the printed digit")
  func colours() {
    func contrast(_ first: UInt32, _ second: UInt32, _ printed: String) {
      #expect(AuditSubject.number(Colour.contrast(first, second)) == printed)
      #expect(AuditSubject.number(Colour.contrast(second, first)) == printed)
    }
    contrast(0xFFFFFF, 0x000000, "21.00")
    contrast(0x767676, 0xFFFFFF, "4.54")
    contrast(0x7F7F7F, 0xE5E5E5, "3.18")
    func difference(_ first: UInt32, _ second: UInt32, _ printed: String) {
      #expect(AuditSubject.number(Colour.difference(first, second)) == printed)
    }
    difference(0x229CCB, 0x005AAA, "26.12")
    difference(0xECECEC, 0x000000, "64.64")
    difference(0x32363F, 0x2C70D9, "68.10")
    difference(0xFFFFFF, 0x84BC33, "113.36")
    difference(0xFFFFFF, 0xF4F200, "146.07")
    difference(0xFFFFFF, 0xDD0000, "151.51")
    #expect(Colour.difference(0x123456, 0x123456) == 0)
  }

  @Test("seconds of the Keystroke-Level Model")
  func keystrokes() {
    func check(_ keys: String, _ milliseconds: Int) {
      let way = keys.split(separator: " ").compactMap { Key(spelling: $0) }.map { Input.key($0) }
      #expect(KeystrokeLevel.milliseconds(way) == milliseconds, "\(keys)")
    }
    check("enter", 1630)
    check("tab tab space tab enter", 5450)
    check("", 0)
    check("tab enter", 1910)
    let click = Input.mouse(Mouse(.press, column: 1, row: 1))
    #expect(KeystrokeLevel.milliseconds([click]) == 400 + 1350 + 1100 + 200)
    #expect(KeystrokeLevel.milliseconds([click, click]) == 400 + 2 * (1350 + 1100 + 200))
    #expect(KeystrokeLevel.milliseconds([click, .key(.enter)]) == 400 + 2650 + 400 + 280)
    #expect(KeystrokeLevel.milliseconds([.wake, .key(.enter)]) == 1630)
  }

  @Test("syllables")
  func syllables() {
    for (word, count) in [
      ("cat", 1), ("the", 1), ("accept", 2), ("terms", 1), ("training", 2), ("table", 2), ("make", 1), ("makes", 1),
      ("agreed", 2), ("wanted", 2), ("used", 1), ("retention", 3), ("privacy", 3), ("policy", 3), ("data", 2),
      ("continue", 3), ("you", 1), ("every", 3), ("session", 2), ("undo", 2), ("video", 3), ("area", 3), ("people", 2),
      ("settings", 2), ("changes", 2), ("kept", 1), ("years", 1), ("idea", 3), ("diary", 3), ("tea", 1), ("my", 1),
      ("allow", 2),
    ] as [(String, Int)] {
      #expect(Reading.englishSyllables(word) == count, "\(word)")
    }
    for (word, count) in [
      ("daten", 2), ("ja", 1), ("einwilligung", 4), ("zustimmen", 3), ("bäume", 2), ("freiwillig", 3), ("schnee", 1),
      ("datenschutz", 3), ("aktualisierung", 6), ("über", 2), ("zwei", 1), ("sie", 1), ("neue", 2), ("verbessern", 3),
    ] as [(String, Int)] {
      #expect(Reading.germanSyllables(word) == count, "\(word)")
    }
  }

  @Test("the grades of a text follow from its counts")
  func grades() {
    let counts = Reading.counts(["The cat sat on the mat. It was happy."], syllables: Reading.englishSyllables)
    #expect(counts.words == 9 && counts.sentences == 2 && counts.syllables == 10)
    #expect(abs(Reading.fleschKincaid(counts) - (0.39 * 4.5 + 11.8 * 10.0 / 9 - 15.59)) < 1e-12)
    let german = Reading.counts(["Wir speichern Daten. Sie können widersprechen."], syllables: Reading.germanSyllables)
    // Wir, Sie: one syllable; widersprechen: four; speichern, können, widersprechen: more than six letters, but for können.
    #expect(
      german.words == 6 && german.sentences == 2 && german.longWords == 1 && german.wideWords == 2
        && german.shortWords == 2)
    let grade = 0.1935 * 100 * 1 / 6 + 0.1672 * 3 + 0.1297 * 100 * 2 / 6 - 0.0327 * 100 * 2 / 6 - 0.875
    #expect(abs(Reading.wiener(german) - grade) < 1e-12)
    #expect(Reading.counts([], syllables: Reading.englishSyllables).words == 0)
  }

  @Test("lexicons")
  func lexicons() throws {
    let english = try #require(Lexicon.of("en-GB"))
    #expect(english.negationCount(in: "Don’t stop me from not opting out, do not opt out") == 4)
    #expect(Lexicon.of("ja") == nil && Lexicon.of("de") != nil)
    #expect(Lexicon.has(english.benefits, in: "You can help improve Assistant"))
    #expect(!Lexicon.has(english.consequences, in: "You can help improve Assistant"))
    #expect(Lexicon.has(english.consequences, in: "Allow use of your chats"))
  }
}
