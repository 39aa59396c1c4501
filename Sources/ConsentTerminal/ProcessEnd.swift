import CNcurses

/// How the program ends when a signal ended its session.
public enum ProcessEnd {
  /// Ends the process by a signal as if it had never been caught, so that whoever waits for it sees 128 + number.
  ///
  /// Call it when everything is closed; nothing of the program runs after it.
  public static func die(by signal: Int32) {
    cn_die(signal)
  }
}
