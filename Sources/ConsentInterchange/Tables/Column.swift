/// A column of a table: the one place that says its name, its form and what it means.
///
/// Headers, codebooks, side files and the check of what was written are all made of it.
public struct Column: Hashable, Sendable {
  /// Its name: small letters, digits and `_`; the unit stands at its end.
  public var name: String
  /// What may stand in it.
  public var form: Form
  /// What it means, in a sentence without a full stop.
  public var meaning: String

  /// What may stand in the cells of a column; every one of them may be missing.
  public enum Form: Hashable, Sendable {
    /// Any text, from wherever; whatever acts on a program that reads it is written otherwise.
    case text
    /// A word of the program or of the screens; these, or any where there are none.
    case word([String])
    /// A whole number.
    case integer
    /// A number with so many digits after the point, 1...9.
    case decimal(digits: Int, unit: String)
    /// 1 or 0; `true` or `false` in JSON.
    case boolean
    /// So many hexadecimal digits.
    case hex(digits: Int)
    /// A date, `YYYY-MM-DD`.
    case day
    /// A wall-clock time, UTC, `2025-09-28T12:00:00.000Z`; only the date where times are coarse.
    case time
  }

  /// A column.
  public init(_ name: String, _ form: Form, _ meaning: String) {
    self.name = name
    self.form = form
    self.meaning = meaning
  }

  /// Milliseconds with the microseconds after the point.
  static func milliseconds(_ name: String, _ meaning: String) -> Column {
    Column(name, .decimal(digits: 3, unit: "ms"), meaning)
  }

  /// A share from 0 to 1.
  static func share(_ name: String, _ meaning: String) -> Column {
    Column(name, .decimal(digits: 6, unit: "1"), meaning)
  }

  /// The unit of its numbers, or an empty text.
  public var unit: String {
    switch form {
    case .decimal(_, let unit): unit
    case .text, .word, .integer, .boolean, .hex, .day, .time: ""
    }
  }

  /// The names of its levels; empty where there are no fixed ones.
  public var levels: [String] {
    switch form {
    case .word(let levels): levels
    case .boolean: ["0", "1"]
    case .text, .integer, .decimal, .hex, .day, .time: []
    }
  }

  /// The word for its form in codebooks.
  public var type: String {
    switch form {
    case .text: "text"
    case .word: "word"
    case .integer: "integer"
    case .decimal: "decimal"
    case .boolean: "boolean"
    case .hex: "hex"
    case .day: "date"
    case .time: "time"
    }
  }
}

/// A table: what a row is, and its columns in order.
public struct Table: Hashable, Sendable {
  /// Its name, also in the names of files.
  public var name: String
  /// What a row is, in a sentence without a full stop.
  public var row: String
  /// Its columns in order.
  public var columns: [Column]

  /// A table; where its columns follow from a study, two may have the same name, which whoever writes it has to look for.
  public init(_ name: String, row: String, _ columns: [Column]) {
    self.name = name
    self.row = row
    self.columns = columns
  }
}
