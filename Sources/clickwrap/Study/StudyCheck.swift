import ConsentAnalysis
import ConsentEngine
import ConsentModel
import ConsentSource
import ConsentStudy
import Statistics

/// Everything that can be said of a study before anybody takes part.
struct StudyCheck {
  let folder: StudyFolder
  /// Whether every value of every draw is explored.
  var everyDraw = false

  /// What is wrong, and what is good to know.
  func run() throws -> (found: [Diagnostic], facts: [String]) {
    let (plan, problems) = try StudyPlan.read(folder)
    guard let plan else { return (problems, []) }
    let flow = StudyFlow(plan, pinned: folder.pinned)
    var found = problems + flow.diagnostics
    guard flow.document != nil, !found.hasErrors else { return (found.inReadingOrder(), []) }
    let (compiled, diagnostics) = flow.compileAll()
    found += diagnostics
    guard !found.hasErrors, let flows = compiled else { return (found.inReadingOrder(), []) }
    if let document = flow.document {
      found += plan.obstaclesToLive(file: folder.planPath, document: document).map { obstacle in
        var warning = obstacle
        warning.severity = .warning
        return warning
      }
    }
    if plan.targetPerArm < 50 {
      found.append(
        Diagnostic(
          .warning, at: Mark(file: folder.planPath), "there are only \(plan.targetPerArm) in each arm",
          hint: "under 50 little but very large differences is found"))
    }
    let (claims, mistakes) = flow.claims(of: folder, for: flows)
    found += mistakes
    let proofs = StudyProofs(plan, arms: flows, claims: claims, everyDraw: everyDraw)
    found += proofs.problems(file: folder.planPath)
    return (found.inReadingOrder(), proofs.facts + armFacts(plan, flow, flows, proofs) + detectable(plan))
  }

  // MARK: Arms

  /// What differs between the first arm and every other one.
  private func armFacts(
    _ plan: StudyPlan, _ flow: StudyFlow, _ flows: [FlowDefinition], _ proofs: StudyProofs
  ) -> [String] {
    guard let first = flows.first else { return [] }
    let engine = FlowEngine(first)
    var facts: [String] = []
    for (index, other) in flows.enumerated().dropFirst() {
      let comparison = ArmComparison(
        engine, FlowEngine(other), ways: proofs.ways, inputs: plan.inputs(for: first, seed: proofs.seed))
      let levels = plan.arms[index].levels.keys.filter { plan.arms[0].levels[$0] != plan.arms[index].levels[$0] }
      facts.append(
        "\(plan.arms[0].name) and \(plan.arms[index].name) (\(levels.sorted().joined(separator: ", "))): "
          + "\(comparison.frames) pairs of frames")
      for difference in comparison.differences {
        facts.append("  \(difference.screen): up to \(difference.cells) cells differ")
        for row in difference.rows.prefix(4) {
          facts.append("    row \(row.row): \(trimmed(row.first))")
          facts.append("    \(String(repeating: " ", count: "row \(row.row)".count)): \(trimmed(row.other))")
        }
      }
      if !comparison.divergences.isEmpty {
        facts.append("  the same keys lead elsewhere after \(comparison.divergences.joined(separator: ", "))")
      }
    }
    return facts
  }

  private func trimmed(_ text: String) -> String {
    let words = text.split(separator: " ").joined(separator: " ")
    return words.count > 70 ? words.prefix(69) + "…" : words
  }

  // MARK: Power

  /// What the contrasts can find, at some rates of the base arm.
  private func detectable(_ plan: StudyPlan) -> [String] {
    guard !plan.contrasts.isEmpty else {
      return [
        plan.effects.isEmpty
          ? "nothing is planned to be tested: study.yaml has no contrasts and no effects"
          : "effects of factors are planned; what they can find: clickwrap power --cell"
      ]
    }
    let perArm = min(1000, plan.targetPerArm * plan.strata.count)
    let design = TwoArmDesign(perArm: perArm, test: plan.test.design)
    var facts = [
      "with \(perArm) in each arm, \(plan.test.design.name), two-sided, at 0.05 (achieved size \(percent(design.achievedSize))), finds "
        + "with 80 % power:"
    ]
    for base in [0.1, 0.25, 0.5, 0.75, 0.9] {
      let above = design.detectableRate(above: base).map { "\(percent($0)) or more" }
      let below = design.detectableRate(below: base).map { "\(percent($0)) or less" }
      let both = [below, above].compactMap { $0 }.joined(separator: ", ")
      facts.append("  beside \(percent(base)): \(both.isEmpty ? "nothing" : both)")
    }
    let names = plan.contrasts.map { "\(plan.arms[$0.other].name) against \(plan.arms[$0.base].name)" }
    facts.append("primary contrast: \(names[0])")
    if names.count > 1 {
      facts.append(
        "further contrasts, for which this says too much unless they are adjusted for: "
          + names.dropFirst().joined(separator: ", "))
    }
    return facts
  }

  private func percent(_ share: Double) -> String {
    let tenths = Int((share * 1000).rounded())
    return tenths % 10 == 0 ? "\(tenths / 10) %" : "\(tenths / 10).\(tenths % 10) %"
  }
}
