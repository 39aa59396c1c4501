import ConsentInput
import ConsentModel
import ConsentRender

/// What a typed line means while a field, a number or a slider has the focus among lines: pure, and total over any bytes.
enum BlankLine {
  /// The keys that enter a line, or nil when it cannot stand there.
  ///
  /// A line takes the place of what was there, and Enter goes on. An empty line only goes on, a blank one empties a field,
  /// Escape alone is Escape. Control characters and the sequences of a terminal's keys are left out; what is longer than
  /// the field is cut. A number that is too large is none.
  static func keys(_ line: some Collection<UInt8>, into blank: Blank) -> [Key]? {
    var bytes = Array(line)
    while bytes.last == 0x0D { bytes.removeLast() }
    guard !bytes.isEmpty else { return [.enter] }
    if bytes == [0x1B] { return [.escape] }
    let typed = characters(bytes)
    guard !typed.isEmpty else { return nil }
    let text = Array(typed.drop { $0 == .space }.reversed().drop { $0 == .space }.reversed())
    switch blank.kind {
    case .field:
      let emptying = blank.value > 0 ? [Key.clear] : []
      return emptying + (text.isEmpty ? [] : typed.prefix(Int(max(0, blank.maximum)))) + [.enter]
    case .number, .slider:
      let digits = text.compactMap(\.digit)
      guard !digits.isEmpty, digits.count == text.count, digits.count <= 9 else { return nil }
      let number = digits.reduce(0) { $0 * 10 + $1 }
      guard number <= Int(blank.maximum) else { return nil }
      let emptying = blank.value >= 0 ? [Key.clear] : []
      return emptying + String(number).unicodeScalars.map { Key($0) } + [.enter]
    case .text, .button, .toggle, .link, .list, .option, .scroll: return nil
    }
  }

  private static func characters(_ bytes: [UInt8]) -> [Key] {
    var decoder = InputDecoder()
    var events: [Event] = []
    for byte in bytes { decoder.feed(byte, at: .zero, into: &events) }
    decoder.expire(into: &events)
    return events.compactMap { event in
      guard case .key(let key) = event.input else { return nil }
      if key == .tab { return .space }
      guard key.isCharacter, let scalar = Unicode.Scalar(key.code), PrivateTexts.isText(scalar) else { return nil }
      return key
    }
  }
}
