import ConsentJournal
import ConsentModel
import Glibc
import Testing

/// Anybody may press anything in a kiosk: bytes at random, and bytes like those that terminals send, never get out of it.
///
/// `CLICKWRAP_SEED` gives the bytes again and `CLICKWRAP_FUZZ_BYTES` their number; at which of them a session has ended,
/// and what a signal meets, the machine decides anew.
@Suite("the kiosk", .serialized)
struct KioskFuzzTests {
  private static func number(_ name: String) -> UInt64? {
    getenv(name).flatMap { UInt64(String(cString: $0)) }
  }

  @Test func survivesAnyBytes() throws {
    let seed = KioskFuzzTests.number("CLICKWRAP_SEED") ?? UInt64.random(in: 0 ... .max)
    let bytes = Int(clamping: KioskFuzzTests.number("CLICKWRAP_FUZZ_BYTES") ?? 20_000)
    var fuzz = try KioskFuzz(seed: seed)
    do {
      try fuzz.run(bytes)
    } catch {
      Issue.record("CLICKWRAP_SEED=\(seed) after \(fuzz.used) bytes in session \(fuzz.sessions): \(error)")
    }
    #expect(fuzz.problems.isEmpty, "CLICKWRAP_SEED=\(seed): \(fuzz.problems.joined(separator: "\n"))")
    print("kiosk: seed \(seed), \(fuzz.used) bytes, \(fuzz.sessions) sessions, \(fuzz.ended) ended by what was typed")
  }
}

/// Sessions in a kiosk, one after the other until all bytes are used.
private struct KioskFuzz {
  /// What is not as it has to be.
  private(set) var problems: [String] = []
  /// How many bytes were written.
  private(set) var used = 0
  /// How many sessions were begun.
  private(set) var sessions = 0
  /// How many of them ended by what was typed.
  private(set) var ended = 0

  private var input: FuzzInput
  private let folder: Folder

  init(seed: UInt64) throws {
    input = FuzzInput(seed: seed)
    folder = try Folder()
  }

  mutating func run(_ bytes: Int) throws {
    while used < bytes, problems.count < 5 {
      sessions += 1
      let journal = folder.path + "/\(sessions).jsonl"
      // Without its input guard, or nothing would be pressed in the first half second.
      let pty = try Pty(
        [
          "run", "consumer-terms", "--entry", "popup", "--set", "input-guard=ms-0", "--kiosk", "--journal", journal,
        ])
      guard pty.wait(for: "Accept") else {
        problems.append("session \(sessions) does not show the pop-up:\n\(pty.screen.text)")
        return
      }
      let ends = feed(pty, upTo: bytes)
      check(pty.end(), isOurs: !ends)
      if !pty.leftBehind.isEmpty { problems.append("session \(sessions) left behind \(pty.leftBehind)") }
      try check(journal)
      if ends { ended += 1 }
    }
  }

  /// Types until the session has ended or the bytes are used; then it is ended by TERM. True when it ended by itself.
  private mutating func feed(_ pty: Pty, upTo bytes: Int) -> Bool {
    while used < bytes {
      watch(pty)
      if let signal = input.signal() { pty.signal(signal) }
      if let size = input.size() { pty.resize(columns: size.columns, rows: size.rows) }
      let chunk = input.chunk(atMost: bytes - used)
      let count = pty.exchange(chunk)
      used += count
      if pty.hasEnded { return true }
      if count < chunk.count {
        problems.append("session \(sessions) takes no more input, after \(used) bytes")
        pty.signal(SIGKILL)
        return false
      }
    }
    watch(pty)
    pty.signal(SIGTERM)
    return false
  }

  private mutating func watch(_ pty: Pty) {
    let process = ProcessFacts(pty.process)
    if process.state.lowercased() == "t" { problems.append("session \(sessions) was stopped, after \(used) bytes") }
    if !process.children.isEmpty {
      problems.append("session \(sessions) started \(process.children), after \(used) bytes")
    }
  }

  private mutating func check(_ end: Pty.End, isOurs: Bool) {
    // A session that ends on its own screens while TERM is on its way has ended as well.
    if end == .exit(0) || isOurs && end == .signal(SIGTERM) { return }
    problems.append("session \(sessions) ended by \(end), after \(used) bytes")
  }

  private mutating func check(_ journal: String) throws {
    switch try Journal.verify(journal) {
    case .complete(let summary):
      if summary.frames != .same { problems.append("session \(sessions): its frames are \(summary.frames)") }
    case .unfinished(let summary, let torn):
      problems.append("session \(sessions): the journal ends after event \(summary.events), \(torn) bytes torn")
    case .broken(let line, let fault): problems.append("session \(sessions): line \(line) of the journal: \(fault)")
    }
    unlink(journal)
  }
}

/// What comes to a terminal: half of it at random, half of it like what terminals send.
private struct FuzzInput {
  private var generator: PRNG

  init(seed: UInt64) { generator = PRNG(seed: seed) }

  private mutating func below(_ bound: Int) -> Int { generator.below(bound) }

