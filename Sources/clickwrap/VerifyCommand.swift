import ArgumentParser
import ConsentJournal
import ConsentModel
import ConsentStudy
import Glibc

struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Say whether journals are complete, unfinished or broken.",
    discussion: """
      Checks the form, the chain and, where the flow is known, every frame. What is wrong is named as file:line. Exit \
      status: 0 all complete, 3 one is unfinished, 4 one is broken or is not what was anchored, 1 one cannot be read; of \
      several the worst. Of a study it checks every journal, the notes and the kept texts, which have to belong to frames \
      of their journal, and the chain over all sessions, in which those who withdrew have their place.

      A chain shows what was changed inside it, not that its end was cut off: for that, `clickwrap anchor` prints a line \
      to be kept elsewhere, and --anchor compares with it.

      Examples:
        clickwrap verify mine.jsonl
        clickwrap verify --json journals/*.jsonl
        clickwrap verify defaults --anchor deposited.jsonl --public-key lab.pub
        find . -name '*.jsonl' | clickwrap verify --paths-from -
      """)

  @Argument(help: "The journals, or a study.")
  var journals: [String] = []

  @Option(
    help: """
      A file of lines that `clickwrap anchor` printed, or one head as 64 hexadecimal digits. Every one has to be met.
      """)
  var anchor: String?

  @Option(
    help: """
      The public key, as 64 hexadecimal digits or a file that holds them; every anchor must be signed by it.
      """)
  var publicKey: String?

  @Option(help: "Read further paths from a file, one a line; - is standard input. Answers come as paths go in.")
  var pathsFrom: String?

  @Flag(help: "Print one JSON object a journal.")
  var json = false

  func validate() throws {
    if journals.isEmpty, pathsFrom == nil { throw ValidationError("name a journal or a study") }
    if publicKey != nil, anchor == nil { throw ValidationError("--public-key is for --anchor") }
  }

  func run() throws {
    var verification = Verification(json: json)
    if let anchor { verification.anchors = try Anchors(anchor, publicKey: publicKey) }
    try verification.verify(all: journals)
    if let pathsFrom {
      var paths = try LinesOfFile(pathsFrom)
      while let path = try paths.next() { try verification.verify(path) }
    }
    verification.finish()
    if verification.worst != .ok { throw EndOfCommand(ending: .exit(verification.worst)) }
  }
}

/// Journals and studies, verified one after the other.
struct Verification {
  let json: Bool
  /// What they have to agree with, or nil.
  var anchors: Anchors?
  /// The worst of what was found.
  private(set) var worst = ExitStatus.ok
  private let verifier = JournalVerifier()

  init(json: Bool) { self.json = json }

  private mutating func note(_ status: ExitStatus) {
    let order: [ExitStatus] = [.ok, .unfinished, .failure, .broken]
    if (order.firstIndex(of: status) ?? 0) > (order.firstIndex(of: worst) ?? 0) { worst = status }
  }

  /// Says what is found at each of these paths, in their order.
  mutating func verify(all paths: [String]) throws {
    let lanes = Lanes<JournalVerifier, String, Result<Verdict, JournalError>>(
      making: { JournalVerifier() },
      work: { verifier, path in
        Result { () throws(JournalError) in try Journals.verify(path, with: verifier) }
      })
    var progress = Progress("journals", of: paths.count, isBesideLines: true)
    var rest = paths[...]
    while let first = rest.first {
      if StudyFolder(first).isStudy {
        try verify(rest.removeFirst())
        continue
      }
      let round = Array(rest.prefix(lanes.roundCount).prefix { !StudyFolder($0).isStudy })
      rest = rest.dropFirst(round.count)
      for (path, found) in zip(round, lanes.run(round)) { try say(path, found) }
      progress.note(round.count)
    }
    progress.finish()
  }

  /// Says what is found at a path.
  mutating func verify(_ path: String) throws {
    if StudyFolder(path).isStudy {
      let study = StudyVerification(try OpenStudy(path), json: json)
      note(try study.run(&anchors))
      return
    }
    try say(path, Result { () throws(JournalError) in try Journals.verify(path, with: verifier) })
  }

  private mutating func say(_ path: String, _ found: Result<Verdict, JournalError>) throws {
    do {
      let verdict = try Journals.hold(path, found.get(), against: &anchors)
      note(ExitStatus(rawValue: verdict.exitCode.rawValue) ?? .failure)
      Journals.say(path, verdict, json: json)
    } catch {
      note(.failure)
      if json {
        let object = JSON.object([
          ("journal", .text(path)), ("verdict", .text("unreadable")), ("error", .text("\(error)")),
        ])
        Console.out(object.line + "\n")
      } else {
        Console.complain("\(path): \(error)")
      }
    }
  }

