/// One screen of a flow: what stands on it, in which order it is reached by Tab, and what its keys do.
public struct Screen: Hashable, Sendable {
  /// Its name, the name of its file.
  public var name: String
  /// Whether it fills the terminal or lies on a card.
  public var shape: Shape
  /// The screen that is seen, dimmed, behind a card; an index into `screens`, or −1.
  public var backdrop: Int32
  /// Widest width of a card or of the content of a full screen, border included, in columns; 20...300.
  public var maximumColumns: Int16
  /// Style of its ground, an index into `styles`.
  public var style: Int32
  /// Its elements from top to bottom.
  public var children: [Int32]
  /// Its controls in the order of Tab.
  public var focusOrder: [Int32]
  /// The control that has the focus when the screen opens, or −1 for none.
  public var initialFocus: Int32
  /// Whether opening it asks for a decision: it counts as a prompt, and the input guard runs from its first frame.
  public var isPrompt: Bool
  /// What happens when it is opened (not when one comes back to it).
  public var onOpen: [Branch]
  /// What the escape key does.
  public var onEscape: [Branch]
  /// Other keys that act on this screen.
  public var keys: [KeyBinding]
  /// When the screen wakes by itself after it was opened, or nil.
  public var timer: Timer?

  /// Fills the terminal, or lies on a bordered card.
  public enum Shape: UInt8, CaseIterable, Sendable, BitwiseCopyable {
    case full, card
  }

  /// A key that acts on one screen.
  public struct KeyBinding: Hashable, Sendable {
    /// The key.
    public var key: Key
    /// The control it activates, an index into `elements`.
    public var element: Int32
    /// A key that activates a control.
    public init(key: Key, element: Int32) {
      self.key = key
      self.element = element
    }
  }

  /// An act of the screen itself after some time without a key.
  public struct Timer: Hashable, Sendable {
    /// Idle time in microseconds: it runs from the opening and again from every key or click, 1 ms...1 h.
    public var idleMicroseconds: Int64
    /// What happens then.
    public var branches: [Branch]
    /// An act after an idle time.
    public init(idleMicroseconds: Int64, branches: [Branch]) {
      self.idleMicroseconds = idleMicroseconds
      self.branches = branches
    }
  }

  /// An empty screen.
  public init(name: String, shape: Shape = .full) {
    self.name = name
    self.shape = shape
    backdrop = -1
    maximumColumns = 300
    style = 0
    children = []
    focusOrder = []
    initialFocus = -1
    isPrompt = false
    onOpen = []
    onEscape = []
    keys = []
    timer = nil
  }
}

/// One thing on a screen.
public struct Element: Hashable, Sendable {
  /// Its name, unique on its screen; empty when nothing refers to it.
  public var name: String
  /// The screen it belongs to, an index into `screens`.
  public var screen: Int32
  /// What it is.
  public var kind: Kind
  /// What it means to the person; agents and the audit read it.
  public var role: Role
  /// Its style, an index into `styles`.
  public var style: Int32
  /// Where it sits in its line.
  public var alignment: Alignment
  /// Height of its letters.
  public var scale: Scale
  /// Rows of a button, 1...5, or of a field, 1...12; lines of a gap.
  public var rows: Int16
  /// Columns of a button: 0 as wide as its label needs, −1 the whole line; of a slider: 0 or −1 the whole line.
  public var columns: Int16
  /// It is on the screen only while all of these hold.
  public var when: [Condition]
  /// What activating it does: the first branch that holds.
  public var onActivate: [Branch]
  /// Which of the eight disclosures it makes.
  public var discloses: Disclosures
  /// Whether what is typed into it or chosen in it is private.
  public var isPrivate: Bool

