import ConsentJournal
import ConsentModel
import Glibc
import Testing

// The second half of the list: what is shown, and what comes in.
@Suite("must handle: showing and input", .serialized)
struct MustHandleInputTests {
  // MARK: 7 widths, 8 locales: see WidthTests

  @Test func point07OnlyMarksEverStandOnAnotherCharacter() throws {
    let session = try PopUp()
    session.pty.type("\u{3}")
    _ = session.pty.end()
    #expect(session.pty.screen.unknown.isEmpty, "\(session.pty.screen.unknown)")
  }

  @Test(arguments: ["C", "POSIX", "no_SUCH.locale"])
  func point08WithoutUTF8OnlyASCIILeaves(_ locale: String) throws {
    let session = try PopUp(environment: ["LC_ALL": locale])
    #expect(session.pty.output.allSatisfy { $0 < 0x80 })
    session.pty.type("\u{3}")
    _ = session.pty.end()
    // The journal does not depend on it.
    #expect(try !Journal.read(session.journal).header.terminal.isUTF8)
    try session.check(.left(.stopKey))
  }

  // MARK: 9 no full screen

  @Test(arguments: [["TERM": ""], ["TERM": "no-such-terminal"], ["TERM": "dumb"]])
  func point09WithoutAFullScreenNothingOfOneIsSent(_ environment: [String: String]) throws {
    let refused = try Pty(["run", "consumer-terms", "--no-linear"], environment: environment)
    #expect(refused.end() == .exit(2))
    #expect(refused.screen.text.contains("clickwrap needs"), "\(refused.screen.text)")
    #expect(!refused.output.contains(0x1B))
    let lines = try Pty(["run", "consumer-terms", "--entry", "popup"], environment: environment)
    try #require(lines.wait(for: "Enter alone: 1"), "\(lines.screen.text)")
    lines.type("\u{3}")
    #expect(lines.end() == .exit(0))
    #expect(!lines.output.contains(0x1B))
    #expect(lines.leftBehind.isEmpty)
  }

  @Test func point09OutputThatIsNoTerminalGetsNoFullScreen() throws {
    let pty = try Pty(
      ["run", "consumer-terms", "--entry", "popup"], script: "\"$PROGRAM\" \"$@\" | cat; echo over")
    try #require(pty.wait(for: "Enter alone: 1"), "\(pty.screen.text)")
    pty.type("\u{4}")
    #expect(pty.end() == .exit(0))
    #expect(pty.screen.text.contains("over"))
    #expect(!pty.output.contains(0x1B))
  }

  // MARK: 10 colours: see ColorTests

  @Test(
    arguments: [
      (["NO_COLOR": "1"], []), ([:], ["--no-color"]), (["TERM": "vt100"], []), (["TERM": "vt220"], []),
    ] as [([String: String], [String])])
  func point10WithoutColoursAttributesCarryTheMeaning(_ environment: [String: String], _ options: [String]) throws {
    let session = try PopUp(environment: environment, options: options)
    let numbers = session.pty.screen.colors.flatMap { $0.split(separator: ";").compactMap { Int($0) } }
    #expect(numbers.allSatisfy { $0 < 30 }, "\(numbers)")
    #expect(Set(numbers).isSuperset(of: [1, 7]), "\(numbers)")
    session.pty.type("\u{3}")
    _ = session.pty.end()
    #expect(try Journal.read(session.journal).header.terminal.colours == 0)
  }

  @Test func point10AnEmptyNoColorMeansNothing() throws {
    let session = try PopUp(environment: ["NO_COLOR": ""])
    #expect(session.pty.screen.colors.contains { $0.contains("48;5;") })
  }

  // MARK: 11 screen readers

