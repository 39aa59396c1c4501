import ConsentModel
import ConsentStudy
import Statistics

/// What is fixed before the first participant, as facts that can be compared with the running study.
public struct RegisteredPlan: Hashable, Sendable {
  /// A fact under a name that stays the same in every version.
  public struct Fact: Hashable, Sendable {
    /// Its name: small letters, digits and `_`.
    public var name: String
    /// What it says.
    public var value: String

    /// A fact.
    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  /// The facts in their order.
  public var facts: [Fact]

  /// A plan of these facts.
  public init(facts: [Fact]) { self.facts = facts }

  /// The facts of a study.
  ///
  /// - Parameters:
  ///   - plan: the study.
  ///   - digest: SHA-256 over study.yaml and every pinned file.
  ///   - seal: what would be sealed, or is.
  public init(_ plan: StudyPlan, digest: String, seal: Seal) {
    var facts = [
      Fact("study", plan.name), Fact("files_sha256", digest), Fact("allocation_digest", seal.allocation.digest),
      Fact("engine_version", String(plan.engineVersion)), Fact("flow", plan.flow), Fact("language", plan.language),
      Fact("allocation", plan.allocation.method.rawValue),
      Fact("strata", plan.allocation.strata.joined(separator: " ")),
      Fact("completed_per_arm_and_stratum", String(plan.targetPerArm)),
      Fact("cap_per_arm", plan.capPerArm.map { String($0) } ?? "none"),
      Fact("days", plan.days.map { String($0) }.joined(separator: " ")),
      Fact("timeline", plan.timeline.map(\.name).joined(separator: " ")),
      Fact("protocol", plan.thinksAloud ? "think-aloud" : "silent"),
      Fact("presentation", plan.presentation.mode.word),
    ]
    for arm in plan.arms {
      let levels = arm.levels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
      facts.append(Fact("arm_\(arm.name)", levels.isEmpty ? "baseline" : levels.joined(separator: " ")))
    }
    for (index, contrast) in plan.contrasts.enumerated() {
      facts.append(
        Fact(
          index == 0 ? "primary_contrast" : "contrast_\(index + 1)",
          "\(plan.arms[contrast.other].name) against \(plan.arms[contrast.base].name)"))
    }
    for (index, effect) in plan.effects.enumerated() {
      let isPrimary = index == 0 && plan.contrasts.isEmpty
      facts.append(
        Fact(
          isPrimary ? "primary_effect" : "effect_\(index + 1)",
          effect.map { plan.factors[$0].name }.joined(separator: " x ")))
    }
    facts += RegisteredPlan.analysis(plan)
    self.facts = facts
  }

  /// What `report` does.
  private static func analysis(_ plan: StudyPlan) -> [Fact] {
    let contrasts = plan.contrasts.isEmpty ? [] : ["the contrasts"]
    let families = contrasts + (plan.effects.isEmpty ? [] : ["the effects"])
    var facts = [
      Fact("primary_outcome", "unaware_sharing: truth = allowed and belief is not-allowed or dont-know"),
      Fact("primary_denominator", "analysed = 1 and belief is not missing"),
      Fact("secondary_outcome", "allowed: truth = allowed"), Fact("secondary_denominator", "analysed = 1"),
      Fact("test", test(plan)),
      Fact(
        "multiplicity",
        families.isEmpty
          ? "nothing is tested" : "holm over \(families.joined(separator: ", and over ")) of each outcome"),
      Fact("interval", "newcombe hybrid score, 95 %"),
      Fact("strata_model", "logistic regression with strata, profile likelihood; Firth where outcomes are separated"),
    ]
    if plan.factors.count > 1 {
      facts.append(
        Fact(
          "effects_model",
          "logistic regression, effect coding, interactions of two factors, strata; likelihood-ratio test of each effect; Firth where outcomes are separated; beside it differences of shares by MOVER and Wald"
        ))
    }
    return facts + [
      Fact(
        "exclusions",
        "exposed = 1 and data = keep and not excluded and not restarted and every frame replayed; exclusions use only facts fixed before the pop-up, duplicates, withdrawal, or technical failure judged blind to the arm"
      ), Fact("sensitivity", "without possibly_accidental = 1"),
      Fact("missing", "who did not answer the question on belief is in no denominator of the primary outcome"),
    ]
  }

  private static func test(_ plan: StudyPlan) -> String {
    switch plan.test {
    case .boschloo:
      "boschloo, two-sided by Fisher's two-sided p, alpha 0.05; fisher where an arm has more than \(TwoByTwo.mostEnumerated)"
    case .fisher: "fisher, two-sided by likelihood, alpha 0.05"
    case .midP: "mid-p of fisher's, two-sided by likelihood, not exact, alpha 0.05"
    }
  }

  // MARK: Deviations

  /// A fact that is not what was registered.
  public struct Deviation: Hashable, Sendable {
    /// Its name.
    public var name: String
    /// What was registered; nil where there was no such fact.
    public var registered: String?
    /// What is so now; nil where there is none.
    public var now: String?
  }

  /// What is otherwise now, in the order of this plan, then what it did not have.
  public func deviations(of now: RegisteredPlan) -> [Deviation] {
    let present = Dictionary(now.facts.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
    var found: [Deviation] = facts.compactMap { fact in
      present[fact.name] == fact.value
        ? nil : Deviation(name: fact.name, registered: fact.value, now: present[fact.name])
    }
    let known = Set(facts.map(\.name))
    for fact in now.facts where !known.contains(fact.name) {
      found.append(Deviation(name: fact.name, registered: nil, now: fact.value))
    }
    return found
  }

  // MARK: Its file

  /// The plan as lines of `name: value`, the first of which names the format.
  public var text: String {
    "clickwrap_plan: 1\n" + facts.map { "\($0.name): \($0.value)\n" }.joined()
  }

  /// A plan as `text` writes it, or the number of the first line that is none.
  public static func parse(_ text: String) -> Result<RegisteredPlan, ParseError> {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.first == "clickwrap_plan: 1" else { return .failure(ParseError(line: 1)) }
    var facts: [Fact] = []
    for (index, line) in lines.enumerated().dropFirst() where !line.isEmpty {
      guard let colon = line.firstIndex(of: ":"), colon != line.startIndex,
        line[..<colon].allSatisfy({ $0.isASCII && ($0.isLowercase || $0.isNumber || $0 == "_" || $0 == "-") }),
        !facts.contains(where: { $0.name == line[..<colon] })
      else { return .failure(ParseError(line: index + 1)) }
      facts.append(Fact(String(line[..<colon]), String(line[line.index(after: colon)...].drop { $0 == " " })))
    }
    return .success(RegisteredPlan(facts: facts))
  }

  /// A line that is no fact.
  public struct ParseError: Error, Hashable, Sendable {
    /// Its number, from 1.
    public var line: Int
  }
}
