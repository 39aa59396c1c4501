import ConsentJournal

extension ChainLink {
  /// What stands before the first link, and for the head of a session that has no journal: 64 zeros.
  public static let zeros = String(repeating: "0", count: 64)

  /// The link of a session that ended: SHA-256 over one line of text, in hexadecimal.
  ///
  /// The line is the link before, the session's number, its slot and its head, separated by single spaces and ended by a
  /// newline.
  ///
  /// - Parameters:
  ///   - previous: the link before, or `zeros` for the first.
  ///   - session: the session's number.
  ///   - slot: the slot that it held when it had ended, or 0.
  ///   - head: the chain's last value in its journal, in hexadecimal.
  public static func link(after previous: String, session: Int, slot: Int, head: String) -> String {
    Digest256(of: Array("\(previous) \(session) \(slot) \(head)\n".utf8)).hex
  }
}
