/// The study that `init` makes: three arms, everything at its default, and every default visible.
public enum StudyTemplate {
  /// The flows that it can be made from.
  public static let flows = ["consumer-terms"]

  /// A name for a study that is made in this folder.
  public static func name(from path: String) -> String {
    let last = path.split(separator: "/").last.map { $0.lowercased() } ?? ""
    let name = String(last.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }.prefix(40))
    let trimmed = name.drop { $0 == "-" }
    return trimmed.isEmpty ? "study" : String(trimmed)
  }

  /// The text of study.yaml.
  ///
  /// - Parameters:
  ///   - name: the study's name.
  ///   - flow: one of `flows`.
  ///   - engineVersion: the version of machine and painter that it is bound to.
  ///   - seed: seed of the allocation.
  ///   - retainUntil: the day after which personal data have to go, `YYYY-MM-DD`.
  public static func text(
    name: String, flow: String, engineVersion: Int, seed: UInt64, retainUntil: String
  ) -> String {
    """
    format: 1
    study: \(name)                  # no participant sees this name
    title: Three defaults of one switch   # nor this title
    flow: \(flow)               # pinned in screens/
    engine: \(engineVersion)                         # the version of machine and painter that the study is bound to
    language: en

    # What participants are told; live sessions are refused until all three are filled in.
    controller: ""
    contact: ""
    approval: ""
    duration: about 15 minutes
    retain_until: \(retainUntil)        # the day after which `clickwrap purge` removes what is personal

    # Arms differ in these factors and in nothing else. Or all combinations: `factors: {default: [on, off]}`.
    arms:
      default-on: {default: on}
      default-off: {default: off}
      forced-choice: {default: unset}
    contrasts: [[default-off, default-on], [forced-choice, default-on]]   # the first is the primary one

    # The same for everybody; a terminal that is otherwise is refused before an arm is given out.
    presentation:
      mode: screen                  # screen, or linear
      minimum: 80x24
      maximum: 300x100
      colours: 16                   # at least: 0, 8, 16 or 256
      mouse: yes
      input_guard_ms: 500

    allocation:
      method: blocks                # a sealed list of permuted blocks; or least-filled
      block_sets: [1, 2, 3]         # concealed sizes of blocks, in sets of all arms
      seed: \(seed)
      strata: []                    # for example [lab-a, lab-b], then given with --stratum
    target_per_arm: 66              # completed live sessions in each arm of each stratum; then the study is full
    cap_per_arm: none               # over all strata

    consent: screen                 # on the first screen; or external: `run --consent-token`
    announcement: none              # a news item: before the pop-up, or instead of it
    days: [1]                       # simulated days on which the chat is visited, for example [1, 2, 8]
    timeline:
      [consent, practice, task, recall, belief, comprehension, checks, control, realism, suspicion, about, reveal,
       informed, debriefing, data-choice, codes]
    protocol: silent                # or think-aloud; never pooled

    resume: {rule: resume, maximum_minutes: 60}   # rule: resume, restart or block
    log:
      texts: none                   # kept of what people type in their own words: none, answers, or all
      typing_times: seconds         # or exact; people are told either way

    """
  }
}
