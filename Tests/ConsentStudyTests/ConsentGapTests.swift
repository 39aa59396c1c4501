import ConsentModel
import ConsentStudy
import Testing

/// A flow that has nothing but what the gap reads.
private let flow: FlowDefinition = {
  var flow = FlowDefinition(name: "gap")
  flow.terms = [Term(name: "terms", kind: .terms), Term(name: "training", kind: .purpose)]
  flow.variables = [
    Variable(name: "answer_belief_training", values: ["unset", "allowed", "not-allowed", "dont-know"]),
    Variable(name: "answer_belief_confidence", values: ["unset", "1", "2", "3", "4", "5"]),
    Variable(
      name: "answer_belief_terms", values: ["unset", "accepted", "not-accepted", "not-yet", "dont-know"]),
    Variable(name: "answer_belief_switch", values: ["unset", "on", "off", "none-seen", "dont-know"]),
    Variable(name: "answer_informed_choice", values: ["unset", "allow", "not-allow", "dont-know"]),
  ]
  flow.screens = [Screen(name: "chat"), Screen(name: ConsentGap.questionScreen)]
  return flow
}()

/// The gap of a session with these answers, whose terms stand so.
private func gap(
  _ answers: [String: String] = [:], terms: Standing = .agreed, training: Standing = .agreed,
  provenance: Provenance = .presetUntouched, decidedAt: Int64 = 4_000_000, questionAt: Int64? = nil
) -> ConsentGap? {
  var values = flow.variables.map { _ in Int32(0) }
  for (name, answer) in answers {
    guard let index = flow.variables.firstIndex(where: { $0.name == "answer_" + name }),
      let value = flow.variables[index].values.firstIndex(of: answer)
    else {
      Issue.record("there is no \(name) = \(answer)")
      continue
    }
    values[index] = Int32(value)
  }
  var contract = TermAgreement()
  contract.standing = terms
  var decision = TermAgreement()
  decision.standing = training
  decision.decidedStanding = training
  decision.provenance = provenance
  decision.decidedAt = SessionTime(microseconds: decidedAt)
  decision.eventIndex = training == .undecided ? -1 : 7
  let agreement = Agreement(
    terms: [contract, decision], prompts: 1, date: Day(number: 0), outcome: nil, leave: nil, exposures: [])
  return ConsentGap(
    flow, values: values, agreement: agreement, questionAt: questionAt.map { SessionTime(microseconds: $0) })
}

@Suite("belief and truth") struct ConsentGapTests {
  @Test func everyCellOfBeliefAndTruth() {
    // belief, truth, unaware sharing, a wrong no, sharing without knowing
    let cells: [(String?, Standing, Bool?, Bool?, Bool?)] = [
      ("allowed", .agreed, false, false, false), ("not-allowed", .agreed, true, true, false),
      ("dont-know", .agreed, true, false, true), (nil, .agreed, nil, nil, nil),
      ("allowed", .declined, false, false, false), ("not-allowed", .declined, false, false, false),
      ("dont-know", .declined, false, false, false), (nil, .declined, nil, nil, nil),
      ("allowed", .deferred, false, false, false), ("not-allowed", .deferred, false, false, false),
      ("dont-know", .deferred, false, false, false), (nil, .deferred, nil, nil, nil),
      ("allowed", .undecided, false, false, false), ("not-allowed", .undecided, false, false, false),
      ("dont-know", .undecided, false, false, false), (nil, .undecided, nil, nil, nil),
    ]
    for (belief, standing, unaware, wrong, unsure) in cells {
      let found = gap(belief.map { ["belief_training": $0] } ?? [:], training: standing)
      let name = "\(belief ?? "none") \(standing)"
      #expect(found?.belief?.rawValue == belief, "\(name)")
      #expect(found?.truth == (standing == .agreed ? .allowed : .notAllowed), "\(name)")
      #expect(found?.isUnawareSharing == unaware, "\(name)")
      #expect(found?.isWrongNo == wrong && found?.isUnsureSharing == unsure, "\(name)")
    }
  }

  @Test func theTerms() {
    let cases: [(String?, Standing, Correctness)] = [
      ("accepted", .agreed, .right), ("not-accepted", .agreed, .wrong), ("not-yet", .agreed, .wrong),
      ("dont-know", .agreed, .dontKnow), (nil, .agreed, .missing), ("accepted", .deferred, .wrong),
      ("not-accepted", .deferred, .right), ("not-yet", .deferred, .right), ("dont-know", .deferred, .dontKnow),
      ("accepted", .undecided, .wrong), ("not-accepted", .undecided, .right), ("not-yet", .undecided, .right),
      ("not-accepted", .declined, .right), (nil, .undecided, .missing),
    ]
    for (said, standing, expected) in cases {
      let found = gap(said.map { ["belief_terms": $0] } ?? [:], terms: standing)
      #expect(found?.terms == expected, "\(said ?? "none") \(standing)")
    }
  }

