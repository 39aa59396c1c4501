import ConsentJournal
import ConsentModel
import ConsentScreens
import Glibc
import Testing

/// A flow with a field, a number and a slider in a folder of its own, and the journal of a session.
private final class Questions {
  private let folder: Folder
  let pty: Pty
  let journal: String

  init(_ options: [String] = [], waitsFor: String = "Go on") throws {
    folder = try Folder()
    journal = folder.path + "/session.jsonl"
    for (name, text) in Questions.files { try folder.write(text, to: "screens/questions/" + name) }
    pty = try Pty(
      ["run", "questions", "--screens", folder.path + "/screens", "--journal", journal] + options, columns: 80, rows: 24
    )
    try #require(pty.wait(for: waitsFor), "\(pty.screen.text)")
  }

  static let files = [
    "flow.yaml": """
    format: 1
    flow: questions
    accounts: [free]
    dates: {published: 2025-08-28, decision: 2025-09-28}
    entries: {start: page}
    variables:
      said: {number: 0, maximum: 300}
      age: {number: -1, minimum: -1, maximum: 120}
      effort: {number: -1, minimum: -1, maximum: 100}
    outcomes: [done]
    styles:
      ground: {foreground: "#101010", background: "#fefefe"}
    signs: {focus: ground, backdrop: ground, border: ground, too_small: small}
    linear:
      {switches: [small, small, small], ask: ask, ask_default: alone, stop: small, characters: characters,
       ask_text: words, ask_number: digits}

    """,
    "page.yaml": """
    format: 1
    screen: page
    focus_order: [said, age, effort, go_on]
    initial_focus: said
    keys: {g: go_on}
    elements:
      - {text: question}
      - {field: said, name: said, rows: 3, label: own}
      - {number: age, name: age, label: age}
      - {slider: effort, name: effort, step: 5, label: effort}
      - {button: go_on, name: go_on, on_activate: [{go: last}]}

    """,
    "last.yaml": """
    format: 1
    screen: last
    focus_order: [done]
    initial_focus: done
    elements:
      - {text: thanks}
      - {button: done, name: done, on_activate: [{end: done}]}

    """,
    "text/en.yaml": """
    format: 1
    language: en
    reviewed: no
    months: [January, February, March, April, May, June, July, August, September, October, November, December]
    date: "{d} {m} {y}"
    decimal: "."
    text:
      small: too small
      ask: "Number:"
      alone: "Enter alone:"
      characters: characters
      words: "Your text, number"
      digits: "Your digits, number"
      question: What did you see?
      own: In your words
      age: Age
      effort: Effort
      go_on: Go on
      thanks: Thank you.
      done: Done

    """,
  ]

  var bytes: String {
    guard let file = fopen(journal, "r") else { return "" }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 1 << 20)
    let count = fread(&bytes, 1, bytes.count, file)
    return String(decoding: bytes.prefix(count), as: UTF8.self)
  }

  func events() throws -> [Event] {
    let reader = try Journal.read(journal)
    var events: [Event] = []
    while let line = try reader.next() {
      if case .event(let event) = line { events.append(event.recorded.event) }
    }
    return events
  }

  func checkEnd() throws {
    guard case .complete(let summary) = try Journal.verify(journal) else {
      Issue.record("the journal is not complete")
      return
    }
    #expect(summary.frames == .same)
  }
}

@Suite("private fields in a terminal", .serialized)
struct PrivateFieldTests {
  @Test func theFlowOfTheseTestsIsSound() {
    let files = Dictionary(
      uniqueKeysWithValues: Questions.files.map { ("questions/" + $0.key, Array($0.value.utf8)) })
    #expect(FlowLoader.check(flow: "questions", from: .memory(files)).map(\.rendered) == [])
  }

