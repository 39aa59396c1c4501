import ConsentModel

/// One reason why a flow cannot be run.
struct FlowFault: Error {
  var message: String

  init(_ message: String) { self.message = message }
}

/// Checks that every index of a flow points at something and that every number is in its range.
///
/// Whoever runs the flow then needs to check nothing.
struct FlowCheck {
  let flow: FlowDefinition
  /// Numbers stay so small that adding two of them cannot overflow.
  static let numbers: ClosedRange<Int32> = -1_000_000_000...1_000_000_000
  /// 0001-01-01 to 9999-12-31.
  static let days: ClosedRange<Int32> = -719_162...2_932_896
  /// How deep elements may lie in one another.
  static let maximumDepth = 32

  func check() throws(FlowFault) {
    try checkHead()
    try checkTexts()
    try checkVariables()
    try checkElements()
    try checkScreens()
    try checkTree()
    try checkTermsAndSigns()
    try checkPolicy()
  }

  // MARK: Small parts

  private func index(_ index: Int32, _ count: Int, _ what: @autoclosure () -> String) throws(FlowFault) {
    guard index >= 0, Int(index) < count else { throw FlowFault("there is no \(what()) \(index)") }
  }

  func range<T: Comparable>(
    _ value: T, _ range: ClosedRange<T>, _ what: @autoclosure () -> String
  ) throws(FlowFault) {
    guard range.contains(value) else { throw FlowFault("\(what()) \(value) is not in \(range)") }
  }

  private func atMost(_ count: Int, _ limit: Int, _ what: @autoclosure () -> String) throws(FlowFault) {
    guard count <= limit else { throw FlowFault("\(count) \(what()) are more than \(limit)") }
  }

  func needs(_ condition: Bool, _ message: @autoclosure () -> String) throws(FlowFault) {
    guard condition else { throw FlowFault(message()) }
  }

  private func distinct(_ names: [String], _ what: @autoclosure () -> String) throws(FlowFault) {
    guard names.count > 1 else { return }
    guard Set(names).count == names.count else { throw FlowFault("two \(what()) have one name") }
  }

  func text(_ text: Int32) throws(FlowFault) { try index(text, flow.texts.count, "text") }
  private func style(_ style: Int32) throws(FlowFault) { try index(style, flow.styles.count, "style") }
  private func variable(_ variable: Int32) throws(FlowFault) {
    try index(variable, flow.variables.count, "variable")
  }
  private func screen(_ screen: Int32) throws(FlowFault) { try index(screen, flow.screens.count, "screen") }
  private func element(_ element: Int32) throws(FlowFault) { try index(element, flow.elements.count, "element") }
  private func term(_ term: Int32) throws(FlowFault) { try index(term, flow.terms.count, "term") }

  private func controlledTerm(_ index: Int32) throws(FlowFault) {
    try term(index)
    try variable(flow.terms[Int(index)].control)
  }

  private func control(_ index: Int32, on screen: Int) throws(FlowFault) {
    try element(index)
    let element = flow.elements[Int(index)]
    try needs(
      element.isControl && element.screen == Int32(screen), "element \(index) is not a control of screen \(screen)")
  }

  // MARK: Rooms of the flow

  private func checkHead() throws(FlowFault) {
    try needs(!flow.screens.isEmpty, "there is no screen")
    try needs(!flow.entries.isEmpty, "there is no entry")
    try needs(!flow.accounts.isEmpty, "there is no account")
    try atMost(flow.accounts.count, 255, "accounts")
    try atMost(flow.entries.count, 255, "entries")
    try atMost(flow.outcomes.count, 255, "outcomes")
    try atMost(flow.terms.count, 64, "terms")
    try atMost(flow.styles.count, 65_535, "styles")
    try atMost(flow.screens.count, 10_000, "screens")
    try atMost(flow.elements.count, 100_000, "elements")
    try atMost(flow.variables.count, 10_000, "variables")
    try distinct(flow.accounts, "accounts")
    try distinct(flow.entries.map(\.name), "entries")
    try distinct(flow.outcomes, "outcomes")
    try distinct(flow.condition.map(\.factor), "factors")
    for entry in flow.entries { try screen(entry.screen) }
    try range(flow.dates.published.number, FlowCheck.days, "day")
    try range(flow.dates.decision.number, FlowCheck.days, "day")
    try range(flow.inputGuardMicroseconds, 0...10_000_000, "an input guard of")
    for style in flow.styles {
      try range(style.foreground, 0...0xFF_FFFF, "colour")
      try range(style.background, 0...0xFF_FFFF, "colour")
      try range(style.attributes.rawValue | style.monochrome.rawValue, 0...15, "attributes")
    }
    for cluster in flow.clusters {
      try range(cluster.columns, 1...2, "a cluster's width")
      try needs(!cluster.text.isEmpty, "an empty cluster")
      for scalar in cluster.text.unicodeScalars {
        try needs(
          scalar.value >= 0x20 && !(0x7F..<0xA0).contains(scalar.value), "a control character in a cluster")
      }
    }
  }

