import ConsentJournal
import ConsentModel

/// The book of a study: which slots there are, who holds them, how every session went, and who did what and why.
///
/// Every call is one transaction: it happens as a whole or not at all, whatever else runs at the same time and wherever
/// the process ends. Times are wall-clock times, UTC, `2025-09-28T12:00:00.000Z`.
public protocol Ledger {
  /// Puts the allocation and the identity of the study into the book.
  ///
  /// An amendment replaces what was sealed and keeps the slots that are held or filled; without one a second call throws
  /// `LedgerError.sealedAlready`.
  func seal(_ seal: Seal, isAmendment: Bool, by act: Act) throws(LedgerError)

  /// What was sealed, or nil before that.
  func currentSeal() throws(LedgerError) -> Seal?

  /// Gives a participant a session: a new one with an arm, an old one to go on with, or the reason why there is none.
  ///
  /// A restart gives the arm and the slot of the old session to the new one, which names it in `restarts`; so does the
  /// claim of a person whose session a moderator gave up after the exposure, because they have met their arm. Call
  /// `finish` for the old session afterwards to put the head of its journal into the chain.
  func claim(_ request: ClaimRequest) throws(LedgerError) -> ClaimAnswer

  /// Notes how far a session has come; earlier milestones are kept, and noting one twice changes nothing.
  func note(_ milestone: Milestone, session: Int, at time: String) throws(LedgerError)

  /// Notes that a session came to its end; its slot is filled, or free again when it was lost before the exposure.
  ///
  /// A session that a person gave up or rejected meanwhile keeps that status, and only gets its head and its link; one
  /// that has a link already, or was withdrawn, throws `LedgerError.refused`.
  func finish(_ session: Int, _ ending: SessionEnding, at time: String) throws(LedgerError)

  /// Changes a session by an act of a person, with the reason; throws `LedgerError.refused` where it makes no sense.
  func perform(_ change: SessionChange, session: Int, by act: Act) throws(LedgerError)

  /// Removes everything that belongs to the person of a session and leaves a tombstone: slot, arm, stage, status, head,
  /// and the days on which milestones were reached.
  ///
  /// No page of the database and of its log holds any of it afterwards. The files of the session are somebody else's
  /// business and have to be gone before. All sessions of the same participant go, and their tombstones are returned.
  /// Where the pages could not be cleaned (a full disk, a reader that does not end) the person is gone from the book, the
  /// error is thrown, and the next withdrawal or opening cleans; a second call for the same session cleans as well.
  func withdraw(session: Int, by act: Act) throws(LedgerError) -> [SessionEntry]

  /// All sessions in the order of their numbers, withdrawn ones included.
  func sessions() throws(LedgerError) -> [SessionEntry]

  /// The sessions whose numbers follow this one, in their order, up to `number + limit`.
  func sessions(after number: Int, limit: Int) throws(LedgerError) -> [SessionEntry]

  /// The session of this number, or nil.
  func session(number: Int) throws(LedgerError) -> SessionEntry?

  /// The sessions that are open, in the order of their numbers.
  func openSessions() throws(LedgerError) -> [SessionEntry]

  /// The last session's number, 0 without one, and the numbers of the sessions that later ones go on for.
  func extent() throws(LedgerError) -> (count: Int, restarted: Set<Int>)

  /// The session with this withdrawal code, or nil.
  func session(withdrawalCode: String) throws(LedgerError) -> SessionEntry?

  /// The slots in their order, with who holds them.
  func slots() throws(LedgerError) -> [SlotEntry]

  /// Notes that somebody did something that changes nothing, for example saw the arms.
  func record(_ verb: String, session: Int?, by act: Act) throws(LedgerError)

  /// Everything that people did, in order.
  func acts() throws(LedgerError) -> [ActEntry]

  /// The study chain over the sessions that ended, in the order in which they did.
  func chain() throws(LedgerError) -> [ChainLink]

  /// Whether claims are answered with a pause.
  func setPaused(_ isPaused: Bool, by act: Act) throws(LedgerError)

  /// Whether an arm takes participants; closed arms are skipped by allocation, and their slots stay open.
  func setArm(_ arm: Int, isOpen: Bool, by act: Act) throws(LedgerError)

