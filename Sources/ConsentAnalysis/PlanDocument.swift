import ConsentStudy
import Statistics

/// The plan as a page to be registered: every answer that the study itself gives, in the order of the forms of OSF and of
/// AsPredicted; what only people can say is left open and marked.
public struct PlanDocument {
  private let plan: StudyPlan
  private let facts: RegisteredPlan
  private let open = "*(to be written by the authors)*"

  /// The page of a study.
  public init(_ plan: StudyPlan, _ facts: RegisteredPlan) {
    self.plan = plan
    self.facts = facts
  }

  /// The page in the order of the OSF Preregistration form.
  public var osf: String {
    section(
      "Study information",
      [("Title", plan.title.isEmpty ? open : plan.title), ("Description", open), ("Hypotheses", hypotheses)])
      + section(
        "Design plan",
        [
          ("Study type", "Experiment: participants are randomly assigned."),
          ("Blinding", blinding), ("Study design", design), ("Randomization", randomization),
        ])
      + section(
        "Sampling plan",
        [
          ("Existing data", "Registration prior to creation of data, unless said otherwise: \(open)"),
          ("Data collection procedures", open), ("Sample size", sample), ("Sample size rationale", rationale),
          ("Stopping rule", stopping),
        ])
      + section(
        "Variables", [("Manipulated variables", manipulated), ("Measured variables", measured), ("Indices", indices)])
      + section(
        "Analysis plan",
        [
          ("Statistical models", models), ("Transformations", "None."), ("Inference criteria", criteria),
          ("Data exclusion", value("exclusions")), ("Missing data", value("missing")),
          ("Exploratory analysis", "Everything that is not named above."),
        ])
      + section("Other", [("Files", files)])
  }

  /// The same answers under the questions of AsPredicted.
  public var asPredicted: String {
    let answers = [
      ("1. Have any data been collected for this study already?", open),
      ("2. What's the main question being asked or hypothesis being tested?", hypotheses),
      ("3. Describe the key dependent variable(s)", indices),
      ("4. How many and which conditions will participants be assigned to?", manipulated),
      ("5. Specify exactly which analyses you will conduct", models + "\n\n" + criteria),
      ("6. Outliers and exclusions", value("exclusions")), ("7. How many observations", sample + "\n\n" + stopping),
      ("8. Anything else", files),
    ]
    return answers.map { "## \($0.0)\n\n\($0.1)\n\n" }.joined()
  }

  private func section(_ title: String, _ parts: [(String, String)]) -> String {
    "## \(title)\n\n" + parts.map { "### \($0.0)\n\n\($0.1)\n\n" }.joined()
  }

  private func value(_ name: String) -> String { facts.facts.first { $0.name == name }?.value ?? open }

  private func names(_ contrast: StudyPlan.Contrast) -> String {
    "\(plan.arms[contrast.other].name) against \(plan.arms[contrast.base].name)"
  }

  private var hypotheses: String {
    let contrasts = plan.contrasts.map { "the share of unaware sharing differs, \(names($0))" }
    let effects = plan.effects.map { effect in
      let factors = effect.map { "`\(plan.factors[$0].name)`" }
      return factors.count == 1
        ? "\(factors[0]) moves the share of unaware sharing"
        : "what \(factors[0]) does to the share of unaware sharing is otherwise under another level of \(factors[1])"
    }
    guard let primary = (contrasts + effects).first else { return open }
    var lines = ["Primary: \(primary) (two-sided). Direction, if any: \(open)"]
    lines += (contrasts + effects).dropFirst().map { "Further: \($0)." }
    lines.append("Secondary: all of these for the share that allowed training.")
    return lines.map { "- \($0)" }.joined(separator: "\n")
  }

  private var blinding: String {
    "Participants are not told which arm they are in, nor that there are arms that differ in the pop-up, before the reveal. The monitor "
      + "masks arms; looking is recorded, and every exclusion stores whether whoever decided had seen the arm."
  }

