import ConsentEngine
import ConsentModel
import ConsentRender

/// A deciding layer and the flow that it stands in: what rules look at.
public struct AuditSubject {
  /// The machine of the flow.
  public let engine: FlowEngine
  /// What the session was given.
  public let inputs: SessionInputs
  /// The thresholds that are disputed.
  public let parameters: AuditParameters
  /// The session as it is when the layer has just opened.
  public let start: FlowState
  /// The frame that is shown then.
  public let frame: Frame
  /// The layer: the screen that is shown then.
  public let screen: Int32
  /// The lexicon of the flow's language, or nil.
  public let lexicon: Lexicon?
  /// The way with the fewest keys from the layer to every purpose agreed to, or nil where there is none.
  public let accepting: (inputs: [Input], keys: Int)?
  /// The way with the fewest keys from the layer to every purpose refused, or nil where there is none.
  public let refusing: (inputs: [Input], keys: Int)?
  /// The same for refusing without leaving the layer.
  public let refusingHere: (inputs: [Input], keys: Int)?

  let search: StateSearch
  /// What a person comes to later.
  let later: [Later: [Way]]
  /// Indices of the optional purposes among the terms.
  let purposes: [Int]
  /// Indices of the terms of contracts.
  let contracts: [Int]
  /// What each control of the layer does when it is operated once, by the index of its element.
  let acts: [Act]

  /// What operating a control once does.
  struct Act {
    var element: Int32
    var after: [TermAgreement]
  }

  var flow: FlowDefinition { engine.flow }

  /// Opens the layer with which a session of these inputs begins.
  public init(_ engine: FlowEngine, _ inputs: SessionInputs, _ parameters: AuditParameters = AuditParameters()) {
    self.engine = engine
    self.inputs = inputs
    self.parameters = parameters
    let flow = engine.flow
    var outbox = Outbox()
    let start = engine.start(inputs, into: &outbox)
    self.start = start
    var frame = Frame()
    engine.render(start, into: &frame)
    self.frame = frame
    screen = start.view.screen
    lexicon = Lexicon.of(flow.language)
    let search = StateSearch(engine)
    self.search = search
    let purposes = flow.terms.indices.filter { flow.terms[$0].kind == .purpose }
    self.purposes = purposes
    contracts = flow.terms.indices.filter { flow.terms[$0].kind == .terms }
    func stand(_ standing: Standing) -> (FlowState) -> Bool {
      { state in purposes.allSatisfy { state.standing(of: $0) == standing } }
    }
    func way(_ found: StateSearch.Found?) -> (inputs: [Input], keys: Int)? { found.map { ($0.inputs, $0.keys) } }
    let screen = screen
    if purposes.isEmpty {
      (accepting, refusing, refusingHere) = (nil, nil, nil)
    } else {
      func shortest(_ standing: Standing) -> (inputs: [Input], keys: Int)? {
        engine.shortestPath(inputs, from: screen, to: purposes.map { (Int32($0), standing) }, limit: 200_000).map {
          ($0.inputs, $0.keys)
        }
      }
      accepting = shortest(.agreed)
      refusing = shortest(.declined)
      refusingHere = way(
        search.nearest(from: start, isAllowed: { $0.view.screen == screen }, isGoal: stand(.declined)))
    }
    acts = AuditSubject.acts(search, start, frame)
    later = AuditSubject.later(engine, inputs, purposes, search)
  }

  /// Clicks every control of the first frame, each in a session of its own.
  private static func acts(_ search: StateSearch, _ start: FlowState, _ frame: borrowing Frame) -> [Act] {
    var acts: [Act] = []
    for region in frame.regions where region.state.contains(.control) || region.kind == .option {
      // A row of a list is chosen by its click, which moves the cursor, and by Enter.
      let click = Input.mouse(Mouse(.press, column: region.column, row: region.row))
      var (state, _) = search.step(start, click)
      if region.kind == .option, state.view.screen == start.view.screen {
        (state, _) = search.step(state, .key(.enter))
      }
      acts.append(Act(element: region.element, after: search.engine.agreement(state).terms))
    }
    return acts
  }

