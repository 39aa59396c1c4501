import ConsentEngine
import ConsentJournal
import ConsentModel

/// What a session agreed to, as text and as JSON.
struct AgreementReport {
  let flow: FlowDefinition
  let agreement: Agreement
  /// The values of the flow's variables at the end.
  let values: [Int32]

  init(_ engine: FlowEngine, _ state: borrowing FlowState) {
    flow = engine.flow
    agreement = engine.agreement(state)
    values = state.view.values
  }

  /// How the session ended.
  private var end: String {
    if let outcome = agreement.outcome { return flow.outcomes[Int(outcome)] }
    return agreement.leave.map { "left (\($0.word))" } ?? "unfinished"
  }

  /// The variables that say what follows for the person's data, and their values.
  private var consequences: [(String, String)] {
    zip(flow.variables, values).compactMap { variable, value in
      guard case .policy = variable.source else { return nil }
      return (variable.name, variable.values.indices.contains(Int(value)) ? variable.values[Int(value)] : "unknown")
    }
  }

  /// Lines for a person.
  var lines: [String] {
    var lines = ["\(flow.name): \(end), \(agreement.date.text), prompted \(agreement.prompts) times"]
    for (term, result) in zip(flow.terms, agreement.terms) {
      lines.append("  \(term.name): \(result.standing.word) (\(result.provenance.word))")
      if result.eventIndex >= 0 {
        var detail = "    decided at event \(result.eventIndex) on \(result.decidedOn.text)"
        if result.latencyMicroseconds >= 0 { detail += ", \(seconds(result.latencyMicroseconds)) after the prompt" }
        if result.isPossiblyAccidental { detail += ", possibly by accident" }
        if result.isAnticipatory { detail += ", typed before the frame was there" }
        lines.append(detail)
      }
      if result.preset >= 0 {
        lines.append(
          "    control: preset \(preset(result.preset)), operated \(result.operations) times, on screen "
            + "\(seconds(result.controlOnScreenMicroseconds)), focused \(seconds(result.controlFocusedMicroseconds))")
        if (0..<255).contains(result.controlShareAtPrompt) {
          let part = result.controlShareAtPrompt == 0 ? "out of sight" : "in sight in part"
          lines.append("    control: \(part) when the prompt appeared, below or above the fold")
        }
      }
    }
    for (name, value) in consequences { lines.append("  \(name): \(value)") }
    return lines
  }

  /// The same and the exposure of every named element as JSON.
  var json: JSON {
    .object([
      ("flow", .text(flow.name)), ("language", .text(flow.language)),
      ("condition", .object(flow.condition.map { ($0.factor, .text($0.level)) })),
      ("outcome", JSON(agreement.outcome.map { flow.outcomes[Int($0)] })),
      ("left", JSON(agreement.leave?.word)), ("date", .text(agreement.date.text)),
      ("prompts", .number(Int64(agreement.prompts))),
      ("terms", .array(zip(flow.terms, agreement.terms).map(json))),
      ("consequences", .object(consequences.map { ($0, .text($1)) })),
      ("exposures", .array(exposures)),
    ])
  }

  private func json(_ term: Term, _ result: TermAgreement) -> JSON {
    .object([
      ("term", .text(term.name)), ("standing", .text(result.standing.word)),
      ("provenance", .text(result.provenance.word)),
      ("preset", result.preset < 0 ? .null : .text(preset(result.preset))),
      ("operations", .number(Int64(result.operations))), ("reaffirmed", .bool(result.isReaffirmed)),
      ("withdrawn", .bool(result.wasWithdrawn)),
      ("event", result.eventIndex < 0 ? .null : .number(Int64(result.eventIndex))),
      ("frame", result.eventIndex < 0 ? .null : .text(hex(result.frameDigest))),
      ("decided_on", result.eventIndex < 0 ? .null : .text(result.decidedOn.text)),
      ("latency_us", result.latencyMicroseconds < 0 ? .null : .number(result.latencyMicroseconds)),
      ("possibly_accidental", .bool(result.isPossiblyAccidental)), ("anticipatory", .bool(result.isAnticipatory)),
      (
        "control_share_at_prompt",
        result.controlShareAtPrompt < 0 ? .null : .number(Int64(result.controlShareAtPrompt))
      ),
      ("on_screen_us", .number(result.controlOnScreenMicroseconds)),
      ("focused_us", .number(result.controlFocusedMicroseconds)),
    ])
  }

  private var exposures: [JSON] {
    zip(flow.elements, agreement.exposures).compactMap { element, exposure in
      guard !element.name.isEmpty, exposure.onScreenMicroseconds > 0 || exposure.operations > 0 else { return nil }
      return .object([
        ("screen", .text(flow.screens[Int(element.screen)].name)), ("element", .text(element.name)),
        ("on_screen_us", .number(exposure.onScreenMicroseconds)),
        ("focused_us", .number(exposure.focusedMicroseconds)),
        ("longest_focus_us", .number(exposure.longestFocusMicroseconds)),
        ("largest_share", .number(Int64(exposure.largestShare))),
        ("share_at_opening", .number(Int64(exposure.shareAtOpening))),
        ("operations", .number(Int64(exposure.operations))),
      ])
    }
  }

  private func preset(_ value: Int32) -> String {
    switch value {
    case 0: "unset"
    case 1: "off"
    default: "on"
    }
  }

  private func seconds(_ microseconds: Int64) -> String {
    let tenths = (microseconds + 50_000) / 100_000
    return "\(tenths / 10).\(tenths % 10) s"
  }

  private func hex(_ value: UInt64) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
