import ConsentEngine
import ConsentJournal
import ConsentModel
import ConsentScreens
import Foundation
import Testing

/// A fault in the fair choice, and the property that it breaks.
private struct PlantedFault: CustomTestStringConvertible {
  var name: String
  var property: String
  /// File, what stands there, what takes its place.
  var changes: [(file: String, old: String, new: String)]
  /// Files that are added.
  var added: [String: String] = [:]
  /// Whether what is asked for is reached by nothing, so that no way can show it.
  var isAbsence = false

  var testDescription: String { name }

  private static let agree = "[{decide: {training: agreed}}, {go: belief}]"
  private static let refuse = "[{decide: {training: declined}}, {go: belief}]"

  /// A screen of one button.
  private static func screen(_ name: String, _ acts: String) -> String {
    """
    format: 1
    screen: \(name)
    focus_order: [only]
    initial_focus: only
    elements:
      - {button: choice.decline, name: only, on_activate: \(acts)}

    """
  }

  static let all: [PlantedFault] = [
    PlantedFault(
      name: "a trap", property: "always: {can_end: yes}",
      changes: [("choice.yaml", refuse, "[{go: trap}]")],
      added: ["trap.yaml": screen("trap", "[{when: {stands_training: agreed}, do: [{end: quit}]}]")]),
    PlantedFault(
      name: "a loop", property: "never: {can_end: no}", changes: [("choice.yaml", refuse, "[{go: here}]")],
      added: [
        "here.yaml": screen("here", "[{go: there}]"),
        "there.yaml": screen(
          "there", "[{when: {stands_training: agreed}, do: [{end: quit}]}, {do: [{go: here}]}]"),
      ]),
    PlantedFault(
      name: "a hidden refusal",
      property: "reachable: {stands_training: declined}, as_soon_as: {stands_training: agreed}",
      changes: [("choice.yaml", refuse, "[{go: sure}]")], added: ["sure.yaml": screen("sure", refuse)]),
    PlantedFault(
      name: "a refusal that is none", property: "reachable: {stands_training: declined}",
      changes: [("choice.yaml", refuse, agree)], isAbsence: true),
    PlantedFault(
      name: "an answer that is not recorded",
      property: "only: {screen: belief}, after: {stands_training: [agreed, declined]}",
      changes: [("choice.yaml", refuse, "[{go: belief}]")]),
    PlantedFault(
      name: "use without consent",
      property: "never: {new_training: yes, stands_training: [undecided, deferred, declined]}",
      changes: [("policy.yaml", "  - row: off\n    stated: {training: no", "  - row: off\n    stated: {training: yes")]),
    PlantedFault(
      name: "agreed before it was said to what", property: "never: {stands_training: agreed, unseen: choice.purpose}",
      changes: [("flow.yaml", "entries: {choice: choice}", "entries: {choice: first}")],
      added: ["first.yaml": screen("first", "[{decide: {training: agreed}}, {go: choice}]")]),
    PlantedFault(
      name: "asked again after a no", property: "never: {screen: choice, stands_training: declined}",
      changes: [("choice.yaml", refuse, "[{decide: {training: declined}}, {pass: 1}, {go: choice}]")]),
    PlantedFault(
      name: "a switch that lies", property: "never: {extra: off, stands_training: agreed}",
      changes: [
        (
          "flow.yaml", "  account: {derive: account}",
          "  extra: {values: [unset, off, on], initial: off}\n  account: {derive: account}"
        ),
        ("flow.yaml", "training: {kind: purpose}", "training: {kind: purpose, control: extra}"),
      ]),
    PlantedFault(
      name: "an outcome that nothing leads to", property: "reachable: {outcome: gone}",
      changes: [("flow.yaml", "outcomes: [again, fair, quit]", "outcomes: [again, fair, quit, gone]")], isAbsence: true),
    PlantedFault(
      name: "a text that is never on the screen", property: "reachable: {seen: choice.limits}",
      changes: [("choice.yaml", "name: limits, ", "name: limits, when: {layer: list}, ")],
      isAbsence: true),
    PlantedFault(
      name: "agreed at once where refusing is asked again",
      property: "only: {stands_training: agreed}, after: {screen: sure}",
      changes: [("choice.yaml", refuse, "[{go: sure}]")], added: ["sure.yaml": screen("sure", refuse)]),
  ]
}

@Suite("planted faults") struct PlantedFaultTests {
  private static func files() throws -> [String: [UInt8]] {
    let root = #filePath.split(separator: "/").dropLast(3).reduce(into: "") { $0 += "/" + $1 } + "/screens"
    var files: [String: [UInt8]] = [:]
    for folder in ["fair-choice", "parts"] {
      let walker = try #require(FileManager.default.enumerator(atPath: root + "/" + folder))
      for case let path as String in walker where path.hasSuffix(".yaml") {
        let whole = "\(root)/\(folder)/\(path)"
        files["\(folder)/\(path)"] = Array(try Data(contentsOf: URL(fileURLWithPath: whole)))
      }
    }
    return files
  }

  /// Each is found, and shown by a walk that plays; the fair choice itself has none of them.
  @Test(arguments: PlantedFault.all) fileprivate func areFoundAndShown(_ fault: PlantedFault) throws {
    var files = try PlantedFaultTests.files()
    files["fair-choice/properties.yaml"] = nil
    for change in fault.changes {
      let text = String(decoding: files["fair-choice/" + change.file] ?? [], as: UTF8.self)
      #expect(text.contains(change.old), "\(change.file)")
      files["fair-choice/" + change.file] = Array(text.replacing(change.old, with: change.new).utf8)
    }
    for (name, text) in fault.added { files["fair-choice/" + name] = Array(text.utf8) }
    let claim = Array("format: 1\nproperties:\n  - {property: p, \(fault.property)}\n".utf8)
    let (document, _) = FlowLoader.document("fair-choice", from: .memory(files))
    let (compiled, found) = try #require(document).compile(countsKeys: false)
    #expect(found.filter { $0.severity == .error }.map(\.rendered) == [])
    let flow = try #require(compiled)
    let (properties, wrong) = try #require(document).properties(of: flow, in: claim, file: "p.yaml")
    #expect(wrong.map(\.rendered) == [])
    // A seed with which refusing stands first.
    let inputs = SessionInputs(date: flow.dates.published, seed: 1, inputGuardMicroseconds: flow.inputGuardMicroseconds)
    let engine = FlowEngine(flow)
    let verdict = try #require(engine.prove(properties.map(\.property), inputs).verdicts.first)
    guard case .fails(let path) = verdict else {
      Issue.record("it is not found: \(verdict)")
      return
    }
    #expect((path == nil) == fault.isAbsence)
    guard let path else { return }
    let (walk, problems) = Walk.parse(
      Walk.text(along: path, of: flow, inputs, saying: [fault.name]), file: "found.walk")
    #expect(problems == [])
    let ran = WalkRunner(engine).run(walk)
    #expect(ran.failures == [])
  }
}
