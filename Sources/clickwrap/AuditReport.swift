import ConsentAudit
import ConsentEngine
import ConsentModel
import ConsentRender

/// What the rules say of one screen under one condition, for people and for programs.
struct AuditReport: Sendable {
  /// What is audited.
  struct Job: Sendable {
    var name: String
    var flow: FlowDefinition
    var inputs: SessionInputs
  }

  let job: Job
  let results: [AuditResult]
  /// The screen, its frame as text, and its digest.
  let screen: String
  private let picture: String
  private let digest: String
  /// Whether the screen says only that it needs more room, so that there is nothing to look at.
  let isTooSmall: Bool
  /// The frame as a picture.
  let svg: String

  init(_ job: Job, _ parameters: AuditParameters) {
    self.job = job
    let subject = AuditSubject(FlowEngine(job.flow), job.inputs, parameters)
    results = Audit.results(subject)
    screen = job.flow.screens[Int(subject.screen)].name
    isTooSmall = subject.start.isTooSmall
    picture = subject.frame.text(flow: job.flow)
    let digits = String(subject.frame.digest, radix: 16)
    digest = String(repeating: "0", count: 16 - digits.count) + digits
    svg = subject.frame.svg(flow: job.flow, title: "\(job.name), frame \(digest)")
  }

  // MARK: Words

  /// Everything, a finding a line.
  var lines: [String] {
    let size = job.inputs.size
    var lines = [
      "\(job.name): screen \(screen) at \(size.columns)x\(size.rows), frame \(digest); rules fire, they do not judge"
    ]
    for result in results {
      switch result.verdict {
      case .fires(let findings):
        lines.append("\(result.rule.id) \(result.rule.name) fires (\(result.rule.basis))")
        for finding in findings {
          lines.append("    \(finding.at): \(finding.measured); \(finding.threshold)")
        }
        lines.append("    silenced by: \(result.rule.silencedBy)")
      case .notAssessed(let why): lines.append("\(result.rule.id) \(result.rule.name): not assessed: \(why)")
      case .quiet: break
      }
    }
    let quiet = results.filter { $0.verdict == .quiet }.map(\.rule.id)
    lines.append("quiet: \(quiet.joined(separator: " "))")
    return lines
  }

  /// Which rules fire under which condition: `x` fires, `.` is quiet, `?` was not assessed.
  static func matrix(_ reports: [AuditReport]) -> [String] {
    let width = reports.map(\.job.name.count).max() ?? 0
    func padded(_ text: String) -> String { text + String(repeating: " ", count: width - text.count) }
    let ids = Audit.rules.map { String($0.about.id.dropFirst()) }
    var lines = [padded("") + "  " + ids.joined(separator: " ")]
    for report in reports {
      let marks = report.results.map { result in
        switch result.verdict {
        case .fires: " x"
        case .quiet: " ."
        case .notAssessed: " ?"
        }
      }
      lines.append(padded(report.job.name) + "  " + marks.joined(separator: " "))
    }
    return lines + ["x fires, . does not, ? not assessed; rules fire, they do not judge"]
  }

  // MARK: JSON

  var json: JSON {
    .object([
      ("flow", .text(job.flow.name)), ("name", .text(job.name)), ("screen", .text(screen)),
      ("condition", .object(job.flow.condition.map { ($0.factor, .text($0.level)) })),
      ("language", .text(job.flow.language)), ("columns", .number(Int64(job.inputs.size.columns))),
      ("rows", .number(Int64(job.inputs.size.rows))), ("digest", .text(digest)), ("frame", .text(picture)),
      ("rules", .array(results.map(AuditReport.json))),
    ])
  }

  private static func json(_ result: AuditResult) -> JSON {
    var members: [(String, JSON)] = [
      ("rule", .text(result.rule.id)), ("name", .text(result.rule.name)), ("fires_when", .text(result.rule.firesWhen)),
      ("basis", .text(result.rule.basis)), ("edpb", .text(result.rule.edpb)), ("ontology", .text(result.rule.ontology)),
      ("silenced_by", .text(result.rule.silencedBy)),
    ]
    switch result.verdict {
    case .fires(let findings):
      let found = findings.map { finding in
        JSON.object([
          ("at", .text(finding.at)), ("measured", .text(finding.measured)), ("threshold", .text(finding.threshold)),
        ])
      }
      members += [("verdict", .text("fires")), ("findings", .array(found))]
    case .quiet: members.append(("verdict", .text("quiet")))
    case .notAssessed(let why): members += [("verdict", .text("not-assessed")), ("why", .text(why))]
    }
    return .object(members)
  }
}

/// Reports as a SARIF 2.1.0 log, which code-scanning tools read.
enum AuditSARIF {
  /// The patterns that a rule is about; where two sources call one the same, once.
  private static func tags(of about: AuditRuleFacts) -> [String] {
    let tags = [about.edpb, about.ontology].filter { !$0.isEmpty }
    return tags.first == tags.last ? Array(tags.prefix(1)) : tags
  }

  /// One run with the findings of all reports; a rule that fires is a note, for it judges nothing.
  static func log(_ reports: [AuditReport]) -> JSON {
    let rules = Audit.rules.map { rule in
      let about = rule.about
      return JSON.object([
        ("id", .text(about.id)), ("name", .text(about.name)),
        ("shortDescription", message("Fires when \(about.firesWhen).")),
        ("help", message("Silenced by \(about.silencedBy).")),
        ("defaultConfiguration", .object([("level", .text("note"))])),
        (
          "properties",
          .object([
            ("tags", .array(tags(of: about).map { .text($0) })),
            ("basis", .text(about.basis)),
          ])
        ),
      ])
    }
    let results = reports.flatMap { report in
      report.results.enumerated().flatMap { index, result -> [JSON] in
        guard case .fires(let findings) = result.verdict else { return [] }
        return findings.map { finding(result.rule, index, $0, report) }
      }
    }
    let driver = JSON.object([
      ("name", .text("clickwrap")), ("version", .text(Program.version)), ("rules", .array(rules)),
    ])
    return .object([
      ("$schema", .text("https://json.schemastore.org/sarif-2.1.0.json")), ("version", .text("2.1.0")),
      (
        "runs",
        .array([
          .object([
            ("tool", .object([("driver", driver)])), ("columnKind", .text("unicodeCodePoints")),
            ("results", .array(results)),
          ])
        ])
      ),
    ])
  }

  private static func finding(
    _ rule: AuditRuleFacts, _ index: Int, _ finding: AuditFinding, _ report: AuditReport
  ) -> JSON {
    .object([
      ("ruleId", .text(rule.id)), ("ruleIndex", .number(Int64(index))), ("level", .text("note")),
      ("kind", .text("fail")),
      ("message", message("\(finding.at): \(finding.measured); \(finding.threshold)")),
      (
        "locations",
        .array([
          .object([
            (
              "logicalLocations",
              .array([
                .object([
                  ("name", .text(finding.at)), ("fullyQualifiedName", .text("\(report.job.name)/\(finding.at)")),
                  ("kind", .text("element")),
                ])
              ])
            )
          ])
        ])
      ),
    ])
  }

  private static func message(_ text: String) -> JSON { .object([("text", .text(text))]) }
}
