import ConsentJournal
import ConsentModel
import ConsentScreens
import ConsentStudy
import Testing

@testable import ConsentInterchange

/// The export of the study that `init` makes, given sessions of earlier versions.
private struct SampleExport {
  let plan: ExportPlan

  init(_ options: ExportOptions = ExportOptions()) throws {
    let text = StudyTemplate.text(
      name: "sample-study", flow: "consumer-terms", engineVersion: 2, seed: 7, retainUntil: "2030-01-01")
    let (plan, found) = StudyPlan.decode(Array(text.utf8), file: "study.yaml")
    #expect(found.isEmpty)
    let study = StudyFlow(try #require(plan), pinned: .folder(GoldenText.root + "/screens"))
    let (flows, _) = study.compileAll()
    self.plan = ExportPlan(
      study.plan, flows: try #require(flows), instruments: study.instruments,
      digest: String(repeating: "c0", count: 32), options: options)
  }

  func session(
    _ number: Int, _ fixture: String?, status: SessionStatus = .completed, data: DataChoice = .keep,
    restarts: Int? = nil, isRestarted: Bool = false, reached: Set<Milestone> = [.consented, .exposed, .decided]
  ) -> ExportedSession {
    var entry = SessionEntry(
      number: number, participant: "secret-\(number)", exportID: "000000000000000\(number)", stage: .live,
      arm: number % 3, stratum: 0, slot: number, status: status, startedAt: "2026-11-27T10:00:00.000Z", seed: 99,
      withdrawalCode: "wcode", completionCode: "ccode")
    entry.data = data
    entry.restarts = restarts
    var session = ExportedSession(
      entry, in: StudyFolder("/nonexistent"), reached: reached, isRestarted: isRestarted)
    if let fixture { session.journal = "\(GoldenText.root)/Tests/Fixtures/\(fixture).jsonl" }
    return session
  }
}

@Suite("tables of sessions") struct TabulatorTests {
  private static let fixtures = [
    "0.1.0/accept", "0.1.0/off-first", "0.1.0/explicit-pair", "0.2.0/lines", "0.2.0/kiosk", "0.2.0/stopped",
  ]

  @Test("columns, as a person reads them in the codebook")
  func codebook() throws {
    let book = Codebook(plan: try SampleExport().plan)
    try GoldenText.check(
      "Tests/ConsentInterchangeTests/Tables/Goldens/codebook.csv", String(decoding: book.csv, as: UTF8.self))
  }

  @Test("rows of sessions of earlier versions")
  func rows() throws {
    let sample = try SampleExport()
    let tabulator = SessionTabulator(sample.plan)
    var tables = sample.plan.tables.map { RowWriter.header($0, RowWriter.Dialect()) }
    for (index, fixture) in Self.fixtures.enumerated() {
      let rows = tabulator.rows(of: sample.session(index + 1, fixture))
      #expect(rows.problem == nil, "\(fixture)")
      for table in tables.indices { tables[table] += rows.separated[table] }
    }
    for (table, bytes) in zip(sample.plan.tables, tables) where !["texts", "markers", "answers"].contains(table.name) {
      try GoldenText.check(
        "Tests/ConsentInterchangeTests/Tables/Goldens/\(table.name).csv", String(decoding: bytes, as: UTF8.self))
    }
  }

  @Test("nothing but how they stand, of those whose data are not used")
  func notUsed() throws {
    let sample = try SampleExport()
    let tabulator = SessionTabulator(sample.plan)
    func check(_ session: ExportedSession, journal: String, _ hasProblem: Bool) {
      let rows = tabulator.rows(of: session)
      #expect(rows.rows == [1, 0, 0, 0, 0, 0, 0])
      #expect((rows.problem != nil) == hasProblem)
      let row = String(decoding: rows.separated[0], as: UTF8.self)
      #expect(row.contains(",\(journal),0,"), "\(row)")
      for secret in ["secret", "wcode", "ccode"] { #expect(!row.contains(secret)) }
      // The terminal, the language and the outcome of somebody who did not agree are nobody's business.
      #expect(!row.contains("xterm") && !row.contains("accepted"), "\(row)")
      #expect(!rows.described.isAnalysed && rows.bids == nil)
    }
    check(sample.session(1, "0.1.0/accept", data: .unanswered), journal: "complete", false)
    check(sample.session(2, "0.1.0/accept", status: .withdrawn, data: .keep), journal: "gone", false)
    check(sample.session(3, nil), journal: "gone", true)
    check(sample.session(4, nil, status: .open, data: .unanswered), journal: "gone", false)
  }

  @Test("descriptives count people, not sessions")
  func descriptives() throws {
    let sample = try SampleExport()
    let tabulator = SessionTabulator(sample.plan)
    var described = Descriptives(sample.plan)
    for session in [
      sample.session(3, "0.1.0/accept"), sample.session(6, "0.1.0/off-first"), sample.session(1, "0.2.0/lines"),
      sample.session(4, "0.2.0/lines", isRestarted: true),
      sample.session(7, "0.2.0/stopped", status: .stopped, restarts: 4),
      sample.session(2, nil, status: .declined, data: .unanswered, reached: []),
      sample.session(5, nil, status: .withdrawn, data: .delete),
    ] {
      described.add(tabulator.rows(of: session).described)
    }
    try GoldenText.check(
      "Tests/ConsentInterchangeTests/Tables/Goldens/descriptives.csv", String(decoding: described.csv, as: UTF8.self))
  }

  @Test("whoever does not count has one reason for it")
  func reasons() throws {
    let sample = try SampleExport()
    let tabulator = SessionTabulator(sample.plan)
    let cases: [(ExportedSession, ReasonLeftOut?)] = [
      (sample.session(1, "0.1.0/accept"), nil),
      (sample.session(1, "0.1.0/accept", reached: [.consented]), .notExposed),
      (sample.session(1, "0.1.0/accept", data: .unanswered, reached: [.consented]), .dataNotKept),
      (sample.session(1, nil, status: .withdrawn, data: .delete), .withdrawn), (sample.session(1, nil), .notReplayed),
    ]
    for (session, reason) in cases {
      let (described, _) = tabulator.described(session)
      #expect(
        described.reasonLeftOut == reason && described.isAnalysed == (reason == nil), "\(String(describing: reason))")
    }
  }

  @Test("two columns of one name are refused, and nothing is overwritten")
  func refusals() throws {
    var plan = try SampleExport().plan
    plan.terms = ["a-b", "a_b"]
    #expect(throws: ExportError.self) { try ExportFolder("/nonexistent/x", plan) }
    plan = try SampleExport().plan
    #expect(throws: ExportError.self) { try ExportFolder("/tmp", plan) }
  }
}

@Suite("lanes") struct LanesTests {
  @Test("keep the order of the jobs, whatever the threads", arguments: [1, 2, 5])
  func order(_ count: Int) {
    let lanes = Lanes<Int, Int, Int>(count: count, making: { 1 }, work: { $0 + $1 * 2 })
    for jobs in [[], [7], Array(0..<1000)] { #expect(lanes.run(jobs) == jobs.map { $0 * 2 + 1 }) }
  }
}
