import ConsentEngine
import ConsentJournal
import ConsentModel

/// A session that was not held in front of anybody now, written down as a journal: that of a walk, or one that is imported.
struct KeptSession {
  let engine: FlowEngine
  /// The flow's canonical bytes, or nil when nobody needed them yet.
  let bytes: [UInt8]?
  let inputs: SessionInputs
  let firstFrame: UInt64
  let events: [Recorded]
  /// How it stood at its end, or nil when it never began.
  let state: FlowState?
  let terminal: TerminalFacts
  /// When it was, or nil for now.
  let started: String?

  /// Writes the journal; it stays unfinished where the session is not over.
  func write(to path: String) throws {
    let bytes = bytes ?? FlowCodec.encode(engine.flow)
    let header = JournalHeader(
      flow: engine.flow, digest: FlowCodec.digest(bytes), inputs: inputs, firstFrame: firstFrame,
      version: Program.version, terminal: terminal, started: started ?? Present.time(), salt: Session.salt())
    let writer = try JournalWriter(path: path, header: header, flow: bytes)
    for recorded in events { try writer.append(recorded) }
    guard let state, state.isOver else {
      _ = try writer.syncNow()
      return
    }
    try writer.close(Session.ending(of: state, engine.flow))
  }
}