  /// Names the anchors that nothing was found for.
  mutating func finish() {
    guard let anchors else { return }
    for problem in anchors.unmet {
      note(.broken)
      Console.complain(problem)
    }
  }
}

/// Journals on the disk, with the built-in flow where the one beside them is missing.
enum Journals {
  /// Replays a journal without showing it.
  static func replay(_ path: String) throws -> JournalVerifier.Replay {
    do {
      let replay = try JournalVerifier().replay(path, visit: nil)
      guard replay.frames == .noFlow, let flow = builtIn(replay.reader.header.flowDigest) else { return replay }
      return try JournalVerifier(flow: flow).replay(path, visit: nil)
    } catch .broken(let line, let fault) {
      throw CommandFailure(.broken, "\(path):\(line): broken: \(fault)")
    }
  }

  /// A verifier that finds the flow of a journal: beside it, or built in.
  static func verifier(for path: String) throws -> JournalVerifier {
    let verifier = JournalVerifier()
    let header = try JournalReader(path).header
    guard try verifier.flow(of: path) == nil, let flow = builtIn(header.flowDigest) else { return verifier }
    return JournalVerifier(flow: flow)
  }

  /// Verifies a journal.
  static func verify(_ path: String, with verifier: JournalVerifier) throws(JournalError) -> Verdict {
    let verdict = try verifier.verify(path)
    switch verdict {
    case .complete(let summary), .unfinished(let summary, _):
      guard summary.frames == .noFlow, let flow = builtIn(summary.header.flowDigest) else { return verdict }
      return try JournalVerifier(flow: flow).verify(path)
    case .broken: return verdict
    }
  }

  /// A verdict on a journal, held against what was anchored.
  static func hold(_ path: String, _ verdict: Verdict, against anchors: inout Anchors?) throws -> Verdict {
    if case .broken = verdict { return verdict }
    guard let (line, fault) = try anchors?.deposit.check(journal: path) else { return verdict }
    return .broken(line: line, fault)
  }

  /// Prints a verdict.
  static func say(_ path: String, _ verdict: Verdict, json: Bool) {
    json ? Console.out(self.json(path, verdict).line + "\n") : Console.line(line(path, verdict))
  }

  private static func builtIn(_ digest: Digest256) -> FlowDefinition? {
    let bytes = BuiltIn.demoBytes
    guard !bytes.isEmpty, FlowCodec.digest(bytes) == digest else { return nil }
    return try? FlowCodec.decode(bytes)
  }

  /// Why frames were not compared, or that they were.
  static func reason(_ frames: JournalSummary.Frames) -> String {
    switch frames {
    case .same: "every frame as recorded"
    case .notComparable(let recorded, let replaying):
      "frames not comparable: recorded by engine \(recorded), this is engine \(replaying)"
    case .noFlow: "frames not compared: the flow does not lie beside the journal in flows/"
    }
  }

  /// A verdict in one line.
  static func line(_ path: String, _ verdict: Verdict) -> String {
    switch verdict {
    case .complete(let summary):
      "\(path): complete, \(summary.events) events\(dropped(summary)), \(reason(summary.frames)), head \(summary.chain.hex.prefix(16))"
    case .unfinished(let summary, let tornBytes):
      "\(path): unfinished, \(summary.events) events\(dropped(summary))"
        + (tornBytes > 0 ? ", a torn last line of \(tornBytes) bytes was dropped" : "") + ", \(reason(summary.frames))"
    case .broken(let line, let fault): "\(path):\(line): broken: \(fault)"
    }
  }

  /// What was lost where the session went on; nothing where that is nothing.
  private static func dropped(_ summary: JournalSummary) -> String {
    summary.droppedBytes == 0 ? "" : ", \(summary.droppedBytes) bytes of torn lines lost when it went on"
  }

  /// A verdict as JSON.
  static func json(_ path: String, _ verdict: Verdict) -> JSON {
    func facts(_ word: String, _ summary: JournalSummary, _ more: [(String, JSON)]) -> JSON {
      .object(
        [
          ("journal", .text(path)), ("verdict", .text(word)), ("flow", .text(summary.header.flow)),
          ("events", .number(Int64(summary.events))), ("dropped_bytes", .number(Int64(summary.droppedBytes))),
          ("frames", .text(reason(summary.frames))), ("head", .text(summary.chain.hex)),
        ] + more)
    }
    switch verdict {
    case .complete(let summary): return facts("complete", summary, [])
    case .unfinished(let summary, let tornBytes):
      return facts("unfinished", summary, [("torn_bytes", .number(Int64(tornBytes)))])
    case .broken(let line, let fault):
      return .object([
        ("journal", .text(path)), ("verdict", .text("broken")), ("line", .number(Int64(line))),
        ("fault", .text("\(fault)")),
      ])
    }
  }
}
