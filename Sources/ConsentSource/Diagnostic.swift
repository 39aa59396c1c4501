/// A place in a source file.
public struct Mark: Hashable, Sendable {
  /// The file as it is named to its author.
  public var file: String
  /// Line, from 1.
  public var line: Int
  /// Column in Unicode scalars, from 1.
  public var column: Int

  /// A place in a file; both numbers count from 1.
  public init(file: String, line: Int = 1, column: Int = 1) {
    self.file = file
    self.line = line
    self.column = column
  }
}

/// Something that is wrong with a source file: where, what, and what to do about it.
public struct Diagnostic: Hashable, Sendable {
  /// Whether it keeps the file from being used.
  public enum Severity: String, Hashable, Sendable {
    case error, warning
  }

  /// Whether it keeps the file from being used.
  public var severity: Severity
  /// Where it is.
  public var mark: Mark
  /// What is wrong, one sentence without a full stop.
  public var message: String
  /// What would put it right, or nil.
  public var hint: String?

  /// Something that is wrong at a place.
  public init(_ severity: Severity = .error, at mark: Mark, _ message: String, hint: String? = nil) {
    self.severity = severity
    self.mark = mark
    self.message = message
    self.hint = hint
  }

  /// The file as it is named to its author.
  public var file: String { mark.file }
  /// Line, from 1.
  public var line: Int { mark.line }
  /// Column in Unicode scalars, from 1.
  public var column: Int { mark.column }

  /// One line: `file:line:column: error: message (hint)`, without control characters.
  public var rendered: String {
    var text = "\(mark.file):\(mark.line):\(mark.column): \(severity.rawValue): \(message)"
    if let hint { text += " (\(hint))" }
    return Diagnostic.printable(text)
  }

  /// A text in which everything that could act on a terminal is replaced by U+FFFD.
  ///
  /// Messages quote what stands in a file, and what stands in a file must never reach a terminal raw.
  public static func printable(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: { ForbiddenScalars.contains($0) || $0 == "\n" || $0 == "\t" }) else {
      return text
    }
    var scalars = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if scalar == "\n" || scalar == "\t" {
        scalars.append(" ")
      } else {
        scalars.append(ForbiddenScalars.contains(scalar) ? "\u{FFFD}" : scalar)
      }
    }
    return String(scalars)
  }
}

extension Diagnostic: CustomStringConvertible {
  /// The one-line rendering.
  public var description: String { rendered }
}

extension [Diagnostic] {
  /// Whether any of them is an error.
  public var hasErrors: Bool { contains { $0.severity == .error } }

  /// In the order of files, lines and columns, each only once.
  public func inReadingOrder() -> [Diagnostic] {
    var seen: Set<Diagnostic> = []
    return filter { seen.insert($0).inserted }.sorted { a, b in
      if a.mark.file != b.mark.file { return a.mark.file < b.mark.file }
      if a.mark.line != b.mark.line { return a.mark.line < b.mark.line }
      if a.mark.column != b.mark.column { return a.mark.column < b.mark.column }
      return a.message < b.message
    }
  }
}

/// Scalars that no source file and no text may hold, because they act on a terminal or hide what is written.
public enum ForbiddenScalars {
  /// Whether it is a control character other than newline and tab, or a bidirectional override or isolate.
  public static func contains(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x0A: false
    case 0x00...0x1F, 0x7F...0x9F: true
    case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true
    // Line and paragraph separators break lines in YAML and nowhere else; a byte-order mark is invisible.
    case 0x2028, 0x2029, 0xFEFF: true
    default: false
    }
  }

  /// How a scalar is named in a message, for example `U+001B (escape)`.
  public static func name(of scalar: Unicode.Scalar) -> String {
    let digits = String(scalar.value, radix: 16, uppercase: true)
    let code = "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    switch scalar.value {
    case 0x00: return code + ", NUL"
    case 0x0D: return code + ", carriage return"
    case 0x1B: return code + ", escape"
    case 0x00...0x1F, 0x7F...0x9F: return code + ", a control character"
    case 0xFEFF: return code + ", a byte-order mark"
    case 0x2028, 0x2029: return code + ", a line separator"
    default: return code + ", a character that changes the direction of text"
    }
  }
}
