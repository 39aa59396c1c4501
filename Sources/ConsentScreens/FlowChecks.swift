import ConsentModel
import ConsentRender
import ConsentSource

/// What can be wrong with a compiled flow: screens that cannot end or that open each other, and texts that do not fit.
struct FlowChecks {
  let flow: FlowDefinition
  let spec: FlowSpec
  let report: Report

  func run() {
    let graph = ScreenGraph(flow)
    for screen in graph.deadEnds {
      report.error(
        at: mark(of: screen), "`\(flow.screens[screen].name)` cannot end: no way leads from it to an outcome",
        hint: "add a step `end`, or a way to a screen that has one")
    }
    for cycle in graph.openingCycles {
      let names = cycle.map { flow.screens[$0].name }.joined(separator: ", ")
      report.error(
        at: mark(of: cycle[0]), "opening never comes to rest: \(names) open each other",
        hint: "give one of the `on_open` a condition that the others change")
    }
    if graph.openingCycles.isEmpty { checkLayout(graph) }
  }

  private func mark(of screen: Int) -> Mark {
    spec.screens[screen].name.mark
  }

  /// At 80 × 24 a screen has to fit as long as no part of it is meant to scroll.
  private func checkLayout(_ graph: ScreenGraph) {
    let painter = Painter(flow: flow)
    let values = flow.variables.map(\.initial)
    for screen in flow.screens.indices where graph.reached[screen] {
      let layout = painter.layout(for: ViewState(screen: Int32(screen), size: .standard, values: values))
      tell(layout, of: screen)
    }
  }

  private func tell(_ layout: ScreenLayout, of screen: Int) {
    let name = "`\(flow.screens[screen].name)`"
    let place = "80 columns and 24 rows" + (flow.language == "en" ? "" : " in \(flow.language)")
    if layout.isTooSmall || layout.scrollsWhole {
      let message = "\(name) does not fit into \(place): it has \(layout.contentRows) rows for \(layout.viewportRows)"
      // Nobody meets this language; it only shows where a long translation will not fit either.
      if flow.language == FlowDocument.pseudoLanguage {
        report.warning(at: mark(of: screen), message, hint: "leave room for longer languages")
      } else {
        report.error(at: mark(of: screen), message, hint: "shorten it, or put the long text into a `scroll`")
      }
    }
    if layout.isFallback, flow.language == "en" || hasLargeLetters(screen) {
      report.warning(
        at: mark(of: screen), "large letters of \(name) do not fit into \(place)", hint: "shorten the text")
    }
  }

  /// Whether what is large on a screen has large letters at all; other scripts have none, and nothing would give them
  /// any.
  private func hasLargeLetters(_ screen: Int) -> Bool {
    let texts = flow.elements.lazy.filter { $0.screen == Int32(screen) && $0.scale == .large }.compactMap(\.kind.text)
    return texts.allSatisfy { index in
      flow.texts[Int(index)].pieces.allSatisfy { piece in
        guard case .literal(let glyphs) = piece else { return true }
        return glyphs.allSatisfy { !$0.isCluster && ($0 == .newline || LargeType.width(of: $0.value) > 0) }
      }
    }
  }
}

extension Element.Kind {
  /// The text that an element of this kind shows, or nil.
  fileprivate var text: Int32? {
    switch self {
    case .text(let text), .button(let text), .link(let text), .option(let text): text
    case .gap, .rule, .toggle, .list, .row, .scroll, .field, .number, .slider: nil
    }
  }
}

/// Which screens lead to which, whatever the guards.
struct ScreenGraph {
  /// For every screen whether any entry leads to it.
  private(set) var reached: [Bool]
  /// Reached screens from which no way leads to an end.
  private(set) var deadEnds: [Int] = []
  /// Rings of screens whose `on_open` lead round, each from its lowest index.
  private(set) var openingCycles: [[Int]] = []

  private var next: [Set<Int>]
  private var ends: [Bool]
  private var hasBack: [Bool]

