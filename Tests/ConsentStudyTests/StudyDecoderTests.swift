import ConsentSource
import ConsentStudy
import Testing

/// The template with some lines replaced, and what is said about it.
private func check(
  _ changes: [(String, String)], _ expected: [String], sourceLocation: SourceLocation = #_sourceLocation
) {
  var text = StudyTemplate.text(
    name: "s", flow: "consumer-terms", engineVersion: 2, seed: 7, retainUntil: "2030-01-01")
  for (old, new) in changes {
    #expect(text.contains(old), "the template has no \(old)", sourceLocation: sourceLocation)
    text = text.split(separator: old, omittingEmptySubsequences: false).joined(separator: new)
  }
  let (plan, found) = StudyPlan.decode(Array(text.utf8), file: "study.yaml")
  let said = found.map { diagnostic in
    let rendered = diagnostic.rendered.split(separator: ": ", maxSplits: 1)
    return String(rendered.last ?? "")
  }
  #expect(said == expected, sourceLocation: sourceLocation)
  #expect((plan == nil) == found.hasErrors, sourceLocation: sourceLocation)
}

@Suite("study.yaml") struct StudyDecoderTests {
  @Test func theTemplateIsRight() throws {
    check([], [])
    let text = StudyTemplate.text(
      name: "s", flow: "consumer-terms", engineVersion: 2, seed: 7, retainUntil: "2030-01-01")
    let plan = try #require(StudyPlan.decode(Array(text.utf8), file: "study.yaml").plan)
    #expect(plan.arms.map(\.name) == ["default-on", "default-off", "forced-choice"])
    #expect(plan.contrasts.map { [$0.base, $0.other] } == [[1, 0], [2, 0]])
    #expect(plan.allocation.seed == 7 && plan.strata == [""] && plan.days == [1])
    #expect(plan.resume == ResumePolicy(.resume, maximumSeconds: 3600))
  }

  @Test func namesAreChecked() {
    check(
      [("study: s ", "study: My_Study ")],
      ["error: `study` has to be a name, not `My_Study` (small letters, digits, `-` and `_`)"])
    check(
      [("target_per_arm: 66", "targetperarm: 66")],
      [
        "error: study.yaml needs `target_per_arm` (completed live sessions wanted in each arm of each stratum: a number 1...100000)",
        "error: unknown key `targetperarm` in study.yaml (did you mean `target_per_arm`?)",
      ])
    check([("format: 1", "format: 2")], ["error: `format` has to be `1`, not `2` (did you mean `1`?)"])
  }

  @Test func armsAreDifferentAndCompleteAndNamed() {
    check(
      [("default-off: {default: off}", "default-off: {default: on}")],
      ["error: the arms `default-on` and `default-off` are the same"])
    check(
      [("default-off: {default: off}", "Off: {default: off}")],
      [
        "error: `Off` is no name for an arm (small letters, digits and `-`)",
        "error: there is no arm `default-off` (did you mean `default-on`?)",
      ])
    check(
      [
        (
          "contrasts: [[default-off, default-on], [forced-choice, default-on]]",
          "contrasts: [[default-off, default-off]]"
        )
      ],
      ["error: a contrast is a pair of two different arms (write [[off, on]])"])
    check(
      [
        ("arms:\n  default-on: {default: on}\n  default-off: {default: off}\n  forced-choice: {default: unset}\n", ""),
        (
          "contrasts: [[default-off, default-on], [forced-choice, default-on]]",
          "factors: {default: [on, off], fill: [black, equal]}"
        ),
      ], [])
  }

  private static let arms =
    "arms:\n  default-on: {default: on}\n  default-off: {default: off}\n  forced-choice: {default: unset}\n"
  private static let contrasts = "contrasts: [[default-off, default-on], [forced-choice, default-on]]"

