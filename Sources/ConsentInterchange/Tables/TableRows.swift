import ConsentEngine
import ConsentJournal
import ConsentModel
import ConsentRender
import ConsentStudy

// One function a table, in the order of its columns.

extension RowWriter {
  /// What stands at the beginning of every row.
  mutating func common(_ plan: ExportPlan, _ session: SessionEntry) {
    beginRow(of: session.number) { writer in
      writer.word("study", plan.study)
      writer.hex("config_hash", plan.configHash)
      writer.word("stage", session.stage.rawValue)
      writer.word("arm", plan.arms.indices.contains(session.arm) ? plan.arms[session.arm] : nil)
      writer.hex("participant", session.exportID)
      writer.integer("session", session.number)
    }
  }

  /// A row of `agreements`.
  mutating func agreement(_ term: Term, _ agreed: TermAgreement) {
    let isDecided = agreed.eventIndex >= 0
    word("term", term.name)
    word("kind", term.kind == .terms ? "terms" : "purpose")
    word("standing", agreed.standing.word)
    word("decided_standing", agreed.decidedStanding.word)
    word("provenance", agreed.provenance.word)
    word("preset", agreed.preset < 0 ? nil : ["unset", "off", "on"][min(Int(agreed.preset), 2)])
    integer("operations", Int(agreed.operations))
    boolean("reaffirmed", agreed.isReaffirmed)
    boolean("withdrawn", agreed.wasWithdrawn)
    integer("event", isDecided ? Int(agreed.eventIndex) : nil)
    digest("frame", isDecided ? agreed.frameDigest : nil)
    milliseconds("decided_t_ms", isDecided ? agreed.decidedAt.microseconds : nil)
    day("decided_day", isDecided ? agreed.decidedOn : nil)
    milliseconds("rt_ms", agreed.latencyMicroseconds < 0 ? nil : agreed.latencyMicroseconds)
    boolean("possibly_accidental", isDecided ? agreed.isPossiblyAccidental : nil)
    boolean("anticipatory", isDecided ? agreed.isAnticipatory : nil)
    share("control_share_at_prompt", of255: agreed.controlShareAtPrompt < 0 ? nil : Int(agreed.controlShareAtPrompt))
    milliseconds("control_on_screen_ms", term.control < 0 ? nil : agreed.controlOnScreenMicroseconds)
    milliseconds("control_focused_ms", term.control < 0 ? nil : agreed.controlFocusedMicroseconds)
    endRow()
  }

  /// A row of `exposure`.
  mutating func exposure(_ names: FlowNames, _ index: Int32, _ exposure: Exposure) {
    let words = names.words[Int(index)]
    word("screen", names.screens[Int(index)])
    word("element", names.element(index))
    word("role", names.roles[Int(index)])
    milliseconds("on_screen_ms", exposure.onScreenMicroseconds)
    milliseconds("focused_ms", exposure.focusedMicroseconds)
    milliseconds("longest_focus_ms", exposure.longestFocusMicroseconds)
    boolean(
      "passed_through",
      exposure.focusedMicroseconds > 0 ? exposure.longestFocusMicroseconds < ReadingTime.fixationMicroseconds : nil)
    integer("operated", Int(exposure.operations))
    share("largest_share", of255: Int(exposure.largestShare))
    share("share_at_opening", of255: Int(exposure.shareAtOpening))
    integer("words", words)
    for (name, speed) in ReadingTime.speeds {
      decimal(
        name,
        words.map { ReadingTime.millionthsReadable(words: $0, in: coarse(exposure.onScreenMicroseconds), speed) })
    }
    endRow()
  }

  /// A row of `answers`.
  mutating func answer(_ answer: ItemAnswer, _ times: (shown: SessionTime, left: SessionTime?)) {
    word("instrument", answer.instrument)
    word("item", answer.item)
    word("version", answer.version)
    word("answer", answer.word)
    integer("number", answer.number)
    word("correctness", answer.correctness?.rawValue)
    milliseconds("shown_t_ms", times.shown.microseconds)
    milliseconds("rt_ms", times.left.map { $0.microseconds - times.shown.microseconds })
    endRow()
  }

  /// A row of `texts`.
  mutating func typed(_ typed: TypedText) {
    integer("event", typed.event)
    digest("frame", typed.frame)
    word("screen", typed.screen)
    word("element", typed.element)
    integer("characters", typed.text.unicodeScalars.count)
    text("text", typed.text)
    endRow()
  }

  /// A row of `markers`; who made it stays in the study.
  mutating func note(_ note: Note) {
    integer("event", note.event)
    digest("frame", note.frame)
    word("marker", note.marker.rawValue)
    time("at", note.at)
    text("text", note.text)
    endRow()
  }
}

/// One event on its way into a row of `events`.
struct EventRow {
  var index: Int
  var recorded: Recorded
  /// The screen that was shown when it came.
  var screen: Int32
  var day: Day
  /// The control that has the focus after it.
  var focus: Int32
  var records: [LogRecord]

  func write(to writer: inout RowWriter, _ names: FlowNames) {
    var miss: MissReason?
    var operated: (element: Int32, value: Int32)?
    var decided: [String] = []
    var deferred: [String] = []
    var prompt: Int?
    var outcome: String?
    for record in records {
      switch record {
      case .missed(let reason): miss = reason
      case .operated(let element, let value): operated = (element, value)
      case .decided(let term, let standing, let provenance):
        decided.append("\(names.flow.terms[Int(term)].name)=\(standing.word):\(provenance.word)")
      case .deferred(let term): deferred.append(names.flow.terms[Int(term)].name)
      case .prompted(let number): prompt = Int(number)
      case .ended(let index): outcome = names.flow.outcomes[Int(index)]
      case .shown, .focused, .changed, .scrolled, .resized, .passed, .left, .noted: break
      }
    }
    writer.integer("event", index)
    writer.milliseconds("t_ms", recorded.event.at.microseconds)
    writer.day("sim_day", day)
    writer.word("screen", names.screen(screen))
    writer.word("input", InputWords.kind(recorded.event.input))
    writer.word("value", InputWords.value(recorded.event.input, names))
    writer.boolean("anticipatory", recorded.event.isAnticipatory)
    writer.word("miss", miss?.word)
    writer.word("operated", operated.flatMap { names.element($0.element) })
    writer.integer("operated_value", operated.map { Int($0.value) })
    writer.word("focus", names.element(focus))
    writer.word("decided", decided.isEmpty ? nil : decided.joined(separator: " "))
    writer.word("deferred", deferred.isEmpty ? nil : deferred.joined(separator: " "))
    writer.integer("prompt", prompt)
    writer.word("outcome", outcome)
    writer.digest("frame", recorded.frameDigest)
    writer.endRow()
  }
}
