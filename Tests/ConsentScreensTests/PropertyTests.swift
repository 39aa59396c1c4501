import ConsentEngine
import ConsentModel
import ConsentScreens
import ConsentSource
import Testing

/// The small flow with properties, without keys that lead out of its screens but those it has.
private func flow(_ properties: String) -> SmallFlow {
  var flow = SmallFlow()
  flow.files["small/properties.yaml"] = "format: 1\nproperties:\n" + properties
  return flow
}

/// What is wrong with a list of properties.
private func check(
  _ properties: String, isWrong expected: [String], sourceLocation: SourceLocation = #_sourceLocation
) {
  let found = flow(properties).problems
  #expect(
    found.map { String($0.dropFirst("small/properties.yaml:".count)) } == expected, sourceLocation: sourceLocation)
}

/// What exploring says of one property: `holds`, `holds n` with keys, or the keys to where it fails.
private func check(
  _ property: String, says expected: String, set levels: [String: String] = [:],
  sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let sample = flow("  - {property: p, \(property)}\n")
  let (document, _) = FlowLoader.document("small", from: sample.source)
  let compiled = try #require(document?.compile(set: levels).flow, sourceLocation: sourceLocation)
  let (properties, found) = try #require(document).properties(of: compiled)
  #expect(found.map(\.rendered) == [], sourceLocation: sourceLocation)
  let inputs = SessionInputs(date: compiled.dates.published, inputGuardMicroseconds: 0)
  let verdicts = FlowEngine(compiled).prove(properties.map(\.property), inputs).verdicts
  let said = verdicts.map { verdict in
    switch verdict {
    case .holds(nil): "holds"
    case .holds(let keys?): "holds \(keys)"
    case .fails(nil): "fails"
    case .fails(let path?):
      "fails " + path.inputs.map { if case .key(let key) = $0 { key.spelling } else { "?" } }.joined(separator: " ")
    case .open: "open"
    }
  }
  #expect(said == [expected], sourceLocation: sourceLocation)
}

@Suite("properties") struct PropertyTests {
  @Test func everythingThatIsWrongIsSaidAtOnce() {
    check(
      """
        - {property: a, never: {stand: agreed}}
        - {property: b, never: {stands: agred}, always: {can_end: yes}}
        - {property: c, never: {seen: training}, within_keys: 3}
        - {property: d, only: {screen: info}}
        - {property: a, always: {can_end: perhaps}}
        - {property: e, reachable: {screen: inf, outcome: don, seen: ask.more_, unseen: trainin}}
        - {property: f, reachable: {asked: "> 3"}, entries: [begin]}
        - {property: g, reachable: {asked: 99}}
        - {property: h, reachable: {stands: ">= 1"}}
        - {property: i, reachable: {}}

      """,
      isWrong: [
        "3:27: error: there is no variable `stand` (did you mean `stands`?)",
        "4:5: error: a property has one of `never`, `always`, `reachable` and `only` (write one property for each)",
        "5:5: error: `within_keys` does not go with `never`",
        "6:5: error: `only` needs `after` (what has to have been so before)",
        "7:37: error: `can_end` is `yes` or `no`",
        "8:39: error: there is no screen `inf` (did you mean `info`?)",
        "8:53: error: there is no outcome `don` (did you mean `done`?)",
        "8:64: error: there is no element `more_` on `ask` (did you mean `more`?)",
        "8:83: error: there is no term `trainin` (did you mean `training`?)",
        "9:38: error: only numbers 0...63 can be compared so (use \">= n\" or \"< n\")",
        "9:56: error: there is no entry `begin` (there is start)",
        "10:38: error: only numbers 0...63 can be compared so (use \">= n\" or \"< n\")",
        "11:31: error: `stands` is no number (its values are undecided, deferred, agreed, declined)",
        "12:30: error: what a state is like is a mapping (for example {screen: popup})",
      ])
  }

  @Test func claimsAreProvedOrRefutedByTheShortestWay() throws {
    try check("never: {stands: declined}", says: "fails tab enter shift+tab enter")
    try check("never: {outcome: done, stands: undecided}", says: "holds")
    try check("always: {can_end: yes}", says: "holds")
    try check("never: {screen: info, stands: agreed}", says: "holds")
    try check("reachable: {stands: agreed}, within_keys: 1", says: "holds 1")
    try check("reachable: {stands: agreed}, within_keys: 0", says: "fails enter")
    try check("reachable: {screen: info, outcome: done}", says: "fails")
    try check("reachable: {stands: declined}, as_soon_as: {stands: agreed}", says: "fails tab enter shift+tab enter")
    try check("reachable: {stands: agreed}, as_soon_as: {stands: declined}", says: "holds 1")
    try check("never: {stands: agreed, unseen: training}", says: "holds")
    try check("never: {stands: agreed, seen: training}", says: "fails enter")
    try check("only: {stands: declined}, after: {training: off}", says: "holds")
    try check("only: {outcome: done}, after: {screen: info}", says: "fails enter")
    try check("only: {stands: agreed}, after: {training: unset}", says: "fails enter")
  }

  /// A number is told apart as finely as properties ask, though no condition of the flow asks so.
  @Test func numbersAreToldApartAsFinelyAsPropertiesAsk() throws {
    let later = ["later": "present"]
    try check(#"never: {asked: ">= 3"}"#, says: "fails tab enter enter enter", set: later)
    try check("reachable: {asked: 2}", says: "holds 3", set: later)
    try check(#"never: {asked: ">= 4"}"#, says: "holds", set: later)
    try check("never: {told: yes}", says: "fails enter", set: later)
  }
}
