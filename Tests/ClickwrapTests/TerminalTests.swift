import ConsentJournal
import ConsentModel
import Glibc
import Testing

@Suite("in a terminal", .serialized)
struct TerminalTests {
  @Test func thePopUpIsOnTheScreenAndTheModelKnowsEverySequence() throws {
    let session = try PopUp()
    try #require(session.pty.wait { $0.modes.isSuperset(of: [25, 1049, 1000, 1006, 2004]) })
    #expect(session.pty.screen.unknown.isEmpty)
    #expect(session.pty.screen.colors.contains { $0.contains("48;5;") || $0.contains("38;5;") })
  }

  @Test(arguments: [
    (SIGINT, LeaveWord.interrupt), (SIGTERM, .terminate), (SIGHUP, .hangup), (SIGQUIT, .quit),
  ])
  func aSignalGivesTheTerminalBackAndIsPassedOn(_ number: Int32, _ word: LeaveWord) throws {
    let session = try PopUp()
    session.pty.signal(number)
    #expect(session.pty.end() == .signal(number))
    #expect(session.pty.leftBehind.isEmpty, "\(session.pty.leftBehind)")
    try session.check(.left(word.reason))
  }

  @Test(arguments: [SIGSEGV, SIGILL, SIGABRT, SIGBUS, SIGFPE, SIGTRAP])
  func aCrashGivesTheTerminalBackAndIsRecorded(_ number: Int32) throws {
    let session = try PopUp()
    session.pty.type("\t")
    try #require(session.pty.wait(for: "[ Not now ]"), "\(session.pty.screen.text)")
    session.pty.signal(number)
    #expect(session.pty.end() == .signal(number))
    #expect(session.pty.leftBehind.isEmpty, "\(session.pty.leftBehind)")
    try session.check(.left(.crash))
  }

  @Test func beingKilledLosesNothingThatWasShown() throws {
    let session = try PopUp()
    session.pty.type("\t")
    try #require(session.pty.wait(for: "[ Not now ]"))
    session.pty.signal(SIGKILL)
    #expect(session.pty.end() == .signal(SIGKILL))
    try session.check(nil)
  }

  @Test func controlCLeavesAndIsRecorded() throws {
    let session = try PopUp()
    session.pty.type("\u{3}")
    #expect(session.pty.end() == .exit(0))
    #expect(session.pty.leftBehind.isEmpty)
    try session.check(.left(.stopKey))
  }

  @Test func aTerminalThatGoesAwayIsAHangup() throws {
    let session = try PopUp()
    session.pty.hangUp()
    #expect(session.pty.end() == .signal(SIGHUP))
    try session.check(.left(.hangup))
  }

  @Test func stoppingAndGoingOnIsRecordedAndPaintsAnew() throws {
    let session = try PopUp()
    session.pty.type("\u{1A}")
    // Nobody could continue the job of an orphaned session, so the kernel does not stop it; all else happens.
    try #require(session.waitsForEvent("continued"))
    #expect(session.pty.settle { $0.text.contains("Accept") && $0.modes.contains(1049) })
    session.pty.type("\t")
    try #require(session.pty.wait(for: "[ Not now ]"))
    session.pty.type("\u{3}")
    #expect(session.pty.end() == .exit(0))
    let reader = try Journal.read(session.journal)
    var words: [String] = []
    while let line = try reader.next() {
      guard case .event(let event) = line else { continue }
      switch event.recorded.event.input {
      case .suspended: words.append("suspended")
      case .continued: words.append("continued")
      default: break
      }
    }
    #expect(words == ["suspended", "continued"])
  }

  @Test func aStopFromOutsideIsNoticedWhenItIsOver() throws {
    let session = try PopUp()
    session.pty.signal(SIGSTOP)
    session.pty.signal(SIGCONT)
    try #require(session.waitsForEvent("continued"))
    session.pty.type("\u{3}")
    #expect(session.pty.end() == .exit(0))
    #expect(session.pty.leftBehind.isEmpty)
  }

  @Test func aPastePressesNothing() throws {
    let session = try PopUp()
    session.pty.type("\u{1B}[200~yes\r \t\r\u{1B}[201~\t")
    try #require(session.pty.wait(for: "[ Not now ]"), "\(session.pty.screen.text)")
    session.pty.type("\u{3}")
    #expect(session.pty.end() == .exit(0))
    try session.check(.left(.stopKey))
  }

