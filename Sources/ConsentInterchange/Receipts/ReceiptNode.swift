import ConsentModel

/// A value of a receipt that was read, with the line on which it begins.
struct ReceiptNode {
  let line: Int
  let value: Value

  indirect enum Value {
    case null
    case bool(Bool)
    /// A number as it is written, and its value where it is a whole one.
    case number(String, Int64?)
    case text(String)
    case list([ReceiptNode])
    case object([(key: String, node: ReceiptNode)])
  }

  /// The member of an object, or nil.
  subscript(key: String) -> ReceiptNode? {
    guard case .object(let members) = value else { return nil }
    return members.first { $0.key == key }?.node
  }

  /// Its text, or nil when it is none.
  var text: String? {
    guard case .text(let text) = value else { return nil }
    return text
  }

  /// Its truth, or nil when it is none.
  var bool: Bool? {
    guard case .bool(let bool) = value else { return nil }
    return bool
  }

  /// Its whole number, or nil when it is none.
  var whole: Int? {
    guard case .number(_, let number) = value else { return nil }
    return number.flatMap { Int(exactly: $0) }
  }

  /// Its items; of anything but a list, itself.
  var items: [ReceiptNode] {
    guard case .list(let items) = value else { return [self] }
    return items
  }

  /// What it is, in words.
  var kind: String {
    switch value {
    case .null: "null"
    case .bool(let bool): bool ? "true" : "false"
    case .number(let text, _): "the number \(text.prefix(30))"
    case .text(let text): text.isEmpty ? "an empty text" : "the text \(String(text.prefix(60)).quotedAsJSON)"
    case .list(let items): items.isEmpty ? "an empty list" : "a list"
    case .object: "an object"
    }
  }
}

/// Reads JSON strictly (RFC 8259), with lines; members that stand twice are problems.
struct ReceiptReader {
  /// What keeps a text from being JSON, and on which line.
  struct Failure: Error {
    var line: Int
    var words: String
  }

  private let bytes: [UInt8]
  private var offset = 0
  private var line = 1
  private var depth = 0
  /// Members that stand twice.
  private(set) var doubled: [(line: Int, key: String)] = []

  private static let maximumDepth = 64

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The whole document.
  mutating func document() throws(Failure) -> ReceiptNode {
    let node = try value()
    skipSpace()
    guard offset == bytes.count else { throw failure("something follows the end of the receipt") }
    return node
  }

  private func failure(_ words: String) -> Failure { Failure(line: line, words: words) }

  private mutating func skipSpace() {
    while offset < bytes.count {
      switch bytes[offset] {
      case 0x0A: line += 1
      case 0x20, 0x09, 0x0D: break
      default: return
      }
      offset += 1
    }
  }

  private mutating func take(_ byte: Character) -> Bool {
    skipSpace()
    guard offset < bytes.count, bytes[offset] == byte.asciiValue else { return false }
    offset += 1
    return true
  }

  private mutating func word(_ word: String) -> Bool {
    guard bytes[offset...].starts(with: word.utf8) else { return false }
    offset += word.utf8.count
    return true
  }

  private mutating func value() throws(Failure) -> ReceiptNode {
    skipSpace()
    guard offset < bytes.count else { throw failure("the receipt ends too early") }
    let start = line
    switch bytes[offset] {
    case 0x7B: return ReceiptNode(line: start, value: .object(try members()))
    case 0x5B: return ReceiptNode(line: start, value: .list(try items()))
    case 0x22: return ReceiptNode(line: start, value: .text(try string()))
    case 0x2D, 0x30...0x39: return ReceiptNode(line: start, value: try number())
    default:
      if word("true") { return ReceiptNode(line: start, value: .bool(true)) }
      if word("false") { return ReceiptNode(line: start, value: .bool(false)) }
      if word("null") { return ReceiptNode(line: start, value: .null) }
      throw failure("no JSON: expected a value")
    }
  }

  private mutating func enter() throws(Failure) {
    depth += 1
    guard depth <= ReceiptReader.maximumDepth else { throw failure("nested too deeply") }
  }

  private mutating func members() throws(Failure) -> [(key: String, node: ReceiptNode)] {
    try enter()
    offset += 1
    var members: [(key: String, node: ReceiptNode)] = []
    var keys: Set<String> = []
    if !take("}") {
      repeat {
        skipSpace()
        guard offset < bytes.count, bytes[offset] == 0x22 else {
          throw failure("no JSON: expected a name in quotation marks")
        }
        let start = line
        let key = try string()
        if !keys.insert(key).inserted { doubled.append((start, key)) }
        guard take(":") else { throw failure("no JSON: expected a colon") }
        members.append((key, try value()))
      } while take(",")
      guard take("}") else { throw failure("no JSON: expected a comma or }") }
    }
    depth -= 1
    return members
  }

  private mutating func items() throws(Failure) -> [ReceiptNode] {
    try enter()
    offset += 1
    var items: [ReceiptNode] = []
    if !take("]") {
      repeat { items.append(try value()) } while take(",")
      guard take("]") else { throw failure("no JSON: expected a comma or ]") }
    }
    depth -= 1
    return items
  }

  private mutating func number() throws(Failure) -> ReceiptNode.Value {
    let start = offset
    while offset < bytes.count, "+-.eE0123456789".utf8.contains(bytes[offset]) { offset += 1 }
    let text = String(decoding: bytes[start..<offset], as: UTF8.self)
    let digits = text.drop { $0 == "-" }
    let isPlain = digits.first != "0" || digits.count == 1 || !(digits.dropFirst().first?.isNumber ?? false)
    guard isPlain, Double(text) != nil, digits.first?.isNumber == true else { throw failure("no JSON: no number") }
    return .number(text, Int64(text))
  }

  private mutating func string() throws(Failure) -> String {
    offset += 1
    var found: [UInt8] = []
    while offset < bytes.count, bytes[offset] != 0x22 {
      let byte = bytes[offset]
      guard byte >= 0x20 else { throw failure("no JSON: a control character in a text") }
      offset += 1
      if byte == 0x5C {
        found += try escaped()
      } else {
        found.append(byte)
      }
    }
    guard offset < bytes.count else { throw failure("a text has no end") }
    offset += 1
    guard let text = String(validating: found, as: UTF8.self) else { throw failure("a text is no UTF-8") }
    return text
  }

  private mutating func escaped() throws(Failure) -> [UInt8] {
    guard offset < bytes.count else { throw failure("a text has no end") }
    let letter = bytes[offset]
    offset += 1
    switch letter {
    case 0x22, 0x5C, 0x2F: return [letter]
    case 0x62: return [8]
    case 0x66: return [12]
    case 0x6E: return [10]
    case 0x72: return [13]
    case 0x74: return [9]
    case 0x75:
      var code = try unit()
      if (0xD800..<0xDC00).contains(code), word("\\u") {
        let low = try unit()
        guard (0xDC00..<0xE000).contains(low) else { throw failure("no JSON: half a character") }
        code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(code) else { throw failure("no JSON: half a character") }
      return Array(String(Character(scalar)).utf8)
    default: throw failure("no JSON: no such escape")
    }
  }

  private mutating func unit() throws(Failure) -> UInt32 {
    guard bytes.count - offset >= 4 else { throw failure("a text has no end") }
    let digits = String(decoding: bytes[offset..<offset + 4], as: UTF8.self)
    guard digits.allSatisfy(\.isHexDigit), let code = UInt32(digits, radix: 16) else {
      throw failure("no JSON: expected four hexadecimal digits")
    }
    offset += 4
    return code
  }
}