  @Test func point11TheCursorIsOnTheControlWithTheFocusAndShown() throws {
    let session = try PopUp()
    for name in ["Not now", "Accept"] {
      session.pty.type(name == "Accept" ? "\u{1B}[Z" : "\t")
      let isThere = { (screen: ScreenModel) in screen.text.contains("[ \(name) ]") }
      try #require(session.pty.wait(for: isThere), "\(session.pty.screen.text)")
      #expect(
        session.pty.settle { screen in
          screen.modes.contains(25) && String(screen.cells[screen.row]).contains(name)
        }, "\(session.pty.screen.row)\n\(session.pty.screen.text)")
    }
    let isBraille = { (scalar: Unicode.Scalar) in (0x2800...0x28FF).contains(scalar.value) }
    #expect(!String(decoding: session.pty.output, as: UTF8.self).unicodeScalars.contains(where: isBraille))
  }

  // MARK: 12 mouse

  @Test(arguments: ["press and release", "press alone", "press, then release"])
  func point12APressActsOnce(_ how: String) throws {
    let session = try PopUp(rows: 40)
    try #require(session.pty.wait(for: "─●"), "\(session.pty.screen.text)")
    let place = try session.place(of: "─●")
    let (press, release) = ("\u{1B}[<0;\(place.column);\(place.row)M", "\u{1B}[<0;\(place.column);\(place.row)m")
    session.pty.type(how == "press and release" ? press + release : press)
    try #require(session.waitsForEvent("press"))
    if how == "press, then release" { session.pty.type(release) }
    if how != "press alone" { try #require(session.waitsForEvent("release")) }
    session.pty.type("\u{3}")
    #expect(session.pty.end() == .exit(0))
    #expect(session.occurrences(of: "operated 1 times") == 1)
    try session.check(.left(.stopKey))
  }

  @Test func point12TheMouseCanBeLeftToTheTerminal() throws {
    let session = try PopUp(options: ["--no-mouse"])
    // Pastes are still told apart.
    try #require(session.pty.wait { $0.modes.contains(2004) })
    #expect(session.pty.screen.modes.isDisjoint(with: [1000, 1002, 1003, 1006]))
    session.pty.type("\u{3}")
    _ = session.pty.end()
    #expect(try !Journal.read(session.journal).header.terminal.hasMouse)
  }

  // MARK: 13 what nobody can decode

  @Test(arguments: [
    "\u{1B}[13u", "\u{1B}[13;5u", "\u{1B}[27;5;99~", "\u{1B}[?62;22c", "\u{1B}[>41;354;0c", "\u{1B}[?2026;2$y",
    "\u{1B}]11;rgb:fdfd/fcfc/f8f8\r\u{7}", "\u{1B}]52;c;DQ0N\u{1B}\\", "\u{1B}P1$r0;1\r \"p\u{1B}\\",
    "\u{1B}_Gi=31;OK\r\u{1B}\\", "\u{1B}^ \r\u{1B}\\",
  ])
  func point13StraySequencesAreSwallowedToTheirEndAndRecorded(_ sequence: String) throws {
    let session = try PopUp()
    session.pty.type(sequence)
    try #require(session.waitsForEvent("unknown"), "\(session.pty.screen.text)")
    session.pty.type("\t")
    try #require(session.pty.wait(for: "[ Not now ]"), "\(session.pty.screen.text)")
    session.pty.type("\u{3}")
    #expect(session.pty.end() == .exit(0))
    #expect(try session.events() == ["unknown(\(sequence.utf8.count))", "tab", "ctrl+c"])
  }

  // MARK: 14 synchronized updates

  @Test func point14SynchronizedUpdatesAreNeverSwitchedOn() throws {
    let session = try PopUp()
    session.pty.resize(columns: 100, rows: 30)
    try #require(session.waitsForEvent("resize"))
    session.pty.type("\u{3}")
    _ = session.pty.end()
    #expect(session.occurrences(of: "2026") == 0)
  }

  // MARK: 15 pastes

  @Test func point15APasteIsCountedAndPressesNothing() throws {
    let session = try PopUp()
    session.pty.type("\u{1B}[200~a\r \t\u{3}\u{1B}[A\r\u{1B}[201~")
    try #require(session.waitsForEvent("paste"))
    session.pty.type("\t")
    try #require(session.pty.wait(for: "[ Not now ]"))
    session.pty.type("\u{3}")
    #expect(session.pty.end() == .exit(0))
    #expect(try session.events() == ["paste(9,3)", "tab", "ctrl+c"])
  }

  // MARK: 16 quick exits

  @Test(arguments: ["typed\r", "\u{1B}[<0;12;9M\u{1B}[<0;12;9m", "\u{1B}[?62;22c"])
  func point16WhatComesWithTheLastKeyDoesNotLandInTheShell(_ late: String) throws {
    let session = try PopUp(script: "\"$PROGRAM\" \"$@\"; echo over; read line; echo \"got<$line>\"")
    session.pty.type("\u{3}" + late)
    try #require(session.pty.wait(for: "over"))
    session.pty.type("mine\r")
    #expect(session.pty.end() == .exit(0))
    #expect(session.pty.screen.text.contains("got<mine>"), "\(session.pty.screen.text)")
  }

  // MARK: 17 one writer

  @Test func point17OnlyTheScreenIsWrittenToWhileItIsOpen() throws {
    let session = try PopUp(options: ["--fence"])
    session.pty.type("\u{1B}[1;1R\t\u{1B}[Z\u{1B}[B ")
    try #require(session.waitsForEvent("fence"))
    session.pty.resize(columns: 100, rows: 30)
    try #require(session.waitsForEvent("resize"))
    session.pty.type("\u{3}")
    #expect(session.pty.end() == .exit(0))
    let text = String(decoding: session.pty.output, as: UTF8.self)
    let opened = try #require(text.firstRange(of: "\u{1B}[?1049h"))
    let closed = try #require(text.firstRange(of: "\u{1B}[?1049l"))
    #expect(text[..<opened.lowerBound].isEmpty)
    // Every byte between is of a sequence or a cell that the model knows; a line break would be somebody else's.
    #expect(session.pty.screen.unknown.isEmpty, "\(session.pty.screen.unknown)")
    #expect(session.pty.screen.pending.isEmpty)
    #expect(!text[opened.upperBound..<closed.lowerBound].contains("consumer-terms:"))
    #expect(text[closed.upperBound...].contains("consumer-terms: left (stop-key)"))
  }
}
