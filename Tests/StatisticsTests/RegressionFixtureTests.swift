import Foundation
import Testing

@testable import Statistics

/// What others fit to seeded random tables: statsmodels by maximum likelihood, brglm2 by Firth's penalty.
@Suite("regressions by others") struct RegressionFixtureTests {
  private static let folder =
    #filePath.split(separator: "/").dropLast(2).reduce(into: "") { $0 += "/" + $1 } + "/Fixtures/"

  /// A table, and the numbers that follow it.
  private struct Line {
    var rows: [[Double]] = []
    var outcomes: [Bool] = []
    var numbers: [Double] = []
  }

  private func lines(_ file: String) throws -> [Line] {
    let text = try String(contentsOfFile: RegressionFixtureTests.folder + file, encoding: .utf8)
    // A tenth unless all are asked for.
    let isWhole = ProcessInfo.processInfo.environment["CLICKWRAP_ALL"] == "1"
    return text.split(separator: "\n").dropFirst().enumerated().filter { isWhole || $0.offset % 10 == 0 }.map {
      _, text in
      var line = Line()
      let words = text.split(separator: " ")
      for (cell, word) in words.prefix(6).enumerated() {
        let counts = word.split(separator: ":").compactMap { Int($0) }
        let stratum = cell / 2
        let row = [1, Double(cell % 2), stratum == 1 ? 1 : 0, stratum == 2 ? 1 : 0]
        for index in 0..<counts[0] + counts[1] {
          line.rows.append(row)
          line.outcomes.append(index < counts[0])
        }
      }
      line.numbers = words.dropFirst(6).compactMap { Double($0) }
      return line
    }
  }

  private let names = ["intercept", "arm", "second", "third"]

  @Test func maximumLikelihoodIsThatOfStatsmodels() throws {
    let lines = try lines("regressions.txt")
    var largest = 0.0
    for line in lines {
      let fit = LogisticRegression(line.rows, line.outcomes, names: names)
      #expect(line.numbers.count == 9 && fit.hasConverged && !fit.isSeparated)
      for index in 0..<4 {
        largest = max(largest, abs(fit.coefficients[index] - line.numbers[2 * index]))
        largest = max(largest, abs(fit.covariance[index][index].squareRoot() - line.numbers[2 * index + 1]))
      }
      largest = max(largest, abs(fit.logLikelihood - line.numbers[8]))
    }
    print("\(lines.count) regressions, largest difference \(largest)")
    #expect(lines.count >= 50 && largest < 1e-6)
  }

  @Test func firthIsThatOfBrglm2() throws {
    let lines = try lines("firth.txt")
    var largest = 0.0
    var separated = 0
    for line in lines {
      let fit = LogisticRegression(line.rows, line.outcomes, names: names, penalty: .firth)
      #expect(fit.hasConverged)
      separated += fit.isSeparated ? 1 : 0
      for index in 0..<4 { largest = max(largest, abs(fit.coefficients[index] - line.numbers[index])) }
    }
    print("\(lines.count) penalised regressions, \(separated) of them separated, largest difference \(largest)")
    #expect(lines.count >= 50 && largest < 1e-6)
  }
}
