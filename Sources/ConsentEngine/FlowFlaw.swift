import ConsentModel

extension FlowDefinition {
  /// The first thing in the flow that no engine could run, in English for a diagnostic, or nil when it is sound.
  ///
  /// Whoever makes a flow from bytes of others asks for this before an engine or a painter gets it: these trust every index.
  public var flaw: String? {
    var checker = FlowChecker(flow: self)
    return checker.check()
  }
}

/// Walks over a flow and stops at the first index that is out of range.
private struct FlowChecker {
  let flow: FlowDefinition
  var isPlaced: [Bool] = []
  var flaw: String?

  init(flow: FlowDefinition) {
    self.flow = flow
    isPlaced = Array(repeating: false, count: flow.elements.count)
  }

  mutating func check() -> String? {
    need(!flow.entries.isEmpty, "it has no entry")
    need(!flow.styles.isEmpty, "it has no style")
    need(flow.terms.count <= FlowTables.maximumTerms, "it has more than \(FlowTables.maximumTerms) terms")
    need(flow.styles.count <= 1 << 16, "it has too many styles")
    for entry in flow.entries { screen(entry.screen, "entry \(entry.name)") }
    checkPolicy()
    for variable in flow.variables { check(variable) }
    for text in flow.texts { check(text) }
    for (index, item) in flow.elements.enumerated() { check(item, index) }
    for (index, item) in flow.screens.enumerated() { check(item, index) }
    for term in flow.terms {
      if term.control != -1 { variable(term.control, "term \(term.name)") }
      for item in term.elements { element(item, "term \(term.name)") }
    }
    for index in [flow.signs.focusStyle, flow.signs.backdropStyle, flow.signs.borderStyle] { style(index, "signs") }
    text(flow.signs.tooSmallText, "signs")
    return flaw
  }

  private mutating func need(_ holds: Bool, _ message: @autoclosure () -> String) {
    if !holds, flaw == nil { flaw = message() }
  }

  private mutating func screen(_ index: Int32, _ place: @autoclosure () -> String) {
    need(flow.screens.indices.contains(Int(index)), "\(place()): there is no screen \(index)")
  }

  private mutating func element(_ index: Int32, _ place: @autoclosure () -> String) {
    need(flow.elements.indices.contains(Int(index)), "\(place()): there is no element \(index)")
  }

  private mutating func variable(_ index: Int32, _ place: @autoclosure () -> String) {
    need(flow.variables.indices.contains(Int(index)), "\(place()): there is no variable \(index)")
  }

  private mutating func text(_ index: Int32, _ place: @autoclosure () -> String) {
    need(flow.texts.indices.contains(Int(index)), "\(place()): there is no text \(index)")
  }

  private mutating func style(_ index: Int32, _ place: @autoclosure () -> String) {
    need(flow.styles.indices.contains(Int(index)), "\(place()): there is no style \(index)")
  }

  private mutating func term(_ index: Int32, _ place: @autoclosure () -> String) {
    need(flow.terms.indices.contains(Int(index)), "\(place()): there is no term \(index)")
  }

  private mutating func check(_ glyphs: [Glyph]) {
    for glyph in glyphs {
      if glyph.isCluster {
        need(flow.clusters.indices.contains(Int(glyph.value)), "a text: there is no cluster \(glyph.value)")
      } else {
        need(Unicode.Scalar(glyph.value) != nil, "a text: \(glyph.value) is no Unicode scalar")
      }
      need(glyph.columns <= 2, "a text: a glyph is wider than two columns")
    }
  }

  private mutating func check(_ item: Text) {
    for piece in item.pieces {
      switch piece {
      case .literal(let glyphs): check(glyphs)
      case .value(let index, let format):
        variable(index, "a text")
        check(format)
      case .link(let index): element(index, "a text")
      }
    }
  }

  private mutating func check(_ format: ValueFormat) {
    switch format {
    case .number: break
    case .seconds(let point): check([point])
    case .choice(let texts): for index in texts { text(index, "a choice of texts") }
    case .date(let months, let pattern):
      for index in months { text(index, "the months") }
      for case .literal(let glyphs) in pattern.parts { check(glyphs) }
    }
  }

  private mutating func check(_ item: Variable) {
    let place = "variable \(item.name)"
    switch item.source {
    case .steps, .account, .entry, .date, .phase, .daysLeft, .prompts, .daysSincePrompt, .compiled: break
    case .standing(let index), .provenance(let index), .choice(let index), .onScreenMilliseconds(let index),
      .focusedMilliseconds(let index), .operations(let index), .latencyMilliseconds(let index),
      .possiblyAccidental(let index):
      term(index, place)
    case .drawn(let bound): need(bound > 0, "\(place): a draw needs a positive bound")
    case .policy(let facts, let effect, _):
      need(flow.policy.effects.indices.contains(Int(effect)), "\(place): the policy has no effect \(effect)")
      need(facts.count == flow.policy.facts.count, "\(place): wrong number of facts")
      for case .variable(let index) in facts { variable(index, place) }
    }
  }

