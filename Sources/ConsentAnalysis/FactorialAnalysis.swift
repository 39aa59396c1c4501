import ConsentStudy
import Statistics

/// What factors and every two of them do, where the arms are all combinations of their levels: by a logistic regression, and on the
/// scale of shares.
///
/// The regression has effect coding, so that a factor's coefficients are averages over the levels of the others, every level
/// counting the same; interactions of two factors; a column for every stratum but the first; and Firth's penalty where outcomes are
/// separated.
public struct FactorialAnalysis: Sendable {
  /// A column of the regression.
  public struct Coefficient: Sendable {
    /// Its name: levels with × between them.
    public var name: String
    /// Log odds with Wald's interval.
    public var wald: Estimate
    /// The same with the profile likelihood interval.
    public var profile: Estimate
  }

  /// A factor, or two of them.
  public struct Effect: Sendable {
    /// Names of the factors, with × between them.
    public var name: String
    /// Whether study.yaml plans it.
    public var isPlanned: Bool
    /// Whether it is the study's primary one.
    public var isPrimary: Bool
    /// The likelihood-ratio test that none of its coefficients is other than 0.
    public var test: TestResult
    /// The p adjusted by Holm over the planned effects of the same outcome; nil where it is not planned, or the only one.
    public var adjusted: Double?
    /// Its coefficients.
    public var coefficients: [Coefficient]
    /// What it does on the scale of shares: each other level against the base, or the difference of such differences; with Wald's
    /// test. Strata are not in it.
    public var shares: [(name: String, estimate: Estimate, test: TestResult)]
  }

  /// What the arms are compared by.
  public let outcome: Outcome
  /// The effects: factors, then every two.
  public let effects: [Effect]

  /// Analyses an outcome; nil where an arm has nobody, where everybody did the same, or where strata cannot be told from factors.
  ///
  /// - Parameters:
  ///   - groups: of each arm, in the order of the design's cells, the outcome in each stratum.
  ///   - isPrimary: whether the first planned effect is the study's primary one.
  init?(
    _ outcome: Outcome, _ design: FactorialDesign, planned: [[Int]], isPrimary: Bool, groups: [[Proportion]]
  ) {
    let cells = groups.map { strata in
      Proportion(strata.reduce(0) { $0 + $1.count }, of: strata.reduce(0) { $0 + $1.total })
    }
    let (happened, everybody) = (cells.reduce(0) { $0 + $1.count }, cells.reduce(0) { $0 + $1.total })
    guard cells.allSatisfy({ $0.total > 0 }), happened > 0, happened < everybody else { return nil }
    self.outcome = outcome
    let matrix = design.matrix(coding: .effect, interactionsUpTo: 2)
    guard let fit = FactorialAnalysis.fit(matrix, groups) else { return nil }
    let shares = design.shareContrasts
    var effects = matrix.effects.map { effect in
      Effect(
        name: effect.name, isPlanned: planned.contains(effect.factors),
        isPrimary: isPrimary && planned.first == effect.factors, test: fit.likelihoodRatio(without: effect.columns),
        adjusted: nil,
        coefficients: effect.columns.map {
          Coefficient(name: matrix.names[$0], wald: fit.wald($0), profile: fit.profile($0))
        },
        shares: shares.filter { $0.factors == effect.factors }.map { found in
          (
            found.name, found.contrast.interval(cells),
            found.contrast.wald(cells, "sum of weighted shares, Wald z with the sum of variances")
          )
        })
    }
    let family = effects.indices.filter { effects[$0].isPlanned }
    if family.count > 1 {
      let adjusted = Holm.adjusted(family.map { effects[$0].test.p })
      for (index, value) in zip(family, adjusted) { effects[index].adjusted = value }
    }
    self.effects = effects
  }

  private static func fit(_ matrix: DesignMatrix, _ groups: [[Proportion]]) -> LogisticRegression? {
    // A stratum of which nobody is here has no column.
    let present = (groups.first ?? []).indices.filter { stratum in groups.contains { $0[stratum].total > 0 } }
    var rows: [[Double]] = []
    var counts: [Proportion] = []
    for (cell, strata) in zip(matrix.rows, groups) {
      for stratum in present where strata[stratum].total > 0 {
        rows.append(cell + present.dropFirst().map { $0 == stratum ? 1 : 0 })
        counts.append(strata[stratum])
      }
    }
    let names = matrix.names + present.dropFirst().map { "stratum \($0)" }
    guard LogisticRegression.isIdentified(rows) else { return nil }
    let plain = LogisticRegression(rows, counts: counts, names: names)
    return plain.isSeparated ? LogisticRegression(rows, counts: counts, names: names, penalty: .firth) : plain
  }
}
