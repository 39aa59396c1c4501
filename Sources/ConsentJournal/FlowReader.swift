import ConsentModel

/// Reads the canonical spelling of a flow: every length is checked before anything is made, every number must be in its
/// shortest form, and every tag must be known. Whether the indices fit together is the affair of `FlowCheck`.
struct FlowReader {
  private let base: UnsafeRawBufferPointer
  private(set) var offset: Int
  private let format: UInt8

  /// - Parameter format: one of the formats that this program knows; what an older one lacks is as it was then.
  init(_ bytes: UnsafeRawBufferPointer, from offset: Int, format: UInt8) {
    base = bytes
    self.offset = offset
    self.format = format
  }

  var isAtEnd: Bool { offset == base.count }
  private var left: Int { base.count - offset }

  // MARK: Numbers, strings, arrays

  private func invalid(_ what: String) -> FlowError { .invalid(offset: offset, what) }

  @inline(__always)
  private mutating func byte() throws(FlowError) -> UInt8 {
    guard offset < base.count else { throw .truncated(offset: offset) }
    let value = base[offset]
    offset &+= 1
    return value
  }

  @inline(__always)
  private mutating func unsigned() throws(FlowError) -> UInt64 {
    let first = try byte()
    return first < 0x80 ? UInt64(first) : try longUnsigned(first)
  }

  private mutating func longUnsigned(_ first: UInt8) throws(FlowError) -> UInt64 {
    var value = UInt64(first & 0x7F)
    var shift: UInt64 = 7
    while true {
      let next = try byte()
      guard shift < 63 || next <= 1 else { throw invalid("a number is out of range") }
      value |= UInt64(next & 0x7F) << shift
      guard next >= 0x80 else {
        guard next != 0 else { throw invalid("a number is not in its shortest form") }
        return value
      }
      shift += 7
      guard shift <= 63 else { throw invalid("a number is out of range") }
    }
  }

  @inline(__always)
  private mutating func signed() throws(FlowError) -> Int64 {
    let raw = try unsigned()
    return Int64(bitPattern: raw >> 1) ^ -Int64(bitPattern: raw & 1)
  }

  @inline(__always)
  private mutating func int32() throws(FlowError) -> Int32 {
    let value = try signed()
    guard let narrow = Int32(exactly: value) else { throw invalid("a number is out of range") }
    return narrow
  }

  private mutating func int16() throws(FlowError) -> Int16 {
    guard let narrow = Int16(exactly: try signed()) else { throw invalid("a number is out of range") }
    return narrow
  }

  private mutating func uint32() throws(FlowError) -> UInt32 {
    guard let narrow = UInt32(exactly: try unsigned()) else { throw invalid("a number is out of range") }
    return narrow
  }

  @inline(__always)
  private mutating func bool() throws(FlowError) -> Bool {
    let value = try byte()
    guard value <= 1 else { throw invalid("yes or no is spelled 1 or 0") }
    return value == 1
  }

  /// The length of something of which each part takes at least `size` bytes.
  @inline(__always)
  private mutating func count(of size: Int = 1) throws(FlowError) -> Int {
    let value = try unsigned()
    guard value <= UInt64(left / size) else { throw .truncated(offset: offset) }
    return Int(value)
  }

  @inline(__always)
  private mutating func string() throws(FlowError) -> String {
    let count = try count()
    guard count > 0 else { return "" }
    let utf8 = UnsafeRawBufferPointer(rebasing: base[offset..<offset + count]).assumingMemoryBound(to: UInt8.self)
    offset += count
    // The checking initializer is generic and slow; plain text needs no check.
    if utf8.allSatisfy({ $0 < 0x80 }) {
      return String(unsafeUninitializedCapacity: count) { $0.initialize(fromContentsOf: utf8) }
    }
    guard let value = String(validating: utf8, as: UTF8.self) else { throw invalid("text that is not UTF-8") }
    return value
  }

  @inline(__always)
  private mutating func array<T>(
    of size: Int = 1, _ body: (inout FlowReader) throws(FlowError) -> T
  ) throws(FlowError) -> [T] {
    let count = try count(of: size)
    guard count > 0 else { return [] }
    var values: [T] = []
    values.reserveCapacity(count)
    for _ in 0..<count { values.append(try body(&self)) }
    return values
  }