  private mutating func checkPolicy() {
    for row in flow.policy.rows {
      need(row.when.count == flow.policy.facts.count, "policy row \(row.name): wrong number of facts")
      need(row.stated.count == flow.policy.effects.count, "policy row \(row.name): wrong number of effects")
      need(row.actual.count == flow.policy.effects.count, "policy row \(row.name): wrong number of effects")
    }
  }

  private mutating func check(_ item: Element, _ index: Int) {
    let place = "element \(item.name)"
    screen(item.screen, place)
    style(item.style, place)
    need(item.rows >= 0 && item.rows <= 100, "\(place): rows out of range")
    need(item.columns >= -1 && item.columns <= 1000, "\(place): columns out of range")
    check(item.when, place)
    check(item.onActivate, place)
    switch item.kind {
    case .text(let label), .button(let label), .link(let label), .option(let label): text(label, place)
    case .gap, .rule: break
    case .toggle(let index, let words, _):
      variable(index, place)
      need(words.isEmpty || words.count == 3, "\(place): a switch has no words or three")
      for word in words { text(word, place) }
    case .list(let index, let options):
      variable(index, place)
      for option in options {
        element(option, place)
        guard flaw == nil else { return }
        if case .option = flow.elements[Int(option)].kind { continue }
        need(false, "\(place): a row is no option")
      }
    case .row(let children), .scroll(let children, _): for child in children { element(child, place) }
    }
  }

  private mutating func check(_ item: Screen, _ index: Int) {
    let place = "screen \(item.name)"
    style(item.style, place)
    if item.backdrop != -1 { screen(item.backdrop, place) }
    need(item.maximumColumns >= 20 && item.maximumColumns <= 1000, "\(place): columns out of range")
    for child in item.children + item.focusOrder { element(child, place) }
    if item.initialFocus != -1 { element(item.initialFocus, place) }
    for key in item.keys { element(key.element, place) }
    check(item.onOpen, place)
    check(item.onEscape, place)
    if let timer = item.timer {
      need(timer.idleMicroseconds > 0, "\(place): a timer needs an idle time")
      check(timer.branches, place)
    }
    guard flaw == nil else { return }
    arrange(item.children, on: Int32(index), depth: 0)
    for control in item.focusOrder + item.keys.map(\.element) + (item.initialFocus < 0 ? [] : [item.initialFocus]) {
      need(flow.elements[Int(control)].screen == Int32(index), "\(place): a control of another screen")
      need(flow.elements[Int(control)].isControl, "\(place): element \(control) is no control")
    }
  }

  /// Elements form a tree: none stands in two places, none in itself.
  private mutating func arrange(_ children: [Int32], on screen: Int32, depth: Int) {
    need(depth < 16, "elements are nested too deeply")
    for child in children {
      guard flaw == nil else { return }
      let item = flow.elements[Int(child)]
      need(!isPlaced[Int(child)], "element \(item.name) stands in two places")
      need(item.screen == screen, "element \(item.name) stands on another screen than its own")
      guard flaw == nil else { return }
      isPlaced[Int(child)] = true
      switch item.kind {
      case .row(let inner), .scroll(let inner, _), .list(_, let inner): arrange(inner, on: screen, depth: depth + 1)
      case .text(let text):
        for case .link(let link) in flow.texts[Int(text)].pieces {
          guard case .link = flow.elements[Int(link)].kind else {
            need(false, "element \(item.name): its text links to what is no link")
            return
          }
          // A link may stand in several texts of its screen.
          need(flow.elements[Int(link)].screen == screen, "a text links to a control of another screen")
        }
      case .gap, .rule, .button, .toggle, .link, .option: break
      }
    }
  }

  private mutating func check(_ conditions: [Condition], _ place: @autoclosure () -> String) {
    for condition in conditions { variable(condition.variable, place()) }
  }

  private mutating func check(_ branches: [Branch], _ place: @autoclosure () -> String) {
    for branch in branches {
      check(branch.when, place())
      for step in branch.steps {
        switch step {
        case .set(let index, _), .add(let index, _): variable(index, place())
        case .decide(let index, _), .decideFromControl(let index), .defer_(let index), .reaffirm(let index),
          .changeFromControl(let index), .showStanding(let index):
          term(index, place())
        case .go(let index), .open(let index): screen(index, place())
        case .back, .pass: break
        case .end(let index):
          need(flow.outcomes.indices.contains(Int(index)), "\(place()): there is no outcome \(index)")
        }
      }
    }
  }
}
