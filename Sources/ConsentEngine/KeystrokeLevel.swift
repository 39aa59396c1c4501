import ConsentModel

/// Time that a practised person needs for a way, by the Keystroke-Level Model: no thinking about what is chosen, no reading.
///
/// Operators and times: Card, Moran and Newell 1980; K for an average typist.
public enum KeystrokeLevel {
  /// A key, in milliseconds.
  public static let key = 280
  /// Pointing with the mouse at something.
  public static let point = 1100
  /// Moving the hand from the keys to the mouse, or back.
  public static let home = 400
  /// Getting ready in the mind.
  public static let prepare = 1350
  /// Pressing or releasing a button of the mouse.
  public static let button = 100

  /// Milliseconds for a way that begins with the hands on the keys.
  ///
  /// The mind gets ready before the first key or click, and before each that is another one than that before it, but for Enter.
  /// A click is pointing, pressing and releasing. Waiting costs nothing.
  public static func milliseconds(_ way: some Sequence<Input>) -> Int {
    var sum = 0
    var last: Input?
    var isAtMouse = false
    for input in way {
      switch input {
      case .key(let key):
        if isAtMouse { sum += home }
        isAtMouse = false
        if last == nil || (last != input && key != .enter) { sum += prepare }
        sum += KeystrokeLevel.key
      case .mouse(let mouse):
        if !isAtMouse { sum += home }
        isAtMouse = true
        sum += prepare
        switch mouse.action {
        case .press: sum += point + 2 * button
        case .wheelUp, .wheelDown: sum += button
        case .release: break
        }
      // A number among lines is a key and Enter.
      case .choose: sum += (last == input ? 0 : prepare) + 2 * KeystrokeLevel.key
      case .paste, .resize, .wake, .terminalFocus, .suspended, .continued, .fence, .unknown, .resumed, .leave: continue
      }
      last = input
    }
    return sum
  }
}
