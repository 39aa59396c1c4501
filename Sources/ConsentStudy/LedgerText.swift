import ConsentJournal
import ConsentModel

/// What a participant's id may be.
///
/// Ids come from a lab's list, a recruiter's link or a keyboard, and go to shells, spreadsheets and terminals.
public enum ParticipantID {
  /// The most characters that an id may have.
  public static let maximumLength = 64

  /// What is wrong with an id, in words, or nil when it may be used.
  ///
  /// ASCII letters, digits, `.`, `_`, `-`, `@` and `+`; the first one is a letter, a digit or `_`, because a shell takes
  /// `-` for an option, a spreadsheet `=`, `+`, `-` and `@` for a formula, and a folder hides what begins with a dot. Other
  /// letters are not taken: the same name can be spelled in two ways, and one person would be two.
  public static func problem(in id: String) -> String? {
    guard let first = id.unicodeScalars.first else { return "an id has at least one character" }
    guard id.utf8.count <= maximumLength else { return "an id has at most \(maximumLength) characters" }
    for scalar in id.unicodeScalars where !isAllowed(scalar) {
      let name =
        scalar.isASCII && scalar.value > 0x20 && scalar.value < 0x7F
        ? "`\(scalar)`" : "U+\(String(scalar.value, radix: 16, uppercase: true))"
      return "an id is made of letters a to z, digits, `.`, `_`, `-`, `@` and `+`; not of \(name)"
    }
    guard first == "_" || isLetterOrDigit(first) else { return "an id begins with a letter, a digit or `_`" }
    return nil
  }

  /// Whether an id may contain this character.
  public static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
    isLetterOrDigit(scalar) || "._-@+".unicodeScalars.contains(scalar)
  }

  private static func isLetterOrDigit(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9": true
    default: false
    }
  }
}

extension Act {
  /// The most characters that a name may have.
  public static let maximumName = 64
  /// The most characters that a reason may have.
  public static let maximumReason = 500

  /// Whether the program does it, or the participant through it; only others have to say why.
  public var isOfProgram: Bool { who == "clickwrap" || who == "participant" }

  /// What is wrong with who, why or when, in words, or nil when it may stand in the book.
  ///
  /// - Parameter needsReason: whether a person has to say why.
  public func problem(needsReason: Bool) -> String? {
    if who.isEmpty || who.unicodeScalars.count > Act.maximumName {
      return "the name of who does it has 1 to \(Act.maximumName) characters"
    }
    if why.unicodeScalars.count > Act.maximumReason { return "a reason has at most \(Act.maximumReason) characters" }
    for scalar in (who + why).unicodeScalars where scalar.isActive {
      return "names and reasons are one line of text, without U+\(String(scalar.value, radix: 16, uppercase: true))"
    }
    if needsReason, !isOfProgram, why.allSatisfy(\.isWhitespace) { return "whoever changes a session says why" }
    if LedgerTime.milliseconds(of: at) == nil { return "`\(at)` is no time like 2025-09-28T12:00:00.000Z" }
    return nil
  }
}

/// The wall-clock times of the book, UTC, `2025-09-28T12:00:00.000Z`.
public enum LedgerTime {
  /// Milliseconds since 1970 of a time in that spelling; nil for any other text.
  public static func milliseconds(of text: String) -> Int64? {
    let bytes = Array(text.utf8)
    guard bytes.count == 24, bytes.last == 0x5A, let day = Day(text.prefix(10)) else { return nil }
    for (place, mark) in [(10, "T"), (13, ":"), (16, ":"), (19, ".")] where bytes[place] != mark.utf8.first {
      return nil
    }
    func number(_ range: Range<Int>, below limit: Int) -> Int64? {
      guard bytes[range].allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
      let value = bytes[range].reduce(0) { $0 * 10 + Int($1 - 0x30) }
      return value < limit ? Int64(value) : nil
    }
    guard let hour = number(11..<13, below: 24), let minute = number(14..<16, below: 60),
      let second = number(17..<19, below: 61), let part = number(20..<23, below: 1000)
    else { return nil }
    return ((Int64(day.number) * 24 + hour) * 3600 + minute * 60 + second) * 1000 + part
  }

  /// The day of a time, which is all that is left of it in a tombstone.
  public static func day(of text: String) -> String { String(text.prefix(10)) }
}

extension SessionEntry {
  /// The stages of sessions, for rooms that do not know journals.
  public typealias StageName = Stage

  /// The stage of this name, or nil.
  public static func stage(named name: String) -> Stage? { Stage(rawValue: name) }
}
