import ConsentModel
import ConsentRender

/// Everything that a session is at one moment; plain data, moved only by `FlowEngine.step`.
public struct FlowState: Sendable {
  /// What the next frame depends on: screen, size, values, focus and scroll.
  public internal(set) var view: ViewState
  /// What the session was given at its start.
  public internal(set) var inputs: SessionInputs
  /// The moment of the last event.
  public internal(set) var now = SessionTime.zero
  /// The simulated date.
  public internal(set) var date: Day
  /// The screens that lie on each other, the current one last; never empty, no screen twice.
  public internal(set) var stack: [Place]
  /// How often the participant was prompted.
  public internal(set) var prompts: Int32 = 0
  /// How many events came.
  public internal(set) var eventCount: Int32 = 0
  /// Index of the outcome with which the flow ended, or nil.
  public internal(set) var outcome: Int32?
  /// Why the session was left from outside the flow, or nil.
  public internal(set) var leave: LeaveReason?
  /// Whether the session is over; every further event is a miss.
  public internal(set) var isOver = false
  /// When the session wants to be woken, or nil.
  public internal(set) var wakeAt: SessionTime?
  /// Digest of the frame that is shown; whoever drives the machine sets it after each frame, and a decision keeps it.
  public var lastFrameDigest: UInt64 = 0

  /// A screen in the stack, with the focus and the scroll line that it had when another came over it.
  public struct Place: Hashable, Sendable, BitwiseCopyable {
    /// Index of the screen.
    public var screen: Int32
    /// The control that had the focus, or −1.
    public var focus: Int32
    /// The first visible line.
    public var scroll: Int32
  }

  /// What is counted for a term until it is decided, and what was decided.
  struct TermState: Sendable, BitwiseCopyable {
    var agreement = TermAgreement()
    var preset: Int32 = -1
    var operations: Int32 = 0
    var isReaffirmed = false
    var onScreen: Int64 = 0
    var focused: Int64 = 0
    /// How much of its control was visible in the prompt's first frame, 0...255, or −1.
    var shareAtPrompt: Int16 = -1
  }

  /// What the machine reads of the layout, kept so that a key that moves nothing needs no layout.
  struct Geometry: Sendable, BitwiseCopyable {
    var maximumScroll: Int32 = 0
    var pageRows: Int32 = 1
    var isTooSmall = false
    var isFallback = false
    var startsAtEnd = false
  }

  var terms: [TermState]
  /// Without the stretch that runs at the moment; `FlowEngine.agreement` adds it.
  var exposures: [Exposure]
  /// The elements that can be seen, since `settledAt`.
  var visible: [Int32]
  var visibleTerms: UInt64 = 0
  var visibleScroll: Int32 = 0
  /// Microseconds that count: all but those for which the program was stopped.
  var clock: Int64 = 0
  var settledAt: Int64 = 0
  /// The control whose focus counts, and since when on `clock`.
  var exposedFocus: Int32 = -1
  var focusedAt: Int64 = 0
  var geometry = Geometry()
  var promptAt = SessionTime.zero
  /// Since when the input guard runs: the prompt's opening, or a resumption after it.
  var guardedAt = SessionTime.zero
  var promptDay: Int32 = 0
  var promptScreen: Int32 = -1
  var openings: Int32 = 0
  var hops: Int32 = 0
  var isSuspended = false
  var isLayoutStale = true
  var stale = FlowTables.Stale.all
  var areValuesChanged = true
  var isFocusMoved = false
  var isVisibleStale = true
  /// Whether the next frame is the first of a screen that was opened.
  var isFreshlyOpened = false
  /// Whether the present event had been typed before the frame that it acts on was there.
  var isAnticipatory = false
  /// For every field whether what was typed into it was lost with the process that knew it.
  var isLost: [Bool]
  /// Whether any was.
  var hasLostFields = false
  /// Whether the question of the stop key was answered by stopping.
  var hasStopped = false
  /// An exploration needs no exposure.
  var keepsExposure = true

  /// Room for a session of a flow; `FlowEngine.restart` fills it.
  ///
  /// - Parameter rooms: the flow's, which take a walk over all elements to find.
  init(_ flow: FlowDefinition, rooms: ContiguousArray<FieldRoom>, inputs: SessionInputs) {
    self.inputs = inputs
    date = inputs.date
    let words = rooms.last.map { Int($0.firstWord + $0.words) } ?? 0
    view = ViewState(
      screen: 0, size: inputs.size, values: Array(repeating: 0, count: flow.variables.count),
      widths: Array(repeating: 0, count: words))
    isLost = Array(repeating: false, count: rooms.count)
    stack = []
    stack.reserveCapacity(flow.screens.count)
    terms = Array(repeating: TermState(), count: flow.terms.count)
    exposures = Array(repeating: Exposure(), count: flow.elements.count)
    visible = []
    visible.reserveCapacity(flow.elements.count)
  }
}

extension FlowState {
  /// Whether anything was decided or put off.
  public var isDecided: Bool { terms.contains { $0.agreement.standing != .undecided } }

  /// Whether the terminal is too small for the screen, which then says only that.
  public var isTooSmall: Bool { geometry.isTooSmall }

  /// How a term stands now, by its index.
  public func standing(of term: Int) -> Standing { terms[term].agreement.standing }

  /// Whether a term was agreed to once and then switched off.
  public func wasWithdrawn(_ term: Int) -> Bool { terms[term].agreement.wasWithdrawn }

  /// Whether a decision may be an accident: it came too soon, or was typed before its frame was there.
  public var hasDoubtfulDecision: Bool {
    terms.contains { $0.agreement.isPossiblyAccidental || $0.agreement.isAnticipatory }
  }
}

/// What a step reports; its room is used again.
public struct Outbox: Sendable {
  /// The records of the last step, in order.
  public internal(set) var records: [LogRecord] = []

  /// An empty one.
  public init() { records.reserveCapacity(64) }

  @inline(__always)
  mutating func append(_ record: LogRecord) { records.append(record) }
}
