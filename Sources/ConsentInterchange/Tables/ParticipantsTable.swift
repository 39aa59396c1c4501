import ConsentEngine
import ConsentJournal
import ConsentModel
import ConsentStudy

extension ExportPlan {
  /// One row a session: everything about it that is one value. Its columns follow from the study.
  public var participants: Table {
    Table(
      "participants", row: "one session; of those whose data are not used only how they stand",
      Column.common + Self.standing + Self.session + measures + answers)
  }

  private static let standing = [
    Column("stratum", .word([]), "stratum of the allocation; missing where there are none"),
    Column("slot", .integer, "place in the sealed allocation list; missing where none is held"),
    Column("status", .word(SessionStatus.allCases.map(\.rawValue)), "where the session stands"),
    Column("restarts", .integer, "number of the session that it goes on for; the two are one person"),
    Column("restarted", .boolean, "whether a later session goes on for it: the person is counted there"),
    Column(
      "consented", .boolean, "whether the person gave the study's consent, in this session or one that it restarts"),
    Column("exposed", .boolean, "whether the person met the pop-up, likewise"),
    Column("decided", .boolean, "whether the person decided about its terms, likewise"),
    Column("answered", .boolean, "whether the person answered the last question before the reveal, likewise"),
    Column("debriefed", .boolean, "whether the debriefing was opened, likewise"),
    Column("data", .word(DataChoice.allCases.map(\.rawValue)), "what the person said about their data"),
    Column("excluded", .boolean, "whether a moderator excluded it, for a fact other than its outcome"),
    Column("excluded_saw_arm", .boolean, "whether whoever excluded it had seen the arm"),
    Column("journal", .word(JournalWord.allCases.map(\.rawValue)), "what its journal turned out to be"),
    Column(
      "analysed", .boolean,
      "whether it counts in descriptives: the pop-up met, data kept, not excluded, replayed to the same frames"),
  ]

  private static let session = [
    Column("journal_head", .hex(digits: 64), "last value of the journal's chain"),
    Column("started_at", .time, "when it began"),
    Column("program", .word([]), "version of the program that recorded it"),
    Column("engine_recorded", .integer, "version of machine and painter that recorded it"),
    Column("engine_derived", .integer, "version of machine and painter that this row was derived with"),
    Column("flow_hash", .hex(digits: 64), "SHA-256 over the compiled flow"),
    Column("language", .word([]), "of the texts"),
    Column("presentation", .word(Presentation.allCases.map(\.word)), "full screen or lines; never pooled"),
    Column("columns", .integer, "of the terminal at the start"),
    Column("rows", .integer, "of the terminal at the start"),
    Column("colours", .integer, "colours that were used"), Column("term", .word([]), "type of the terminal"),
    Column("through", .word([]), "what it was reached through, outermost first, separated by spaces"),
    Column("mouse", .boolean, "whether the mouse was read"),
    .milliseconds("input_guard_ms", "time after a prompt's first frame in which keys were misses"),
    Column("account", .word([]), "account of the simulated service"),
    Column("events", .integer, "events in all"), Column("keys", .integer, "keys that were pressed"),
    Column("misses", .integer, "events that changed nothing"), Column("prompts", .integer, "times the pop-up asked"),
    Column("sim_day_end", .day, "simulated date at the end"), Column("outcome", .word([]), "end that the flow came to"),
    Column("left", .word(LeaveReason.allCases.map(\.word)), "why it was left from outside"),
    .milliseconds("end_t_ms", "length of the session"),
    .milliseconds("prompt_t_ms", "first frame of the first prompt, since the start"),
    .milliseconds("decision_ms", "from then to the first decision, or to the end where there was none"),
    Column("decision_censored", .boolean, "whether there was none"),
    .milliseconds("practice_key_ms", "median time between keys in the practice"),
  ]

  private var measures: [Column] {
    factors.map { Column("factor_\(ExportPlan.columnName($0))", .word([]), "level of the factor \($0)") }
      + terms.flatMap { term in
        let name = ExportPlan.columnName(term)
        return [
          Column("\(name)_standing", .word(Table.standings), "how \(term) stands at the end"),
          Column("\(name)_provenance", .word(Table.provenances), "how that came about"),
          .milliseconds("\(name)_rt_ms", "from the first frame of the last prompt to its decision"),
          Column(
            "\(name)_possibly_accidental", .boolean, "whether it was decided less than 300 ms after the input guard"),
        ]
      }
      + consequences.map {
        Column("follows_\(ExportPlan.columnName($0))", .word([]), "\($0): what follows at the end by the policy")
      } + Self.gap
  }

  private static let gap = [
    Column("truth", .word(ConsentGap.Truth.allCases.map(\.rawValue)), "whether training is allowed"),
    Column("belief", .word(ConsentGap.Belief.allCases.map(\.rawValue)), "what the person believes of that"),
    Column("belief_confidence", .integer, "how sure they are, 1 to 5"),
    Column("unaware_sharing", .boolean, "allowed, and believed not to be or not known; missing without an answer"),
    Column("wrong_no", .boolean, "allowed, and believed not to be"),
    Column("unsure_sharing", .boolean, "allowed, and not known"),
    Column(
      "terms_belief", .word(Correctness.allCases.map(\.rawValue)), "what they say of the terms, beside what is so"),
    Column("switch_belief", .word([]), "what they say the switch showed at the decision"),
    Column("switch_shown", .word(["off", "on"]), "what it showed; missing where no switch decided"),
    Column(
      "preference", .word(ConsentGap.Preference.allCases.map(\.rawValue)),
      "what was done beside what they choose once everything was explained"),
    .milliseconds("lag_ms", "from the decision to the first frame of the question about it"),
  ]

  private var answers: [Column] {
    instruments.flatMap { instrument in
      instrument.items.flatMap { item in itemColumns(instrument, item) }
        + instrument.scores(in: .none).map {
          Column(ExportPlan.columnName($0.name), .decimal(digits: 6, unit: "points"), "score of \(instrument.title)")
        }
    }
  }

  private func itemColumns(_ instrument: Instrument, _ item: Instrument.Item) -> [Column] {
    let name = ExportPlan.columnName("answer_\(instrument.name)_\(item.name.value)")
    let meaning = "answer to \(item.name.value) of \(instrument.title)"
    switch item.kind {
    case .likert, .confidence, .single: return [Column(name, .word([]), meaning)]
    case .number, .slider: return [Column(name, .integer, meaning)]
    case .text: return [Column(name + "_characters", .integer, "length of the \(meaning)")]
    case .multiple(let options):
      return options.map {
        Column(name + "_" + ExportPlan.columnName($0.value), .boolean, "whether \($0.value) was given as \(meaning)")
      }
    }
  }

  /// A name as a part of a column's name: `_` for everything but letters and digits.
  static func columnName(_ name: String) -> String {
    String(
      decoding: name.utf8.map { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: byte
        default: UInt8(ascii: "_")
        }
      }, as: UTF8.self)
  }
}

/// What the journal of a session turned out to be.
enum JournalWord: String, CaseIterable, Sendable {
  /// Whole, and every frame the same.
  case complete
  /// Whole as far as it goes, without its closing line; every frame the same.
  case unfinished
  /// Not as it was written.
  case broken
  /// There is none.
  case gone
  /// Its frames could not be compared: another engine recorded it, or its flow is gone.
  case notReplayed = "not-replayed"
}

extension SessionAnswers {
  /// The answers of nobody.
  static var none: SessionAnswers { SessionAnswers(FlowDefinition(name: ""), values: []) }
}
