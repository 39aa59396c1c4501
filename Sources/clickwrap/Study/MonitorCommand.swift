import ArgumentParser
import ConsentEngine
import ConsentJournal
import ConsentModel
import ConsentRender
import ConsentStudy
import ConsentTerminal

struct MonitorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "monitor", abstract: "Watch a study: counts, who is where, who is owed a debriefing, warnings.",
    discussion: """
      Read once a second from the ledger and the journals. Arms are masked; u shows them, and the ledger records it. \
      Arrows and PageUp/PageDown scroll, q leaves.

      Warnings: small-terminal, lost-focus, possibly-accidental, regular-keys (as a program presses them). They fire and \
      judge nothing.

      Examples:
        clickwrap monitor defaults
        clickwrap monitor defaults --once        # print it and leave
      """)

  @Argument(help: "The study's folder.")
  var folder: String

  @Flag(help: "Print it once to standard output instead of showing it.")
  var once = false

  @OptionGroup var moderator: ModeratorOptions

  @OptionGroup var terminal: TerminalFlags

  func run() throws {
    let study = try OpenStudy(folder)
    var monitor = Monitor(study: study, act: try moderator.act(needsReason: false))
    if once {
      for line in try monitor.lines() { Console.line(line) }
      return
    }
    let styles = try ArmFlows(study).flow(0)
    var surface = try terminal.choices.open()
    surface.begin(styles)
    try monitor.show(on: &surface)
    let signal = surface.endingSignal
    surface.close()
    if signal != 0 { throw EndOfCommand(ending: .signal(signal)) }
  }
}

/// What a moderator sees of a whole study.
struct Monitor {
  let study: OpenStudy
  let act: Act
  private var isUnmasked = false
  private var first = 0
  private let verifier = JournalVerifier()

  private static let refreshMicroseconds: Int64 = 1_000_000

  init(study: OpenStudy, act: Act) {
    self.study = study
    self.act = act
  }

  /// Shows it until the moderator leaves.
  mutating func show(on surface: inout TerminalSurface) throws {
    var lines = try lines()
    var refreshAt = surface.now().microseconds + Monitor.refreshMicroseconds
    while true {
      let size = surface.currentSize
      let room = max(1, Int(size.rows) - 1)
      first = max(0, min(first, lines.count - room))
      let shown = Array(lines[first..<min(lines.count, first + room)])
      let padded = shown + Array(repeating: "", count: max(0, room - shown.count))
      let legend = "u \(isUnmasked ? "mask" : "unmask") arms   arrows scroll   q leave"
      surface.present(Frame().mirrored(in: size, lines: padded + [legend], style: 0))
      let event = surface.nextEvent(until: SessionTime(microseconds: refreshAt))
      switch event.input {
      case .key(.stop), .key(Key("q")), .leave: return
      case .key(.down): first += 1
      case .key(.up): first -= 1
      case .key(.pageDown): first += room
      case .key(.pageUp): first -= room
      case .key(Key("u")):
        isUnmasked.toggle()
        if isUnmasked { try study.ledger.record("unmask", session: nil, by: act) }
        lines = try self.lines()
      case .key, .wake, .mouse, .paste, .resize, .terminalFocus, .suspended, .continued, .fence, .unknown, .choose,
        .resumed:
        break
      }
      if surface.now().microseconds >= refreshAt {
        lines = try self.lines()
        refreshAt = surface.now().microseconds + Monitor.refreshMicroseconds
      }
    }
  }

  /// The counts, then what needs a look, then the sessions, the newest first.
  func lines() throws -> [String] {
    let sessions = try study.ledger.sessions()
    let gates = try study.ledger.gates()
    var lines = ["\(study.plan.name)  \(Present.time().prefix(19))" + (gates.isPaused ? "  PAUSED" : "")]
    lines += try StatusReport(study, sessions: sessions, showsArms: isUnmasked).lines
    let owed = sessions.filter(SessionTable.isOwedDebriefing)
    if !owed.isEmpty {
      lines.append("owed a debriefing: " + owed.map { String($0.number) }.joined(separator: ", "))
    }
    lines.append("")
    var rows = [["session", "participant", "stage"] + (isUnmasked ? ["arm"] : []) + ["status", "where", "warnings"]]
    for session in sessions.reversed() {
      let look = look(at: session)
      rows.append(
        [String(session.number), session.participant ?? "-", session.stage.rawValue]
          + (isUnmasked ? [study.plan.arms[min(session.arm, study.plan.arms.count - 1)].name] : [])
          + [standing(of: session), look.place, look.warnings.map(\.rawValue).joined(separator: " ")])
    }
    return lines + Columns.lines(rows)
  }

  private func standing(of session: SessionEntry) -> String {
    guard session.status == .open else { return session.status.rawValue }
    return study.isRunning(session.number) ? "running" : "interrupted"
  }

  /// Where a session is, and what of it should be looked at; the screen's name says nothing of the arm.
  private func look(at session: SessionEntry) -> (place: String, warnings: [SessionWarnings.Warning]) {
    let path = study.folder.journal(of: session.number)
    guard session.status != .withdrawn, DurableFile.isThere(path) else { return ("-", []) }
    var warnings = SessionWarnings(minimum: study.plan.presentation.minimum)
    let replay = try? verifier.replay(path) { _, recorded, state, _, _ in warnings.note(recorded?.event, state) }
    guard let replay, let engine = replay.engine, let state = replay.state else { return ("?", []) }
    return (engine.flow.screens[Int(state.view.screen)].name, warnings.warnings)
  }
}
