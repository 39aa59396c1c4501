import ConsentModel
import ConsentRender

/// Something that is shown or recorded less well in a terminal than it could be, and what takes its place.
public enum Degradation: Hashable, Sendable {
  /// Standard input or standard output is not a terminal.
  case notATerminal
  /// Terminfo does not know the type; it is empty when `TERM` is not set.
  case unknownType(String)
  /// The cursor cannot be moved, or nothing can be cleared.
  case noFullScreen(String)
  /// There is no second screen.
  case noAlternateScreen
  /// The cursor cannot be hidden.
  case cursorAlwaysShown
  /// The terminal has no colours.
  case noColors
  /// `NO_COLOR` is set.
  case colorsUnwanted
  /// Only so many colours are used, 8 or 16.
  case fewColors(Int32)
  /// The locale's encoding is not UTF-8.
  case notUTF8(codeset: String)
  /// Mouse, pastes and the window's focus are not reported.
  case noReports
  /// The terminal is too small to show a screen.
  case tooSmall(Size)
  /// The terminal is too small to show everything of a screen at once.
  case scrolls(Size)
  /// tmux waits for the rest of a sequence as well.
  case escapeMayWait
  /// GNU screen hands reports of the window's focus to nobody.
  case focusMayBeMissing
  /// Times have the way through a network in them.
  case timesIncludeNetwork

  /// What is degraded and how, for a person, in one line.
  public var explanation: String {
    switch self {
    case .notATerminal: "standard input or output is not a terminal: no full screen, only the linear presentation"
    case .unknownType(let type):
      type.isEmpty
        ? "TERM is not set: no full screen, only the linear presentation"
        : "terminfo has no description of TERM=\(type): no full screen, only the linear presentation"
    case .noFullScreen(let type):
      "TERM=\(type) cannot move its cursor or be cleared: no full screen, only the linear presentation"
    case .noAlternateScreen: "no alternate screen: the last frame stays where it was shown, above the shell's prompt"
    case .cursorAlwaysShown: "the cursor cannot be hidden: it is seen where no control has the focus, too"
    case .noColors: "no colours: bold, dim, underlined and reversed text takes their place"
    case .colorsUnwanted: "NO_COLOR is set: bold, dim, underlined and reversed text takes the place of colours"
    case .fewColors(let count): "\(count) colours: each declared colour becomes the nearest of them"
    case .notUTF8(let codeset):
      "the locale's encoding is \(codeset), not UTF-8: ASCII stands in for every other character"
    case .noReports: "no reports: the mouse does nothing, pastes arrive as keys, the window's focus is not recorded"
    case .tooSmall(let size):
      "\(size.columns)x\(size.rows) is too small: a notice is shown until there are "
        + "\(Painter.smallest.columns)x\(Painter.smallest.rows)"
    case .scrolls(let size):
      "\(size.columns)x\(size.rows): parts of screens scroll; at "
        + "\(Size.standard.columns)x\(Size.standard.rows) everything is shown at once"
    case .escapeMayWait:
      "tmux may hold a lone Esc back (its option escape-time): it is recorded later than it was pressed"
    case .focusMayBeMissing:
      "GNU screen and older multiplexers do not pass on the window's focus: it may be missing from the journal"
    case .timesIncludeNetwork: "reached through ssh: the times of keys include the network"
    }
  }
}

extension TerminalProbe {
  /// What is degraded in this terminal; empty when everything is as it should be.
  ///
  /// Where there is no full screen, what would be degraded on one is left out.
  public var degradations: [Degradation] {
    var list: [Degradation] = []
    let isTerminal = isInputTerminal && isOutputTerminal
    if !isTerminal { list.append(.notATerminal) }
    if let capabilities {
      if !capabilities.canMoveCursor || !capabilities.canClear {
        list.append(.noFullScreen(type))
      } else if isTerminal {
        list += onScreen(capabilities)
      }
    } else {
      list.append(.unknownType(type))
    }
    if codeset != "UTF-8" { list.append(.notUTF8(codeset: codeset)) }
    if through.contains("tmux") { list.append(.escapeMayWait) }
    if through.contains("screen") { list.append(.focusMayBeMissing) }
    if through.contains("ssh") { list.append(.timesIncludeNetwork) }
    return list
  }

  private func onScreen(_ capabilities: Capabilities) -> [Degradation] {
    var list: [Degradation] = []
    if let size {
      if size.columns < Painter.smallest.columns || size.rows < Painter.smallest.rows {
        list.append(.tooSmall(size))
      } else if size.columns < Size.standard.columns || size.rows < Size.standard.rows {
        list.append(.scrolls(size))
      }
    }
    if !capabilities.hasAlternateScreen { list.append(.noAlternateScreen) }
    if !capabilities.canHideCursor { list.append(.cursorAlwaysShown) }
    let colors = TerminalColors(count: capabilities.colors, isDirect: capabilities.isDirect)
    let isUnwanted = !(value(of: "NO_COLOR") ?? "").isEmpty
    switch colors {
    case .none: list.append(.noColors)
    case .eight, .sixteen: list.append(isUnwanted ? .colorsUnwanted : .fewColors(colors.rawValue))
    case .indexed, .direct: if isUnwanted { list.append(.colorsUnwanted) }
    }
    if !capabilities.hasMouse { list.append(.noReports) }
    return list
  }
}