  /// What an element is.
  public enum Kind: Hashable, Sendable {
    /// A paragraph; an index into `texts`.
    case text(Int32)
    /// Empty lines, `rows` of them.
    case gap
    /// A line across.
    case rule
    /// A button with a label.
    case button(label: Int32)
    /// A switch for a variable whose values are 0 unset, 1 off, 2 on. `words` are the texts beside it for unset,
    /// off and on, or none; `hitsRow` says that a click anywhere in its row operates it.
    case toggle(variable: Int32, words: [Int32], hitsRow: Bool)
    /// A control inside a paragraph or in a line of its own.
    case link(label: Int32)
    /// A numbered list; the variable holds the row of its cursor, from 0; the children are options.
    case list(variable: Int32, options: [Int32])
    /// A row of a list.
    case option(label: Int32)
    /// Elements side by side.
    case row([Int32])
    /// Elements that scroll when they are taller than the room that is left; `fromEnd` shows the end first.
    case scroll([Int32], fromEnd: Bool)
    /// A field for private text, `rows` high; the variable is the number of its characters. `label` is what it is called
    /// where it stands in a line of its own, an index into `texts`, or −1; so it is for the next two.
    case field(variable: Int32, label: Int32)
    /// A whole number that is typed, 0 up to the variable's upper bound; −1 is none.
    case number(variable: Int32, label: Int32)
    /// A point on a track, 0 up to the variable's upper bound, which moves by `step`; −1 is none.
    case slider(variable: Int32, step: Int32, label: Int32)
  }

  /// What an element means to the person who meets it.
  public enum Role: UInt8, CaseIterable, Sendable, BitwiseCopyable {
    case heading, text, smallPrint, notice
    case accept, decline, deferral, choice, link, other
    case message
    case answer
    /// What it says of keys; the linear presentation, which has none of them, leaves it out.
    case legend
  }

  /// Where an element sits in its line.
  public enum Alignment: UInt8, CaseIterable, Sendable, BitwiseCopyable {
    case left, center, right, spread
  }

  /// Height of the letters: one row, or several.
  public enum Scale: UInt8, CaseIterable, Sendable, BitwiseCopyable {
    case normal, large
  }

  /// An element of a kind with everything else at its default.
  public init(name: String = "", screen: Int32, kind: Kind) {
    self.name = name
    self.screen = screen
    self.kind = kind
    role = .text
    style = 0
    alignment = .left
    scale = .normal
    rows = 1
    columns = 0
    when = []
    onActivate = []
    discloses = []
    isPrivate = false
  }

  /// Whether it can take the focus or be clicked.
  @inlinable public var isControl: Bool {
    switch kind {
    case .button, .toggle, .link, .list, .field, .number, .slider: true
    case .text, .gap, .rule, .option, .row, .scroll: false
    }
  }
}

/// The eight things that a deciding layer has to tell (rule R20).
public struct Disclosures: OptionSet, Hashable, Sendable, BitwiseCopyable {
  /// One bit a disclosure, in the order of `names`.
  public let rawValue: UInt8
  @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }
  /// Who decides over the data.
  public static let controller = Disclosures(rawValue: 1)
  /// What it is used for.
  public static let purpose = Disclosures(rawValue: 2)
  /// How long it was kept until now.
  public static let oldRetention = Disclosures(rawValue: 4)
  /// How long it would be kept from now on.
  public static let newRetention = Disclosures(rawValue: 8)
  /// Which data.
  public static let scope = Disclosures(rawValue: 16)
  /// How to withdraw.
  public static let withdrawal = Disclosures(rawValue: 32)
  /// What withdrawing does not undo.
  public static let withdrawalLimits = Disclosures(rawValue: 64)
  /// What follows from refusing.
  public static let refusal = Disclosures(rawValue: 128)

  /// The names in the screen files, in bit order.
  public static let names = [
    "controller", "purpose", "old_retention", "new_retention", "scope", "withdrawal", "withdrawal_limits", "refusal",
  ]
}

/// Something that holds or does not: a variable compared with a number or a set of small values.
public struct Condition: Hashable, Sendable, BitwiseCopyable {
  /// Index into `variables`.
  public var variable: Int32
  /// The comparison.
  public var test: Test