  /// Which arms are closed, ascending, and whether the study is paused.
  func gates() throws(LedgerError) -> (closedArms: [Int], isPaused: Bool)
}

/// Who does something, when and why.
public struct Act: Hashable, Sendable {
  /// The moderator's name, or `participant` or `clickwrap`.
  public var who: String
  /// Why, in their words; may be empty only for acts of the program.
  public var why: String
  /// When.
  public var at: String

  /// An act of somebody.
  public init(who: String, why: String, at: String) {
    self.who = who
    self.why = why
    self.at = at
  }
}

/// An act as it stands in the book.
public struct ActEntry: Hashable, Sendable {
  /// Its number, from 1.
  public var number: Int
  /// What was done, a word such as `exclude`.
  public var verb: String
  /// The session that it is about, or nil.
  public var session: Int?
  /// To what it was done or how, for example the name of an arm; often empty.
  public var detail: String
  /// Who, when and why; the reason is empty when the person of the session has withdrawn.
  public var act: Act

  /// An act as it stands in the book.
  public init(number: Int, verb: String, session: Int?, detail: String = "", act: Act) {
    self.number = number
    self.verb = verb
    self.session = session
    self.detail = detail
    self.act = act
  }
}

/// What is fixed before the first live session.
public struct Seal: Hashable, Sendable {
  /// SHA-256, in hexadecimal, over study.yaml and every pinned file.
  public var study: String
  /// Version of machine and painter that the study is bound to.
  public var engineVersion: Int
  /// Names of the arms; an arm is an index into them.
  public var arms: [String]
  /// Names of the strata; one that is empty when there are none.
  public var strata: [String]
  /// How arms are given out.
  public var allocation: Allocation
  /// How many live sessions are wanted in every stratum; when they are reached the study pauses.
  public var targetPerStratum: Int
  /// The most live sessions that may be completed in an arm, over all strata, or nil.
  public var capPerArm: Int?

  /// What is fixed before the first live session.
  public init(
    study: String, engineVersion: Int, arms: [String], strata: [String], allocation: Allocation, targetPerStratum: Int,
    capPerArm: Int? = nil
  ) {
    self.study = study
    self.engineVersion = engineVersion
    self.arms = arms
    self.strata = strata
    self.allocation = allocation
    self.targetPerStratum = targetPerStratum
    self.capPerArm = capPerArm
  }
}

/// What a session is asked for.
public struct ClaimRequest: Hashable, Sendable {
  /// The participant's id, as the lab or the recruiter gave it; 1...64 printable characters.
  public var participant: String
  /// Pilot, live or simulated; only live sessions take slots.
  public var stage: Stage
  /// Index into `Seal.strata`.
  public var stratum: Int
  /// What happens to a session of the same participant and stage that was interrupted.
  public var resume: ResumePolicy
  /// Seeds for a new session, tried in order; the first whose codes nobody has is taken.
  public var seeds: [SessionSeed]
  /// Numbers of the sessions that run at this moment, as the locks on their journals tell; the book cannot know.
  public var runningSessions: Set<Int>
  /// Who asks, and when.
  public var by: Act

  /// What a session is asked for.
  public init(
    participant: String, stage: Stage, stratum: Int = 0, resume: ResumePolicy, seeds: [SessionSeed],
    runningSessions: Set<Int> = [], by: Act
  ) {
    self.participant = participant
    self.stage = stage
    self.stratum = stratum
    self.resume = resume
    self.seeds = seeds
    self.runningSessions = runningSessions
    self.by = by
  }
}

/// The seed of a session and the codes that it draws from it.
public struct SessionSeed: Hashable, Sendable {
  /// Seed of every draw.
  public var seed: UInt64
  /// The code by which the person can withdraw later.
  public var withdrawalCode: String
  /// The code that shows a recruiter that the person has finished.
  public var completionCode: String

  /// A seed and its codes.
  public init(seed: UInt64, withdrawalCode: String, completionCode: String) {
    self.seed = seed
    self.withdrawalCode = withdrawalCode
    self.completionCode = completionCode
  }
}

