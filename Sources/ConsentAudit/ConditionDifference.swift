import ConsentEngine
import ConsentModel
import ConsentRender

/// What people meet differently under two conditions of one flow, element by element, when they do the same.
public struct ConditionDifference: Sendable {
  /// An element that looks different.
  public struct Item: Hashable, Sendable {
    /// The screen's name.
    public var screen: String
    /// The element's name, or `#` and its index; empty for what is part of no element, such as a border.
    public var element: String
    /// How many of its cells differ, at most, in a frame.
    public var cells: Int
    /// Its text under the first condition, where it is first met differently; nil when it is not there.
    public var first: String?
    /// Its text under the other condition.
    public var other: String?
    /// Why it differs.
    public var reason: Reason
  }

  /// Why an element looks different.
  public enum Reason: Hashable, Sendable {
    /// A level changes it.
    case declared
    /// It shows or depends on variables that a level sets, or that follow from what happens.
    case follows([String])
    /// It is the same in another place, because something else is larger, smaller or elsewhere.
    case moved
    /// Nothing says why.
    case undeclared
  }

  /// The elements that differ, in the order in which they are met.
  public private(set) var items: [Item] = []
  /// Screens after which the same keys lead to different screens; what comes then is not compared.
  public private(set) var partings: [String] = []
  /// How many pairs of frames were compared.
  public private(set) var frames = 0

  /// Walks ways in both conditions.
  ///
  /// - Parameters:
  ///   - ways: as an exploration of the first condition gives them.
  ///   - inputs: what the sessions are given.
  ///   - declared: what the levels that differ change, as `screen.element`, `screen` or the name of a variable.
  public init(
    _ first: FlowEngine, _ other: FlowEngine, ways: [Exploration.Path], _ inputs: SessionInputs, declared: Set<String>
  ) {
    var comparer = ConditionComparer(first: first, other: other, declared: declared)
    var room = (Frame(), Frame())
    for way in ways {
      let parting = PairedWalk.go(way, first, other, inputs) { a, b in
        first.render(a, into: &room.0)
        other.render(b, into: &room.1)
        comparer.compare(a, b, room)
      }
      guard let parting else { continue }
      let name = first.flow.screens[Int(parting)].name
      if !partings.contains(name) { partings.append(name) }
    }
    items = comparer.items
    frames = comparer.frames
  }

  /// Whether everything that differs is said to.
  public var isDeclared: Bool { items.allSatisfy { $0.reason != .undeclared } }
}

/// Finds the elements of pairs of frames that differ, and why.
private struct ConditionComparer {
  let first: FlowEngine
  let other: FlowEngine
  let declared: Set<String>
  var items: [ConditionDifference.Item] = []
  var frames = 0
  /// The position in `items` of an element, by its screen and name.
  private var known: [String: Int] = [:]

  init(first: FlowEngine, other: FlowEngine, declared: Set<String>) {
    self.first = first
    self.other = other
    self.declared = declared
  }

  mutating func compare(_ a: borrowing FlowState, _ b: borrowing FlowState, _ room: (Frame, Frame)) {
    frames += 1
    let pair = Pair(screen: first.flow.screens[Int(a.view.screen)].name, views: (a.view, b.view), frames: room)
    let difference = FrameDifference(from: room.0, of: first.flow, to: room.1, of: other.flow)
    guard difference.cells > 0 else { return }
    var cells: [String: Int] = [:]
    var order: [String] = []
    func count(_ name: String) {
      if cells[name] == nil { order.append(name) }
      cells[name, default: 0] += 1
    }
    for run in difference.runs {
      for column in run.column..<run.end {
        let names = [
          name(at: column, run.row, room.0, first.flow), name(at: column, run.row, room.1, other.flow),
        ].compactMap { $0 }
        if names.isEmpty { count("") }
        for name in Set(names).sorted() { count(name) }
      }
    }
    for name in order { note(name, cells[name] ?? 0, pair) }
  }

  /// Two frames after the same inputs, and what they show.
  private struct Pair {
    var screen: String
    var views: (ViewState, ViewState)
    var frames: (Frame, Frame)
  }

  /// The innermost element at a cell, or nil.
  private func name(at column: Int, _ row: Int, _ frame: borrowing Frame, _ flow: FlowDefinition) -> String? {
    var best: (name: String, area: Int)?
    for region in frame.regions {
      guard (Int(region.row)..<Int(region.row + region.rows)).contains(row),
        (Int(region.column)..<Int(region.column + region.columns)).contains(column)
      else { continue }
      let area = Int(region.rows) * Int(region.columns)
      if best.map({ area < $0.area }) ?? true { best = (ConditionComparer.name(region.element, flow), area) }
    }
    return best?.name
  }

