import ConsentEngine
import ConsentJournal
import ConsentLedger
import ConsentModel
import ConsentStudy
import Glibc
import Testing

@testable import clickwrap

/// A study in a folder of its own, whose sessions are played with keys.
private struct Lab {
  let folder: Folder
  let study: OpenStudy
  let path: String

  init() throws {
    folder = try Folder()
    path = folder.path + "/study"
    let place = StudyFolder(path)
    let plan = StudyTemplate.text(
      name: "s", flow: "consumer-terms", engineVersion: JournalFormat.engineVersion, seed: 7, retainUntil: "2030-01-01")
    try place.make(plan: plan, screens: BuiltIn.files)
    _ = try SQLiteLedger(path: place.ledgerPath, create: true)
    study = try OpenStudy(path)
  }

  var journal: String { study.folder.journal(of: 1) }

  func session() throws -> SessionEntry { try #require(try study.ledger.sessions().first) }

  func acts() throws -> [String] { try study.ledger.acts().map(\.verb) }

  /// Lets the participant begin, or go on.
  func play(_ keys: String) throws -> StudySession.Result {
    var surface = ScriptedSurface(keys, isKiosk: true)
    return try StudyRunOptions.parse([]).session(of: study, participant: "p01").hold(on: &surface, as: .screen)
  }

  /// Lets the session go on in its journal while the ledger hears nothing, as if every process died in between.
  func playUnheard(_ keys: String) throws {
    var surface = ScriptedSurface(keys, isKiosk: true)
    let engine = FlowEngine(try ArmFlows(study).flow(try session().arm))
    var runner = Session(engine: engine, bytes: nil, journal: .resume(journal))
    runner.isResumable = true
    _ = try runner.runToEnd(study.plan.inputs(for: engine.flow, seed: 0), on: &surface, as: .screen) { _, _ in }
  }

  func reconciles() throws {
    let sessions = try study.ledger.sessions()
    #expect(try Reconciliation(study.folder).problems(sessions, study: nil).map(\.words) == [])
    #expect(
      StudyCounts.problems(
        sessions: sessions, slots: try study.ledger.slots(), chain: try study.ledger.chain()) == [])
  }

  func refusal(_ body: () throws -> Void) throws -> String {
    do {
      try body()
    } catch let failure as CommandFailure {
      #expect(failure.status == .refused)
      return failure.lines.joined(separator: "\n")
    }
    Issue.record("it was not refused")
    return ""
  }

  func drop() throws {
    let command = try SessionsCommand.Drop.parse([path, "1", "--reason", "went home"])
    try command.run()
  }
}

/// Keys that do not take part, and end the session.
private let declining = "tab tab enter tab enter"
/// Keys that give the consent.
private let consenting = "tab enter"