/// What happens when a participant comes back whose session was interrupted.
public struct ResumePolicy: Hashable, Sendable {
  /// What happens.
  public enum Rule: String, CaseIterable, Hashable, Sendable {
    /// The session goes on where it was.
    case resume
    /// The session counts as dropped, and a new one begins in the same arm.
    case restart
    /// There is no further session without a moderator.
    case block
  }
  /// What happens.
  public var rule: Rule
  /// An interruption that is older than so many seconds is treated as `block`; nil is no limit.
  public var maximumSeconds: Int?

  /// A rule with its limit.
  public init(_ rule: Rule, maximumSeconds: Int? = nil) {
    self.rule = rule
    self.maximumSeconds = maximumSeconds
  }
}

/// What comes of a claim.
public enum ClaimAnswer: Hashable, Sendable {
  /// A new session.
  case new(SessionEntry)
  /// An interrupted session that goes on.
  case resume(SessionEntry)
  /// No session.
  case refused(Refusal)
}

/// Why there is no session for a participant.
public enum Refusal: Hashable, Sendable {
  /// Live sessions need a sealed study.
  case notSealed
  /// Every slot of the stratum is held or filled.
  case full
  /// The study is paused.
  case paused
  /// Every arm that has room is closed.
  case armsClosed
  /// The participant has finished a session of this stage already, declined or was rejected; its number.
  case finishedBefore(session: Int)
  /// A session of the participant is running at this moment; its number.
  case running(session: Int)
  /// The participant was interrupted, and the policy or the age of the interruption keeps them from going on.
  case interrupted(session: Int)
  /// The participant has withdrawn. No ledger here keeps what would tell: a digest of an id that can be guessed is one.
  case withdrawn
  /// None of the seeds has codes that are free.
  case codesTaken
}

/// How far a session has come.
public enum Milestone: String, CaseIterable, Hashable, Sendable {
  /// The study's own consent was given.
  case consented
  /// The first frame of the pop-up was shown.
  case exposed
  /// A decision was made about the pop-up's terms.
  case decided
  /// The last question before the reveal was answered.
  case answered
  /// The debriefing was opened.
  case debriefed
}

/// How a session ended.
public struct SessionEnding: Hashable, Sendable {
  /// What the session came to.
  public var status: SessionStatus
  /// What the person said about their data.
  public var data: DataChoice
  /// The chain's last value in the session's journal, in hexadecimal.
  public var head: String

  /// How a session ended.
  public init(status: SessionStatus, data: DataChoice, head: String) {
    self.status = status
    self.data = data
    self.head = head
  }
}

/// Where a session stands.
public enum SessionStatus: String, CaseIterable, Hashable, Sendable {
  /// It has been given out, and runs or was interrupted.
  case open
  /// The study's consent was refused.
  case declined
  /// The person stopped, by the stop key.
  case stopped
  /// It was lost: closed from outside, given up by a moderator, or restarted.
  case dropped
  /// A moderator rejected it, for example for a person who should not have taken part.
  case rejected
  /// It went to its end.
  case completed
  /// The person withdrew; only the tombstone is left.
  case withdrawn
}

/// What a person said about their data after the debriefing.
public enum DataChoice: String, CaseIterable, Hashable, Sendable {
  case unanswered, keep, delete
}

/// A change that a person makes to a session.
public enum SessionChange: Hashable, Sendable {
  /// It is given up; the slot returns when it was lost before the exposure.
  case drop
  /// It should not have been; the slot returns when it was lost before the exposure.
  case reject
  /// It does not count in the analysis; whether the one who decides had seen the arm is kept.
  case exclude(sawArm: Bool)
  /// It counts again.
  case include
  /// The person was given the debriefing by other means.
  case debriefed
  /// The data choice was given by other means.
  case data(DataChoice)
}

