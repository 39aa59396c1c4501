/// Makes up studies of a plan and counts what they find. It remembers p that it has calculated: one for each thread.
public final class PowerSimulation {
  /// The plan.
  public let plan: PowerPlan
  private let seed: UInt64
  private let matrix: DesignMatrix
  private let differences: [(name: String, contrast: ShareContrast)]
  private var remembered: [TwoByTwo: Double] = [:]
  private var tests: [[Int]: UnconditionalTest] = [:]

  /// Makes up studies of this plan.
  public init(_ plan: PowerPlan, seed: UInt64) {
    self.plan = plan
    self.seed = seed
    matrix = plan.matrix
    differences = plan.differences
  }

  /// How many of some simulated studies find each effect, in the order of the plan's effects.
  ///
  /// A study is made of the seed and its own index alone, and its first people are the same however many there are: what is
  /// found does not depend on which studies are made together, and numbers of people are compared on the same people.
  ///
  /// - Parameters:
  ///   - perCell: how many are assigned to each cell, 1 or more; up to 1,000 where two groups are compared exactly.
  ///   - studies: the indices of the studies.
  public func found(perCell: Int, studies: Range<Int>) -> [Int] {
    var counts = plan.effects.map { _ in 0 }
    for study in studies {
      for (index, isFound) in analyse(outcomes(perCell, study)).enumerated() where isFound { counts[index] += 1 }
    }
    return counts
  }

  /// In each cell, to how many of those who are left it happened.
  func outcomes(_ perCell: Int, _ study: Int) -> [Proportion] {
    plan.rates.enumerated().map { cell, rate in
      var bits = RandomBits(seed: seed, stream: UInt64(study * plan.rates.count + cell))
      var (count, total) = (0, 0)
      for _ in 0..<perCell {
        let isLost = bits.happens(plan.dropout)
        let happens = bits.happens(rate)
        if isLost { continue }
        total += 1
        if happens { count += 1 }
      }
      return Proportion(count, of: total)
    }
  }

  /// Whether each effect is found.
  func analyse(_ cells: [Proportion]) -> [Bool] {
    switch plan.analysis {
    case .contrasts(let pairs, let test):
      let adjusted = Holm.adjusted(
        pairs.map { p(TwoByTwo(base: cells[$0.base], other: cells[$0.other]), test, pairs.count) })
      let found = adjusted.map { $0 <= plan.alpha }
      return pairs.count > 1 ? found + [found.contains(true), !found.contains(false)] : found
    case .effects:
      return regression(cells) + differences.map { $0.contrast.wald(cells, $0.name).p <= plan.alpha }
    }
  }

  // MARK: Regression

  private func regression(_ cells: [Proportion]) -> [Bool] {
    let present = cells.count { $0.total > 0 }
    let happened = cells.reduce(0) { $0 + $1.count }
    let everybody = cells.reduce(0) { $0 + $1.total }
    // Nothing can be said where a cell is empty, or where everybody did the same.
    guard present == cells.count, happened > 0, happened < everybody else { return matrix.effects.map { _ in false } }
    let plain = LogisticRegression(matrix.rows, counts: cells, names: matrix.names)
    let fit =
      plain.isSeparated
      ? LogisticRegression(matrix.rows, counts: cells, names: matrix.names, penalty: .firth) : plain
    return matrix.effects.map { fit.likelihoodRatio(without: $0.columns).p <= plan.alpha }
  }

  // MARK: Two groups

  /// The p of two groups, or, where that is sooner calculated, another one on the same side of every level that Holm's adjustment
  /// of so many tests compares with: the level, half of it, a third, and so on.
  private func p(_ table: TwoByTwo, _ test: TwoArmDesign.Test, _ count: Int) -> Double {
    guard table.isEnumerable else { return 1 }
    switch test {
    case .fisher: return table.fisher().p
    case .midP: return table.midP().p
    case .pooledZ:
      let p = table.chiSquared(yates: false).p
      return p.isNaN ? 1 : p
    case .boschloo: break
    }
    // Boschloo's p is never above Fisher's. So Fisher's stands for it where no level is under it, and where Boschloo's is above
    // the largest of those that are.
    let fisher = table.fisher().p
    guard let next = (1...count).lazy.map({ self.plan.alpha / Double($0) }).first(where: { $0 < fisher }) else {
      return fisher
    }
    if let known = remembered[table] { return known }
    var p = fisher
    if !UnconditionalTest.isAbove(next, table) {
      let sizes = [table.other.total, table.base.total]
      // A few sizes at once are kept: each holds a p for every table.
      if tests.count > 64 { tests = [:] }
      let enumerated = tests[sizes] ?? UnconditionalTest(first: sizes[0], second: sizes[1])
      tests[sizes] = enumerated
      p = enumerated.result(first: table.other.count, second: table.base.count).p
    }
    if remembered.count > 100_000 { remembered = [:] }
    remembered[table] = p
    return p
  }
}
