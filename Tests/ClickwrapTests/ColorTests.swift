import ConsentJournal
import ConsentModel
import Glibc
import Testing

private let hasCompiler: ConditionTrait = .enabled(
  if: Tool.isThere("/usr/bin/tic"), "tic compiles the descriptions, for small systems lack them")

/// Number of a colour as a direct terminal is sent it: a third of the bits each.
private func direct(_ ground: Int, _ separator: String, _ palette: String) -> String {
  "\\E[%?%p1%{8}%<%t\(ground == 38 ? 3 : 4)%p1%d%e\(palette)\(ground)\(separator)"
    + "%p1%{65536}%/%d\(separator.last ?? ":")%p1%{256}%/%{255}%&%d\(separator.last ?? ":")%p1%{255}%&%d%;m"
}

@Suite("colours", .serialized)
struct ColorTests {
  /// What point 10 says of terminals with colours: as many as there are, and the palette stays the person's own.
  private func check(
    _ type: String, in folder: Folder?, colors: Int32, background: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    var environment = ["TERM": type]
    if let folder { environment["TERMINFO"] = folder.path + "/terminfo" }
    let session = try PopUp(environment: environment)
    session.pty.type("\u{3}")
    #expect(session.pty.end() == .exit(0), sourceLocation: sourceLocation)
    #expect(
      try Journal.read(session.journal).header.terminal.colours == colors, sourceLocation: sourceLocation)
    let sent = session.pty.screen.colors
    #expect(
      sent.contains { $0 == background || $0.hasSuffix(";" + background) || $0.hasPrefix(background + ";") },
      "\(background) in \(sent)", sourceLocation: sourceLocation)
    // Neither a colour is given another meaning, nor are all set back.
    let output = String(decoding: session.pty.output, as: UTF8.self)
    for redefinition in ["\u{1B}]4;", "\u{1B}]104", "\u{1B}]P", "\u{1B}]R"] {
      #expect(!output.contains(redefinition), sourceLocation: sourceLocation)
    }
    #expect(session.pty.leftBehind.isEmpty, sourceLocation: sourceLocation)
  }

  /// The card behind the text is #fdfcf8.
  @Test func point10TypesThatAreAlwaysThere() throws {
    try check("linux", in: nil, colors: 8, background: "47")
    try check("xterm", in: nil, colors: 8, background: "47")
    try check("xterm-256color", in: nil, colors: 256, background: "48;5;231")
  }

  @Test(hasCompiler, arguments: [":", "::", ";"])
  func point10DirectColoursAreSentAsDeclared(_ style: String) throws {
    let separator = style == ":" ? ":2:" : style == "::" ? ":2::" : ";2;"
    let folder = try Folder()
    let base = "am, bce, ccc, RGB, colors#0x1000000, cols#80, lines#24, pairs#0x7FFF, use=xterm-256color,"
    let numbers = base.replacing("RGB", with: "RGB#8")
    let words = base.replacing("RGB", with: "RGB=8/8/8")
    let sixteen = "%p1%{16}%<%t10%p1%{8}%-%d%e"
    let all = "%p1%{256}%<%t48;5;%p1%d%e"
    var text = ""
    for (name, start, palette) in [
      ("flag", base, ""), ("number", numbers, ""), ("words", words, ""), ("sixteen", base, sixteen), ("all", base, all),
    ] {
      text += "test-\(name)|a terminal with direct colours,\n\t\(start.replacing("use=xterm-256color,", with: ""))\n"
      text += "\tsetab=\(direct(48, separator, palette)),\n"
      text += "\tsetaf=\(direct(38, separator, palette.replacing("%t48", with: "%t38"))),\n\tuse=xterm-256color,\n"
    }
    try folder.write(text, to: "entries")
    try #require(try Tool.run(["/usr/bin/tic", "-x", "-o", folder.path + "/terminfo", folder.path + "/entries"]) == 0)
    let last = separator.last ?? ":"
    for name in ["flag", "number", "words", "sixteen", "all"] {
      try check(
        "test-\(name)", in: folder, colors: 16_777_216, background: "48\(separator)253\(last)252\(last)248")
    }
  }

  @Test(hasCompiler) func point10FewerColoursAndOtherBitsTakeTheNearest() throws {
    let folder = try Folder()
    try folder.write(
      """
      test-16|sixteen colours,
      \tcolors#16, pairs#256, use=xterm-256color,
      test-88|eighty-eight colours,
      \tcolors#88, pairs#7744, use=xterm-256color,
      test-bits|direct colours with other bits,
      \tRGB=10/10/4, colors#0x1000000, pairs#0x7FFF, use=xterm-256color,
      test-plain|no colours,
      \tcolors@, pairs@, setab@, setaf@, op@, use=xterm-256color,

      """, to: "entries")
    try #require(try Tool.run(["/usr/bin/tic", "-x", "-o", folder.path + "/terminfo", folder.path + "/entries"]) == 0)
    try check("test-16", in: folder, colors: 16, background: "107")
    try check("test-88", in: folder, colors: 16, background: "107")
    try check("test-bits", in: folder, colors: 8, background: "47")
    try check("test-plain", in: folder, colors: 0, background: "7")
  }
}
