import ConsentJournal
import ConsentModel
import ConsentSource

/// A study as its `study.yaml` says it, every default filled in.
public struct StudyPlan: Hashable, Sendable {
  /// Its name: small letters, digits and `-`; no participant sees it.
  public var name: String
  /// What it is called by the people who run it; no participant sees it.
  public var title: String
  /// The pinned flow, a folder below `screens`.
  public var flow: String
  /// Version of machine and painter that it is bound to.
  public var engineVersion: Int
  /// The language of its texts, a BCP 47 tag.
  public var language: String
  /// The arms in their order; an arm's index stands in the ledger.
  public var arms: [Arm]
  /// What has to be the same for everybody.
  public var presentation: PresentationRule
  /// How arms are given out.
  public var allocation: AllocationRule
  /// How many live sessions are to be completed in each arm of each stratum.
  public var targetPerArm: Int
  /// The most live sessions that may be completed in an arm over all strata, or nil.
  public var capPerArm: Int?
  /// Where the study's own consent is given.
  public var consent: ConsentPlace
  /// Whether the change is announced among news: not at all, before the pop-up, or instead of it.
  public var announcement: Announcement
  /// The simulated days on which the chat is visited, from 1, ascending.
  public var days: [Int]
  /// The pieces of a session in their order.
  public var timeline: [Piece]
  /// Whether people are silent or think aloud; never pooled.
  public var thinksAloud: Bool
  /// What happens when an interrupted participant comes back.
  public var resume: ResumePolicy
  /// What is kept of that which participants type in their own words.
  public var log: LogRule
  /// Who runs the study, as participants are told; empty until it is filled in.
  public var controller: String
  /// How to reach them; empty until it is filled in.
  public var contact: String
  /// The number of the ethical approval; empty until it is filled in.
  public var approval: String
  /// How long it takes, as participants are told.
  public var duration: String
  /// The day after which personal data are to be removed by `purge`.
  public var retainUntil: Day
  /// Pairs of arms that are to be compared; the first is the primary contrast.
  public var contrasts: [Contrast]
  /// The factors whose levels are combined to arms, in the order of the arms' levels, the last changing fastest; empty where arms
  /// are written one by one.
  public var factors: [DesignFactor]
  /// What factors by themselves, or two together, do is to be tested: their indices; the first is primary where there are no
  /// contrasts.
  public var effects: [[Int]]
  /// How two arms are tested.
  public var test: Test

  /// A factor whose levels are combined with those of the others.
  public struct DesignFactor: Hashable, Sendable {
    /// Its name.
    public var name: String
    /// Its levels; the first is the base.
    public var levels: [String]
  }

  /// How two arms are tested.
  public enum Test: String, CaseIterable, Hashable, Sendable {
    /// Boschloo's unconditional exact test.
    case boschloo
    /// Fisher's exact test, whose size is under the level.
    case fisher
    /// The mid-p of Fisher's test, which is not exact.
    case midP = "mid-p"
  }

  /// A combination of levels to which participants are assigned.
  public struct Arm: Hashable, Sendable {
    /// Its name, as it stands in tables.
    public var name: String
    /// Factor → level; the others keep their baseline.
    public var levels: [String: String]
    /// Where it stands in study.yaml.
    public var mark: Mark
    /// An arm.
    public init(name: String, levels: [String: String], mark: Mark) {
      self.name = name
      self.levels = levels
      self.mark = mark
    }
  }

  /// What a terminal has to be like, so that sessions can be compared.
  public struct PresentationRule: Hashable, Sendable {
    /// As a full screen or as lines.
    public var mode: Presentation
    /// The smallest size.
    public var minimum: Size
    /// The largest size.
    public var maximum: Size
    /// The fewest colours: 0, 8, 16, 256.
    public var colours: Int
    /// Whether the mouse is read.
    public var usesMouse: Bool
    /// The input guard in milliseconds, 0...10000, or nil for the flow's own.
    public var inputGuardMilliseconds: Int?
  }

  /// How arms are given out.
  public struct AllocationRule: Hashable, Sendable {
    /// The algorithm; one a study.
    public enum Method: String, CaseIterable, Hashable, Sendable {
      /// A sealed list of permuted blocks of random sizes.
      case blocks
      /// The arm that has fewest.
      case leastFilled = "least-filled"
    }
    /// The algorithm.
    public var method: Method
    /// How many sets of arms a block may have.
    public var blockSets: [Int]
    /// Seed of the list.
    public var seed: UInt64
    /// Names of the strata, or none.
    public var strata: [String]
  }

  /// What is kept of that which participants type in their own words; they are told on the first screen.
  public struct LogRule: Hashable, Sendable {
    /// Whose texts are kept, apart from the journals.
    public enum Texts: String, CaseIterable, Hashable, Sendable {
      /// None; only how long they are.
      case none
      /// Those of items whose instrument allows it.
      case answers
      /// Those in the chat as well.
      case all
    }
    /// Whose texts are kept.
    public var texts: Texts
    /// Whether the moments of keys in private fields are exact, and not whole seconds.
    public var hasExactTypingTimes: Bool
  }

  /// Where the study's own consent is given.
  public enum ConsentPlace: String, CaseIterable, Hashable, Sendable {
    /// On its first screen.
    case screen
    /// On paper or on a recruiter's page; a moderator enters a token for it.
    case external
  }

  /// How the change is announced besides the pop-up.
  public enum Announcement: String, CaseIterable, Hashable, Sendable {
    case none, before, instead
  }

  /// A piece of a session: one of the study's own, or an instrument by its name.
  public struct Piece: Hashable, Sendable {
    /// Its word in study.yaml.
    public var name: String
    /// Where it stands there.
    public var mark: Mark
    /// A piece of a session.
    public init(name: String, mark: Mark) {
      self.name = name
      self.mark = mark
    }
  }

  /// A comparison of two arms.
  public struct Contrast: Hashable, Sendable {
    /// Index of the arm whose rate is the base.
    public var base: Int
    /// Index of the other arm.
    public var other: Int
  }

  /// Names of the strata as the ledger has them: one without a name where there are none.
  public var strata: [String] { allocation.strata.isEmpty ? [""] : allocation.strata }
}
