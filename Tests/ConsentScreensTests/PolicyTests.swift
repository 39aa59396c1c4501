import ConsentModel
import ConsentPolicy
import ConsentScreens
import Testing

/// The golden tables: what each case means for the data, told and done.
@Suite("Policies of the repository")
struct PolicyTests {
  /// Asks the policy of a flow what follows from a case, for what is stated and for what is done.
  private func answers(_ flow: FlowDefinition, _ facts: [String: String]) throws -> (
    stated: [String: String], actual: [String: String]
  ) {
    let policy = flow.policy
    let values = try policy.facts.map { fact -> UInt8 in
      let name = facts[fact.name] ?? ""
      let index = try #require(fact.values.firstIndex(of: name), "\(fact.name) \(facts)")
      return UInt8(index)
    }
    let matching = policy.evaluate(facts: values)
    let row = try #require(matching)
    var stated: [String: String] = [:]
    var actual: [String: String] = [:]
    for (index, effect) in policy.effects.enumerated() {
      stated[effect.name] = effect.values[Int(policy.result(effect: index, row: row, isActual: false))]
      actual[effect.name] = effect.values[Int(policy.result(effect: index, row: row, isActual: true))]
    }
    return (stated, actual)
  }

  private struct Case {
    var name: String
    var accounts: [String] = ["free", "pro", "max", "coding"]
    var phases: [String] = ["before", "after"]
    var choices: [String] = ["none", "deferred", "on", "off", "on-then-off"]
    var data: [String]
    var training: String
    var retention: String
    var access: String? = "open"
  }

  @Test("consumer-terms: every row of the golden table")
  func consumerTerms() throws {
    let loaded = FlowLoader.load(flow: "consumer-terms", from: Repository.screens)
    let flow = try #require(loaded.flow, "\(loaded.diagnostics.map(\.rendered))")
    let decided = ["on", "off", "on-then-off"]
    let cases = [
      Case(
        name: "before the change, or deferred before the date", phases: ["before"], choices: ["none", "deferred"],
        data: ["new", "resumed", "old"], training: "no", retention: "days-30"),
      Case(
        name: "on: new or resumed chats and coding sessions", choices: ["on"], data: ["new", "resumed"],
        training: "yes", retention: "years-5"),
      Case(name: "off", choices: ["off"], data: ["new", "resumed", "old"], training: "no", retention: "days-30"),
      Case(
        name: "an old chat that is never resumed", choices: decided, data: ["old"], training: "no",
        retention: "days-30"),
      Case(
        name: "a chat that was deleted", choices: decided, data: ["deleted"], training: "no-future",
        retention: "days-30-hidden"),
      Case(
        name: "on, then off later", choices: ["on-then-off"], data: ["new", "resumed"], training: "no-new-use",
        retention: "days-30"),
      Case(
        name: "flagged by safety classifiers, even when off", data: ["flagged"], training: "safety-only",
        retention: "years-2-scores-7", access: nil),
      Case(
        name: "feedback that was sent", data: ["feedback"], training: "unlinked", retention: "years-5", access: nil),
      Case(name: "incognito chat", data: ["incognito"], training: "never", retention: "days-30", access: nil),
      Case(
        name: "raw connector content that was not pasted", data: ["connector"], training: "no",
        retention: "not-applicable", access: nil),
      Case(
        name: "commercial account", accounts: ["work", "gov", "education", "api"],
        data: ["new", "resumed", "old", "deleted", "flagged", "feedback", "incognito", "connector"], training: "no",
        retention: "contract"),
      Case(
        name: "after the date without a choice", phases: ["after"], choices: ["none", "deferred"],
        data: ["new", "resumed", "old"], training: "no", retention: "days-30", access: "blocked"),
    ]
    for row in cases {
      for account in row.accounts {
        for phase in row.phases {
          for choice in row.choices {
            for data in row.data {
              let facts = ["account": account, "phase": phase, "choice": choice, "data": data]
              let (stated, actual) = try answers(flow, facts)
              for answer in [stated, actual] {
                #expect(answer["training"] == row.training, "\(row.name): \(facts)")
                #expect(answer["retention"] == row.retention, "\(row.name): \(facts)")
                if let access = row.access { #expect(answer["access"] == access, "\(row.name): \(facts)") }
              }
            }
          }
        }
      }
    }
  }

  @Test("chat-delete: what is shown, and what is done while the order holds")
  func chatDelete() throws {
    let loaded = FlowLoader.load(flow: "chat-delete", from: Repository.screens)
    let flow = try #require(loaded.flow, "\(loaded.diagnostics.map(\.rendered))")
    for account in ["free", "plus", "pro", "team"] {
      let (stated, actual) = try answers(flow, ["account": account, "phase": "before", "deleted": "yes"])
      #expect(stated == ["history": "gone", "storage": "days-30"])
      #expect(actual == ["history": "gone", "storage": "indefinite"])
    }
    for (account, storage) in [("enterprise", "days-30"), ("zero-retention", "at-once")] {
      let (stated, actual) = try answers(flow, ["account": account, "phase": "before", "deleted": "yes"])
      #expect(stated == ["history": "gone", "storage": storage])
      #expect(actual == stated)
    }
  }
}