  private func check(glyphs: [Glyph]) throws(FlowFault) {
    // Most characters are plain: one column wide and printable ASCII.
    for glyph in glyphs where !ShortGlyph.isPlain(glyph) {
      guard !glyph.isCluster else {
        try index(Int32(glyph.value), flow.clusters.count, "cluster")
        try needs(glyph.columns == Int(flow.clusters[Int(glyph.value)].columns), "a cluster has two widths")
        continue
      }
      let isControl = glyph.value < 0x20 || (0x7F..<0xA0).contains(glyph.value)
      try needs(
        glyph.raw == ShortGlyph.newline || (Unicode.Scalar(glyph.value) != nil && !isControl && glyph.raw >> 23 == 0),
        "there is no character \(glyph.value)")
      try range(glyph.columns, 0...2, "a character's width")
    }
  }

  private func checkTexts() throws(FlowFault) {
    for text in flow.texts {
      for piece in text.pieces {
        switch piece {
        case .literal(let glyphs): try check(glyphs: glyphs)
        case .link(let element):
          try self.element(element)
          guard case .link = flow.elements[Int(element)].kind else {
            throw FlowFault("element \(element) in a text is not a link")
          }
        case .value(let variable, let format):
          try self.variable(variable)
          try check(format)
        }
      }
    }
  }

  private func check(_ format: ValueFormat) throws(FlowFault) {
    switch format {
    case .number: break
    case .seconds(let point): try check(glyphs: [point])
    case .date(let months, let pattern):
      try needs(months.count == 12, "a date has the names of \(months.count) months")
      for month in months { try text(month) }
      for part in pattern.parts {
        switch part {
        case .literal(let glyphs): try check(glyphs: glyphs)
        case .day, .month, .year: break
        }
      }
    case .choice(let texts): for choice in texts { try text(choice) }
    }
  }

  private func checkVariables() throws(FlowFault) {
    for variable in flow.variables {
      try atMost(variable.values.count, 64, "values of a variable")
      try range(variable.initial, FlowCheck.numbers, "value")
      try range(variable.bounds.lowerBound, FlowCheck.numbers, "bound")
      try range(variable.bounds.upperBound, FlowCheck.numbers, "bound")
      switch variable.source {
      case .steps, .account, .entry, .presentation, .date, .phase, .daysLeft, .prompts, .daysSincePrompt, .compiled:
        break
      case .standing(let term), .provenance(let term), .choice(let term), .onScreenMilliseconds(let term),
        .focusedMilliseconds(let term), .operations(let term), .latencyMilliseconds(let term),
        .possiblyAccidental(let term):
        try self.term(term)
      case .drawn(let bound): try range(bound, 1...FlowCheck.numbers.upperBound, "the bound of a draw,")
      case .policy(let facts, let effect, _):
        try index(effect, flow.policy.effects.count, "effect")
        try needs(facts.count == flow.policy.facts.count, "a case with \(facts.count) facts")
        for (fact, source) in facts.enumerated() {
          switch source {
          case .constant(let value): try index(value, flow.policy.facts[fact].values.count, "value of a fact")
          case .variable(let index): try self.variable(index)
          }
        }
      }
    }
    try checkPolicyOrder()
  }

  /// What the policy says of a case may be a fact of another case, but never of itself.
  private func checkPolicyOrder() throws(FlowFault) {
    var state = [UInt8](repeating: 0, count: flow.variables.count)
    for start in flow.variables.indices where state[start] == 0 {
      var stack = [start]
      while let top = stack.last {
        guard state[top] != 2, case .policy(let facts, _, _) = flow.variables[top].source else {
          state[top] = 2
          stack.removeLast()
          continue
        }
        state[top] = 1
        var isWaiting = false
        for case .variable(let index) in facts where state[Int(index)] != 2 {
          try needs(state[Int(index)] == 0, "variable \(index) depends on itself")
          stack.append(Int(index))
          isWaiting = true
          break
        }
        if !isWaiting {
          state[top] = 2
          stack.removeLast()
        }
      }
    }
  }

  private func check(_ conditions: [Condition]) throws(FlowFault) {
    for condition in conditions { try variable(condition.variable) }
  }

  private func check(_ branches: [Branch]) throws(FlowFault) {
    for branch in branches {
      try check(branch.when)
      for step in branch.steps { try check(step) }
    }
  }

  func ownVariable(_ index: Int32) throws(FlowFault) {
    try variable(index)
    try needs(
      flow.variables[Int(index)].source == .steps, "a step sets variable \(index), which is derived")
  }

  private func check(_ step: Step) throws(FlowFault) {
    switch step {
    case .set(let variable, let value):
      try ownVariable(variable)
      try range(value, FlowCheck.numbers, "value")
    case .add(let variable, let amount):
      try ownVariable(variable)
      try range(amount, FlowCheck.numbers, "amount")
    case .decide(let term, _), .defer_(let term), .reaffirm(let term): try self.term(term)
    case .decideFromControl(let term), .changeFromControl(let term), .showStanding(let term):
      try controlledTerm(term)
    case .go(let screen), .open(let screen): try self.screen(screen)
    case .back: break
    case .pass(let days): try range(days, 1...366, "a pass of")
    case .end(let outcome): try index(outcome, flow.outcomes.count, "outcome")
    }
  }

