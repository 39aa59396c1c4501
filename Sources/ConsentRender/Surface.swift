import ConsentModel

/// Where a session is shown and where its events come from: a terminal, a script, an agent or a replay.
public protocol Surface: ~Copyable {
  /// Shows a frame; it stands until the next one.
  mutating func present(_ frame: borrowing Frame) throws

  /// The next event; a `wake` at `until` when nothing came before it.
  ///
  /// - Parameter until: when the session wants to be woken, or nil when it only waits.
  mutating func nextEvent(until: SessionTime?) throws -> Event
}

/// What a frame depends on, besides the flow.
public struct ViewState: Hashable, Sendable {
  /// The screen, an index into the flow's screens.
  public var screen: Int32
  /// The terminal's size.
  public var size: Size
  /// The value of every variable.
  public var values: [Int32]
  /// Which characters of the fields are wide, by `FlowDefinition.fieldRooms`; where it is too short none is.
  public var widths: [UInt64]
  /// The control with the focus, or −1.
  public var focus: Int32
  /// The first visible line of what scrolls.
  public var scroll: Int32
  /// As a full screen or as lines.
  public var presentation: Presentation
  /// Whether every screen says which key stops the session.
  public var showsStop: Bool

  /// A view of a screen.
  public init(
    screen: Int32, size: Size, values: [Int32], widths: [UInt64] = [], focus: Int32 = -1, scroll: Int32 = 0,
    presentation: Presentation = .screen, showsStop: Bool = false
  ) {
    self.screen = screen
    self.size = size
    self.values = values
    self.widths = widths
    self.focus = focus
    self.scroll = scroll
    self.presentation = presentation
    self.showsStop = showsStop
  }
}