  @Test func theSwitchAtTheDecision() {
    for provenance in Provenance.allCases {
      let on = gap(["belief_switch": "none-seen"], training: .agreed, provenance: provenance)
      let off = gap(["belief_switch": "off"], training: .declined, provenance: provenance)
      switch provenance {
      case .presetUntouched, .presetConfirmed, .chosen, .changed, .changedBack:
        #expect(on?.isSwitchOn == true && off?.isSwitchOn == false)
      case .left, .explicitRow, .deferred: #expect(on?.isSwitchOn == nil && off?.isSwitchOn == nil)
      }
      #expect(on?.switchBelief == "none-seen" && off?.switchBelief == "off")
    }
    #expect(gap()?.switchBelief == nil)
  }

  @Test func whatTheyWouldChoose() {
    let cases: [(String?, Standing, ConsentGap.Preference?)] = [
      ("allow", .agreed, .same), ("allow", .declined, .withheldAgainst), ("allow", .deferred, .withheldAgainst),
      ("not-allow", .agreed, .sharedAgainst), ("not-allow", .declined, .same), ("not-allow", .undecided, .same),
      ("dont-know", .agreed, .dontKnow), ("dont-know", .declined, .dontKnow), (nil, .agreed, nil),
      (nil, .declined, nil),
    ]
    for (choice, standing, expected) in cases {
      let found = gap(choice.map { ["informed_choice": $0] } ?? [:], training: standing)
      #expect(found?.preference == expected, "\(choice ?? "none") \(standing)")
    }
  }

  @Test func theLag() {
    #expect(gap(decidedAt: 4_000_000, questionAt: 9_000_001)?.lagMicroseconds == 5_000_001)
    #expect(gap(decidedAt: 4_000_000, questionAt: 4_000_000)?.lagMicroseconds == 0)
    #expect(gap(training: .deferred, questionAt: 9_000_000)?.lagMicroseconds == 5_000_000)
    #expect(gap(training: .undecided, questionAt: 9_000_000)?.lagMicroseconds == nil)
    #expect(gap(questionAt: nil)?.lagMicroseconds == nil)
    // A decision after the question is none that the question was about.
    #expect(gap(decidedAt: 4_000_000, questionAt: 3_999_999)?.lagMicroseconds == nil)
    var shown = FirstShown(flow)
    #expect(shown[ConsentGap.questionScreen] == nil && shown["none"] == nil)
    shown.note([.noted, .shown(screen: 0, isFallback: false)], at: SessionTime(microseconds: 1))
    shown.note([.shown(screen: 1, isFallback: true)], at: SessionTime(microseconds: 5))
    shown.note(
      [.shown(screen: 1, isFallback: false), .shown(screen: 9, isFallback: false)], at: SessionTime(microseconds: 8))
    #expect(shown["chat"]?.microseconds == 1 && shown[ConsentGap.questionScreen]?.microseconds == 5)
  }

  @Test func flowsWithoutIt() {
    var other = flow
    other.terms = []
    let agreement = Agreement(
      terms: [], prompts: 0, date: Day(number: 0), outcome: nil, leave: nil, exposures: [])
    #expect(ConsentGap(other, values: [], agreement: agreement, questionAt: nil) == nil)
    #expect(ConsentGap(flow, values: [], agreement: agreement, questionAt: nil) == nil)
    #expect(gap(["belief_confidence": "4"])?.confidence == 4 && gap()?.confidence == nil)
  }

  @Test func theTable() {
    // counts: belief, standing, how many
    let sessions: [(String?, Standing, Int)] = [
      ("allowed", .agreed, 5), ("not-allowed", .agreed, 3), ("dont-know", .agreed, 2), (nil, .agreed, 1),
      ("allowed", .declined, 1), ("not-allowed", .deferred, 6), ("dont-know", .declined, 4), (nil, .undecided, 2),
    ]
    var table = BeliefTable()
    #expect(table.answered == 0 && table.unawareSharing == BeliefTable.Share(0, of: 0))
    for (belief, standing, count) in sessions {
      for _ in 0..<count {
        if let one = gap(belief.map { ["belief_training": $0] } ?? [:], training: standing) { table.add(one) }
      }
    }
    #expect(table.answered == 21 && table.answered(.allowed) == 10 && table.answered(.notAllowed) == 11)
    #expect(table.missing(.allowed) == 1 && table.missing(.notAllowed) == 2)
    #expect(
      table[.allowed, .allowed] == 5 && table[.notAllowed, .notAllowed] == 6 && table[.dontKnow, .notAllowed] == 4)
    #expect(table.unawareSharing == BeliefTable.Share(5, of: 21))
    #expect(table.wrongNo == BeliefTable.Share(3, of: 21) && table.unsureSharing == BeliefTable.Share(2, of: 21))
    #expect(table.believesAllowed.whereAllowed == BeliefTable.Share(5, of: 10))
    #expect(table.believesAllowed.whereNot == BeliefTable.Share(1, of: 11))
  }

  @Test func theReadyItemsHaveTheAnswersThatAreRead() throws {
    let belief = try InstrumentHost(ready: "belief").instrument
    let informed = try InstrumentHost(ready: "informed").instrument
    for variable in flow.variables {
      let item = [belief, informed].lazy.compactMap { instrument in
        instrument.items.first { instrument.answerVariable(of: $0) == variable.name }
      }.first
      #expect(item?.values == variable.values, "\(variable.name)")
    }
  }
}
