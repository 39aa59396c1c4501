import ConsentModel

/// What a terminal is sent so that it shows frames one after the other: text, colours and cursor addressing.
///
/// A full screen is painted whole at first and after a change of size, and afterwards only where it differs; cell by cell the
/// terminal then shows the frame. Lines are written once each, one after the other, as in the linear presentation.
public struct FrameStream {
  private let flow: FlowDefinition
  private let depth: ColourDepth
  private var shown: Frame?
  private var voice = LinearVoice()

  /// A stream for frames of a flow.
  ///
  /// - Parameter depth: the colours that the terminal is told.
  public init(_ flow: FlowDefinition, depth: ColourDepth) {
    self.flow = flow
    self.depth = depth
  }

  /// What comes before the first frame.
  ///
  /// - Parameter isLinear: whether the frames are lines; a full screen leaves what stood on the terminal as it was.
  public func opening(isLinear: Bool) -> String { isLinear ? "" : "\u{1B}[?1049h\u{1B}[0m\u{1B}[H\u{1B}[2J" }

  /// What comes after the last frame; `keepsPicture` leaves the last frame on the terminal.
  public func closing(isLinear: Bool, keepsPicture: Bool = false) -> String {
    isLinear ? "" : keepsPicture ? "\u{1B}[0m" : "\u{1B}[0m\u{1B}[?25h\u{1B}[?1049l"
  }

  /// What shows a frame; empty where nothing of it is new.
  public mutating func show(_ frame: borrowing Frame) -> String {
    if frame.layout?.isLinear ?? false { return lines(frame) }
    var output = ""
    if let shown, shown.size == frame.size {
      for run in FrameDifference(from: shown, to: copy frame).runs { write(run, frame, &output) }
      if output.isEmpty, shown.cursor == frame.cursor { return "" }
    } else {
      if shown != nil { output += "\u{1B}[0m\u{1B}[2J" }
      for row in 0..<Int(frame.size.rows) {
        write(FrameDifference.Run(row: row, column: 0, columns: Int(frame.size.columns)), frame, &output)
      }
    }
    let column = min(max(Int(frame.cursor.column), 0), Int(frame.size.columns) - 1)
    let row = min(max(Int(frame.cursor.row), 0), Int(frame.size.rows) - 1)
    output += "\u{1B}[\(row + 1);\(column + 1)H\u{1B}[?25\(frame.cursor.isVisible ? "h" : "l")"
    shown = copy frame
    return output
  }

  private func write(_ run: FrameDifference.Run, _ frame: borrowing Frame, _ output: inout String) {
    output += "\u{1B}[\(run.row + 1);\(run.column + 1)H"
    frame.writeANSI(row: run.row, columns: run.column..<run.end, flow: flow, depth: depth, into: &output)
  }

  // MARK: Lines

  private mutating func lines(_ frame: borrowing Frame) -> String {
    let speech = voice.speech(of: frame)
    var output = speech.followsScreen ? "\r\n" : ""
    for row in speech.rows + speech.ask {
      var line = frame.text(row: row, flow: flow)
      while line.last == " " { line.removeLast() }
      output += line + "\r\n"
    }
    return output
  }
}
