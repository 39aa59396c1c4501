import ConsentEngine
import ConsentJournal
import ConsentModel
import ConsentScreens
import Glibc
import Testing

@testable import clickwrap

/// A session of a built-in flow in a folder of its own, without a terminal.
private struct Bench {
  let folder: Folder
  let journal: String
  let engine: FlowEngine
  let inputs: SessionInputs

  init() throws {
    folder = try Folder()
    journal = folder.path + "/session.jsonl"
    let loaded = try BuiltIn.demo(language: "en")
    engine = FlowEngine(loaded.flow)
    inputs = SessionInputs(
      entry: UInt8(loaded.flow.entries.firstIndex { $0.name == "popup" } ?? 0), date: loaded.flow.dates.published,
      seed: 7,
      inputGuardMicroseconds: loaded.flow.inputGuardMicroseconds, asksBeforeStopping: true)
  }

  /// Plays keys in a new journal, or goes on.
  func play(
    _ keys: String, resumes: Bool = false, observe: Session.Observer = { _, _ in }
  ) throws -> (state: FlowState, head: Digest256?) {
    var surface = ScriptedSurface(keys)
    var session = Session(engine: engine, bytes: nil, journal: resumes ? .resume(journal) : .new(journal))
    session.isResumable = true
    return try session.runToEnd(inputs, on: &surface, as: .screen, observe: observe)
  }

  /// Runs `clickwrap run` as far as the terminal, and gives what it says.
  func refusal(_ arguments: [String] = []) throws -> CommandFailure {
    do {
      let command = try #require(
        try Clickwrap.parseAsRoot(["run", "consumer-terms", "--journal", journal, "--resume"] + arguments)
          as? RunCommand)
      try command.run()
    } catch let failure as CommandFailure {
      return failure
    }
    Issue.record("it was not refused")
    return CommandFailure(.ok)
  }
}

/// Keys that accept, and then stop.
private let ending = "enter f10 s tab enter"

@Suite("sessions that go on, alone") struct ResumedSessionTests {
  @Test func aSessionThatIsOverButNotClosedIsClosedWhenItGoesOn() throws {
    let bench = try Bench()
    #expect(try bench.play(ending).head != nil)
    try JournalForge.open(bench.journal)
    let kept = JournalForge.bytes(bench.journal)
    #expect(try Journal.verify(bench.journal).exitCode == .unfinished)
    var surface = ScriptedSurface("enter enter")
    var session = Session(engine: bench.engine, bytes: nil, journal: .resume(bench.journal))
    session.isResumable = true
    let again = try session.runToEnd(bench.inputs, on: &surface, as: .screen) { _, _ in }
    #expect(again.state.isOver && again.head != nil && surface.shown == 0)
    #expect(try Journal.verify(bench.journal).exitCode == .complete)
    // Nothing but the closing line is new.
    try JournalForge.open(bench.journal)
    #expect(JournalForge.bytes(bench.journal) == kept)
  }

  @Test func whoWatchesHearsOfASessionThatTurnsOutToBeOver() throws {
    let bench = try Bench()
    _ = try bench.play(ending)
    try JournalForge.open(bench.journal)
    var heard: [Bool] = []
    _ = try bench.play("", resumes: true) { state, _ in heard.append(state.isOver && state.isDecided) }
    #expect(heard == [true])
  }

  @Test func aWatcherThatThrowsKeepsASessionThatIsOverFromBeingClosed() throws {
    struct Full: Error {}
    let bench = try Bench()
    _ = try bench.play(ending)
    try JournalForge.open(bench.journal)
    #expect(throws: Full.self) { _ = try bench.play("", resumes: true) { _, _ in throw Full() } }
    #expect(try Journal.verify(bench.journal).exitCode == .unfinished)
    #expect(try bench.play("", resumes: true).head != nil)
  }

  @Test func theJournalIsLockedBeforeItIsReplayed() throws {
    let bench = try Bench()
    _ = try bench.play("tab")
    // Were it replayed first, it would be broken.
    try JournalForge.put(JournalForge.bytes(bench.journal) + Array("nonsense\n".utf8), bench.journal)
    let holder = open(bench.journal, O_RDONLY)
    defer { close(holder) }
    #expect(flock(holder, LOCK_EX | LOCK_NB) == 0)
    #expect(throws: JournalError.locked(path: bench.journal)) { _ = try bench.play("enter", resumes: true) }
  }

  @Test func ofTwoThatGoOnAtOnceOneIsRefused() throws {
    let bench = try Bench()
    _ = try bench.play("tab")
    var isRefused = false
    _ = try bench.play("tab", resumes: true) { _, _ in
      guard !isRefused else { return }
      do {
        _ = try bench.play("enter", resumes: true)
      } catch JournalError.locked {
        isRefused = true
      }
    }
    #expect(isRefused)
    #expect(try JournalForge.inputs(bench.journal) == [.key(.tab), .resumed, .key(.tab)])
  }

  @Test func anotherEngineIsRefusedEvenWhereItsFramesAreTheSame() throws {
    let bench = try Bench()
    _ = try bench.play("tab")
    for version in [1, 99] {
      try JournalForge.change(bench.journal) { $0.engineVersion = version }
      let before = JournalForge.bytes(bench.journal)
      #expect(throws: CommandFailure.self) { _ = try bench.play("enter", resumes: true) }
      let failure = try bench.refusal()
      #expect(failure.status == .failure && failure.lines[0].contains("begun with engine \(version)"))
      #expect(JournalForge.bytes(bench.journal) == before)
    }
  }

