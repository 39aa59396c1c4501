import ConsentModel
import ConsentRender

// The right to stop: one key on every screen, which is never an answer to what the screen asks.
extension FlowEngine {
  /// Whether a key stops the session: Ctrl-C always, and the flow's own stop key where it is shown.
  @inline(__always)
  func isStopKey(_ key: Key, _ state: borrowing FlowState) -> Bool {
    if key == .stop { return true }
    return asksBeforeStopping(state) && key == tables.stopKey
  }

  /// Whether the stop key leads to a question.
  @inline(__always)
  private func asksBeforeStopping(_ state: borrowing FlowState) -> Bool {
    state.inputs.asksBeforeStopping && tables.stopScreen >= 0
  }

  /// Whether a screen says which key stops: every one but those on which the session is being stopped.
  @inline(__always)
  func showsStop(on screen: Int32, _ state: borrowing FlowState) -> Bool {
    asksBeforeStopping(state) && !tables.isStopping[Int(screen)]
  }

  /// Asks whether stopping is meant where the flow has a question for it and it can be seen; otherwise leaves.
  ///
  /// The question lies on top of the screen that was there, so that going on is going back to it.
  func stop(_ state: inout FlowState, _ outbox: inout Outbox) {
    guard asksBeforeStopping(state), !state.geometry.isTooSmall else {
      leave(.stopKey, &state, &outbox)
      return
    }
    for place in state.stack where tables.isStopping[Int(place.screen)] {
      outbox.append(.missed(.atLimit))
      return
    }
    open(tables.stopScreen, isReplacing: false, &state, &outbox)
  }

  /// Ends the session from outside the flow.
  func leave(_ reason: LeaveReason, _ state: inout FlowState, _ outbox: inout Outbox) {
    outbox.append(.left(reason))
    state.leave = reason
    state.isOver = true
  }
}
