import ConsentEngine
import ConsentJournal
import ConsentModel
import ConsentRender

/// The keys of recorded sessions under another design: what would have come of the same keys, had nobody noticed.
///
/// People answer to what they see, so this says nothing of what they would have done: it counts to how much inertia a design is
/// open. There is no estimate and no test in it.
public struct SameKeys: Hashable, Sendable {
  /// What it is, wherever it is shown.
  public static let label = "mechanical exposure to inertia, not an effect"

  /// What the same keys came to in one session.
  public struct Outcome: Hashable, Sendable {
    /// How each term stood, by name: as recorded, and under the other design.
    public var terms: [Pair]
    /// How the session ended, as recorded and under the other design: the outcome, why it was left, or `keys ran out`.
    public var end: Pair
    /// Keys and clicks that changed nothing, as recorded.
    public var missesRecorded: Int
    /// Keys and clicks that changed nothing under the other design.
    public var misses: Int
    /// Events that were left when the session was over under the other design.
    public var unused: Int

    /// Something under both designs.
    public struct Pair: Hashable, Sendable {
      /// The name of what it is.
      public var name: String
      /// As recorded.
      public var recorded: String
      /// Under the other design.
      public var other: String
    }
  }

  /// How many sessions there are.
  public private(set) var sessions = 0
  /// For each term and each pair of standings how many sessions.
  public private(set) var flips: [Outcome.Pair: Int] = [:]
  /// For each pair of ends how many sessions.
  public private(set) var ends: [Outcome.Pair: Int] = [:]
  /// Sessions in which a term stands otherwise.
  public private(set) var flipped = 0
  /// Sessions whose keys ran out under the other design, though as recorded they came to an end.
  public private(set) var ranOut = 0
  /// Keys and clicks that changed nothing, as recorded.
  public private(set) var missesRecorded = 0
  /// Keys and clicks that changed nothing under the other design.
  public private(set) var misses = 0
  /// Events that were left over.
  public private(set) var unused = 0

  /// No sessions.
  public init() {}

  /// Counts a session.
  public mutating func add(_ outcome: Outcome) {
    sessions += 1
    for pair in outcome.terms { flips[pair, default: 0] += 1 }
    ends[outcome.end, default: 0] += 1
    if outcome.terms.contains(where: { $0.recorded != $0.other }) { flipped += 1 }
    if outcome.end.other == SameKeys.ranOut, outcome.end.recorded != SameKeys.ranOut { ranOut += 1 }
    missesRecorded += outcome.missesRecorded
    misses += outcome.misses
    unused += outcome.unused
  }

  /// The end of a session that has no further keys and is not over.
  static let ranOut = "keys ran out"
}

extension SameKeys {
  /// Runs the keys of a journal under another design.
  ///
  /// - Parameters:
  ///   - replay: the session under its own design, replayed.
  ///   - events: its events.
  ///   - other: the other design: the same flow with other levels.
  public static func outcome(
    of replay: JournalVerifier.Replay, _ events: [Event], under other: FlowEngine
  ) -> Outcome? {
    guard let engine = replay.engine, let state = replay.state,
      let inputs = replay.reader.header.inputs(for: other.flow)
    else { return nil }
    let controls = ControlMap(from: engine.flow, to: other.flow)
    var given: [Event] = []
    for var event in events {
      switch event.input {
      // Timers are the other design's own; what only this run of the program met is none of its keys.
      case .wake, .resumed, .suspended, .continued, .fence: continue
      case .choose(let control): event.input = .choose(control: controls[control])
      case .key, .mouse, .paste, .resize, .terminalFocus, .unknown, .leave: break
      }
      given.append(event)
    }
    let own = ImportedSession(engine, state.inputs, given.isEmpty ? [] : own(events), until: state.now)
    let run = ImportedSession(other, inputs, given, until: state.now)
    let recorded = engine.agreement(state)
    let found = other.agreement(run.state)
    let terms = zip(engine.flow.terms, recorded.terms).map { term, agreed in
      let index = other.flow.terms.firstIndex { $0.name == term.name }
      return Outcome.Pair(
        name: term.name, recorded: agreed.standing.word,
        other: index.map { found.terms[$0].standing.word } ?? "not asked")
    }
    return Outcome(
      terms: terms,
      end: Outcome.Pair(name: "end", recorded: end(state, engine.flow), other: end(run.state, other.flow)),
      missesRecorded: own.misses, misses: run.misses, unused: run.unused)
  }

  /// The events of a session without those of the machine, so that misses are counted alike in both.
  private static func own(_ events: [Event]) -> [Event] {
    events.filter { event in
      switch event.input {
      case .wake, .resumed, .suspended, .continued, .fence: false
      case .key, .mouse, .paste, .resize, .terminalFocus, .unknown, .choose, .leave: true
      }
    }
  }

  private static func end(_ state: borrowing FlowState, _ flow: FlowDefinition) -> String {
    if let outcome = state.outcome { return flow.outcomes[Int(outcome)] }
    return state.leave.map { "left: \($0.word)" } ?? ranOut
  }
}

/// Which control of one design is which of another: the one of the same name on the screen of the same name.
private struct ControlMap {
  private var map: [Int32] = []

  init(from: FlowDefinition, to: FlowDefinition) {
    var known: [String: Int32] = [:]
    for (index, element) in to.elements.enumerated() where !element.name.isEmpty {
      known["\(to.screens[Int(element.screen)].name)/\(element.name)"] = Int32(index)
    }
    map = from.elements.map { element in
      element.name.isEmpty ? -1 : known["\(from.screens[Int(element.screen)].name)/\(element.name)"] ?? -1
    }
  }

  /// The control, or −1 where there is none: a number that chooses nothing.
  subscript(control: Int32) -> Int32 { map.indices.contains(Int(control)) ? map[Int(control)] : -1 }
}
