import ConsentModel

/// Turns the bytes of a terminal into inputs: pure, total, and the same whatever the boundaries of the reads are.
///
/// It is fed byte by byte with the moment of the read. What is not finished is kept until more comes or until
/// `deadline` passes and `expire` is called: a lone escape then is the escape key, half a sequence is `unknown`.
public struct InputDecoder: Sendable {
  /// For how long a sequence may stop in the middle before it counts as finished, in microseconds.
  public let escapeDelayMicroseconds: Int64
  /// Whether a cursor-position query was sent and not answered yet; its reply looks like a function key.
  public var awaitsCursorReply = false

  /// A paste that goes silent for this long is taken as ended; pasted text must not become keys before.
  public static let pasteSilenceMicroseconds: Int64 = 5_000_000
  /// A sequence that nobody types, for it has come to its third byte, is given so long to go on: its tail must not become
  /// keys on a slow connection.
  public static let sequenceSilenceMicroseconds: Int64 = 250_000
  private static let longestSequence = 64

  private enum State {
    case ground
    case character
    case escape
    case control
    case singleShift
    case linuxFunction
    case oldMouse
    case string
    case stringEscape
    case paste
  }

  private var state = State.ground
  private var bytes: [UInt8] = []
  private var count = 0
  private var began = SessionTime.zero
  private var touched = SessionTime.zero
  private var alt = false
  private var expected = 0
  private var pasted = Paste()

  fileprivate struct Paste {
    var characters: Int64 = 0
    var breaks: Int64 = 0
    var afterReturn = false
    var matched = 0
  }

  /// A decoder at the beginning of a stream.
  ///
  /// - Parameter escapeDelayMicroseconds: 1 ms...10 s; 25 ms fits local terminals and fast links.
  public init(escapeDelayMicroseconds: Int64 = 25_000) {
    self.escapeDelayMicroseconds = min(max(escapeDelayMicroseconds, 1000), 10_000_000)
    bytes.reserveCapacity(InputDecoder.longestSequence)
  }

  /// When `expire` should be called if no byte comes before, or nil when nothing is pending.
  public var deadline: SessionTime? {
    switch state {
    case .ground: nil
    case .paste: touched.advanced(byMicroseconds: InputDecoder.pasteSilenceMicroseconds)
    case .escape, .control, .singleShift, .string:
      touched.advanced(byMicroseconds: count < 3 ? escapeDelayMicroseconds : sequenceDelayMicroseconds)
    case .character, .linuxFunction, .oldMouse, .stringEscape:
      touched.advanced(byMicroseconds: sequenceDelayMicroseconds)
    }
  }

  private var sequenceDelayMicroseconds: Int64 {
    max(escapeDelayMicroseconds, InputDecoder.sequenceSilenceMicroseconds)
  }

  /// Goes on with a clock that was started anew: what is half read was read at its start.
  public mutating func restartClock(at time: SessionTime = .zero) {
    began = time
    touched = time
  }

  /// Takes one byte that was read at a moment; what it completes is appended to `events`.
  public mutating func feed(_ byte: UInt8, at time: SessionTime, into events: inout [Event]) {
    touched = time
    switch state {
    case .ground: ground(byte, time, &events)
    case .character: character(byte, time, &events)
    case .escape: escape(byte, time, &events)
    case .control: control(byte, time, &events)
    case .singleShift: singleShift(byte, time, &events)
    case .linuxFunction:
      count += 1
      guard (0x41...0x45).contains(byte) else { return fail(&events) }
      finish(.key(.function(Int(byte) - 0x40)), &events)
    case .oldMouse:
      count += 1
      bytes.append(byte)
      if bytes.count == 3 { finishOldMouse(&events) }
    case .string: string(byte, &events)
    case .stringEscape:
      count += 1
      if byte == 0x5C { return fail(&events) }
      state = .string
    case .paste: paste(byte, &events)
    }
  }

