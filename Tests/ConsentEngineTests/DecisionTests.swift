import ConsentEngine
import ConsentModel
import ConsentRender
import Testing

@Suite struct DecisionTests {
  /// Presses keys on the sample's pop-up and compares what was decided about training.
  private func check(
    _ keys: [String], preset: Int32 = 2, _ standing: Standing, _ provenance: Provenance, operations: Int32 = 0,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    var session = Sample(preset: preset).atPopup()
    for key in keys { session.press(key) }
    let term = session.agreement.terms[1]
    #expect(term.standing == standing, sourceLocation: sourceLocation)
    #expect(term.decidedStanding == standing, sourceLocation: sourceLocation)
    #expect(term.provenance == provenance, sourceLocation: sourceLocation)
    #expect(term.operations == operations, sourceLocation: sourceLocation)
    #expect(term.preset == preset, sourceLocation: sourceLocation)
  }

  @Test func provenances() {
    let toSwitch = ["tab", "tab"]
    check(["enter"], .agreed, .presetUntouched)
    check(["enter"], preset: 1, .declined, .presetUntouched)
    check(toSwitch + ["space", "a"], .declined, .changed, operations: 1)
    check(toSwitch + ["space", "space", "a"], .agreed, .changedBack, operations: 2)
    check(toSwitch + ["space", "a"], preset: 0, .agreed, .chosen, operations: 1)
    check(toSwitch + ["enter", "enter", "a"], preset: 0, .declined, .chosen, operations: 2)
    check(["shift+tab", "enter", "a"], .agreed, .presetConfirmed)
    check(["shift+tab", "enter", "up", "up", "space", "a"], .declined, .changed, operations: 1)
    check(["tab", "enter"], .deferred, .deferred)
    check(["enter"], preset: 0, .undecided, .left)
    check(["tab"], .undecided, .left)
  }

  @Test func constantsAreRowsForPurposesAndChosenForTerms() {
    var sample = Sample()
    sample.builder.flow.elements[Int(sample.builder.element("accept"))].onActivate = [
      Branch(steps: [.decide(term: 0, standing: .agreed), .decide(term: 1, standing: .declined)])
    ]
    var session = sample.atPopup()
    session.press("enter")
    #expect(session.agreement.terms.map(\.provenance) == [.chosen, .explicitRow])
    #expect(session.agreement.terms.map(\.standing) == [.agreed, .declined])
  }

  @Test func factsOfADecision() {
    var session = Sample().atPopup(guardMilliseconds: 500)
    session.press("tab", after: 600)
    session.press("tab", after: 100)
    session.press("space", after: 40)
    let shown = session.frame.digest
    session.press("a", after: 30)
    let term = session.agreement.terms[1]
    #expect(term.eventIndex == 3)
    #expect(term.frameDigest == shown)
    #expect(term.frameDigest != session.frame.digest)
    #expect(term.decidedAt == SessionTime(milliseconds: 770))
    #expect(term.decidedOn == session.engine.flow.dates.published)
    #expect(term.latencyMicroseconds == 770_000)
    #expect(term.isPossiblyAccidental)
    #expect(term.controlOnScreenMicroseconds == 770_000)
    #expect(term.controlFocusedMicroseconds == 70_000)
    #expect(session.value("seen") == 770)
    #expect(session.value("soon") == 1)
    #expect(session.value("how") == Int32(Provenance.changed.rawValue))
    session.press("enter", after: 9000)
    #expect(session.agreement.terms[1] == term)
  }

  @Test func accidentsEndThreeHundredMillisecondsAfterTheGuard() {
    for (milliseconds, isAccident) in [(500, true), (799, true), (800, false), (5000, false)] as [(Int64, Bool)] {
      var session = Sample().atPopup(guardMilliseconds: 500)
      session.press("enter", after: milliseconds)
      #expect(session.agreement.terms[1].isPossiblyAccidental == isAccident, "\(milliseconds)")
    }
  }

  @Test func laterChangesKeepTheDecision() {
    var session = Sample().atPopup()
    session.press("enter")
    let decided = session.agreement.terms[1]
    session.press("tab", "enter", "space")
    #expect(session.screen == "settings")
    let changed = session.agreement.terms[1]
    #expect(changed.standing == .declined)
    #expect(changed.decidedStanding == .agreed)
    #expect(changed.wasWithdrawn)
    #expect(changed.provenance == .presetUntouched)
    #expect(changed.eventIndex == decided.eventIndex)
    #expect(session.value("choice") == 4)
    session.press("space")
    #expect(session.agreement.terms[1].standing == .agreed)
    #expect(session.agreement.terms[1].wasWithdrawn)
    #expect(session.value("choice") == 2)
  }

  @Test func puttingOffNeverTakesADecisionBack() {
    var sample = Sample()
    sample.builder.button("late", on: sample.after, .defer_(term: 1))
    var session = sample.atPopup()
    session.press("enter", "shift+tab", "enter")
    #expect(session.focus == "late")
    #expect(session.agreement.terms[1].standing == .agreed)
    #expect(session.agreement.terms[1].provenance == .presetUntouched)
  }

  @Test func journeyOverDays() {
    var session = Session(Sample().flow)
    #expect(session.state.wakeAt == SessionTime(milliseconds: 500))
    #expect(session.send(.wake, after: 499) == [.missed(.early)])
    session.send(.wake, after: 1)
    #expect(session.screen == "popup")
    #expect(session.value("prompts") == 1)
    #expect(session.state.wakeAt == nil)
    for day in 101...110 as ClosedRange<Int32> {
      session.press("tab", "enter")
      #expect(session.screen == "chat")
      #expect(session.state.date == Day(number: day))
      #expect(session.agreement.terms[1].standing == .deferred)
      #expect(session.value("left") == 110 - day)
      session.send(.wake)
      #expect(session.screen == "popup", "day \(day)")
      #expect(session.value("prompts") == day - 99)
    }
    // On the date nothing can be put off any more.
    #expect(session.value("phase") == 1)
    session.press("tab")
    #expect(session.focus == "switch")
    session.press("a", "enter")
    #expect(session.state.isOver)
    #expect(session.agreement.outcome == 0)
    #expect(session.agreement.prompts == 11)
    #expect(session.agreement.terms[1].provenance == .presetUntouched)
    #expect(session.agreement.terms[1].latencyMicroseconds == 2_000_000)
  }
}
