import ConsentJournal
import ConsentModel
import Glibc
import Testing

// What every program with a full screen has to get right, numbered as in the list that clickwrap keeps for it.
@Suite("must handle", .serialized)
struct MustHandleTests {
  // MARK: 1 signals and crashes

  @Test(arguments: [SIGTERM, SIGHUP, SIGINT, SIGQUIT])
  func point01ASignalSavesTheSessionAndTheStatusIs128AndItsNumber(_ number: Int32) throws {
    // The shell itself goes on, and says how the program ended.
    let session = try PopUp(script: "trap : TERM HUP INT QUIT; \"$PROGRAM\" \"$@\"; echo \"status $?\"")
    session.pty.signalAll(number)
    #expect(session.pty.end() == .exit(0))
    #expect(session.pty.screen.text.contains("status \(128 + number)"), "\(session.pty.screen.text)")
    #expect(session.pty.leftBehind.isEmpty, "\(session.pty.leftBehind)")
    guard case .complete = try Journal.verify(session.journal) else {
      Issue.record("the journal is not complete")
      return
    }
  }

  @Test(arguments: [SIGUSR1, SIGUSR2, SIGALRM, SIGXCPU, SIGSYS])
  func point01WhatEndsTheProgramUnhandledGivesTheTerminalBackToo(_ number: Int32) throws {
    let session = try PopUp()
    session.pty.signal(number)
    #expect(session.pty.end() == .signal(number))
    #expect(session.pty.leftBehind.isEmpty, "\(session.pty.leftBehind)")
    try session.check(nil)
  }

  @Test(arguments: [SIGSEGV, SIGTERM])
  func point01ModesAreUndoneInOrder(_ number: Int32) throws {
    let session = try PopUp()
    let before = session.pty.output.count
    session.pty.signal(number)
    _ = session.pty.end()
    let tail = String(decoding: session.pty.output.dropFirst(before), as: UTF8.self)
    var rest = tail[...]
    // The cursor is on a control and shown; only who cannot know that shows it again.
    let cursor = number == SIGSEGV ? ["\u{1B}(B\u{1B}[m", "?25h"] : []
    for sequence in ["?1003l", "?1002l", "?1000l", "?1006l", "?2004l", "?1004l"] + cursor + ["?1049l"] {
      let found = try #require(rest.firstRange(of: sequence), "\(sequence) in \(tail.debugDescription)")
      rest = rest[found.upperBound...]
    }
  }

  // MARK: 2 job control

  @Test func point02StoppingGivesTheTerminalToTheShellAndTakesItAgain() throws {
    let session = try PopUp(
      script: "set -m; \"$PROGRAM\" \"$@\"; echo stopped; read line; echo got $line; fg; echo \"status $?\"")
    session.pty.type("\t")
    try #require(session.pty.wait(for: "[ Not now ]"))
    session.pty.type("\u{1A}")
    try #require(session.pty.wait(for: "stopped"), "\(session.pty.screen.text)")
    #expect(session.pty.leftBehind.isEmpty, "\(session.pty.leftBehind)")
    // The shell gets its line; two keys too many are for nobody, and are counted.
    session.pty.type("mine\nzz")
    try #require(session.waitsForEvent("continued"))
    try #require(session.pty.wait(for: "[ Not now ]"))
    try #require(session.pty.wait { $0.modes.isSuperset(of: [1049, 1000, 1004, 2004]) })
    session.pty.type("\u{3}")
    #expect(session.pty.end() == .exit(0))
    #expect(session.occurrences(of: "got mine") == 1)
    #expect(session.pty.leftBehind.isEmpty, "\(session.pty.leftBehind)")
    #expect(try session.events() == ["tab", "suspended", "continued(2)", "ctrl+c"])
    try session.check(.left(.stopKey))
  }

  // MARK: 3 the end of input

  @Test(.timeLimit(.minutes(1)), arguments: ["/dev/null"])
  func point03WithoutInputItEndsWithAReasonAndNeverSpins(_ input: String) throws {
    let refused = try Pty(["run", "consumer-terms", "--no-linear"], input: input)
    #expect(refused.end() == .exit(2))
    #expect(refused.screen.text.contains("clickwrap needs a terminal"), "\(refused.screen.text)")
    #expect(refused.screen.alternations == 0)
    // In lines the end of the input is the end of the session, and a record like any other.
    let lines = try Pty(["run", "consumer-terms"], input: input)
    #expect(lines.end() == .exit(0))
    #expect(lines.screen.text.contains("left (end-of-input)"), "\(lines.screen.text)")
    #expect(lines.screen.alternations == 0)
  }

