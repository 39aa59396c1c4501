import ConsentModel
import ConsentScreens
import Testing

/// The small flow with a page that has a field, a number and a slider.
private func flow() -> SmallFlow {
  var flow = SmallFlow()
  flow.replace(
    "asked: {number: 0, minimum: 0, maximum: 9}",
    with: """
      asked: {number: 0, minimum: 0, maximum: 9}
        said: {number: 0, maximum: 300}
        age: {number: -1, minimum: -1, maximum: 120}
        effort: {number: -1, minimum: -1, maximum: 100}
      """, in: "flow.yaml")
  flow.replace(
    "  - {text: info}",
    with: """
        - {text: info}
        - {field: said, name: said, rows: 4, label: line}
        - row:
            - {number: age, name: age}
            - {slider: effort, name: effort, step: 5, columns: 20}
          name: numbers
        - button: accept
          name: sent
          on_activate: [{when: {age: ">= 18", said: ">= 1"}, do: [{set: {said: 0}}, {end: done}]}]
      """, in: "info.yaml")
  flow.replace("on_escape:", with: "focus_order: [said, age, effort, sent]\non_escape:", in: "info.yaml")
  return flow
}

@Suite("Fields, numbers and sliders in screen files")
struct BlankTests {
  @Test("they become elements of the machine") func compiled() throws {
    #expect(flow().problems == [])
    let found = FlowLoader.load(flow: "small", from: flow().source)
    let compiled = try #require(found.flow)
    func element(_ name: String) throws -> Element {
      try #require(compiled.elements.first { $0.name == name })
    }
    let said = Int32(compiled.variables.firstIndex { $0.name == "said" } ?? -1)
    let field = try element("said")
    guard case .field(said, let label) = field.kind else {
      Issue.record("\(field.kind)")
      return
    }
    #expect(label >= 0 && field.rows == 4 && field.isPrivate && field.isControl)
    #expect(try element("age").kind == .number(variable: said + 1, label: -1))
    #expect(try element("effort").kind == .slider(variable: said + 2, step: 5, label: -1))
    #expect(try element("effort").columns == 20 && !element("effort").isPrivate)
    #expect(compiled.fieldRooms.map(\.maximum) == [300])
  }

  private func check(
    _ file: String, _ old: String, _ new: String, _ expected: [String],
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    var changed = flow()
    changed.replace(old, with: new, in: file, sourceLocation: sourceLocation)
    let found = changed.problems.filter { $0.contains(": error: ") }.map { problem -> String in
      let parts = problem.split(separator: ":", maxSplits: 3, omittingEmptySubsequences: false)
      return String(parts[3].drop { $0 == " " })
    }
    #expect(found == expected, sourceLocation: sourceLocation)
  }

  @Test("what their variables have to be") func variables() {
    check(
      "flow.yaml", "said: {number: 0, maximum: 300}", "said: {number: 0}",
      ["error: `said` counts at most 500 characters (`{number: 0, maximum: 500}`)"])
    check(
      "flow.yaml", "said: {number: 0, maximum: 300}", "said: {number: -1, minimum: -1, maximum: 30}",
      ["error: `said` counts the characters of a field and begins at 0 (`{number: 0, maximum: 500}`)"])
    check(
      "flow.yaml", "age: {number: -1, minimum: -1, maximum: 120}", "age: {number: 0, maximum: 120}",
      ["error: `age` has to begin at -1, which is none (`{number: -1, minimum: -1, maximum: …}`)"])
    check(
      "flow.yaml", "age: {number: -1, minimum: -1, maximum: 120}", "age: {number: 30, minimum: -1, maximum: 120}",
      ["error: `age` has to begin at -1, which is none (`{number: -1, minimum: -1, maximum: …}`)"])
    check(
      "info.yaml", "step: 5", "step: 3",
      ["error: `effort` has a `maximum` that is no whole number of steps (a step divides 100)"])
    check(
      "info.yaml", "{number: age, name: age}", "{number: training, name: age}",
      [
        "error: `training` is what is entered into a number (a control has a variable of its own)",
        "error: `training` is no number that can be set (a number needs `{number: -1, minimum: -1, maximum: …}`)",
      ])
    check(
      "info.yaml", "{number: age, name: age}", "{number: stands, name: age}",
      ["error: `stands` is no number that can be set (a number needs `{number: -1, minimum: -1, maximum: …}`)"])
  }

  @Test("what else may be done with them") func others() {
    check(
      "info.yaml", "{set: {said: 0}}", "{set: {said: 3}}",
      ["error: a step can only empty the field of `said` (set it to 0)"])
    check(
      "info.yaml", "{set: {said: 0}}", "{set: {age: 30}}",
      ["error: a step can only empty the number of `age` (set it to -1)"])
    check("info.yaml", "{set: {said: 0}}", "{set: {said: 0, age: \"-1\", effort: \"-1\"}}", [])
    check(
      "info.yaml", "{set: {said: 0}}", "{add: {age: 1}}",
      ["error: nothing can be added to `age`, which a person enters (use `set`)"])
    check(
      "info.yaml", "{number: age, name: age}", "{number: said, name: age}",
      [
        "error: `said` already counts the characters of a field (the other is in small/info.yaml:9)",
        "error: `said` has to begin at -1, which is none (`{number: -1, minimum: -1, maximum: …}`)",
      ])
    check(
      "info.yaml", "focus_order: [said, age, effort, sent]", "focus_order: [said, age, sent]",
      ["error: `effort` is not in `focus_order` (every control has to be reached by Tab)"])
    check(
      "info.yaml", "rows: 4", "rows: 40", ["error: `rows` has to be a number 1...12, not `40`"])
    check(
      "info.yaml", "{field: said, name: said, rows: 4, label: line}", "{field: said, rows: 4, label: line}",
      [
        "error: there is no control `said` on `info` (there is age, effort, numbers, sent)",
        "error: a field needs a `name` (focus_order and patches refer to it)",
      ])
  }

  @Test("a flow that can be met as lines needs words for them") func words() {
    var changed = flow()
    changed.replace(
      "signs:", with: "linear: {switches: [info, info, info], ask: info, ask_default: info, stop: info}\nsigns:",
      in: "flow.yaml")
    let found = changed.problems.filter { $0.contains("among lines") }
    #expect(!found.isEmpty)
    changed.replace("stop: info}", with: "stop: info, characters: info}", in: "flow.yaml")
    #expect(changed.problems.contains { $0.contains("only some of the texts") })
    changed.replace(
      "characters: info}", with: "characters: info, ask_text: info, ask_number: info}", in: "flow.yaml")
    #expect(changed.problems == [])
  }
}
