import ConsentJournal
import ConsentScreens
import ConsentSource

extension Seal {
  /// What is sealed of a study: its files, its arms and an allocation that is long enough.
  ///
  /// The list has twice as many slots as are wanted, because who leaves after the exposure stays in their arm, and whoever
  /// comes for them takes a new slot.
  ///
  /// - Parameters:
  ///   - plan: the study.
  ///   - digest: `StudyFolder.digest()`.
  public init(_ plan: StudyPlan, digest: String) {
    let wanted = plan.targetPerArm * plan.arms.count
    let allocation: Allocation
    switch plan.allocation.method {
    case .leastFilled: allocation = .leastFilled(seed: plan.allocation.seed)
    case .blocks:
      allocation = .blocks(
        Allocation.permutedBlocks(
          arms: plan.arms.count, strata: plan.strata.count, slotsPerStratum: wanted,
          reservePerStratum: wanted, multiples: plan.allocation.blockSets, seed: plan.allocation.seed))
    }
    self.init(
      study: digest, engineVersion: plan.engineVersion, arms: plan.arms.map(\.name), strata: plan.strata,
      allocation: allocation, targetPerStratum: wanted, capPerArm: plan.capPerArm)
  }
}

extension StudyPlan {
  /// What keeps a study from being run with people: what they have to be told is missing, or nobody has reviewed the
  /// texts.
  ///
  /// - Parameters:
  ///   - file: how study.yaml is named to its author.
  ///   - document: the study's screens.
  public func obstaclesToLive(file: String, document: FlowDocument) -> [Diagnostic] {
    let mark = Mark(file: file)
    var found: [Diagnostic] = []
    for (key, value) in [("controller", controller), ("contact", contact), ("approval", approval)]
    where value.allSatisfy(\.isWhitespace) {
      found.append(
        Diagnostic(at: mark, "live sessions need `\(key)`", hint: "participants are told it when they consent"))
    }
    if document.reviewed(document.language(for: language) ?? language) == nil {
      found.append(
        Diagnostic(
          at: mark, "the texts in `\(language)` were reviewed by nobody",
          hint: "say in the pack who reviewed them and when"))
    }
    return found
  }
}
