import ConsentModel
import ConsentStudy
import Statistics

/// What is counted in an arm.
public struct ArmSummary: Hashable, Sendable {
  /// The arm's name.
  public let name: String
  /// How many were assigned, and came how far.
  public private(set) var assigned = 0
  /// How many came to each milestone.
  public private(set) var reached: [Milestone: Int] = [:]
  /// How many count.
  public private(set) var analysed = 0
  /// Belief × truth: of those whose both are known.
  public private(set) var beliefs: [ConsentGap.Truth: [ConsentGap.Belief: Int]] = [:]
  /// Of how many the truth is known.
  public private(set) var known = 0
  /// How it came to stand so.
  public private(set) var provenances: [Provenance: Int] = [:]
  /// What was done beside what is chosen once everything was explained.
  public private(set) var preferences: [ConsentGap.Preference: Int] = [:]
  /// Why those who were assigned and do not count do not.
  public private(set) var leftOut: [ReasonLeftOut: Int] = [:]
  /// How people came to their first answer, of those who met a prompt.
  public private(set) var ways: [WayKind: Int] = [:]
  /// How many keys more than the fewest the first answer took, of those who used keys alone, in ascending order.
  public var effort: [Int] { extraKeys.sorted() }
  private var extraKeys: [Int] = []
  /// What was answered to the first prompt, the second, and so on, by those who met it; nil without an answer.
  public private(set) var prompts: [[FirstAnswer?: Int]] = []
  /// Of all prompts the share that was answered so; one person may have met several.
  public private(set) var promptShares: [FirstAnswer: ClusteredProportion] = [:]
  /// How many answered each point of the question on regret, from 1.
  public private(set) var regrets: [Int: Int] = [:]
  /// How many answered each point of the question on how sure they are of what they believe, from 1.
  public private(set) var confidences: [Int: Int] = [:]
  /// The fewest keys that lead from the prompt to each first answer, as exploring the arm's flow finds them.
  public let fewest: [FirstAnswer: Int]
  /// How many allowed it.
  public private(set) var allowedCount = 0
  /// Time to the first decision, of those who met the pop-up: cause 1 allowed, 2 otherwise decided; in seconds.
  public private(set) var spells: [Spell] = []

  init(name: String, fewest: [FirstAnswer: Int] = [:]) {
    self.name = name
    self.fewest = fewest
  }

  mutating func add(_ person: SessionMeasures) {
    assigned += 1
    for milestone in person.reached { reached[milestone, default: 0] += 1 }
    guard person.isAnalysed else {
      if let reason = person.reasonLeftOut { leftOut[reason, default: 0] += 1 }
      return
    }
    analysed += 1
    if let way = person.way {
      let least = person.firstAnswer.flatMap { fewest[$0] }
      ways[way.kind(fewest: least), default: 0] += 1
      if let least, way.isAnswered, way.clicks == 0 { extraKeys.append(max(0, way.keys - least)) }
    }
    add(person.prompts)
    if let regret = person.regret { regrets[regret, default: 0] += 1 }
    if let confidence = person.confidence { confidences[confidence, default: 0] += 1 }
    if let time = person.decisionMicroseconds {
      let cause = person.isCensored ? 0 : person.truth == .allowed ? 1 : 2
      spells.append(Spell(Double(time) / 1_000_000, cause: cause))
    }
    if let provenance = person.provenance { provenances[provenance, default: 0] += 1 }
    if let preference = person.preference { preferences[preference, default: 0] += 1 }
    guard let truth = person.truth else { return }
    known += 1
    if truth == .allowed { allowedCount += 1 }
    if let belief = person.belief { beliefs[truth, default: [:]][belief, default: 0] += 1 }
  }

  private mutating func add(_ answers: [FirstAnswer?]) {
    for (number, answer) in answers.enumerated() {
      if number == prompts.count { prompts.append([:]) }
      prompts[number][answer, default: 0] += 1
    }
    for answer in FirstAnswer.allCases {
      promptShares[answer, default: ClusteredProportion()].add(answers.count { $0 == answer }, of: answers.count)
    }
  }

  /// How many are in a cell of belief × truth.
  public func count(_ truth: ConsentGap.Truth, _ belief: ConsentGap.Belief) -> Int { beliefs[truth]?[belief] ?? 0 }

  private func answered(_ truth: ConsentGap.Truth) -> Int {
    ConsentGap.Belief.allCases.reduce(0) { $0 + count(truth, $1) }
  }

  /// Those who allowed it, of those of whom that is known.
  public var allowed: Proportion { Proportion(allowedCount, of: known) }

  /// Those who allowed it and believe not to or do not know, of those who said what they believe.
  public var unawareSharing: Proportion {
    Proportion(
      count(.allowed, .notAllowed) + count(.allowed, .dontKnow), of: answered(.allowed) + answered(.notAllowed))
  }

  /// P(believes allowed | allowed) − P(believes allowed | not allowed): how well belief tells the two apart, whatever the
  /// default. With Newcombe's interval; no number where one of the two groups is empty.
  public var discrimination: Estimate {
    TwoByTwo(
      base: Proportion(count(.notAllowed, .allowed), of: answered(.notAllowed)),
      other: Proportion(count(.allowed, .allowed), of: answered(.allowed))
    ).riskDifference()
  }

  /// The proportion of an outcome.
  public func proportion(_ outcome: Outcome) -> Proportion {
    switch outcome {
    case .unawareSharing: unawareSharing
    case .allowed: allowed
    }
  }
}

/// What arms are compared by.
public enum Outcome: String, CaseIterable, Sendable {
  /// Primary: allowed it, and believes not to or does not know.
  case unawareSharing = "unaware_sharing"
  /// Secondary: allowed it.
  case allowed

  /// Whether it is so of somebody; nil where that is not known.
  func value(_ person: SessionMeasures) -> Bool? {
    switch self {
    case .unawareSharing: person.isUnawareSharing
    case .allowed: person.truth.map { $0 == .allowed }
    }
  }
}
