import ConsentJournal
import ConsentModel
import Glibc
import Testing

/// A session in lines at the pop-up, with a journal in a folder of its own.
private final class LinearPopUp {
  private let folder: Folder
  let journal: String
  let pty: Pty

  init(_ options: [String] = ["--linear"], environment: [String: String] = [:]) throws {
    folder = try Folder()
    journal = folder.path + "/session.jsonl"
    pty = try Pty(
      ["run", "consumer-terms", "--entry", "popup", "--set", "input-guard=ms-0", "--journal", journal] + options,
      columns: 80, rows: 60, environment: environment)
    try #require(pty.wait(for: "Enter alone: 1"), "\(pty.screen.text)")
  }

  func events() throws -> [Event] {
    let reader = try Journal.read(journal)
    #expect(reader.header.presentation == .linear)
    var events: [Event] = []
    while let line = try reader.next() {
      if case .event(let event) = line { events.append(event.recorded.event) }
    }
    return events
  }

  func check(_ ending: JournalEnding) throws {
    guard case .complete(let summary) = try Journal.verify(journal) else {
      Issue.record("the journal is not complete")
      return
    }
    #expect(summary.frames == .same)
    #expect(summary.closing?.ending == ending)
  }
}

@Suite("lines in a terminal", .serialized)
struct LinearTerminalTests {
  @Test(arguments: [["TERM": "dumb"], ["TERM": ""], ["TERM": "no-such-terminal"]])
  func areChosenWhereNoFullScreenIsPossible(_ environment: [String: String]) throws {
    let session = try LinearPopUp([], environment: environment)
    session.pty.type("3\n")
    try #require(session.pty.wait(for: "switch [Off]"), "\(session.pty.screen.text)")
    session.pty.type("1\n")
    try #require(session.pty.wait(for: "Did you just allow training"), "\(session.pty.screen.text)")
    session.pty.type("2\n")
    try #require(session.pty.wait(for: "3. Quit"), "\(session.pty.screen.text)")
    session.pty.type("3\n")
    #expect(session.pty.end() == .exit(0))
    // Nothing acts on the terminal: it may not know what to make of it.
    #expect(!session.pty.output.contains(0x1B))
    #expect(session.pty.leftBehind.isEmpty)
    #expect(session.pty.screen.text.contains("training: declined (changed)"), "\(session.pty.screen.text)")
    try session.check(.finished(outcome: "quit"))
  }

  @Test func point11SayOnlyWhatHasChanged() throws {
    let session = try LinearPopUp()
    session.pty.type("3\n")
    try #require(session.pty.wait(for: "Enter alone: 3"))
    let text = session.pty.screen.text
    #expect(text.ranges(of: "Updates to consumer terms").count == 1)
    #expect(text.ranges(of: "2. Not now").count == 1)
    #expect(text.ranges(of: "3. switch").count == 2)
    session.pty.type("\u{4}")
    #expect(session.pty.end() == .exit(0))
    try session.check(.left(.endOfInput))
  }

  @Test func controlCIsTheStopKey() throws {
    let session = try LinearPopUp()
    session.pty.type("\u{3}")
    #expect(session.pty.end() == .exit(0))
    try session.check(.left(.stopKey))
    #expect(try session.events().map(\.input) == [.key(.stop)])
  }

  @Test(arguments: [(SIGINT, LeaveReason.interrupt), (SIGTERM, .terminate), (SIGHUP, .hangup), (SIGQUIT, .quit)])
  func aSignalFromOutsideIsPassedOn(_ number: Int32, _ reason: LeaveReason) throws {
    let session = try LinearPopUp()
    session.pty.signal(number)
    #expect(session.pty.end() == .signal(number))
    try session.check(.left(reason))
  }

  @Test(arguments: [SIGSEGV, SIGILL, SIGTRAP])
  func aCrashIsRecorded(_ number: Int32) throws {
    let session = try LinearPopUp()
    session.pty.signal(number)
    #expect(session.pty.end() == .signal(number))
    try session.check(.left(.crash))
    #expect(try session.events().map(\.input) == [.leave(.crash)])
  }

  @Test func aTerminalThatGoesAwayIsAHangup() throws {
    let session = try LinearPopUp()
    session.pty.hangUp()
    #expect(session.pty.end() == .signal(SIGHUP))
    try session.check(.left(.hangup))
  }

  @Test func linesTypedAheadAreAnticipatory() throws {
    let session = try LinearPopUp()
    // Three lines in one write: the second and third were there before the frames that they answer.
    session.pty.type("3\n3\n2\n")
    #expect(session.pty.wait(for: "Did you just allow training"), "\(session.pty.screen.text)")
    session.pty.type("\u{3}")
    #expect(session.pty.end() == .exit(0))
    #expect(try session.events().map(\.isAnticipatory) == [false, true, true, false])
    try session.check(.left(.stopKey))
  }

  @Test func inAKioskTheStopKeyAsksAndNothingSuspends() throws {
    let session = try LinearPopUp(["--linear", "--kiosk"])
    try #require(session.pty.screen.text.contains("0. Stop taking part"))
    session.pty.type("\u{1A}")
    session.pty.type("0\n")
    try #require(session.pty.wait(for: "Do you want to stop?"), "\(session.pty.screen.text)")
    session.pty.type("1\n")
    try #require(session.pty.wait(for: "You have stopped"))
    session.pty.type("\n")
    #expect(session.pty.end() == .exit(0))
    #expect(!session.pty.screen.text.contains("undecided"), "a kiosk says nothing after the session")
    try session.check(.finished(outcome: "stopped"))
  }

  @Test func otherLocalesGetASCII() throws {
    let session = try LinearPopUp(environment: ["LC_ALL": "C"])
    session.pty.type("\u{3}")
    #expect(session.pty.end() == .exit(0))
    #expect(session.pty.output.allSatisfy { $0 < 0x80 })
  }

  @Test func whatIsNoNumberIsRecordedByItsLengthAndAskedAgain() throws {
    let session = try LinearPopUp()
    session.pty.type("please stop\n")
    #expect(session.pty.wait { $0.text.ranges(of: "Enter alone: 1").count == 2 }, "\(session.pty.screen.text)")
    session.pty.type("\u{3}")
    #expect(session.pty.end() == .exit(0))
    #expect(try session.events().map(\.input) == [.unknown(bytes: 11), .key(.stop)])
  }
}
