import ConsentEngine
import ConsentModel
import ConsentRender
import Testing

@testable import ConsentJournal

@Suite struct FlowCodecTests {
  @Test func aFlowComesBackAsItWas() throws {
    let flow = TestFlow.make()
    let bytes = FlowCodec.encode(flow)
    let again = try FlowCodec.decode(bytes)
    #expect(again == flow)
    #expect(FlowCodec.encode(again) == bytes)
    #expect(FlowCodec.digest(of: flow).hex.count == 64)
    #expect(Digest256(hex: FlowCodec.digest(bytes).hex) == FlowCodec.digest(bytes))
  }

  @Test func generatedFlowsComeBackAsTheyWere() throws {
    for seed in 0..<UInt64(300) {
      var generator = FlowGenerator(seed: seed)
      let flow = generator.flow()
      #expect(FlowCodec.problem(in: flow) == nil, "seed \(seed)")
      let bytes = FlowCodec.encode(flow)
      let again = try FlowCodec.decode(bytes)
      #expect(again == flow, "seed \(seed)")
      #expect(FlowCodec.encode(again) == bytes, "seed \(seed)")
    }
  }

  @Test func everyBeginningOfAFlowIsRefused() {
    let bytes = FlowCodec.encode(TestFlow.make())
    for length in 0..<bytes.count {
      #expect(throws: FlowError.self, "length \(length)") { try FlowCodec.decode(Array(bytes[..<length])) }
    }
    #expect(throws: FlowError.self) { try FlowCodec.decode(bytes + [0]) }
  }

  /// Whatever the bytes are: an error, or a flow with this one spelling that machine and painter can run.
  @Test(arguments: [TestFlow.make(), BlankTestFlow.make()]) func changedBytesNeverTrap(_ flow: FlowDefinition) {
    let original = FlowCodec.encode(flow)
    var accepted = 0
    for seed in 0..<UInt64(mutationCount(3_000)) {
      var random = PRNG(seed: seed)
      var bytes = original
      for _ in 0...random.below(2) { FlowCodecTests.mutate(&bytes, &random) }
      guard let flow = try? FlowCodec.decode(bytes) else { continue }
      accepted += 1
      #expect(FlowCodec.encode(flow) == bytes, "seed \(seed)")
      FlowCodecTests.exercise(flow, seed: seed)
    }
    #expect(accepted > 0)
  }

  static func mutate(_ bytes: inout [UInt8], _ random: inout PRNG) {
    let at = random.below(bytes.count)
    switch random.below(6) {
    case 0: bytes[at] ^= 1 << UInt8(random.below(8))
    case 1: bytes[at] = UInt8(truncatingIfNeeded: random.next())
    case 2: bytes.remove(at: at)
    case 3: bytes.insert(UInt8(truncatingIfNeeded: random.next()), at: at)
    case 4: bytes.swapAt(at, random.below(bytes.count))
    default:
      let interesting: [UInt8] = [0, 1, 2, 0x7F, 0x80, 0xFF]
      bytes[at] = interesting[random.below(interesting.count)]
    }
  }

  /// Runs a flow a little, on several sizes.
  static func exercise(_ flow: FlowDefinition, seed: UInt64) {
    let engine = FlowEngine(flow)
    var random = PRNG(seed: seed)
    var outbox = Outbox()
    var frame = Frame()
    for entry in flow.entries.indices.prefix(2) {
      let inputs = SessionInputs(
        entry: UInt8(entry), date: flow.dates.published, inputGuardMicroseconds: flow.inputGuardMicroseconds)
      var state = engine.start(inputs, into: &outbox)
      engine.render(state, into: &frame)
      for step in 0..<12 {
        let time = SessionTime(milliseconds: Int64(step) * 400)
        engine.step(&state, random.event(at: time, flow: flow), into: &outbox)
        engine.render(state, into: &frame)
      }
      _ = engine.agreement(state)
    }
  }

  /// What has no blanks is spelled as before there were any, so that it keeps its digest.
  @Test func theOldestFormatThatHasWordsForItIsWritten() throws {
    let old = FlowCodec.encode(TestFlow.make())
    #expect(old[7] == 2)
    let new = FlowCodec.encode(BlankTestFlow.make())
    #expect(new[7] == 3)
    var forged = old
    forged[7] = 3
    #expect(throws: FlowError.self) { try FlowCodec.decode(forged) }
    forged = new
    forged[7] = 2
    #expect(throws: FlowError.self) { try FlowCodec.decode(forged) }
  }

