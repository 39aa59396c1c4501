import ConsentJournal
import ConsentModel

/// What a session says of one of its two consents: that which a vendor in it asks for, or the study's own.
public struct ConsentHistory: Hashable, Sendable {
  /// Which of the two it is; they never stand in one receipt.
  public var consent: Consent
  /// The first line of the journal that it was read from.
  public var header: JournalHeader
  /// The chain after the last line of the journal.
  public var head: Digest256
  /// Whether the journal has its closing line.
  public var isComplete: Bool
  /// What was asked for, each by itself, in the order of the flow: accepting terms is apart from allowing a purpose.
  public var acts: [ConsentAct]
  /// What the participant was told when they were asked for the study's consent; empty for the simulated one.
  public var notice: String
  /// What follows for the participant's data at the end, by the policy of the flow.
  public var consequences: [Consequence]

  /// Which consent.
  public enum Consent: String, CaseIterable, Hashable, Sendable {
    /// The one that a vendor asks for on the screens; nobody is bound by it.
    case simulated
    /// The study's own: whether somebody takes part.
    case study
  }

  /// One effect of the policy at the end of a session.
  public struct Consequence: Hashable, Sendable {
    /// Name of the flow's variable.
    public var name: String
    /// Name of the effect, for example `retention`.
    public var effect: String
    /// What is done (true), or what the person is told (false).
    public var isActual: Bool
    /// Name of the value.
    public var value: String
  }

  /// Whether nobody is bound by it: the vendor does not exist, or the participant is a program.
  public var isSimulated: Bool { consent == .simulated || header.stage == .simulated }

  /// Whether it comes from a study that was being tried out.
  public var isPilot: Bool { header.stage == .pilot }

  /// What the policy says of an effect, as the person is told, or nil where the flow has no such effect.
  func told(_ effect: String) -> String? {
    let found = consequences.filter { $0.effect == effect }
    return (found.first { !$0.isActual } ?? found.first)?.value
  }
}

/// One thing that somebody was asked to accept or to allow, and everything that happened to it.
public struct ConsentAct: Hashable, Sendable {
  /// Its name in the flow.
  public var name: String
  /// What kind of act it is.
  public var kind: Kind
  /// What happened, in the order of time; never empty.
  public var events: [ConsentEvent]

  /// What kind of act.
  public enum Kind: Hashable, Sendable {
    /// Accepting the terms of a contract.
    case contract
    /// Allowing an optional purpose.
    case purpose
    /// Taking part in a study.
    case participation
  }

  /// The last event that says how it stands.
  public var standing: ConsentEvent { events.last { $0.status != .dateOfDecision } ?? events[0] }
}

/// Something that happened to a consent.
public struct ConsentEvent: Hashable, Sendable {
  /// How it stands from here on.
  public var status: Status
  /// In which way it was given; empty unless it was.
  public var types: [ConsentType]
  /// What the person did, or what they were shown.
  public var indication: String
  /// Wall-clock time in milliseconds since 1970, UTC.
  public var at: Int64
  /// The simulated date.
  public var date: Day
  /// Number of the event in the session, from 0; −1 at the first frame.
  public var event: Int
  /// Digest of the frame that was shown when the event came; nil at the first frame.
  public var frame: UInt64?

  /// The states of the Data Privacy Vocabulary that occur, and one event of the system that changes no state.
  public enum Status: String, CaseIterable, Hashable, Sendable {
    case requested = "ConsentRequested"
    case deferred = "ConsentRequestDeferred"
    case given = "ConsentGiven"
    case refused = "ConsentRefused"
    case withdrawn = "ConsentWithdrawn"
    case renewed = "RenewedConsentGiven"
    case unknown = "ConsentUnknown"
    /// The date of decision passed; the service is blocked, and nothing was consented to by that.
    case dateOfDecision = "date-of-decision"
  }
}

/// In which way a consent was given, by the names of the Data Privacy Vocabulary.
public enum ConsentType: String, CaseIterable, Hashable, Sendable {
  case implied = "ImpliedConsent"
  case expressed = "ExpressedConsent"
  case explicitlyExpressed = "ExplicitlyExpressedConsent"
  /// A second type: what it was for was never on screen for long enough to be read.
  case uninformed = "UninformedConsent"
}

extension ConsentEvent {
  /// The time, UTC, `2025-09-28T12:00:00.000Z`.
  public var time: String {
    WallClock.text(secondsSince1970: at / 1000, milliseconds: Int(at % 1000))
  }
}