  /// Ends whatever is pending because nothing more has come by its deadline.
  public mutating func expire(into events: inout [Event]) {
    switch state {
    case .ground: return
    case .escape: finish(.key(.escape), &events)
    case .control where count == 2: finish(.key(Key("[", modifiers: .alt)), &events)
    case .singleShift where count == 2: finish(.key(Key("O", modifiers: .alt)), &events)
    case .string where count == 2:
      finish(.key(Key(Unicode.Scalar(bytes.first ?? 0x50), modifiers: .alt)), &events)
    case .paste: finishPaste(&events)
    case .character, .control, .singleShift, .linuxFunction, .oldMouse, .string, .stringEscape: fail(&events)
    }
  }

  // MARK: States

  private mutating func ground(_ byte: UInt8, _ time: SessionTime, _ events: inout [Event]) {
    began = time
    count = 1
    bytes.removeAll(keepingCapacity: true)
    switch byte {
    case 0x1B: state = .escape
    case 0x80...0xFF:
      alt = false
      lead(byte, &events)
    default: finish(.key(InputDecoder.plain(byte)), &events)
    }
  }

  private mutating func lead(_ byte: UInt8, _ events: inout [Event]) {
    switch byte {
    case 0xC2...0xDF: expected = 2
    case 0xE0...0xEF: expected = 3
    case 0xF0...0xF4: expected = 4
    default: return fail(&events)
    }
    bytes.removeAll(keepingCapacity: true)
    bytes.append(byte)
    state = .character
  }

  private mutating func character(_ byte: UInt8, _ time: SessionTime, _ events: inout [Event]) {
    let lower: UInt8
    let upper: UInt8
    // The second byte is where overlong forms, surrogates and numbers beyond Unicode are told apart.
    switch (bytes.count, bytes[0]) {
    case (1, 0xE0): (lower, upper) = (0xA0, 0xBF)
    case (1, 0xED): (lower, upper) = (0x80, 0x9F)
    case (1, 0xF0): (lower, upper) = (0x90, 0xBF)
    case (1, 0xF4): (lower, upper) = (0x80, 0x8F)
    default: (lower, upper) = (0x80, 0xBF)
    }
    guard (lower...upper).contains(byte) else {
      fail(&events)
      return ground(byte, time, &events)
    }
    bytes.append(byte)
    count += 1
    guard bytes.count == expected else { return }
    var value = UInt32(bytes[0]) & (expected == 2 ? 0x1F : expected == 3 ? 0x0F : 0x07)
    for byte in bytes.dropFirst() { value = value << 6 | UInt32(byte & 0x3F) }
    // C1 controls act on terminals; as keys they mean nothing.
    guard value >= 0xA0 else { return fail(&events) }
    finish(.key(Key(code: value, modifiers: alt ? .alt : [])), &events)
  }

  private mutating func escape(_ byte: UInt8, _ time: SessionTime, _ events: inout [Event]) {
    count += 1
    switch byte {
    case 0x5B: state = .control
    case 0x4F: state = .singleShift
    case 0x50, 0x58, 0x5D, 0x5E, 0x5F:
      bytes.append(byte)
      state = .string
    case 0x1B:
      finish(.key(.escape), &events)
      ground(byte, time, &events)
    case 0x80...0xFF:
      alt = true
      lead(byte, &events)
    default:
      var key = InputDecoder.plain(byte)
      key.modifiers.insert(.alt)
      finish(.key(key), &events)
    }
  }

  private mutating func control(_ byte: UInt8, _ time: SessionTime, _ events: inout [Event]) {
    switch byte {
    case 0x20...0x3F:
      count += 1
      if bytes.count < InputDecoder.longestSequence { bytes.append(byte) }
    case 0x5B where bytes.isEmpty && count == 2:
      count += 1
      state = .linuxFunction
    case 0x4D where bytes.isEmpty && count == 2:
      count += 1
      state = .oldMouse
    case 0x40...0x7E:
      count += 1
      finishControl(byte, &events)
    default:
      // A control character or an escape breaks a sequence off and counts for itself.
      fail(&events)
      ground(byte, time, &events)
    }
  }

