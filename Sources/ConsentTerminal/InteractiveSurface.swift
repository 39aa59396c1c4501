import ConsentModel
import ConsentRender

/// A surface with a person at it: the full screen, or lines.
public protocol InteractiveSurface: Surface, ~Copyable {
  /// What was found out when it was opened.
  var report: TerminalReport { get }
  /// The signal that ended the session, or 0: the program ends by it too, once everything is closed.
  var endingSignal: Int32 { get }
  /// The size now.
  var currentSize: Size { get }

  /// Gets ready for a session of a flow; its clock goes on from a moment.
  ///
  /// - Parameter time: the moment of the last event of a session that goes on; zero for a new one.
  mutating func begin(_ flow: FlowDefinition, _ inputs: SessionInputs, at time: SessionTime)

  /// Whether the moments of keys in private fields are exact; otherwise, as at first, they are whole seconds.
  var keepsTypingTimes: Bool { get set }

  /// What was typed into private fields that the flow has emptied or whose screen has gone, if not given out before.
  ///
  /// It is to be called after each frame, or at the end. A field that comes back and is changed is given out again. A field
  /// that is still on the screen when the session ends is not given out: nobody has sent it.
  mutating func takeTexts() -> [PrivateText]

  /// Gives the terminal back as it was found; more calls do nothing.
  mutating func close()
}

extension InteractiveSurface where Self: ~Copyable {
  /// Gets ready for a new session of a flow; its clock starts now.
  public mutating func begin(_ flow: FlowDefinition, _ inputs: SessionInputs) { begin(flow, inputs, at: .zero) }
}