  @Test func theJournalOfAStudyIsRefused() throws {
    let bench = try Bench()
    _ = try bench.play("tab")
    try JournalForge.change(bench.journal) {
      $0.study = JournalHeader.Study(digest: Digest256(of: []), session: 3, slot: 0)
    }
    let before = JournalForge.bytes(bench.journal)
    let failure = try bench.refusal()
    #expect(failure.status == .refused && failure.lines[0].contains("`clickwrap run STUDY --participant …`"))
    #expect(JournalForge.bytes(bench.journal) == before)
  }

  @Test func aBrokenJournalIsSaidToBeOne() throws {
    let bench = try Bench()
    _ = try bench.play("tab")
    try JournalForge.put(JournalForge.bytes(bench.journal) + Array("nonsense\n".utf8), bench.journal)
    #expect(try bench.refusal().status == .broken)
    unlink(bench.journal)
    mkfifo(bench.journal, 0o600)
    #expect(try bench.refusal().status == .broken)
    unlink(bench.journal)
    mkdir(bench.journal, 0o700)
    #expect(try bench.refusal().status == .broken)
  }

  @Test func withoutAWholeHeaderASessionBeginsAnew() throws {
    let bench = try Bench()
    _ = try bench.play("tab")
    let header = try #require(JournalForge.bytes(bench.journal).split(separator: 0x0A).first)
    for (number, length) in [0, 1, 60, header.count].enumerated() {
      try JournalForge.put(Array(header.prefix(length)), bench.journal)
      let (state, head) = try bench.play(ending, resumes: true)
      #expect(state.isOver && head != nil)
      #expect(try Journal.verify(bench.journal).exitCode == .complete)
      #expect(JournalForge.bytes("\(bench.journal).torn-\(number + 1)") == Array(header.prefix(length)))
    }
  }

  @Test func aJournalThatIsOverCannotGoOn() throws {
    let bench = try Bench()
    _ = try bench.play(ending)
    #expect(throws: JournalError.complete(path: bench.journal)) { _ = try bench.play("enter", resumes: true) }
  }
}

@Suite("sessions that go on, in a terminal", .serialized) struct ResumedTerminalTests {
  private func goOn(_ journal: String, _ arguments: [String] = []) throws -> Pty {
    try Pty(["run", "consumer-terms", "--journal", journal, "--resume"] + arguments)
  }

  @Test func aKioskIsAKioskAgainWithoutBeingAsked() throws {
    let session = try PopUp(options: ["--kiosk"])
    session.pty.signal(SIGKILL)
    #expect(session.pty.end() == .signal(SIGKILL))
    // The second time only the resumption tells, where the header does as well.
    for _ in 0..<2 {
      let pty = try goOn(session.journal)
      try #require(pty.wait(for: "Not now"))
      pty.type("\u{1A}")
      #expect(session.waitsForEvent("key"))
      pty.signal(SIGTERM)
      #expect(pty.end() == .signal(SIGTERM))
      let output = String(decoding: pty.output, as: UTF8.self)
      let closed = try #require(output.firstRange(of: "\u{1B}[?1049l")).upperBound
      #expect(!output[closed...].contains { $0.isLetter && $0.isUppercase || $0 == "\n" }, "\(output[closed...])")
    }
    let reader = try Journal.read(session.journal)
    var kiosks: [Bool] = []
    while let line = try reader.next() {
      if case .event(let event) = line, let resumption = event.resumption { kiosks.append(resumption.terminal.isKiosk) }
    }
    #expect(kiosks == [true, true])
    let refused = try goOn(session.journal, ["--json"])
    #expect(refused.end() == .exit(2) && refused.screen.text.contains("kiosk"))
  }

  @Test func whatBecomesAKioskStaysOneAndNothingElseDoes() throws {
    let session = try PopUp()
    session.pty.signal(SIGKILL)
    _ = session.pty.end()
    for (arguments, isKiosk) in [([], false), (["--kiosk"], true), ([], true)] {
      let pty = try goOn(session.journal, arguments)
      try #require(pty.wait(for: "Not now"))
      pty.signal(SIGTERM)
      _ = pty.end()
      #expect(try GoingOn(session.journal).isKiosk == isKiosk, "\(arguments)")
    }
  }

  @Test func anotherSizeIsAResize() throws {
    let session = try PopUp()
    session.pty.signal(SIGKILL)
    _ = session.pty.end()
    let pty = try Pty(["run", "consumer-terms", "--journal", session.journal, "--resume"], columns: 100, rows: 40)
    try #require(pty.wait(for: "Not now"))
    pty.signal(SIGTERM)
    _ = pty.end()
    #expect(try session.events() == ["resumed", "100x40"])
    try session.check(nil)
  }

  @Test func withoutAWholeHeaderItIsSaidThatItBeginsAnew() throws {
    let session = try PopUp()
    session.pty.signal(SIGKILL)
    _ = session.pty.end()
    let torn = Array(JournalForge.bytes(session.journal).prefix(50))
    try JournalForge.put(torn, session.journal)
    let pty = try goOn(session.journal, ["--entry", "popup", "--set", "input-guard=ms-0"])
    try #require(pty.wait(for: "Not now"))
    #expect(String(decoding: pty.output, as: UTF8.self).contains("no whole header"))
    pty.signal(SIGTERM)
    _ = pty.end()
    #expect(JournalForge.bytes(session.journal + ".torn-1") == torn)
    #expect(try Journal.read(session.journal).header.entry == "popup")
  }
}