  private static func name(_ element: Int32, _ flow: FlowDefinition) -> String {
    let name = flow.elements[Int(element)].name
    return name.isEmpty ? "#\(element)" : name
  }

  private mutating func note(_ name: String, _ cells: Int, _ pair: Pair) {
    let key = pair.screen + "." + name
    if let place = known[key] {
      items[place].cells = max(items[place].cells, cells)
      return
    }
    let a = shown(name, pair.views.0, pair.frames.0, first)
    let b = shown(name, pair.views.1, pair.frames.1, other)
    known[key] = items.count
    items.append(
      ConditionDifference.Item(
        screen: pair.screen, element: name, cells: cells, first: a?.text, other: b?.text,
        reason: reason(name, pair, a, b)))
  }

  /// An element as it is shown.
  private struct Shown {
    var element: Element
    var text: String
    var style: Style
  }

  private func shown(
    _ name: String, _ view: ViewState, _ frame: borrowing Frame, _ engine: FlowEngine
  ) -> Shown? {
    let flow = engine.flow
    guard let region = frame.regions.first(where: { ConditionComparer.name($0.element, flow) == name }) else {
      return nil
    }
    let element = flow.elements[Int(region.element)]
    return Shown(
      element: element, text: engine.painter.label(of: region.element, in: view),
      style: flow.styles[Int(element.style)])
  }

  private func reason(_ name: String, _ pair: Pair, _ a: Shown?, _ b: Shown?) -> ConditionDifference.Reason {
    if isDeclared(name, on: pair.screen) { return .declared }
    let variables = self.variables(a, first.flow).union(self.variables(b, other.flow))
    let differing = zip(pair.views.0.values, pair.views.1.values).enumerated().filter { index, values in
      values.0 != values.1 && variables.contains(first.flow.variables[index].name)
    }
    if !differing.isEmpty { return .follows(differing.map { first.flow.variables[$0.offset].name }) }
    if declared.contains(pair.screen) { return .declared }
    // What belongs to no element is drawn around what does.
    guard !name.isEmpty else { return .moved }
    guard let a, let b else {
      // It may be out of sight because something else takes its room.
      return isPlaced(name, pair.views.0, first.flow) && isPlaced(name, pair.views.1, other.flow) ? .moved : .undeclared
    }
    let isSame =
      a.text == b.text && a.style == b.style && a.element.scale == b.element.scale
      && a.element.rows == b.element.rows
    return isSame ? .moved : .undeclared
  }

  /// Whether a level changes an element, or something that it lies in.
  private func isDeclared(_ name: String, on screen: String) -> Bool {
    if declared.contains("\(screen).\(name)") { return true }
    return [first.flow, other.flow].contains { flow in
      flow.elements.indices.contains { parent in
        guard flow.screens[Int(flow.elements[parent].screen)].name == screen else { return false }
        let children: [Int32] =
          switch flow.elements[parent].kind {
          case .row(let children), .scroll(let children, _): children
          case .list(_, let options): options
          case .text, .gap, .rule, .button, .toggle, .link, .option, .field, .number, .slider: []
          }
        let parentName = ConditionComparer.name(Int32(parent), flow)
        return children.contains { ConditionComparer.name($0, flow) == name }
          && declared.contains("\(screen).\(parentName)")
      }
    }
  }

  /// Whether the screen has an element of this name whose conditions hold.
  private func isPlaced(_ name: String, _ view: ViewState, _ flow: FlowDefinition) -> Bool {
    flow.elements.indices.contains { index in
      flow.elements[index].screen == view.screen && ConditionComparer.name(Int32(index), flow) == name
        && flow.elements[index].when.allSatisfy { $0.holds(view.values) }
    }
  }

  /// The variables on which it depends whether and how an element is shown.
  private func variables(_ shown: Shown?, _ flow: FlowDefinition) -> Set<String> {
    guard let element = shown?.element else { return [] }
    var found = Set(element.when.map { flow.variables[Int($0.variable)].name })
    func read(_ text: Int32) {
      guard text >= 0 else { return }
      for piece in flow.texts[Int(text)].pieces {
        if case .value(let variable, _) = piece { found.insert(flow.variables[Int(variable)].name) }
      }
    }
    switch element.kind {
    case .text(let text), .button(let text), .link(let text), .option(let text): read(text)
    case .toggle(let variable, let words, _):
      found.insert(flow.variables[Int(variable)].name)
      words.forEach(read)
    case .list(let variable, _): found.insert(flow.variables[Int(variable)].name)
    case .field(let variable, let label), .number(let variable, let label), .slider(let variable, _, let label):
      found.insert(flow.variables[Int(variable)].name)
      read(label)
    case .gap, .rule, .row, .scroll: break
    }
    return found
  }
}
