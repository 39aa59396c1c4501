import ConsentModel
import ConsentRender

/// Everything that keys and waiting can reach in a flow.
///
/// States are told apart by screen, stack, focus, scroll (top, middle, end), phase, prompts up to two, standings, and the
/// values that a condition, a control or a list can read, numbers only as far as conditions tell them apart. Into a field,
/// a number or a slider is entered, in as few keys as it takes, one value of each stretch that conditions tell apart. Times
/// are left out: every key comes after the input guard. Days are told apart only as before the decision date, the last one
/// before it, and from it on; the search starts on the inputs' date and once more on the last day before.
public struct Exploration: Sendable {
  /// A way to a state: the events that lead there from the start.
  public struct Path: Hashable, Sendable {
    /// Keys and wakes, in order.
    public var inputs: [Input]
    /// How many keys there are among them.
    public var keys: Int
    /// The simulated date on which the session starts.
    public var date: Day

    /// A way of these inputs, with so many keys among them, from a start on a date.
    public init(inputs: [Input], keys: Int, date: Day) {
      self.inputs = inputs
      self.keys = keys
      self.date = date
    }
  }

  /// How the terms stand, in the order of the flow's terms, and the shortest way there.
  public struct Decision: Hashable, Sendable {
    /// The standing of each term.
    public var standings: [Standing]
    /// The way with the fewest keys.
    public var path: Path
  }

  /// Number of different states.
  public var states = 0
  /// Number of steps that were taken.
  public var steps = 0
  /// Whether all states were found; false when the limit stopped the search.
  public var isComplete = true
  /// For every screen the shortest way to it, or nil when nothing reaches it.
  public var screens: [Path?] = []
  /// For every outcome the shortest way to it, or nil when nothing reaches it.
  public var outcomes: [Path?] = []
  /// Every combination of standings that can be reached, the nearest first.
  public var decisions: [Decision] = []
  /// Number of states from which no end can be reached; leaving from outside is no end.
  public var traps = 0
  /// The screens of those states.
  public var trappedScreens: [Int32] = []
  /// The shortest way to one of those states, or nil.
  public var trap: Path?
  /// What the states are, but for focus, scroll and the cursors of lists, which say nothing of the session; only where
  /// it was asked for. Each ends with the value of every variable, where those that were left out are 0.
  public var contents: Set<[Int32]> = []
  /// States from which stopping takes more than two keys; found only where the session asks before it stops.
  public var unstoppable = 0
  /// The screens to which stopping leads, or −1 for the end, over all states.
  public var stopsAt: Set<Int32> = []
  /// For every property that was asked about the shortest way to a state in which it does not hold, or nil.
  public var violations: [Path?] = []
  /// The variables that were left out because nothing reads them or nothing changes them.
  public var dropped: [Int32] = []
}

extension Exploration {
  /// Something that has to hold in every state.
  public struct Property {
    /// What it says, for whoever is told that it does not hold.
    public var name: String
    /// The variables that it reads: states are told apart by them, numbers as 0, 1 and more.
    public var variables: [Int32]
    /// Whether it holds in a state.
    public var holds: (borrowing FlowState) -> Bool

    /// A property that reads these variables and whatever a state has besides its values.
    public init(_ name: String, reading variables: [Int32] = [], holds: @escaping (borrowing FlowState) -> Bool) {
      self.name = name
      self.variables = variables
      self.holds = holds
    }
  }

  /// The contents with these variables left out as well, so that two explorations of one flow can be compared by what
  /// both tell apart.
  public func contents(without variables: [Int32], of flow: FlowDefinition) -> Set<[Int32]> {
    Set(
      contents.map { content in
        var content = content
        for variable in variables { content[content.count - flow.variables.count + Int(variable)] = 0 }
        return content
      })
  }
}

extension FlowEngine {
  /// Explores a flow from its start with these inputs, breadth first.
  ///
  /// - Parameters:
  ///   - limit: how many states may be found before the search stops, 1 or more.
  ///   - countsDays: whether each day is told apart; exact, and slower by as many times as there are days.
  ///   - fromEve: whether it is explored once more from a start on the last day before the decision date.
  ///   - keepsContents: whether `Exploration.contents` is filled in.
  ///   - properties: what has to hold in every state.
  public func explore(
    _ inputs: SessionInputs, limit: Int = 1_000_000, countsDays: Bool = false, fromEve: Bool = true,
    keepsContents: Bool = false,
    properties: [Exploration.Property] = []
  ) -> Exploration {
    let entry = min(Int(inputs.entry), flow.entries.count - 1)
    var explorer = Explorer(
      self, inputs, opening: flow.entries[entry].screen, limit: limit, countsDays: countsDays,
      watching: properties.flatMap(\.variables))
    explorer.search { _ in false }
    if fromEve { explorer.searchFromEve() }
    var result = explorer.result()
    if keepsContents { result.contents = explorer.contents() }
    result.violations = properties.map { explorer.violation(of: $0) }
    if inputs.asksBeforeStopping { (result.unstoppable, result.stopsAt) = explorer.stopping() }
    return result
  }

  /// The fewest keys from a fresh opening of a screen until terms stand so, or nil when they never do.
  ///
  /// The session is new but for its first screen; waiting for a timer costs nothing.
  /// - Parameters:
  ///   - screen: the screen that is opened.
  ///   - goal: terms, and how each of them has to stand.
  ///   - limit: how many states may be found before the search gives up and the answer is nil.
  public func fewestKeys(
    _ inputs: SessionInputs, from screen: Int32, to goal: [(term: Int32, standing: Standing)], limit: Int = 1_000_000
  ) -> Int? {
    shortestPath(inputs, from: screen, to: goal, limit: limit)?.keys
  }

  /// The way that `fewestKeys` counts.
  public func shortestPath(
    _ inputs: SessionInputs, from screen: Int32, to goal: [(term: Int32, standing: Standing)], limit: Int = 1_000_000
  ) -> Exploration.Path? {
    var explorer = Explorer(self, inputs, opening: screen, limit: limit, countsDays: true, watching: [])
    let found = explorer.search { state in
      goal.allSatisfy { state.terms[Int($0.term)].agreement.standing == $0.standing }
    }
    return found.map { explorer.path(to: $0) }
  }
}
