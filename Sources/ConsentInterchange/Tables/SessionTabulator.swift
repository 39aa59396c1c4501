import ConsentEngine
import ConsentJournal
import ConsentModel
import ConsentRender
import ConsentStudy

/// A session as the ledger has it, with what of other sessions belongs to it.
public struct ExportedSession: Sendable {
  /// The session in the ledger.
  public var entry: SessionEntry
  /// Path of its journal.
  public var journal: String
  /// Path of the notes on it; there may be none.
  public var notes: String
  /// Path of what was typed in it; there may be none.
  public var texts: String
  /// How far the person came, in this session or in those that it restarts.
  public var reached: Set<Milestone>
  /// Whether a later session goes on for it.
  public var isRestarted: Bool

  /// A session of a study.
  public init(_ entry: SessionEntry, in folder: StudyFolder, reached: Set<Milestone>, isRestarted: Bool) {
    self.entry = entry
    journal = folder.journal(of: entry.number)
    notes = folder.notes(of: entry.number)
    texts = folder.texts(of: entry.number)
    self.reached = reached
    self.isRestarted = isRestarted
  }
}

/// What a session becomes: rows for every table.
public struct SessionRows: Sendable {
  /// The session's number.
  public var session: Int
  /// Its stage.
  public var stage: Stage
  /// For every table of the plan its rows as separated values.
  public var separated: [[UInt8]]
  /// For every table of the plan its rows as JSON Lines.
  public var json: [[UInt8]]
  /// How many rows each table has.
  public var rows: [Int]
  /// The session for a BIDS folder, or nil.
  public var bids: BIDSSession?
  /// What it adds to the descriptive table.
  public var described: DescribedSession
  /// What is wrong with its files, or nil.
  public var problem: String?
}

/// Makes rows of sessions; one a thread.
public final class SessionTabulator {
  let plan: ExportPlan
  private let verifier = JournalVerifier()
  private var writers: [RowWriter]
  private var bids: BIDSWriter
  private var names: [Digest256: FlowNames] = [:]
  /// The file that is read.
  private var place = ""
  /// Whether rows are made of events and of what lies beside the journal.
  private var hasRows = true

  /// Makes rows for this export.
  public init(_ plan: ExportPlan) {
    self.plan = plan
    let options = plan.options
    bids = BIDSWriter(plan)
    writers = plan.tables.map {
      RowWriter(
        $0, options.dialect, hasJSON: options.hasJSONLines, coarseMicroseconds: options.coarseMicroseconds)
    }
  }

  /// What a session adds to summaries, without any rows; and what is wrong with its files, or nil.
  public func described(_ session: ExportedSession) -> (session: DescribedSession, problem: String?) {
    hasRows = false
    defer { hasRows = true }
    let (used, _, problem) = read(session)
    var described = DescribedSession(session, used, coarse: writers[0].coarse)
    if described.isAnalysed, let used {
      let answers = used.answers
      for instrument in plan.instruments {
        for (item, _) in asked(instrument, used) {
          described.answers += ItemAnswer.all(of: item, instrument, answers)
        }
        described.scores += instrument.scores(in: answers)
      }
    }
    return (described, problem)
  }

  /// The rows of a session; where its journal is not as it was written, only how it stands.
  public func rows(of session: ExportedSession) -> SessionRows {
    let (used, word, problem) = read(session)
    ParticipantsRow(plan: plan, session: session, journal: word, replayed: used).write(to: &writers[0])
    if let used { details(used, session) }
    let described = DescribedSession(session, used, coarse: writers[0].coarse)
    let bids = used == nil ? nil : bids.session(session)
    return SessionRows(
      session: session.entry.number, stage: session.entry.stage, separated: writers.map(\.separated),
      json: writers.map(\.json), rows: writers.map(\.rows), bids: bids, described: described, problem: problem)
  }

  /// A session replayed, if its data are used; how its journal stands; and what is wrong with its files.
  private func read(_ session: ExportedSession) -> (ReplayedSession?, JournalWord, problem: String?) {
    clear()
    place = session.journal
    var word = JournalWord.gone
    var problem: String?
    var replayed: ReplayedSession?
    let isUsed = session.entry.data == .keep && session.entry.status != .withdrawn
    do throws(JournalError) {
      if session.entry.status != .withdrawn, DurableFile.isThere(session.journal) {
        (replayed, word) = try replay(session, isUsed: isUsed)
        if isUsed, hasRows { try besides(session) }
      }
    } catch {
      problem = words(error)
      replayed = nil
      word = .broken
      clear()
    }
    if isUsed, word == .gone { problem = "\(session.journal): gone" }
    return (isUsed ? replayed : nil, word, problem)
  }

  private func clear() {
    for index in writers.indices { writers[index].clear() }
    bids.clear()
  }

  private func words(_ error: JournalError) -> String {
    guard case .broken(let line, let fault) = error else { return "\(place): \(error)" }
    return "\(place):\(line): broken: \(fault)"
  }

