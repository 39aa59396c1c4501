import CReportTemplates
import ConsentModel
import Mustache

/// One page of HTML that needs nothing else: no network, no script, no font. Every text is escaped by the templates.
public struct ReportPage {
  private let library: MustacheLibrary
  private let style: String

  /// The page's templates.
  ///
  /// - Precondition: the templates that are compiled into the program can be parsed, which a test checks.
  public init() {
    var library = MustacheLibrary()
    var style = ""
    for index in 0..<report_template_count() {
      let template = report_template_at(index)
      let text = String(
        decoding: UnsafeBufferPointer(start: template.bytes, count: Int(template.length)), as: UTF8.self)
      let name = String(cString: template.name)
      if name == "style" {
        style = text
        continue
      }
      do {
        try library.register(text, named: name)
      } catch {
        preconditionFailure("the template \(name) cannot be parsed: \(error)")
      }
    }
    self.library = library
    self.style = style
  }

  /// The page of a report.
  public func html(_ report: StudyReport) -> String {
    guard let text = library.render(PageView(report, style: style), withTemplate: "page") else {
      preconditionFailure("there is no template for the page")
    }
    return text
  }
}

/// What the template of the page is filled with.
struct PageView {
  struct Entry {
    var id: String
    var title: String
  }

  struct Method {
    var name: String
    var text: String
  }

  let style: String
  let heading: String
  let study: String
  let program: String
  let isSimulated: Bool
  let isPilot: Bool
  let stageWords: String
  let sessionWords: String
  let contents: [Entry]
  let short: [String]
  let flow: FlowView
  let plannedWords: String
  let hypotheses: [HypothesisView]
  let effects: [EffectsView]
  let furtherEffects: [EffectsView]
  let forests: [ForestView]
  let provenance: ProvenanceView
  let belief: BeliefView
  let curves: [CurvesView]
  let times: [String]
  let ways: [TableView]
  let others: [TableView]
  let answers: [AnswersView]
  let maps: [MapView]
  let rules: RulesView
  let recordingWords: String
  let recordings: [RecordingView]
  let hasTexts: Bool
  let textWords: String
  let texts: [QuoteView]
  let methods: [Method]
  let limits: [String]

  init(_ report: StudyReport, style: String) {
    let analysis = report.analysis
    let words = ReportWords(report)
    self.style = style
    heading = report.plan.title.isEmpty ? report.plan.name : report.plan.title.inert
    study = report.plan.name
    program = report.versions.program
    isSimulated = analysis.stage == .simulated
    isPilot = analysis.stage == .pilot
    stageWords = words.stage
    sessionWords = words.sessions
    hasTexts = report.quotes != nil
    contents = words.contents
    short = words.short
    flow = FlowView(report)
    plannedWords = words.planned
    hypotheses = analysis.comparisons.enumerated().map { HypothesisView($1, number: $0 + 1, analysis) }
    effects = EffectsView.all(analysis, planned: true)
    furtherEffects = EffectsView.all(analysis, planned: false)
    forests = ForestView.all(analysis)
    provenance = ProvenanceView(analysis)
    belief = BeliefView(analysis)
    curves = CurvesView.all(analysis)
    times = words.times
    ways = TableView.ways(analysis)
    others = TableView.others(analysis)
    answers = AnswersView.all(report)
    maps = zip(analysis.arms, report.arms).enumerated().map { MapView($1.0.name, $1.1, number: $0) }
    rules = RulesView(report)
    recordingWords = words.recordings
    recordings = report.recordings.enumerated().map { RecordingView($1, number: $0) }
    textWords = words.texts
    texts = (report.quotes ?? []).map { QuoteView($0) }
    methods = words.methods.map { Method(name: $0.0, text: $0.1) }
    limits = words.limits
  }
}

/// A table of counts, a row an arm, or of other things.
struct TableView {
  struct Row {
    var name: String
    var cells: [String]
  }

  var caption: String
  /// What the rows are.
  var first = "arm"
  var columns: [String]
  var rows: [Row]
}
