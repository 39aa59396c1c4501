import CNcurses
import ConsentModel
import Glibc

/// What can be found out about the terminal without opening a screen on it.
public struct TerminalProbe: Hashable, Sendable {
  /// A variable of the environment and its value.
  public struct Variable: Hashable, Sendable {
    /// Its name.
    public var name: String
    /// Its value, or nil when it is not set.
    public var value: String?

    /// A variable.
    public init(_ name: String, _ value: String?) {
      self.name = name
      self.value = value
    }
  }

  /// What terminfo says of the type.
  public struct Capabilities: Hashable, Sendable {
    /// Its cursor can be moved (`cup`).
    public var canMoveCursor: Bool
    /// It can be cleared (`clear`).
    public var canClear: Bool
    /// It has a second screen to show things on (`smcup`, `rmcup`).
    public var hasAlternateScreen: Bool
    /// Its cursor can be hidden (`civis`).
    public var canHideCursor: Bool
    /// It reports the mouse (`kmous`).
    public var hasMouse: Bool
    /// How many colours it has, 0 for none.
    public var colors: Int32
    /// A colour's number is 0xRRGGBB (`RGB`).
    public var isDirect: Bool

    /// What a terminal like xterm with 256 colours can do.
    public init(
      canMoveCursor: Bool = true, canClear: Bool = true, hasAlternateScreen: Bool = true, canHideCursor: Bool = true,
      hasMouse: Bool = true, colors: Int32 = 256, isDirect: Bool = false
    ) {
      self.canMoveCursor = canMoveCursor
      self.canClear = canClear
      self.hasAlternateScreen = hasAlternateScreen
      self.canHideCursor = canHideCursor
      self.hasMouse = hasMouse
      self.colors = colors
      self.isDirect = isDirect
    }
  }

  /// Whether standard input is a terminal.
  public var isInputTerminal: Bool
  /// Whether standard output is a terminal.
  public var isOutputTerminal: Bool
  /// The value of `TERM`, empty when it is not set.
  public var type: String
  /// What terminfo says of the type, or nil when it knows nothing.
  public var capabilities: Capabilities?
  /// The size as the kernel knows it, or nil when it does not.
  public var size: Size?
  /// The name of the locale's encoding, for example `UTF-8`.
  public var codeset: String
  /// The variables that say which locale it is, the first that is set wins: `LC_ALL`, `LC_CTYPE`, `LANG`.
  public var locale: [Variable]
  /// The other variables that matter here.
  public var environment: [Variable]
  /// What the terminal is reached through, as far as that can be told, outermost first: `ssh`, `tmux`, `screen`.
  public var through: [String]

  /// Names of the variables of `locale`.
  public static let localeNames = ["LC_ALL", "LC_CTYPE", "LANG"]
  /// Names of the variables of `environment`.
  public static let environmentNames = [
    "NO_COLOR", "COLORTERM", "LINES", "COLUMNS", "ESCDELAY", "TERMINFO", "SSH_CONNECTION", "SSH_TTY", "TMUX", "STY",
  ]

  /// A terminal like xterm in a UTF-8 locale; every fact can be changed afterwards.
  public init(type: String = "xterm-256color", size: Size? = .standard) {
    isInputTerminal = true
    isOutputTerminal = true
    self.type = type
    capabilities = Capabilities()
    self.size = size
    codeset = "UTF-8"
    locale = TerminalProbe.localeNames.map { Variable($0, nil) }
    environment = TerminalProbe.environmentNames.map { Variable($0, nil) }
    through = []
  }

  /// Asks the process's own terminal, the kernel, terminfo, the locale and the environment; sends nothing to the terminal.
  ///
  /// Not while a `TerminalSurface` is open.
  public static func ask() -> TerminalProbe {
    var probe = TerminalProbe(type: Surroundings.value("TERM") ?? "", size: nil)
    probe.isInputTerminal = isatty(STDIN_FILENO) == 1
    probe.isOutputTerminal = isatty(STDOUT_FILENO) == 1
    var found = cn_probed()
    probe.capabilities = cn_probe(&found) ? Capabilities(found) : nil
    var columns: Int32 = 0
    var rows: Int32 = 0
    if cn_window_size(&columns, &rows) { probe.size = Size(columns: Int(columns), rows: Int(rows)) }
    var name = [CChar](repeating: 0, count: 64)
    cn_codeset(&name, Int32(name.count))
    probe.codeset = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    probe.locale = localeNames.map { Variable($0, Surroundings.value($0)) }
    probe.environment = environmentNames.map { Variable($0, Surroundings.value($0)) }
    probe.through = Surroundings.through(Surroundings.value)
    return probe
  }

  /// The value of a variable of `environment`, or nil when it is not set.
  public func value(of name: String) -> String? { environment.first { $0.name == name }?.value }
}

extension TerminalProbe.Capabilities {
  init(_ found: cn_probed) {
    self.init(
      canMoveCursor: found.can_move_cursor, canClear: found.can_clear, hasAlternateScreen: found.has_alternate_screen,
      canHideCursor: found.can_hide_cursor, hasMouse: found.has_mouse, colors: found.colors, isDirect: found.is_direct)
  }
}
