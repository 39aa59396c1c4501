import ConsentEngine
import ConsentModel

/// How fast somebody presses keys, taken from the practice, where nobody asks for speed.
///
/// Intervals between keys that follow each other on the same practice screen; the first key of a screen has the reading in
/// front of it and begins none. The median leaves single pauses without weight. A session in lines has no keys.
public struct PracticeSpeed: Sendable {
  private let screens: Set<Int32>
  private var place: Int32 = -1
  private var lastKey: Int64?
  /// In microseconds.
  private var intervals: [Int64] = []

  /// Finds the practice of a study's flow: the screen `practice`, and those whose names go on from it.
  public init(_ flow: FlowDefinition) {
    let found = flow.screens.enumerated().filter { $1.name == "practice" || $1.name.hasPrefix("practice-") }
    screens = Set(found.map { Int32($0.offset) })
  }

  /// How many intervals there are.
  public var count: Int { intervals.count }

  /// The median interval in milliseconds, rounded down; nil as long as there is none. Of two in the middle the mean.
  public var medianMilliseconds: Int? {
    guard !intervals.isEmpty else { return nil }
    let sorted = intervals.sorted()
    let middle = sorted.count / 2
    let microseconds = sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    return Int(microseconds / 1000)
  }

  /// Takes in an event and the session after it; nil is the start.
  public mutating func note(_ event: Event?, _ state: borrowing FlowState) {
    defer { move(to: state.view.screen) }
    guard let event, screens.contains(place) else { return }
    switch event.input {
    case .key:
      if let lastKey { intervals.append(event.at.microseconds - lastKey) }
      lastKey = event.at.microseconds
    // Whoever was away, or reached for the mouse, was not pressing keys.
    case .mouse, .paste, .resize, .terminalFocus, .suspended, .continued, .choose, .resumed, .leave: lastKey = nil
    case .wake, .fence, .unknown: break
    }
  }

  private mutating func move(to screen: Int32) {
    if screen != place { lastKey = nil }
    place = screen
  }
}