  @Test func point03ATerminalThatIsGoneWithoutASignalIsTheEndOfTheInput() throws {
    let session = try PopUp(script: "trap '' HUP; exec \"$PROGRAM\" \"$@\"")
    session.pty.hangUp()
    #expect(session.pty.end() == .exit(0))
    try session.check(.left(.endOfInput))
  }

  // MARK: 4 escape

  @Test(
    arguments: [
      ([:], [], 25), (["ESCDELAY": "40"], [], 40), (["ESCDELAY": "40"], ["--esc-delay", "60"], 60),
    ] as [([String: String], [String], Int32)])
  func point04ALoneEscapeIsWaitedForShortly(_ environment: [String: String], _ options: [String], _ delay: Int32) throws
  {
    let session = try PopUp(environment: environment, options: ["--set", "esc=defers"] + options)
    session.pty.type("\u{1B}")
    try #require(session.pty.wait { !$0.text.contains("Not now") }, "\(session.pty.screen.text)")
    session.pty.type("\u{3}")
    _ = session.pty.end()
    #expect(try Journal.read(session.journal).header.terminal.escapeDelayMilliseconds == delay)
    #expect(try session.events().first == "esc")
  }

  @Test func point04AnArrowInTwoPiecesIsAnArrowWhereTheDelayIsLong() throws {
    let session = try PopUp(options: ["--set", "esc=defers", "--esc-delay", "10000"])
    session.pty.type("\u{1B}")
    session.pty.type("[B")
    try #require(session.waitsForEvent("key"))
    session.pty.type("\u{3}")
    _ = session.pty.end()
    #expect(try session.events() == ["down", "ctrl+c"])
  }

  // MARK: 5 sizes

  @Test func point05LinesAndColumnsOfTheEnvironmentAreIgnored() throws {
    let session = try PopUp(environment: ["LINES": "10", "COLUMNS": "40"])
    #expect(try Journal.read(session.journal).header.size == .standard)
    session.pty.resize(columns: 100, rows: 30)
    try #require(session.waitsForEvent("resize"))
    session.pty.type("\u{3}")
    _ = session.pty.end()
    #expect(try session.events().first == "100x30")
  }

  @Test func point05AStormOfSizesEndsInTheLast() throws {
    let session = try PopUp()
    for step in 0..<100 { session.pty.resize(columns: 60 + step, rows: 20 + step % 17) }
    session.pty.resize(columns: 90, rows: 30)
    try #require(session.pty.wait { $0.text.contains("Not now") && $0.cells[29].contains { $0 != " " } })
    session.pty.type("\t")
    try #require(session.pty.wait(for: "[ Not now ]"), "\(session.pty.screen.text)")
    session.pty.type("\u{3}")
    #expect(session.pty.end() == .exit(0))
    #expect(try session.events().last { $0.contains("x") } == "90x30")
    try session.check(.left(.stopKey))
  }

  // MARK: 6 tiny terminals

  @Test(arguments: [(20, 5), (1, 1), (29, 24), (80, 7)])
  func point06BelowTheSmallestSizeTheStateIsKept(_ columns: Int, _ rows: Int) throws {
    let session = try PopUp()
    session.pty.type("\t")
    try #require(session.pty.wait(for: "[ Not now ]"))
    session.pty.resize(columns: columns, rows: rows)
    try #require(session.waitsForEvent("resize"))
    #expect(session.pty.settle { !$0.text.contains("[ Not now ]") }, "\(session.pty.screen.text)")
    // Enter decides nothing where nothing can be read.
    session.pty.type("\r")
    try #require(session.waitsForEvent("key", count: 2))
    session.pty.resize(columns: 80, rows: 24)
    try #require(session.pty.wait(for: "[ Not now ]"), "\(session.pty.screen.text)")
    session.pty.type("\u{3}")
    #expect(session.pty.end() == .exit(0))
    try session.check(.left(.stopKey))
  }
}
