import ConsentModel

/// The versions that stand in every journal.
public enum JournalFormat {
  /// Version of the format of the lines that are written; older ones are read for ever.
  public static let version = 3
  /// Version of machine and painter. Frames of another version are comparable only where a replay gives every one of
  /// them again; 2 breaks lines between wide characters otherwise than 1, and knows the stop key.
  public static let engineVersion = 2
  /// The longest line, its newline included, in bytes.
  public static let maximumLine = 4096
}

/// What a session was for; kept apart in every count.
public enum Stage: String, CaseIterable, Hashable, Sendable {
  /// No study: a demo or a single run.
  case none
  /// A study that is being tried out.
  case pilot
  /// A study with people.
  case live
  /// A synthetic participant.
  case simulated
}

/// What a session knew of the terminal it ran in.
public struct TerminalFacts: Hashable, Sendable {
  /// The terminal's type, the value of TERM.
  public var term: String
  /// How many colours were used: 0, 8, 16, 256 or 16,777,216.
  public var colours: Int32
  /// Whether it was written to in UTF-8.
  public var isUTF8: Bool
  /// For how long a lone escape was waited for, in milliseconds.
  public var escapeDelayMilliseconds: Int32
  /// Whether the mouse was read.
  public var hasMouse: Bool
  /// Whether the terminal was asked to report when its window gains and loses the focus. Not in format 1.
  public var reportsFocus: Bool
  /// Whether the terminal was asked to answer after each frame. Not in format 1.
  public var hasFences: Bool
  /// Whether the way to a shell and suspension were closed. Not in format 1.
  public var isKiosk: Bool
  /// What the terminal was reached through, for example `ssh` and `tmux`, outermost first. Not in format 1.
  public var through: [String]

  /// The facts of a terminal.
  public init(
    term: String, colours: Int32, isUTF8: Bool, escapeDelayMilliseconds: Int32, hasMouse: Bool,
    reportsFocus: Bool = false, hasFences: Bool = false, isKiosk: Bool = false, through: [String] = []
  ) {
    self.term = term
    self.colours = colours
    self.isUTF8 = isUTF8
    self.escapeDelayMilliseconds = escapeDelayMilliseconds
    self.hasMouse = hasMouse
    self.reportsFocus = reportsFocus
    self.hasFences = hasFences
    self.isKiosk = isKiosk
    self.through = through
  }
}

/// The first line of a journal: everything that a replay needs besides the events.
public struct JournalHeader: Hashable, Sendable {
  /// Version of the format of its lines, 1 to 3.
  public private(set) var format = JournalFormat.version
  /// Name of the program that wrote it.
  public var program = "clickwrap"
  /// Version of the program that wrote it.
  public var version: String
  /// Version of machine and painter.
  public var engineVersion = JournalFormat.engineVersion
  /// Name of the flow.
  public var flow: String
  /// SHA-256 over the flow's canonical bytes.
  public var flowDigest: Digest256
  /// Language of the flow.
  public var language: String
  /// The level of every factor.
  public var condition: [FlowDefinition.FactorLevel]
  /// Name of the entry.
  public var entry: String
  /// Name of the account.
  public var account: String
  /// Simulated date at the start.
  public var date: Day
  /// Seed of the session's draws.
  public var seed: UInt64
  /// What the session was for.
  public var stage: Stage
  /// How the session was presented.
  public var presentation: Presentation
  /// The terminal's size at the start.
  public var size: Size
  /// The input guard in microseconds.
  public var inputGuardMicroseconds: Int32
  /// Whether the stop key asked before it stopped. Always false in format 1.
  public var asksBeforeStopping: Bool
  /// What was known of the terminal.
  public var terminal: TerminalFacts
  /// Wall-clock time of the start, UTC, `2025-09-28T12:00:00.000Z`.
  public var started: String
  /// Random hexadecimal digits, so that no two journals share a chain.
  public var salt: String
  /// The study that the session belongs to, or nil. Not in formats 1 and 2.
  public var study: Study?
  /// Digest of the first frame.
  public var firstFrame: UInt64

