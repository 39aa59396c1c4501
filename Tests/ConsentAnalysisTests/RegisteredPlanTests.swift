import ConsentStudy
import Testing

@testable import ConsentAnalysis

@Suite("a registered plan") struct RegisteredPlanTests {
  private func study(_ changes: [(String, String)] = []) throws -> StudyPlan {
    var text = StudyTemplate.text(
      name: "s", flow: "consumer-terms", engineVersion: 2, seed: 7, retainUntil: "2030-01-01")
    for (old, new) in changes {
      #expect(text.contains(old))
      text = text.split(separator: old, omittingEmptySubsequences: false).joined(separator: new)
    }
    return try #require(StudyPlan.decode(Array(text.utf8), file: "study.yaml").plan)
  }

  private func facts(_ plan: StudyPlan, digest: String = "d") -> RegisteredPlan {
    RegisteredPlan(plan, digest: digest, seal: Seal(plan, digest: digest))
  }

  @Test func isReadAsItWasWritten() throws {
    let plan = facts(try study())
    #expect(RegisteredPlan.parse(plan.text) == .success(plan))
    #expect(plan.deviations(of: plan) == [])
    for (text, line) in [
      ("", 1), ("clickwrap_plan: 2\n", 1), ("clickwrap_plan: 1\nno colon\n", 2), ("clickwrap_plan: 1\na: 1\na: 2\n", 3),
      ("clickwrap_plan: 1\nA: 1\n", 2), ("clickwrap_plan: 1\n: 1\n", 2),
    ] {
      #expect(RegisteredPlan.parse(text) == .failure(.init(line: line)), "\(text)")
    }
  }

  @Test func whatIsOtherwiseIsNamed() throws {
    let registered = facts(try study())
    let now = facts(try study([("target_per_arm: 66", "target_per_arm: 60")]), digest: "e")
    let found = registered.deviations(of: now)
    #expect(found.map(\.name) == ["files_sha256", "allocation_digest", "completed_per_arm_and_stratum"])
    #expect(found.last == .init(name: "completed_per_arm_and_stratum", registered: "66", now: "60"))
    // A fact that one of them does not have.
    var fewer = registered
    fewer.facts.removeAll { $0.name == "test" }
    #expect(fewer.deviations(of: registered).map(\.name) == ["test"])
    #expect(registered.deviations(of: fewer).map(\.now) == [nil])
  }

  /// With the seed the next arm could be foreseen.
  @Test func theSeedStaysInTheStudy() throws {
    let plan = try study([("seed: 7", "seed: 7654321")])
    let registered = facts(plan)
    let page = PlanDocument(plan, registered)
    for text in [registered.text, page.osf, page.asPredicted] { #expect(!text.contains("7654321")) }
  }

  @Test func thePageLeavesNothingOutOfTheForms() throws {
    let plan = try study()
    let page = PlanDocument(plan, facts(plan))
    for heading in [
      "### Hypotheses", "### Blinding", "### Randomization", "### Sample size", "### Stopping rule",
      "### Manipulated variables",
      "### Statistical models", "### Inference criteria", "### Data exclusion", "### Missing data",
    ] {
      #expect(page.osf.contains(heading + "\n\n"), "\(heading)")
    }
    for number in 1...8 { #expect(page.asPredicted.contains("## \(number). ")) }
    #expect(page.osf.contains("default-on against default-off") && page.osf.contains("198 in all"))
  }
}
