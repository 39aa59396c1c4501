import ConsentAudit
import ConsentEngine
import ConsentModel
import Testing

/// The study asks for consent of its own; how it asks has to bear the same look as the screens that it is about.
@Suite("rules on the study's own screens") struct OwnScreensAuditTests {
  /// What can be read off a screen alone. The others are about what a vendor does with data, or about ways through a flow
  /// whose purposes and dates are those of the simulated terms.
  private static let ofTheScreen = [
    "R09", "R10", "R11", "R12", "R13", "R14", "R16", "R17", "R18", "R19", "R21",
  ]

  @Test(arguments: ["consent", "stop", "debriefing", "data-choice", "declined", "stopped"])
  func none(_ name: String) throws {
    let sample = try SampleStudy()
    var flow = try sample.compile(sample.plan.arms[0].levels)
    let screen = try #require(flow.screens.firstIndex { $0.name == name })
    flow.entries = [FlowDefinition.Entry(name: "own", screen: Int32(screen))]
    // Its two answers are compared as accepting and refusing are.
    let answers = flow.elements.indices.filter { index in
      guard flow.elements[index].screen == Int32(screen), case .button = flow.elements[index].kind else { return false }
      return flow.elements[index].role == .answer
    }
    for (answer, role) in zip(answers, [Element.Role.accept, .decline]) { flow.elements[answer].role = role }
    let inputs = SessionInputs(date: flow.dates.published, inputGuardMicroseconds: 0)
    let results = Audit.results(AuditSubject(FlowEngine(flow), inputs))
    let fired = results.filter { $0.fires && OwnScreensAuditTests.ofTheScreen.contains($0.rule.id) }
    #expect(fired.map { "\($0.rule.id) \($0.verdict)" } == [], "\(name)")
    if name == "consent" || name == "data-choice" { #expect(answers.count == 2, "\(name) has two answers") }
  }
}
