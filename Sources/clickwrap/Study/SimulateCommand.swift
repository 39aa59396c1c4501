import ArgumentParser
import ConsentAgents
import ConsentJournal
import ConsentModel
import ConsentStudy

struct SimulateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate", abstract: "Let synthetic participants go through a study, to rehearse its analysis.",
    discussion: """
      They see what people see, frames and what stands where in them, and press keys; the sessions are claimed, run, recorded and \
      counted like those of people, in the stage `simulated`, which is never mixed with any other and is named in every table, \
      recording and figure. They follow a script with chances drawn from --seed: most press what has the focus, some set the switch \
      as they wish, some put off, a few stop taking part. The chances are taken from no study. What comes of it shows that a study and \
      its analysis run; it says nothing about people.

      The same seed gives the same keys. Their ids are simulated-SEED-NUMBER.

      Examples:
        clickwrap simulate defaults --participants 200 --seed 1
        clickwrap report defaults --stage simulated
      """)

  @Argument(help: "The study's folder.")
  var study: String

  @Option(help: "How many, 1 to 100,000.")
  var participants = 200

  @Option(help: "What everything is drawn from.")
  var seed: UInt64 = 1

  func validate() throws {
    guard (1...100_000).contains(participants) else { throw ValidationError("--participants takes 1 to 100,000") }
  }

  func run() throws {
    let counts = try Simulation(try OpenStudy(study), seed: seed).run(participants)
    Console.line("SIMULATED, no person took part: \(participants) sessions of \(study), seed \(seed)")
    for (words, count) in counts.sorted(by: { $0.key < $1.key }) { Console.line("  \(words): \(count)") }
  }
}

/// Sessions of synthetic participants in a study.
struct Simulation {
  private let study: OpenStudy
  private let arms: ArmFlows
  private let seed: UInt64

  init(_ study: OpenStudy, seed: UInt64) throws {
    guard study.plan.presentation.mode == .screen else {
      throw CommandFailure(.refused, "clickwrap: \(study.folder.path): synthetic participants do not answer in lines")
    }
    guard study.plan.consent == .screen else {
      throw CommandFailure(
        .refused,
        "clickwrap: \(study.folder.path): the consent is external, and nobody gave one for those who do not exist")
    }
    self.study = study
    arms = try ArmFlows(study)
    self.seed = seed
  }

  /// Runs so many sessions, one after the other.
  ///
  /// - Returns: how many came to what.
  func run(_ count: Int) throws -> [String: Int] {
    var chance = PRNG(seed: seed)
    var found: [String: Int] = [:]
    var progress = Progress("sessions", of: count)
    for number in 1...count {
      // What one session draws moves no other.
      var own = PRNG(seed: chance.next())
      let participant = ScriptedParticipant(seed: own.next())
      var session = StudySession(
        study: study, arms: arms, participant: "simulated-\(seed)-\(number)", stage: .simulated,
        stratum: (number - 1) % study.plan.strata.count, act: Act(who: "simulation", why: "", at: Present.time()))
      session.drawnSeeds = (0..<4).map { _ in own.next() }
      var surface = SyntheticSurface(
        participant, size: study.plan.presentation.minimum, hasMouse: study.plan.presentation.usesMouse)
      let result = try session.hold(on: &surface, as: .screen)
      found[result.status?.rawValue ?? "left without an end", default: 0] += 1
      progress.note(1)
    }
    progress.finish()
    return found
  }
}
