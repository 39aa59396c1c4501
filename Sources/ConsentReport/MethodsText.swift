import ConsentAnalysis
import ConsentJournal
import ConsentModel
import ConsentStudy
import Statistics

extension ReportWords {
  /// Every choice and every version, each under a name.
  var methods: [(String, String)] {
    let plan = report.plan
    var methods: [(String, String)] = [
      ("Design", design(plan)), ("Allocation", allocation(plan)),
      (
        "Who is analysed",
        "Whoever said after the debriefing that the data may be kept, is not excluded, and whose journal replays to the frames that were "
          + "recorded. Speed, attention and manipulation checks exclude nobody."
      ),
      (
        "Primary outcome",
        "Unaware sharing: training is allowed, and the person believes that it is not or does not know; of those who answered the "
          + "question on belief. Wrong answers and not knowing are kept apart in the table of belief and truth."
      ), ("Secondary outcome", "Training is allowed at the end of the session; of all who are analysed."),
      (
        "Tests",
        "Boschloo's unconditional exact test, two-sided by Fisher's two-sided p (as R's Exact has it), at .05; Fisher's ties are tables "
          + "within a factor of 1 + 10⁻⁷. Holm over the contrasts of each outcome. Up to \(TwoByTwo.mostEnumerated) in an arm."
      ),
      (
        "Intervals",
        "95 %: Wilson's score interval for shares, Newcombe's hybrid score interval for differences, Wald on the logarithm for ratios; none "
          + "with a correction for continuity."
      ),
    ]
    if plan.strata.count > 1 {
      methods.append(
        (
          "Strata",
          "Logistic regression with the arm and a column for every stratum, profile likelihood interval and likelihood-ratio test; "
            + "Firth's penalised likelihood where the outcomes are separated."
        ))
    }
    methods += [
      (
        "Possibly accidental",
        "A decision less than 300 ms after the input guard. Every comparison is given with and without these."
      ),
      (
        "Time to a decision",
        "From the pop-up's first frame to the first decision, on one monotonic clock; an event's time is when its bytes were read. Who left "
          + "without one is censored. Kaplan–Meier for any decision, Aalen–Johansen by outcome, log-rank (Mantel–Cox)."
      ),
      (
        "Time on screen",
        "Means over those who had any part of it on screen. Passed through: a focus never as long as 250 ms. Readable at most: the share of "
          + "its words that fits into the time on screen at 238 words a minute, 175 and 400 as bounds (Brysbaert 2019); an upper bound, not "
          + "reading."
      ),
      (
        "Rules", rules(plan)
      ), ("Versions", versions(plan)),
    ]
    return methods
  }

  private func rules(_ plan: StudyPlan) -> String {
    let size = plan.presentation.minimum
    return
      "25 rules of clickwrap audit, at \(size.columns)×\(size.rows), each with its source and threshold; no sum is made of them."
  }

  private func design(_ plan: StudyPlan) -> String {
    let arms = zip(analysis.arms, report.arms).map { arm, shown in
      "\(arm.name) (\(shown.levels.isEmpty ? "baseline" : shown.levels.joined(separator: ", ")))"
    }
    let days = plan.days.map { String($0) }.joined(separator: ", ")
    let voice = plan.thinksAloud ? "thinking aloud" : "silent"
    return
      "Between participants, \(plan.arms.count) arms: \(arms.joined(separator: "; ")). Flow \(plan.flow), language \(plan.language), "
      + "presented as \(plan.presentation.mode.word), \(voice), simulated days "
      + "\(days). \(plan.targetPerArm) completed live sessions wanted in each arm of each stratum."
  }

  private func allocation(_ plan: StudyPlan) -> String {
    let strata =
      plan.allocation.strata.isEmpty ? "no strata" : "strata \(plan.allocation.strata.joined(separator: ", "))"
    switch (analysis.stage, plan.allocation.method) {
    case (.live, .blocks): return "Sealed permuted blocks of concealed random sizes; \(strata)."
    case (.live, .leastFilled): return "The arm that has fewest people; \(strata)."
    case (.pilot, _), (.simulated, _), (.none, _):
      return "Outside of the sealed allocation: the arm that has fewest of this stage; \(strata)."
    }
  }

  private func versions(_ plan: StudyPlan) -> String {
    let versions = report.versions
    let sealed = versions.allocation.map { "; allocation SHA-256 \($0)" } ?? "; the allocation is not sealed"
    return
      "clickwrap \(versions.program), machine and painter \(versions.engine), Boost.Math \(Distribution.libraryVersion); study.yaml and "
      + "screens SHA-256 \(versions.study)\(sealed)."
  }

  /// What may not be concluded.
  var limits: [String] {
    var limits: [String] = []
    if analysis.stage == .simulated {
      limits.append(
        "No person took part. Synthetic participants follow a script; the page shows that the study and its analysis run, and nothing about people."
      )
    }
    if analysis.stage == .pilot {
      limits.append("Pilot sessions are for trying out; nothing may be concluded from their outcomes.")
    }
    limits += [
      "A keyboard interface in a terminal is an analogue of the pop-up: the size of a button and the salience of a pointer target partly "
        + "become focus order, default key and key cost. No effect size for a real dialog follows.",
      "People at ease in a terminal are not the general population, and a role that is played is not one's own account.",
      "On screen is not seen, and focus is not attention.",
      "Beliefs are what people say when they are asked, some time after the decision; the question itself may move them.",
      "Rules fire, they do not judge. That a rule fires in an arm with another outcome is no evidence that it caused it.",
      "Where many tables are looked at, some look striking by chance: what was not planned is exploratory.",
    ]
    return limits
  }
}
