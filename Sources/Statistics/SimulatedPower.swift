/// How often simulated studies of one size found the effects of a plan.
public struct SimulatedPower: Hashable, Sendable {
  /// How many were assigned to each cell.
  public let perCell: Int
  /// For each effect, in the plan's order, how many studies of all found it.
  public let found: [Proportion]

  /// So many found of so many studies.
  public init(perCell: Int, found: [Proportion]) {
    self.perCell = perCell
    self.found = found
  }

  /// The power to find an effect, with Wilson's interval for what the simulation leaves open.
  public func power(_ effect: Int, confidence: Double = 0.95) -> Estimate {
    var estimate = found[effect].wilson(confidence: confidence)
    estimate.method = "simulated power, " + estimate.method
    return estimate
  }

  /// The standard error that the number of studies leaves: the root of p(1 − p)/studies.
  public func standardError(_ effect: Int) -> Double {
    let share = found[effect].share
    return (share * (1 - share) / Double(found[effect].total)).squareRoot()
  }
}

/// Looks for how many people each cell needs, by simulation.
public struct SimulatedSearch: Sendable {
  /// The power that is wanted.
  public let wanted: Double
  /// What was looked at, from the smallest number to the largest.
  public let looked: [SimulatedPower]

  /// Looks at doubled numbers until all effects have the power, or at most at `most`; then halves, for each effect, what lies between the
  /// smallest number that is enough and the one before it.
  ///
  /// - Parameters:
  ///   - wanted: the power, between 0 and 1.
  ///   - most: the largest number a cell, 8 or more.
  ///   - effects: how many effects there are.
  ///   - look: simulates studies with so many in each cell; the same number of studies each time.
  public init(_ wanted: Double, effects: Int, most: Int, look: (Int) -> SimulatedPower) {
    self.wanted = wanted
    var looked = [look(8)]
    func isEnough(_ effect: Int) -> Bool { SimulatedSearch.smallest(looked, effect, wanted) != nil }
    while let last = looked.last, last.perCell < most, !(0..<effects).allSatisfy(isEnough) {
      looked.append(look(min(most, 2 * last.perCell)))
    }
    for effect in 0..<effects {
      while let place = SimulatedSearch.smallest(looked, effect, wanted) {
        let before = place > 0 ? looked[place - 1].perCell : 1
        let gap = looked[place].perCell - before
        guard gap > 1 else { break }
        looked.insert(look(before + gap / 2), at: place)
      }
    }
    self.looked = looked
  }

  /// The smallest number that was looked at such that it, and every larger one that was looked at, has the power for an effect; nil where
  /// the largest has it not.
  public func smallest(_ effect: Int) -> SimulatedPower? {
    SimulatedSearch.smallest(looked, effect, wanted).map { looked[$0] }
  }

  private static func smallest(_ looked: [SimulatedPower], _ effect: Int, _ wanted: Double) -> Int? {
    let failing = looked.lastIndex { $0.found[effect].share < wanted } ?? -1
    return failing + 1 < looked.count ? failing + 1 : nil
  }
}