  /// A session's place in a study; it names nobody.
  public struct Study: Hashable, Sendable {
    /// SHA-256 over the study's files.
    public var digest: Digest256
    /// The session's number in the study, from 1.
    public var session: Int
    /// The slot of the allocation that it holds, from 1, or 0.
    public var slot: Int

    /// A session's place in a study.
    public init(digest: Digest256, session: Int, slot: Int) {
      self.digest = digest
      self.session = session
      self.slot = slot
    }
  }

  /// The header of a session of a flow.
  ///
  /// - Precondition: `inputs.entry` and `inputs.account` are indices of the flow's.
  public init(
    flow: FlowDefinition, digest: Digest256, inputs: SessionInputs, firstFrame: UInt64, version: String,
    stage: Stage = .none, terminal: TerminalFacts, started: String, salt: String, study: Study? = nil
  ) {
    precondition(
      flow.accounts.indices.contains(Int(inputs.account)) && flow.entries.indices.contains(Int(inputs.entry)),
      "a session's account and entry are those of its flow")
    self.version = version
    self.flow = flow.name
    flowDigest = digest
    language = flow.language
    condition = flow.condition
    entry = flow.entries[Int(inputs.entry)].name
    account = flow.accounts[Int(inputs.account)]
    date = inputs.date
    seed = inputs.seed
    self.stage = stage
    presentation = inputs.presentation
    size = inputs.size
    inputGuardMicroseconds = inputs.inputGuardMicroseconds
    asksBeforeStopping = inputs.asksBeforeStopping
    self.terminal = terminal
    self.started = started
    self.salt = salt
    self.study = study
    self.firstFrame = firstFrame
  }

  init(
    format: Int, program: String, version: String, engineVersion: Int, flow: String, flowDigest: Digest256,
    language: String, condition: [FlowDefinition.FactorLevel], entry: String, account: String, date: Day,
    seed: UInt64, stage: Stage, presentation: Presentation, size: Size, inputGuardMicroseconds: Int32,
    asksBeforeStopping: Bool, terminal: TerminalFacts, started: String, salt: String, study: Study?,
    firstFrame: UInt64
  ) {
    self.format = format
    self.program = program
    self.version = version
    self.engineVersion = engineVersion
    self.flow = flow
    self.flowDigest = flowDigest
    self.language = language
    self.condition = condition
    self.entry = entry
    self.account = account
    self.date = date
    self.seed = seed
    self.stage = stage
    self.presentation = presentation
    self.size = size
    self.inputGuardMicroseconds = inputGuardMicroseconds
    self.asksBeforeStopping = asksBeforeStopping
    self.terminal = terminal
    self.started = started
    self.salt = salt
    self.study = study
    self.firstFrame = firstFrame
  }

  /// The session's inputs with the flow's indices, or nil when the flow has no such account or entry.
  public func inputs(for flow: FlowDefinition) -> SessionInputs? {
    guard let account = flow.accounts.firstIndex(of: account),
      let entry = flow.entries.firstIndex(where: { $0.name == entry }), account < 256, entry < 256
    else { return nil }
    return SessionInputs(
      size: size, presentation: presentation, account: UInt8(account), entry: UInt8(entry), date: date, seed: seed,
      inputGuardMicroseconds: inputGuardMicroseconds, asksBeforeStopping: asksBeforeStopping)
  }
}

/// An event as it stands in a journal.
public struct JournalEvent: Hashable, Sendable {
  /// Its number in the session, from 0.
  public var index: Int
  /// The event and the digest of the frame after it.
  public var recorded: Recorded
  /// For how long the session waited for the disk after the line before, in microseconds, or nil when it did not.
  public var syncMicroseconds: Int64?
  /// What a resumption brought with it, or nil for every other event.
  public var resumption: Resumption?
  /// How many bytes of a torn line this line took the place of when the journal was opened again, 0...4095; not 0 only for a
  /// resumption and for an event that leaves. Not in formats 1 and 2.
  public var droppedBytes = 0
}