  private func checkElements() throws(FlowFault) {
    for element in flow.elements {
      try screen(element.screen)
      try style(element.style)
      try range(element.rows, 0...200, "rows")
      try range(element.columns, -1...1000, "columns")
      if !element.when.isEmpty { try check(element.when) }
      if !element.onActivate.isEmpty { try check(element.onActivate) }
      switch element.kind {
      case .text(let text), .link(let text), .option(let text): try self.text(text)
      case .button(let text):
        try self.text(text)
        try range(element.rows, 1...5, "a button's rows")
      case .gap, .rule: break
      case .toggle(let variable, let words, _):
        try ownVariable(variable)
        try needs(words.isEmpty || words.count == 3, "a switch with \(words.count) words")
        for word in words { try text(word) }
      case .list(let variable, let options):
        try ownVariable(variable)
        for option in options {
          try self.element(option)
          guard case .option = flow.elements[Int(option)].kind else {
            throw FlowFault("element \(option) in a list is not an option")
          }
        }
      case .row(let children), .scroll(let children, _): for child in children { try self.element(child) }
      case .field, .number, .slider: try check(blank: element)
      }
    }
    try checkFields()
  }

  private func checkScreens() throws(FlowFault) {
    for (number, screen) in flow.screens.enumerated() {
      try style(screen.style)
      try range(screen.maximumColumns, 20...300, "columns")
      for child in screen.children { try element(child) }
      for control in screen.focusOrder { try self.control(control, on: number) }
      if screen.initialFocus != -1 { try control(screen.initialFocus, on: number) }
      try check(screen.onOpen)
      try check(screen.onEscape)
      for binding in screen.keys {
        try control(binding.element, on: number)
        try range(binding.key.modifiers.rawValue, 0...7, "modifiers")
      }
      if let timer = screen.timer {
        try range(timer.idleMicroseconds, 1000...3_600_000_000, "a timer of")
        try check(timer.branches)
      }
      // Behind a card may lie another, but never itself.
      var behind = screen.backdrop
      var steps = 0
      while behind != -1 {
        try self.screen(behind)
        steps += 1
        try atMost(steps, FlowCheck.maximumDepth, "screens behind one another")
        behind = flow.screens[Int(behind)].backdrop
      }
    }
  }

  /// Every element stands in one place at most, on its own screen, and not too deep: the elements are trees.
  private func checkTree() throws(FlowFault) {
    var depth = [UInt8](repeating: 0, count: flow.elements.count)
    var open: [Int32] = []
    for (number, screen) in flow.screens.enumerated() {
      func enter(_ child: Int32, _ level: UInt8) throws(FlowFault) {
        try needs(depth[Int(child)] == 0, "element \(child) stands in two places")
        try needs(
          flow.elements[Int(child)].screen == Int32(number), "element \(child) stands on another screen than its own")
        try needs(Int(level) <= FlowCheck.maximumDepth, "elements lie too deep in one another")
        depth[Int(child)] = level
        open.append(child)
      }
      for child in screen.children { try enter(child, 1) }
      while let parent = open.popLast() {
        let level = depth[Int(parent)] + 1
        switch flow.elements[Int(parent)].kind {
        case .row(let children), .scroll(let children, _), .list(_, let children):
          for child in children { try enter(child, level) }
        case .text, .gap, .rule, .button, .toggle, .link, .option, .field, .number, .slider: break
        }
      }
    }
  }

  private func checkTermsAndSigns() throws(FlowFault) {
    for term in flow.terms {
      if term.control != -1 { try variable(term.control) }
      for element in term.elements { try self.element(element) }
    }
    try style(flow.signs.focusStyle)
    try style(flow.signs.backdropStyle)
    try style(flow.signs.borderStyle)
    try text(flow.signs.tooSmallText)
    if flow.signs.haveColumns != -1 {
      try variable(flow.signs.haveColumns)
      try variable(flow.signs.haveColumns &+ 1)
    }
    if let linear = flow.linear {
      for index in linear.switches + [linear.ask, linear.askDefault, linear.stop] { try text(index) }
      if let blanks = linear.blanks {
        for index in [blanks.characters, blanks.askText, blanks.askNumber] { try text(index) }
      }
    }
    if let stop = flow.stop {
      try screen(stop.screen)
      try text(stop.legend)
      try needs(stop.key.modifiers.rawValue <= 7, "a key has modifiers that there are not")
    }
  }

  private func checkPolicy() throws(FlowFault) {
    for column in flow.policy.facts + flow.policy.effects {
      try range(column.values.count, 1...64, "the number of values of a fact or effect,")
    }
    for row in flow.policy.rows {
      try needs(
        row.when.count == flow.policy.facts.count && row.stated.count == flow.policy.effects.count
          && row.actual.count == flow.policy.effects.count, "a row of the policy has the wrong length")
      for (effect, column) in flow.policy.effects.enumerated() {
        try index(Int32(row.stated[effect]), column.values.count, "value of an effect")
        try index(Int32(row.actual[effect]), column.values.count, "value of an effect")
      }
    }
  }
}
