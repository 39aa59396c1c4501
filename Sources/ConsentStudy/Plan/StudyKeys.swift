/// Every key of study.yaml: reading, hints and the reference follow from these tables.
public enum StudyKeys {
  /// The file itself.
  public static let root = KeyTable(
    "study.yaml",
    [
      .required("format", .word(["1"]), "version of this file, first in it"),
      .required("study", .name, "its name; no participant sees it"),
      .optional("title", .text, "what it is called by those who run it; no participant sees it"),
      .required("flow", .name, "the pinned flow, a folder in screens/"),
      .required("engine", .integer(1...10_000), "version of machine and painter that the study is bound to"),
      .optional("language", .text, "language of the texts, a BCP 47 tag (default en)"),
      .optional("controller", .any, "who runs the study, as participants are told; live sessions need it"),
      .optional("contact", .any, "how to reach them; live sessions need it"),
      .optional("approval", .any, "number of the ethical approval; live sessions need it"),
      .optional("duration", .any, "how long it takes, as participants are told"),
      .required("retain_until", .day, "the day after which `purge` removes what is personal"),
      .optional("arms", .mapping, "arm → levels of factors; or `factors`"),
      .optional("factors", .mapping, "factor → list of levels: all combinations are arms; or `arms`"),
      .optional("contrasts", .list, "pairs of arms [base, other]; the first is the primary one"),
      .optional(
        "effects", .list, "with `factors`: what is tested of them, [factor] or [factor, factor] for an interaction"),
      .optional(
        "test", .word(["boschloo", "fisher", "mid-p"]), "how two arms are tested (default boschloo); mid-p is not exact"
      ),
      .optional("presentation", .mapping, "what has to be the same for everybody"),
      .required("allocation", .mapping, "how arms are given out"),
      .required("target_per_arm", .integer(1...100_000), "completed live sessions wanted in each arm of each stratum"),
      .optional("cap_per_arm", .any, "the most completed live sessions in an arm over all strata, or `none` (default)"),
      .optional("consent", .word(["screen", "external"]), "where the study's own consent is given (default screen)"),
      .optional(
        "announcement", .word(["none", "before", "instead"]), "a news item before the pop-up, or instead of it"),
      .optional("days", .list, "simulated days on which the chat is visited, from 1, rising (default [1])"),
      .required("timeline", .names, "the pieces of a session in their order"),
      .optional("protocol", .word(["silent", "think-aloud"]), "never pooled (default silent)"),
      .optional("resume", .mapping, "what happens when an interrupted participant comes back"),
      .optional("log", .mapping, "what is kept of that which participants type in their own words"),
    ])

  /// `presentation`.
  public static let presentation = KeyTable(
    "`presentation`",
    [
      .optional("mode", .word(["screen", "linear"]), "a full screen, or lines (default screen)"),
      .optional("minimum", .text, "the smallest size (default 80x24)"),
      .optional("maximum", .text, "the largest size (default 300x100)"),
      .optional("colours", .word(["0", "8", "16", "256"]), "the fewest colours (default 0)"),
      .optional("mouse", .flag, "whether the mouse is read (default yes)"),
      .optional("input_guard_ms", .integer(0...10_000), "for so long after a prompt's frame keys are misses"),
    ])

  /// `allocation`.
  public static let allocation = KeyTable(
    "`allocation`",
    [
      .optional(
        "method", .word(["blocks", "least-filled"]), "a sealed list of permuted blocks (default), or least-filled"),
      .optional("block_sets", .list, "how many sets of all arms a block may have (default [1, 2, 3])"),
      .required("seed", .text, "seed of the list, a whole number from 0"),
      .optional("strata", .names, "names of the strata; none by default"),
    ])

  /// `resume`.
  public static let resume = KeyTable(
    "`resume`",
    [
      .optional("rule", .word(["resume", "restart", "block"]), "what happens (default resume)"),
      .optional("maximum_minutes", .any, "an older interruption counts as `block`, or `none` (default)"),
    ])

  /// `log`.
  public static let log = KeyTable(
    "`log`",
    [
      .optional(
        "texts", .word(["none", "answers", "all"]),
        "none is kept (default), those of items with `keep_text`, or those in the chat as well"),
      .optional(
        "typing_times", .word(["seconds", "exact"]),
        "whether the moments of keys in private fields are whole seconds (default) or exact"),
    ])

  /// All of them, each with the place where it stands.
  public static let all = [root, presentation, allocation, resume, log]

  /// The reference: a table for the file and one for each of its mappings.
  public static func markdown() -> String {
    all.map { table in
      "| \(table.what): key | value | meaning |\n|---|---|---|\n" + table.markdown()
    }.joined(separator: "\n")
  }
}
