import ConsentAnalysis
import ConsentJournal
import ConsentStudy
import Statistics
import Testing

@testable import ConsentReport

@Suite("the page of a report") struct ReportPageTests {
  /// The page of a study in which nobody or some took part.
  private func page(
    _ stage: Stage, _ people: [SessionMeasures] = [], quotes: [String]? = nil, changes: [(String, String)] = []
  ) throws -> String {
    var text = StudyTemplate.text(
      name: "s", flow: "consumer-terms", engineVersion: JournalFormat.engineVersion, seed: 1, retainUntil: "2030-01-01")
    for (old, new) in changes {
      #expect(text.contains(old))
      text = text.split(separator: old, omittingEmptySubsequences: false).joined(separator: new)
    }
    let (plan, found) = StudyPlan.decode(Array(text.utf8), file: "study.yaml")
    let study = try #require(plan, "\(found)")
    let analysis = StudyAnalysis(AnalysisPlan(study), stage: stage, people: people)
    let arm = StudyReport.Arm(
      levels: ["a=b"], rules: [], seeing: SeeingSummary(), answers: AnswersSummary(), map: "<svg/>", frame: "00")
    var report = StudyReport(
      plan: study, analysis: analysis, arms: study.arms.map { _ in arm },
      versions: StudyReport.Versions(program: "0", engine: 1, study: "ab", allocation: nil))
    report.quotes = quotes.map { $0.map { StudyReport.Quote(arm: "on", screen: "recall", text: $0) } }
    report.quoteCount = quotes?.count ?? 0
    return ReportPage().html(report)
  }

  /// Some people in two arms.
  private var people: [SessionMeasures] {
    (0..<40).map { index in
      var person = SessionMeasures(
        arm: index % 3, reached: [.consented, .exposed, .decided, .answered], isAnalysed: index % 7 != 0)
      person.truth = index % 2 == 0 ? .allowed : .notAllowed
      person.belief = ConsentGap.Belief.allCases[index % 3]
      person.provenance = index % 2 == 0 ? .presetUntouched : .changed
      person.decisionMicroseconds = Int64(index) * 100_000
      person.reasonLeftOut = index % 7 == 0 ? .excluded : nil
      return person
    }
  }

  @Test func whatPeopleWriteIsInert() throws {
    let hostile = [
      "<script>alert(1)</script>", "\" onmouseover=\"x", "'><img src=x onerror=y>", "{{style}}", "a\u{202E}b\u{1B}[2J",
      "</bdi></blockquote><h1>", "&lt;b&gt;",
    ]
    let page = try page(.live, people, quotes: hostile)
    for part in ["<script", "<img src=x", "onerror=y>", "<h1></", "\u{202E}", "\u{1B}"] {
      #expect(!page.contains(part), "\(part)")
    }
    #expect(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;") && page.contains("&quot; onmouseover=&quot;x"))
    #expect(page.contains("a\\u{202e}b\\u{1b}[2J") && page.contains("&amp;lt;b&amp;gt;") && page.contains("{{style}}"))
  }

  @Test func everyFigureOfSimulatedSessionsSaysSo() throws {
    let simulated = try page(.simulated, people)
    let figures = simulated.split(separator: "<figure", omittingEmptySubsequences: false).count - 1
    let marks = simulated.split(separator: "class=\"watermark\"", omittingEmptySubsequences: false).count - 1
    #expect(figures > 8 && marks == figures)
    #expect(!(try page(.live, people)).contains("SIMULATED:"))
  }

  @Test func itNeedsNothingElse() throws {
    let page = try page(.live, people)
    for part in ["http://", "https://", "<script", "<link", "@import", "url("] {
      #expect(!page.contains(part), "\(part)")
    }
    #expect(page.contains("default-src 'none'"))
  }

  @Test func aStudyWithoutAnybodyHasAPageToo() throws {
    let page = try page(.pilot)
    #expect(page.contains("The primary comparison cannot be made: an arm has nobody."))
    for part in [">nan", "nan%", " nan", "inf%"] { #expect(!page.contains(part), "\(part)") }
  }

  @Test func factorsHaveATableOfTheirOwn() throws {
    let arms = "arms:\n  default-on: {default: on}\n  default-off: {default: off}\n  forced-choice: {default: unset}\n"
    let contrasts = "contrasts: [[default-off, default-on], [forced-choice, default-on]]"
    let effects = "factors: {default: [on, off], fill: [black, equal]}\neffects: [[default, fill]]\n#"
    let everybody = (0..<80).map { index in
      var person = SessionMeasures(arm: index % 4, reached: [.exposed], isAnalysed: true)
      person.truth = index % 3 == 0 ? .allowed : .notAllowed
      person.belief = .notAllowed
      person.prompts = [.deferred, .allowed]
      return person
    }
    let page = try page(.live, everybody, changes: [(arms, ""), (contrasts, effects)])
    let parts = page.split(separator: "<h2 id=\"exploratory\"", omittingEmptySubsequences: false)
    #expect(parts.count == 2 && parts[0].contains("<th scope=\"row\">default × fill</th><td>primary</td>"))
    #expect(parts[1].contains("<th scope=\"row\">fill</th><td>exploratory</td>"))
    #expect(parts[0].contains("id=\"forest-effects-allowed\"") && parts[0].contains("fill=equal (exploratory)"))
    #expect(parts[0].contains("difference of differences") && parts[1].contains("arm, prompt"))
    #expect(
      page.contains(
        "Unaware sharing (training is allowed, and the person believes that it is not or does not know), by"))
  }

  @Test func sevenArmsHaveMorePicturesThanLines() {
    let arms = (0..<7).map { "a\($0)" }
    let everybody = (0..<7).map { arm in
      var person = SessionMeasures(arm: arm, reached: [.exposed], isAnalysed: true)
      person.truth = .allowed
      person.decisionMicroseconds = 1_000_000
      return person
    }
    let curves = CurvesView.all(
      StudyAnalysis(AnalysisPlan(arms: arms, contrasts: []), stage: .live, people: everybody))
    #expect(curves.map(\.legend.count) == [6, 6, 1, 1] && Set(curves.map(\.id)).count == 4)
    for curve in curves { #expect(Set(curve.lines.map(\.line)).count == curve.lines.count) }
  }

  @Test func axesEndOnNumbersThatCanBeDividedByFour() {
    let cases: [(Double, Double)] = [(0.05, 0.1), (0.3, 0.4), (1, 1), (1.2, 2), (7, 8), (9, 10), (14.3, 20), (63, 80)]
    for (value, nice) in cases { #expect(abs(CurvesView.nice(value) - nice) < 1e-12, "\(value)") }
  }
}