  private var design: String {
    "Between participants, \(plan.arms.count) arms; simulated days \(value("days")); pieces of a session: \(value("timeline")). "
      + "Presentation: \(value("presentation")), \(value("protocol"))."
  }

  private var randomization: String {
    let method =
      value("allocation") == "blocks" ? "Permuted blocks of concealed random sizes" : "The arm that has fewest people"
    let strata = plan.allocation.strata.isEmpty ? "no strata" : "strata \(value("strata"))"
    return
      "\(method), \(strata). Digest of the sealed list: `\(value("allocation_digest"))`. The seed stands in study.yaml, whose digest "
      + "is below, and is published when the study is over: with it the next arm could be foreseen."
  }

  private var sample: String {
    let all = plan.targetPerArm * plan.arms.count * plan.strata.count
    return "\(plan.targetPerArm) completed live sessions in each of \(plan.arms.count) arms"
      + (plan.strata.count > 1 ? " and each of \(plan.strata.count) strata" : "")
      + ": \(all) in all. Cap for an arm: \(value("cap_per_arm"))."
  }

  private var rationale: String {
    guard !plan.contrasts.isEmpty || plan.effects.isEmpty else {
      return
        "What the planned effects of factors can find is simulated, with rates that the authors expect: `clickwrap power --cell`. \(open)"
    }
    let perArm = min(TwoByTwo.mostEnumerated, plan.targetPerArm * plan.strata.count)
    guard perArm >= 2 else { return open }
    let design = TwoArmDesign(perArm: perArm, test: plan.test.design)
    let rows = [0.1, 0.25, 0.5].map { base in
      let above = design.detectableRate(above: base).map { percent($0) } ?? "nothing"
      return "- beside \(percent(base)): \(above) or more"
    }
    let name = plan.test.design.name
    return
      "With \(perArm) in an arm \(name) at .05 (achieved size \(tenThousandths(design.achievedSize))) finds with 80 % power:\n\n"
      + rows.joined(separator: "\n") + "\n\nWhy these differences matter: \(open)"
  }

  private var stopping: String {
    "The study pauses by itself when every arm of every stratum has its completed sessions; nobody looks at outcomes by arm before."
  }

  private var manipulated: String {
    plan.arms.map { "- `\($0.name)`: \(value("arm_\($0.name)"))" }.joined(separator: "\n")
      + "\n\nThe stimulus sheet shows every screen of every arm, and what differs."
  }

  private var measured: String {
    "Per session: how the terms stand and by what provenance; the answer to the question on belief and its confidence; time on screen, time in "
      + "focus, operations, free recall, kept apart; time from the pop-up's first frame to the decision. Definitions: codebook of the export."
  }

  private var indices: String {
    "- Primary: \(value("primary_outcome")); of those with \(value("primary_denominator"))\n"
      + "- Secondary: \(value("secondary_outcome")); of those with \(value("secondary_denominator"))"
  }

  private var models: String {
    let effects = plan.factors.count > 1 ? "Factors: \(value("effects_model")). " : ""
    return
      "\(effects)Each contrast: \(value("test")); risk difference, \(value("interval")); \(value("strata_model")). Sensitivity: \(value("sensitivity"))."
  }

  private var criteria: String { "Two-sided, .05; \(value("multiplicity"))." }

  private var files: String {
    "`plan.txt` holds every fact; `clickwrap deviations` compares it with the running study. Screens and study.yaml: SHA-256 "
      + "`\(value("files_sha256"))`. Machine and painter: version \(value("engine_version"))."
  }
}

/// A share as a percentage.
private func percent(_ share: Double) -> String {
  let tenths = Int((share * 1000).rounded())
  return tenths % 10 == 0 ? "\(tenths / 10) %" : "\(tenths / 10).\(tenths % 10) %"
}

/// A size to four digits.
private func tenThousandths(_ share: Double) -> String {
  let digits = String(Int((share * 10_000).rounded()))
  return "." + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
}
