import ConsentEngine
import ConsentInterchange
import ConsentJournal
import ConsentModel
import ConsentScreens
import ConsentStudy

/// Journals under another design: finds it, runs the same keys, and says what came of them.
struct SameKeysReport {
  /// Factor → level of the other design.
  let under: [String: String]
  /// The folder of the flows, or nil for the built-in ones; a study's sessions take its own.
  let screens: String?

  /// Runs the keys of all of these journals, a round at a time.
  ///
  /// - Returns: what they came to, and what is wrong with those that were left out.
  func run(_ journals: [String]) -> (tally: SameKeys, problems: [String]) {
    let lanes = Lanes<OtherDesigns, String, Result<SameKeys.Outcome, CommandFailure>>(
      making: { OtherDesigns(under: under, screens: screens) }, work: { $0.outcome(of: $1) })
    var progress = Progress("journals", of: journals.count)
    var tally = SameKeys()
    var problems: [String] = []
    var rest = journals[...]
    while !rest.isEmpty {
      let round = Array(rest.prefix(lanes.roundCount))
      rest = rest.dropFirst(round.count)
      for found in lanes.run(round) {
        switch found {
        case .success(let outcome): tally.add(outcome)
        case .failure(let failure): problems += failure.lines
        }
      }
      progress.note(round.count)
    }
    progress.finish()
    return (tally, problems)
  }

  /// Lines for a person.
  func lines(_ tally: SameKeys) -> [String] {
    let levels = under.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
    var lines = ["the same keys under \(levels): \(SameKeys.label)", "  sessions: \(tally.sessions)"]
    lines.append("  with a term that stands otherwise: \(tally.flipped)")
    lines.append("  whose keys ran out before the end: \(tally.ranOut)")
    lines.append(
      "  keys that changed nothing: \(tally.missesRecorded) as recorded, \(tally.misses) under the other design")
    lines.append("  keys that were left over: \(tally.unused)")
    for pair in sorted(tally.flips) + sorted(tally.ends) {
      lines.append("  \(pair.pair.name): \(pair.pair.recorded) → \(pair.pair.other): \(pair.count)")
    }
    return lines
  }

  /// The same as JSON.
  func json(_ tally: SameKeys, _ problems: [String]) -> JSON {
    func table(_ pairs: [SameKeys.Outcome.Pair: Int]) -> JSON {
      .array(
        sorted(pairs).map { pair, count in
          .object([
            ("name", .text(pair.name)), ("recorded", .text(pair.recorded)), ("other", .text(pair.other)),
            ("sessions", .number(Int64(count))),
          ])
        })
    }
    return .object([
      ("label", .text(SameKeys.label)),
      ("under", .object(under.sorted { $0.key < $1.key }.map { ($0.key, .text($0.value)) })),
      ("sessions", .number(Int64(tally.sessions))), ("flipped", .number(Int64(tally.flipped))),
      ("keys_ran_out", .number(Int64(tally.ranOut))), ("misses_recorded", .number(Int64(tally.missesRecorded))),
      ("misses", .number(Int64(tally.misses))), ("unused", .number(Int64(tally.unused))),
      ("terms", table(tally.flips)), ("ends", table(tally.ends)), ("problems", .array(problems.map { .text($0) })),
    ])
  }

  private func sorted(_ pairs: [SameKeys.Outcome.Pair: Int]) -> [(pair: SameKeys.Outcome.Pair, count: Int)] {
    pairs.sorted { ($0.key.name, $0.key.recorded, $0.key.other) < ($1.key.name, $1.key.recorded, $1.key.other) }
      .map { ($0.key, $0.value) }
  }
}

/// Finds the other design of a journal, once for all journals of one design.
private final class OtherDesigns {
  private let under: [String: String]
  private let screens: String?
  private var engines: [String: FlowEngine] = [:]

  init(under: [String: String], screens: String?) {
    self.under = under
    self.screens = screens
  }

  func outcome(of path: String) -> Result<SameKeys.Outcome, CommandFailure> {
    do {
      let replay = try Journals.replay(path)
      guard replay.state != nil else {
        return .failure(CommandFailure(.failure, "\(path): \(Journals.reason(replay.frames))"))
      }
      var events: [Event] = []
      let reader = try JournalReader(path)
      while let line = try reader.next() {
        if case .event(let event) = line { events.append(event.recorded.event) }
      }
      let other = try engine(for: replay.reader.header, path)
      guard let outcome = SameKeys.outcome(of: replay, events, under: other) else {
        return .failure(CommandFailure(.failure, "\(path): the other design has not its account or entry"))
      }
      return .success(outcome)
    } catch let failure as CommandFailure {
      return .failure(failure)
    } catch {
      return .failure(CommandFailure(.failure, "\(path): \(error)"))
    }
  }

  private func engine(for header: JournalHeader, _ path: String) throws -> FlowEngine {
    let folder = header.study == nil ? nil : StudyFolder(ofJournal: path)
    let key = "\(header.flowDigest.hex) \(folder?.path ?? "")"
    if let known = engines[key] { return known }
    let recorded = Dictionary(header.condition.map { ($0.factor, $0.level) }, uniquingKeysWith: { first, _ in first })
    for factor in under.keys.sorted() where recorded[factor] == nil {
      throw CommandFailure(.usage, "clickwrap: \(path): its flow has no factor '\(factor)'")
    }
    // Nothing may differ but the level: the recorded design has to come out of the same files.
    let own = try flow(header, recorded, folder)
    guard FlowCodec.digest(of: own) == header.flowDigest else {
      throw CommandFailure(
        .failure,
        "clickwrap: \(path): the screens that are here do not make the flow of this session, so more than the level would differ"
      )
    }
    let other = FlowEngine(try flow(header, recorded.merging(under) { $1 }, folder))
    engines[key] = other
    return other
  }

  private func flow(
    _ header: JournalHeader, _ levels: [String: String], _ folder: StudyFolder?
  ) throws -> FlowDefinition {
    if let folder {
      guard folder.isStudy else {
        throw CommandFailure(.failure, "clickwrap: \(folder.path): the session belongs to a study, and there is none")
      }
      let study = try OpenStudy(folder.path)
      guard let document = try study.flow().document else { throw StudyError.notAStudy(folder.path) }
      // As the arms of a study are compiled.
      var (flow, found) = document.compile(set: levels, language: study.plan.language, countsKeys: false)
      if let milliseconds = study.plan.presentation.inputGuardMilliseconds {
        flow?.inputGuardMicroseconds = Int32(milliseconds) * 1000
      }
      guard let flow else { throw CommandFailure(.screens, lines: found.map(\.rendered)) }
      return flow
    }
    let (source, name) = FlowPlace.find(header.flow, screens: screens)
    return try LoadedFlow.load(name, from: source, set: levels, language: header.language).flow
  }
}
