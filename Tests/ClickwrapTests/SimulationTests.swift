import ConsentJournal
import ConsentLedger
import ConsentModel
import ConsentStudy
import Testing

@testable import clickwrap

@Suite("synthetic participants in a study") struct SimulationTests {
  /// A study in which so many of them took part.
  private func study(_ count: Int, seed: UInt64) throws -> (folder: Folder, study: OpenStudy, found: [String: Int]) {
    let folder = try Folder()
    let place = StudyFolder(folder.path + "/study")
    let plan = StudyTemplate.text(
      name: "s", flow: "consumer-terms", engineVersion: JournalFormat.engineVersion, seed: 7, retainUntil: "2030-01-01")
    try place.make(plan: plan, screens: BuiltIn.files)
    _ = try SQLiteLedger(path: place.ledgerPath, create: true)
    let study = try OpenStudy(place.path)
    return (folder, study, try Simulation(study, seed: seed).run(count))
  }

  /// The events of a session with the frames that followed.
  private func events(_ study: OpenStudy, _ session: Int) throws -> [Recorded] {
    var events: [Recorded] = []
    _ = try JournalVerifier().replay(study.folder.journal(of: session)) { _, recorded, _, _, _ in
      if let recorded { events.append(recorded) }
    }
    return events
  }

  @Test func theyComeToTheEndInTheSimulatedStageAndTheSameSeedGivesTheSameFrames() throws {
    let first = try study(6, seed: 3)
    let second = try study(6, seed: 3)
    #expect(first.found == second.found)
    let sessions = try first.study.ledger.sessions()
    #expect(sessions.count == 6 && sessions.allSatisfy { $0.stage == .simulated && $0.slot == nil })
    #expect(first.found["left without an end"] == nil, "\(first.found)")
    #expect(sessions.map(\.participant).first == "simulated-3-1")
    // Who had the data deleted left no journal.
    for session in sessions where session.status != .withdrawn {
      let events = try events(first.study, session.number)
      #expect(events.count > 40 || session.status != .completed)
      #expect(events == (try self.events(second.study, session.number)), "session \(session.number)")
      let header = try JournalReader(first.study.folder.journal(of: session.number)).header
      #expect(header.stage == .simulated && header.terminal.term == "synthetic")
    }
    #expect(try Reconciliation(first.study.folder).problems(sessions, study: nil).map(\.words) == [])
  }
}
