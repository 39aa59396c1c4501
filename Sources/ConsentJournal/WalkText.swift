import ConsentEngine
import ConsentModel

extension Walk {
  /// A walk along a way that exploration found, as the text of a `.walk` file.
  ///
  /// Keys come past the input guard and before any timer; where the way waits for a timer, the walk waits as long as that
  /// takes. The walk ends with what the session has come to.
  ///
  /// - Parameters:
  ///   - path: the way; clicks are clicks on cells.
  ///   - inputs: what the session is given, but for its date, which is the way's.
  ///   - saying: lines of the comment at its head; line breaks in them become spaces.
  public static func text(
    along path: Exploration.Path, of flow: FlowDefinition, _ inputs: SessionInputs, saying: [String]
  ) -> String {
    var inputs = inputs
    inputs.date = path.date
    var lines = saying.map { "# " + String($0.map { $0.isNewline ? " " : $0 }) }
    lines.append("flow: \(flow.name)")
    // Levels that are baselines may be named, too.
    lines += flow.condition.map { "set: \($0.factor)=\($0.level)" }
    lines.append("entry: \(flow.entries[min(Int(inputs.entry), flow.entries.count - 1)].name)")
    if inputs.account != 0 { lines.append("account: \(flow.accounts[Int(inputs.account)])") }
    lines.append("date: \(path.date.text)")
    if inputs.size != .standard { lines.append("size: \(inputs.size.columns)x\(inputs.size.rows)") }
    if inputs.presentation != .screen { lines.append("presentation: \(inputs.presentation.word)") }
    if inputs.asksBeforeStopping { lines.append("stop: asks") }
    if inputs.seed != 0 { lines.append("seed: \(inputs.seed)") }
    lines.append("")
    let engine = FlowEngine(flow)
    var outbox = Outbox()
    var state = engine.start(inputs, into: &outbox)
    let pause = Int64(max(0, inputs.inputGuardMicroseconds)) + 100_000
    for input in path.inputs {
      let waited: Int64
      if input == .wake {
        waited = state.wakeAt.map { $0.microseconds - state.now.microseconds } ?? 0
      } else {
        waited = pause
      }
      lines.append("wait \(duration(max(0, waited)))")
      if let line = Walk.line(input, flow) { lines.append(line) }
      engine.step(&state, Event(at: state.now.advanced(byMicroseconds: max(0, waited)), input), into: &outbox)
    }
    lines += ending(state, engine)
    return lines.joined(separator: "\n") + "\n"
  }

  private static func ending(_ state: FlowState, _ engine: FlowEngine) -> [String] {
    let flow = engine.flow
    var lines: [String] = []
    if !state.isOver { lines.append("expect-screen \(flow.screens[Int(state.view.screen)].name)") }
    for (index, term) in flow.terms.enumerated() {
      lines.append("expect-term \(term.name) \(state.standing(of: index).word)")
    }
    if state.isOver { lines.append("expect-outcome \(state.outcome.map { flow.outcomes[Int($0)] } ?? "none")") }
    return lines
  }

  /// The line of an input, or nil where it is no act.
  private static func line(_ input: Input, _ flow: FlowDefinition) -> String? {
    switch input {
    case .key(.typed): "type 1"
    case .key(.typedWide): "type 1 wide"
    case .key(let key): "key \(key.spelling)"
    case .mouse(let mouse):
      switch mouse.action {
      case .press: "click \(mouse.column)x\(mouse.row)"
      case .wheelUp: "wheel up"
      case .wheelDown: "wheel down"
      case .release: nil
      }
    case .paste(let characters, _): "paste \(characters)"
    case .resize(let size): "resize \(size.columns)x\(size.rows)"
    case .choose(let control): "choose \(flow.elements[Int(control)].name)"
    case .leave(let reason): "leave \(reason.word)"
    case .wake, .terminalFocus, .suspended, .continued, .fence, .unknown, .resumed: nil
    }
  }

  /// A time in the words of a walk, to the microsecond.
  private static func duration(_ microseconds: Int64) -> String {
    if microseconds % 1_000_000 == 0 { return "\(microseconds / 1_000_000)s" }
    return microseconds % 1000 == 0 ? "\(microseconds / 1000)ms" : "\(microseconds)us"
  }
}
