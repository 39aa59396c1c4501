import Glibc

/// What the environment of the process says about the terminal.
enum Surroundings {
  /// The value of a variable of the environment, or nil when it is not set.
  static func value(_ name: String) -> String? {
    guard let value = getenv(name) else { return nil }
    return String(cString: value)
  }

  /// What the terminal is reached through, outermost first as far as that can be told.
  ///
  /// A multiplexer that runs on this side of a connection leaves its own variables; one on the other side leaves only the
  /// type of terminal, for that is all that a connection carries.
  /// - Parameter lookup: answers a variable of the environment by its name.
  static func through(_ lookup: (String) -> String?) -> [String] {
    func isSet(_ name: String) -> Bool { !(lookup(name) ?? "").isEmpty }
    let type = lookup("TERM") ?? ""
    let isRemote = isSet("SSH_CONNECTION") || isSet("SSH_TTY")
    // tmux calls its terminals screen as well.
    let isTmux = isSet("TMUX") || type.hasPrefix("tmux")
    let isScreen = isSet("STY") || type.hasPrefix("screen") && !isSet("TMUX")
    let isInnerTmux = isTmux && isSet("TMUX")
    let isInnerScreen = isScreen && isSet("STY")
    var through: [String] = []
    if isTmux && !isInnerTmux { through.append("tmux") }
    if isScreen && !isInnerScreen { through.append("screen") }
    if isRemote { through.append("ssh") }
    var inner: [String] = []
    if isInnerTmux { inner.append("tmux") }
    if isInnerScreen { inner.append("screen") }
    // Of two here, the one that names the terminal is the inner one.
    if type.hasPrefix("tmux") { inner.reverse() }
    return through + inner
  }
}
