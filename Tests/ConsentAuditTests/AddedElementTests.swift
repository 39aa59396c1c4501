import ConsentAudit
import ConsentEngine
import ConsentModel
import ConsentScreens
import ConsentSource
import Foundation
import Testing

/// The files of the fair screen in memory, changed as an author would change them.
private struct FairFiles {
  private var files: [String: [UInt8]]

  init() throws {
    files = [:]
    for folder in ["fair-choice", "parts"] {
      let root = GoldenText.root + "/screens/" + folder
      let walker = try #require(FileManager.default.enumerator(atPath: root))
      for case let path as String in walker where path.hasSuffix(".yaml") {
        files[folder + "/" + path] = Array(try Data(contentsOf: URL(fileURLWithPath: root + "/" + path)))
      }
    }
  }

  /// Replaces what stands at least once in a file.
  mutating func replace(
    _ old: String, _ new: String, in file: String, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let text = String(decoding: files["fair-choice/" + file] ?? [], as: UTF8.self)
    #expect(text.contains(old), "\(file) has no \(old)", sourceLocation: sourceLocation)
    files["fair-choice/" + file] = Array(text.replacingOccurrences(of: old, with: new).utf8)
  }

  mutating func add(_ file: String, _ text: String) { files["fair-choice/" + file] = Array(text.utf8) }

  /// What fires on the first entry, at the smallest size that shows the whole screen.
  func fired(rows: Int, sourceLocation: SourceLocation = #_sourceLocation) throws -> String {
    let (flow, found) = FlowLoader.load(flow: "fair-choice", from: .memory(files), language: "en")
    #expect(
      found.filter { $0.severity == .error }.map(\.rendered) == [], sourceLocation: sourceLocation)
    let compiled = try #require(flow, sourceLocation: sourceLocation)
    let inputs = SessionInputs(
      size: Size(columns: 80, rows: rows), date: compiled.dates.published,
      inputGuardMicroseconds: compiled.inputGuardMicroseconds)
    return Audit.results(AuditSubject(FlowEngine(compiled), inputs)).filter(\.fires).map(\.rule.id).joined(
      separator: " ")
  }
}

/// What fires once the fair screen has been changed.
private func check(
  _ expected: String, rows: Int = 40, sourceLocation: SourceLocation = #_sourceLocation,
  _ change: (inout FairFiles) -> Void
) throws {
  var files = try FairFiles()
  change(&files)
  let fired = try files.fired(rows: rows, sourceLocation: sourceLocation)
  #expect(fired == expected, sourceLocation: sourceLocation)
}

extension FairFiles {
  /// A switch for the purpose, above or below the answers.
  fileprivate mutating func addSwitch(initial: String, words: Bool = true, isAbove: Bool = true) {
    replace(
      "training: {kind: purpose}", "training: {kind: purpose, control: extra, elements: [choice.extra]}",
      in: "flow.yaml")
    replace(
      "  account: {derive: account}",
      "  extra: {values: [unset, off, on], initial: \(initial)}\n  account: {derive: account}", in: "flow.yaml")
    let words = words ? ", words: [choice.unset, choice.off, choice.on]" : ""
    let row = """
        - row:
            - {text: choice.line, name: extra_line}
            - {switch: extra, name: extra, role: choice\(words)}
          name: extra_row

      """
    if isAbove {
      replace("  - row:\n      - button", row + "  - row:\n      - button", in: "choice.yaml")
      replace("focus_order: [", "focus_order: [extra, ", in: "choice.yaml")
    } else {
      replace("    name: answers\n", "    name: answers\n" + row, in: "choice.yaml")
      replace("decline_right]\ninitial", "decline_right, extra]\ninitial", in: "choice.yaml")
    }
    replace(
      "  choice.title:",
      "  choice.line: Use my chats to train your models\n  choice.unset: not chosen\n  choice.off: \"off\"\n  choice.on: \"on\"\n  choice.title:",
      in: "text/en.yaml")
  }

