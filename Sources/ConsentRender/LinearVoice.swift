import ConsentModel

/// Says frames of lines one after the other: a new screen whole, and of the same screen only what has changed.
///
/// Nothing is ever painted over. What is asked is said every time, and all entries where there are other ones.
public struct LinearVoice {
  /// What of a frame is said now: rows in order, and apart from them those that ask for an answer.
  public struct Speech: Sendable {
    /// The rows that are new.
    public var rows: [Int] = []
    /// The rows that ask; they are said only when an answer is waited for.
    public var ask: [Int] = []
    /// Whether it is a whole screen after another one, which wants an empty line before it.
    public var followsScreen = false
  }

  private var screen: Int32 = -2
  private var rows: Set<UInt64> = []
  private var entries: [Int32] = []

  /// A voice that has said nothing yet.
  public init() {}

  /// What of a frame is to be said now.
  public mutating func speech(of frame: borrowing Frame) -> Speech {
    let count = Int(frame.size.rows)
    guard let layout = frame.layout, layout.isLinear else { return Speech(rows: Array(0..<count)) }
    var firstAsk = layout.dynamics.last.map(\.row) ?? count
    if firstAsk > 0, LinearVoice.isBlank(firstAsk - 1, frame) { firstAsk -= 1 }
    let firstEntry = LinearVoice.firstEntry(of: layout, frame)
    let isSame = layout.screen == screen
    let elements = layout.entries.map(\.element)
    let hasSameEntries = isSame && elements == entries
    var speech = Speech(ask: Array(firstAsk..<count), followsScreen: !isSame && screen >= -1)
    for row in 0..<firstAsk {
      let isNew = !rows.contains(frame.rowDigests[row]) && !LinearVoice.isBlank(row, frame)
      guard !isSame || isNew || (row >= firstEntry && !hasSameEntries) else { continue }
      // What stood apart is said apart.
      if isSame, row > 0, LinearVoice.isBlank(row - 1, frame), speech.rows.last != row - 1 {
        speech.rows.append(row - 1)
      }
      speech.rows.append(row)
    }
    screen = layout.screen
    entries = elements
    rows = Set(frame.rowDigests)
    return speech
  }

  /// The row of the first entry; where there is none but the stop key's, which is always the last, the row of that.
  private static func firstEntry(of layout: ScreenLayout, _ frame: borrowing Frame) -> Int {
    let first = frame.regions.count - layout.entries.count
    if !layout.entries.isEmpty, first >= 0 { return Int(frame.regions[first].row) }
    return layout.stopRow ?? Int(frame.size.rows)
  }

  private static func isBlank(_ row: Int, _ frame: borrowing Frame) -> Bool {
    let columns = Int(frame.size.columns)
    for cell in frame.cells[row * columns..<(row + 1) * columns] where cell.scalar != 0x20 { return false }
    return true
  }
}

extension Frame {
  /// The controls of a frame of lines in the order of their numbers, from 1; empty for any other frame.
  public var numberedControls: [Int32] {
    guard let layout, layout.isLinear else { return [] }
    return layout.entries.map(\.element)
  }
}
