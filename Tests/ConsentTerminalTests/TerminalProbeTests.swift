import ConsentModel
import Testing

@testable import ConsentTerminal

/// What a terminal like xterm lacks after a change.
private func check(_ expected: [Degradation], _ change: (inout TerminalProbe) -> Void) {
  var probe = TerminalProbe()
  change(&probe)
  #expect(probe.degradations == expected)
  for degradation in probe.degradations {
    #expect(!degradation.explanation.isEmpty && !degradation.explanation.contains("\n"))
  }
}

@Test func whatIsDegradedFollowsFromWhatWasFound() {
  check([]) { _ in }
  check([.notATerminal]) { $0.isInputTerminal = false }
  check([.notATerminal]) {
    // Nothing is said about a full screen that cannot be.
    $0.isOutputTerminal = false
    $0.capabilities?.colors = 8
    $0.size = nil
  }
  check([.unknownType("none-such")]) {
    $0.type = "none-such"
    $0.capabilities = nil
  }
  check([.noFullScreen("dumb")]) {
    $0.type = "dumb"
    $0.capabilities = .init(
      canMoveCursor: false, canClear: false, hasAlternateScreen: false, hasMouse: false, colors: 0)
  }
  check([.noFullScreen("xterm-256color")]) { $0.capabilities?.canClear = false }
  check([.noAlternateScreen]) { $0.capabilities?.hasAlternateScreen = false }
  check([.cursorAlwaysShown]) { $0.capabilities?.canHideCursor = false }
  check([.noReports]) { $0.capabilities?.hasMouse = false }
  check([.notUTF8(codeset: "ANSI_X3.4-1968")]) { $0.codeset = "ANSI_X3.4-1968" }
}

@Test func whatIsDegradedByColoursAndSize() {
  check([.noColors]) { $0.capabilities?.colors = 0 }
  check([.fewColors(8)]) { $0.capabilities?.colors = 8 }
  check([.fewColors(16)]) { $0.capabilities?.colors = 16 }
  check([.fewColors(16)]) { $0.capabilities?.colors = 88 }
  check([.fewColors(8)]) { $0.capabilities?.colors = 0x100_0000 }
  check([]) {
    $0.capabilities?.colors = 0x100_0000
    $0.capabilities?.isDirect = true
  }
  check([.colorsUnwanted]) { $0.environment = [.init("NO_COLOR", "1")] }
  check([]) { $0.environment = [.init("NO_COLOR", "")] }
  check([.noColors]) {
    $0.environment = [.init("NO_COLOR", "1")]
    $0.capabilities?.colors = 0
  }
  check([.tooSmall(Size(columns: 29, rows: 24))]) { $0.size = Size(columns: 29, rows: 24) }
  check([.tooSmall(Size(columns: 80, rows: 7))]) { $0.size = Size(columns: 80, rows: 7) }
  check([.scrolls(Size(columns: 30, rows: 8))]) { $0.size = Size(columns: 30, rows: 8) }
  check([.scrolls(Size(columns: 79, rows: 50))]) { $0.size = Size(columns: 79, rows: 50) }
  check([]) { $0.size = nil }
}

@Test func whatIsDegradedByTheWayToIt() {
  check([.escapeMayWait]) { $0.through = ["tmux"] }
  check([.focusMayBeMissing]) { $0.through = ["screen"] }
  check([.escapeMayWait, .timesIncludeNetwork]) { $0.through = ["ssh", "tmux"] }
}

@Test(
  arguments: [
    ("", ""), ("TERM=xterm", ""), ("TERM=xterm SSH_TTY=/dev/pts/1", "ssh"), ("SSH_CONNECTION=a", "ssh"),
    ("TERM=xterm SSH_TTY=", ""), ("TERM=tmux-256color TMUX=a", "tmux"), ("TERM=screen TMUX=a", "tmux"),
    ("TERM=tmux", "tmux"), ("TERM=screen.xterm-256color STY=a", "screen"), ("TERM=screen-256color", "screen"),
    ("TERM=xterm STY=a", "screen"),
    // On this side of the connection: the multiplexer is inside. On the other side only its type came with us.
    ("TERM=screen TMUX=a SSH_TTY=b", "ssh tmux"), ("TERM=tmux SSH_TTY=b", "tmux ssh"),
    ("TERM=screen STY=a SSH_CONNECTION=b", "ssh screen"), ("TERM=screen SSH_CONNECTION=b", "screen ssh"),
    ("TERM=tmux-256color TMUX=a STY=b", "screen tmux"), ("TERM=screen TMUX=a STY=b", "tmux screen"),
    ("TERM=tmux-256color STY=a SSH_TTY=b", "tmux ssh screen"),
  ] as [(String, String)])
func whatItIsReachedThrough(_ environment: String, _ expected: String) {
  var values: [String: String] = [:]
  for setting in environment.split(separator: " ") {
    let parts = setting.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    values[String(parts[0])] = String(parts[1])
  }
  #expect(Surroundings.through { values[$0] }.joined(separator: " ") == expected)
}