  /// The session after a way from the opening of the layer.
  func state(after inputs: [Input]) -> FlowState { inputs.reduce(start) { search.step($0, $1).state } }

  /// A way and what each step of it reported; the first is the opening.
  typealias Way = [(state: FlowState, records: [LogRecord])]

  /// What a person comes to later, over all entries of the flow: explored once for all rules that ask.
  enum Later: Int, CaseIterable {
    /// Asked again after putting off.
    case askedAfterDeferral
    /// Asked again after refusing.
    case askedAfterRefusal
    /// Switched off in the settings.
    case switchedOff
    /// Switched on there again.
    case switchedOn
  }

  /// The nearest ways to each of what may come later, one an entry that leads there.
  static func later(_ engine: FlowEngine, _ inputs: SessionInputs, _ purposes: [Int], _ search: StateSearch) -> [Later:
    [Way]]
  {
    var found: [Later: [Way]] = [:]
    guard !purposes.isEmpty else { return found }
    let properties = Later.allCases.map { later in
      Exploration.Property("") { state in
        func any(_ standing: Standing) -> Bool { purposes.contains { state.standing(of: $0) == standing } }
        let isThere =
          switch later {
          case .askedAfterDeferral: state.prompts >= 2 && any(.deferred)
          case .askedAfterRefusal: state.prompts >= 2 && any(.declined)
          case .switchedOff: state.wasWithdrawn(purposes[0]) && state.standing(of: purposes[0]) == .declined
          case .switchedOn: state.wasWithdrawn(purposes[0]) && state.standing(of: purposes[0]) == .agreed
          }
        return !isThere
      }
    }
    for entry in engine.flow.entries.indices {
      var inputs = inputs
      inputs.entry = UInt8(entry)
      // That the date asks whoever is left, however lately they put it off, is for R24 to say.
      let explored = engine.explore(inputs, limit: 200_000, fromEve: false, properties: properties)
      for (later, violation) in zip(Later.allCases, explored.violations) {
        guard let violation else { continue }
        inputs.date = violation.date
        var outbox = Outbox()
        var way: Way = [(state: engine.start(inputs, into: &outbox), records: outbox.records)]
        for input in violation.inputs { way.append(search.step(way[way.count - 1].state, input)) }
        found[later, default: []].append(way)
      }
    }
    return found
  }

  // MARK: What is on the layer

  /// The visible controls with a role, in reading order.
  func controls(_ role: Element.Role) -> [Region] {
    frame.regions.filter { $0.role == role && ($0.state.contains(.control) || $0.kind == .option) }
  }

  /// The control that stands beside the accepting one: refusing where there is one, else putting off.
  var alternative: Region? { controls(.decline).first ?? controls(.deferral).first }

  /// The switches of purposes that are on the layer.
  var switches: [(purpose: Int, region: Region)] {
    purposes.flatMap { purpose in
      frame.regions.filter { $0.kind == .toggle && flow.terms[purpose].elements.contains($0.element) }.map {
        (purpose, $0)
      }
    }
  }

  /// Texts that a decision turns on: what discloses something, the words beside switches, small print.
  var material: [Region] {
    frame.regions.filter { region in
      let element = flow.elements[Int(region.element)]
      return !element.discloses.isEmpty || element.role == .smallPrint || isBesideSwitch(region.element)
    }
  }

  /// Whether the layer has a place for an element, in the first viewport or not: it, or what it lies in, is among the
  /// screen's children.
  func isPlaced(_ element: Int32) -> Bool {
    var pending = flow.screens[Int(screen)].children
    while let next = pending.popLast() {
      if next == element { return true }
      switch flow.elements[Int(next)].kind {
      case .row(let children), .scroll(let children, _): pending += children
      case .list(_, let options): pending += options
      case .text, .gap, .rule, .button, .toggle, .link, .option, .field, .number, .slider: break
      }
    }
    return false
  }

