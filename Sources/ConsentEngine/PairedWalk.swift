import ConsentModel

/// The same inputs at the same times in two engines of one flow, step by step.
public enum PairedWalk {
  /// Goes along a way in both until it ends or they stand on different screens.
  ///
  /// - Parameters:
  ///   - way: the inputs, and the date on which both sessions start.
  ///   - visit: called with both states, at the start and after every input that leads both to the same screen.
  /// - Returns: the screen of the first engine after which they stood on different ones, or nil.
  public static func go(
    _ way: Exploration.Path, _ first: FlowEngine, _ other: FlowEngine, _ inputs: SessionInputs,
    visit: (borrowing FlowState, borrowing FlowState) -> Void
  ) -> Int32? {
    var inputs = inputs
    inputs.date = way.date
    var outbox = Outbox()
    var a = first.start(inputs, into: &outbox)
    var b = other.start(inputs, into: &outbox)
    guard isSame(a, b, first, other) else { return a.view.screen }
    visit(a, b)
    for input in way.inputs {
      let before = a.view.screen
      // Every key comes when the guard and every timer that was waited for are over.
      let now = max(a.now.microseconds, b.now.microseconds)
      let at = SessionTime(microseconds: input == .wake ? max(now, a.wakeAt?.microseconds ?? 0) : now + 1_000_000)
      first.step(&a, Event(at: at, input), into: &outbox)
      other.step(&b, Event(at: at, input), into: &outbox)
      guard isSame(a, b, first, other) else { return before }
      visit(a, b)
    }
    return nil
  }

  private static func isSame(
    _ a: borrowing FlowState, _ b: borrowing FlowState, _ first: FlowEngine, _ other: FlowEngine
  ) -> Bool {
    a.isOver == b.isOver
      && first.flow.screens[Int(a.view.screen)].name == other.flow.screens[Int(b.view.screen)].name
  }
}