/// What the line of a resumption holds besides the event.
public struct Resumption: Hashable, Sendable {
  /// Wall-clock time, UTC, `2025-09-28T12:00:00.000Z`.
  public var at: String
  /// What is known of the new terminal.
  public var terminal: TerminalFacts

  /// A resumption at a time in a terminal.
  public init(at: String, terminal: TerminalFacts) {
    self.at = at
    self.terminal = terminal
  }
}

/// How a session ended.
public enum JournalEnding: Hashable, Sendable {
  /// The flow came to an end: the name of the outcome.
  case finished(outcome: String)
  /// It was left from outside.
  case left(LeaveReason)
}

/// The last line of a journal.
public struct JournalClosing: Hashable, Sendable {
  /// How the session ended.
  public var ending: JournalEnding
  /// How many events there are.
  public var events: Int
  /// For how long the session waited for the disk after the line before, in microseconds, or nil when it did not.
  public var syncMicroseconds: Int64?
  /// How many bytes of a torn line this line took the place of, 0...4095. Not in formats 1 and 2.
  public var droppedBytes = 0
}

/// A line of a journal after the header.
public enum JournalLine: Hashable, Sendable {
  case event(JournalEvent)
  case closing(JournalClosing)
}

extension LeaveReason {
  /// The word in journals, walks and columns.
  public var word: String {
    switch self {
    case .stopKey: "stop-key"
    case .interrupt: "interrupt"
    case .terminate: "terminate"
    case .hangup: "hangup"
    case .quit: "quit"
    case .endOfInput: "end-of-input"
    case .crash: "crash"
    }
  }

  /// The reason with this word, or nil.
  public init?(word: String) {
    guard let reason = LeaveReason.allCases.first(where: { $0.word == word }) else { return nil }
    self = reason
  }
}

extension Presentation {
  /// The word in journals and columns.
  public var word: String {
    switch self {
    case .screen: "screen"
    case .linear: "linear"
    }
  }
}

/// Wall-clock times as they stand in journals.
public enum WallClock {
  /// A time as `2025-09-28T12:00:00.000Z`.
  ///
  /// - Parameters:
  ///   - secondsSince1970: whole seconds, within the years 1 to 9999.
  ///   - milliseconds: 0...999.
  public static func text(secondsSince1970: Int64, milliseconds: Int) -> String {
    let days = secondsSince1970 >= 0 ? secondsSince1970 / 86_400 : (secondsSince1970 - 86_399) / 86_400
    let second = Int(secondsSince1970 - days * 86_400)
    func padded(_ value: Int, _ width: Int) -> String {
      let digits = String(value)
      return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
    let time = "\(padded(second / 3600, 2)):\(padded(second / 60 % 60, 2)):\(padded(second % 60, 2))"
    return "\(Day(number: Int32(clamping: days)).text)T\(time).\(padded(milliseconds, 3))Z"
  }

  /// The milliseconds since 1970 of a time in that spelling, or nil for any other text.
  public static func milliseconds(of text: String) -> Int64? {
    guard isTime(text), let day = Day(text.prefix(10)) else { return nil }
    let digits = text.utf8.dropFirst(11).compactMap { (0x30...0x39).contains($0) ? Int64($0 - 0x30) : nil }
    let hours = digits[0] * 10 + digits[1]
    let minutes = digits[2] * 10 + digits[3]
    let seconds = digits[4] * 10 + digits[5]
    let rest = digits[6] * 100 + digits[7] * 10 + digits[8]
    return (Int64(day.number) * 86_400 + hours * 3600 + minutes * 60 + seconds) * 1000 + rest
  }

  /// Whether the text is a time in that spelling.
  static func isTime(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    let pattern = Array("dddd-dd-ddTdd:dd:dd.dddZ".utf8)
    guard bytes.count == pattern.count, Day(text.prefix(10)) != nil else { return false }
    return zip(bytes, pattern).allSatisfy { $1 == 0x64 ? (0x30...0x39).contains($0) : $0 == $1 }
  }
}
