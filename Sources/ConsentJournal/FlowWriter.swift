import ConsentModel

/// Writes a flow in its canonical spelling; `FlowReader` is its mirror, field by field.
struct FlowWriter {
  var bytes: [UInt8] = []

  private let format: UInt8

  init(format: UInt8) {
    self.format = format
    bytes.reserveCapacity(1 << 15)
    bytes += FlowCodec.magic
    bytes.append(format)
  }

  // MARK: Numbers, strings, arrays

  mutating func unsigned(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  mutating func signed(_ value: Int64) { unsigned(UInt64(bitPattern: (value << 1) ^ (value >> 63))) }
  mutating func index(_ value: Int32) { signed(Int64(value)) }
  mutating func bool(_ value: Bool) { bytes.append(value ? 1 : 0) }

  mutating func string(_ value: String) {
    let utf8 = value.utf8
    unsigned(UInt64(utf8.count))
    bytes.append(contentsOf: utf8)
  }

  mutating func array<T>(_ values: [T], _ body: (inout FlowWriter, T) -> Void) {
    unsigned(UInt64(values.count))
    for value in values { body(&self, value) }
  }

  mutating func indices(_ values: [Int32]) { array(values) { $0.index($1) } }
  mutating func strings(_ values: [String]) { array(values) { $0.string($1) } }

  /// Plain characters take one byte; every other glyph takes 0xFF and its four bytes.
  mutating func glyph(_ glyph: Glyph) {
    if let short = ShortGlyph.byte(of: glyph) {
      bytes.append(short)
      return
    }
    bytes.append(ShortGlyph.escape)
    for shift in stride(from: UInt32(0), to: 32, by: 8) { bytes.append(UInt8(truncatingIfNeeded: glyph.raw >> shift)) }
  }

  mutating func glyphs(_ glyphs: [Glyph]) { array(glyphs) { $0.glyph($1) } }

  // MARK: The flow

  mutating func write(_ flow: FlowDefinition) {
    string(flow.name)
    string(flow.language)
    array(flow.condition) {
      $0.string($1.factor)
      $0.string($1.level)
    }
    strings(flow.accounts)
    array(flow.entries) {
      $0.string($1.name)
      $0.index($1.screen)
    }
    index(flow.dates.published.number)
    index(flow.dates.decision.number)
    index(flow.inputGuardMicroseconds)
    array(flow.styles) {
      $0.string($1.name)
      $0.unsigned(UInt64($1.foreground))
      $0.unsigned(UInt64($1.background))
      $0.bytes.append($1.attributes.rawValue)
      $0.bytes.append($1.monochrome.rawValue)
    }
    array(flow.clusters) {
      $0.string($1.text)
      $0.bytes.append($1.columns)
    }
    array(flow.texts) { writer, text in writer.array(text.pieces) { $0.write($1) } }
    array(flow.variables) { $0.write($1) }
    array(flow.screens) { $0.write($1) }
    array(flow.elements) { $0.write($1) }
    array(flow.terms) {
      $0.string($1.name)
      $0.bytes.append($1.kind.rawValue)
      $0.index($1.control)
      $0.indices($1.elements)
    }
    strings(flow.outcomes)
    write(flow.policy)
    index(flow.signs.focusStyle)
    index(flow.signs.backdropStyle)
    index(flow.signs.borderStyle)
    index(flow.signs.tooSmallText)
    index(flow.signs.haveColumns)
    bool(flow.linear != nil)
    if let linear = flow.linear {
      indices(linear.switches)
      index(linear.ask)
      index(linear.askDefault)
      index(linear.stop)
      if format > 2 {
        bool(linear.blanks != nil)
        if let blanks = linear.blanks { indices([blanks.characters, blanks.askText, blanks.askNumber]) }
      }
    }
    bool(flow.stop != nil)
    if let stop = flow.stop {
      unsigned(UInt64(stop.key.code))
      bytes.append(stop.key.modifiers.rawValue)
      index(stop.screen)
      index(stop.legend)
    }
  }

  private mutating func write(_ piece: Text.Piece) {
    switch piece {
    case .literal(let glyphs):
      bytes.append(0)
      self.glyphs(glyphs)
    case .value(let variable, let format):
      bytes.append(1)
      index(variable)
      write(format)
    case .link(let element):
      bytes.append(2)
      index(element)
    }
  }

  private mutating func write(_ format: ValueFormat) {
    switch format {
    case .number: bytes.append(0)
    case .seconds(let point):
      bytes.append(1)
      glyph(point)
    case .date(let months, let pattern):
      bytes.append(2)
      indices(months)
      array(pattern.parts) { writer, part in
        switch part {
        case .literal(let glyphs):
          writer.bytes.append(0)
          writer.glyphs(glyphs)
        case .day: writer.bytes.append(1)
        case .month: writer.bytes.append(2)
        case .year: writer.bytes.append(3)
        }
      }
    case .choice(let texts):
      bytes.append(3)
      indices(texts)
    }
  }

  private mutating func write(_ variable: Variable) {
    string(variable.name)
    strings(variable.values)
    index(variable.initial)
    index(variable.bounds.lowerBound)
    index(variable.bounds.upperBound)
    func simple(_ tag: UInt8) { bytes.append(tag) }
    func ofTerm(_ tag: UInt8, _ term: Int32) {
      bytes.append(tag)
      index(term)
    }
    switch variable.source {
    case .steps: simple(0)
    case .account: simple(1)
    case .entry: simple(2)
    case .presentation: simple(19)
    case .date: simple(3)
    case .phase: simple(4)
    case .daysLeft: simple(5)
    case .prompts: simple(6)
    case .daysSincePrompt: simple(7)
    case .standing(let term): ofTerm(8, term)
    case .provenance(let term): ofTerm(9, term)
    case .choice(let term): ofTerm(10, term)
    case .onScreenMilliseconds(let term): ofTerm(11, term)
    case .focusedMilliseconds(let term): ofTerm(12, term)
    case .operations(let term): ofTerm(13, term)
    case .latencyMilliseconds(let term): ofTerm(14, term)
    case .possiblyAccidental(let term): ofTerm(15, term)
    case .policy(let facts, let effect, let isActual):
      bytes.append(16)
      array(facts) { writer, fact in
        switch fact {
        case .constant(let value):
          writer.bytes.append(0)
          writer.index(value)
        case .variable(let variable):
          writer.bytes.append(1)
          writer.index(variable)
        }
      }
      index(effect)
      bool(isActual)
    case .compiled: simple(17)
    case .drawn(let bound):
      simple(18)
      index(bound)
    }
  }

  private mutating func write(_ screen: Screen) {
    string(screen.name)
    bytes.append(screen.shape.rawValue)
    index(screen.backdrop)
    index(Int32(screen.maximumColumns))
    index(screen.style)
    indices(screen.children)
    indices(screen.focusOrder)
    index(screen.initialFocus)
    bool(screen.isPrompt)
    branches(screen.onOpen)
    branches(screen.onEscape)
    array(screen.keys) {
      $0.unsigned(UInt64($1.key.code))
      $0.bytes.append($1.key.modifiers.rawValue)
      $0.index($1.element)
    }
    bool(screen.timer != nil)
    if let timer = screen.timer {
      signed(timer.idleMicroseconds)
      branches(timer.branches)
    }
  }

  private mutating func write(_ element: Element) {
    string(element.name)
    index(element.screen)
    switch element.kind {
    case .text(let text):
      bytes.append(0)
      index(text)
    case .gap: bytes.append(1)
    case .rule: bytes.append(2)
    case .button(let label):
      bytes.append(3)
      index(label)
    case .toggle(let variable, let words, let hitsRow):
      bytes.append(4)
      index(variable)
      indices(words)
      bool(hitsRow)
    case .link(let label):
      bytes.append(5)
      index(label)
    case .list(let variable, let options):
      bytes.append(6)
      index(variable)
      indices(options)
    case .option(let label):
      bytes.append(7)
      index(label)
    case .row(let children):
      bytes.append(8)
      indices(children)
    case .scroll(let children, let fromEnd):
      bytes.append(9)
      indices(children)
      bool(fromEnd)
    case .field(let variable, let label):
      bytes.append(10)
      index(variable)
      index(label)
    case .number(let variable, let label):
      bytes.append(11)
      index(variable)
      index(label)
    case .slider(let variable, let step, let label):
      bytes.append(12)
      index(variable)
      index(step)
      index(label)
    }
    bytes.append(element.role.rawValue)
    index(element.style)
    bytes.append(element.alignment.rawValue)
    bytes.append(element.scale.rawValue)
    index(Int32(element.rows))
    index(Int32(element.columns))
    conditions(element.when)
    branches(element.onActivate)
    bytes.append(element.discloses.rawValue)
    bool(element.isPrivate)
  }

  private mutating func conditions(_ conditions: [Condition]) {
    array(conditions) { writer, condition in
      writer.index(condition.variable)
      switch condition.test {
      case .isIn(let mask):
        writer.bytes.append(0)
        writer.unsigned(mask)
      case .atLeast(let bound):
        writer.bytes.append(1)
        writer.index(bound)
      case .below(let bound):
        writer.bytes.append(2)
        writer.index(bound)
      }
    }
  }

  private mutating func branches(_ branches: [Branch]) {
    array(branches) {
      $0.conditions($1.when)
      $0.array($1.steps) { $0.write($1) }
    }
  }

  private mutating func write(_ step: Step) {
    func numbers(_ tag: UInt8, _ values: Int32...) {
      bytes.append(tag)
      for value in values { index(value) }
    }
    switch step {
    case .set(let variable, let value): numbers(0, variable, value)
    case .add(let variable, let amount): numbers(1, variable, amount)
    case .decide(let term, let standing): numbers(2, term, Int32(standing.rawValue))
    case .decideFromControl(let term): numbers(3, term)
    case .defer_(let term): numbers(4, term)
    case .reaffirm(let term): numbers(5, term)
    case .changeFromControl(let term): numbers(6, term)
    case .showStanding(let term): numbers(7, term)
    case .go(let screen): numbers(8, screen)
    case .open(let screen): numbers(9, screen)
    case .back: numbers(10)
    case .pass(let days): numbers(11, days)
    case .end(let outcome): numbers(12, outcome)
    }
  }

  private mutating func write(_ policy: PolicyTable) {
    func columns(_ columns: [PolicyTable.Column]) {
      array(columns) {
        $0.string($1.name)
        $0.strings($1.values)
      }
    }
    columns(policy.facts)
    columns(policy.effects)
    array(policy.rows) {
      $0.string($1.name)
      $0.array($1.when) { $0.unsigned($1) }
      $0.array($1.stated) { $0.bytes.append($1) }
      $0.array($1.actual) { $0.bytes.append($1) }
    }
  }
}

/// The glyphs that are spelled with one byte: the printable ASCII characters and the end of a paragraph.
enum ShortGlyph {
  static let escape: UInt8 = 0xFF
  /// `Glyph.newline`, without the cost of another module's constant.
  static let newline: UInt32 = 0x0A

  /// Whether it is printable ASCII, one column wide.
  @inline(__always) static func isPlain(_ glyph: Glyph) -> Bool { glyph.raw &- 0x20_0020 <= 0x5E }

  static func byte(of glyph: Glyph) -> UInt8? {
    if glyph.raw == newline { return 0x0A }
    guard isPlain(glyph) else { return nil }
    return UInt8(glyph.value)
  }
}
