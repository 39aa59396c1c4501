/// What a session agreed to, how that came about, and what was on screen when it did.
public struct Agreement: Hashable, Sendable {
  /// One entry a term, in the order of `FlowDefinition.terms`.
  public var terms: [TermAgreement]
  /// How often the person was prompted.
  public var prompts: Int32
  /// The simulated date at the end.
  public var date: Day
  /// Index into `FlowDefinition.outcomes`, or nil when the flow was left or is not over.
  public var outcome: Int32?
  /// Why the session was left from outside the flow, or nil.
  public var leave: LeaveReason?
  /// For every element, in the order of `FlowDefinition.elements`.
  public var exposures: [Exposure]

  /// An agreement of these parts.
  public init(
    terms: [TermAgreement], prompts: Int32, date: Day, outcome: Int32?, leave: LeaveReason?, exposures: [Exposure]
  ) {
    self.terms = terms
    self.prompts = prompts
    self.date = date
    self.outcome = outcome
    self.leave = leave
    self.exposures = exposures
  }
}

/// How one term stands and how it came to stand so.
public struct TermAgreement: Hashable, Sendable, BitwiseCopyable {
  /// How it stands now.
  public var standing = Standing.undecided
  /// How it stood right after the decision; a later change in the settings moves only `standing`, while every other
  /// fact here stays that of the decision.
  public var decidedStanding = Standing.undecided
  /// How it came to stand so.
  public var provenance = Provenance.left
  /// Value of its control when the last prompt opened (0 unset, 1 off, 2 on), or −1 when it has none.
  public var preset: Int32 = -1
  /// How often its control was operated between the opening of the last prompt and the decision.
  public var operations: Int32 = 0
  /// Whether a separate question confirmed it.
  public var isReaffirmed = false
  /// Whether it was agreed once and then switched off.
  public var wasWithdrawn = false
  /// Index of the deciding event in the session, from 0, or −1.
  public var eventIndex: Int32 = -1
  /// Digest of the frame that was shown when the deciding event came, 0 before a decision.
  public var frameDigest: UInt64 = 0
  /// When it was decided.
  public var decidedAt = SessionTime.zero
  /// Simulated date of the decision.
  public var decidedOn = Day(number: 0)
  /// Microseconds from the frame of the last prompt to the decision, −1 without a prompt.
  public var latencyMicroseconds: Int64 = -1
  /// Whether the decision came less than 300 ms after the input guard (`method.md`, possibly accidental).
  public var isPossiblyAccidental = false
  /// Whether the deciding key had been typed before the frame that it answers was there.
  public var isAnticipatory = false
  /// How much of its control was visible in the first frame of the last prompt, 0...255; 0 when it was out of sight,
  /// below the fold; −1 without a control on the prompt's screen.
  public var controlShareAtPrompt: Int16 = -1
  /// Microseconds for which any of its controls was on screen before the decision.
  public var controlOnScreenMicroseconds: Int64 = 0
  /// Microseconds for which any of its controls had the focus before the decision.
  public var controlFocusedMicroseconds: Int64 = 0

  /// Nothing decided.
  public init() {}
}

/// How a value came about.
public enum Provenance: UInt8, CaseIterable, Sendable, BitwiseCopyable {
  /// The session ended, or has not come, without a decision.
  case left
  /// A preset that was never operated.
  case presetUntouched
  /// A preset that a separate question confirmed.
  case presetConfirmed
  /// Chosen from unset.
  case chosen
  /// Operated, and not at the preset at the decision.
  case changed
  /// Operated, and back at the preset at the decision.
  case changedBack
  /// Picked as a row or a button of its own.
  case explicitRow
  /// Put off.
  case deferred

  /// The word in files and columns.
  public var word: String {
    switch self {
    case .left: "left"
    case .presetUntouched: "preset-untouched"
    case .presetConfirmed: "preset-confirmed"
    case .chosen: "chosen"
    case .changed: "changed"
    case .changedBack: "changed-back"
    case .explicitRow: "explicit-row"
    case .deferred: "deferred"
    }
  }
}

/// For how long an element was there to be seen, and what was done with it.
public struct Exposure: Hashable, Sendable, BitwiseCopyable {
  /// Microseconds for which any part of it was on screen.
  public var onScreenMicroseconds: Int64 = 0
  /// Microseconds for which it had the focus.
  public var focusedMicroseconds: Int64 = 0
  /// The longest single stretch of focus, in microseconds; under 250 ms it was only passed through.
  public var longestFocusMicroseconds: Int64 = 0
  /// The largest part of it that was on screen at once, 0...255.
  public var largestShare: UInt8 = 0
  /// How much of it was visible in the first frame after its screen was last opened, 0...255; 0 when it was out of
  /// sight, below the fold.
  public var shareAtOpening: UInt8 = 0
  /// How often it was operated.
  public var operations: Int32 = 0

  /// Never on screen.
  public init() {}
}

/// What a step of the machine reports besides the frame; derived from the events, never stored as truth.
public enum LogRecord: Hashable, Sendable, BitwiseCopyable {
  /// A screen was opened or came back; an index into `screens`. `isFallback` says that large letters did not fit.
  case shown(screen: Int32, isFallback: Bool)
  /// A prompt's first frame: its number in the session, from 1.
  case prompted(number: Int32)
  /// The event changed nothing.
  case missed(MissReason)
  /// The focus moved to an element, or to none (−1).
  case focused(element: Int32)
  /// A control was operated; `value` is the new value of a switch, list or blank, otherwise 0.
  case operated(element: Int32, value: Int32)
  /// A variable of the flow got another value.
  case changed(variable: Int32, value: Int32)
  /// A term was decided.
  case decided(term: Int32, standing: Standing, provenance: Provenance)
  /// A term's decision was put off.
  case deferred(term: Int32)
  /// The screen was scrolled to this line.
  case scrolled(line: Int32)
  /// The terminal has another size.
  case resized(Size)
  /// The simulated date moved on.
  case passed(to: Day)
  /// The flow came to an end; an index into `outcomes`.
  case ended(outcome: Int32)
  /// The session was left from outside the flow.
  case left(LeaveReason)
  /// Something that is only noted: focus of the window, suspension, a fence, a resumption.
  case noted
}

/// Why an event changed nothing.
public enum MissReason: UInt8, CaseIterable, Sendable, BitwiseCopyable {
  /// The key means nothing here.
  case noMeaning
  /// It came within the input guard.
  case guarded
  /// It hit no control.
  case noControl
  /// Nothing could move any further.
  case atLimit
  /// A paste presses nothing.
  case pasted
  /// It could not be decoded.
  case unknown
  /// The session was over.
  case over
  /// The terminal is too small for the screen.
  case tooSmall
  /// A wake that nothing waited for.
  case early
}