  @Test func whatIsTypedIsSeenAndStandsInNoJournal() throws {
    let session = try Questions()
    session.pty.type("Zäpfchen gq世")
    try #require(session.pty.wait(for: "Zäpfchen gq"), "\(session.pty.screen.text)")
    session.pty.type("\u{7F}\u{7F}x")
    try #require(session.pty.wait(for: "Zäpfchen gx"), "\(session.pty.screen.text)")
    session.pty.type("\t42\t")
    session.pty.type("\u{1B}[C\u{1B}[C\r\r")
    try #require(session.pty.wait(for: "Thank you."), "\(session.pty.screen.text)")
    #expect(!session.pty.screen.text.contains("Zäpfchen"))
    session.pty.type("\r")
    #expect(session.pty.end() == .exit(0))
    #expect(session.pty.leftBehind.isEmpty)
    try session.checkEnd()
    let events = try session.events()
    let typed = events.filter { [.key(.typed), .key(.typedWide), .key(.backspace)].contains($0.input) }
    #expect(typed.count == 15)
    #expect(typed.count { $0.input == .key(.typedWide) } == 1)
    // Whole seconds, or the time of an event before that had to be exact.
    let isCoarse = typed.allSatisfy { event in
      event.at.microseconds % 1_000_000 == 0 || events.contains { $0.at == event.at && !typed.contains($0) }
    }
    #expect(isCoarse)
    let keys = events.compactMap { event -> String? in
      if case .key(let key) = event.input { key.spelling } else { nil }
    }
    #expect(Set(keys).subtracting(["typed", "typed-wide", "backspace", "tab", "4", "2", "right", "enter"]).isEmpty)
    #expect(!session.bytes.contains("pfchen"))
  }

  /// Two pages that look the same to the machine are not taken for one.
  @Test func aTextIsPaintedAnewWhereOnlyTheTextIsAnother() throws {
    let session = try Questions()
    session.pty.type("abc")
    try #require(session.pty.wait(for: "abc"), "\(session.pty.screen.text)")
    session.pty.type("\u{15}")
    try #require(session.pty.wait { !$0.text.contains("abc") }, "\(session.pty.screen.text)")
    session.pty.type("xyz")
    try #require(session.pty.wait(for: "xyz"), "\(session.pty.screen.text)")
    session.pty.type("\u{3}")
    #expect(session.pty.end() == .exit(0))
    #expect(session.bytes.contains("\"v\":\"ctrl+u\""))
  }

  @Test func noFenceTellsTheRhythmOfTyping() throws {
    let session = try Questions(["--fence"])
    session.pty.type("abc")
    try #require(session.pty.wait(for: "abc"), "\(session.pty.screen.text)")
    session.pty.type("\u{3}")
    _ = session.pty.end()
    let events = try session.events()
    let isFenced = events.contains { if case .fence = $0.input { true } else { false } }
    #expect(!isFenced)
  }

  @Test func linesGoIntoWhatWasChosen() throws {
    let session = try Questions(["--linear"], waitsFor: "Your text, number 1")
    session.pty.type("Bergamotte\n")
    try #require(session.pty.wait(for: "In your words [10 characters]"), "\(session.pty.screen.text)")
    try #require(session.pty.wait(for: "Your digits, number 2"), "\(session.pty.screen.text)")
    session.pty.type("200\n")
    session.pty.type("42\n")
    try #require(session.pty.wait(for: "Age [42] 0–120"), "\(session.pty.screen.text)")
    session.pty.type("\n")
    try #require(session.pty.wait(for: "Enter alone: 4"), "\(session.pty.screen.text)")
    session.pty.type("3\n")
    try #require(session.pty.wait(for: "Your digits, number 3"), "\(session.pty.screen.text)")
    session.pty.type("75\n\n")
    try #require(session.pty.wait(for: "Thank you."), "\(session.pty.screen.text)")
    session.pty.type("\n")
    #expect(session.pty.end() == .exit(0))
    try session.checkEnd()
    #expect(!session.bytes.contains("ergamot"))
    let inputs = try session.events().map(\.input)
    #expect(inputs.count { $0 == .key(.typed) } == 10)
    #expect(inputs.contains(.unknown(bytes: 3)))
    #expect(inputs.count { if case .choose = $0 { true } else { false } } == 1)
  }
}