  /// A comparison of a variable's value.
  public enum Test: Hashable, Sendable, BitwiseCopyable {
    /// The value, 0...63, is one of the set bits.
    case isIn(UInt64)
    /// The value is this or more.
    case atLeast(Int32)
    /// The value is less than this.
    case below(Int32)
  }

  /// A comparison of a variable's value.
  @inlinable public init(variable: Int32, _ test: Test) {
    self.variable = variable
    self.test = test
  }

  /// Whether it holds for these values.
  @inlinable public func holds(_ values: borrowing [Int32]) -> Bool {
    let value = values[Int(variable)]
    switch test {
    case .isIn(let mask): return value >= 0 && value < 64 && mask >> UInt64(value) & 1 == 1
    case .atLeast(let bound): return value >= bound
    case .below(let bound): return value < bound
    }
  }
}

/// Steps that are taken when all conditions hold; of several branches the first that holds is taken.
public struct Branch: Hashable, Sendable {
  /// All of these must hold; none means always.
  public var when: [Condition]
  /// What is done, in order.
  public var steps: [Step]

  /// Steps under conditions.
  public init(when: [Condition] = [], steps: [Step]) {
    self.when = when
    self.steps = steps
  }
}

/// One thing that a flow can do.
public enum Step: Hashable, Sendable, BitwiseCopyable {
  /// A variable gets a value.
  case set(variable: Int32, value: Int32)
  /// A number is added to a variable, within its bounds.
  case add(variable: Int32, amount: Int32)
  /// The person decides a term: it stands as the constant says.
  case decide(term: Int32, standing: Standing)
  /// The person decides a term: it stands as its own control, a switch, shows (2 on: agreed, 1 off: declined).
  case decideFromControl(term: Int32)
  /// The person puts the decision off.
  case defer_(term: Int32)
  /// A separate question confirms a preset (provenance `preset-confirmed`).
  case reaffirm(term: Int32)
  /// A term that was decided before is changed, in the settings for example, to what its own control shows.
  case changeFromControl(term: Int32)
  /// The control of a term shows how the term stands now.
  case showStanding(term: Int32)
  /// Another screen takes the place of this one.
  case go(screen: Int32)
  /// Another screen lies on top of this one.
  case open(screen: Int32)
  /// The screen below comes back.
  case back
  /// The simulated date moves on by so many days, 1...366.
  case pass(days: Int32)
  /// The session ends: an index into `outcomes`.
  case end(outcome: Int32)
}

/// How a term stands.
public enum Standing: UInt8, CaseIterable, Sendable, BitwiseCopyable {
  /// Nothing was decided.
  case undecided
  /// The decision was put off.
  case deferred
  /// Accepted, or allowed.
  case agreed
  /// Not allowed.
  case declined
}

/// A thing that a session can agree to: terms, or an optional purpose.
public struct Term: Hashable, Sendable {
  /// Its name.
  public var name: String
  /// Terms of a contract, or an optional purpose.
  public var kind: Kind
  /// The variable of the switch that controls it (0 unset, 1 off, 2 on), or −1 when it has none.
  public var control: Int32
  /// The elements that show the control, indices into `elements`.
  public var elements: [Int32]

  /// Terms of a contract, or an optional purpose.
  public enum Kind: UInt8, CaseIterable, Sendable, BitwiseCopyable {
    case terms, purpose
  }

  /// A thing that a session can agree to.
  public init(name: String, kind: Kind, control: Int32 = -1, elements: [Int32] = []) {
    self.name = name
    self.kind = kind
    self.control = control
    self.elements = elements
  }
}

/// A named value of a session: the flow's own, or one that the engine derives from what happened.
public struct Variable: Hashable, Sendable {
  /// Its name.
  public var name: String
  /// The names of its values, in order from 0; empty for a number.
  public var values: [String]
  /// Its first value.
  public var initial: Int32
  /// The smallest and largest value of a number that `add` may reach.
  public var bounds: ClosedRange<Int32>
  /// Where its value comes from.
  public var source: Source

