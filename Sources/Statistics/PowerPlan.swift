/// What a simulated study is: cells with a rate each, what is lost, and how it is analysed.
public struct PowerPlan: Hashable, Sendable {
  /// How a study is analysed.
  public enum Analysis: Hashable, Sendable {
    /// Pairs of cells, base and other, by a test of two groups, with Holm's adjustment over the pairs.
    case contrasts([Pair], TwoArmDesign.Test)
    /// Every factor and every two of them: likelihood-ratio tests in one logistic regression with effect coding, with Firth's
    /// penalty where outcomes are separated; and Wald's test of the difference of risk differences for every two factors with two
    /// levels each. Nothing is adjusted.
    case effects
  }

  /// Two cells of the design.
  public struct Pair: Hashable, Sendable {
    /// Index of the base cell.
    public let base: Int
    /// Index of the other.
    public let other: Int

    /// Two cells.
    public init(base: Int, other: Int) {
      self.base = base
      self.other = other
    }
  }

  /// Something that a study may find.
  public struct Effect: Hashable, Sendable {
    /// Its name: a factor, an interaction, or two cells.
    public let name: String
    /// By which test, with its variant.
    public let method: String
  }

  /// The design.
  public let design: FactorialDesign
  /// The rate in each cell, 0...1.
  public let rates: [Double]
  /// The probability that somebody who was assigned is lost, whatever the cell and the outcome; 0 or more and under 1.
  public let dropout: Double
  /// The level, two-sided, between 0 and 1.
  public let alpha: Double
  /// How the study is analysed.
  public let analysis: Analysis

  /// A plan.
  ///
  /// - Precondition: every cell has a rate, the numbers are within their ranges, and pairs are of cells that there are.
  public init(
    _ design: FactorialDesign, rates: [Double], dropout: Double = 0, alpha: Double = 0.05, analysis: Analysis
  ) {
    precondition(rates.count == design.cells.count && rates.allSatisfy { (0...1).contains($0) }, "a rate for each cell")
    precondition((0..<1).contains(dropout) && alpha > 0 && alpha < 1, "shares lie between 0 and 1")
    self.design = design
    self.rates = rates
    self.dropout = dropout
    self.alpha = alpha
    self.analysis = analysis
  }

  /// What the study may find, in the order in which powers are given.
  public var effects: [Effect] {
    switch analysis {
    case .contrasts(let pairs, let test):
      let method = "\(test.name), Holm over \(pairs.count)"
      let named = pairs.map { design.name(ofCell: $0.other) + " against " + design.name(ofCell: $0.base) }
      let together = pairs.count > 1 ? ["one contrast at least", "every contrast"] : []
      return (named + together).map { Effect(name: $0, method: pairs.count > 1 ? method : test.name) }
    case .effects:
      let tested = matrix.effects.map {
        Effect(
          name: $0.name, method: "likelihood-ratio test, logistic regression, effect coding, Firth where separated")
      }
      let differences = differences.map {
        Effect(
          name: "\($0.name), difference of risk differences", method: "Wald z with the sum of variances")
      }
      return tested + differences
    }
  }

  /// The columns of the regression.
  var matrix: DesignMatrix { design.matrix(coding: .effect, interactionsUpTo: 2) }

  /// For every two factors with two levels each the sum of shares that is 0 where they do not interact, averaged over the cells of
  /// the other factors.
  var differences: [(name: String, contrast: ShareContrast)] {
    design.shareContrasts.filter { found in
      found.factors.count == 2 && found.factors.allSatisfy { design.factors[$0].levels.count == 2 }
    }.map { found in (found.factors.map { design.factors[$0].name }.joined(separator: " × "), found.contrast) }
  }
}

extension TwoArmDesign.Test {
  /// The name of the test with its variant.
  public var name: String {
    switch self {
    case .boschloo: "Boschloo's unconditional exact test"
    case .fisher: "Fisher's exact test"
    case .midP: "the mid-p of Fisher's test (not exact)"
    case .pooledZ: "the pooled z (χ² without correction), whose size can exceed the level"
    }
  }
}
