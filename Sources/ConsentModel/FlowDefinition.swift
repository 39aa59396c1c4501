/// A compiled consent flow: one condition in one language, every name already an index.
///
/// It is plain data. Names stand in it only to be written out again at the edge; nothing looks one up
/// between a key and its frame.
public struct FlowDefinition: Hashable, Sendable {
  /// Name of the flow, the name of its folder.
  public var name: String
  /// Language of its texts, a BCP 47 tag.
  public var language: String
  /// The level of every factor, in the order in which the flow declares them.
  public var condition: [FactorLevel]
  /// Names of the accounts a session may be given.
  public var accounts: [String]
  /// Where a session may begin.
  public var entries: [Entry]
  /// The dates that the flow is about.
  public var dates: FlowDates
  /// The input guard in microseconds that a session gets unless its inputs say otherwise, 0...10 s.
  public var inputGuardMicroseconds: Int32
  /// Styles of cells; `Cell.style` is an index into it. The first is the screen's ground.
  public var styles: [Style]
  /// Characters of several scalars, interned; `Glyph.cluster` is an index into it.
  public var clusters: [Cluster]
  /// Every text, already in its language.
  public var texts: [Text]
  /// Every variable, the derived ones included.
  public var variables: [Variable]
  /// Every screen.
  public var screens: [Screen]
  /// Every element of every screen.
  public var elements: [Element]
  /// What a session can agree to: terms first, then optional purposes.
  public var terms: [Term]
  /// The kinds of ends that the flow declares.
  public var outcomes: [String]
  /// What follows from a session's choices for the person's data.
  public var policy: PolicyTable
  /// The ring round the focused control, the switch's glyphs and the other signs that the painter draws.
  public var signs: Signs
  /// What the linear presentation says of its own accord; nil where the flow has no linear presentation.
  public var linear: LinearTexts?
  /// The key that stops a session, and the question to which it leads; nil where stopping is leaving.
  public var stop: StopRule?

  /// A level of a factor, by name.
  public struct FactorLevel: Hashable, Sendable {
    /// Name of the factor.
    public var factor: String
    /// Name of the level.
    public var level: String
    /// A level of a factor.
    public init(factor: String, level: String) {
      self.factor = factor
      self.level = level
    }
  }

  /// A place where a session may begin.
  public struct Entry: Hashable, Sendable {
    /// Its name.
    public var name: String
    /// Index of the first screen.
    public var screen: Int32
    /// A place where a session may begin.
    public init(name: String, screen: Int32) {
      self.name = name
      self.screen = screen
    }
  }

  /// Everything empty but the name; the parts are filled in by whoever compiles a flow.
  public init(name: String) {
    self.name = name
    language = "en"
    condition = []
    accounts = []
    entries = []
    dates = FlowDates(published: Day(number: 0), decision: Day(number: 0))
    inputGuardMicroseconds = 0
    styles = []
    clusters = []
    texts = []
    variables = []
    screens = []
    elements = []
    terms = []
    outcomes = []
    policy = PolicyTable(facts: [], effects: [], rows: [])
    signs = Signs()
    linear = nil
    stop = nil
  }
}

/// The two dates that a flow turns on.
public struct FlowDates: Hashable, Sendable {
  /// The first day on which a session may be prompted; also the default date of a session.
  public var published: Day
  /// The day from which access is blocked until a choice was made.
  public var decision: Day

  /// The two dates.
  public init(published: Day, decision: Day) {
    self.published = published
    self.decision = decision
  }
}

/// A character of several Unicode scalars that is painted as one.
public struct Cluster: Hashable, Sendable {
  /// Its text.
  public var text: String
  /// Its width, 1 or 2 columns.
  public var columns: UInt8

  /// A character of several scalars and its width.
  public init(text: String, columns: UInt8) {
    self.text = text
    self.columns = columns
  }
}

/// One character of a text as the layout sees it: a scalar or an interned cluster, and its width.
///
/// Bits 0...20 hold the scalar or the cluster's index, bits 21 and 22 the width in columns (0, 1 or 2), bit 31 says cluster.
public struct Glyph: Hashable, Sendable, BitwiseCopyable {
  /// The packed value.
  public var raw: UInt32

  /// The glyph with this packed value.
  @inlinable public init(raw: UInt32) { self.raw = raw }

  /// A scalar that is `columns` (0...2) wide.
  @inlinable public init(scalar: UInt32, columns: Int) {
    raw = scalar | UInt32(columns) << 21
  }

  /// An interned cluster that is `columns` (1 or 2) wide.
  @inlinable public init(cluster: Int, columns: Int) {
    raw = UInt32(cluster) | UInt32(columns) << 21 | 0x8000_0000
  }

  /// Its width in columns, 0...2.
  @inlinable public var columns: Int { Int(raw >> 21 & 3) }
  /// Whether it is an interned cluster.
  @inlinable public var isCluster: Bool { raw & 0x8000_0000 != 0 }
  /// The scalar, or the index of the cluster.
  @inlinable public var value: UInt32 { raw & 0x1F_FFFF }
  /// The value of a cell's `scalar`: the scalar, or bit 31 and the index of the cluster.
  @inlinable public var cellScalar: UInt32 { raw & 0x801F_FFFF }

  /// An ordinary space.
  public static let space = Glyph(scalar: 0x20, columns: 1)
  /// The end of a paragraph inside a text.
  public static let newline = Glyph(scalar: 0x0A, columns: 0)
  /// A space at which a line is never broken.
  public static let noBreakSpace = Glyph(scalar: 0xA0, columns: 1)
}