  @Test(arguments: FlowFaultCase.blanks) func blanksThatCannotBeRunAreRefused(_ fault: FlowFaultCase) {
    var flow = BlankTestFlow.make()
    #expect(FlowCodec.problem(in: flow) == nil)
    fault.change(&flow)
    #expect(FlowCodec.problem(in: flow) != nil)
    #expect(throws: FlowError.self) { try FlowCodec.decode(FlowCodec.encode(flow)) }
  }

  @Test(arguments: FlowFaultCase.all) func whatCannotBeRunIsRefused(_ fault: FlowFaultCase) {
    var flow = TestFlow.make()
    fault.change(&flow)
    #expect(FlowCodec.problem(in: flow) != nil)
    #expect(throws: FlowError.self) { try FlowCodec.decode(FlowCodec.encode(flow)) }
  }

  @Test func aLaterFormatIsNamed() {
    var bytes = FlowCodec.encode(TestFlow.make())
    bytes[7] = 9
    #expect(throws: FlowError.otherVersion(9)) { try FlowCodec.decode(bytes) }
    #expect(throws: FlowError.notAFlow) { try FlowCodec.decode(Array("nothing of the kind".utf8)) }
  }
}

struct FlowFaultCase: Sendable, CustomTestStringConvertible {
  var name: String
  var change: @Sendable (inout FlowDefinition) -> Void
  var testDescription: String { name }

  static let all: [FlowFaultCase] = [
    FlowFaultCase(name: "entry") { $0.entries[0].screen = 3 },
    FlowFaultCase(name: "no account") { $0.accounts = [] },
    FlowFaultCase(name: "two accounts of one name") { $0.accounts = ["a", "a"] },
    FlowFaultCase(name: "no screen") { $0.screens = [] },
    FlowFaultCase(name: "style of an element") { $0.elements[0].style = 2 },
    FlowFaultCase(name: "label") { $0.elements[1].kind = .button(label: 99) },
    FlowFaultCase(name: "negative text") { $0.elements[0].kind = .text(-1) },
    FlowFaultCase(name: "option that is none") { $0.elements[9].kind = .list(variable: 2, options: [1]) },
    FlowFaultCase(name: "element in itself") { $0.elements[6].kind = .scroll([6], fromEnd: false) },
    FlowFaultCase(name: "element in two places") { $0.screens[0].children = [0, 0] },
    FlowFaultCase(name: "element of another screen") { $0.screens[0].children = [8] },
    FlowFaultCase(name: "focus on a text") { $0.screens[0].focusOrder = [0] },
    FlowFaultCase(name: "focus elsewhere") { $0.screens[0].initialFocus = 8 },
    FlowFaultCase(name: "screen behind itself") { $0.screens[0].backdrop = 0 },
    FlowFaultCase(name: "key") { $0.screens[0].keys[0].element = 0 },
    FlowFaultCase(name: "timer") { $0.screens[2].timer?.idleMicroseconds = 0 },
    FlowFaultCase(name: "step to no screen") { $0.elements[5].onActivate[0].steps = [.open(screen: 3)] },
    FlowFaultCase(name: "outcome") { $0.elements[5].onActivate[0].steps = [.end(outcome: 2)] },
    FlowFaultCase(name: "term") { $0.elements[5].onActivate[0].steps = [.defer_(term: 2)] },
    FlowFaultCase(name: "term without control") { $0.elements[5].onActivate[0].steps = [.decideFromControl(term: 0)] },
    FlowFaultCase(name: "derived variable set") { $0.elements[5].onActivate[0].steps = [.set(variable: 1, value: 1)] },
    FlowFaultCase(name: "huge amount") { $0.elements[5].onActivate[0].steps = [.add(variable: 0, amount: .max)] },
    FlowFaultCase(name: "no days") { $0.elements[5].onActivate[0].steps = [.pass(days: 0)] },
    FlowFaultCase(name: "condition") { $0.elements[5].when = [Condition(variable: 4, .atLeast(0))] },
    FlowFaultCase(name: "value in a text") { $0.texts[10].pieces[1] = .value(variable: 9, format: .number) },
    FlowFaultCase(name: "link that is none") { $0.texts[10].pieces[1] = .link(element: 0) },
    FlowFaultCase(name: "cluster") { $0.texts[0].pieces = [.literal([Glyph(cluster: 1, columns: 1)])] },
    FlowFaultCase(name: "width of a cluster") { $0.texts[0].pieces = [.literal([Glyph(cluster: 0, columns: 2)])] },
    FlowFaultCase(name: "control character") { $0.texts[0].pieces = [.literal([Glyph(scalar: 0x1B, columns: 1)])] },
    FlowFaultCase(name: "surrogate") { $0.texts[0].pieces = [.literal([Glyph(scalar: 0xD800, columns: 1)])] },
    FlowFaultCase(name: "escape in a cluster") { $0.clusters[0].text = "\u{1B}[2J" },
    FlowFaultCase(name: "standing of no term") { $0.variables[3].source = .standing(term: 2) },
    FlowFaultCase(name: "policy of itself") {
      $0.variables[3].source = .policy(facts: [.variable(3)], effect: 0, isActual: true)
    },
    FlowFaultCase(name: "row of the policy") { $0.policy.rows[0].when = [] },
    FlowFaultCase(name: "value of an effect") { $0.policy.rows[0].actual = [2] },
    FlowFaultCase(name: "notice") { $0.signs.tooSmallText = 11 },
    FlowFaultCase(name: "guard") { $0.inputGuardMicroseconds = 10_000_001 },
    FlowFaultCase(name: "button's rows") { $0.elements[1].rows = -3 },
    FlowFaultCase(name: "day") { $0.dates.decision = Day(number: .max) },
  ]
}

