/// One thing that reached a session, and when; nothing else ever reaches one.
public struct Event: Hashable, Sendable, BitwiseCopyable {
  /// When the surface read it, since the start of the session.
  public var at: SessionTime
  /// What it was.
  public var input: Input
  /// Whether it had been typed before the frame that it acts on was there; only a surface knows.
  public var isAnticipatory: Bool

  /// An event at a moment.
  @inlinable public init(at: SessionTime, _ input: Input, isAnticipatory: Bool = false) {
    self.at = at
    self.input = input
    self.isAnticipatory = isAnticipatory
  }
}

/// Everything that can reach a session: a closed set, all of it present from the first version on.
public enum Input: Hashable, Sendable, BitwiseCopyable {
  /// A key was pressed.
  case key(Key)
  /// The mouse did something at a cell.
  case mouse(Mouse)
  /// Text was pasted; only its length in characters and lines is kept, and it never presses anything.
  case paste(characters: Int32, lines: Int32)
  /// The terminal has a new size.
  case resize(Size)
  /// The moment that the session asked to be woken at has come.
  case wake
  /// The terminal window gained (true) or lost (false) the focus.
  case terminalFocus(Bool)
  /// The program is about to be stopped by job control.
  case suspended
  /// The program goes on after a stop; `droppedKeys` were typed meanwhile and lost.
  case continued(droppedKeys: Int32)
  /// The terminal answered a cursor-position query sent after a frame, after so many microseconds.
  case fence(replyMicroseconds: Int64)
  /// A sequence that nothing could decode, of so many bytes; it was swallowed.
  case unknown(bytes: Int32)
  /// A control was chosen by number in the linear presentation: the index of its element.
  case choose(control: Int32)
  /// The session goes on in a new process; the journal's line has the wall-clock time and the terminal's facts.
  case resumed
  /// The participant, the terminal or the system ended the session.
  case leave(LeaveReason)
}

/// What the mouse did, and at which cell.
public struct Mouse: Hashable, Sendable, BitwiseCopyable {
  /// The act; only `press` operates a control.
  public enum Action: UInt8, CaseIterable, Sendable, BitwiseCopyable {
    case press, release, wheelUp, wheelDown
  }
  /// The act.
  public var action: Action
  /// Column of the cell, from 0.
  public var column: Int16
  /// Row of the cell, from 0.
  public var row: Int16

  /// An act at a cell.
  @inlinable public init(_ action: Action, column: Int16, row: Int16) {
    self.action = action
    self.column = column
    self.row = row
  }
}

/// Why a session ended from outside the flow.
public enum LeaveReason: UInt8, CaseIterable, Sendable, BitwiseCopyable {
  /// The stop key, or Ctrl-C, where it leaves at once.
  case stopKey
  /// SIGINT from outside.
  case interrupt
  /// SIGTERM.
  case terminate
  /// SIGHUP: the terminal went away.
  case hangup
  /// SIGQUIT.
  case quit
  /// The input ended.
  case endOfInput
  /// A fault in the program.
  case crash
}

/// Columns and rows of a terminal.
public struct Size: Hashable, Sendable, BitwiseCopyable {
  /// Columns, 1...1000.
  public var columns: Int16
  /// Rows, 1...1000.
  public var rows: Int16

  /// A size; both sides are brought into 1...1000.
  @inlinable public init(columns: Int, rows: Int) {
    self.columns = Int16(min(max(columns, 1), 1000))
    self.rows = Int16(min(max(rows, 1), 1000))
  }

  /// 80 columns and 24 rows.
  public static let standard = Size(columns: 80, rows: 24)
}

/// An event and the digest of the frame that follows it.
public struct Recorded: Hashable, Sendable, BitwiseCopyable {
  /// The event.
  public var event: Event
  /// The digest of the frame that follows the event; the header of a journal holds that of the first frame.
  public var frameDigest: UInt64

  /// An event and the digest of the frame that follows it.
  @inlinable public init(event: Event, frameDigest: UInt64) {
    self.event = event
    self.frameDigest = frameDigest
  }
}

/// How a session is presented; analysed apart, never pooled silently.
public enum Presentation: UInt8, CaseIterable, Sendable, BitwiseCopyable {
  /// A full screen of cells.
  case screen
  /// Lines of text with numbered choices.
  case linear
}

/// What a session is given at its start besides the flow; all of it stands in the journal's header.
public struct SessionInputs: Hashable, Sendable, BitwiseCopyable {
  /// The terminal's size at the start.
  public var size: Size
  /// How the session is presented.
  public var presentation: Presentation
  /// Index into `FlowDefinition.accounts`.
  public var account: UInt8
  /// Index into `FlowDefinition.entries`.
  public var entry: UInt8
  /// The simulated date at the start.
  public var date: Day
  /// Seed of every draw that the session makes.
  public var seed: UInt64
  /// For how long after a prompt's frame keys and clicks are recorded as misses, in microseconds, 0...10 s.
  public var inputGuardMicroseconds: Int32
  /// Whether the stop key and Ctrl-C lead to the flow's own question, as in a study; otherwise they leave at once.
  public var asksBeforeStopping: Bool

  /// The inputs of one session.
  @inlinable public init(
    size: Size = .standard, presentation: Presentation = .screen, account: UInt8 = 0, entry: UInt8 = 0, date: Day,
    seed: UInt64 = 0, inputGuardMicroseconds: Int32, asksBeforeStopping: Bool = false
  ) {
    self.size = size
    self.presentation = presentation
    self.account = account
    self.entry = entry
    self.date = date
    self.seed = seed
    self.inputGuardMicroseconds = inputGuardMicroseconds
    self.asksBeforeStopping = asksBeforeStopping
  }
}
