import ConsentStudy
import Statistics

/// What of a study's plan its analysis needs.
public struct AnalysisPlan: Sendable {
  /// Two arms that are compared.
  public struct Contrast: Hashable, Sendable {
    /// Index of the base arm.
    public var base: Int
    /// Index of the other.
    public var other: Int

    /// Two arms.
    public init(base: Int, other: Int) {
      self.base = base
      self.other = other
    }
  }

  /// Names of the arms.
  public var arms: [String]
  /// What is compared; the first is the primary one.
  public var contrasts: [Contrast]
  /// How many strata there are, 1 or more.
  public var strata = 1
  /// How two arms are tested.
  public var test = TwoArmDesign.Test.boschloo
  /// The factors whose levels are combined to arms; nil where arms are written one by one.
  public var design: FactorialDesign?
  /// Which effects of these are to be tested: indices of factors, in ascending order.
  public var effects: [[Int]] = []

  /// Arms and what is compared, everything else by default.
  public init(arms: [String], contrasts: [Contrast]) {
    self.arms = arms
    self.contrasts = contrasts
  }

  /// What a study plans.
  public init(_ plan: StudyPlan) {
    arms = plan.arms.map(\.name)
    contrasts = plan.contrasts.map { Contrast(base: $0.base, other: $0.other) }
    strata = plan.strata.count
    test = plan.test.design
    if plan.factors.count > 1 {
      design = FactorialDesign(plan.factors.map { Factor($0.name, levels: $0.levels) })
      effects = plan.effects
    }
  }
}

extension StudyPlan.Test {
  /// The test as statistics know it.
  public var design: TwoArmDesign.Test {
    switch self {
    case .boschloo: .boschloo
    case .fisher: .fisher
    case .midP: .midP
    }
  }
}