/// Makes valid flows of every kind of part.
struct FlowGenerator {
  var random: PRNG

  init(seed: UInt64) { random = PRNG(seed: seed) }

  private mutating func below(_ count: Int) -> Int32 { Int32(random.below(max(1, count))) }
  private mutating func chance(_ one: Int) -> Bool { random.below(one) == 0 }

  private mutating func name() -> String {
    let names = ["", "a", "accept", "größe", "世界", "a name that is longer than fifteen bytes", "e\u{301}"]
    return names[random.below(names.count)] + String(random.below(1_000_000))
  }

  private mutating func glyphs(_ flow: FlowDefinition) -> [Glyph] {
    let scalars = Array("aZ ~.\u{A0}é…世\u{2002}".unicodeScalars)
    return (0..<random.below(20)).map { _ in
      if chance(9) { return .newline }
      if chance(9), !flow.clusters.isEmpty {
        let index = random.below(flow.clusters.count)
        return Glyph(cluster: index, columns: Int(flow.clusters[index].columns))
      }
      let scalar = scalars[random.below(scalars.count)]
      return Glyph(scalar: scalar.value, columns: GlyphTable.columns(of: scalar))
    }
  }

  mutating func flow() -> FlowDefinition {
    var flow = FlowDefinition(name: name())
    let elementCount = 4 + random.below(20)
    let screenCount = 1 + random.below(4)
    let textCount = 1 + random.below(6)
    let variableCount = 2 + random.below(6)
    let termCount = 1 + random.below(2)
    flow.condition = (0..<random.below(3)).map { FlowDefinition.FactorLevel(factor: "f\($0)", level: name()) }
    flow.accounts = (0...random.below(3)).map { "account \($0)" }
    flow.entries = (0...random.below(2)).map { FlowDefinition.Entry(name: "e\($0)", screen: below(screenCount)) }
    flow.dates = FlowDates(published: Day(number: below(40_000) - 20_000), decision: Day(number: below(40_000)))
    flow.inputGuardMicroseconds = below(10_000_000)
    flow.styles = (0...random.below(3)).map { _ in
      Style(
        name: name(), foreground: UInt32(below(0xFF_FFFF)), background: UInt32(below(0xFF_FFFF)),
        attributes: Style.Attributes(rawValue: UInt8(below(16))),
        monochrome: Style.Attributes(rawValue: UInt8(below(16))))
    }
    flow.clusters = (0..<random.below(3)).map { _ in Cluster(text: name(), columns: UInt8(1 + random.below(2))) }
    flow.outcomes = ["x", "y"]
    flow.policy = PolicyTable(
      facts: [PolicyTable.Column(name: "fact", values: ["a", "b"])],
      effects: [PolicyTable.Column(name: "effect", values: ["c", "d", "e"])],
      rows: (0..<random.below(3)).map { _ in
        PolicyTable.Row(name: name(), when: [random.next()], stated: [UInt8(below(3))], actual: [UInt8(below(3))])
      })
    flow.variables = (0..<variableCount).map { index in
      let lower = below(1000) - 500
      return Variable(
        name: name(), values: (0..<random.below(4)).map { "v\($0)" }, initial: below(4),
        bounds: lower...lower + below(9),
        source: index == 0 ? .steps : source(termCount))
    }
    flow.terms = (0..<termCount).map { _ in
      Term(name: name(), kind: chance(2) ? .terms : .purpose, control: 0, elements: [below(elementCount)])
    }
    flow.screens = (0..<screenCount).map { index in
      var screen = Screen(name: name(), shape: chance(2) ? .card : .full)
      screen.backdrop = index == 0 ? -1 : Int32(index) - 1
      screen.maximumColumns = Int16(20 + random.below(281))
      screen.style = below(flow.styles.count)
      screen.isPrompt = chance(2)
      screen.onOpen = branches(flow, screenCount, termCount)
      screen.onEscape = branches(flow, screenCount, termCount)
      if chance(2) {
        screen.timer = Screen.Timer(
          idleMicroseconds: 1000 + Int64(random.below(3_000_000_000)), branches: branches(flow, screenCount, termCount))
      }
      return screen
    }
    flow.elements = (0..<elementCount).map { _ in element(flow, screenCount, termCount, textCount) }
    if chance(2) { addBlanks(&flow, textCount) }
    flow.texts = (0..<textCount).map { _ in text(flow, textCount) }
    flow.signs = Signs(
      focusStyle: below(flow.styles.count), backdropStyle: below(flow.styles.count),
      borderStyle: below(flow.styles.count), tooSmallText: below(textCount),
      haveColumns: flow.variables.count > 1 && chance(2) ? 0 : -1)
    if chance(2) {
      flow.linear = LinearTexts(
        switches: (0..<3).map { _ in below(textCount) }, ask: below(textCount), askDefault: below(textCount),
        stop: below(textCount))
      if chance(2) {
        flow.linear?.blanks = BlankTexts(
          characters: below(textCount), askText: below(textCount), askNumber: below(textCount))
      }
    }
    if chance(2) {
      flow.stop = StopRule(
        key: .function(1 + Int(below(12))), screen: below(flow.screens.count), legend: below(textCount))
    }
    place(&flow)
    return flow
  }

