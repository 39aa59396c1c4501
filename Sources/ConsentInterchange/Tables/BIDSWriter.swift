import ConsentJournal
import ConsentModel
import ConsentStudy

/// A session in a folder of BIDS.
public struct BIDSSession: Sendable {
  /// `sub-` and the random name of its participant.
  public var subject: String
  /// The rows of its events, without the header.
  public var events: [UInt8]
  /// Its row in `participants.tsv`.
  public var participant: [UInt8]
}

/// Writes sessions as BIDS 1.10 has behavioural data: events as tab-separated values with onset and duration in seconds first.
struct BIDSWriter {
  private let plan: ExportPlan
  private var events: RowWriter
  private var participants: RowWriter

  init(_ plan: ExportPlan) {
    self.plan = plan
    let coarse = plan.options.coarseMicroseconds
    events = RowWriter(Table.bidsEvents, .tabs, coarseMicroseconds: coarse)
    participants = RowWriter(Table.bidsParticipants, .tabs, coarseMicroseconds: coarse)
  }

  mutating func clear() {
    events.clear()
    participants.clear()
  }

  /// A row of events; nothing where no BIDS folder is wanted.
  mutating func event(_ row: EventRow, _ names: FlowNames) {
    guard plan.options.hasBIDS else { return }
    let input = row.recorded.event.input
    events.decimal("onset", events.coarse(row.recorded.event.at.microseconds))
    events.decimal("duration", nil)
    events.word("trial_type", InputWords.kind(input))
    events.word("value", InputWords.value(input, names))
    events.word("screen", names.screen(row.screen))
    events.integer("event", row.index)
    events.digest("frame", row.recorded.frameDigest)
    events.hex("config_hash", plan.configHash)
    events.endRow()
  }

  /// What was written of a session, or nil where no BIDS folder is wanted.
  mutating func session(_ session: ExportedSession) -> BIDSSession? {
    guard plan.options.hasBIDS, let name = session.entry.exportID else { return nil }
    let entry = session.entry
    participants.word("participant_id", "sub-" + name)
    participants.word("stage", entry.stage.rawValue)
    participants.word("arm", plan.arms.indices.contains(entry.arm) ? plan.arms[entry.arm] : nil)
    participants.word("status", entry.status.rawValue)
    participants.boolean("excluded", entry.exclusion != nil)
    participants.integer("session", entry.number)
    participants.hex("config_hash", plan.configHash)
    participants.endRow()
    return BIDSSession(subject: "sub-" + name, events: events.separated, participant: participants.separated)
  }
}

extension Table {
  static let bidsEvents = Table(
    "events", row: "one event of a session",
    [
      Column("onset", .decimal(digits: 6, unit: "s"), "time since the session's start"),
      Column("duration", .decimal(digits: 6, unit: "s"), "always n/a: an event has no length"),
      Column("trial_type", .word(InputWords.all), "kind of the event"),
      Column("value", .word([]), "the key, the cell, the size or the reason"),
      Column("screen", .word([]), "screen that was shown when the event came"),
      Column("event", .integer, "number of the event in the session, from 0"),
      Column("frame", .hex(digits: 16), "digest of the frame that followed"),
      Column("config_hash", .hex(digits: 64), "SHA-256 over study.yaml and all pinned files"),
    ])

  static let bidsParticipants = Table(
    "participants", row: "one session",
    [
      Column("participant_id", .word([]), "sub- and a random name"),
      Column("stage", .word(["pilot", "live", "simulated"]), "what the session was for; simulated means no person"),
      Column("arm", .word([]), "arm to which the participant was assigned"),
      Column("status", .word(SessionStatus.allCases.map(\.rawValue)), "where the session stands"),
      Column("excluded", .boolean, "whether a moderator excluded it"),
      Column("session", .integer, "number of the session in the study"),
      Column("config_hash", .hex(digits: 64), "SHA-256 over study.yaml and all pinned files"),
    ])
}
