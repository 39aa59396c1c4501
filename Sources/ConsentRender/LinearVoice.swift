import ConsentModel

/// Says frames of lines one after the other: a new screen whole, and of the same screen only what has changed.
///
/// Nothing is ever painted over. What is asked is said every time, and all entries where there are other ones.
public struct LinearVoice {
  private var screen: Int32 = -2
  private var rows: Set<UInt64> = []
  private var entries: [Int32] = []

  /// A voice that has said nothing yet.
  public init() {}

  /// The rows of a frame that are to be said now, in order.
  public mutating func rows(of frame: borrowing Frame) -> [Int] {
    let count = Int(frame.size.rows)
    guard let layout = frame.layout, layout.isLinear else { return Array(0..<count) }
    let firstEntry = LinearVoice.firstEntry(of: layout, frame)
    let firstAsk = layout.dynamics.last.map(\.row) ?? count
    let isSame = layout.screen == screen
    let elements = layout.entries.map(\.element)
    let hasSameEntries = isSame && elements == entries
    var chosen: [Int] = []
    for row in 0..<count {
      let isKnown = rows.contains(frame.rowDigests[row])
      let isSaid =
        !isSame || row >= firstAsk || (!isKnown && !LinearVoice.isBlank(row, frame))
        || (row >= firstEntry && !hasSameEntries)
      guard isSaid else { continue }
      // What stood apart is said apart.
      if isSame, row > 0, LinearVoice.isBlank(row - 1, frame), chosen.last != row - 1 { chosen.append(row - 1) }
      chosen.append(row)
    }
    screen = layout.screen
    entries = elements
    rows = Set(frame.rowDigests)
    return chosen
  }

  private static func firstEntry(of layout: ScreenLayout, _ frame: borrowing Frame) -> Int {
    let first = frame.regions.count - layout.entries.count
    guard !layout.entries.isEmpty, first >= 0 else { return Int(frame.size.rows) }
    return Int(frame.regions[first].row)
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
