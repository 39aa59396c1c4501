import ConsentJournal
import ConsentModel
import Glibc
import Testing

/// A flow of one card whose lines hold what terminals disagree about.
private enum WideFlow {
  static let samples: [(name: String, text: String)] = [
    ("marks", "e\u{301}a\u{308}\u{323}o\u{302} are three letters with marks on them"),
    ("joined", "\u{1F468}\u{200D}\u{1F469}\u{200D}\u{1F467} is a family of three, joined"),
    ("flags", "\u{1F1E9}\u{1F1EA}\u{1F1EB}\u{1F1F7} are two flags"),
    ("pictures", "\u{2764}\u{FE0F}\u{2600}\u{FE0F} 1\u{FE0F}\u{20E3} are pictures by selection"),
    ("text", "\u{2764}\u{FE0E} \u{1F600}\u{FE0E} are text by selection"),
    ("skin", "\u{1F44B}\u{1F3FD} waves \u{1F469}\u{1F3FF}\u{200D}\u{1F680} flies"),
    ("cjk", "\u{6F22}\u{5B57}\u{304B}\u{306A} \u{D55C}\u{AE00} \u{FF21} are wide"),
    ("hebrew", "\u{5E9}\u{5DC}\u{5D5}\u{5DD} \u{5E2}\u{5D5}\u{5DC}\u{5DD} runs to the left"),
    ("arabic", "\u{645}\u{631}\u{62D}\u{628}\u{627}\u{64B} \u{633}\u{644}\u{627}\u{645} as well"),
    ("indic", "\u{915}\u{93F} \u{928}\u{92E}\u{938}\u{94D}\u{924}\u{947} \u{E17}\u{E35}\u{E48}"),
    ("jamo", "\u{1112}\u{1161}\u{11AB} is one syllable"),
    ("disputed", "\u{4DC0}\u{3248} are wide for some, \u{1FADC} and \u{2FFC} are young"),
  ]

  static func write(to folder: Folder) throws {
    try folder.write(
      """
      format: 1
      flow: wide
      title: What terminals disagree about
      accounts: [free]
      dates: {published: 2025-08-28, decision: 2025-09-28}
      entries: {start: card}
      outcomes: [done]
      styles:
        ground: {foreground: "#101010", background: "#fefefe"}
        mark: {foreground: "#101010", background: "#fefefe", attributes: [bold], mono: [bold]}
      signs: {focus: mark, backdrop: ground, border: ground, too_small: small}

      """, to: "wide/flow.yaml")
    var screen = """
      format: 1
      screen: card
      shape: card
      columns: 64
      focus_order: [first, second]
      initial_focus: first
      elements:

      """
    for sample in samples { screen += "  - {text: \(sample.name)}\n" }
    screen += """
        - row:
            - {button: wide, name: first, on_activate: [{end: done}]}
            - {button: flag, name: second, on_activate: [{end: done}]}
          name: buttons

      """
    try folder.write(screen, to: "wide/card.yaml")
    try folder.write("format: 1\nfacts: {}\neffects: {}\nrows: []\n", to: "wide/policy.yaml")
    var texts = """
      format: 1
      language: en
      reviewed: {by: the authors, date: 2025-09-01}
      months: [January, February, March, April, May, June, July, August, September, October, November, December]
      date: "{d} {m} {y}"
      decimal: "."
      text:
        small: "This needs {needed_columns} by {needed_rows}."
        wide: "\u{6F22}\u{5B57}"
        flag: "\u{1F1E9}\u{1F1EA} go"

      """
    for sample in samples { texts += "  \(sample.name): \"\(sample.text)\"\n" }
    try folder.write(texts, to: "wide/text/en.yaml")
  }
}

@Suite("widths and locales", .serialized)
struct WidthTests {
  /// Runs the flow and looks for the border, left and right, on every row of the card.
  private func check(
    environment: [String: String], columns: Int = 80, vertical: Character, corner: Character,
    look: (Pty) throws -> Void = { _ in }
  ) throws {
    let folder = try Folder()
    try WideFlow.write(to: folder)
    let pty = try Pty(["run", folder.path + "/wide"], columns: columns, environment: environment)
    try #require(
      pty.wait { $0.cells.contains { $0.contains(corner) } && $0.text.contains("[") }, "\(pty.screen.text)")
    let width = min(64, columns - 4)
    let left = (columns - width) / 2
    for keys in ["", "\t", "\u{1B}[Z", "\t"] {
      pty.type(keys)
      // A screen that is still being written has rows without their right border: the wait is for the whole card.
      let isWhole = pty.wait { screen in
        let rows = screen.cells.filter { $0[left] == vertical }
        guard rows.count >= WideFlow.samples.count, rows.allSatisfy({ $0[left + width - 1] == vertical }) else {
          return false
        }
        return keys.isEmpty || String(screen.cells[screen.row]).contains(keys == "\t" ? "go ]" : "[ ")
      }
      #expect(isWhole, "\(pty.screen.text) after \(keys.debugDescription)")
    }
    try look(pty)
    pty.type("\u{3}")
    #expect(pty.end() == .exit(0))
    // Joiners, selectors, marks of direction and controls are unknown to the model.
    #expect(pty.screen.unknown.isEmpty, "\(pty.screen.unknown)")
  }

  @Test(arguments: [80, 120]) func point07EveryRowKeepsItsColumns(_ columns: Int) throws {
    try check(environment: [:], columns: columns, vertical: "│", corner: "┘") { pty in
      #expect(pty.screen.text.contains("DEFR are two flags"), "\(pty.screen.text)")
      #expect(pty.screen.text.contains("e\u{301}"), "\(pty.screen.text)")
      #expect(pty.screen.text.contains("\u{D55C} is one syllable"), "\(pty.screen.text)")
    }
  }

  @Test func point08TheSameInASCII() throws {
    try check(environment: ["LC_ALL": "C"], vertical: "|", corner: "+") { pty in
      #expect(pty.output.allSatisfy { $0 < 0x80 })
    }
  }

  @Test(
    .enabled(
      if: Tool.isThere("/usr/bin/localedef") && access("/usr/share/i18n/charmaps/ISO-8859-1.gz", R_OK) == 0
        && access("/usr/share/i18n/locales/en_US", R_OK) == 0, "the sources of locales are not installed"))
  func point08TheSameInLatin1() throws {
    let locales = try Folder()
    // It warns and answers 1 where the system's sources have small faults; what counts is what is there then.
    _ = try Tool.run([
      "/usr/bin/localedef", "-c", "-i", "en_US", "-f", "ISO-8859-1", locales.path + "/en_US.ISO-8859-1",
    ])
    try #require(access(locales.path + "/en_US.ISO-8859-1/LC_CTYPE", R_OK) == 0)
    let environment = ["LOCPATH": locales.path, "LC_ALL": "en_US.ISO-8859-1"]
    try check(environment: environment, vertical: "|", corner: "+") { pty in
      #expect(pty.output.allSatisfy { $0 < 0x80 })
    }
  }
}