  @Test func effectsAreOfFactors() {
    func changes(_ effects: String) -> [(String, String)] {
      [
        (Self.arms, ""),
        (Self.contrasts, "factors: {default: [on, off], fill: [black, equal], esc: [nothing]}\neffects: \(effects)\n#"),
      ]
    }
    let hint = "write [[default], [default, fill]]"
    check(changes("[[default], [fill, default]]"), [])
    check(
      changes("[[defaults], [esc]]"),
      [
        "error: there is no factor `defaults` (did you mean `default`?)",
        "error: there is no factor `esc` (there is default, fill)",
      ])
    for effects in ["[[default, default]]", "[[fill, default], [default, fill]]", "[[]]"] {
      check(changes(effects), ["error: an effect is a factor, or two different ones, each named once (\(hint))"])
    }
    check(
      [(Self.contrasts, "effects: [[default]]\n#")],
      [
        "error: `effects` need `factors`, two or more with two levels or more "
          + "(arms that are written one by one are compared by `contrasts`)"
      ])
    check([(Self.contrasts, "test: mid-p\n#")], [])
    check(
      [(Self.contrasts, "test: mid_p\n#")],
      ["error: `test` has to be `boschloo`, `fisher`, `mid-p`, not `mid_p` (did you mean `mid-p`?)"])
  }

  @Test func numbersSizesAndDaysAreChecked() {
    check(
      [("target_per_arm: 66", "target_per_arm: 0")],
      ["error: `target_per_arm` has to be a number 1...100000, not `0`"])
    check(
      [("minimum: 80x24", "minimum: 80*24")], ["error: `minimum` has to be a size, not `80*24` (for example 80x24)"])
    check([("minimum: 80x24", "minimum: 301x24")], ["error: the smallest size is larger than the largest"])
    check(
      [("days: [1]", "days: [1, 8, 2]")],
      ["error: `days` has to begin with 1 and to rise, at most ten of them (for example [1, 2, 8])"])
    check(
      [("retain_until: 2030-01-01", "retain_until: soon")],
      ["error: `retain_until` has to be a day, `YYYY-MM-DD`, not `soon` (for example 2025-09-28)"])
    check([("seed: 7", "seed: lucky")], ["error: `seed` has to be a whole number from 0, not `lucky`"])
    check(
      [("rule: resume, maximum_minutes: 60", "rule: resum, maximum_minutes: none")],
      ["error: `rule` has to be `resume`, `restart`, `block`, not `resum` (did you mean `resume`?)"])
    check(
      [("texts: none ", "texts: some "), ("typing_times: seconds", "typing_time: seconds")],
      [
        "error: `texts` has to be `none`, `answers`, `all`, not `some`",
        "error: unknown key `typing_time` in `log` (did you mean `typing_times`?)",
      ])
  }

  @Test func theOrderOfASessionIsKept() {
    check(
      [("belief, comprehension", "comprehension, belief")],
      ["error: `belief` comes too late (it has to come before `comprehension`)"])
    check(
      [("informed, debriefing", "debriefing, informed")],
      ["error: `informed` comes too late (it has to come before `debriefing`)"])
    check(
      [("data-choice, codes", "codes")],
      [
        "error: the timeline has no `data-choice` (the order is consent, practice, task, recall, belief, comprehension, checks, control, realism, suspicion, about, reveal, informed, debriefing, data-choice, codes)"
      ])
    check(
      [("practice, task", "practice, sus, task")],
      [
        "error: `sus` has to stand between the task and the debriefing (questions about the pop-up come after it)"
      ])
    check([("task, recall", "task, sus, recall")], [])
    check(
      [("task, recall, belief", "task, recall, belief, belief")],
      ["error: `belief` is in `timeline` twice (remove one of the two)"]
    )
  }

  @Test func whatParticipantsAreToldHoldsNothingElse() {
    check(
      [("controller: \"\"", "controller: \"a {secret} lab\"")],
      [
        "error: `controller` has to be one line of text without braces (participants are told it as it is)"
      ])
  }

  @Test func everythingIsToldAtOnce() {
    check(
      [
        ("format: 1", "format: 3"), ("mode: screen", "mode: scren"), ("target_per_arm: 66", "target_per_arm: many"),
        ("informed,", ""),
      ],
      [
        "error: `format` has to be `1`, not `3` (did you mean `1`?)",
        "error: `mode` has to be `screen`, `linear`, not `scren` (did you mean `screen`?)",
        "error: `target_per_arm` has to be a number 1...100000, not `many`",
      ])
  }
}
