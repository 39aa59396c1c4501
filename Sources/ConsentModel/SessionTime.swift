/// A moment of a session, in microseconds since the session started.
///
/// Only a surface makes one from a clock; everything else is handed it with an event.
public struct SessionTime: Hashable, Comparable, Sendable, BitwiseCopyable {
  /// Microseconds since the start of the session; never negative in a valid journal.
  public var microseconds: Int64

  /// A moment `microseconds` after the start.
  @inlinable public init(microseconds: Int64) { self.microseconds = microseconds }

  /// A moment `milliseconds` after the start.
  @inlinable public init(milliseconds: Int64) { microseconds = milliseconds &* 1000 }

  /// The start of the session.
  public static let zero = SessionTime(microseconds: 0)

  /// Whole milliseconds since the start, rounded down.
  @inlinable public var milliseconds: Int64 { microseconds / 1000 }

  @inlinable public static func < (a: Self, b: Self) -> Bool { a.microseconds < b.microseconds }

  /// The moment `microseconds` later.
  @inlinable public func advanced(byMicroseconds microseconds: Int64) -> SessionTime {
    SessionTime(microseconds: self.microseconds &+ microseconds)
  }
}

/// A simulated calendar day, counted in days since 1970-01-01; never read from the system clock.
public struct Day: Hashable, Comparable, Sendable, BitwiseCopyable {
  /// Days since 1970-01-01, proleptic Gregorian calendar.
  public var number: Int32

  /// The day `number` days after 1970-01-01.
  @inlinable public init(number: Int32) { self.number = number }

  @inlinable public static func < (a: Self, b: Self) -> Bool { a.number < b.number }

  /// The day with this year, month (1...12) and day of month, or nil when there is none.
  ///
  /// Algorithm: Hinnant, "chrono-compatible low-level date algorithms", days_from_civil.
  public init?(year: Int, month: Int, day: Int) {
    guard (1...9999).contains(year), (1...12).contains(month), day >= 1 else { return nil }
    guard day <= Day.length(ofMonth: month, year: year) else { return nil }
    let y = month <= 2 ? year - 1 : year
    let era = (y >= 0 ? y : y - 399) / 400
    let yearOfEra = y - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    number = Int32(era * 146097 + dayOfEra - 719468)
  }

  /// The day written as `YYYY-MM-DD`, or nil when `text` is anything else.
  public init?(_ text: some StringProtocol) {
    let bytes = Array(text.utf8)
    guard bytes.count == 10, bytes[4] == 0x2D, bytes[7] == 0x2D else { return nil }
    func digits(_ range: Range<Int>) -> Int? {
      var value = 0
      for byte in bytes[range] {
        guard (0x30...0x39).contains(byte) else { return nil }
        value = value * 10 + Int(byte - 0x30)
      }
      return value
    }
    guard let year = digits(0..<4), let month = digits(5..<7), let day = digits(8..<10) else {
      return nil
    }
    self.init(year: year, month: month, day: day)
  }

  /// Year, month (1...12) and day of month (1...31).
  public var civil: (year: Int, month: Int, day: Int) {
    let z = Int(number) + 719468
    let era = (z >= 0 ? z : z - 146096) / 146097
    let dayOfEra = z - era * 146097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * shifted + 2) / 5 + 1
    let month = shifted < 10 ? shifted + 3 : shifted - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
  }

  /// The day as `YYYY-MM-DD`.
  public var text: String {
    let (year, month, day) = civil
    func padded(_ value: Int, _ width: Int) -> String {
      let digits = String(value)
      return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
    return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
  }

  private static func length(ofMonth month: Int, year: Int) -> Int {
    switch month {
    case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }
}
