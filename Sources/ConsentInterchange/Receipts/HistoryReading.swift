import ConsentEngine
import ConsentJournal
import ConsentModel
import ConsentRender

/// Why there is no receipt for a session.
public enum ReceiptError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The journal cannot be read, or is broken.
  case journal(JournalError)
  /// The session cannot be replayed: its flow is gone, or another version of the engine recorded it.
  case notReplayed
  /// Nobody was asked for this consent.
  case nothingAsked(ConsentHistory.Consent)
  /// The session belongs to no study.
  case noStudy
  /// The study names others than the notice that the participant was shown.
  case otherNotice(String)

  /// The problem in words, for a person.
  public var description: String {
    switch self {
    case .journal(let error): "\(error)"
    case .notReplayed:
      "the session cannot be replayed: its flow does not lie beside it, or another version of the engine recorded it"
    case .nothingAsked(.simulated): "nobody was asked to agree to anything in this session"
    case .nothingAsked(.study): "nobody was asked in this session to take part in a study"
    case .noStudy: "the session belongs to no study; only its simulated consent has a receipt"
    case .otherNotice(let what):
      "study.yaml names a \(what) that does not stand in the notice which the participant was shown"
    }
  }
}

extension ConsentHistory {
  /// Reads a journal and replays it.
  ///
  /// - Parameter verifier: one that finds the journal's flow.
  public static func read(
    _ path: String, _ consent: Consent, with verifier: JournalVerifier
  ) throws(ReceiptError) -> ConsentHistory {
    let (recorder, replay) = try replayed(path, consent, with: verifier)
    guard let state = replay.state else { throw .notReplayed }
    let acts = recorder.acts.filter { !$0.events.isEmpty }
    guard !acts.isEmpty else { throw .nothingAsked(consent) }
    return ConsentHistory(
      consent: consent, header: replay.reader.header, head: replay.reader.chain,
      isComplete: replay.reader.closing != nil, acts: acts,
      notice: consent == .study ? FlowWords(recorder.flow).notice(of: "consent") : "",
      consequences: consent == .simulated ? consequences(recorder.flow, state) : [])
  }

  private static func replayed(
    _ path: String, _ consent: Consent, with verifier: JournalVerifier
  ) throws(ReceiptError) -> (HistoryRecorder, JournalVerifier.Replay) {
    var recorder: HistoryRecorder?
    let replay: JournalVerifier.Replay
    do throws(JournalError) {
      if let flow = try verifier.flow(of: path) {
        recorder = HistoryRecorder(flow, consent, try SessionClock(ofJournal: path))
      }
      replay = try verifier.replay(path) { index, recorded, state, frame, records in
        recorder?.visit(index, recorded, state, frame.digest, records)
      }
    } catch {
      throw .journal(error)
    }
    guard let recorder else { throw .notReplayed }
    return (recorder, replay)
  }

  private static func consequences(_ flow: FlowDefinition, _ state: borrowing FlowState) -> [Consequence] {
    var found: [Consequence] = []
    for (index, variable) in flow.variables.enumerated() {
      guard case .policy(_, let effect, let isActual) = variable.source else { continue }
      let value = Int(state.view.values[index])
      found.append(
        Consequence(
          name: variable.name, effect: flow.policy.effects[Int(effect)].name, isActual: isActual,
          value: variable.values.indices.contains(value) ? variable.values[value] : "unknown"))
    }
    return found
  }
}

/// The wall-clock times of a session's events; every resumption sets it anew.
struct SessionClock {
  private var start: Int64
  /// The wall-clock times that resumptions brought, by the numbers of their events.
  private var resumptions: [Int: Int64] = [:]

  /// Reads what a journal says of the wall clock.
  init(ofJournal path: String) throws(JournalError) {
    let reader = try JournalReader(path)
    start = WallClock.milliseconds(of: reader.header.started) ?? 0
    while let line = try reader.next() {
      guard case .event(let event) = line, let resumption = event.resumption else { continue }
      resumptions[event.index] = WallClock.milliseconds(of: resumption.at)
    }
  }

  /// Milliseconds since 1970 of an event; they have to be asked for in order.
  mutating func time(of index: Int, _ recorded: Recorded?) -> Int64 {
    guard let recorded else { return start }
    let since = recorded.event.at.milliseconds
    if let resumed = resumptions[index] { start = resumed - since }
    return start + since
  }
}
