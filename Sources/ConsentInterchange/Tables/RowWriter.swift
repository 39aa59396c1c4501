import ConsentModel

/// Writes rows of a table as separated values, and as JSON Lines where that is wanted too.
///
/// Cells are written in the order of the columns, each with the name of its column; a cell too many, too few or of another
/// form is a mistake of the program.
struct RowWriter {
  /// How values are separated.
  struct Dialect: Hashable, Sendable {
    /// Between the cells of a row.
    var delimiter = UInt8(ascii: ",")
    /// Whether rows end with a carriage return as well.
    var endsWithReturn = false
    /// Whether cells may not hold a line break or a tab, and a missing one is `n/a`: tab-separated values of BIDS.
    var isTabs = false

    /// Tab-separated values as BIDS has them.
    static let tabs = Dialect(delimiter: 0x09, isTabs: true)
  }

  let table: Table
  let dialect: Dialect
  /// Times are rounded to so many microseconds; 1 leaves them.
  let coarseMicroseconds: Int64
  /// The rows with separators.
  private(set) var separated: [UInt8] = []
  /// The rows as JSON Lines; empty where they are not wanted.
  private(set) var json: [UInt8] = []
  private let hasJSON: Bool
  private var next = 0

  init(_ table: Table, _ dialect: Dialect = Dialect(), hasJSON: Bool = false, coarseMicroseconds: Int64 = 1) {
    self.table = table
    self.dialect = dialect
    self.hasJSON = hasJSON
    self.coarseMicroseconds = coarseMicroseconds
  }

  /// How many rows were written.
  private(set) var rows = 0

  /// The names of the columns as the first row.
  static func header(_ table: Table, _ dialect: Dialect) -> [UInt8] {
    var bytes: [UInt8] = []
    for (index, column) in table.columns.enumerated() {
      if index > 0 { bytes.append(dialect.delimiter) }
      bytes += column.name.utf8
    }
    return bytes + (dialect.endsWithReturn ? [0x0D, 0x0A] : [0x0A])
  }

  /// Ends a row.
  mutating func endRow() {
    precondition(next == table.columns.count, "a row of \(table.name) ends at column \(next)")
    next = 0
    rows += 1
    if dialect.endsWithReturn { separated.append(0x0D) }
    separated.append(0x0A)
    if hasJSON { json += [0x7D, 0x0A] }
  }

  /// Takes what was written away, so that the room can be used again.
  mutating func clear() {
    separated.removeAll(keepingCapacity: true)
    json.removeAll(keepingCapacity: true)
    rows = 0
  }

  private mutating func begin(_ name: String) -> Column.Form {
    precondition(
      next < table.columns.count && table.columns[next].name == name, "\(name) is not column \(next) of \(table.name)")
    if next > 0 { separated.append(dialect.delimiter) }
    if hasJSON {
      json.append(next == 0 ? 0x7B : 0x2C)
      json.append(0x22)
      json += name.utf8
      json += [0x22, 0x3A]
    }
    defer { next += 1 }
    return table.columns[next].form
  }

  private mutating func missing() {
    if dialect.isTabs { separated += "n/a".utf8 }
    if hasJSON { json += "null".utf8 }
  }

  private mutating func write(_ plain: String) {
    separated += plain.utf8
    if hasJSON { json += plain.utf8 }
  }

  // MARK: Cells

  /// Any text, from wherever.
  mutating func text(_ name: String, _ value: String?) {
    guard case .text = begin(name) else { preconditionFailure("\(name) holds no texts") }
    guard let value else { return missing() }
    separated += CellText.written(value, dialect).utf8
    if hasJSON { json += value.quotedAsJSON.utf8 }
  }

  /// A word of the program or of the screens.
  mutating func word(_ name: String, _ value: String?) {
    guard case .word = begin(name) else { preconditionFailure("\(name) holds no words") }
    guard let value else { return missing() }
    // Names in kept flows are data like any other.
    separated += CellText.written(value, dialect).utf8
    if hasJSON { json += value.quotedAsJSON.utf8 }
  }

  /// A whole number.
  mutating func integer(_ name: String, _ value: Int?) {
    guard begin(name) == .integer else { preconditionFailure("\(name) holds no whole numbers") }
    guard let value else { return missing() }
    write(String(value))
  }

  /// Yes or no.
  mutating func boolean(_ name: String, _ value: Bool?) {
    guard begin(name) == .boolean else { preconditionFailure("\(name) holds no truth values") }
    guard let value else { return missing() }
    separated.append(value ? 0x31 : 0x30)
    if hasJSON { json += (value ? "true" : "false").utf8 }
  }

  /// A number of units of the last digit after the point.
  mutating func decimal(_ name: String, _ value: Int64?) {
    guard case .decimal(let digits, _) = begin(name) else { preconditionFailure("\(name) holds no decimals") }
    guard let value else { return missing() }
    write(Decimal.text(value, digits: digits))
  }

  /// Microseconds, written as milliseconds, as coarsely as is wanted.
  mutating func milliseconds(_ name: String, _ microseconds: Int64?) {
    decimal(name, microseconds.map { coarse($0) })
  }

  /// Of 255 parts, as a share.
  mutating func share(_ name: String, of255 parts: Int?) {
    decimal(name, parts.map { (Int64($0) * 2_000_000 + 255) / 510 })
  }

  /// So many hexadecimal digits.
  mutating func hex(_ name: String, _ value: String?) {
    guard case .hex = begin(name) else { preconditionFailure("\(name) holds no digests") }
    guard let value else { return missing() }
    separated += value.utf8
    if hasJSON { json += value.quotedAsJSON.utf8 }
  }

  /// A 64-bit digest.
  mutating func digest(_ name: String, _ value: UInt64?) {
    hex(name, value.map { String($0, radix: 16) }.map { String(repeating: "0", count: 16 - $0.count) + $0 })
  }

  /// A date.
  mutating func day(_ name: String, _ value: Day?) {
    guard begin(name) == .day else { preconditionFailure("\(name) holds no dates") }
    guard let value else { return missing() }
    separated += value.text.utf8
    if hasJSON { json += value.text.quotedAsJSON.utf8 }
  }

  /// A wall-clock time; only its date where times are coarse.
  mutating func time(_ name: String, _ value: String?) {
    guard begin(name) == .time else { preconditionFailure("\(name) holds no times") }
    guard let value else { return missing() }
    let text = coarseMicroseconds > 1 ? String(value.prefix(10)) : value
    separated += text.utf8
    if hasJSON { json += text.quotedAsJSON.utf8 }
  }

  /// A length of time as coarse as is wanted, to the nearest, halves up.
  func coarse(_ microseconds: Int64) -> Int64 {
    guard coarseMicroseconds > 1 else { return microseconds }
    return (microseconds + coarseMicroseconds / 2) / coarseMicroseconds * coarseMicroseconds
  }
}

/// Numbers with a fixed number of digits after the point.
enum Decimal {
  /// A number of units of the last digit, for example 1500 with 3 digits as `1.500`.
  static func text(_ value: Int64, digits: Int) -> String {
    let magnitude = String(value.magnitude)
    let padded = String(repeating: "0", count: max(0, digits + 1 - magnitude.count)) + magnitude
    return (value < 0 ? "-" : "") + padded.dropLast(digits) + "." + padded.suffix(digits)
  }

  /// The share of two counts with six digits after the point, halves up; nil of nothing.
  static func share(_ count: Int, of total: Int) -> Int64? {
    total == 0 ? nil : (2_000_000 * Int64(count) + Int64(total)) / (2 * Int64(total))
  }
}
