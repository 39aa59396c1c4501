import ConsentAnalysis
import ConsentInterchange
import ConsentJournal
import ConsentModel
import ConsentReport
import ConsentStudy

/// What a report takes from the sessions of one stage: each is replayed once, and of most of them only numbers are kept.
struct StudyReading {
  /// A session that may be shown as a recording.
  struct Example {
    var session: Int
    var arm: Int
    var provenance: Provenance
  }

  /// The measures of everybody who was assigned.
  private(set) var people: [SessionMeasures] = []
  /// What is wrong with files, a line each.
  private(set) var problems: [String] = []
  /// What was on screen, by arm.
  private(set) var seeing: [SeeingSummary]
  /// What was answered, by arm.
  private(set) var answers: [AnswersSummary]
  /// Of each arm the first analysed session of every provenance, by number.
  private(set) var examples: [Example] = []
  /// The first of the texts that were kept, and how many there are.
  private(set) var quotes: [StudyReport.Quote] = []
  private(set) var quoteCount = 0

  private let open: OpenStudy

  /// Reads all sessions of a stage.
  ///
  /// - Parameter takesTexts: whether what was typed is read as well.
  init(_ open: OpenStudy, _ plan: ExportPlan, stage: Stage, takesTexts: Bool) throws {
    self.open = open
    seeing = Array(repeating: SeeingSummary(), count: open.plan.arms.count)
    answers = Array(repeating: AnswersSummary(), count: open.plan.arms.count)
    let lanes = Lanes<SessionTabulator, ExportedSession, (session: DescribedSession, problem: String?)>(
      making: { SessionTabulator(plan) }, work: { $0.described($1) })
    var so = PeopleSoFar(try open.ledger.extent())
    var progress = Progress("sessions", of: so.count)
    var last = 0
    while last < so.count {
      let entries = try open.ledger.sessions(after: last, limit: lanes.roundCount)
      last += lanes.roundCount
      let jobs = entries.map { so.exported($0, in: open.folder) }.filter { $0.entry.stage == stage }
      for found in lanes.run(jobs) {
        if let problem = found.problem { problems.append(problem) }
        guard !found.session.isNobody else { continue }
        people.append(SessionMeasures(found.session))
        guard found.session.isAnalysed else { continue }
        seeing[found.session.arm].add(found.session.seen)
        answers[found.session.arm].add(found.session.answers, scores: found.session.scores)
        note(found.session)
        if takesTexts { try quote(found.session) }
      }
      progress.note(entries.count)
    }
    progress.finish()
  }

  private mutating func note(_ session: DescribedSession) {
    guard let provenance = session.provenance, session.way != nil else { return }
    let isKnown = examples.contains { $0.arm == session.arm && $0.provenance == provenance }
    if !isKnown { examples.append(Example(session: session.session, arm: session.arm, provenance: provenance)) }
  }

  private mutating func quote(_ session: DescribedSession) throws {
    for typed in try TextsFile.read(open.folder.texts(of: session.session)) where !typed.text.isEmpty {
      quoteCount += 1
      guard quotes.count < StudyReport.maximumQuotes else { continue }
      quotes.append(
        StudyReport.Quote(arm: open.plan.arms[session.arm].name, screen: typed.screen, text: typed.text))
    }
  }

  /// The examples as recordings: of every arm one before any arm has two.
  func recordings() throws -> [StudyReport.Recording] {
    var perArm: [Int: Int] = [:]
    let ranked = examples.map { example -> (rank: Int, example: Example) in
      defer { perArm[example.arm, default: 0] += 1 }
      return (perArm[example.arm] ?? 0, example)
    }
    let chosen = ranked.sorted { ($0.rank, $0.example.arm) < ($1.rank, $1.example.arm) }
      .prefix(StudyReport.maximumRecordings).map(\.example)
    let verifier = JournalVerifier()
    return try chosen.sorted { ($0.arm, $0.session) < ($1.arm, $1.session) }.compactMap { example in
      let arm = open.plan.arms[example.arm].name
      let path = open.folder.journal(of: example.session)
      do {
        guard let clip = try DecisionClip(path, title: "\(arm), session \(example.session)", with: verifier) else {
          return nil
        }
        return StudyReport.Recording(
          arm: arm, session: example.session, provenance: example.provenance.word, clip: clip)
      } catch let failure as JournalRecording.Failure {
        throw CommandFailure(.failure, "clickwrap: \(path): \(failure)")
      }
    }
  }
}

extension SessionMeasures {
  init(_ described: DescribedSession) {
    self.init(arm: described.arm, reached: described.reached, isAnalysed: described.isAnalysed)
    stratum = described.stratum
    truth = described.truth
    belief = described.belief
    provenance = described.provenance
    preference = described.preference
    isPossiblyAccidental = described.isPossiblyAccidental
    decisionMicroseconds = described.decisionMicroseconds ?? described.untilEndMicroseconds
    isCensored = described.decisionMicroseconds == nil
    reasonLeftOut = described.reasonLeftOut
    way = described.way
    firstAnswer = described.firstAnswer
    prompts = described.prompts
    regret = described.regret
    confidence = described.confidence
  }
}
