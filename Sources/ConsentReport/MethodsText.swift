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
        "Whoever met the pop-up, said after the debriefing that the data may be kept, is not excluded, and whose journal replays to the frames "
          + "that were recorded. Whoever went before the pop-up met no arm, and somebody else had the place. Speed, attention and "
          + "manipulation checks exclude nobody."
      ),
      (
        "Primary outcome",
        "Unaware sharing: training is allowed, and the person believes that it is not or does not know; of those who answered the "
          + "question on belief. Wrong answers and not knowing are kept apart in the table of belief and truth."
      ), ("Secondary outcome", "Training is allowed at the end of the session; of all who are analysed."),
      ("Tests", tests(plan)),
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
    if plan.factors.count > 1 {
      methods.append(
        (
          "Effects of factors",
          "Logistic regression with effect coding, so that a factor's coefficients are averages over the levels of the others; interactions of "
            + "two factors; strata as columns; Wald and profile likelihood intervals; the likelihood-ratio test of each effect; Firth's "
            + "penalised likelihood where the outcomes are separated. On the scale of shares: differences, and differences of differences, "
            + "averaged over the cells of the other factors, limits by MOVER of Wilson's, Wald's z; without strata. Neither test is exact: with 20 in a "
            + "cell they reject up to 6 % at .05. Holm over the planned effects of each outcome. An interaction on one scale need not be one on the other."
        ))
    }
    if analysis.arms.contains(where: { $0.prompts.count > 1 }) {
      methods.append(
        (
          "Prompts",
          "The first answer to each prompt before the next one. Shares of all prompts have intervals that take people as clusters (Liang and "
            + "Zeger 1986). They describe; what is compared is how training stands at the end, of all who were assigned and are analysed."
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

  private func tests(_ plan: StudyPlan) -> String {
    let ties = "Fisher's ties are tables within a factor of 1 + 10⁻⁷."
    let test =
      switch plan.test {
      case .boschloo:
        "Boschloo's unconditional exact test, two-sided by Fisher's two-sided p (as R's Exact has it), at .05; Fisher's own where an arm has "
          + "more than \(TwoByTwo.mostEnumerated), and it is named where it was used. \(ties)"
      case .fisher: "Fisher's exact test, two-sided by likelihood, at .05; its size is under the level. \(ties)"
      case .midP:
        "The mid-p of Fisher's test, two-sided by likelihood, at .05. It is not exact: its size may be over the level, and is given. \(ties)"
      }
    return "\(test) Holm over the contrasts of each outcome."
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