  private mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }

  private mutating func byte() -> UInt8 { UInt8(below(256)) }

  /// Now and then one of the signals that a kiosk has to live with.
  mutating func signal() -> Int32? { below(20) == 0 ? pick([SIGTSTP, SIGCONT, SIGWINCH]) : nil }

  /// Now and then another size, sometimes none to speak of.
  mutating func size() -> (columns: Int, rows: Int)? {
    guard below(16) == 0 else { return nil }
    return below(4) == 0 ? (1 + below(30), 1 + below(10)) : (30 + below(120), 10 + below(50))
  }

  mutating func chunk(atMost limit: Int) -> [UInt8] {
    let length = min(limit, 1 + below(below(4) == 0 ? 1200 : 60))
    var bytes: [UInt8] = []
    if below(2) == 0 {
      for _ in 0..<length { bytes.append(byte()) }
    } else {
      while bytes.count < length { bytes += piece() }
    }
    return Array(bytes.prefix(length))
  }

  /// One thing that a terminal might send, or a part of it.
  private mutating func piece() -> [UInt8] {
    let whole: [UInt8]
    switch below(11) {
    case 0, 1: whole = key()
    case 2: whole = [pick([0x03, 0x1A, 0x1C, 0x09, 0x0D, 0x1B, 0x20, 0x7F, 0x00, 0x04, 0x13, 0x11])]
    case 3: whole = control()
    case 4: whole = string()
    case 5, 6: whole = mouse()
    case 7: whole = Array("\u{1B}[\(pick([200, 201]))~".utf8)
    case 8: whole = text()
    case 9: whole = badUTF8()
    // What it may be told: the window's focus, where the cursor is, and what it can do.
    default: whole = Array(("\u{1B}[" + pick(["I", "O", "1;1R", "24;80R", "?62;22c", "?2026;2$y"])).utf8)
    }
    return below(8) == 0 ? Array(whole.prefix(below(whole.count + 1))) : whole
  }

  private mutating func key() -> [UInt8] {
    let key: String
    switch below(6) {
    case 0:
      let modifier = below(3) == 0 ? ";\(below(17))" : ""
      key = "\u{1B}[\(pick([1, 2, 3, 4, 5, 6, 11, 15, 17, 20, 21, 24, 99]))\(modifier)~"
    case 1: key = "\u{1B}[1;\(below(9))" + pick(["A", "B", "C", "D", "F", "H", "P", "S"])
    case 2: key = "\u{1B}O" + pick(["A", "B", "C", "D", "P", "Q", "R", "S", "M", "z"])
    case 3: key = "\u{1B}" + pick(["[A", "[B", "[C", "[D", "[H", "[F", "[Z", "a", "\r", "\u{1B}", "[", "O", "\u{3}"])
    case 4: key = "\u{1B}[\(below(200));\(below(9))u"
    default: key = pick(["s", "g", "q", "1", "2", "3", "\t", "\t", "\r", " ", "\u{1B}[21~"])
    }
    return Array(key.utf8)
  }

  /// A control sequence of no particular meaning.
  private mutating func control() -> [UInt8] {
    var bytes: [UInt8] = below(8) == 0 ? [0x9B] : [0x1B, 0x5B]
    for _ in 0..<below(12) { bytes.append(UInt8(0x30 + below(16))) }
    for _ in 0..<below(3) { bytes.append(UInt8(0x20 + below(16))) }
    if below(6) != 0 { bytes.append(UInt8(0x40 + below(63))) }
    return bytes
  }

  /// An OSC, DCS, PM, APC or SOS, often without its end.
  private mutating func string() -> [UInt8] {
    var bytes: [UInt8] = [0x1B, pick([0x5D, 0x50, 0x5E, 0x5F, 0x58])]
    for _ in 0..<below(40) { bytes.append(below(4) == 0 ? byte() : UInt8(0x20 + below(95))) }
    return bytes + pick([[0x07], [0x1B, 0x5C], [0x9C], [0x18], []])
  }

  /// A report of the mouse: SGR, of X11, of urxvt, or with UTF-8 in it.
  private mutating func mouse() -> [UInt8] {
    let button = pick([0, 0, 0, 1, 2, 3, 32, 35, 64, 65, 66, 128, 300])
    let (column, row) = (below(100), below(40))
    switch below(5) {
    case 0: return [0x1B, 0x5B, 0x4D, UInt8(32 + button % 96), UInt8(32 + column), UInt8(32 + row)]
    case 1: return Array("\u{1B}[\(32 + button);\(column);\(row)M".utf8)
    case 2: return Array("\u{1B}[M\(Character(Unicode.Scalar(UInt8(32 + button % 96))))\u{A1}\u{20}".utf8)
    default:
      let report = "\u{1B}[<\(button);\(column);\(row)"
      return Array((report + pick(["M", "m", "M\(report)m"])).utf8)
    }
  }

  private mutating func text() -> [UInt8] {
    Array(pick(["ä", "日本", "e\u{301}", "👩‍👩‍👧", "\u{FEFF}", "\u{202E}x", "\u{85}", "ordinary", "\u{10FFFF}"]).utf8)
  }

  /// Too long, cut off, a surrogate, beyond the last scalar, or a continuation of nothing.
  private mutating func badUTF8() -> [UInt8] {
    pick([
      [0xC0, 0x80], [0xE2, 0x82], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0x80], [0xFF], [0xF0, 0x9F, 0x92],
      [0xC3, 0x1B], [0xFE, 0xFE, 0xFF, 0xFF],
    ])
  }
}