  /// Where a variable's value comes from.
  public enum Source: Hashable, Sendable {
    /// Steps set it.
    case steps
    /// Index of the session's account.
    case account
    /// Index of the session's entry.
    case entry
    /// How the session is presented: 0 as a full screen, 1 as lines.
    case presentation
    /// The simulated date, as a day number.
    case date
    /// 0 before the decision date, 1 on and after it.
    case phase
    /// Days from the simulated date to the decision date; negative after it.
    case daysLeft
    /// How often the person was prompted.
    case prompts
    /// Days since the last prompt; 9999 before the first.
    case daysSincePrompt
    /// How a term stands, as `Standing`.
    case standing(term: Int32)
    /// How a term came to stand so, as `Provenance`.
    case provenance(term: Int32)
    /// What was chosen: 0 none, 1 deferred, 2 on, 3 off, 4 on and then off.
    case choice(term: Int32)
    /// Milliseconds for which any of a term's controls was on screen before the decision.
    case onScreenMilliseconds(term: Int32)
    /// Milliseconds for which any of a term's controls had the focus before the decision.
    case focusedMilliseconds(term: Int32)
    /// How often a term's control was operated before the decision.
    case operations(term: Int32)
    /// Milliseconds from the prompt's frame to the decision.
    case latencyMilliseconds(term: Int32)
    /// 1 when the decision came so soon that it may be an accident, otherwise 0.
    case possiblyAccidental(term: Int32)
    /// What the policy says: the case is given by the facts; `effect` is an index into its effects.
    case policy(facts: [PolicyFactSource], effect: Int32, isActual: Bool)
    /// A number that is found when the flow is compiled: `initial`.
    case compiled
    /// A number in `0..<bound` drawn at the start from the session's seed and the variable's index.
    case drawn(bound: Int32)
  }

  /// A variable.
  public init(
    name: String, values: [String] = [], initial: Int32 = 0, bounds: ClosedRange<Int32> = 0...1_000_000,
    source: Source = .steps
  ) {
    self.name = name
    self.values = values
    self.initial = initial
    self.bounds = bounds
    self.source = source
  }
}

/// Where the value of a policy's fact comes from.
public enum PolicyFactSource: Hashable, Sendable, BitwiseCopyable {
  /// A value that is given.
  case constant(Int32)
  /// The value of a variable.
  case variable(Int32)
}

/// The policy as plain data: first row that matches, stated effect and actual effect apart.
public struct PolicyTable: Hashable, Sendable {
  /// What a case is described by, each with its possible values.
  public var facts: [Column]
  /// What follows, each with its possible values.
  public var effects: [Column]
  /// The rows, tried from the first.
  public var rows: [Row]

  /// A name and its possible values, at most 64.
  public struct Column: Hashable, Sendable {
    /// Its name.
    public var name: String
    /// Its possible values.
    public var values: [String]
    /// A name and its possible values.
    public init(name: String, values: [String]) {
      self.name = name
      self.values = values
    }
  }

  /// One case and what follows from it.
  public struct Row: Hashable, Sendable {
    /// Name of the case.
    public var name: String
    /// For every fact the set of values that match, one bit a value.
    public var when: [UInt64]
    /// For every effect what the person is told, an index into its values.
    public var stated: [UInt8]
    /// For every effect what is done, an index into its values.
    public var actual: [UInt8]
    /// One case and what follows from it.
    public init(name: String, when: [UInt64], stated: [UInt8], actual: [UInt8]) {
      self.name = name
      self.when = when
      self.stated = stated
      self.actual = actual
    }
  }

  /// A table.
  public init(facts: [Column], effects: [Column], rows: [Row]) {
    self.facts = facts
    self.effects = effects
    self.rows = rows
  }
}
