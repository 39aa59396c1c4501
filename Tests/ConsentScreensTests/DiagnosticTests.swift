import ConsentScreens
import ConsentSource
import Testing

/// Changes one thing in the small flow and compares everything that is then wrong with it.
private func check(
  _ file: String, _ old: String, _ new: String, _ expected: [String], sourceLocation: SourceLocation = #_sourceLocation
) {
  var flow = SmallFlow()
  flow.replace(old, with: new, in: file, sourceLocation: sourceLocation)
  let found = flow.problems.map { $0.hasPrefix("small/") ? String($0.dropFirst(6)) : $0 }
  if found != expected {
    Issue.record(
      "found\n\(found.joined(separator: "\n"))\nexpected\n\(expected.joined(separator: "\n"))",
      sourceLocation: sourceLocation)
  }
}

@Suite("What is wrong with screen files")
struct DiagnosticTests {
  @Test("the small flow is sound")
  func sound() {
    #expect(SmallFlow().problems == [])
  }

  @Test("keys and types")
  func keysAndTypes() {
    check(
      "ask.yaml", "initial_focus: accept", "initial_fokus: accept",
      ["ask.yaml:4:1: error: unknown key `initial_fokus` in a screen (did you mean `initial_focus`?)"])
    check(
      "ask.yaml", "button: accept, name: accept", "button: accept, name: accept, rows: many",
      ["ask.yaml:9:42: error: `rows` has to be a number 1...5, not `many`"])
    check(
      "ask.yaml", "{text: title, name: title}", "{text: [title], name: title}",
      [
        "ask.yaml:8:12: error: `text` has to be key of a text, not a list (small letters, digits, `.`, `-` and `_`)",
        "text/en.yaml:8:10: warning: nothing uses the text `title` (remove it, or refer to it)",
      ])
    check(
      "flow.yaml", "decision: 2025-09-28", "decision: 2025-02-30",
      ["flow.yaml:6:42: error: `decision` has to be a day, `YYYY-MM-DD`, not `2025-02-30` (for example 2025-09-28)"])
    check(
      "flow.yaml", "attributes: [bold]", "attributes: [bolt]",
      [
        "flow.yaml:19:69: error: `attributes` has to be `bold`, `dim`, `underline`, `reverse`, not `bolt` "
          + "(did you mean `bold`?)"
      ])
    check(
      "flow.yaml", "flow: small\n", "",
      ["flow.yaml:1:1: error: flow.yaml needs `flow` (name of the flow: its folder: a name)"])
    check(
      "ask.yaml", "- {text: title, name: title}", "- {txt: title, name: title}",
      [
        "ask.yaml:8:5: error: an element of an unknown kind: `txt` (did you mean `text`?)",
        "text/en.yaml:8:10: warning: nothing uses the text `title` (remove it, or refer to it)",
      ])
    check(
      "info.yaml", "on_escape: [{back: true}]", "on_escape: [{bak: true}]",
      [
        "info.yaml:2:9: error: `info` cannot end: no way leads from it to an outcome "
          + "(add a step `end`, or a way to a screen that has one)",
        "info.yaml:5:14: error: unknown key `bak` in a step (did you mean `back`?)",
      ])
  }