@Suite("sessions of studies that go on") struct ResumedStudyTests {
  @Test func aSingleRunOfAStudysJournalIsRefusedWithTheCommandThatGoesOn() throws {
    let lab = try Lab()
    #expect(try lab.play(consenting).status == nil)
    let before = JournalForge.bytes(lab.journal)
    let said = try lab.refusal {
      let command = try #require(
        try Clickwrap.parseAsRoot(["run", "consumer-terms", "--journal", lab.journal, "--resume"]) as? RunCommand)
      try command.run()
    }
    #expect(said.contains("`clickwrap run \(lab.path) --participant …`"), "\(said)")
    #expect(JournalForge.bytes(lab.journal) == before)
    #expect(try lab.acts().contains("resume") == false)
  }

  @Test func anotherEngineIsRefusedBeforeTheLedgerNotesAnything() throws {
    let lab = try Lab()
    _ = try lab.play(consenting)
    try JournalForge.change(lab.journal) { $0.engineVersion = 1 }
    let (acts, entry) = (try lab.acts(), try lab.session())
    let said = try lab.refusal { _ = try lab.play("") }
    #expect(said.contains("begun with engine 1") && said.contains("sessions drop \(lab.path) 1"), "\(said)")
    #expect(try lab.acts() == acts && lab.session() == entry)
    // What the message says helps.
    try lab.drop()
    #expect(try lab.session().status == .dropped)
    #expect(try Journal.verify(lab.journal).exitCode == .complete)
  }

  @Test func otherScreensAreRefusedBeforeTheLedgerNotesAnything() throws {
    let lab = try Lab()
    _ = try lab.play(consenting)
    try JournalForge.change(lab.journal) { $0.flowDigest = Digest256(of: [1]) }
    let acts = try lab.acts()
    let said = try lab.refusal { _ = try lab.play("") }
    #expect(said.contains("other screens") && said.contains("sessions drop"), "\(said)")
    #expect(try lab.acts() == acts)
  }

  @Test func whatTheLedgerHasNotHeardIsMadeUpForWhenTheSessionGoesOn() throws {
    let lab = try Lab()
    _ = try lab.play("")
    try lab.playUnheard(consenting)
    #expect(try lab.session().reached.isEmpty)
    #expect(try lab.play("").status == nil)
    #expect(try lab.session().reached[.consented] != nil)
    try lab.reconciles()
  }

  @Test func aSessionThatIsOverButNotClosedIsClosedAndNoted() throws {
    let lab = try Lab()
    _ = try lab.play("")
    try lab.playUnheard(declining)
    try JournalForge.open(lab.journal)
    #expect(try lab.play("").status == .declined)
    #expect(try lab.session().status == .declined)
    #expect(try Journal.verify(lab.journal).exitCode == .complete)
    try lab.reconciles()
  }

  @Test(arguments: [true, false])
  func aSessionThatHasEndedIsNotedAndNotDropped(isClosed: Bool) throws {
    let lab = try Lab()
    _ = try lab.play("")
    try lab.playUnheard(declining)
    if !isClosed { try JournalForge.open(lab.journal) }
    #expect(try lab.refusal { try lab.drop() }.contains("declined"))
    #expect(try lab.session().status == .declined)
    #expect(try lab.acts().contains("drop") == false)
    try lab.reconciles()
  }

  @Test func withoutAWholeHeaderTheSamePersonBeginsAnewInTheirPlace() throws {
    let lab = try Lab()
    _ = try lab.play("")
    let header = try #require(JournalForge.bytes(lab.journal).split(separator: 0x0A).first)
    let entry = try lab.session()
    for length in [0, 9, header.count] {
      try JournalForge.put(Array(header.prefix(length)), lab.journal)
      try lab.reconciles()
      #expect(try lab.play("").status == nil)
      let again = try lab.session()
      #expect(again.number == entry.number && again.arm == entry.arm && again.slot == entry.slot)
      #expect(again.seed == entry.seed)
    }
    #expect(try lab.study.ledger.sessions().count == 1)
    #expect(try Journal.read(lab.journal).header.seed == entry.seed)
    #expect(UnbegunJournal.asides(of: lab.journal).map { JournalForge.bytes($0).count } == [0, 9, header.count])
    #expect(try lab.play(declining).status == .declined)
    try lab.reconciles()
    // Nothing of a person stays, not even what was torn.
    _ = try Withdrawal(study: lab.study).withdraw(session: 1, by: Act(who: "m", why: "asked", at: Present.time()))
    #expect(UnbegunJournal.asides(of: lab.journal).isEmpty && !DurableFile.isThere(lab.journal))
  }

  @Test func withoutAWholeHeaderASessionCanBeGivenUp() throws {
    let lab = try Lab()
    _ = try lab.play("")
    try JournalForge.put(Array(JournalForge.bytes(lab.journal).prefix(30)), lab.journal)
    try lab.drop()
    #expect(try lab.session().status == .dropped)
    try lab.reconciles()
    var anchors: Anchors?
    #expect(try StudyVerification(lab.study, json: false).run(&anchors) == .ok)
  }

  @Test func aLinkInPlaceOfAJournalIsNotFollowed() throws {
    let lab = try Lab()
    _ = try lab.play("")
    let elsewhere = lab.folder.path + "/elsewhere.jsonl"
    #expect(rename(lab.journal, elsewhere) == 0 && symlink(elsewhere, lab.journal) == 0)
    // The flow lies beside the name and not beside the file.
    let before = JournalForge.bytes(elsewhere)
    #expect(throws: JournalError.linked(path: lab.journal)) { try lab.play("") }
    #expect(JournalForge.bytes(elsewhere) == before)
  }
}
