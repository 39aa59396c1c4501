import Glibc

/// Somebody who was watched until something happened, or until nobody watched any more.
public struct Spell: Hashable, Sendable {
  /// How long, in any unit, 0 or more.
  public var time: Double
  /// What happened: 1, 2, … for causes, 0 where watching ended before anything did.
  public var cause: Int

  /// A spell of a length that ended so.
  public init(_ time: Double, cause: Int) {
    self.time = time
    self.cause = cause
  }
}

/// How many are left, and what has happened to the others, over time.
public struct SurvivalCurve: Hashable, Sendable {
  /// A moment at which something happened.
  public struct Step: Hashable, Sendable {
    /// The moment.
    public var time: Double
    /// How many were still watched right before it.
    public var atRisk: Int
    /// To how many it happened then, of whatever cause.
    public var events: Int
    /// The share to whom nothing has happened, by Kaplan and Meier, with a log-log interval of Greenwood's variance.
    public var surviving: Estimate
    /// For every cause, from 1, the share to whom it has happened, by Aalen and Johansen.
    public var incidence: [Double]
  }

  /// The moments in their order.
  public let steps: [Step]

  /// The curve of these spells.
  ///
  /// Sources: Kaplan and Meier (1958), JASA 53, 457–481; Aalen and Johansen (1978), Scandinavian Journal of Statistics 5,
  /// 141–150; the log-log interval of Kalbfleisch and Prentice (2002).
  public init(_ spells: [Spell], confidence: Double = 0.95) {
    let z = Distribution.normalQuantile(0.5 + confidence / 2)
    let causes = max(1, spells.map(\.cause).max() ?? 1)
    var surviving = 1.0
    var greenwood = 0.0
    var incidence = [Double](repeating: 0, count: causes)
    var steps: [Step] = []
    let sorted = spells.sorted { $0.time < $1.time }
    var index = 0
    while index < sorted.count {
      let time = sorted[index].time
      var counts = [Int](repeating: 0, count: causes + 1)
      let atRisk = sorted.count - index
      while index < sorted.count, sorted[index].time == time {
        counts[sorted[index].cause] += 1
        index += 1
      }
      let events = counts.dropFirst().reduce(0, +)
      guard events > 0 else { continue }
      for cause in 1...causes { incidence[cause - 1] += surviving * Double(counts[cause]) / Double(atRisk) }
      surviving *= 1 - Double(events) / Double(atRisk)
      greenwood += Double(events) / (Double(atRisk) * Double(atRisk - events))
      var (low, high) = (Double.nan, Double.nan)
      if surviving > 0, surviving < 1 {
        let error = z * greenwood.squareRoot() / log(surviving)
        (low, high) = (pow(surviving, exp(-error)), pow(surviving, exp(error)))
        if low > high { swap(&low, &high) }
      }
      steps.append(
        Step(
          time: time, atRisk: atRisk, events: events,
          surviving: Estimate(surviving, low, high, method: "Kaplan–Meier, log-log interval, \(percent(confidence))"),
          incidence: incidence))
    }
    self.steps = steps
  }

  /// The first moment at which at most half are left, or nil where more than half are to the end.
  public var median: Double? { steps.first { $0.surviving.value <= 0.5 + 1e-12 }?.time }
}

/// Compares when something happens in several groups, of whatever cause.
public enum LogRank {
  /// The log-rank test (Mantel–Cox) with the hypergeometric variance.
  ///
  /// Source: Mantel, N. (1966), Cancer Chemotherapy Reports 50, 163–170.
  /// - Precondition: there are two groups.
  public static func test(_ first: [Spell], _ second: [Spell]) -> TestResult {
    let method = "log-rank test (Mantel–Cox)"
    var observed = 0.0
    var expected = 0.0
    var variance = 0.0
    for time in Set((first + second).filter { $0.cause > 0 }.map(\.time)).sorted() {
      let own = Double(first.count { $0.time >= time })
      let all = own + Double(second.count { $0.time >= time })
      let ownEvents = Double(first.count { $0.time == time && $0.cause > 0 })
      let events = ownEvents + Double(second.count { $0.time == time && $0.cause > 0 })
      observed += ownEvents
      expected += events * own / all
      if all > 1 { variance += events * (own / all) * (1 - own / all) * (all - events) / (all - 1) }
    }
    guard variance > 0 else { return TestResult(method, statistic: .nan, degrees: 1, p: .nan) }
    let statistic = (observed - expected) * (observed - expected) / variance
    return TestResult(
      method, statistic: statistic, degrees: 1, p: Distribution.chiSquaredUpper(statistic, degrees: 1))
  }
}