  private mutating func singleShift(_ byte: UInt8, _ time: SessionTime, _ events: inout [Event]) {
    guard byte >= 0x20, byte < 0x7F else {
      fail(&events)
      return ground(byte, time, &events)
    }
    count += 1
    // Some terminals put the modifiers before the letter: ESC O 5 A.
    if (0x30...0x39).contains(byte) || byte == 0x3B {
      if bytes.count < InputDecoder.longestSequence { bytes.append(byte) }
      return
    }
    let modifiers: Key.Modifiers?
    if bytes.isEmpty {
      modifiers = []
    } else {
      modifiers = InputDecoder.modifiers(InputDecoder.numbers(bytes).last ?? -1)
    }
    guard let modifiers, var key = InputDecoder.cursorKeys[byte] ?? InputDecoder.padKeys[byte] else {
      return fail(&events)
    }
    key.modifiers.formUnion(modifiers)
    finish(.key(key), &events)
  }

  private mutating func string(_ byte: UInt8, _ events: inout [Event]) {
    count += 1
    switch byte {
    case 0x07, 0x18, 0x1A: fail(&events)
    case 0x1B: state = .stringEscape
    default: break
    }
  }

  private mutating func paste(_ byte: UInt8, _ events: inout [Event]) {
    let terminator: [UInt8] = [0x1B, 0x5B, 0x32, 0x30, 0x31, 0x7E]
    if byte == terminator[pasted.matched] {
      pasted.matched += 1
      if pasted.matched == terminator.count { finishPaste(&events) }
      return
    }
    for held in terminator.prefix(pasted.matched) { pasted.take(held) }
    pasted.matched = byte == 0x1B ? 1 : 0
    if byte != 0x1B { pasted.take(byte) }
  }

  // MARK: Ends

  private mutating func finish(_ input: Input, _ events: inout [Event]) {
    state = .ground
    events.append(Event(at: began, input))
  }

  private mutating func fail(_ events: inout [Event]) {
    finish(.unknown(bytes: Int32(clamping: count)), &events)
  }

  private mutating func finishPaste(_ events: inout [Event]) {
    let characters = Int32(clamping: pasted.characters)
    let lines = characters == 0 ? 0 : Int32(clamping: pasted.breaks + 1)
    finish(.paste(characters: characters, lines: lines), &events)
  }

  private mutating func finishOldMouse(_ events: inout [Event]) {
    guard bytes[0] >= 32, bytes[1] > 32, bytes[2] > 32 else { return fail(&events) }
    let code = Int(bytes[0]) - 32
    // The old encoding does not say which button was released.
    mouse(code: code & 3 == 3 ? 0 : code, isRelease: code & 0x43 == 3, Int(bytes[1]) - 32, Int(bytes[2]) - 32, &events)
  }

  private mutating func mouse(code: Int, isRelease: Bool, _ column: Int, _ row: Int, _ events: inout [Event]) {
    guard (1...1000).contains(column), (1...1000).contains(row) else { return fail(&events) }
    let action: Mouse.Action
    // Bits 2 to 4 are shift, alt and control; bit 5 is movement, which was not asked for.
    switch code & ~0x1C {
    case 0: action = isRelease ? .release : .press
    case 64: action = .wheelUp
    case 65: action = .wheelDown
    default: return fail(&events)
    }
    finish(.mouse(Mouse(action, column: Int16(column - 1), row: Int16(row - 1))), &events)
  }

