import ConsentEngine
import ConsentModel
import ConsentScreens
import ConsentSource
import Testing

@testable import ConsentAudit

/// A flow of the folder `screens`, and how it is changed for a test.
private enum Subject {
  static let source = FlowSource.folder(GoldenText.root + "/screens")

  static func flow(_ name: String, set levels: [String: String] = [:]) throws -> FlowDefinition {
    let (flow, found) = FlowLoader.load(flow: name, from: source, set: levels, language: "en")
    #expect(!found.hasErrors)
    return try #require(flow)
  }

  static func audit(_ flow: FlowDefinition, entry: String) throws -> [AuditResult] {
    let index = try #require(flow.entries.firstIndex { $0.name == entry })
    let inputs = SessionInputs(
      entry: UInt8(index), date: flow.dates.published, inputGuardMicroseconds: flow.inputGuardMicroseconds)
    return Audit.results(AuditSubject(FlowEngine(flow), inputs))
  }

  static func fired(_ results: [AuditResult]) -> String {
    results.filter(\.fires).map(\.rule.id).joined(separator: " ")
  }
}

@Suite("rules") struct RuleTests {
  @Test("on the faithful screens and on the fair one are those of the reference")
  func references() throws {
    func check(_ flow: String, _ entry: String, _ ids: String) throws {
      #expect(Subject.fired(try Subject.audit(Subject.flow(flow), entry: entry)) == ids, "\(flow), \(entry)")
    }
    try check("consumer-terms", "popup", "R01 R03 R04 R05 R07 R09 R10 R11 R12 R13 R15 R16 R19 R20 R23 R24")
    try check("consumer-terms", "terminal", "R04 R15 R20 R23 R24")
    try check("fair-choice", "choice", "")
  }

  @Test("on the rebuilt designs are those that the designs are about")
  func gallery() throws {
    func check(_ flow: String, _ levels: [String: String], _ ids: String) throws {
      let compiled = try Subject.flow(flow, set: levels)
      #expect(
        Subject.fired(try Subject.audit(compiled, entry: compiled.entries[0].name)) == ids, "\(flow), \(levels)")
    }
    try check("cookie-banner", [:], "R20")
    try check("cookie-banner", ["prominence": "accept-highlighted"], "R10 R20")
    try check("cookie-banner", ["prominence": "reject-greyed"], "R11 R20")
    try check("cookie-banner", ["reject": "behind-settings"], "R03 R04 R06 R20")
    try check("install-terms", [:], "R04 R15 R20")
    try check("install-terms", ["style": "polite", "default": "none"], "R20")
    try check("default-question", [:], "R20")
    try check("default-question", ["default": "opt-out"], "R01 R03 R04 R20")
    try check("default-question", ["default": "forced-choice"], "R20")
    try check("monitoring-offer", [:], "R20")
    try check("monitoring-offer", ["wording": "shaming"], "R17 R19 R20")
    try check("monitoring-offer", ["countdown": "ten-seconds"], "R03 R20 R24")
    try check("quiet-change", [:], "R02 R03 R04 R15 R20 R25")
  }

  @Test("have numbers in their order, sources and remedies")
  func facts() {
    let facts = Audit.rules.map { $0.about }
    #expect(facts.map(\.id) == (1...25).map { $0 < 10 ? "R0\($0)" : "R\($0)" })
    for fact in facts {
      #expect(
        !fact.name.isEmpty && !fact.basis.isEmpty && !fact.firesWhen.isEmpty && !fact.silencedBy.isEmpty, "\(fact.id)")
    }
  }

  /// The fair screen with one thing changed; each change fires the rule that it is for and no other.
  @Test("fire on one change of the fair screen, and nothing else does")
  func mutants() throws {
    let fair = try Subject.flow("fair-choice")
    func check(
      _ rule: String, sourceLocation: SourceLocation = #_sourceLocation, _ change: (inout FlowDefinition) -> Void
    ) throws {
      var flow = fair
      change(&flow)
      let fired = Subject.fired(try Subject.audit(flow, entry: "choice"))
      #expect(fired == rule, sourceLocation: sourceLocation)
    }
    let screen = try #require(fair.screens.firstIndex { $0.name == "choice" })
    func element(_ name: String) throws -> Int {
      try #require(fair.elements.firstIndex { $0.name == name && $0.screen == Int32(screen) })
    }
    let (allow, decline) = (try element("allow_right"), try element("decline_left"))
    let other = try element("decline_right")
    let (limits, purpose) = (try element("limits"), try element("purpose"))
    func label(_ index: Int) -> Int {
      guard case .button(let text) = fair.elements[index].kind else { return 0 }
      return Int(text)
    }
    func text(_ words: String) -> Text {
      Text(pieces: [.literal(words.unicodeScalars.map { $0 == " " ? .space : Glyph(scalar: $0.value, columns: 1) })])
    }
    let agree = Step.decide(term: 0, standing: .agreed)

    try check("R02") { $0.screens[screen].onEscape = [Branch(steps: [agree])] }
    try check("R05") { flow in
      flow.elements[decline].role = .deferral
      flow.elements[other].role = .deferral
    }
    try check("R09") { $0.elements[decline].rows = 1 }
    try check("R10") { flow in
      flow.styles.append(flow.styles[Int(flow.elements[allow].style)])
      flow.styles[flow.styles.count - 1].background = 0x141413
      flow.styles[flow.styles.count - 1].foreground = 0xFFFFFF
      flow.elements[allow].style = Int32(flow.styles.count - 1)
    }
    try check("R11") { flow in
      flow.styles.append(flow.styles[Int(flow.elements[limits].style)])
      flow.styles[flow.styles.count - 1].foreground = 0xB0B0B0
      flow.elements[limits].style = Int32(flow.styles.count - 1)
    }
    try check("R12") { flow in
      flow.styles.append(flow.styles[Int(flow.elements[limits].style)])
      flow.styles[flow.styles.count - 1].attributes = .dim
      flow.elements[limits].style = Int32(flow.styles.count - 1)
    }
    try check("R15") { $0.screens[screen].initialFocus = Int32(allow) }
    try check("R17") { $0.texts[label(decline)] = text("Never do not allow training") }
    try check("R18") { $0.texts[label(allow)] = text("Continue") }
    try check("R19") { $0.texts[label(decline)] = text("No thanks, I keep my chats") }
    try check("R20") { $0.elements[purpose].discloses = [] }
    try check("R21") { flow in
      // Longer words in the same place.
      for name in ["purpose", "scope", "limits", "withdrawal"] {
        guard let element = flow.elements.first(where: { $0.name == name && $0.screen == Int32(screen) }),
          case .text(let words) = element.kind
        else { continue }
        let long = "organizational interoperability considerations necessitate characterization"
        flow.texts[Int(words)] = text("\(long) and \(long)")
      }
    }
    try check("R24") { $0.dates.decision = Day(number: $0.dates.published.number + 14) }
    try check("R25") { flow in
      for row in flow.policy.rows.indices {
        flow.policy.rows[row].stated[1] = flow.policy.rows[row].stated[1] == 0 ? 1 : 0
      }
    }
  }

  @Test("say what they cannot tell")
  func notAssessed() throws {
    let (flow, _) = FlowLoader.load(flow: "consumer-terms", from: Subject.source, set: [:], language: "ja")
    let results = try Subject.audit(try #require(flow), entry: "popup")
    for id in ["R17", "R18", "R19", "R21"] {
      let result = try #require(results.first { $0.rule.id == id })
      guard case .notAssessed = result.verdict else {
        Issue.record("\(id) is \(result.verdict)")
        continue
      }
    }
  }
}