  /// Turns gaps into fields, numbers and sliders with variables of their own.
  private mutating func addBlanks(_ flow: inout FlowDefinition, _ textCount: Int) {
    for index in flow.elements.indices where flow.elements[index].kind == .gap {
      let variable = Int32(flow.variables.count)
      let label = below(textCount + 1) - 1
      switch random.below(3) {
      case 0:
        flow.elements[index].kind = .field(variable: variable, label: label)
        flow.elements[index].isPrivate = true
      case 1: flow.elements[index].kind = .number(variable: variable, label: label)
      default: flow.elements[index].kind = .slider(variable: variable, step: 1 + below(5), label: label)
      }
      let isField = if case .field = flow.elements[index].kind { true } else { false }
      flow.variables.append(
        Variable(name: name(), initial: isField ? 0 : -1, bounds: isField ? 0...1 + below(500) : -1...below(1000)))
    }
  }

  private mutating func source(_ termCount: Int) -> Variable.Source {
    let term = below(termCount)
    switch random.below(21) {
    case 19: return .presentation
    case 0: return .account
    case 1: return .entry
    case 2: return .date
    case 3: return .phase
    case 4: return .daysLeft
    case 5: return .prompts
    case 6: return .daysSincePrompt
    case 7: return .standing(term: term)
    case 8: return .provenance(term: term)
    case 9: return .choice(term: term)
    case 10: return .onScreenMilliseconds(term: term)
    case 11: return .focusedMilliseconds(term: term)
    case 12: return .operations(term: term)
    case 13: return .latencyMilliseconds(term: term)
    case 14: return .possiblyAccidental(term: term)
    case 15: return .policy(facts: [.constant(below(2))], effect: 0, isActual: chance(2))
    case 16: return .policy(facts: [.variable(0)], effect: 0, isActual: chance(2))
    case 17: return .compiled
    case 18: return .drawn(bound: 1 + below(9))
    default: return .steps
    }
  }

  private mutating func conditions(_ flow: FlowDefinition) -> [Condition] {
    (0..<random.below(3)).map { _ in
      let variable = below(flow.variables.count)
      switch random.below(3) {
      case 0: return Condition(variable: variable, .isIn(random.next()))
      case 1: return Condition(variable: variable, .atLeast(below(9) - 4))
      default: return Condition(variable: variable, .below(below(9)))
      }
    }
  }

