import ConsentEngine
import ConsentJournal
import ConsentModel

/// Watches a replay and notes what happened to a consent.
final class HistoryRecorder {
  let flow: FlowDefinition
  /// What was found so far; an act that nobody was asked for has no events.
  private(set) var acts: [ConsentAct]

  private let consent: ConsentHistory.Consent
  private let words: FlowWords
  private let engine: FlowEngine
  private let study: StudyVariables
  private var clock: SessionClock
  /// What is shown when the next event comes.
  private var shown: UInt64?
  private var screen = ""
  private var date: Day?

  init(_ flow: FlowDefinition, _ consent: ConsentHistory.Consent, _ clock: SessionClock) {
    self.flow = flow
    self.consent = consent
    self.clock = clock
    words = FlowWords(flow)
    engine = FlowEngine(flow)
    study = StudyVariables(flow)
    switch consent {
    case .simulated:
      acts = flow.terms.map { ConsentAct(name: $0.name, kind: $0.kind == .terms ? .contract : .purpose, events: []) }
    case .study: acts = [ConsentAct(name: "participation", kind: .participation, events: [])]
    }
  }

  /// The moment of an event, and by what it came.
  private struct Moment {
    var index: Int
    var at: Int64
    var date: Day
    var frame: UInt64?
    /// The control that was operated, or the key.
    var by: String
    /// Whether that control is a switch, which decides by itself only where something was decided before.
    var isToggle = false
  }

  /// Takes in what a replay visits.
  func visit(
    _ index: Int, _ recorded: Recorded?, _ state: borrowing FlowState, _ frame: UInt64, _ records: [LogRecord]
  ) {
    var moment = Moment(
      index: index, at: clock.time(of: index, recorded), date: date ?? state.date, frame: shown,
      by: recorded.map { HistoryRecorder.key(of: $0.event.input) } ?? "the beginning")
    for record in records {
      if case .operated(let element, _) = record {
        moment.by = control(element)
        if case .toggle = flow.elements[Int(element)].kind { moment.isToggle = true } else { moment.isToggle = false }
      }
      switch consent {
      case .simulated: simulated(record, moment, state)
      case .study: study(record, moment)
      }
      if case .passed(let to) = record { moment.date = to }
    }
    if consent == .simulated { confirmations(moment, state) }
    shown = frame
    screen = flow.screens[Int(state.view.screen)].name
    date = state.date
  }

  private func note(_ act: Int, _ status: ConsentEvent.Status, _ indication: String, _ moment: Moment) {
    note(act, status, [], indication, moment)
  }

  private func note(
    _ act: Int, _ status: ConsentEvent.Status, _ types: [ConsentType], _ indication: String, _ moment: Moment
  ) {
    acts[act].events.append(
      ConsentEvent(
        status: status, types: types, indication: indication, at: moment.at, date: moment.date, event: moment.index,
        frame: moment.frame))
  }

  // MARK: The simulated consent

  private func simulated(_ record: LogRecord, _ moment: Moment, _ state: borrowing FlowState) {
    switch record {
    case .prompted: request(moment, state)
    case .decided(let term, let standing, let provenance):
      decide(Int(term), standing, provenance, moment, state)
    case .deferred(let term): note(Int(term), .deferred, "\(moment.by) on \(screen)", moment)
    case .passed(let to): pass(to, moment)
    case .ended(let outcome): end("the session ended as \(flow.outcomes[Int(outcome)])", moment)
    case .left(let reason): end("the session was left: \(reason.word)", moment)
    case .shown, .missed, .focused, .operated, .changed, .scrolled, .resized, .noted: break
    }
  }

  /// A prompt asks for everything that was not decided yet.
  private func request(_ moment: Moment, _ state: borrowing FlowState) {
    let name = flow.screens[Int(state.view.screen)].name
    for (index, term) in flow.terms.enumerated() {
      switch acts[index].lastStatus {
      case .given, .renewed, .refused, .withdrawn: continue
      case .requested, .deferred, .unknown, .dateOfDecision, nil: break
      }
      var indication = "screen \(name) shown"
      if term.control >= 0 {
        indication += "; toggle preset \(HistoryRecorder.position(state.view.values[Int(term.control)]))"
      }
      note(index, .requested, indication, moment)
    }
  }

  private func decide(
    _ term: Int, _ standing: Standing, _ provenance: Provenance, _ moment: Moment, _ state: borrowing FlowState
  ) {
    let before = acts[term].lastStatus
    let wasGiven = before == .given || before == .renewed
    let status: ConsentEvent.Status =
      standing == .agreed ? (before == .withdrawn ? .renewed : .given) : (wasGiven ? .withdrawn : .refused)
    var how = HistoryRecorder.how(standing, provenance, by: moment.by, isContract: acts[term].kind == .contract)
    if before == .refused || before == .withdrawn || wasGiven, moment.isToggle {
      // A later change in the settings says nothing new of how the decision came about.
      let word = standing == .agreed ? "On" : "Off"
      how = (standing == .agreed ? [.explicitlyExpressed] : [], "toggle set \(word) later, on \(screen)")
    }
    if standing == .agreed, acts[term].kind == .purpose, wasNeverReadable(state) { how.types.append(.uninformed) }
    note(term, status, how.types, how.indication, moment)
  }

