import ConsentRender

/// What a terminal would show of a stream of bytes: enough of xterm for what ncurses sends, and nothing that guesses.
struct ScreenModel {
  private(set) var columns: Int
  private(set) var rows: Int
  private(set) var cells: [[Character]]
  private(set) var column = 0
  private(set) var row = 0
  /// Private modes that are on: 25 the cursor, 1049 the alternate screen, 1000 and 1006 the mouse, 2004 pastes.
  private(set) var modes: Set<Int> = [25]
  /// How often the alternate screen was entered.
  private(set) var alternations = 0
  /// Sequences that this model does not know; a test that meets one would test something else.
  private(set) var unknown: Set<String> = []
  /// The SGR parameters that came.
  private(set) var colors: Set<String> = []
  /// Bytes of a sequence that is not whole yet.
  private(set) var pending: [UInt8] = []
  private var top = 0
  private var bottom: Int
  private var last: Unicode.Scalar = " "

  init(columns: Int, rows: Int) {
    self.columns = columns
    self.rows = rows
    bottom = rows - 1
    cells = Array(repeating: Array(repeating: " ", count: columns), count: rows)
  }

  /// The rows without the spaces at their ends.
  var text: String {
    cells.map { row in
      var row = row.filter { $0 != "\0" }
      while row.last == " " { row.removeLast() }
      return String(row)
    }.joined(separator: "\n")
  }

  mutating func resize(columns: Int, rows: Int) {
    self = {
      var other = ScreenModel(columns: columns, rows: rows)
      other.modes = modes
      other.unknown = unknown
      other.colors = colors
      other.alternations = alternations
      return other
    }()
  }

  mutating func feed(_ bytes: [UInt8]) {
    pending += bytes
    var index = 0
    while index < pending.count, let used = take(at: index) { index += used }
    pending.removeFirst(index)
  }

  /// Takes one character or sequence; nil when it is not whole yet.
  private mutating func take(at start: Int) -> Int? {
    let byte = pending[start]
    switch byte {
    case 0x1B: return escape(at: start)
    case 0x08: column = max(0, column - 1)
    case 0x09: column = min(columns - 1, (column / 8 + 1) * 8)
    case 0x0A: lineFeed()
    case 0x0D: column = 0
    case 0x07, 0x0E, 0x0F: break
    case 0x00..<0x20: unknown.insert("control \(byte)")
    default:
      let length = byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4
      guard start + length <= pending.count else { return nil }
      let text = String(decoding: pending[start..<start + length], as: UTF8.self)
      for scalar in text.unicodeScalars { put(scalar) }
      return length
    }
    return 1
  }

  private mutating func put(_ scalar: Unicode.Scalar) {
    let width = GlyphTable.columns(of: scalar)
    guard width > 0 else {
      // Only marks stand on what is before them; whatever else takes no column should not have been sent.
      guard scalar.properties.generalCategory == .nonspacingMark, column > 0 else {
        unknown.insert("U+\(String(scalar.value, radix: 16))")
        return
      }
      let place = cells[row][column - 1] == "\0" ? column - 2 : column - 1
      cells[row][place] = cells[row][place].with(scalar)
      return
    }
    if column + width > columns {
      column = 0
      lineFeed()
    }
    cells[row][column] = Character(scalar)
    // On a terminal of one column there is no room for the other half.
    if width == 2, column + 1 < columns { cells[row][column + 1] = "\0" }
    last = scalar
    column = min(columns, column + width)
  }

  private mutating func lineFeed() {
    guard row == bottom else {
      row = min(rows - 1, row + 1)
      return
    }
    cells.remove(at: top)
    cells.insert(Array(repeating: " ", count: columns), at: bottom)
  }

