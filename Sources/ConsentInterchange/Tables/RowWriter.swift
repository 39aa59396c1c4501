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
  private let kinds: [Kind]
  private var next = 0
  /// The first cells of a session's rows, which are the same in all of them.
  private var common = Common()

  private struct Common {
    var session: Int?
    var columns = 0
    var separated: [UInt8] = []
    var json: [UInt8] = []
  }

  /// The form of a column without what belongs to it.
  private enum Kind: UInt8 {
    case text, word, integer, decimal, boolean, hex, day, time
  }

  init(_ table: Table, _ dialect: Dialect = Dialect(), hasJSON: Bool = false, coarseMicroseconds: Int64 = 1) {
    self.table = table
    self.dialect = dialect
    self.hasJSON = hasJSON
    self.coarseMicroseconds = coarseMicroseconds
    kinds = table.columns.map { column in
      switch column.form {
      case .text: .text
      case .word: .word
      case .integer: .integer
      case .decimal: .decimal
      case .boolean: .boolean
      case .hex: .hex
      case .day: .day
      case .time: .time
      }
    }
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

  /// Begins a row with cells that are written by `cells` for the first row of a session, and copied for the others.
  mutating func beginRow(of session: Int, _ cells: (inout RowWriter) -> Void) {
    precondition(next == 0, "a row of \(table.name) begins where another has not ended")
    if common.session == session {
      separated += common.separated
      json += common.json
      next = common.columns
      return
    }
    let start = (separated.count, json.count)
    cells(&self)
    common = Common(
      session: session, columns: next, separated: Array(separated[start.0...]), json: Array(json[start.1...]))
  }

  private mutating func begin(_ name: String, _ kind: Kind) {
    precondition(
      next < kinds.count && kinds[next] == kind && table.columns[next].name == name,
      "\(name) is not column \(next) of \(table.name), or of another form")
    if next > 0 { separated.append(dialect.delimiter) }
    if hasJSON {
      json.append(next == 0 ? 0x7B : 0x2C)
      json.append(0x22)
      json += name.utf8
      json += [0x22, 0x3A]
    }
    next += 1
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
    begin(name, .text)
    guard let value else { return missing() }
    separated += CellText.written(value, dialect).utf8
    if hasJSON { json += value.quotedAsJSON.utf8 }
  }

  /// A word of the program or of the screens.
  mutating func word(_ name: String, _ value: String?) {
    begin(name, .word)
    guard let value else { return missing() }
    // Names in kept flows are data like any other.
    if CellText.isPlain(value) {
      separated += value.utf8
    } else {
      separated += CellText.written(value, dialect).utf8
    }
    if hasJSON { json += value.quotedAsJSON.utf8 }
  }

  /// A whole number.
  mutating func integer(_ name: String, _ value: Int?) {
    begin(name, .integer)
    guard let value else { return missing() }
    write(String(value))
  }

  /// Yes or no.
  mutating func boolean(_ name: String, _ value: Bool?) {
    begin(name, .boolean)
    guard let value else { return missing() }
    separated.append(value ? 0x31 : 0x30)
    if hasJSON { json += (value ? "true" : "false").utf8 }
  }

  /// A number of units of the last digit after the point.
  mutating func decimal(_ name: String, _ value: Int64?) {
    guard next < table.columns.count, case .decimal(let digits, _) = table.columns[next].form else {
      preconditionFailure("\(name) holds no decimals")
    }
    begin(name, .decimal)
    guard let value else { return missing() }
    let start = separated.count
    Decimal.write(value, digits: digits, to: &separated)
    if hasJSON { json += separated[start...] }
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
    begin(name, .hex)
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
    begin(name, .day)
    guard let value else { return missing() }
    separated += value.text.utf8
    if hasJSON { json += value.text.quotedAsJSON.utf8 }
  }

  /// A wall-clock time; only its date where times are coarse.
  mutating func time(_ name: String, _ value: String?) {
    begin(name, .time)
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
    var bytes: [UInt8] = []
    write(value, digits: digits, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The same, appended to bytes.
  static func write(_ value: Int64, digits: Int, to bytes: inout [UInt8]) {
    if value < 0 { bytes.append(UInt8(ascii: "-")) }
    let start = bytes.count
    var rest = value.magnitude
    // From the last digit on; a number has at least one before the point.
    var place = 0
    while rest > 0 || place <= digits {
      if place == digits, digits > 0 { bytes.append(UInt8(ascii: ".")) }
      bytes.append(UInt8(0x30 + rest % 10))
      rest /= 10
      place += 1
    }
    bytes[start...].reverse()
  }

  /// The share of two counts with six digits after the point, halves up; nil of nothing.
  static func share(_ count: Int, of total: Int) -> Int64? {
    total == 0 ? nil : (2_000_000 * Int64(count) + Int64(total)) / (2 * Int64(total))
  }
}
