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

  @Test func effectsAndTestsAreRegistered() throws {
    let arms = "arms:\n  default-on: {default: on}\n  default-off: {default: off}\n  forced-choice: {default: unset}\n"
    let contrasts = "contrasts: [[default-off, default-on], [forced-choice, default-on]]"
    let factors =
      "factors: {default: [on, off], fill: [black, equal]}\neffects: [[fill], [default, fill]]\ntest: mid-p\n#"
    let plan = try study([(arms, ""), (contrasts, factors)])
    let registered = facts(plan)
    func value(_ name: String) -> String? { registered.facts.first { $0.name == name }?.value }
    #expect(value("primary_effect") == "fill" && value("effect_2") == "default x fill")
    #expect(
      value("test")?.hasPrefix("mid-p") == true && value("multiplicity") == "holm over the effects of each outcome")
    #expect(value("effects_model") != nil && value("primary_contrast") == nil)
    let page = PlanDocument(plan, registered)
    #expect(page.osf.contains("Primary: `fill` moves the share of unaware sharing"))
    #expect(page.osf.contains("`power --cell`") || page.osf.contains("clickwrap power --cell"))
    // Another test is a deviation.
    let other = facts(try study([(arms, ""), (contrasts, factors), ("test: mid-p", "test: fisher")]))
    #expect(registered.deviations(of: other).map(\.name) == ["test"])
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
