import ArgumentParser
import ConsentModel
import ConsentSource
import ConsentStudy

struct SealCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "seal", abstract: "Fix a study and its allocation before the first live session.",
    discussion: """
      First every arm is explored with every value of every draw, which takes a minute or two. Prints the digest of the \
      allocation, to be published before the start, and the digest of the study's files. After \
      that a change of study.yaml or of a pinned file keeps live sessions from being run; --amend begins a new version, \
      which is recorded with its reason, and keeps what was allocated.

      Examples:
        clickwrap seal defaults
        clickwrap seal defaults --amend --reason "approval number corrected"
      """)

  @Argument(help: "The study's folder.")
  var folder: String

  @Flag(help: "Begin a new version of a study that is sealed already.")
  var amend = false

  @OptionGroup var moderator: ModeratorOptions

  func run() throws {
    let study = try OpenStudy(folder)
    let flow = try study.flow()
    let arms = try ArmFlows(study)
    let flows = try study.plan.arms.indices.map { try arms.flow($0) }
    let (claims, mistakes) = flow.claims(of: study.folder, for: flows)
    guard !mistakes.hasErrors else { throw CommandFailure(.screens, lines: mistakes.map(\.rendered)) }
    let proofs = StudyProofs(study.plan, arms: flows, claims: claims, everyDraw: true)
    guard proofs.failures.isEmpty else {
      throw CommandFailure(.screens, lines: proofs.problems(file: study.folder.planPath).map(\.rendered))
    }
    if let document = flow.document {
      let obstacles = study.plan.obstaclesToLive(file: study.folder.planPath, document: document)
      guard obstacles.isEmpty else { throw CommandFailure(.screens, lines: obstacles.map(\.rendered)) }
    }
    let seal = Seal(study.plan, digest: try study.folder.digest())
    let isSealed = try study.ledger.currentSeal() != nil
    try study.ledger.seal(seal, isAmendment: amend, by: moderator.act(needsReason: isSealed))
    for fact in proofs.facts { Console.line(fact) }
    Console.line("allocation \(seal.allocation.digest)")
    Console.line("study      \(seal.study)")
    if case .blocks(let slots) = seal.allocation {
      Console.line(
        "\(slots.count) slots in permuted blocks for \(seal.arms.count) arms, "
          + "\(seal.targetPerStratum) completed sessions wanted in each of \(seal.strata.count) strata")
    }
  }
}