  private mutating func escape(at start: Int) -> Int? {
    guard start + 1 < pending.count else { return nil }
    switch pending[start + 1] {
    case 0x5B: break
    case 0x28, 0x29: return start + 2 < pending.count ? 3 : nil
    case 0x37, 0x38, 0x3D, 0x3E, 0x63: return 2
    case 0x4D:
      row = max(0, row - 1)
      return 2
    case 0x50, 0x58, 0x5D, 0x5E, 0x5F: return string(at: start)
    default:
      unknown.insert("ESC \(pending[start + 1])")
      return 2
    }
    var end = start + 2
    while end < pending.count, pending[end] < 0x40 { end += 1 }
    guard end < pending.count else { return nil }
    let parameters = String(decoding: pending[(start + 2)..<end], as: UTF8.self)
    control(parameters, Character(Unicode.Scalar(pending[end])))
    return end + 1 - start
  }

  /// Takes a string of control such as the one that redefines a colour, which nothing here should ever send.
  private mutating func string(at start: Int) -> Int? {
    for end in pending.indices.dropFirst(start + 2) where pending[end] == 0x07 || pending[end] == 0x5C {
      guard pending[end] == 0x07 || pending[end - 1] == 0x1B else { continue }
      unknown.insert("string \(String(decoding: pending[(start + 1)...end], as: UTF8.self))")
      return end + 1 - start
    }
    return nil
  }

  private mutating func control(_ parameters: String, _ final: Character) {
    if parameters.hasPrefix("?") {
      let numbers = parameters.dropFirst().split(separator: ";").compactMap { Int($0) }
      switch final {
      case "h": modes.formUnion(numbers)
      case "l": modes.subtract(numbers)
      default: unknown.insert("CSI \(parameters)\(final)")
      }
      if numbers.contains(1049), final == "h" { alternations += 1 }
      if numbers.contains(1049) { cells = Array(repeating: Array(repeating: " ", count: columns), count: rows) }
      return
    }
    let numbers = parameters.split(separator: ";", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
    let first = max(1, numbers.first ?? 1)
    switch final {
    case "H":
      row = min(rows, first) - 1
      column = min(columns, numbers.count > 1 ? max(1, numbers[1]) : 1) - 1
    case "d": row = min(rows, first) - 1
    case "G": column = min(columns, first) - 1
    case "A": row = max(0, row - first)
    case "B": row = min(rows - 1, row + first)
    case "C": column = min(columns - 1, column + first)
    case "D": column = max(0, column - first)
    case "Z": column = max(0, (column - 1) / 8 * 8)
    case "X": for index in column..<min(columns, column + first) { cells[row][index] = " " }
    case "b": for _ in 0..<first { put(last) }
    case "K": erase(row, numbers.first ?? 0)
    case "J":
      erase(row, numbers.first ?? 0)
      let lines = numbers.first == 2 ? 0..<rows : numbers.first == 1 ? 0..<row : min(row + 1, rows)..<rows
      for line in lines { cells[line] = Array(repeating: " ", count: columns) }
    case "P":
      for _ in 0..<min(first, columns - column) {
        cells[row].remove(at: column)
        cells[row].append(" ")
      }
    case "@":
      for _ in 0..<min(first, columns - column) {
        cells[row].insert(" ", at: column)
        cells[row].removeLast()
      }
    case "L", "M":
      for _ in 0..<first {
        cells.remove(at: final == "L" ? bottom : row)
        cells.insert(Array(repeating: " ", count: columns), at: final == "L" ? row : bottom)
      }
    case "r":
      // A program may not know yet that the terminal has become smaller.
      bottom = min(rows, numbers.count > 1 ? numbers[1] : rows) - 1
      top = min(first - 1, bottom)
      (row, column) = (0, 0)
    case "m": colors.insert(parameters)
    case "h", "l", "t", "n": break
    default: unknown.insert("CSI \(parameters)\(final)")
    }
  }

  private mutating func erase(_ line: Int, _ kind: Int) {
    let range = kind == 2 ? 0..<columns : kind == 1 ? 0..<min(columns, column + 1) : min(column, columns)..<columns
    for index in range { cells[line][index] = " " }
  }
}

extension Character {
  /// The character with a mark on it.
  fileprivate func with(_ mark: Unicode.Scalar) -> Character {
    Character(String(self) + String(Character(mark)))
  }
}