  private mutating func finishControl(_ final: UInt8, _ events: inout [Event]) {
    if bytes.first == 0x3C {
      let numbers = InputDecoder.numbers(bytes.dropFirst())
      guard final == 0x4D || final == 0x6D, numbers.count == 3 else { return fail(&events) }
      return mouse(code: numbers[0], isRelease: final == 0x6D, numbers[1], numbers[2], &events)
    }
    guard bytes.allSatisfy({ (0x30...0x39).contains($0) || $0 == 0x3B }) else { return fail(&events) }
    let numbers = InputDecoder.numbers(bytes)
    if final == 0x52, numbers.count == 2, awaitsCursorReply {
      awaitsCursorReply = false
      return finish(.fence(replyMicroseconds: 0), &events)
    }
    if bytes.isEmpty, final == 0x49 || final == 0x4F { return finish(.terminalFocus(final == 0x49), &events) }
    if final == 0x5A, bytes.isEmpty { return finish(.key(.backTab), &events) }
    guard numbers.count <= 2 else { return fail(&events) }
    if final == 0x7E, numbers == [200] {
      pasted = Paste()
      state = .paste
      return
    }
    guard let modifiers = numbers.count == 2 ? InputDecoder.modifiers(numbers[1]) : [] else { return fail(&events) }
    var key: Key
    if final == 0x7E, let named = numbers.first.flatMap({ InputDecoder.numberedKeys[$0] }) {
      key = named
    } else if let named = InputDecoder.cursorKeys[final], numbers.first ?? 1 == 1 {
      key = named
    } else {
      return fail(&events)
    }
    key.modifiers.formUnion(modifiers)
    finish(.key(key), &events)
  }
}

extension InputDecoder.Paste {
  /// Counts a byte of pasted text: characters by their first byte, line breaks with CR LF as one.
  fileprivate mutating func take(_ byte: UInt8) {
    if byte & 0xC0 != 0x80 { characters += 1 }
    if byte == 0x0A && afterReturn {
      characters -= 1
    } else if byte == 0x0A || byte == 0x0D {
      breaks += 1
    }
    afterReturn = byte == 0x0D
  }
}

// MARK: Tables

extension InputDecoder {
  /// The key of a byte below 0x80 that stands alone.
  public static func plain(_ byte: UInt8) -> Key {
    switch byte {
    case 0x00: Key(" ", modifiers: .control)
    case 0x08, 0x7F: .backspace
    case 0x09: .tab
    case 0x0A, 0x0D: .enter
    case 0x01...0x1A: Key(Unicode.Scalar(byte + 0x60), modifiers: .control)
    case 0x1B: .escape
    case 0x1C...0x1F: Key(Unicode.Scalar(byte + 0x40), modifiers: .control)
    default: Key(Unicode.Scalar(byte))
    }
  }

  /// Modifiers of a parameter 1...16, where meta counts as alt, or nil.
  static func modifiers(_ parameter: Int) -> Key.Modifiers? {
    guard (1...16).contains(parameter) else { return nil }
    let bits = parameter - 1
    var modifiers: Key.Modifiers = []
    if bits & 1 != 0 { modifiers.insert(.shift) }
    if bits & 10 != 0 { modifiers.insert(.alt) }
    if bits & 4 != 0 { modifiers.insert(.control) }
    return modifiers
  }

  /// The numbers between semicolons, each at most 99999; an empty one is −1, and no bytes are no numbers.
  static func numbers(_ bytes: some Sequence<UInt8>) -> [Int] {
    var numbers: [Int] = []
    var current = -1
    var isEmpty = true
    for byte in bytes {
      isEmpty = false
      switch byte {
      case 0x30...0x39: current = min(max(current, 0) * 10 + Int(byte) - 0x30, 99_999)
      case 0x3B:
        numbers.append(current)
        current = -1
      default: return []
      }
    }
    if !isEmpty { numbers.append(current) }
    return numbers
  }

  static let cursorKeys: [UInt8: Key] = [
    0x41: .up, 0x42: .down, 0x43: .right, 0x44: .left, 0x46: .end, 0x48: .home, 0x50: .function(1),
    0x51: .function(2), 0x52: .function(3), 0x53: .function(4),
  ]

  static let padKeys: [UInt8: Key] = [0x4D: .enter]

  static let numberedKeys: [Int: Key] = {
    var keys: [Int: Key] = [
      1: .home, 2: .insert, 3: .delete, 4: .end, 5: .pageUp, 6: .pageDown, 7: .home, 8: .end,
    ]
    let functions = [
      11, 12, 13, 14, 15, 17, 18, 19, 20, 21, 23, 24, 25, 26, 28, 29, 31, 32, 33, 34,
    ]
    for (index, code) in functions.enumerated() { keys[code] = .function(index + 1) }
    return keys
  }()
}
