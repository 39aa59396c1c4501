import ConsentModel
import ConsentSource

/// A flow as its files say it, with every name still a name.
struct FlowSpec: Sendable {
  var name: String
  var mark: Mark
  var title = ""
  var names: [String: String] = [:]
  var accounts: [Ref] = []
  var published = Day(number: 0)
  var decision = Day(number: 0)
  var inputGuardMilliseconds = 0
  var entries: [EntrySpec] = []
  var terms: [TermSpec] = []
  var variables: [VariableSpec] = []
  var outcomes: [Ref] = []
  /// Screens of others that a part puts its own in the place of.
  var replaces: [Ref] = []
  var styles: [StyleSpec] = []
  var signs: SignsSpec?
  var linear: LinearSpec?
  var stop: StopSpec?
  var screens: [ScreenSpec] = []
  /// Screens that are not met, because others stand in their place or nothing leads to them from the entry that is
  /// wanted; their texts are no mistakes of the flow.
  var replaced: [ScreenSpec] = []
  /// Screens that a program shows by itself.
  var shownBySelf: [String] = []
  var policy: PolicySpec?
  var factors: [FactorSpec] = []
  var properties: [PropertySpec] = []
}

struct EntrySpec: Sendable {
  var name: Ref
  var screen: Ref
}

struct TermSpec: Sendable {
  var name: Ref
  var kind: Term.Kind
  var control: Ref?
  var elements: [Ref]
}

struct StyleSpec: Sendable {
  var name: Ref
  var style: Style
}

struct LinearSpec: Sendable {
  var switches: [Ref]
  var ask: Ref
  var askDefault: Ref
  var stop: Ref
  /// Texts for blanks: what follows a number of characters, what asks for text, what asks for digits; or none.
  var blanks: [Ref] = []

  var texts: [Ref] { switches + [ask, askDefault, stop] + blanks }
}

struct StopSpec: Sendable {
  var key: Key
  var screen: Ref
  var legend: Ref
}

struct SignsSpec: Sendable {
  var focus: Ref
  var backdrop: Ref
  var border: Ref
  var tooSmall: Ref
}

struct VariableSpec: Sendable {
  var name: Ref
  /// The names of its values; empty for a number.
  var values: [String] = []
  var initial: Ref?
  /// Whether the value is drawn at the start.
  var isDrawn = false
  var number: Int32 = 0
  var bounds: ClosedRange<Int32> = 0...1_000_000
  var derive: Ref?
  var term: Ref?
  var effect: Ref?
  var isActual = true
  var facts: [(fact: Ref, value: Ref)] = []
  var from: Ref?
  var to: [(term: Ref, standing: Ref)] = []
}

struct ScreenSpec: Sendable {
  var name: Ref
  var shape = Screen.Shape.full
  var columns = 300
  var backdrop: Ref?
  var style: Ref?
  var isPrompt = false
  var focusOrder: [Ref] = []
  var focusOrderMark: Mark
  /// nil for none.
  var initialFocus: Ref?
  var onOpen: [BranchSpec] = []
  var onEscape: [BranchSpec] = []
  var keys: [(key: Key, control: Ref)] = []
  var timer: TimerSpec?
  var elements: [ElementSpec] = []
  var links: [ElementSpec] = []
}

struct TimerSpec: Sendable {
  var idleMilliseconds: Int
  var branches: [BranchSpec]
}

struct ElementSpec: Sendable {
  var kind: Schema.Place
  var mark: Mark
  var name: Ref?
  /// The text's key or the variable.
  var main: Ref
  var role: Element.Role?
  var style: Ref?
  var alignment = Element.Alignment.left
  var scale = Element.Scale.normal
  var rows = 1
  var columns = 0
  var when: [ConditionSpec] = []
  var onActivate: [BranchSpec] = []
  var discloses: Disclosures = []
  var isPrivate = false
  var isPresent = true
  /// Three texts, or none.
  var words: [Ref] = []
  var hitsRow = false
  var fromEnd = false
  /// By how much a slider moves.
  var step = 1
  /// What a blank is called among lines.
  var label: Ref?
  /// Elements of a row or scroll, options of a list.
  var children: [ElementSpec] = []

  var isControl: Bool {
    kind == .button || kind == .switch || kind == .link || kind == .list || isBlank
  }

  var isBlank: Bool { Schema.Place.blanks.contains(kind) }

  var hasText: Bool {
    kind == .text || kind == .button || kind == .link || kind == .option
  }
}

struct ConditionSpec: Sendable {
  var variable: Ref
  var test: Test

  enum Test: Sendable {
    case oneOf([Ref])
    case atLeast(Int32)
    case below(Int32)
  }
}

struct BranchSpec: Sendable {
  var when: [ConditionSpec]
  var steps: [StepSpec]
}

struct StepSpec: Sendable {
  var mark: Mark
  var act: Act

  enum Act: Sendable {
    case set(Ref, Ref)
    case add(Ref, Int32)
    /// `agreed`, `declined` or `control`.
    case decide(Ref, Ref)
    case defer_(Ref)
    case reaffirm(Ref)
    case change(Ref)
    case show(Ref)
    case go(Ref)
    case open(Ref)
    case back
    case pass(Int32)
    case end(Ref)
  }
}

struct PolicySpec: Sendable {
  var mark: Mark
  var table: PolicyTable
  var rowMarks: [Mark]
}

struct FactorSpec: Sendable {
  var name: Ref
  var tags: [String] = []
  var baseline: Ref
  var isAssumed = false
  var question: Ref?
  var answers: [Ref] = []
  var levels: [LevelSpec] = []
  var impossible: [ImpossibleSpec] = []
}

struct LevelSpec: Sendable {
  var name: Ref
  var changes: [Change] = []
}

struct ImpossibleSpec: Sendable {
  var mark: Mark
  var other: Ref
  var otherLevels: [Ref]
  var levels: [Ref]
  var why: String
}

/// One property that a level sets.
struct Change: Sendable {
  /// The screen, or nil for the flow.
  var screen: Ref?
  /// The element, variable or entry; nil for the screen or flow itself.
  var target: Ref?
  var property: Ref
  var value: Value

  enum Value: Sendable {
    case flag(Bool)
    case number(Int)
    case ref(Ref?)
    case refs([Ref])
    case alignment(Element.Alignment)
    case scale(Element.Scale)
    case branches([BranchSpec])
    case conditions([ConditionSpec])
    case disclosures(Disclosures)
    case timer(TimerSpec)
    case place(isBefore: Bool, Ref)
    case day(Day)
  }
}