  /// Whether an element stands in one row with a switch of a purpose.
  func isBesideSwitch(_ element: Int32) -> Bool {
    flow.elements.contains { parent in
      guard parent.screen == screen, case .row(let children) = parent.kind, children.contains(element) else {
        return false
      }
      return children.contains { child in
        purposes.contains { flow.terms[$0].elements.contains(child) } && child != element
      }
    }
  }

  func name(_ element: Int32) -> String {
    let found = flow.elements[Int(element)]
    return flow.screens[Int(found.screen)].name + "." + (found.name.isEmpty ? "#\(element)" : found.name)
  }

  func style(_ element: Int32) -> Style { flow.styles[Int(flow.elements[Int(element)].style)] }

  /// The text of an element as it is shown.
  func text(_ element: Int32) -> String { engine.painter.label(of: element, in: start.view) }

  /// The words beside a switch, and its own.
  func label(ofSwitch element: Int32) -> String {
    [line(ofSwitch: element), text(element)].filter { !$0.isEmpty }.joined(separator: " ")
  }

  /// The words beside a switch, without those for its state: "no" beside a question negates nothing.
  func line(ofSwitch element: Int32) -> String {
    frame.regions.filter { $0.kind == .text && isInRow($0.element, with: element) }.map { text($0.element) }
      .joined(separator: " ")
  }

  private func isInRow(_ element: Int32, with other: Int32) -> Bool {
    flow.elements.contains { parent in
      guard case .row(let children) = parent.kind else { return false }
      return children.contains(element) && children.contains(other)
    }
  }

  /// The texts of the layer that are visible, without what explains keys.
  var paragraphs: [String] {
    frame.regions.filter { $0.role != .legend }.map { text($0.element) }.filter { !$0.isEmpty }
  }

  /// How the purposes stand after an act, where it decides all of them.
  func standing(_ terms: [TermAgreement]) -> Standing? {
    guard let first = purposes.first else { return nil }
    let standing = terms[first].standing
    return purposes.allSatisfy { terms[$0].standing == standing } ? standing : nil
  }

  /// Whether a variable says that something of a purpose is done with a person's data.
  func shares(_ state: FlowState, isActual: Bool = true, where isMeant: ([PolicyFactSource]) -> Bool = { _ in true })
    -> [String]
  {
    flow.variables.enumerated().compactMap { index, variable in
      guard case .policy(let facts, let effect, isActual) = variable.source, isMeant(facts) else { return nil }
      let value = Int(state.view.values[index])
      let isSharing = parameters.sharing.contains(flow.policy.effects[Int(effect)].name)
      let word = variable.values.indices.contains(value) ? variable.values[value] : ""
      return isSharing && word == parameters.sharedValue ? variable.name : nil
    }
  }
}

/// Thresholds that somebody may see otherwise, and names by which a flow says what it does.
public struct AuditParameters: Hashable, Sendable {
  /// R09: how many times as large the accepting control is.
  public var sizeRatio = 1.5
  /// R10: how far the backgrounds are apart, in ΔE CMC(1:1).
  public var colourDifference = 30.0
  /// R11: the contrast that text needs.
  public var contrast = 4.5
  /// R11: the contrast that letters of two or more rows need.
  public var largeContrast = 3.0
  /// R21: the highest grade.
  public var grade = 9.0
  /// R21: the most words.
  public var words = 250
  /// R21: from how many words on a grade is taken.
  public var assessedWords = 100
  /// R23: days after a refusal before it may be asked again.
  public var daysAfterNo = 183
  /// R23: days after putting off before it may be asked again.
  public var daysAfterDeferral = 7
  /// R24: days of notice.
  public var noticeDays = 30
  /// R25: whether resuming an old chat is an act of the person that lets new terms reach it.
  public var resumingIsAnAct = true
  /// The effects of a policy that are about sharing.
  public var sharing: Set<String> = ["training"]
  /// The value of such an effect that means that it is done.
  public var sharedValue = "yes"

  /// As the rules say.
  public init() {}
}
