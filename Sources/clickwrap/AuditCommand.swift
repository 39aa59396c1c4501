import ArgumentParser
import ConsentAudit
import ConsentEngine
import ConsentJournal
import ConsentModel
import ConsentScreens
import Glibc

struct AuditCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit", abstract: "Say which of 25 rules fire on a deciding screen, and by what measure.",
    discussion: """
      A rule fires where a measurable feature is there; it describes and does not judge, and there is no score over all rules. Each \
      finding names the element or the way, what was measured and the threshold, and what would silence it. What cannot be told is \
      said to be not assessed: a language without a lexicon, dim text, too few words.

      The screen is the one with which a session of --entry begins; `popup` where the flow has such an entry. Of two flows, or of all \
      levels of a factor (--factor), the rules stand side by side; with --all-conditions every level of every factor has a line.

      Exit status: 0 looked at; 2 the command line is wrong; 5 screen files are wrong; 10 a rule of --fail-on fires, or one that \
      --baseline does not have.

      Examples:
        clickwrap audit consumer-terms
        clickwrap audit consumer-terms fair-choice
        clickwrap audit consumer-terms --entry terminal --format sarif > audit.sarif
        clickwrap audit consumer-terms --factor default
        clickwrap audit my-flow --fail-on R01,R07 --baseline known.txt
      """)

  @Argument(help: "Built-in flows, or folders of flows.")
  var flows: [String]

  @Option(name: .customLong("set"), help: "A factor and its level, factor=level; may be given more than once.")
  var settings: [String] = []

  @Option(help: "Where the session begins.")
  var entry: String?

  @Option(help: "The account of the session; the flow's first is the default.")
  var account: String?

  @Option(help: "The language of the texts.")
  var language = "en"

  @Option(help: "Take the flows from this folder instead of the built-in ones.")
  var screens: String?

  @Option(help: "Columns and rows.")
  var size = Size.standard

  @Option(help: "All levels of this factor side by side.")
  var factor: String?

  @Flag(help: "Every level of every factor by itself, the others at their baseline.")
  var allConditions = false

  @Option(help: "text, json or sarif (2.1.0).")
  var format = Format.text

  @Flag(help: "The same as --format json.")
  var json = false

  @Option(help: "Rules, separated by commas, or `any`: the exit status is 10 where one fires.")
  var failOn: String?

  @Option(help: "A file of rules that are known to fire, one a line with the flow; others make the exit status 10.")
  var baseline: String?

  @Option(help: "Write the frame of every screen that was looked at as a picture into this new folder.")
  var frames: String?

  @Option(help: "R09: fires from so many times the size on.")
  var sizeRatio: Double?

  @Option(help: "R10: fires above this ΔE CMC(1:1).")
  var colourDifference: Double?

  @Option(help: "R11: fires under this contrast.")
  var contrast: Double?

  @Option(help: "R21: fires above this grade.")
  var grade: Double?

  @Option(help: "R23: fires under so many days after a refusal.")
  var daysAfterNo: Int?

  @Option(help: "R23: fires under so many days after putting off.")
  var daysAfterDeferral: Int?

  @Flag(help: "R25: resuming an old chat is no act that lets new terms reach it.")
  var resumingIsNoAct = false

  enum Format: String, CaseIterable, ExpressibleByArgument {
    case text, json, sarif
  }

  func validate() throws {
    if flows.isEmpty { throw ValidationError("name a flow") }
    if flows.count > 1, factor != nil || allConditions {
      throw ValidationError("--factor and --all-conditions are for one flow")
    }
    if factor != nil, allConditions { throw ValidationError("--factor and --all-conditions exclude each other") }
    _ = try wanted()
  }

  func run() throws {
    let jobs = try flows.flatMap(conditions)
    let parameters = parameters
    let lanes = Lanes<Int, AuditReport.Job, AuditReport>(making: { 0 }, work: { AuditReport($1, parameters) })
    let reports = lanes.run(jobs)
    if let small = reports.first(where: \.isTooSmall) {
      throw CommandFailure(
        .usage,
        "clickwrap: \(small.job.name): the screen \(small.screen) is not shown at \(size.columns)x\(size.rows); give a larger --size"
      )
    }
    if let frames { try write(reports, into: frames) }
    switch json ? .json : format {
    case .json: for report in reports { Console.out(report.json.line + "\n") }
    case .sarif: Console.out(AuditSARIF.log(reports).line + "\n")
    case .text:
      if reports.count == 1 {
        for line in reports[0].lines { Console.line(line) }
      } else {
        for line in AuditReport.matrix(reports) { Console.line(line) }
      }
    }
    try fail(reports)
  }

  private func write(_ reports: [AuditReport], into folder: String) throws {
    guard !DurableFile.isThere(folder) else {
      throw CommandFailure(.usage, "clickwrap: \(folder) is there already; nothing is overwritten")
    }
    try DurableFile.makeFolder(folder)
    for (index, report) in reports.enumerated() {
      // Names of flows may be paths; only what is safe in a file's name is kept.
      let name = String(report.job.name.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "=") ? $0 : "-" })
      let path = "\(folder)/\(index + 1)-\(name).svg"
      try DurableFile.create(path, Array(report.svg.utf8), mode: 0o644)
    }
  }

  private var parameters: AuditParameters {
    var parameters = AuditParameters()
    parameters.sizeRatio = sizeRatio ?? parameters.sizeRatio
    parameters.colourDifference = colourDifference ?? parameters.colourDifference
    parameters.contrast = contrast ?? parameters.contrast
    parameters.grade = grade ?? parameters.grade
    parameters.daysAfterNo = daysAfterNo ?? parameters.daysAfterNo
    parameters.daysAfterDeferral = daysAfterDeferral ?? parameters.daysAfterDeferral
    parameters.resumingIsAnAct = !resumingIsNoAct
    return parameters
  }

  /// The rules of --fail-on.
  private func wanted() throws -> Set<String> {
    let known = Audit.rules.map { $0.about.id }
    guard let failOn, failOn != "any" else { return failOn == nil ? [] : Set(known) }
    let names = failOn.split(separator: ",").map(String.init)
    for name in names where !known.contains(name) {
      throw ValidationError("there is no rule '\(name)'; they are R01 to R25")
    }
    return Set(names)
  }

  // MARK: What is audited

  private func conditions(_ flow: String) throws -> [AuditReport.Job] {
    let (source, name) = FlowPlace.find(flow, screens: screens)
    let levels = try FlowOptions.levels(settings)
    let (document, diagnostics) = FlowLoader.document(name, from: source)
    guard let document else { throw CommandFailure(.screens, lines: diagnostics.map(\.rendered)) }
    var sets = [(name: settings.isEmpty ? name : "\(name) \(settings.joined(separator: " "))", levels: levels)]
    if let factor {
      guard let found = document.factors.first(where: { $0.name == factor }) else {
        throw ValidationError(
          "there is no factor '\(factor)': \(document.factors.map(\.name).joined(separator: ", "))")
      }
      sets = found.levels.map { ("\(factor)=\($0)", levels.merging([factor: $0]) { $1 }) }
    }
    if allConditions {
      for factor in document.factors where levels[factor.name] == nil {
        for level in factor.levels where level != factor.baseline {
          sets.append(("\(factor.name)=\(level)", levels.merging([factor.name: level]) { $1 }))
        }
      }
    }
    return try sets.map { set in
      let loaded = try LoadedFlow.load(name, from: source, set: set.levels, language: language)
      return AuditReport.Job(name: set.name, flow: loaded.flow, inputs: try inputs(for: loaded.flow))
    }
  }

  private func inputs(for flow: FlowDefinition) throws -> SessionInputs {
    func index(_ name: String, _ names: [String], _ what: String) throws -> UInt8 {
      guard let index = names.firstIndex(of: name) else {
        throw ValidationError("\(flow.name) has no \(what) '\(name)': \(names.joined(separator: ", "))")
      }
      return UInt8(clamping: index)
    }
    let entries = flow.entries.map(\.name)
    let place = entry ?? (entries.contains("popup") ? "popup" : entries[0])
    return SessionInputs(
      size: size, account: try account.map { try index($0, flow.accounts, "account") } ?? 0,
      entry: try index(place, entries, "entry"), date: flow.dates.published,
      inputGuardMicroseconds: flow.inputGuardMicroseconds)
  }

  // MARK: Failing

  private func fail(_ reports: [AuditReport]) throws {
    var problems: [String] = []
    let wanted = try wanted()
    for report in reports {
      for result in report.results where result.fires && wanted.contains(result.rule.id) {
        problems.append("\(report.job.name): \(result.rule.id) fires")
      }
    }
    if let baseline {
      guard let bytes = try DurableFile.contents(of: baseline, limit: 1 << 20) else {
        throw JournalError.system("open", path: baseline, errno: ENOENT)
      }
      let known = Set(
        String(decoding: bytes, as: UTF8.self).split(separator: "\n").map {
          $0.split(separator: " ").joined(separator: " ")
        })
      for report in reports {
        for result in report.results where result.fires && !known.contains("\(report.job.name) \(result.rule.id)") {
          problems.append("\(report.job.name): \(result.rule.id) fires, and \(baseline) does not have it")
        }
      }
    }
    for problem in problems { Console.complain(problem) }
    if !problems.isEmpty { throw EndOfCommand(ending: .exit(.audit)) }
  }
}
