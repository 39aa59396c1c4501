import Glibc

/// Numbers as text.
public enum Digits {
  /// Four significant digits; small numbers as powers of ten.
  public static func text(_ value: Double) -> String {
    if value.isNaN { return "–" }
    if value.isInfinite { return value < 0 ? "−∞" : "∞" }
    guard value != 0 else { return "0" }
    let exponent = Int(floor(log10(abs(value))))
    guard exponent >= -4, exponent < 7 else {
      let mantissa = value / pow(10, Double(exponent))
      return "\(fixed(mantissa, 2))e\(exponent)"
    }
    return fixed(value, max(0, 3 - exponent))
  }

  /// So many digits after the point, to the nearest.
  public static func fixed(_ value: Double, _ digits: Int) -> String {
    let scale = pow(10, Double(digits))
    let whole = (abs(value) * scale).rounded()
    guard whole < 9e15 else { return "\(value)" }
    let number = Int(whole)
    let sign = value < 0 && number > 0 ? "−" : ""
    guard digits > 0 else { return sign + "\(number)" }
    let rest = String(number % Int(scale))
    return sign + "\(number / Int(scale))." + String(repeating: "0", count: digits - rest.count) + rest
  }
}
