import ConsentModel
import ConsentRender

@testable import ConsentTerminal

/// A surface on which keys are pressed from a list, one a second, and which is then hung up. Nothing waits.
struct ScriptedSurface: InteractiveSurface {
  let report: TerminalReport
  let endingSignal: Int32 = 0
  var currentSize: Size
  private var keys: ArraySlice<Key>
  private var now = SessionTime.zero
  var keepsTypingTimes = false
  /// How many frames were shown.
  private(set) var shown = 0

  /// - Parameter keys: how keys are spelled, with spaces between them.
  init(_ keys: String = "", size: Size = .standard, isKiosk: Bool = false) {
    self.keys = keys.split(separator: " ").map { Key(spelling: String($0)) ?? .stop }[...]
    currentSize = size
    report = TerminalReport(
      type: "script", colors: .indexed, isUTF8: true, hasMouse: false,
      reportsFocus: false, hasFences: false, isKiosk: isKiosk, through: [], escapeDelayMicroseconds: 25_000)
  }

  mutating func begin(_ flow: FlowDefinition, _ inputs: SessionInputs, at time: SessionTime) { now = time }

  mutating func present(_ frame: borrowing Frame) { shown += 1 }

  mutating func nextEvent(until: SessionTime?) -> Event {
    guard let key = keys.popFirst() else { return Event(at: now, .leave(.hangup)) }
    now = now.advanced(byMicroseconds: 1_000_000)
    return Event(at: now, .key(key))
  }

  mutating func takeTexts() -> [PrivateText] { [] }

  mutating func close() {}
}