  private mutating func branches(_ flow: FlowDefinition, _ screens: Int, _ terms: Int) -> [Branch] {
    (0..<random.below(3)).map { _ in
      let when = conditions(flow)
      return Branch(when: when, steps: (0..<random.below(4)).map { _ in step(screens, terms) })
    }
  }

  private mutating func step(_ screens: Int, _ terms: Int) -> Step {
    switch random.below(13) {
    case 0: .set(variable: 0, value: below(3))
    case 1: .add(variable: 0, amount: below(9) - 4)
    case 2: .decide(term: below(terms), standing: Standing.allCases[random.below(4)])
    case 3: .decideFromControl(term: below(terms))
    case 4: .defer_(term: below(terms))
    case 5: .reaffirm(term: below(terms))
    case 6: .changeFromControl(term: below(terms))
    case 7: .showStanding(term: below(terms))
    case 8: .go(screen: below(screens))
    case 9: .open(screen: below(screens))
    case 10: .back
    case 11: .pass(days: 1 + below(366))
    default: .end(outcome: below(2))
    }
  }

  private mutating func element(_ flow: FlowDefinition, _ screens: Int, _ terms: Int, _ texts: Int) -> Element {
    let kind: Element.Kind
    switch random.below(9) {
    case 0: kind = .text(below(texts))
    case 1: kind = .gap
    case 2: kind = .rule
    case 3: kind = .button(label: below(texts))
    case 4: kind = .toggle(variable: 0, words: chance(2) ? [] : [below(texts), 0, 0], hitsRow: chance(2))
    case 5: kind = .link(label: below(texts))
    case 6: kind = .option(label: below(texts))
    case 7: kind = .row([])
    default: kind = .scroll([], fromEnd: chance(2))
    }
    var element = Element(name: name(), screen: below(screens), kind: kind)
    element.role = Element.Role.allCases[random.below(Element.Role.allCases.count)]
    element.style = below(flow.styles.count)
    element.alignment = Element.Alignment.allCases[random.below(4)]
    element.scale = chance(4) ? .large : .normal
    element.rows = Int16(1 + random.below(5))
    element.columns = Int16(random.below(30)) - 1
    element.when = conditions(flow)
    element.onActivate = branches(flow, screens, terms)
    element.discloses = Disclosures(rawValue: UInt8(below(256)))
    element.isPrivate = chance(8)
    return element
  }

  private mutating func text(_ flow: FlowDefinition, _ texts: Int) -> Text {
    let links = flow.elements.indices.filter { if case .link = flow.elements[$0].kind { true } else { false } }
    return Text(
      pieces: (0..<random.below(5)).map { _ in
        let variable = below(flow.variables.count)
        switch random.below(6) {
        case 0: return .value(variable: variable, format: .number)
        case 1: return .value(variable: variable, format: .seconds(point: Glyph(scalar: 0x2C, columns: 1)))
        case 2:
          let pattern = DatePattern(parts: [.day, .literal(glyphs(flow)), .month, .year])
          return .value(
            variable: variable, format: .date(months: (0..<12).map { _ in below(texts) }, pattern: pattern))
        case 3: return .value(variable: variable, format: .choice([below(texts), below(texts)]))
        case 4 where !links.isEmpty: return .link(element: Int32(links[random.below(links.count)]))
        default: return .literal(glyphs(flow))
        }
      })
  }

  /// Puts every element in one place of its screen: under an earlier container, or at the top.
  private mutating func place(_ flow: inout FlowDefinition) {
    for index in flow.elements.indices {
      let screen = Int(flow.elements[index].screen)
      if flow.elements[index].isControl {
        flow.screens[screen].focusOrder.append(Int32(index))
        if chance(3) { flow.screens[screen].initialFocus = Int32(index) }
        if chance(3) {
          flow.screens[screen].keys.append(Screen.KeyBinding(key: Key("x"), element: Int32(index)))
        }
      }
      if case .option = flow.elements[index].kind { continue }
      let above = chance(2) ? index - 1 : -1
      guard above >= 0, Int(flow.elements[above].screen) == screen else {
        flow.screens[screen].children.append(Int32(index))
        continue
      }
      switch flow.elements[above].kind {
      case .row(let children): flow.elements[above].kind = .row(children + [Int32(index)])
      case .scroll(let children, let fromEnd):
        flow.elements[above].kind = .scroll(children + [Int32(index)], fromEnd: fromEnd)
      case .text, .gap, .rule, .button, .toggle, .link, .list, .option, .field, .number, .slider:
        flow.screens[screen].children.append(Int32(index))
      }
    }
  }
}