  @Test("targets that are missing")
  func targets() {
    check(
      "ask.yaml", "{open: info}", "{open: infos}",
      [
        "ask.yaml:6:51: error: there is no screen `infos` (did you mean `info`?)",
        "info.yaml:2:9: error: no screen leads to `info` "
          + "(add a `go` or `open` to it, make it an entry, or remove the file)",
      ])
    check(
      "ask.yaml", "focus_order: [accept,", "focus_order: [acept,",
      [
        "ask.yaml:3:15: error: there is no control `acept` on `ask` (did you mean `accept`?)",
        "ask.yaml:9:28: error: `accept` is not in `focus_order` (every control has to be reached by Tab)",
      ])
    check(
      "ask.yaml", "decide: {training: control}", "decide: {trainig: control}",
      ["ask.yaml:9:60: error: there is no term `trainig` (did you mean `training`?)"])
    check(
      "ask.yaml", "{end: done}", "{end: don}",
      ["ask.yaml:9:87: error: there is no outcome `don` (did you mean `done`?)"])
    check(
      "ask.yaml", "add: {asked: 1}", "add: {askd: 1}",
      ["ask.yaml:16:21: error: there is no variable `askd`, with later=present (did you mean `asked`?)"])
    check(
      "ask.yaml", "button: accept, name", "button: acept, name",
      [
        "ask.yaml:9:14: error: there is no text `acept` in en (did you mean `accept`?)",
        "text/en.yaml:9:11: warning: nothing uses the text `accept` (remove it, or refer to it)",
      ])
    check(
      "text/en.yaml", "{vendor}", "{vendr}",
      ["text/en.yaml:8:10: error: there is no variable or name `vendr` (did you mean `vendor`?)"])
    check(
      "text/en.yaml", "{link:more}", "{link:mor}",
      [
        "ask.yaml:8:12: error: the text `title` needs the link `mor`, which the screen does not declare "
          + "(did you mean `more`?)"
      ])
    check(
      "text/en.yaml", "  told.yes: used\n", "",
      ["text/en.yaml:11:9: error: there is no text `told.yes` in en (add it to text/en.yaml)"])
    check(
      "flow.yaml", "elements: [ask.training_switch]", "elements: [ask.training_swich]",
      ["flow.yaml:9:59: error: there is no element `training_swich` on `ask` (did you mean `training_switch`?)"])
    check(
      "flow.yaml", "focus: mark", "focus: marc",
      ["flow.yaml:20:16: error: there is no style `marc` (did you mean `mark`?)"])
    check(
      "flow.yaml", "side: actual}", "side: actual, facts: {acount: free}}",
      ["flow.yaml:15:62: error: there is no fact `acount` (did you mean `account`?)"])
    check(
      "flow.yaml", "entries: {start: ask}", "entries: {start: asks}",
      [
        "ask.yaml:2:9: error: no screen leads to `ask` "
          + "(add a `go` or `open` to it, make it an entry, or remove the file)",
        "flow.yaml:7:18: error: there is no screen `asks` (did you mean `ask`?)",
        "info.yaml:2:9: error: no screen leads to `info` "
          + "(add a `go` or `open` to it, make it an entry, or remove the file)",
      ])
  }

  @Test("values and variables")
  func values() {
    check(
      "flow.yaml", "initial: on}", "initial: onn}",
      ["flow.yaml:11:49: error: there is no value `onn` of `training` (did you mean `on`?)"])
    check(
      "ask.yaml", "asked: \">= 3\"", "asked: \"=> 3\"",
      ["ask.yaml:14:23: error: `=> 3` is no number, and `asked` is one, with later=present"])
    check(
      "ask.yaml", "add: {asked: 1}", "set: {account: free}",
      ["ask.yaml:16:21: error: `account` follows from something and cannot be set, with later=present"])
    check(
      "ask.yaml", "switch: training,", "switch: asked,",
      ["ask.yaml:19:18: error: `asked` is no switch (its values have to be [unset, off, on])"])
    check(
      "flow.yaml", "asked: {number: 0,", "asked: {number: 12,",
      ["flow.yaml:12:3: error: the number `asked` is not between its smallest and largest value"])
    check(
      "flow.yaml", "stands: {derive: standing, term: training}", "stands: {derive: standing}",
      ["flow.yaml:14:11: error: `derive: standing` needs `term`"])
    check(
      "policy.yaml", "account: [free, work],", "account: [work, free],",
      [
        "flow.yaml:15:3: error: the variable `account` has other values than the fact `account` "
          + "(both need work, free, in this order)"
      ])
  }

  @Test("names that are there twice")
  func duplicates() {
    check(
      "ask.yaml", "{text: line, name: line}", "{text: line, name: title}",
      ["ask.yaml:18:28: error: another element is called `title` (the first is in line 8)"])
    check(
      "ask.yaml", "screen: ask", "screen: ask\nscreen: ask",
      ["ask.yaml:3:1: error: `screen` is there twice (the first is in line 2; remove one of the two)"])
    check(
      "flow.yaml", "outcomes: [done]", "outcomes: [done, done]",
      ["flow.yaml:16:18: error: the outcome `done` is there twice"])
    check(
      "flow.yaml", "  asked:", "  decision: {number: 1}\n  asked:",
      ["flow.yaml:12:3: error: `decision` is there in every flow (use another name)"])
  }

