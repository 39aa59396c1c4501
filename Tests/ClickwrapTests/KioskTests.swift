import ConsentJournal
import ConsentModel
import Glibc
import Testing

@Suite("kiosk", .serialized)
struct KioskTests {
  @Test func noKeyAndNoStopLeadsToAShell() throws {
    let session = try PopUp(
      options: ["--kiosk"], script: "set -m; \"$PROGRAM\" \"$@\"; echo shell")
    session.pty.type("\u{1A}\u{1C}")
    try #require(session.waitsForEvent("key", count: 2))
    session.pty.type("\t")
    try #require(session.pty.wait(for: "[ Not now ]"))
    #expect(session.occurrences(of: "shell") == 0)
    session.pty.signalForeground(SIGTERM)
    #expect(session.pty.end() == .exit(0))
    #expect(try session.events() == ["ctrl+z", "ctrl+\\", "tab", "leave(terminate)"])
    let header = try Journal.read(session.journal).header
    #expect(header.terminal.isKiosk)
    #expect(header.asksBeforeStopping)
  }

  @Test(arguments: [SIGTSTP, SIGTTIN, SIGTTOU])
  func signalsThatWouldStopItAreIgnored(_ number: Int32) throws {
    // A job of its own under a shell is one that the kernel would stop.
    let session = try PopUp(options: ["--kiosk"], script: "set -m; \"$PROGRAM\" \"$@\"; echo over")
    session.pty.signalForeground(number)
    session.pty.type("\t")
    try #require(session.pty.wait(for: "[ Not now ]"))
    session.pty.signalForeground(SIGTERM)
    #expect(session.pty.end() == .exit(0))
    #expect(try session.events() == ["tab", "leave(terminate)"])
  }

  @Test(arguments: [["run", "consumer-terms", "--entry", "popup"], ["demo"]])
  func nothingIsPrintedAfterTheSession(_ command: [String]) throws {
    let pty = try Pty(command + ["--kiosk"])
    try #require(pty.wait { $0.modes.contains(1049) && $0.text.contains("Assistant") })
    pty.signal(SIGTERM)
    #expect(pty.end() == .signal(SIGTERM))
    #expect(pty.leftBehind.isEmpty, "\(pty.leftBehind)")
    let output = String(decoding: pty.output, as: UTF8.self)
    let closed = try #require(output.firstRange(of: "\u{1B}[?1049l")).upperBound
    #expect(!output[closed...].contains { $0.isLetter && $0.isUppercase || $0 == "\n" }, "\(output[closed...])")
  }

  @Test(arguments: [
    ["run", "consumer-terms", "--kiosk", "--json"], ["replay", "none.jsonl", "--kiosk"],
    ["replay", "none.jsonl", "--fence"],
  ])
  func whatExcludesEachOtherIsAnErrorOfUsage(_ command: [String]) throws {
    let pty = try Pty(command)
    #expect(pty.end() == .exit(2))
    #expect(pty.screen.text.contains("--kiosk") || pty.screen.text.contains("--fence"), "\(pty.screen.text)")
  }
}