  /// A question of its own may confirm a preset after the decision.
  private func confirmations(_ moment: Moment, _ state: borrowing FlowState) {
    let agreement = engine.agreement(state)
    for (index, term) in agreement.terms.enumerated() {
      guard term.provenance == .presetConfirmed, let last = acts[index].events.last, last.event < moment.index,
        last.status == .given, last.types.contains(.implied)
      else { continue }
      note(index, .given, [.expressed], "\(moment.by): a question of its own confirmed the preset", moment)
    }
  }

  private func pass(_ to: Day, _ moment: Moment) {
    guard moment.date < flow.dates.decision, to >= flow.dates.decision else { return }
    var later = moment
    later.date = to
    for index in acts.indices {
      switch acts[index].lastStatus {
      case .requested, .deferred, .unknown:
        note(index, .dateOfDecision, "the date of decision passed without a choice", later)
      case .given, .renewed, .refused, .withdrawn, .dateOfDecision, nil: break
      }
    }
  }

  /// Whoever was asked and is gone has said nothing.
  private func end(_ how: String, _ moment: Moment) {
    for index in acts.indices where acts[index].lastStatus == .requested {
      note(index, .unknown, how, moment)
    }
  }

  /// Whether all that says what the data is used for was, until now, on screen for less time than it takes to read it at
  /// 238 words a minute (Brysbaert, 2019); false where nothing says so, or where words are not counted.
  private func wasNeverReadable(_ state: borrowing FlowState) -> Bool {
    let exposures = engine.agreement(state).exposures
    var hasDisclosure = false
    for (element, exposure) in zip(flow.elements, exposures) where element.discloses.contains(.purpose) {
      guard case .text(let text) = element.kind, let count = words.count(text) else { continue }
      hasDisclosure = true
      if exposure.onScreenMicroseconds >= Int64(count) * 60_000_000 / 238 { return false }
    }
    return hasDisclosure
  }

  // MARK: The study's own

  private func study(_ record: LogRecord, _ moment: Moment) {
    switch record {
    case .shown(let screen, _):
      guard screen == study.screen, acts[0].events.isEmpty else { return }
      note(0, .requested, "screen consent shown; nothing preset", moment)
    case .changed(let variable, let value): change(variable, value, moment)
    case .ended(let outcome): end("the session ended as \(flow.outcomes[Int(outcome)])", moment)
    case .left(let reason): end("the session was left: \(reason.word)", moment)
    case .prompted, .missed, .focused, .operated, .decided, .deferred, .scrolled, .resized, .passed, .noted: break
    }
  }

  private func change(_ variable: Int32, _ value: Int32, _ moment: Moment) {
    switch (variable, value) {
    case (study.consent, 1): note(0, .given, [.expressed], moment.by, moment)
    case (study.consent, 2): note(0, .refused, moment.by, moment)
    case (study.consent, 3):
      note(0, .given, "given outside the program, on paper or on a page, and entered by a moderator", moment)
    case (study.keepData, 1): note(0, .renewed, [.expressed], "\(moment.by), after the debriefing", moment)
    case (study.keepData, 2): note(0, .withdrawn, "\(moment.by), after the debriefing", moment)
    default: break
    }
  }
}

extension HistoryRecorder {
  // MARK: Words

  private func control(_ element: Int32) -> String {
    let part = flow.elements[Int(element)]
    if let label = words.label(element) { return label }
    if case .toggle = part.kind { return "the toggle" }
    return part.name.isEmpty ? "a control" : part.name
  }

  private static func key(of input: Input) -> String {
    switch input {
    case .key(.escape): "Esc"
    case .key(let key): "the key \(key.spelling)"
    case .wake: "time passing"
    case .mouse: "a click"
    case .choose: "a number"
    case .leave(let reason): reason.word
    case .resumed: "a resumption"
    case .paste, .resize, .terminalFocus, .suspended, .continued, .fence, .unknown: "nothing that was pressed"
    }
  }

  fileprivate static func position(_ value: Int32) -> String {
    switch value {
    case 1: "Off"
    case 2: "On"
    default: "neither On nor Off"
    }
  }

  /// In which way a first decision was made, and by what.
  fileprivate static func how(
    _ standing: Standing, _ provenance: Provenance, by control: String, isContract: Bool
  ) -> (types: [ConsentType], indication: String) {
    let word = standing == .agreed ? "On" : "Off"
    func given(_ type: ConsentType) -> [ConsentType] { standing == .agreed ? [type] : [] }
    if isContract { return ([], control) }
    switch provenance {
    case .presetUntouched:
      return standing == .agreed
        ? ([.implied], "\(control); toggle untouched, preset On")
        : ([], "\(control); toggle untouched, preset Off: refusal by inaction")
    case .presetConfirmed: return (given(.expressed), "\(control): a question of its own confirmed the preset \(word)")
    case .chosen, .changed, .changedBack: return (given(.explicitlyExpressed), "toggle set \(word); \(control)")
    case .explicitRow: return (given(.expressed), control)
    case .left, .deferred: return ([], control)
    }
  }
}

extension ConsentAct {
  /// How it stands, or nil while nobody was asked.
  fileprivate var lastStatus: ConsentEvent.Status? { events.last { $0.status != .dateOfDecision }?.status }
}

/// The variables and the screen of a study's own consent; −1 where a flow has none.
private struct StudyVariables {
  let consent: Int32
  let keepData: Int32
  let screen: Int32

  init(_ flow: FlowDefinition) {
    func variable(_ name: String) -> Int32 { Int32(flow.variables.firstIndex { $0.name == name } ?? -1) }
    consent = variable("study_consent")
    keepData = variable("keep_data")
    screen = Int32(flow.screens.firstIndex { $0.name == "consent" } ?? -1)
  }
}