  private mutating func indices() throws(FlowError) -> [Int32] {
    try array { (reader) throws(FlowError) in try reader.int32() }
  }

  private mutating func strings() throws(FlowError) -> [String] {
    try array { (reader) throws(FlowError) in try reader.string() }
  }

  @inline(__always)
  private mutating func word<T: RawRepresentable>(_ what: String) throws(FlowError) -> T where T.RawValue == UInt8 {
    guard let value = T(rawValue: try byte()) else { throw invalid("no such \(what)") }
    return value
  }

  private mutating func longGlyph() throws(FlowError) -> Glyph {
    guard left >= 4 else { throw .truncated(offset: offset) }
    let raw = UInt32(littleEndian: base.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    let glyph = Glyph(raw: raw)
    guard raw & 0x7F80_0000 == 0, glyph.columns <= 2 else { throw invalid("no such character") }
    guard ShortGlyph.byte(of: glyph) == nil else { throw invalid("a character is not in its shortest form") }
    offset += 4
    return glyph
  }

  private mutating func glyph() throws(FlowError) -> Glyph {
    let first = try byte()
    switch first {
    case 0x20...0x7E: return Glyph(scalar: UInt32(first), columns: 1)
    case 0x0A: return Glyph(raw: ShortGlyph.newline)
    case ShortGlyph.escape: return try longGlyph()
    default: throw invalid("no such character")
    }
  }

  private mutating func glyphs() throws(FlowError) -> [Glyph] {
    let count = try count()
    guard count > 0 else { return [] }
    var glyphs = [Glyph](repeating: .space, count: count)
    var done = 0
    while done < count {
      // Runs of plain characters are what flows mostly consist of.
      let (start, limit) = (offset, min(count - done, left))
      let base = base
      let first = done
      let run = glyphs.withUnsafeMutableBufferPointer { target in
        var length = 0
        while length < limit {
          let value = base[start &+ length]
          guard value >= 0x20, value <= 0x7E else { break }
          target[first &+ length] = Glyph(raw: UInt32(value) | 1 << 21)
          length &+= 1
        }
        return length
      }
      done += run
      offset += run
      if done < count {
        glyphs[done] = try glyph()
        done += 1
      }
    }
    return glyphs
  }

  // MARK: The flow

  /// The flow.
  mutating func flow() throws(FlowError) -> FlowDefinition {
    var flow = FlowDefinition(name: try string())
    flow.language = try string()
    flow.condition = try array(of: 2) { (reader) throws(FlowError) in
      FlowDefinition.FactorLevel(factor: try reader.string(), level: try reader.string())
    }
    flow.accounts = try strings()
    flow.entries = try array(of: 2) { (reader) throws(FlowError) in
      FlowDefinition.Entry(name: try reader.string(), screen: try reader.int32())
    }
    flow.dates = FlowDates(published: Day(number: try int32()), decision: Day(number: try int32()))
    flow.inputGuardMicroseconds = try int32()
    flow.styles = try array(of: 5) { (reader) throws(FlowError) in try reader.style() }
    flow.clusters = try array(of: 2) { (reader) throws(FlowError) in
      Cluster(text: try reader.string(), columns: try reader.byte())
    }
    flow.texts = try array { (reader) throws(FlowError) in
      Text(pieces: try reader.array(of: 2) { (reader) throws(FlowError) in try reader.piece() })
    }
    flow.variables = try array(of: 6) { (reader) throws(FlowError) in try reader.variable() }
    flow.screens = try array(of: 13) { (reader) throws(FlowError) in try reader.screen() }
    flow.elements = try array(of: 13) { (reader) throws(FlowError) in try reader.element() }
    flow.terms = try array(of: 4) { (reader) throws(FlowError) in
      Term(
        name: try reader.string(), kind: try reader.word("kind of term"), control: try reader.int32(),
        elements: try reader.indices())
    }
    flow.outcomes = try strings()
    flow.policy = PolicyTable(
      facts: try policyColumns(), effects: try policyColumns(),
      rows: try array(of: 4) { (reader) throws(FlowError) in try reader.policyRow() })
    flow.signs = Signs(
      focusStyle: try int32(), backdropStyle: try int32(), borderStyle: try int32(), tooSmallText: try int32())
    guard format > 1 else { return flow }
    flow.signs.haveColumns = try int32()
    if try bool() {
      let switches = try indices()
      guard switches.count == 3 else { throw invalid("a switch has three texts") }
      flow.linear = LinearTexts(switches: switches, ask: try int32(), askDefault: try int32(), stop: try int32())
      if format > 2, try bool() { flow.linear?.blanks = try blankTexts() }
    }
    if try bool() {
      let key = Key(code: try uint32(), modifiers: Key.Modifiers(rawValue: try byte()))
      flow.stop = StopRule(key: key, screen: try int32(), legend: try int32())
    }
    return flow
  }

  private mutating func blankTexts() throws(FlowError) -> BlankTexts {
    let texts = try indices()
    guard texts.count == 3 else { throw invalid("blanks have three texts") }
    return BlankTexts(characters: texts[0], askText: texts[1], askNumber: texts[2])
  }

  private mutating func style() throws(FlowError) -> Style {
    Style(
      name: try string(), foreground: try uint32(), background: try uint32(),
      attributes: Style.Attributes(rawValue: try byte()), monochrome: Style.Attributes(rawValue: try byte()))
  }

  private mutating func piece() throws(FlowError) -> Text.Piece {
    switch try byte() {
    case 0: return .literal(try glyphs())
    case 1: return .value(variable: try int32(), format: try valueFormat())
    case 2: return .link(element: try int32())
    default: throw invalid("no such piece of text")
    }
  }

  private mutating func valueFormat() throws(FlowError) -> ValueFormat {
    switch try byte() {
    case 0: return .number
    case 1: return .seconds(point: try glyph())
    case 2:
      let months = try indices()
      let parts = try array { (reader) throws(FlowError) in try reader.datePart() }
      return .date(months: months, pattern: DatePattern(parts: parts))
    case 3: return .choice(try indices())
    default: throw invalid("no such format")
    }
  }

  private mutating func datePart() throws(FlowError) -> DatePattern.Part {
    switch try byte() {
    case 0: return .literal(try glyphs())
    case 1: return .day
    case 2: return .month
    case 3: return .year
    default: throw invalid("no such part of a date")
    }
  }

  private mutating func variable() throws(FlowError) -> Variable {
    let name = try string()
    let values = try strings()
    let initial = try int32()
    let lower = try int32()
    let upper = try int32()
    guard lower <= upper else { throw invalid("bounds in the wrong order") }
    return Variable(name: name, values: values, initial: initial, bounds: lower...upper, source: try source())
  }

  private mutating func source() throws(FlowError) -> Variable.Source {
    switch try byte() {
    case 0: return .steps
    case 1: return .account
    case 2: return .entry
    case 3: return .date
    case 4: return .phase
    case 5: return .daysLeft
    case 6: return .prompts
    case 7: return .daysSincePrompt
    case 8: return .standing(term: try int32())
    case 9: return .provenance(term: try int32())
    case 10: return .choice(term: try int32())
    case 11: return .onScreenMilliseconds(term: try int32())
    case 12: return .focusedMilliseconds(term: try int32())
    case 13: return .operations(term: try int32())
    case 14: return .latencyMilliseconds(term: try int32())
    case 15: return .possiblyAccidental(term: try int32())
    case 16:
      let facts = try array(of: 2) { (reader) throws(FlowError) -> PolicyFactSource in
        switch try reader.byte() {
        case 0: return .constant(try reader.int32())
        case 1: return .variable(try reader.int32())
        default: throw reader.invalid("no such fact")
        }
      }
      return .policy(facts: facts, effect: try int32(), isActual: try bool())
    case 17: return .compiled
    case 18: return .drawn(bound: try int32())
    case 19: return .presentation
    default: throw invalid("no such source of a variable")
    }
  }

  private mutating func screen() throws(FlowError) -> Screen {
    var screen = Screen(name: try string(), shape: try word("shape of a screen"))
    screen.backdrop = try int32()
    screen.maximumColumns = try int16()
    screen.style = try int32()
    screen.children = try indices()
    screen.focusOrder = try indices()
    screen.initialFocus = try int32()
    screen.isPrompt = try bool()
    screen.onOpen = try branches()
    screen.onEscape = try branches()
    screen.keys = try array(of: 3) { (reader) throws(FlowError) in
      let key = Key(code: try reader.uint32(), modifiers: Key.Modifiers(rawValue: try reader.byte()))
      return Screen.KeyBinding(key: key, element: try reader.int32())
    }
    if try bool() {
      screen.timer = Screen.Timer(idleMicroseconds: try signed(), branches: try branches())
    }
    return screen
  }

  private mutating func element() throws(FlowError) -> Element {
    let name = try string()
    let screen = try int32()
    var element = Element(name: name, screen: screen, kind: try kind())
    element.role = try word("role")
    element.style = try int32()
    element.alignment = try word("alignment")
    element.scale = try word("scale")
    element.rows = try int16()
    element.columns = try int16()
    element.when = try conditions()
    element.onActivate = try branches()
    element.discloses = Disclosures(rawValue: try byte())
    element.isPrivate = try bool()
    return element
  }

  private mutating func kind() throws(FlowError) -> Element.Kind {
    let kind = try byte()
    guard format > 2 || kind < 10 else { throw invalid("no such kind of element in format \(format)") }
    switch kind {
    case 0: return .text(try int32())
    case 1: return .gap
    case 2: return .rule
    case 3: return .button(label: try int32())
    case 4: return .toggle(variable: try int32(), words: try indices(), hitsRow: try bool())
    case 5: return .link(label: try int32())
    case 6: return .list(variable: try int32(), options: try indices())
    case 7: return .option(label: try int32())
    case 8: return .row(try indices())
    case 9: return .scroll(try indices(), fromEnd: try bool())
    case 10: return .field(variable: try int32(), label: try int32())
    case 11: return .number(variable: try int32(), label: try int32())
    case 12: return .slider(variable: try int32(), step: try int32(), label: try int32())
    default: throw invalid("no such kind of element")
    }
  }

  private mutating func conditions() throws(FlowError) -> [Condition] {
    try array(of: 3) { (reader) throws(FlowError) in
      let variable = try reader.int32()
      switch try reader.byte() {
      case 0: return Condition(variable: variable, .isIn(try reader.unsigned()))
      case 1: return Condition(variable: variable, .atLeast(try reader.int32()))
      case 2: return Condition(variable: variable, .below(try reader.int32()))
      default: throw reader.invalid("no such comparison")
      }
    }
  }

  private mutating func branches() throws(FlowError) -> [Branch] {
    try array(of: 2) { (reader) throws(FlowError) in
      let when = try reader.conditions()
      return Branch(when: when, steps: try reader.array { (reader) throws(FlowError) in try reader.step() })
    }
  }

  private mutating func step() throws(FlowError) -> Step {
    switch try byte() {
    case 0: return .set(variable: try int32(), value: try int32())
    case 1: return .add(variable: try int32(), amount: try int32())
    case 2:
      let term = try int32()
      let raw = try int32()
      guard let small = UInt8(exactly: raw), let standing = Standing(rawValue: small) else {
        throw invalid("no such standing")
      }
      return .decide(term: term, standing: standing)
    case 3: return .decideFromControl(term: try int32())
    case 4: return .defer_(term: try int32())
    case 5: return .reaffirm(term: try int32())
    case 6: return .changeFromControl(term: try int32())
    case 7: return .showStanding(term: try int32())
    case 8: return .go(screen: try int32())
    case 9: return .open(screen: try int32())
    case 10: return .back
    case 11: return .pass(days: try int32())
    case 12: return .end(outcome: try int32())
    default: throw invalid("no such step")
    }
  }

  private mutating func policyColumns() throws(FlowError) -> [PolicyTable.Column] {
    try array(of: 2) { (reader) throws(FlowError) in
      PolicyTable.Column(name: try reader.string(), values: try reader.strings())
    }
  }

  private mutating func policyRow() throws(FlowError) -> PolicyTable.Row {
    PolicyTable.Row(
      name: try string(), when: try array { (reader) throws(FlowError) in try reader.unsigned() },
      stated: try array { (reader) throws(FlowError) in try reader.byte() },
      actual: try array { (reader) throws(FlowError) in try reader.byte() })
  }
}
