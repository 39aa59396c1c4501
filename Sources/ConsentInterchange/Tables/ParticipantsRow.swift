import ConsentEngine
import ConsentJournal
import ConsentModel
import ConsentStudy

/// A row of `participants`.
struct ParticipantsRow {
  let plan: ExportPlan
  let session: ExportedSession
  let journal: JournalWord
  /// The session as it was replayed; nil where its data are not used.
  let replayed: ReplayedSession?

  func write(to writer: inout RowWriter) {
    writer.common(plan, session.entry)
    standing(&writer)
    recording(&writer)
    course(&writer)
    measures(&writer)
    gap(&writer)
    answers(&writer)
    writer.endRow()
  }

  private func standing(_ writer: inout RowWriter) {
    let entry = session.entry
    let stratum = plan.strata.indices.contains(entry.stratum) ? plan.strata[entry.stratum] : ""
    writer.word("stratum", stratum.isEmpty ? nil : stratum)
    writer.integer("slot", entry.slot)
    writer.word("status", entry.status.rawValue)
    writer.integer("restarts", entry.restarts)
    writer.boolean("restarted", session.isRestarted)
    for milestone in Milestone.allCases { writer.boolean(milestone.rawValue, session.reached.contains(milestone)) }
    writer.word("data", entry.data.rawValue)
    writer.boolean("excluded", entry.exclusion != nil)
    writer.boolean("excluded_saw_arm", entry.exclusion?.sawArm)
    writer.word("journal", journal.rawValue)
    writer.boolean("analysed", DescribedSession.isAnalysed(session, replayed))
  }

  private func recording(_ writer: inout RowWriter) {
    let header = replayed?.header
    writer.hex("journal_head", replayed?.head.hex)
    writer.time("started_at", header?.started)
    writer.word("program", header?.version)
    writer.integer("engine_recorded", header?.engineVersion)
    writer.integer("engine_derived", replayed == nil ? nil : JournalFormat.engineVersion)
    writer.hex("flow_hash", header?.flowDigest.hex)
    writer.word("language", header?.language)
    writer.word("presentation", header?.presentation.word)
    writer.integer("columns", header.map { Int($0.size.columns) })
    writer.integer("rows", header.map { Int($0.size.rows) })
    writer.integer("colours", header.map { Int($0.terminal.colours) })
    writer.word("term", header?.terminal.term)
    writer.word(
      "through", header.flatMap { $0.terminal.through.isEmpty ? nil : $0.terminal.through.joined(separator: " ") })
    writer.boolean("mouse", header?.terminal.hasMouse)
    writer.milliseconds("input_guard_ms", header.map { Int64($0.inputGuardMicroseconds) })
    writer.word("account", header?.account)
  }

  private func course(_ writer: inout RowWriter) {
    let facts = replayed?.facts
    let agreement = replayed?.agreement
    writer.integer("events", replayed?.events)
    writer.integer("keys", facts?.keys)
    writer.integer("misses", facts?.misses)
    writer.integer("prompts", agreement.map { Int($0.prompts) })
    writer.day("sim_day_end", agreement?.date)
    writer.word("outcome", agreement?.outcome.flatMap { replayed?.names.flow.outcomes[Int($0)] })
    writer.word("left", agreement?.leave?.word)
    writer.milliseconds("end_t_ms", replayed?.end.microseconds)
    writer.milliseconds("prompt_t_ms", facts?.promptAt?.microseconds)
    // Who never met a prompt could not decide about one.
    let until = facts?.decidedAt ?? replayed?.end
    writer.milliseconds(
      "decision_ms", facts?.promptAt.flatMap { from in until.map { $0.microseconds - from.microseconds } })
    writer.boolean("decision_censored", facts?.promptAt == nil ? nil : facts?.decidedAt == nil)
    writer.milliseconds("practice_key_ms", facts?.practice.medianMilliseconds.map { Int64($0) * 1000 })
  }

