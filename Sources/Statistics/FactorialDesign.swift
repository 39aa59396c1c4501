/// A factor of a design, with two levels or more.
public struct Factor: Hashable, Sendable {
  /// The name.
  public let name: String
  /// The names of the levels; the first is the base.
  public let levels: [String]

  /// A factor with these levels.
  ///
  /// - Precondition: there are two levels at least, and no two have the same name.
  public init(_ name: String, levels: [String]) {
    precondition(levels.count >= 2 && Set(levels).count == levels.count, "a factor has two levels or more")
    self.name = name
    self.levels = levels
  }
}

/// All combinations of the levels of some factors: the cells, between which people differ.
public struct FactorialDesign: Hashable, Sendable {
  /// How levels become numbers.
  public enum Coding: String, CaseIterable, Sendable {
    /// 1 for the level and 0 for all others, so that coefficients compare with the base cell.
    case treatment
    /// 1 for the level, −1 for the base level and 0 for all others, so that main effects are averages over the other factors,
    /// every level counting the same.
    case effect
  }

  /// The factors.
  public let factors: [Factor]
  /// For every cell the index of each factor's level; the last factor's level changes first.
  public let cells: [[Int]]

  /// The design of these factors.
  ///
  /// - Precondition: there is a factor at least.
  public init(_ factors: [Factor]) {
    precondition(!factors.isEmpty, "a design has a factor")
    self.factors = factors
    cells = factors.reduce([[]]) { cells, factor in
      cells.flatMap { cell in factor.levels.indices.map { cell + [$0] } }
    }
  }

  /// The names of a cell's levels, with commas between them.
  public func name(ofCell cell: Int) -> String {
    zip(factors, cells[cell]).map { $0.levels[$1] }.joined(separator: ",")
  }

  /// The columns of a regression: the intercept, every factor, and the interactions.
  ///
  /// - Parameters:
  ///   - coding: how levels become numbers.
  ///   - order: how many factors an interaction has at most, 1 or more; with 1 there are none.
  public func matrix(coding: Coding, interactionsUpTo order: Int) -> DesignMatrix {
    var names = ["intercept"]
    var columns = [cells.map { _ in 1.0 }]
    var effects: [DesignMatrix.Effect] = []
    for members in subsets(upTo: order) {
      // The columns of an interaction are the products of those of its factors.
      var parts: [(name: String, column: [Double])] = [("", columns[0])]
      for member in members {
        parts = parts.flatMap { part in
          factors[member].levels.indices.dropFirst().map { level in
            let name = "\(factors[member].name)=\(factors[member].levels[level])"
            let own = cells.map { FactorialDesign.number($0[member], level, coding) }
            return (part.name.isEmpty ? name : "\(part.name) × \(name)", zip(part.column, own).map { $0 * $1 })
          }
        }
      }
      effects.append(
        DesignMatrix.Effect(
          name: members.map { factors[$0].name }.joined(separator: " × "), factors: members,
          columns: Array(names.count..<names.count + parts.count)))
      names += parts.map(\.name)
      columns += parts.map(\.column)
    }
    let rows = cells.indices.map { cell in columns.map { $0[cell] } }
    return DesignMatrix(names: names, rows: rows, effects: effects)
  }

  /// What a level of a factor, or two levels of two factors, do on the scale of shares: each other level against the base, then each
  /// two of them, averaged over the cells of the other factors, every cell counting the same.
  public var shareContrasts: [(name: String, factors: [Int], contrast: ShareContrast)] {
    subsets(upTo: 2).flatMap { members -> [(name: String, factors: [Int], contrast: ShareContrast)] in
      let others = Double(cells.count / members.reduce(1) { $0 * factors[$1].levels.count })
      var parts: [(names: [String], weights: [Double])] = [([], cells.map { _ in 1 / others })]
      for member in members {
        parts = parts.flatMap { part in
          factors[member].levels.indices.dropFirst().map { level in
            let own = cells.map { cell -> Double in cell[member] == level ? 1 : cell[member] == 0 ? -1 : 0 }
            let name = "\(factors[member].name)=\(factors[member].levels[level])"
            return (part.names + [name], zip(part.weights, own).map { $0 * $1 })
          }
        }
      }
      return parts.map { ($0.names.joined(separator: " × "), members, ShareContrast(weights: $0.weights)) }
    }
  }

  private static func number(_ own: Int, _ level: Int, _ coding: Coding) -> Double {
    switch coding {
    case .treatment: own == level ? 1 : 0
    case .effect: own == level ? 1 : own == 0 ? -1 : 0
    }
  }

  /// The factors by themselves, then every two, and so on.
  private func subsets(upTo order: Int) -> [[Int]] {
    var result: [[Int]] = []
    var last: [[Int]] = [[]]
    for _ in 0..<min(order, factors.count) {
      last = last.flatMap { members in (((members.last ?? -1) + 1)..<factors.count).map { members + [$0] } }
      result += last
    }
    return result
  }
}

/// The columns of a regression for every cell of a design.
public struct DesignMatrix: Hashable, Sendable {
  /// A factor or an interaction, and the columns that belong to it.
  public struct Effect: Hashable, Sendable {
    /// The names of the factors, with × between them.
    public let name: String
    /// The indices of the factors.
    public let factors: [Int]
    /// The indices of the columns.
    public let columns: [Int]
  }

  /// The names of the columns; the first is the intercept.
  public let names: [String]
  /// The numbers of every cell, in the order of the design's cells.
  public let rows: [[Double]]
  /// The factors, then their interactions.
  public let effects: [Effect]
}
