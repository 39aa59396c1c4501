/// How a terminal is used.
public struct TerminalOptions: Sendable {
  /// Colours are used; `NO_COLOR` in the environment and terminals without colours win over it.
  public var usesColor = true
  /// Mouse reports are asked for; without them the terminal's own selection works.
  public var usesMouse = true
  /// Ctrl-Z stops the program; otherwise it is a key like any other.
  public var stopsOnControlZ = true
  /// After every new frame the terminal is asked to answer, and the answer's delay becomes an event.
  public var asksForFences = false
  /// Nobody gets past the program to a shell by a key: Ctrl-Z is one like any other, and what would suspend the program
  /// is ignored.
  public var isKiosk = false
  /// For how long an escape waits for the rest of a sequence, in microseconds, 1 ms...10 s; nil: `ESCDELAY`, or 25 ms.
  public var escapeDelayMicroseconds: Int64?

  /// Everything on, but no fences and no kiosk.
  public init() {}
}

/// What was found out about a terminal; it belongs into the header of a journal.
public struct TerminalReport: Hashable, Sendable {
  /// Name of its type, the value of `TERM`.
  public var type: String
  /// How colours are shown.
  public var colors: TerminalColors
  /// Whether the locale's characters are UTF-8; otherwise ASCII stands in.
  public var isUTF8: Bool
  /// Whether mouse reports were switched on.
  public var hasMouse: Bool
  /// Whether reports of the window's focus were switched on; not every terminal sends them then.
  public var reportsFocus: Bool
  /// Whether the terminal is asked to answer after every new frame.
  public var hasFences: Bool
  /// Whether the ways to a shell were closed.
  public var isKiosk: Bool
  /// What it is reached through, as far as that can be told, outermost first: `ssh`, `tmux`, `screen`.
  public var through: [String]
  /// How long a lone escape is waited for, in microseconds.
  public var escapeDelayMicroseconds: Int64

  /// A terminal of which all of this is so.
  public init(
    type: String, colors: TerminalColors, isUTF8: Bool, hasMouse: Bool, reportsFocus: Bool, hasFences: Bool,
    isKiosk: Bool, through: [String], escapeDelayMicroseconds: Int64
  ) {
    self.type = type
    self.colors = colors
    self.isUTF8 = isUTF8
    self.hasMouse = hasMouse
    self.reportsFocus = reportsFocus
    self.hasFences = hasFences
    self.isKiosk = isKiosk
    self.through = through
    self.escapeDelayMicroseconds = escapeDelayMicroseconds
  }
}
