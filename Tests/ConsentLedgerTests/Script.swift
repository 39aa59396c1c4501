import ConsentLedger
import ConsentModel
import ConsentStudy
import Foundation
import Testing

/// A folder that is gone when the test is over.
final class Folder {
  let path = FileManager.default.temporaryDirectory.path + "/clickwrap-ledger-\(UUID().uuidString)"
  init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
  deinit { try? FileManager.default.removeItem(atPath: path) }
  var ledger: String { path + "/ledger.sqlite" }
  var files: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted() }
}

/// The time so many seconds after noon of a day.
func time(_ seconds: Int) -> String {
  func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
  return
    "2025-09-\(two(28 + seconds / 86_400))T\(two(seconds / 3600 % 24)):\(two(seconds / 60 % 60)):\(two(seconds % 60)).000Z"
}

func moderator(_ seconds: Int = 0, why: String = "because") -> Act { Act(who: "anna", why: why, at: time(seconds)) }

/// A seed whose codes are of its own number.
func seed(_ number: Int) -> SessionSeed {
  SessionSeed(seed: UInt64(number), withdrawalCode: "W 555-\(number)", completionCode: "C 777-\(number)")
}

func head(_ number: Int) -> String {
  let digits = String(number, radix: 16)
  return String(repeating: "a", count: 64 - digits.count) + digits
}

/// A list of slots of one stratum, in blocks of the number of arms.
func list(_ arms: [Int], blockSize: Int = 2) -> Allocation {
  .blocks(
    arms.enumerated().map { Allocation.Slot(number: $0 + 1, stratum: 0, block: $0 / blockSize + 1, arm: $1) })
}

func seal(
  _ allocation: Allocation, arms: Int = 2, strata: [String] = [""], target: Int, cap: Int? = nil
) -> Seal {
  Seal(
    study: head(0), engineVersion: 1, arms: (0..<arms).map { "arm\($0)" }, strata: strata, allocation: allocation,
    targetPerStratum: target, capPerArm: cap)
}

/// Runs commands, one a line, on any ledger and tells what came of them in words; names in answers are numbers only.
///
/// `claim ID [stage] [rule] [max=S] [stratum=N] [running=N] [seed=N]`, `note N milestone`, `finish N status [data]`,
/// `drop N`, `reject N`, `exclude N`, `include N`, `debriefed N`, `data N choice`, `withdraw N`, `pause`, `unpause`,
/// `close ARM`, `open ARM`, `wait S`.
struct Script {
  let ledger: any Ledger
  var seconds = 0
  var seeds = 0

  init(_ ledger: any Ledger) { self.ledger = ledger }

  mutating func run(_ line: String) -> String {
    let words = line.split(separator: " ").map(String.init)
    seconds += 1
    do {
      return try run(words)
    } catch let error as LedgerError {
      switch error {
      case .sealedAlready: return "sealed already"
      case .noSession: return "no session"
      case .refused(_, let status): return "refused \(status.rawValue)"
      case .invalid: return "invalid"
      case .notALedger: return "no ledger"
      case .full: return "disk full"
      case .busy: return "busy"
      case .system(_, let message): return "system: \(message)"
      }
    } catch {
      return "\(error)"
    }
  }

  private mutating func run(_ words: [String]) throws -> String {
    var act: Act { moderator(seconds) }
    let number = words.count > 1 ? Int(words[1]) ?? 0 : 0
    switch words[0] {
    case "claim": return try claim(words)
    case "wait": seconds += number
    case "pause": try ledger.setPaused(true, by: act)
    case "unpause": try ledger.setPaused(false, by: act)
    case "close": try ledger.setArm(number, isOpen: false, by: act)
    case "open": try ledger.setArm(number, isOpen: true, by: act)
    case "note": try ledger.note(Milestone(rawValue: words[2])!, session: number, at: time(seconds))
    case "finish":
      let data = words.count > 3 ? DataChoice(rawValue: words[3])! : .unanswered
      try ledger.finish(
        number, SessionEnding(status: SessionStatus(rawValue: words[2])!, data: data, head: head(number)),
        at: time(seconds))
    case "drop": try ledger.perform(.drop, session: number, by: act)
    case "reject": try ledger.perform(.reject, session: number, by: act)
    case "exclude": try ledger.perform(.exclude(sawArm: number % 2 == 0), session: number, by: act)
    case "include": try ledger.perform(.include, session: number, by: act)
    case "debriefed": try ledger.perform(.debriefed, session: number, by: act)
    case "data": try ledger.perform(.data(DataChoice(rawValue: words[2])!), session: number, by: act)
    case "withdraw":
      return "gone " + (try ledger.withdraw(session: number, by: act).map { "\($0.number)" }.joined(separator: " "))
    default: return "unknown command \(words[0])"
    }
    return "ok"
  }

  private mutating func claim(_ words: [String]) throws -> String {
    var options: [String: Int] = [:]
    for word in words.dropFirst(2) where word.contains("=") {
      let parts = word.split(separator: "=")
      options[String(parts[0])] = Int(parts[1])
    }
    let stages: [String: SessionEntry.StageName] = ["pilot": .pilot, "live": .live, "simulated": .simulated]
    let stage = words.compactMap { stages[$0] }.first ?? .live
    let rule = words.compactMap { ResumePolicy.Rule(rawValue: $0) }.first ?? .resume
    seeds += 1
    let request = ClaimRequest(
      participant: words[1], stage: stage, stratum: options["stratum"] ?? 0,
      resume: ResumePolicy(rule, maximumSeconds: options["max"]), seeds: [seed(options["seed"] ?? seeds)],
      runningSessions: options["running"].map { [$0] } ?? [], by: moderator(seconds))
    switch try ledger.claim(request) {
    case .new(let session):
      return "new \(session.number) arm \(session.arm)" + (session.slot.map { " slot \($0)" } ?? "")
        + (session.restarts.map { " restarts \($0)" } ?? "")
    case .resume(let session): return "resume \(session.number)"
    case .refused(let refusal):
      switch refusal {
      case .notSealed: return "not sealed"
      case .full: return "full"
      case .paused: return "paused"
      case .armsClosed: return "arms closed"
      case .finishedBefore(let session): return "finished before \(session)"
      case .running(let session): return "running \(session)"
      case .interrupted(let session): return "interrupted \(session)"
      case .withdrawn: return "withdrawn"
      case .codesTaken: return "codes taken"
      }
    }
  }
}

/// Runs a script on a new ledger: lines `command -> answer`, where `ok` may be left out.
func check(
  _ name: String, _ sealed: Seal?, _ script: String, sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let folder = try Folder()
  let ledger = try SQLiteLedger(path: folder.ledger, create: true, arms: ["arm0", "arm1"])
  if let sealed { try ledger.seal(sealed, isAmendment: false, by: moderator()) }
  var run = Script(ledger)
  for line in script.split(separator: "\n") {
    let parts = line.components(separatedBy: " -> ")
    let answer = run.run(parts[0].trimmingCharacters(in: .whitespaces))
    let expected = parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespaces) : "ok"
    #expect(answer == expected, "\(name): \(line)", sourceLocation: sourceLocation)
  }
  let problems = try StudyCounts.problems(
    sessions: ledger.sessions(), slots: ledger.slots(), chain: ledger.chain())
  #expect(problems.isEmpty, "\(name)", sourceLocation: sourceLocation)
}