  @Test("policy")
  func policy() {
    check(
      "policy.yaml", "  - {row: rest, stated: {used: no}}", "",
      [
        "policy.yaml:1:1: error: no row says what follows from {account: free, stands: undecided} "
          + "(add a row, a last one for the rest)"
      ])
    check(
      "policy.yaml", "{account: work}", "{account: [free, work]}",
      [
        "policy.yaml:6:5: error: no case reaches the row `agreed` "
          + "(the rows before it take all of its cases; move it up or remove it)",
        "policy.yaml:7:5: error: no case reaches the row `rest` "
          + "(the rows before it take all of its cases; move it up or remove it)",
      ])
    check(
      "policy.yaml", "actual: {used: yes}", "actual: {used: ye}",
      ["policy.yaml:6:78: error: there is no value `ye` of `used` (did you mean `yes`?)"])
  }

  @Test("factors")
  func factors() {
    check(
      "factors/later.yaml", "{ask: {later: {present: yes}}}", "{ask: {latr: {present: yes}}}",
      ["factors/later.yaml:8:27: error: there is no element `latr` on `ask` (did you mean `later`?)"])
    check(
      "factors/later.yaml", "{ask: {later: {present: yes}}}", "{ak: {later: {present: yes}}}",
      ["factors/later.yaml:8:21: error: there is no screen `ak` (did you mean `ask`?)"])
    check(
      "factors/later.yaml", "{later: {present: yes}}", "{later: {present: yes, words: none}}",
      [
        "factors/later.yaml:8:49: error: `words` has no meaning for `later` (the element is a button)"
      ])
    check(
      "factors/later.yaml", "baseline: absent", "baseline: absnt",
      ["factors/later.yaml:4:11: error: there is no level `absnt` (did you mean `absent`?)"])
    check(
      "factors/default.yaml", "initial: off}", "initial: of}",
      ["factors/default.yaml:6:56: error: there is no value `of` of `training`, with default=off (did you mean `off`?)"]
    )
    check(
      "factors/default.yaml", "{flow: {variables: {training: {initial: off}}}}", "{ask: {later: {present: yes}}}",
      [
        "factors/later.yaml:8:35: error: `later=present` and `default=off` both set `present` of `later` "
          + "(the other is in small/factors/default.yaml:6; declare the pair impossible or change one thing)"
      ])
    check(
      "factors/default.yaml", "baseline: on",
      "baseline: on\nimpossible: [{with: {latr: absent}, levels: [of], why: x}]",
      [
        "factors/default.yaml:4:22: error: there is no factor `latr` (did you mean `later`?)",
        "factors/default.yaml:4:46: error: there is no level `of` (did you mean `off`?)",
      ])
    check(
      "factors/later.yaml", "present: {patch: {ask: {later: {present: yes}}}}",
      "present: {patch: {ask: {accept: {present: no}}}}",
      [
        "ask.yaml:4:16: error: `accept` has the focus at first and is absent in this condition, with later=present "
          + "(patch `initial_focus`, or declare the pair of levels impossible)"
      ])
  }

  @Test("screens that cannot be reached, cannot end, or open each other")
  func graphs() {
    check(
      "ask.yaml", "[{open: info}]", "[]",
      [
        "info.yaml:2:9: error: no screen leads to `info` "
          + "(add a `go` or `open` to it, make it an entry, or remove the file)"
      ])
    check(
      "info.yaml", "on_escape: [{back: true}]\n", "",
      [
        "info.yaml:2:9: error: `info` cannot end: no way leads from it to an outcome "
          + "(add a step `end`, or a way to a screen that has one)"
      ])
    check(
      "info.yaml", "on_escape: [{back: true}]", "on_escape: [{back: true}]\non_open: [{open: info}]",
      [
        "info.yaml:2:9: error: opening never comes to rest: info open each other "
          + "(give one of the `on_open` a condition that the others change)"
      ])
  }

