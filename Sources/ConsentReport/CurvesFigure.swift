import ConsentAnalysis
import Statistics

/// Shares over time, as steps.
struct CurvesView {
  struct Tick {
    var at: String
    var textAt: String
    var label: String
  }

  struct Line {
    var line: String
    var path: String
  }

  struct Entry {
    var line: String
    var words: String
  }

  var id: String
  var alt: String
  var caption: String
  var xTitle = "seconds from the pop-up's first frame"
  var legend: [Entry]
  var xTicks: [Tick]
  var yTicks: [Tick]
  var lines: [Line]

  // The room of the picture, in its own units.
  private static let left = 38.0
  private static let width = 360.0
  private static let top = 10.0
  private static let height = 202.0

  /// The share that has not decided, and the share that has allowed it, for all arms that anybody met a pop-up in.
  static func all(_ analysis: StudyAnalysis) -> [CurvesView] {
    let arms = analysis.arms.enumerated().filter { !$1.spells.isEmpty }
    guard !arms.isEmpty else { return [] }
    let curves = arms.map { (place: $0, name: $1.name, curve: SurvivalCurve($1.spells)) }
    // Who left long after is no reason to make the decisions small.
    let decided = arms.flatMap { $1.spells.filter { $0.cause > 0 }.map(\.time) }.sorted()
    guard !decided.isEmpty else { return [] }
    let end = nice(decided[min(decided.count - 1, decided.count * 98 / 100)])
    // Six lines can be told from each other; more arms have more pictures, on the same axis.
    return stride(from: 0, to: curves.count, by: CurvesView.most).flatMap { first in
      pair(Array(curves[first..<min(first + CurvesView.most, curves.count)]), number: first / CurvesView.most, end: end)
    }
  }

  /// How many kinds of lines there are.
  private static let most = 6

  private static func pair(
    _ curves: [(place: Int, name: String, curve: SurvivalCurve)], number: Int, end: Double
  ) -> [CurvesView] {
    let kept = " The axis ends where 98 % of the decisions have been made."
    return [
      CurvesView(
        id: "curve-any-\(number)", end: end,
        curves.map { ($0.place, $0.name, $0.curve.steps.map { ($0.time, $0.surviving.value) }, 1) },
        alt: "Share without a decision over time, by arm: "
          + curves.map { "\($0.name) median \(median($0.curve))" }.joined(separator: "; "),
        caption: "Share that has not decided yet (Kaplan–Meier, any decision; who left is censored)." + kept),
      CurvesView(
        id: "curve-allowed-\(number)", end: end,
        curves.map { ($0.place, $0.name, $0.curve.steps.map { ($0.time, $0.incidence.first ?? 0) }, 0) },
        alt: "Share that has allowed training over time, by arm: "
          + curves.map { "\($0.name) \(Numbers.percent($0.curve.steps.last?.incidence.first ?? 0)) in the end" }
          .joined(separator: "; "),
        caption:
          "Share that has allowed training (cumulative incidence, Aalen–Johansen; any other decision competes)." + kept),
    ]
  }

  /// The median in words.
  static func median(_ curve: SurvivalCurve) -> String {
    curve.median.map { "\(Digits.fixed($0, 2)) s" } ?? "not reached"
  }

  private init(
    id: String, end: Double,
    _ curves: [(place: Int, name: String, steps: [(time: Double, value: Double)], start: Double)],
    alt: String, caption: String
  ) {
    self.id = id
    self.alt = alt
    self.caption = caption
    legend = curves.map { Entry(line: "l\($0.place % CurvesView.most)", words: $0.name) }
    xTicks = (0...4).map { index in
      let value = end * Double(index) / 4
      return Tick(
        at: CurvesView.number(CurvesView.x(value, end)), textAt: "", label: Digits.fixed(value, end < 4 ? 1 : 0))
    }
    yTicks = (0...4).map { index in
      let y = CurvesView.y(Double(index) / 4)
      return Tick(at: CurvesView.number(y), textAt: CurvesView.number(y + 4), label: "\(index * 25) %")
    }
    lines = curves.map {
      Line(line: "l\($0.place % CurvesView.most)", path: CurvesView.path($0.steps, start: $0.start, end: end))
    }
  }

  /// Steps as a path; steps that fall on the same unit of the picture are one, so that its length is bounded.
  private static func path(_ steps: [(time: Double, value: Double)], start: Double, end: Double) -> String {
    var path = "M\(number(x(0, end))) \(number(y(start)))"
    var lastX = x(0, end)
    var pending: (x: Double, y: Double)?
    for step in steps where step.time <= end {
      let (stepX, stepY) = (x(step.time, end).rounded(), y(step.value))
      if let held = pending, stepX > held.x {
        path += "H\(number(held.x))V\(number(held.y))"
        lastX = held.x
      }
      pending = (max(stepX, lastX), stepY)
    }
    if let pending { path += "H\(number(pending.x))V\(number(pending.y))" }
    return path + "H\(number(left + width))"
  }

  private static func x(_ time: Double, _ end: Double) -> Double { left + width * min(time / end, 1) }

  private static func y(_ share: Double) -> Double { top + height * (1 - min(max(share, 0), 1)) }

  private static func number(_ value: Double) -> String { Digits.fixed(value, 1) }

  /// The next number above that is easy to divide by four.
  static func nice(_ value: Double) -> Double {
    var unit = 0.1
    while true {
      for step in [1.0, 2, 4, 6, 8] where unit * step >= value { return unit * step }
      unit *= 10
    }
  }
}
