import ArgumentParser
import ConsentAnalysis
import ConsentInterchange
import ConsentJournal
import ConsentModel
import ConsentStudy

struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan", abstract: "Write what is fixed before the first participant, to be registered.",
    discussion: """
      A folder: osf.md and aspredicted.md, the answers that the study itself gives in the order of those forms, with what only people \
      can say left open; plan.txt, every fact as a line, which `clickwrap deviations` compares with the running study; and the \
      stimulus sheet.

      Examples:
        clickwrap plan defaults --to registered
        clickwrap deviations defaults --plan registered/plan.txt
      """)

  @Argument(help: "The study.")
  var study: String

  @Option(help: "The folder to make; it must not be there, or be empty.")
  var to: String

  func run() throws {
    let open = try OpenStudy(study)
    let flows = try ArmFlows(open)
    let facts = try RegisteredPlan.now(open)
    let page = PlanDocument(open.plan, facts)
    let arms = try open.plan.arms.indices.map { index in
      let flow = try flows.flow(index)
      return StimulusSheet.Arm(
        name: open.plan.arms[index].name, flow: flow, inputs: open.plan.inputs(for: flow, seed: 0, size: .standard))
    }
    let lanes = Lanes<Int, StimulusSheet.Arm, StimulusSheet.Screens>(
      making: { 0 }, work: { StimulusSheet.screens(of: $1) })
    let sheet = StimulusSheet(title: open.plan.name, arms: arms).files(lanes.run(arms))
    let files =
      [
        (path: "plan.txt", bytes: Array(facts.text.utf8)), (path: "osf.md", bytes: Array(page.osf.utf8)),
        (path: "aspredicted.md", bytes: Array(page.asPredicted.utf8)),
      ] + sheet.map { (path: "stimuli/" + $0.path, bytes: $0.bytes) }
    try NewFolder.write(files, to: to)
    Console.line("\(to): \(files.count) files; open passages are marked in osf.md and aspredicted.md")
  }
}

struct DeviationsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "deviations", abstract: "Compare a registered plan with the study as it is.",
    discussion: """
      Exit status: 0 the study is as registered; 8 something differs, each named with both values; 2 the file is no plan.

      Examples:
        clickwrap deviations defaults --plan registered/plan.txt
      """)

  @Argument(help: "The study.")
  var study: String

  @Option(help: "The plan.txt that was registered.")
  var plan: String

  @Flag(help: "Print one JSON object a deviation.")
  var json = false

  func run() throws {
    guard let bytes = try DurableFile.contents(of: plan, limit: 1 << 20) else {
      throw CommandFailure(.usage, "clickwrap: \(plan): there is no such file")
    }
    let registered: RegisteredPlan
    switch RegisteredPlan.parse(String(decoding: bytes, as: UTF8.self)) {
    case .success(let found): registered = found
    case .failure(let error):
      throw CommandFailure(
        .usage, "clickwrap: \(plan):\(error.line): this is no line of a plan; `clickwrap plan` writes them")
    }
    let found = registered.deviations(of: try RegisteredPlan.now(try OpenStudy(study)))
    for deviation in found {
      if json {
        Console.out(
          JSON.object([
            ("fact", .text(deviation.name)), ("registered", JSON(deviation.registered)), ("now", JSON(deviation.now)),
          ]).line + "\n")
      } else {
        Console.line(
          "\(deviation.name): registered \(deviation.registered ?? "(nothing)"), now \(deviation.now ?? "(nothing)")")
      }
    }
    guard found.isEmpty else { throw EndOfCommand(ending: .exit(.unreconciled)) }
    if !json { Console.line("as registered: \(registered.facts.count) facts") }
  }
}

extension RegisteredPlan {
  /// The facts of a study as it is; a sealed one has the allocation that was sealed.
  static func now(_ open: OpenStudy) throws -> RegisteredPlan {
    let digest = try open.folder.digest()
    let seal = try open.ledger.currentSeal() ?? Seal(open.plan, digest: digest)
    return RegisteredPlan(open.plan, digest: digest, seal: seal)
  }
}