  init(_ flow: FlowDefinition) {
    let count = flow.screens.count
    reached = Array(repeating: false, count: count)
    next = Array(repeating: [], count: count)
    ends = Array(repeating: false, count: count)
    hasBack = Array(repeating: false, count: count)
    var goes: [Set<Int>] = next
    var opens: [Set<Int>] = next
    var screenBranches = flow.screens.map { $0.onOpen + $0.onEscape + ($0.timer?.branches ?? []) }
    for element in flow.elements { screenBranches[Int(element.screen)] += element.onActivate }
    for (screen, branches) in screenBranches.enumerated() {
      for step in branches.lazy.flatMap(\.steps) {
        switch step {
        case .go(let target): goes[screen].insert(Int(target))
        case .open(let target): opens[screen].insert(Int(target))
        case .back: hasBack[screen] = true
        case .end: ends[screen] = true
        case .set, .add, .decide, .decideFromControl, .defer_, .reaffirm, .changeFromControl, .showStanding, .pass:
          break
        }
      }
    }
    // What may lie below a screen: whoever opened it, or what lay below the screen that it took the place of.
    var below: [Set<Int>] = Array(repeating: [], count: count)
    var isChanging = true
    while isChanging {
      isChanging = false
      for screen in 0..<count {
        for target in opens[screen] where below[target].insert(screen).inserted { isChanging = true }
        for target in goes[screen] where !below[screen].isSubset(of: below[target]) {
          below[target].formUnion(below[screen])
          isChanging = true
        }
      }
    }
    for screen in 0..<count {
      next[screen] = goes[screen].union(opens[screen])
      if hasBack[screen] { next[screen].formUnion(below[screen]) }
    }
    // The question whether to stop may lie on any screen.
    reach(from: flow.entries.map { Int($0.screen) } + (flow.stop.map { [Int($0.screen)] } ?? []))
    findDeadEnds()
    findOpeningCycles(flow)
  }

  private mutating func reach(from starts: [Int]) {
    var pending = starts
    for start in starts { reached[start] = true }
    while let screen = pending.popLast() {
      for target in next[screen] where !reached[target] {
        reached[target] = true
        pending.append(target)
      }
    }
  }

  private mutating func findDeadEnds() {
    var canEnd = ends
    var isChanging = true
    while isChanging {
      isChanging = false
      for screen in next.indices where !canEnd[screen] && next[screen].contains(where: { canEnd[$0] }) {
        canEnd[screen] = true
        isChanging = true
      }
    }
    deadEnds = next.indices.filter { reached[$0] && !canEnd[$0] }
  }

  /// A way from one screen's opening to another's, under conditions.
  private struct Opening {
    var target: Int
    var when: [Condition]
    /// Variables that its steps may change.
    var changed: Set<Int32>
    /// Whether its steps change what variables are derived from.
    var changesDerived: Bool
  }

  /// A ring is only one when its conditions can all hold and none of its steps changes what they ask.
  private mutating func findOpeningCycles(_ flow: FlowDefinition) {
    let openings = flow.screens.map { screen in
      screen.onOpen.compactMap { branch -> Opening? in
        var opening = Opening(target: -1, when: branch.when, changed: [], changesDerived: false)
        for step in branch.steps {
          switch step {
          case .go(let target), .open(let target): opening.target = Int(target)
          case .set(let variable, _), .add(let variable, _): opening.changed.insert(variable)
          case .showStanding(let term): opening.changed.insert(flow.terms[Int(term)].control)
          case .decide, .decideFromControl, .defer_, .reaffirm, .changeFromControl, .pass: opening.changesDerived = true
          case .back, .end: return nil
          }
        }
        return opening.target >= 0 ? opening : nil
      }
    }
    var path: [Int] = []
    var taken: [Opening] = []
    var steps = 0
    func visit(_ screen: Int, _ start: Int, _ found: inout [[Int]]) {
      steps += 1
      // A flow has few openings; hostile ones must not take for ever.
      guard steps < 10_000 else { return }
      path.append(screen)
      for opening in openings[screen] where opening.target >= start {
        taken.append(opening)
        if opening.target == start {
          if ScreenGraph.goesRound(taken, flow) { found.append(path) }
        } else if !path.contains(opening.target) {
          visit(opening.target, start, &found)
        }
        taken.removeLast()
      }
      path.removeLast()
    }
    var found: [[Int]] = []
    for screen in openings.indices where reached[screen] { visit(screen, screen, &found) }
    var seen: Set<[Int]> = []
    openingCycles = found.filter { seen.insert($0).inserted }
  }

  private static func goesRound(_ openings: [Opening], _ flow: FlowDefinition) -> Bool {
    var masks: [Int32: UInt64] = [:]
    var low: [Int32: Int32] = [:]
    var high: [Int32: Int32] = [:]
    let changed = openings.reduce(into: Set<Int32>()) { $0.formUnion($1.changed) }
    let changesDerived = openings.contains(where: \.changesDerived)
    for condition in openings.flatMap(\.when) {
      let isDerived = flow.variables[Int(condition.variable)].source != .steps
      if changed.contains(condition.variable) || isDerived && changesDerived { return false }
      switch condition.test {
      case .isIn(let mask): masks[condition.variable, default: .max] &= mask
      case .atLeast(let bound): low[condition.variable] = max(low[condition.variable] ?? .min, bound)
      case .below(let bound): high[condition.variable] = min(high[condition.variable] ?? .max, bound)
      }
    }
    if masks.values.contains(0) { return false }
    return low.allSatisfy { variable, bound in high[variable].map { bound < $0 } ?? true }
  }
}