  /// A screen on which what was decided is changed, reached from the question by a key of its own.
  fileprivate mutating func addSettings(offAsksAgain: Bool) {
    addSwitch(initial: "off")
    replace("choice.extra]", "choice.extra, privacy.change]", in: "flow.yaml")
    replace("{go: belief}", "{go: privacy}", in: "choice.yaml")
    let off =
      offAsksAgain
      ? "\n        - when: {extra: off, sure: no}\n          do: [{set: {sure: yes, extra: on}}]" : ""
    replace("  account: {derive", "  sure: {values: [no, yes], initial: no}\n  account: {derive", in: "flow.yaml")
    add(
      "privacy.yaml",
      """
      format: 1
      screen: privacy
      focus_order: [change, done]
      initial_focus: change
      on_open: [{show: training}]
      elements:
        - row:
            - {text: choice.line, name: line}
            - switch: extra
              name: change
              role: choice
              words: [choice.unset, choice.off, choice.on]
              on_activate:\(off)
              - when: {extra: [unset, off, on]}
                do: [{change: training}]
          name: change_row
        - {button: choice.done, name: done, role: other, style: page_button, on_activate: [{go: belief}]}

      """)
    replace("  choice.title:", "  choice.done: Go on\n  choice.title:", in: "text/en.yaml")
  }
}

@Suite("rules, by what an author adds to the fair screen") struct AddedElementTests {
  @Test func whatIsAddedFairlyFiresNothing() throws {
    try check("") { _ in }
    try check("") { $0.addSwitch(initial: "off") }
    try check("") { $0.addSettings(offAsksAgain: false) }
  }

  @Test func aSwitch() throws {
    try check("R01") { $0.addSwitch(initial: "on") }
    try check("R13") { $0.addSwitch(initial: "off", isAbove: false) }
    try check("R16") { $0.addSwitch(initial: "off", words: false) }
  }

  @Test func refusing() throws {
    // Everything is said twice, so that refusing is no harder, and still no control refuses at once.
    try check("R03") { files in
      files.replace(
        "  account: {derive", "  sure: {values: [no, yes], initial: no}\n  account: {derive", in: "flow.yaml")
      for answer in ["agreed", "declined"] {
        files.replace(
          "on_activate: [{decide: {training: \(answer)}}, {go: belief}]",
          "on_activate: [{when: {sure: yes}, do: [{decide: {training: \(answer)}}, {go: belief}]}, {do: [{set: {sure: yes}}]}]",
          in: "choice.yaml")
      }
    }
    try check("R04") { $0.replace(", d: [decline_left, decline_right]", "", in: "choice.yaml") }
    // Where both answers are given on another screen, no control of the first layer refuses: R06 never fires alone.
    try check("R03 R06") { files in
      for (answer, screen) in [("agreed", "yes-sure"), ("declined", "no-sure")] {
        files.replace(
          "on_activate: [{decide: {training: \(answer)}}, {go: belief}]", "on_activate: [{go: \(screen)}]",
          in: "choice.yaml")
        files.add(
          "\(screen).yaml",
          """
          format: 1
          screen: \(screen)
          focus_order: [sure]
          initial_focus: none
          keys: {s: sure}
          elements:
            - {button: choice.sure, name: sure, on_activate: [{decide: {training: \(answer)}}, {go: belief}]}

          """)
      }
      files.replace("  choice.title:", "  choice.sure: Yes, I mean that\n  choice.title:", in: "text/en.yaml")
    }
  }

  @Test func purposes() throws {
    try check("R07") { files in
      files.replace(
        "training: {kind: purpose}", "contract: {kind: terms}\n  training: {kind: purpose, control: extra}",
        in: "flow.yaml")
      files.replace(
        "  account: {derive: account}",
        "  extra: {values: [unset, off, on], initial: on}\n  account: {derive: account}", in: "flow.yaml")
      files.replace("decide: {training: agreed}", "decide: {contract: agreed, training: control}", in: "choice.yaml")
    }
    try check("R08") { files in
      files.replace(
        "training: {kind: purpose}", "training: {kind: purpose}\n  research: {kind: purpose}", in: "flow.yaml")
      for answer in ["agreed", "declined"] {
        files.replace(
          "decide: {training: \(answer)}", "decide: {training: \(answer), research: \(answer)}", in: "choice.yaml")
      }
    }
  }

  @Test func placesAndTimes() throws {
    try check("R14", rows: 24) { files in
      files.replace(
        "  - {text: choice.withdrawal, name: withdrawal, discloses: [withdrawal]}\n  - {text: choice.limits, name: limits, discloses: [withdrawal_limits]}\n",
        """
          - scroll:
              - {text: choice.withdrawal, name: withdrawal, discloses: [withdrawal]}
              - {gap: 6}
              - {text: choice.limits, name: limits, discloses: [withdrawal_limits]}
            name: further

        """, in: "choice.yaml")
    }
    try check("R22") { $0.addSettings(offAsksAgain: true) }
    try check("R23") { files in
      files.replace(
        "initial_focus: none\n", "initial_focus: none\non_escape: [{defer: training}, {pass: 1}, {go: choice}]\n",
        in: "choice.yaml")
    }
  }
}