  private func names(of flow: FlowDefinition, _ digest: Digest256) -> FlowNames {
    if let known = names[digest] { return known }
    let made = FlowNames(flow)
    // A study has as many flows as arms, and those of earlier versions.
    if names.count > 64 { names = [:] }
    names[digest] = made
    return made
  }

  private func replay(
    _ session: ExportedSession, isUsed: Bool
  ) throws(JournalError) -> (ReplayedSession?, JournalWord) {
    guard try !UnbegunJournal.isOne(session.journal) else { return (nil, .unfinished) }
    guard let flow = try verifier.flow(of: session.journal) else { return (nil, .notReplayed) }
    let header = try JournalReader(session.journal).header
    let names = names(of: flow, header.flowDigest)
    var facts = SessionFacts(flow)
    var shown: Int32 = -1
    var day: Day?
    // Events are held back until the journal is known to be right: rows are taken away where it is not.
    let replay = try verifier.replay(session.journal) { index, recorded, state, frame, records in
      if isUsed {
        if let recorded, self.hasRows {
          self.event(
            EventRow(
              index: index, recorded: recorded, screen: shown, day: day ?? state.date, focus: state.view.focus,
              records: records), session, names)
        }
        facts.note(recorded, state, records)
      }
      shown = state.view.screen
      day = state.date
    }
    guard let state = replay.state, let engine = replay.engine else { return (nil, .notReplayed) }
    let word = replay.reader.closing == nil ? JournalWord.unfinished : .complete
    guard isUsed else { return (nil, word) }
    return (
      ReplayedSession(
        header: replay.reader.header, head: replay.reader.chain, events: replay.reader.eventCount, names: names,
        facts: facts, agreement: engine.agreement(state), values: state.view.values, end: state.now), word
    )
  }

  // MARK: Rows

  private func common(_ session: ExportedSession, _ writer: inout RowWriter) {
    writer.common(plan, session.entry)
  }

  private func event(_ event: EventRow, _ session: ExportedSession, _ names: FlowNames) {
    common(session, &writers[1])
    event.write(to: &writers[1], names)
    bids.event(event, names)
  }

  private func details(_ replayed: ReplayedSession, _ session: ExportedSession) {
    for (term, agreed) in zip(replayed.names.flow.terms, replayed.agreement.terms) {
      common(session, &writers[2])
      writers[2].agreement(term, agreed)
    }
    for (index, exposure) in replayed.agreement.exposures.enumerated()
    where exposure.onScreenMicroseconds > 0 || exposure.operations > 0 {
      common(session, &writers[3])
      writers[3].exposure(replayed.names, Int32(index), exposure)
    }
    let answers = SessionAnswers(replayed.names.flow, values: replayed.values)
    for instrument in plan.instruments {
      for (item, times) in asked(instrument, replayed) {
        for answer in ItemAnswer.all(of: item, instrument, answers) {
          common(session, &writers[4])
          writers[4].answer(answer, times)
        }
      }
    }
  }

  /// The items that were shown, with the times at which they were.
  private func asked(
    _ instrument: Instrument, _ replayed: ReplayedSession
  ) -> [(item: Instrument.Item, times: (shown: SessionTime, left: SessionTime?))] {
    instrument.items.compactMap { item in
      guard let screen = replayed.names.screen(named: instrument.screen(of: item)),
        let shownAt = replayed.facts.shownAt[screen]
      else { return nil }
      return (item, (shownAt, replayed.facts.leftAt[screen]))
    }
  }

  private func besides(_ session: ExportedSession) throws(JournalError) {
    place = session.texts
    for text in try TextsFile.read(place) {
      common(session, &writers[5])
      writers[5].typed(text)
    }
    place = session.notes
    for note in try NotesFile.read(place) {
      common(session, &writers[6])
      writers[6].note(note)
    }
  }
}

/// A session that was replayed to the frames that were recorded.
struct ReplayedSession {
  var header: JournalHeader
  var head: Digest256
  var events: Int
  var names: FlowNames
  var facts: SessionFacts
  var agreement: Agreement
  var values: [Int32]
  var end: SessionTime

  /// What became of the optional purpose; nil where the flow has none of that name.
  var training: TermAgreement? {
    names.flow.terms.firstIndex { $0.name == "training" }.map { agreement.terms[$0] }
  }

  /// What was on screen of the screens that ask for a decision.
  var seen: [SeenElement] {
    agreement.exposures.enumerated().compactMap { index, exposure in
      guard exposure.onScreenMicroseconds > 0 || exposure.operations > 0 else { return nil }
      guard names.flow.screens[Int(names.flow.elements[index].screen)].isPrompt,
        let element = names.element(Int32(index))
      else { return nil }
      return SeenElement(
        screen: names.screens[index], element: element, role: names.roles[index], words: names.words[index],
        exposure: exposure)
    }
  }
}
