import ArgumentParser
import Statistics

/// A cell of a design as it is written: `on,large=0.60`.
struct PowerCell: ExpressibleByArgument {
  /// A level of each factor.
  var levels: [String]
  /// The rate in the cell, 0 to 1.
  var rate: Double

  init?(argument: String) {
    guard let sign = argument.lastIndex(of: "="), let rate = Double(argument[argument.index(after: sign)...]),
      (0...1).contains(rate)
    else { return nil }
    levels = argument[..<sign].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    guard !levels.contains("") else { return nil }
    self.rate = rate
  }
}

/// Two cells to compare as they are written: `off,large/on,large`, the base first.
struct PowerContrast: ExpressibleByArgument {
  /// The name of the base cell.
  var base: String
  /// The name of the other.
  var other: String

  init?(argument: String) {
    let names = argument.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard names.count == 2, names[0] != names[1] else { return nil }
    (base, other) = (names[0], names[1])
  }
}

extension PowerPlan {
  /// The plan that cells and contrasts of a command line make: without contrasts, and with one factor, every arm against the first.
  init(
    _ cells: [PowerCell], factors: String?, contrasts: [PowerContrast], test: TwoArmDesign.Test, dropout: Double,
    alpha: Double
  ) throws {
    let design = try PowerPlan.design(cells, factors)
    var rates: [String: Double] = [:]
    for cell in cells {
      let name = cell.levels.joined(separator: ",")
      guard rates[name] == nil else { throw ValidationError("the cell \(name) is there twice") }
      rates[name] = cell.rate
    }
    let names = design.cells.indices.map(design.name)
    let missing = names.filter { rates[$0] == nil }
    guard missing.isEmpty else {
      throw ValidationError("every combination of levels has a rate; missing: \(missing.joined(separator: " "))")
    }
    func index(_ name: String) throws -> Int {
      guard let index = names.firstIndex(of: name) else { throw ValidationError("there is no cell \(name)") }
      return index
    }
    var pairs = try contrasts.map { Pair(base: try index($0.base), other: try index($0.other)) }
    guard Set(pairs).count == pairs.count else { throw ValidationError("a contrast is there twice") }
    if pairs.isEmpty, design.factors.count == 1 { pairs = names.indices.dropFirst().map { Pair(base: 0, other: $0) } }
    self.init(
      design, rates: names.compactMap { rates[$0] }, dropout: dropout, alpha: alpha,
      analysis: pairs.isEmpty ? .effects : .contrasts(pairs, test))
  }

  /// Factors with their levels in the order in which cells name them.
  private static func design(_ cells: [PowerCell], _ factors: String?) throws -> FactorialDesign {
    let count = cells.first?.levels.count ?? 0
    guard cells.allSatisfy({ $0.levels.count == count }) else {
      throw ValidationError("every cell has a level of every factor, with commas between them")
    }
    let given = factors?.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    let names = given ?? (count == 1 ? ["arm"] : (1...max(count, 1)).map { "factor \($0)" })
    guard names.count == count, Set(names).count == count, !names.contains("") else {
      throw ValidationError("--factors has a name of its own for each of the \(count) factors")
    }
    var found: [Factor] = []
    for (place, name) in names.enumerated() {
      var levels: [String] = []
      for cell in cells where !levels.contains(cell.levels[place]) { levels.append(cell.levels[place]) }
      guard levels.count >= 2 else { throw ValidationError("\(name) has one level only: \(levels.joined())") }
      found.append(Factor(name, levels: levels))
    }
    guard found.reduce(1, { $0 * $1.levels.count }) <= 64 else {
      throw ValidationError("a design has up to 64 cells")
    }
    return FactorialDesign(found)
  }

  /// The largest number in a cell that is simulated: exact tests take up to 1,000 in a group.
  var mostPerCell: Int {
    switch analysis {
    case .contrasts: TwoByTwo.mostEnumerated
    case .effects: 10_000
    }
  }
}
