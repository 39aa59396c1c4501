import ConsentModel
import ConsentRender
import ConsentTerminal

/// Shows frames of the past at their pace, or one at every key.
struct Player {
  /// Somebody has seen enough.
  struct Stopped: Error {}

  /// How much faster than it was; nil waits for a key before every frame.
  let speed: Double?
  /// How much later than at their own moment frames are shown, because the person let them come earlier or later.
  private var shift: Int64 = 0

  init(speed: Double?) { self.speed = speed }

  /// Waits until a frame's moment has come and shows it.
  ///
  /// Space, Enter and the right arrow do not wait; q, Escape and Ctrl-C throw `Stopped`.
  mutating func show(
    _ frame: borrowing Frame, at time: SessionTime, isFirst: Bool = false, on surface: inout TerminalSurface
  ) throws {
    if !isFirst { try wait(for: time, on: &surface) }
    surface.present(frame)
  }

  /// Waits for a key, so that the last frame can be seen.
  mutating func hold(on surface: inout TerminalSurface) throws { _ = try key(until: nil, on: &surface) }

  private mutating func wait(for time: SessionTime, on surface: inout TerminalSurface) throws {
    guard let speed else { return try hold(on: &surface) }
    let moment = Int64(Double(time.microseconds) / speed) + shift
    guard moment > surface.now().microseconds else { return }
    if try key(until: SessionTime(microseconds: moment), on: &surface) {
      // What follows keeps its distance from the frame that was let through early.
      shift -= max(0, moment - surface.now().microseconds)
    }
  }

  /// Whether a key came before the moment.
  private func key(until moment: SessionTime?, on surface: inout TerminalSurface) throws -> Bool {
    while true {
      switch surface.nextEvent(until: moment).input {
      case .wake: return false
      case .key(.space), .key(.enter), .key(.right), .key(Key("n")): return true
      case .key(.escape), .key(Key("q")), .key(.stop), .leave: throw Stopped()
      case .resize, .continued: surface.presentAgain()
      case .key, .mouse, .paste, .terminalFocus, .suspended, .fence, .unknown, .choose, .resumed: break
      }
    }
  }
}
