import ConsentAnalysis
import ConsentJournal
import Statistics

/// What factors do, as lines and as JSON.
struct EffectsText {
  private let analysis: StudyAnalysis

  init(_ analysis: StudyAnalysis) { self.analysis = analysis }

  /// No person took part in simulated sessions; each line that gives a number says so.
  private var mark: String { analysis.stage == .simulated ? "SIMULATED " : "" }

  var hasPlanned: Bool { analysis.factorial.contains { $0.effects.contains(where: \.isPlanned) } }

  /// What is planned, then the rest, which is called exploratory.
  var lines: [String] {
    [true, false].flatMap { isPlanned in
      analysis.factorial.flatMap { found -> [String] in
        let effects = found.effects.filter { $0.isPlanned == isPlanned }
        guard let first = effects.first else { return [] }
        let head = "\(isPlanned ? "planned" : "exploratory") effects, \(found.outcome.rawValue)"
        return ["\(mark)\(head) (\(first.test.method); effect coding)"] + effects.flatMap(lines)
      }
    }
  }

  private func lines(_ effect: FactorialAnalysis.Effect) -> [String] {
    let adjusted = effect.adjusted.map { ", \(Digits.text($0)) by Holm" } ?? ""
    let statistic = "χ²(\(effect.test.degrees ?? 0)) = \(Digits.text(effect.test.statistic ?? .nan))"
    let first =
      "  \(effect.isPrimary ? "PRIMARY " : "")\(effect.name): \(statistic), p = \(Digits.text(effect.test.p))\(adjusted)"
    return [mark + first]
      + effect.coefficients.map { "\(mark)    \($0.name), log odds: \($0.profile.line)" }
      + effect.shares.map { "\(mark)    \($0.name), shares: \($0.estimate.line)" }
  }

  var json: JSON {
    .array(
      analysis.factorial.map { found in
        .object([
          ("outcome", .text(found.outcome.rawValue)),
          ("effects", .array(found.effects.map(json))),
        ])
      })
  }

  private func json(_ effect: FactorialAnalysis.Effect) -> JSON {
    .object([
      ("effect", .text(effect.name)), ("planned", .bool(effect.isPlanned)), ("primary", .bool(effect.isPrimary)),
      ("test", effect.test.json), ("p_holm", effect.adjusted.map { .real($0) } ?? .null),
      (
        "coefficients",
        .array(
          effect.coefficients.map {
            .object([("name", .text($0.name)), ("wald", $0.wald.json), ("profile", $0.profile.json)])
          })
      ),
      (
        "shares",
        .array(
          effect.shares.map {
            .object([("name", .text($0.name)), ("estimate", $0.estimate.json), ("test", $0.test.json)])
          })
      ),
    ])
  }
}

extension Estimate {
  /// The estimate with its limits and its method, as a line has it.
  var line: String {
    guard value.isFinite else { return "– (\(method))" }
    return "\(Digits.text(value)) [\(Digits.text(low)), \(Digits.text(high))] (\(method))"
  }

  var json: JSON {
    .object([("value", .real(value)), ("low", .real(low)), ("high", .real(high)), ("method", .text(method))])
  }
}

extension TestResult {
  var json: JSON {
    .object([
      ("statistic", statistic.map { .real($0) } ?? .null), ("p", .real(p)), ("method", .text(method)),
    ])
  }
}
