import ConsentScreens
import ConsentSource
import ConsentStudy
import Testing

/// The flow of the study that `init` makes, with some changes.
private func study(_ changes: [(String, String)] = [], sourceLocation: SourceLocation = #_sourceLocation) throws
  -> StudyFlow
{
  var text = StudyTemplate.text(
    name: "s", flow: "consumer-terms", engineVersion: 2, seed: 7, retainUntil: "2030-01-01")
  for (old, new) in changes {
    #expect(text.contains(old), "the template has no \(old)", sourceLocation: sourceLocation)
    text = text.replacing(old, with: new)
  }
  let (plan, found) = StudyPlan.decode(Array(text.utf8), file: "study.yaml")
  #expect(found.map(\.rendered) == [], sourceLocation: sourceLocation)
  return StudyFlow(try #require(plan, sourceLocation: sourceLocation), pinned: InstrumentHost.screens)
}

@Suite("instruments in a study") struct StudyInstrumentsTests {
  @Test func allOfThemFitTogether() throws {
    let flow = try study([("task, belief", "task, sus, umux-lite, belief")])
    #expect(flow.diagnostics.map(\.rendered) == [])
    #expect(
      flow.instruments.map(\.name) == [
        "sus", "umux-lite", "belief", "comprehension", "checks", "control", "realism", "suspicion", "about", "informed",
      ])
    let (flows, found) = flow.compileAll()
    #expect(found.map(\.rendered) == [] && flows?.count == 3)
    // Every answer is a variable of every arm, and means the same there.
    for compiled in flows ?? [] {
      for instrument in flow.instruments {
        for item in instrument.items {
          let variable = compiled.variables.first { $0.name == instrument.answerVariable(of: item) }
          #expect(variable?.values == item.values, "\(instrument.name) \(item.name.value)")
        }
      }
    }
  }

  @Test func whatWasVariedIsAskedFor() throws {
    let flow = try study([
      ("default-off: {default: off}", "default-off: {default: off, emphasis: normal}")
    ])
    let checks = try #require(flow.instruments.first { $0.name == "checks" })
    #expect(checks.items.map(\.name.value) == ["default", "emphasis"])
    #expect(checks.items[0].values == ["unset", "on", "off", "neither", "none-seen", "dont-know"])
    #expect(checks.items.allSatisfy { $0.values.last == "dont-know" && $0.isRequired })
    #expect(checks.items[1].mark.file.hasSuffix("consumer-terms/factors/emphasis.yaml"))
  }
}
