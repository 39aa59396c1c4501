/// Belief × truth of some sessions, as counts; estimates and intervals are made of them elsewhere.
public struct BeliefTable: Hashable, Sendable {
  /// A share as two counts, so that nobody has to guess what it is a share of.
  public struct Share: Hashable, Sendable {
    /// How many.
    public var count: Int
    /// Of how many.
    public var total: Int
    /// So many of so many.
    public init(_ count: Int, of total: Int) {
      self.count = count
      self.total = total
    }
  }

  /// One row a belief, the last of those without an answer; in each first where training is allowed.
  private var counts: [Int]

  /// No sessions.
  public init() { counts = Array(repeating: 0, count: (ConsentGap.Belief.allCases.count + 1) * 2) }

  /// The table of some sessions.
  public init(_ gaps: some Sequence<ConsentGap>) {
    self.init()
    for gap in gaps { add(gap) }
  }

  /// Counts one session.
  public mutating func add(_ gap: ConsentGap) { counts[BeliefTable.cell(gap.belief, gap.truth)] += 1 }

  /// How many gave no answer while that is true; they are in no share.
  public func missing(_ truth: ConsentGap.Truth) -> Int { counts[BeliefTable.cell(nil, truth)] }

  /// How many believe this while that is true.
  public subscript(belief: ConsentGap.Belief, truth: ConsentGap.Truth) -> Int {
    counts[BeliefTable.cell(belief, truth)]
  }

  /// How many answered.
  public var answered: Int { ConsentGap.Truth.allCases.reduce(0) { $0 + answered($1) } }
  /// How many who answered had this true of them.
  public func answered(_ truth: ConsentGap.Truth) -> Int {
    ConsentGap.Belief.allCases.reduce(0) { $0 + self[$1, truth] }
  }

  /// Those who share, and believe that they do not or do not know, of all who answered.
  public var unawareSharing: Share { Share(wrongNo.count + unsureSharing.count, of: answered) }
  /// Those who share, and believe that they do not, of all who answered.
  public var wrongNo: Share { Share(self[.notAllowed, .allowed], of: answered) }
  /// Those who share, and do not know, of all who answered.
  public var unsureSharing: Share { Share(self[.dontKnow, .allowed], of: answered) }

  /// Those who believe that training is allowed, of those of whom that is true and of those of whom it is not.
  ///
  /// Across arms with different defaults the difference of these two shares is compared, never how many are right: a
  /// default changes what is true, and guessing would look like knowing.
  public var believesAllowed: (whereAllowed: Share, whereNot: Share) {
    (
      Share(self[.allowed, .allowed], of: answered(.allowed)),
      Share(self[.allowed, .notAllowed], of: answered(.notAllowed))
    )
  }

  private static func cell(_ belief: ConsentGap.Belief?, _ truth: ConsentGap.Truth) -> Int {
    let row =
      switch belief {
      case .allowed: 0
      case .notAllowed: 1
      case .dontKnow: 2
      case nil: 3
      }
    let column =
      switch truth {
      case .allowed: 0
      case .notAllowed: 1
      }
    return row * 2 + column
  }
}
