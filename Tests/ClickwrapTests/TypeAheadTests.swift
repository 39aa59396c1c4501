import ConsentJournal
import ConsentModel
import Glibc
import Testing

@Suite("typed ahead, fences and the focus", .serialized)
struct TypeAheadTests {
  @Test func theSecondKeyOfOneReadWasTypedBeforeItsFrame() throws {
    let session = try PopUp()
    session.pty.type("\t\t\u{1B}[Z")
    try #require(session.pty.wait(for: "[ Not now ]"))
    try #require(session.waitsForEvent("key", count: 3))
    session.pty.type("\u{3}")
    #expect(session.pty.end() == .exit(0))
    #expect(try session.events(starred: true) == ["tab", "tab*", "shift+tab*", "ctrl+c"])
  }

  @Test func aKeyThatChangedNothingLeavesTheFrameAndTheNextKeyIsInTime() throws {
    let session = try PopUp()
    session.pty.type("~\t")
    try #require(session.pty.wait(for: "[ Not now ]"))
    session.pty.type("\u{3}")
    #expect(session.pty.end() == .exit(0))
    #expect(try session.events(starred: true) == ["~", "tab", "ctrl+c"])
  }

  @Test func whatIsTypedBeforeTheFirstFrameIsKeptAndMarked() throws {
    let session = try PopUp(
      script: "read line; exec \"$PROGRAM\" \"$@\"",
      typed: "start\n\t\u{1B}[200~words\u{1B}[201~\u{1B}[<65;1;1M\u{1B}[13u")
    try #require(session.pty.wait(for: "[ Not now ]"))
    try #require(session.waitsForEvent("unknown"))
    session.pty.type("\u{3}")
    #expect(session.pty.end() == .exit(0))
    #expect(
      try session.events(starred: true) == ["tab*", "paste(5,1)*", "wheelDown*", "unknown(5)*", "ctrl+c"])
    try session.check(.left(.stopKey))
  }

  @Test func aNewFrameIsFencedOnce() throws {
    let session = try PopUp(options: ["--fence"])
    #expect(session.waitsForOutput("\u{1B}[6n"))
    session.pty.type("\u{1B}[12;40R")
    try #require(session.waitsForEvent("fence"))
    // The answer led to no other frame, and so to no other question.
    session.pty.type("~")
    try #require(session.waitsForEvent("key"))
    #expect(session.occurrences(of: "\u{1B}[6n") == 1)
    session.pty.type("\t")
    try #require(session.waitsForOutput("\u{1B}[6n", count: 2))
    session.pty.type("\u{1B}[12;40R")
    try #require(session.waitsForEvent("fence", count: 2))
    session.pty.type("\u{3}")
    #expect(session.pty.end() == .exit(0))
    #expect(try session.events() == ["fence", "~", "tab", "fence", "ctrl+c"])
    #expect(try Journal.read(session.journal).header.terminal.hasFences)
  }

  @Test func anAnswerThatIsStillToComeDoesNotLandInTheShell() throws {
    let session = try PopUp(
      options: ["--fence"], script: "\"$PROGRAM\" \"$@\"; echo over; read line; echo \"got<$line>\"")
    try #require(session.waitsForOutput("\u{1B}[6n"))
    session.pty.type("\u{3}")
    try #require(session.waitsForEvent("key"))
    session.pty.type("\u{1B}[12;40R")
    try #require(session.pty.wait(for: "over"))
    session.pty.type("mine\r")
    #expect(session.pty.end() == .exit(0))
    #expect(session.pty.screen.text.contains("got<mine>"), "\(session.pty.screen.text)")
  }

  @Test func aTerminalThatNeverAnswersIsAskedOnceAndLeft() throws {
    let session = try PopUp(options: ["--fence"])
    session.pty.type("\t")
    try #require(session.pty.wait(for: "[ Not now ]"))
    session.pty.type("\u{3}")
    #expect(session.pty.end() == .exit(0))
    #expect(session.occurrences(of: "\u{1B}[6n") == 1)
    #expect(session.pty.leftBehind.isEmpty)
  }

  @Test func theWindowsFocusIsReported() throws {
    let session = try PopUp()
    try #require(session.pty.wait { $0.modes.contains(1004) })
    session.pty.type("\t\u{1B}[O\u{1B}[I")
    try #require(session.waitsForEvent("focus-in"))
    session.pty.type("\u{3}")
    #expect(session.pty.end() == .exit(0))
    // Nobody types a focus ahead.
    #expect(try session.events(starred: true) == ["tab", "focus-out", "focus-in", "ctrl+c"])
    #expect(try Journal.read(session.journal).header.terminal.reportsFocus)
  }

  @Test(
    arguments: [
      ([:], []), (["SSH_CONNECTION": "192.0.2.1 5 192.0.2.2 22", "TMUX": "/tmp/tmux,1,0"], ["ssh", "tmux"]),
      (["TERM": "screen"], ["screen"]),
    ] as [([String: String], [String])])
  func theHeaderSaysWhatItWasReachedThrough(_ environment: [String: String], _ through: [String]) throws {
    let session = try PopUp(environment: environment)
    session.pty.type("\u{3}")
    #expect(session.pty.end() == .exit(0))
    #expect(try Journal.read(session.journal).header.terminal.through == through)
  }
}
