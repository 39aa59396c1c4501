import ConsentModel
import ConsentPolicy

/// The golden table of the two events, written out by hand; what the screen files say is compared with it elsewhere.
enum Golden {
  static let facts: [PolicyTable.Column] = [
    .init(name: "account", values: ["free", "pro", "max", "coding", "work", "gov", "education", "api"]),
    .init(name: "phase", values: ["before", "after"]),
    .init(name: "choice", values: ["none", "deferred", "on", "off", "on-then-off"]),
    .init(
      name: "data",
      values: [
        "new", "resumed", "untouched", "deleted", "flagged", "feedback", "incognito", "connector", "before-switch",
      ]),
  ]
  static let effects: [PolicyTable.Column] = [
    .init(
      name: "training",
      values: ["no", "yes", "no-future", "finished-keeps", "safety", "unlinked", "never", "blocked"]),
    .init(
      name: "retention",
      values: ["30d", "5y", "gone-30d", "2y-7y", "none", "contract"]),
  ]

  /// A row from names; a fact that is not named matches every value.
  static func row(
    _ name: String, _ when: [String: [String]], training: String, retention: String
  ) -> PolicyTable.Row {
    let masks = facts.map { fact -> UInt64 in
      guard let names = when[fact.name] else { return (1 << UInt64(fact.values.count)) - 1 }
      return names.reduce(0) { $0 | 1 << UInt64(fact.values.firstIndex(of: $1)!) }
    }
    let result = [training, retention].enumerated().map { effect, name in
      UInt8(effects[effect].values.firstIndex(of: name)!)
    }
    return PolicyTable.Row(name: name, when: masks, stated: result, actual: result)
  }

  static let commercial = ["work", "gov", "education", "api"]

  static let table = PolicyTable(
    facts: facts, effects: effects,
    rows: [
      row("commercial", ["account": commercial], training: "no", retention: "contract"),
      row("incognito", ["data": ["incognito"]], training: "never", retention: "30d"),
      row("deleted", ["data": ["deleted"]], training: "no-future", retention: "gone-30d"),
      row("flagged", ["data": ["flagged"]], training: "safety", retention: "2y-7y"),
      row("feedback", ["data": ["feedback"]], training: "unlinked", retention: "5y"),
      row("connector", ["data": ["connector"]], training: "no", retention: "none"),
      row("untouched", ["data": ["untouched"]], training: "no", retention: "30d"),
      row(
        "blocked", ["phase": ["after"], "choice": ["none", "deferred"], "data": ["new", "resumed"]],
        training: "blocked", retention: "30d"),
      row("undecided", ["choice": ["none", "deferred"]], training: "no", retention: "30d"),
      row(
        "withdrawn", ["choice": ["on-then-off"], "data": ["before-switch"]], training: "finished-keeps",
        retention: "5y"),
      row("off", ["choice": ["off", "on-then-off"]], training: "no", retention: "30d"),
      row("on", ["choice": ["on"]], training: "yes", retention: "5y"),
    ])

  /// The other vendor's "delete": what is shown and what happens differ.
  static let deletion = PolicyTable(
    facts: [
      .init(name: "account", values: ["free", "plus", "pro", "team", "enterprise", "zero-retention"]),
      .init(name: "order", values: ["lifted", "holds"]),
    ],
    effects: [.init(name: "chat", values: ["gone", "deleted-30d", "kept"])],
    rows: [
      .init(name: "held", when: [0b1111, 0b10], stated: [0], actual: [2]),
      .init(name: "promised", when: [0b111111, 0b11], stated: [0], actual: [1]),
    ])
}
