import ConsentAnalysis
import ConsentAudit
import ConsentInterchange
import ConsentStudy

/// Everything that a page says of one stage of a study; what it is made of was replayed and counted before.
public struct StudyReport: Sendable {
  /// What is shown of an arm besides its counts.
  public struct Arm: Sendable {
    /// The levels that it is made of, as `factor=level`; empty for the baseline.
    public var levels: [String]
    /// What the rules say of its deciding screen.
    public var rules: [AuditResult]
    /// What its participants had on screen, and for how long.
    public var seeing: SeeingSummary
    /// What its participants answered.
    public var answers: AnswersSummary
    /// Its deciding screen with the times over it, an SVG file of its own.
    public var map: String
    /// Digest of that screen's frame, in hexadecimal.
    public var frame: String

    /// An arm of which all of this is known.
    public init(
      levels: [String], rules: [AuditResult], seeing: SeeingSummary, answers: AnswersSummary, map: String, frame: String
    ) {
      self.levels = levels
      self.rules = rules
      self.seeing = seeing
      self.answers = answers
      self.map = map
      self.frame = frame
    }
  }

  /// A decision as it was made.
  public struct Recording: Sendable {
    /// Name of the arm.
    public var arm: String
    /// The session's number.
    public var session: Int
    /// How training came to stand as it does.
    public var provenance: String
    /// The frames.
    public var clip: DecisionClip

    /// A decision that was made so.
    public init(arm: String, session: Int, provenance: String, clip: DecisionClip) {
      self.arm = arm
      self.session = session
      self.provenance = provenance
      self.clip = clip
    }
  }

  /// Something that a participant wrote.
  public struct Quote: Sendable {
    /// Name of the arm.
    public var arm: String
    /// The screen on which it was written.
    public var screen: String
    /// What was written; it may be hostile.
    public var text: String

    /// Something that was written there.
    public init(arm: String, screen: String, text: String) {
      self.arm = arm
      self.screen = screen
      self.text = text
    }
  }

  /// What made and what keeps it, named in the methods.
  public struct Versions: Sendable {
    /// Version of the program.
    public var program: String
    /// Version of machine and painter.
    public var engine: Int
    /// SHA-256 over study.yaml and all pinned files, in hexadecimal.
    public var study: String
    /// Digest of the sealed allocation, or nil where nothing was sealed.
    public var allocation: String?

    /// These versions.
    public init(program: String, engine: Int, study: String, allocation: String?) {
      self.program = program
      self.engine = engine
      self.study = study
      self.allocation = allocation
    }
  }

  /// The most recordings on a page.
  public static let maximumRecordings = 8
  /// The most texts on a page.
  public static let maximumQuotes = 100
  /// The most characters of one text.
  public static let maximumQuoteCharacters = 600

  /// The study.
  public var plan: StudyPlan
  /// Its counts and comparisons.
  public var analysis: StudyAnalysis
  /// Its arms, in the plan's order.
  public var arms: [Arm]
  /// The instruments of its timeline, in their order.
  public var instruments: [Instrument] = []
  /// Some decisions.
  public var recordings: [Recording] = []
  /// What was written, or nil where it was not asked for.
  public var quotes: [Quote]?
  /// How many texts there are in all.
  public var quoteCount = 0
  /// What keeps sessions from being counted, one each.
  public var problems: [String] = []
  /// What made it.
  public var versions: Versions

  /// A page about these.
  public init(plan: StudyPlan, analysis: StudyAnalysis, arms: [Arm], versions: Versions) {
    self.plan = plan
    self.analysis = analysis
    self.arms = arms
    self.versions = versions
  }
}