  @Test("texts")
  func texts() {
    let long = (1...30).map { "      Line \($0).\n" }.joined()
    check(
      "text/en.yaml", "  info: Some information\n", "  info: |\n\(long)",
      [
        "info.yaml:2:9: error: `info` does not fit into 80 columns and 24 rows: it has 30 rows for 22 "
          + "(shorten it, or put the long text into a `scroll`)"
      ])
    check(
      "text/en.yaml", "accept: Accept", "accept: \"A\\tB\"",
      ["text/en.yaml:9:11: error: a text must not hold a tab (write spaces)"])
    check(
      "text/en.yaml", "accept: Accept", "accept: \"A\u{200B}B\"",
      ["text/en.yaml:9:11: error: a text must not hold U+200B, which takes no column (remove it)"])
    check(
      "text/en.yaml", "accept: Accept", "accept: \"Accept }\"",
      ["text/en.yaml:9:11: error: `accept` has a lone brace (a brace that is meant as text is written twice)"])
    check(
      "text/en.yaml", "  later: Later\n", "  later: Later\n  lter: Later\n",
      ["text/en.yaml:11:9: warning: nothing uses the text `lter` (remove it, or refer to it)"])
    check(
      "text/en.yaml", "date: \"{d} {m} {y}\"", "date: \"{d} {m}\"",
      ["text/en.yaml:5:7: error: a date needs {d}, {m} and {y}"])
  }

  @Test("a second language has to cover the first")
  func coverage() {
    var flow = SmallFlow()
    let english = flow.files["small/text/en.yaml"] ?? ""
    flow.files["small/text/de.yaml"] = english.replacingOccurrence(of: "language: en", with: "language: de")
      .replacingOccurrence(of: "  later: Later\n", with: "  latr: Spaeter\n")
    #expect(
      flow.problems == [
        "small/text/de.yaml:1:1: error: the text `later` is missing in de (translate it, or write `fallback: en`)",
        "small/text/de.yaml:10:9: error: the text `latr` is not in en (did you mean `later`?)",
      ])
  }

  @Test("all problems are told at once")
  func together() {
    var flow = SmallFlow()
    flow.replace("initial_focus", with: "initial_fokus", in: "ask.yaml")
    flow.replace("focus: mark", with: "focus: marc", in: "flow.yaml")
    flow.replace("baseline: absent", with: "baseline: absnt", in: "factors/later.yaml")
    flow.replace("{vendor}", with: "{vendr}", in: "text/en.yaml")
    flow.replace("actual: {used: yes}", with: "actual: {used: ye}", in: "policy.yaml")
    #expect(
      flow.problems.map { String($0.split(separator: ":")[0]) } == [
        "small/ask.yaml", "small/factors/later.yaml", "small/flow.yaml", "small/policy.yaml", "small/text/en.yaml",
      ])
  }

  @Test("conditions: unknown names and impossible pairs")
  func conditions() throws {
    var flow = SmallFlow()
    flow.replace(
      "baseline: on", with: "baseline: on\nimpossible: [{with: {later: present}, levels: [off], why: not both}]",
      in: "factors/default.yaml")
    let document = try #require(FlowLoader.document("small", from: flow.source).document)
    #expect(document.condition(["later": "present"]).problems.isEmpty)
    let found = document.condition(["latr": "x", "default": "of"]).problems.map(\.rendered)
    #expect(
      found == [
        "small/flow.yaml:1:1: error: there is no level `of` of `default` (did you mean `off`?)",
        "small/flow.yaml:1:1: error: there is no factor `latr` (did you mean `later`?)",
      ])
    let pair = document.compile(set: ["later": "present", "default": "off"])
    #expect(pair.flow == nil)
    #expect(
      pair.diagnostics.map(\.rendered) == [
        "small/flow.yaml:1:1: error: `default=off` cannot be combined with `later=present` (not both)"
      ])
  }
}

extension String {
  func replacingOccurrence(of old: String, with new: String) -> String {
    guard let range = firstRange(of: old) else { return self }
    return replacingCharacters(in: range, with: new)
  }
}