  @Test func resizesAreFollowedDownToNothingAndBack() throws {
    let session = try PopUp()
    for (columns, rows) in [(100, 40), (40, 12), (20, 5), (1, 1), (132, 50), (80, 24)] {
      session.pty.resize(columns: columns, rows: rows)
    }
    try #require(
      session.pty.wait { $0.text.contains("Accept") && $0.text.contains("Not now") }, "\(session.pty.screen.text)")
    session.pty.type("\t")
    try #require(session.pty.wait(for: "[ Not now ]"))
    session.pty.type("\u{3}")
    #expect(session.pty.end() == .exit(0))
    try session.check(.left(.stopKey))
  }

  @Test func aSizeThatIsTooSmallSaysSoAndComesBack() throws {
    let session = try PopUp()
    session.pty.resize(columns: 20, rows: 5)
    try #require(session.pty.wait { $0.text.contains("needs 30") }, "\(session.pty.screen.text)")
    session.pty.resize(columns: 80, rows: 24)
    #expect(session.pty.wait(for: "Accept"))
  }

  @Test(arguments: [["--no-color"], []])
  func withoutColoursThereAreOnlyAttributes(_ options: [String]) throws {
    let session = try PopUp(environment: options.isEmpty ? ["NO_COLOR": "1"] : [:], options: options)
    for parameters in session.pty.screen.colors {
      let numbers = parameters.split(separator: ";").compactMap { Int($0) }
      #expect(numbers.allSatisfy { $0 < 30 }, "\(parameters)")
    }
  }

  @Test func otherLocalesGetASCII() throws {
    let session = try PopUp(environment: ["LC_ALL": "C"])
    #expect(session.pty.output.allSatisfy { $0 < 0x80 })
    #expect(session.pty.screen.text.contains("Not now"))
  }

  @Test(arguments: ["xterm", "linux", "vt100", "screen", "tmux-256color"])
  func otherTerminalsShowItToo(_ type: String) throws {
    let session = try PopUp(environment: ["TERM": type])
    session.pty.type("\u{3}")
    #expect(session.pty.end() == .exit(0))
  }

  @Test func theMouseCanBeLeftAlone() throws {
    let session = try PopUp(options: ["--no-mouse"])
    try #require(session.pty.wait { $0.modes.contains(2004) })
    #expect(!session.pty.screen.modes.contains(1000))
  }

  @Test func aClickOnTheButtonPressesIt() throws {
    let session = try PopUp()
    // The input guard of the pop-up is over when half a second has passed for the journal; a click before is a miss.
    let rows = session.pty.screen.text.split(separator: "\n", omittingEmptySubsequences: false)
    let row = try #require(rows.firstIndex { $0.contains("Not now") })
    let line = rows[row]
    let column = try #require(line.firstRange(of: "Not now")).lowerBound
    let place = line.distance(from: line.startIndex, to: column)
    var isGone = false
    for _ in 0..<200 where !isGone {
      session.pty.type("\u{1B}[<0;\(place + 2);\(row + 1)M\u{1B}[<0;\(place + 2);\(row + 1)m")
      isGone = session.pty.settle { !$0.text.contains("Accept") }
    }
    #expect(isGone, "\(session.pty.screen.text)")
  }

  @Test func theDemoIsShownInTheLanguageThatWasAskedFor() throws {
    let pseudo = try Pty(["demo", "--language", "EN-xa"])
    #expect(pseudo.wait(for: "[Åššîšţåñţ"), "\(pseudo.screen.text)")
    pseudo.type("\u{03}")
    _ = pseudo.end()
    let none = try Pty(["demo", "--language", "tlh"])
    #expect(none.end() == .exit(5))
    #expect(none.screen.text.contains("there is no language `tlh`"), "\(none.screen.text)")
  }

  @Test func theListSaysWhichLanguagesAreReviewed() throws {
    let list = try Pty(["screens", "list"], columns: 200, rows: 200)
    #expect(list.end() == .exit(0))
    #expect(list.screen.text.contains("languages: en (reviewed by "), "\(list.screen.text)")
    let json = try Pty(["screens", "list", "--json"], columns: 1000, rows: 100)
    #expect(json.end() == .exit(0))
    #expect(json.screen.text.contains(#""languages":[{"language":"en","reviewed_by":""#), "\(json.screen.text)")
  }

  @Test(arguments: [["TERM": ""], ["TERM": "no-such-terminal"], ["TERM": "dumb"]])
  func whereThereIsNoFullScreenItSaysWhatItNeeds(_ environment: [String: String]) throws {
    let pty = try Pty(["demo", "--no-linear"], environment: environment)
    #expect(pty.end() == .exit(2))
    #expect(pty.screen.text.contains("clickwrap needs"), "\(pty.screen.text)")
    #expect(pty.leftBehind.isEmpty)
  }
}

/// The reasons of the signals, as values that tests can be named after.
enum LeaveWord: String {
  case interrupt, terminate, hangup, quit

  var reason: LeaveReason {
    switch self {
    case .interrupt: .interrupt
    case .terminate: .terminate
    case .hangup: .hangup
    case .quit: .quit
    }
  }
}
