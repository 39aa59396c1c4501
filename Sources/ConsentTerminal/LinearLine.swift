import ConsentInput
import ConsentModel

/// What a typed line means in the linear presentation: pure, and total over any bytes.
enum LinearLine {
  /// The input that a line makes.
  ///
  /// A number chooses the entry with that number, 0 presses the stop key where it is shown, and a number that is not
  /// there chooses nothing. An empty line is the Enter key, Escape alone is the Escape key, and one character is that
  /// key. Of everything else only its length is kept.
  /// - Parameters:
  ///   - line: the bytes without the newline.
  ///   - entries: the elements of the entries, from number 1.
  ///   - stopKey: the stop key where it is shown, or nil.
  static func input(_ line: some Collection<UInt8>, entries: [Int32], stopKey: Key?) -> Input {
    var bytes = Array(line)
    while bytes.last == 0x0D { bytes.removeLast() }
    guard !bytes.isEmpty else { return .key(.enter) }
    let length = Int32(clamping: bytes.count)
    if bytes.count == 1, bytes[0] < 0x20 || bytes[0] == 0x1B { return .key(InputDecoder.plain(bytes[0])) }
    let trimmed = bytes.drop { $0 == 0x20 }.reversed().drop { $0 == 0x20 }.reversed()
    let word = Array(trimmed)
    guard !word.isEmpty else { return .unknown(bytes: length) }
    if word.allSatisfy({ (0x30...0x39).contains($0) }) {
      guard word.count <= 5 else { return .choose(control: -1) }
      let number = word.reduce(0) { $0 * 10 + Int($1) - 0x30 }
      if number == 0, let stopKey { return .key(stopKey) }
      return .choose(
        control: (1...max(1, entries.count)).contains(number) && !entries.isEmpty ? entries[number - 1] : -1)
    }
    var decoder = InputDecoder()
    var events: [Event] = []
    for byte in word { decoder.feed(byte, at: .zero, into: &events) }
    decoder.expire(into: &events)
    // One character and nothing else; sequences of a terminal's keys mean nothing in a line.
    if events.count == 1, word[0] != 0x1B, case .key(let key) = events[0].input { return .key(key) }
    return .unknown(bytes: length)
  }
}