  private func measures(_ writer: inout RowWriter) {
    let flow = replayed?.names.flow
    for factor in plan.factors {
      writer.word(
        "factor_\(ExportPlan.columnName(factor))", flow?.condition.first { $0.factor == factor }?.level)
    }
    for term in plan.terms {
      let name = ExportPlan.columnName(term)
      let index = flow?.terms.firstIndex { $0.name == term }
      let agreed = index.flatMap { replayed?.agreement.terms[$0] }
      let isDecided = agreed.map { $0.eventIndex >= 0 } ?? false
      writer.word("\(name)_standing", agreed?.standing.word)
      writer.word("\(name)_provenance", agreed?.provenance.word)
      writer.milliseconds(
        "\(name)_rt_ms", agreed.flatMap { $0.latencyMicroseconds < 0 ? nil : $0.latencyMicroseconds })
      writer.boolean("\(name)_possibly_accidental", isDecided ? agreed?.isPossiblyAccidental : nil)
    }
    let answers = replayed?.answers ?? .none
    for name in plan.consequences { writer.word("follows_\(ExportPlan.columnName(name))", answers.word(name)) }
  }

  private func gap(_ writer: inout RowWriter) {
    let gap = replayed?.gap
    writer.word("truth", gap?.truth.rawValue)
    writer.word("belief", gap?.belief?.rawValue)
    writer.integer("belief_confidence", gap?.confidence)
    writer.boolean("unaware_sharing", gap?.isUnawareSharing)
    writer.boolean("wrong_no", gap?.isWrongNo)
    writer.boolean("unsure_sharing", gap?.isUnsureSharing)
    writer.word("terms_belief", gap?.terms.rawValue)
    writer.word("switch_belief", gap?.switchBelief)
    writer.word("switch_shown", gap?.isSwitchOn.map { $0 ? "on" : "off" })
    writer.word("preference", gap?.preference?.rawValue)
    writer.milliseconds("lag_ms", gap?.lagMicroseconds)
  }

  private func answers(_ writer: inout RowWriter) {
    let answers = replayed?.answers ?? .none
    for instrument in plan.instruments {
      for item in instrument.items { self.answer(item, instrument, answers, &writer) }
      for score in instrument.scores(in: answers) {
        writer.decimal(ExportPlan.columnName(score.name), replayed == nil ? nil : score.score?.millionths)
      }
    }
  }

  private func answer(
    _ item: Instrument.Item, _ instrument: Instrument, _ answers: SessionAnswers, _ writer: inout RowWriter
  ) {
    let name = ExportPlan.columnName("answer_\(instrument.name)_\(item.name.value)")
    let found = replayed == nil ? [] : ItemAnswer.all(of: item, instrument, answers)
    switch item.kind {
    case .likert, .confidence, .single: writer.word(name, found.first?.word)
    case .number, .slider: writer.integer(name, found.first?.number)
    case .text: writer.integer(name + "_characters", found.first?.number)
    case .multiple(let options):
      for option in options {
        let one = found.first { $0.item.hasSuffix("." + option.value) }
        writer.boolean(name + "_" + ExportPlan.columnName(option.value), one?.number.map { $0 == 1 })
      }
    }
  }
}

extension ReplayedSession {
  /// The answers at the end.
  var answers: SessionAnswers { SessionAnswers(names.flow, values: values) }

  /// What the person believes beside what is so; nil where the flow has no such purpose.
  var gap: ConsentGap? {
    ConsentGap(
      names.flow, values: values, agreement: agreement, questionAt: facts.firstShown[ConsentGap.questionScreen])
  }
}

extension Score {
  /// In millionths, to the nearest, halves up.
  fileprivate var millionths: Int64 {
    let doubled = 2_000_000 * Int64(numerator) + Int64(denominator)
    let divisor = 2 * Int64(denominator)
    return doubled >= 0 ? doubled / divisor : -((-doubled + divisor - 1) / divisor)
  }
}
