import ArgumentParser
import ConsentEngine
import ConsentJournal
import ConsentModel
import ConsentRender
import ConsentStudy
import ConsentTerminal

struct WatchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch", abstract: "Look on while a session runs, and mark what happens.",
    discussion: """
      The mirror reads the session's journal and nothing else: the participant's program does not know of it. One key sets \
      a marker on the frame that is shown: a assist, c confusion, t think-aloud, x technical, d deviation; n begins a note, \
      which Enter keeps and Escape drops; q leaves. Markers and notes lie in notes/, never in the journal. Whoever watches \
      has seen the arm, and the ledger says so.

      Examples:
        clickwrap watch defaults 12
        clickwrap watch defaults               # the session that began last
      """)

  @Argument(help: "The study's folder.")
  var folder: String

  @Argument(help: "The session's number; the one that began last unless given.")
  var session: Int?

  @OptionGroup var moderator: ModeratorOptions

  @OptionGroup var terminal: TerminalFlags

  func run() throws {
    let study = try OpenStudy(folder)
    let act = try moderator.act(needsReason: false)
    let sessions = try study.ledger.sessions()
    guard let entry = session.map({ number in sessions.first { $0.number == number } }) ?? sessions.last else {
      throw session.map { LedgerError.noSession($0).failure }
        ?? CommandFailure(.refused, "clickwrap: no session began yet")
    }
    let path = study.folder.journal(of: entry.number)
    guard DurableFile.isThere(path), let flow = try JournalVerifier().flow(of: path) else {
      throw CommandFailure(.failure, "clickwrap: session \(entry.number) has no journal, or its flow is gone")
    }
    try study.ledger.record("watch", session: entry.number, by: act)
    var surface = try terminal.choices.open()
    var mirror = try SessionMirror(path, flow, notes: study.folder.notes(of: entry.number), who: act.who)
    mirror.title = "session \(entry.number) (\(entry.stage.rawValue))"
    try mirror.show(on: &surface)
    let signal = surface.endingSignal
    surface.close()
    if signal != 0 { throw EndOfCommand(ending: .signal(signal)) }
  }
}

/// Follows a journal that is being written and shows its last frame.
struct SessionMirror {
  /// What is being watched, in a word or two.
  var title = ""

  private let engine: FlowEngine
  private let reader: JournalReader
  private let notes: String
  private let who: String
  private var state: FlowState
  private var outbox = Outbox()
  private var frame = Frame()
  private var event = -1
  private var draft: String?
  private var said = ""
  private var count = 0

  /// How often the journal is looked at, in microseconds.
  private static let pollMicroseconds: Int64 = 50_000

  init(_ path: String, _ flow: FlowDefinition, notes: String, who: String) throws {
    engine = FlowEngine(flow)
    reader = try JournalReader(path)
    guard let inputs = reader.header.inputs(for: flow) else {
      throw CommandFailure(.broken, "clickwrap: \(path): the journal is of another flow than lies beside it")
    }
    self.notes = notes
    self.who = who
    state = engine.start(inputs, into: &outbox)
    engine.render(state, into: &frame)
    count = try NotesFile.read(notes).count
  }

  /// Shows it until the moderator leaves.
  mutating func show(on surface: inout TerminalSurface) throws {
    surface.begin(engine.flow)
    while true {
      try follow()
      surface.present(frame.mirrored(in: surface.currentSize, lines: lines, style: 0))
      let until = SessionTime(microseconds: surface.now().microseconds + SessionMirror.pollMicroseconds)
      let event = surface.nextEvent(until: until)
      switch event.input {
      case .key(let key): if try !press(key) { return }
      case .leave: return
      case .wake, .mouse, .paste, .resize, .terminalFocus, .suspended, .continued, .fence, .unknown, .choose, .resumed:
        break
      }
    }
  }

  /// Takes in what was written since the last look.
  private mutating func follow() throws {
    reader.lookAgain()
    var hasMoved = false
    while let line = try reader.next() {
      guard case .event(let next) = line else { continue }
      engine.step(&state, next.recorded.event, into: &outbox)
      event = next.index
      hasMoved = true
    }
    if hasMoved { engine.render(state, into: &frame) }
  }

  private var lines: [String] {
    let standing = reader.closing != nil ? "ended" : Journal.isBeingWritten(reader.path) ? "running" : "interrupted"
    let size = "\(state.view.size.columns)x\(state.view.size.rows)"
    let head = "\(title)  \(standing)  event \(event + 1)  \(size)  notes \(count)  \(said)"
    let legend =
      draft.map { "note: \($0)_" } ?? "a assist  c confusion  t think-aloud  x technical  d deviation  n note  q leave"
    return [head, legend]
  }

  /// Whether the mirror goes on.
  private mutating func press(_ key: Key) throws -> Bool {
    if var text = draft {
      switch key {
      case .escape: draft = nil
      case .enter:
        if !text.isEmpty { try keep(.note, text) }
        draft = nil
      case .backspace:
        if !text.isEmpty { text.removeLast() }
        draft = text
      case .stop: return false
      default:
        guard key.modifiers == [], key.code >= 0x20, key.code != 0x7F, let scalar = Unicode.Scalar(key.code) else {
          break
        }
        if text.unicodeScalars.count < NotesFile.maximumText { draft = text + String(scalar) }
      }
      return true
    }
    switch key {
    case Key("a"): try keep(.assist)
    case Key("c"): try keep(.confusion)
    case Key("t"): try keep(.thinkAloud)
    case Key("x"): try keep(.technical)
    case Key("d"): try keep(.deviation)
    case Key("n"): draft = ""
    case Key("q"), .stop: return false
    default: break
    }
    return true
  }

  private mutating func keep(_ marker: Note.Marker, _ text: String = "") throws {
    let note = Note(
      event: event, frame: frame.digest, marker: marker, who: who, at: Present.time(), text: text)
    try NotesFile.append(note, to: notes)
    count += 1
    said = "kept: \(marker.rawValue)"
  }
}
