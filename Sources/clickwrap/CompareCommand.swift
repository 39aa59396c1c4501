import ArgumentParser
import Glibc
import Statistics

struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare", abstract: "Compare how many of how many in two groups: exact tests, effects, intervals.",
    discussion: """
      A group is written as 23/55: so many of so many, up to a million. The first is the base. Every line names its method and variant. Boschloo's test \
      is the default of a study; Fisher's and its mid-p stand beside it, χ² with and without Yates's correction.

      With - for both groups, pairs are read from standard input, four numbers a line: count and total of the base, count and \
      total of the other; of each pair one JSON object is printed.

      Examples:
        clickwrap compare 305/488 350/476
        clickwrap compare 23/55 41/50 --json
        clickwrap compare - - < tables.txt
      """)

  @Argument(help: "The base as count/total, or -.")
  var base: Group

  @Argument(help: "The other group as count/total, or -.")
  var other: Group

  @Option(help: "The confidence of intervals.")
  var confidence = 0.95

  @Flag(help: "Print one JSON object.")
  var json = false

  struct Group: ExpressibleByArgument {
    /// nil for standard input.
    var proportion: Proportion?

    init?(argument: String) {
      if argument == "-" { return }
      let parts = argument.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
      guard parts.count == 2, let count = parts[0], let total = parts[1],
        let found = Group.proportion(count, of: total)
      else { return nil }
      proportion = found
    }

    /// So many of so many, up to a million; nil where that cannot be.
    static func proportion(_ count: Int, of total: Int) -> Proportion? {
      guard count >= 0, count <= total, (1...1_000_000).contains(total) else { return nil }
      return Proportion(count, of: total)
    }
  }

  func validate() throws {
    if (base.proportion == nil) != (other.proportion == nil) { throw ValidationError("- stands for both groups") }
    guard confidence > 0, confidence < 1 else { throw ValidationError("--confidence lies between 0 and 1") }
  }

  func run() throws {
    if let base = base.proportion, let other = other.proportion {
      let comparison = Comparison(TwoByTwo(base: base, other: other), confidence)
      if json { Console.out(comparison.json.line + "\n") } else { comparison.lines.forEach { Console.line($0) } }
      return
    }
    var number = 0
    while let line = readLine() {
      number += 1
      let numbers = line.split(separator: " ").map { Int($0) }
      guard numbers.count == 4, let a = numbers[0], let b = numbers[1], let c = numbers[2], let d = numbers[3],
        let base = Group.proportion(a, of: b), let other = Group.proportion(c, of: d)
      else {
        throw CommandFailure(
          .usage, "clickwrap: standard input:\(number): four numbers: count and total, 1 to 1,000,000, of each group")
      }
      let table = TwoByTwo(base: base, other: other)
      Console.out(Comparison(table, confidence).json.line + "\n")
    }
  }
}

/// Everything that is said of two groups.
private struct Comparison {
  private let table: TwoByTwo
  private let estimates: [(key: String, estimate: Estimate)]
  /// Each test by its key; nil where the groups are too large for it.
  private let tests: [(key: String, result: TestResult?)]

  init(_ table: TwoByTwo, _ confidence: Double) {
    self.table = table
    estimates = [
      ("base", table.base.wilson(confidence: confidence)), ("other", table.other.wilson(confidence: confidence)),
      ("risk_difference", table.riskDifference(confidence: confidence)),
      ("odds_ratio", table.oddsRatio(confidence: confidence)),
      ("risk_ratio", table.riskRatio(confidence: confidence)),
    ]
    tests = [
      ("boschloo", table.isEnumerable ? table.boschloo() : nil), ("fisher", table.fisher()), ("mid_p", table.midP()),
      ("chi_squared", table.chiSquared(yates: false)), ("chi_squared_yates", table.chiSquared(yates: true)),
    ]
  }

  var lines: [String] {
    var lines: [String] = []
    for (key, estimate) in estimates {
      let name = key == "base" || key == "other" ? "\(key): \(estimate.method)" : estimate.method
      lines.append(
        "\(Digits.text(estimate.value)) [\(Digits.text(estimate.low)), \(Digits.text(estimate.high))]  \(name)")
    }
    lines.append("\(Digits.text(table.cohensH))  Cohen's h")
    for (_, result) in tests {
      guard let result else {
        lines.append("Boschloo's test is not calculated: a group has more than \(TwoByTwo.mostEnumerated)")
        continue
      }
      let statistic = result.degrees.map { "χ²(\($0)) = \(Digits.text(result.statistic ?? .nan)), " } ?? ""
      lines.append("\(statistic)p = \(Digits.text(result.p))  \(result.method)")
    }
    return lines
  }

  var json: JSON {
    let named = estimates.map { key, estimate in
      (
        key,
        JSON.object([
          ("value", Digits.json(estimate.value)), ("low", Digits.json(estimate.low)),
          ("high", Digits.json(estimate.high)), ("method", .text(estimate.method)),
        ])
      )
    }
    let tested = tests.map { key, result -> (String, JSON) in
      guard let result else { return (key, .null) }
      return (
        key,
        JSON.object([
          ("statistic", result.statistic.map(Digits.json) ?? .null), ("p", Digits.json(result.p)),
          ("method", .text(result.method)),
        ])
      )
    }
    return .object(named + [("cohens_h", Digits.json(table.cohensH))] + tested)
  }
}

extension Digits {
  /// A number with all its digits; null where JSON has none for it.
  static func json(_ value: Double) -> JSON { .real(value) }
}
