import ConsentModel
import ConsentRender

// The right to stop: one key on every screen, which is never an answer to what the screen asks.
extension FlowEngine {
  /// Whether a key stops the session: Ctrl-C always, and the flow's own stop key where it is shown.
  @inline(__always)
  func isStopKey(_ key: Key, _ state: borrowing FlowState) -> Bool {
    if key == .stop { return true }
    return state.view.showsStop && key == tables.stopKey
  }

  /// Asks whether stopping is meant where the flow has a question for it and it can be seen; otherwise leaves.
  ///
  /// The question lies on top of the screen that was there, so that going on is going back to it.
  func stop(_ state: inout FlowState, _ outbox: inout Outbox) {
    guard state.view.showsStop, !state.geometry.isTooSmall else {
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