/// A session as it stands in the book.
public struct SessionEntry: Hashable, Sendable {
  /// Its number, from 1; never given twice.
  public var number: Int
  /// The participant's id, or nil after a withdrawal.
  public var participant: String?
  /// The random name under which its data are exported, 16 hexadecimal digits; nil after a withdrawal.
  public var exportID: String?
  /// Pilot, live or simulated.
  public var stage: Stage
  /// Index into `Seal.arms`.
  public var arm: Int
  /// Index into `Seal.strata`.
  public var stratum: Int
  /// The slot that it holds or filled, or nil.
  public var slot: Int?
  /// Where it stands.
  public var status: SessionStatus
  /// When each milestone was reached.
  public var reached: [Milestone: String]
  /// When it was given out.
  public var startedAt: String
  /// When it was last seen alive: started, went on, reached a milestone or ended.
  public var seenAt: String
  /// Seed of its draws; nil after a withdrawal.
  public var seed: UInt64?
  /// The codes that it draws; nil after a withdrawal.
  public var withdrawalCode: String?
  /// The code that shows a recruiter that the person has finished; nil after a withdrawal.
  public var completionCode: String?
  /// What the person said about their data.
  public var data: DataChoice
  /// Whether it is excluded, why, and whether the one who decided had seen the arm; nil when it counts.
  public var exclusion: Exclusion?
  /// The chain's last value in its journal, in hexadecimal, once it has ended.
  public var head: String?
  /// Whether it goes on with an arm of a session that was restarted.
  public var restarts: Int?

  /// Why a session does not count.
  public struct Exclusion: Hashable, Sendable {
    /// Who excluded it, when and why.
    public var act: Act
    /// Whether they had seen the arm.
    public var sawArm: Bool
    /// An exclusion by somebody.
    public init(act: Act, sawArm: Bool) {
      self.act = act
      self.sawArm = sawArm
    }
  }

  /// A session that has just been given out.
  public init(
    number: Int, participant: String?, exportID: String?, stage: Stage, arm: Int, stratum: Int, slot: Int?,
    status: SessionStatus, startedAt: String, seed: UInt64?, withdrawalCode: String?, completionCode: String?
  ) {
    self.number = number
    self.participant = participant
    self.exportID = exportID
    self.stage = stage
    self.arm = arm
    self.stratum = stratum
    self.slot = slot
    self.status = status
    reached = [:]
    self.startedAt = startedAt
    seenAt = startedAt
    self.seed = seed
    self.withdrawalCode = withdrawalCode
    self.completionCode = completionCode
    data = .unanswered
  }

  /// The name of its journal below the folder `journals`; it names nobody.
  public var journalName: String { SessionEntry.journalName(of: number) }

  /// The name of the journal of a session.
  public static func journalName(of number: Int) -> String {
    let digits = String(number)
    return "s" + String(repeating: "0", count: max(0, 6 - digits.count)) + digits + ".jsonl"
  }
}

/// A slot of the allocation and who holds it.
public struct SlotEntry: Hashable, Sendable {
  /// Its place in the sealed list, from 1.
  public var slot: Allocation.Slot
  /// The session that holds or filled it, or nil when it is open.
  public var session: Int?

  /// A slot and who holds it.
  public init(slot: Allocation.Slot, session: Int?) {
    self.slot = slot
    self.session = session
  }
}

/// One link of the study chain: SHA-256 over the link before, the session, its slot and the head of its journal.
public struct ChainLink: Hashable, Sendable {
  /// The session's number.
  public var session: Int
  /// The slot that it held when it had ended, or 0.
  public var slot: Int
  /// The head of its journal, in hexadecimal.
  public var head: String
  /// This link, in hexadecimal.
  public var link: String

  /// A link of the study chain.
  public init(session: Int, slot: Int, head: String, link: String) {
    self.session = session
    self.slot = slot
    self.head = head
    self.link = link
  }
}

/// What keeps a ledger from answering.
public enum LedgerError: Error, Hashable, Sendable {
  /// The study is sealed already, with this digest.
  case sealedAlready(String)
  /// There is no such session.
  case noSession(Int)
  /// The change makes no sense where the session stands.
  case refused(session: Int, status: SessionStatus)
  /// What was given cannot stand in the book, for example an id with a slash; why, in words.
  case invalid(String)
  /// The file is no ledger, or one of a later version.
  case notALedger(path: String)
  /// The disk is full; nothing was changed.
  case full(path: String)
  /// Somebody else holds the ledger for longer than is waited for.
  case busy(path: String)
  /// The database or the system says no.
  case system(path: String, message: String)
}