/// A text: literal characters, values filled in when it is laid out, and links.
public struct Text: Hashable, Sendable {
  /// Its pieces in reading order.
  public var pieces: [Piece]

  /// A text of these pieces.
  public init(pieces: [Piece]) { self.pieces = pieces }

  /// A part of a text.
  public enum Piece: Hashable, Sendable {
    /// Characters as they are.
    case literal([Glyph])
    /// The value of a variable.
    case value(variable: Int32, format: ValueFormat)
    /// A control inside the paragraph: the index of an element of kind `link`.
    case link(element: Int32)
  }
}

/// How a variable's value is written into a text.
public enum ValueFormat: Hashable, Sendable {
  /// A whole number.
  case number
  /// Milliseconds, written as seconds with one decimal; `point` is the decimal sign.
  case seconds(point: Glyph)
  /// A day number, written as a date; `months` are the indices of the texts of the twelve month names and
  /// `pattern` the text in which `{d}`, `{m}` and `{y}` stand for day, month and year.
  case date(months: [Int32], pattern: DatePattern)
  /// One text a value: the indices of the texts.
  case choice([Int32])
}

/// The order of a date's parts and the characters between them.
public struct DatePattern: Hashable, Sendable {
  /// A part of a date.
  public enum Part: Hashable, Sendable {
    /// Characters as they are.
    case literal([Glyph])
    /// Day of the month, without a leading zero.
    case day
    /// Name of the month.
    case month
    /// The year.
    case year
  }
  /// The parts in order.
  public var parts: [Part]
  /// A pattern of these parts.
  public init(parts: [Part]) { self.parts = parts }
}

/// How cells look: declared colours, attributes, and the attributes that stand in for the colours where there are none.
public struct Style: Hashable, Sendable {
  /// Its name in the screen files.
  public var name: String
  /// Foreground as 0xRRGGBB.
  public var foreground: UInt32
  /// Background as 0xRRGGBB.
  public var background: UInt32
  /// Attributes with colours.
  public var attributes: Attributes
  /// Attributes without colours.
  public var monochrome: Attributes

  /// What a terminal can do to a cell besides colour.
  public struct Attributes: OptionSet, Hashable, Sendable, BitwiseCopyable {
    /// One bit an attribute.
    public let rawValue: UInt8
    @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }
    /// Bold.
    public static let bold = Attributes(rawValue: 1)
    /// Dim; a terminal has no colour for it.
    public static let dim = Attributes(rawValue: 2)
    /// Underlined.
    public static let underline = Attributes(rawValue: 4)
    /// Foreground and background exchanged.
    public static let reverse = Attributes(rawValue: 8)
  }

  /// A style.
  public init(
    name: String, foreground: UInt32, background: UInt32, attributes: Attributes = [], monochrome: Attributes = []
  ) {
    self.name = name
    self.foreground = foreground
    self.background = background
    self.attributes = attributes
    self.monochrome = monochrome
  }
}

/// The few characters that the painter draws by itself, the same in every flow.
public struct Signs: Hashable, Sendable {
  /// Style of the focus marks, an index into `styles`; the same beside every control.
  public var focusStyle: Int32
  /// Style of a screen that lies behind a card, an index into `styles`.
  public var backdropStyle: Int32
  /// Style of the frame of a card, an index into `styles`.
  public var borderStyle: Int32
  /// Text of the notice under the smallest size, with values `needed_columns`, `needed_rows`, `have_columns` and
  /// `have_rows`; an index into `texts`.
  public var tooSmallText: Int32
  /// Index of the variable `have_columns`, which `have_rows` follows; −1 in a flow that has neither.
  public var haveColumns: Int32

  /// Signs with these indices.
  public init(
    focusStyle: Int32 = 0, backdropStyle: Int32 = 0, borderStyle: Int32 = 0, tooSmallText: Int32 = 0,
    haveColumns: Int32 = -1
  ) {
    self.focusStyle = focusStyle
    self.backdropStyle = backdropStyle
    self.borderStyle = borderStyle
    self.tooSmallText = tooSmallText
    self.haveColumns = haveColumns
  }
}

/// What the linear presentation says of its own accord: indices into `FlowDefinition.texts`.
public struct LinearTexts: Hashable, Sendable {
  /// The entry of a switch that is unset, off and on, for example `switch [On]`; always three.
  public var switches: [Int32]
  /// Asks for a number.
  public var ask: Int32
  /// Asks for a number where Enter alone is an answer too; the number of that answer follows it.
  public var askDefault: Int32
  /// The entry with number 0 that stops the session, where the stop key is shown.
  public var stop: Int32
  /// What is said of blanks; nil in a flow that has none.
  public var blanks: BlankTexts?

  /// Texts with these indices.
  ///
  /// - Precondition: there are three texts of switches.
  public init(switches: [Int32], ask: Int32, askDefault: Int32, stop: Int32) {
    precondition(switches.count == 3, "a switch is unset, off or on")
    self.switches = switches
    self.ask = ask
    self.askDefault = askDefault
    self.stop = stop
    blanks = nil
  }
}

/// How a session is stopped by the person in it: never an answer to what is on the screen.
public struct StopRule: Hashable, Sendable {
  /// The key, the same on every screen.
  public var key: Key
  /// The screen that asks whether stopping is meant; an index into `screens`.
  public var screen: Int32
  /// What every screen says of the key; an index into `texts`.
  public var legend: Int32

  /// A key and the screen to which it leads.
  public init(key: Key, screen: Int32, legend: Int32) {
    self.key = key
    self.screen = screen
    self.legend = legend
  }
}
