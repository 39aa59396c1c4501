import ConsentModel
import ConsentRender

/// Something that a flow is meant to keep to: exploring the flow proves it or finds where it fails.
public struct FlowProperty: Hashable, Sendable {
  /// What it says, in the words of its author.
  public var name: String
  /// What has to be so.
  public var claim: Claim

  /// What has to be so, over all states that keys and waiting reach.
  public enum Claim: Hashable, Sendable {
    /// No state is like this.
    case never(StateTest)
    /// Every state is like this.
    case always(StateTest)
    /// Some state is like this, after at most so many keys; nil for any number.
    case reachable(StateTest, within: Int?)
    /// Some state is like the first, after at most as many keys as the nearest that is like the second.
    case reachableAsSoonAs(StateTest, StateTest)
    /// No state is like the first unless the session has been like the second, then or before.
    case onlyAfter(StateTest, StateTest)
  }

  /// A claim under a name.
  public init(_ name: String, _ claim: Claim) {
    self.name = name
    self.claim = claim
  }

  var tests: [StateTest] {
    switch claim {
    case .never(let test), .always(let test), .reachable(let test, _): [test]
    case .reachableAsSoonAs(let test, let other), .onlyAfter(let test, let other): [test, other]
    }
  }

  /// What exploring a flow says of a property.
  public enum Verdict: Hashable, Sendable {
    /// It holds; the number of keys of the nearest state, where one was asked for.
    case holds(keys: Int?)
    /// It fails; the shortest way to where it does, or nil where what is asked for is reached by nothing.
    case fails(Exploration.Path?)
    /// The search stopped at its limit before it could tell.
    case open
  }
}

/// What a state may be like; everything that is said has to be so.
public struct StateTest: Hashable, Sendable {
  /// Conditions on variables.
  public var conditions: [Condition] = []
  /// The screens of which one is shown; nil for any.
  public var screens: Set<Int32>?
  /// The outcomes of which one has been reached; nil for any, and for none.
  public var outcomes: Set<Int32>?
  /// Groups of elements; of each at least one has been visible, now or before.
  public var seen: [[Int32]] = []
  /// Groups of elements; of each none had been visible when the key was pressed that led here: what the frame after a
  /// decision shows comes too late for it.
  public var unseen: [[Int32]] = []
  /// Whether an end of the session can still be reached; nil for either.
  public var canEnd: Bool?

  /// A test that everything passes.
  public init() {}

  /// Whether a state is like this, but for what only the whole graph says.
  func holds(
    _ state: borrowing FlowState, seen bits: UInt64, before: UInt64, of watched: [Int32]
  ) -> Bool {
    guard conditions.allSatisfy({ $0.holds(state.view.values) }) else { return false }
    if let screens, state.isOver || !screens.contains(state.view.screen) { return false }
    if let outcomes, !state.isOver || !outcomes.contains(state.outcome ?? -1) { return false }
    func isSeen(_ group: [Int32], _ bits: UInt64) -> Bool {
      group.contains { element in watched.firstIndex(of: element).map { bits >> UInt64($0) & 1 == 1 } ?? false }
    }
    return seen.allSatisfy { isSeen($0, bits) } && !unseen.contains { isSeen($0, before) }
  }
}

extension FlowEngine {
  /// How many elements, and conditions that have to have been met before, properties may speak of together.
  public static let mostWatched = 64

  /// Explores a flow from its start with these inputs and says of every property whether it holds.
  ///
  /// - Parameter limit: how many states may be found before the search stops, 1 or more.
  /// - Returns: a verdict each, and the exploration.
  public func prove(
    _ properties: [FlowProperty], _ inputs: SessionInputs, limit: Int = 1_000_000
  ) -> (verdicts: [FlowProperty.Verdict], exploration: Exploration) {
    let entry = min(Int(inputs.entry), flow.entries.count - 1)
    let tests = properties.flatMap(\.tests)
    let watched = Set(tests.flatMap { ($0.seen + $0.unseen).flatMap { $0 } }).sorted()
    let marks: [StateTest] = properties.compactMap {
      if case .onlyAfter(_, let before) = $0.claim { before } else { nil }
    }
    precondition(watched.count + marks.count <= FlowEngine.mostWatched, "more is watched than there are bits for")
    let conditions = tests.flatMap(\.conditions)
    var explorer = Explorer(
      self, inputs, opening: flow.entries[entry].screen, limit: limit, countsDays: false,
      watching: Set(conditions.map(\.variable)).sorted(), telling: conditions, seeing: watched, marking: marks)
    explorer.search { _ in false }
    explorer.searchFromEve()
    let canEnd = explorer.isComplete ? explorer.canEnd() : []
    var mark = 0
    let verdicts = properties.map { property -> FlowProperty.Verdict in
      defer { if case .onlyAfter = property.claim { mark += 1 } }
      return explorer.verdict(of: property, mark: mark, canEnd: canEnd)
    }
    return (verdicts, explorer.result())
  }
}

extension Explorer {
  /// The nearest state that is like this, and unlike the marked one before it.
  private mutating func nearest(
    _ test: StateTest, negated: Bool = false, unmarked mark: Int? = nil, canEnd: ContiguousArray<Bool>
  ) -> Exploration.Path? {
    var best: Int32?
    for node in order {
      let facts = nodes[Int(node)]
      // Two searches, one a start, stand after each other in the order.
      if let best, facts.distance >= nodes[Int(best)].distance { continue }
      if let mark, facts.seen >> UInt64(watched.count + mark) & 1 == 1 { continue }
      load(node)
      let holds =
        test.holds(state, seen: facts.seen, before: facts.before, of: watched)
        && (test.canEnd == nil || canEnd.isEmpty || canEnd[Int(node)] == test.canEnd)
      if holds != negated { best = node }
    }
    return best.map { path(to: $0) }
  }

  fileprivate mutating func verdict(
    of property: FlowProperty, mark: Int, canEnd: ContiguousArray<Bool>
  ) -> FlowProperty.Verdict {
    // Whether a state can end is known only when all states are.
    if !isComplete, property.tests.contains(where: { $0.canEnd != nil }) { return .open }
    switch property.claim {
    case .never(let test): return refuted(by: nearest(test, canEnd: canEnd))
    case .always(let test): return refuted(by: nearest(test, negated: true, canEnd: canEnd))
    case .onlyAfter(let test, _): return refuted(by: nearest(test, unmarked: mark, canEnd: canEnd))
    case .reachable(let test, let most):
      guard let path = nearest(test, canEnd: canEnd) else { return isComplete ? .fails(nil) : .open }
      return most.map { path.keys > $0 } ?? false ? .fails(path) : .holds(keys: path.keys)
    case .reachableAsSoonAs(let test, let other):
      guard let path = nearest(test, canEnd: canEnd) else { return isComplete ? .fails(nil) : .open }
      // What the other needs is not less than what is known of it, for states are met in the order of their keys.
      guard let bound = nearest(other, canEnd: canEnd) else { return isComplete ? .holds(keys: path.keys) : .open }
      return path.keys > bound.keys ? .fails(path) : .holds(keys: path.keys)
    }
  }

  private func refuted(by path: Exploration.Path?) -> FlowProperty.Verdict {
    path.map { .fails($0) } ?? (isComplete ? .holds(keys: nil) : .open)
  }
}
