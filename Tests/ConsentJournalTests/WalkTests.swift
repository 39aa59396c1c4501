import ConsentEngine
import ConsentModel
import Testing

@testable import ConsentJournal

@Suite struct WalkTests {
  private func run(_ text: String, golden: String? = nil) -> WalkResult {
    let (walk, problems) = Walk.parse(text, file: "t.walk")
    #expect(problems.isEmpty)
    return WalkRunner(FlowEngine(TestFlow.make())).run(walk, golden: golden)
  }

  private let head = "flow: test-flow\naccount: pro\ndate: 2025-08-29\nsize: 80x24\nseed: 3\n"

  @Test func aWalkWalks() {
    let result = run(
      head + """
        # Accept at once, after a look at the switch.
        settle
        expect-screen popup
        expect-focus accept
        expect "Updates to terms"
        expect-not "Line 3"
        expect-value training on
        expect-outcome none
        keys tab tab     # to the switch
        expect-focus switch
        key tab
        key enter
        expect-screen terms
        expect "Line 3 of the terms."
        wheel down
        key esc
        expect-screen popup
        resize 60x20
        paste 12
        expect-miss pasted
        click "Accept"
        expect-outcome accepted
        expect-term terms agreed
        expect-term training agreed preset-untouched
        expect-value prompts 1
        """)
    #expect(result.failures.map(\.description) == [])
    #expect(result.state?.isOver == true)
  }

  @Test func wakesComeWhenTheyAreDue() {
    let result = run(
      "flow: test-flow\nentry: list\nwait 4s\nexpect-screen list\nwait 1s\nexpect-screen popup\npace 50ms\nkey q\nexpect-miss\n"
    )
    #expect(result.failures.map(\.description) == [])
    #expect(
      result.recorded.map(\.event) == [
        Event(at: SessionTime(milliseconds: 5_000), .wake), Event(at: SessionTime(milliseconds: 5_050), .key(Key("q"))),
      ])
  }

  @Test func whatDoesNotComeTrueIsNamed() {
    let result = run(
      head
        + "settle\nexpect-screen terms\nexpect \"nothing of it\"\nexpect-focus none\nexpect-term training agreed\nexpect-miss\nclick back\n"
    )
    #expect(
      result.failures.map(\.description) == [
        "t.walk:7: expected the screen `terms`, found `popup`",
        "t.walk:8: \"nothing of it\" is not on the screen",
        "t.walk:9: expected the focus on none, found `accept`",
        "t.walk:10: expected `training` agreed; found undecided, left",
        "t.walk:11: the last event was no miss",
        "t.walk:12: no control `back` can be seen",
      ])
    #expect(result.failures.first?.frame?.contains("Updates to terms") == true)
    let over = run(head + "settle\nkey esc\nexpect-outcome later\nkey tab\n")
    #expect(over.failures.map(\.description) == ["t.walk:9: the session is over before this line"])
    let leave = run(head + "leave hangup\nexpect-outcome none\n")
    #expect(leave.failures.isEmpty && leave.state?.leave == .hangup)
  }

  @Test func namesAreCheckedAllAtOnce() {
    let result = run(
      "flow: test-flo\naccount: por\nexpect-screen popap\nexpect-term training agreed\nexpect-value trainig on\nclick acept\nexpect-outcome nope\n"
    )
    #expect(
      result.failures.map(\.description) == [
        "t.walk:1: no account `por`; did you mean `pro`?",
        "t.walk:1: the walk is of the flow `test-flo`, not of `test-flow`",
        "t.walk:3: the flow has no screen `popap`; did you mean `popup`?",
        "t.walk:5: the flow has no variable `trainig`; did you mean `training`?",
        "t.walk:6: the flow has no control `acept`; did you mean `accept`?",
        "t.walk:7: the flow has no outcome `nope`",
      ])
  }

  @Test func framesAreComparedWithTheGoldenFile() throws {
    let text = head + "frame\nkey tab\nframe\n"
    let result = run(text)
    let golden = try #require(result.golden)
    #expect(golden.hasPrefix("frame 1\n|"))
    #expect(run(text, golden: golden).failures.isEmpty)
    let changed = run(text, golden: golden.replacing("Not now", with: "Not yet")).failures
    #expect(changed.count == 1 && changed.first?.line == 6)
    #expect(run(text, golden: "").failures.count == 1)
    let folder = TemporaryFolder()
    let path = folder.file("a.walk")
    #expect(try WalkGolden.load(ofWalk: path) == nil)
    try WalkGolden.update(ofWalk: path, golden)
    try WalkGolden.update(ofWalk: path, golden)
    #expect(try WalkGolden.load(ofWalk: path) == golden)
  }

  @Test(arguments: [
    ("flow:", "t.walk:1: `flow:` takes one value"),
    ("flwo: x", "t.walk:1: no line `flwo:` in a walk; did you mean `flow`?"),
    ("flow: x\nflow: y", "t.walk:2: `flow:` stands here twice"),
    ("flow: x\nkey tab\nseed: 4", "t.walk:3: `seed:` stands before the first step"),
    ("flow: x\nset: a", "t.walk:2: `set:` takes factor=level"),
    ("flow: x\nset: a=b\nset: a=c", "t.walk:3: the factor `a` is set twice"),
    ("flow: x\ndate: 2025-02-30", "t.walk:2: `date:` takes a day as YYYY-MM-DD"),
    ("flow: x\nsize: 0x24", "t.walk:2: `size:` takes columns and rows as 80x24, 1 to 1000"),
    ("flow: x\nkye tab", "t.walk:2: no step `kye` in a walk; did you mean `key`?"),
    ("flow: x\nkey tba", "t.walk:2: no key `tba`; did you mean `tab`?"),
    ("flow: x\nwait 3", "t.walk:2: `wait` takes a time, for example 250ms or 2s"),
    ("flow: x\nwait 99999999999999999999s", "t.walk:2: `wait` takes a time, for example 250ms or 2s"),
    ("flow: x\nexpect \"open", "t.walk:2: the quotes are not closed"),
    ("flow: x\nexpect bare", "t.walk:2: `expect` takes a text in quotes"),
    ("flow: x\nexpect-term a agred", "t.walk:2: no standing `agred`; did you mean `agreed`?"),
    ("flow: x\nexpect-miss guaded", "t.walk:2: no miss `guaded`; did you mean `guarded`?"),
    ("flow: x\nwheel left", "t.walk:2: `wheel` takes up or down"),
    ("", "t.walk:1: a walk begins with `flow: NAME`"),
  ]) func badLinesAreNamed(_ text: String, _ message: String) {
    let (_, problems) = Walk.parse(text, file: "t.walk")
    #expect(problems.map(\.description) == [message])
  }

  @Test func timesAreRead() {
    let (walk, problems) = Walk.parse("flow: x\nwait 1.5s\nwait 250ms\nwait 7us\nguard: 0ms\n", file: "t.walk")
    #expect(walk.steps.map(\.command) == [.wait(1_500_000), .wait(250_000), .wait(7)])
    #expect(problems.map(\.line) == [5])
  }

  @Test func randomTextNeverTraps() {
    let words = [
      "flow:", "set:", "key", "keys", "wait", "click", "\"", "\\", "#", "x", "80x24", "-1x3", "expect", "tab", "ctrl+",
      "\n", " ", "9s",
      "expect-term", "agreed", "é", "size:", "paste", "99999999999999999999", "u+110000", "1.0000000000s",
    ]
    for seed in 0..<UInt64(2_000) {
      var random = PRNG(seed: seed)
      var text = ""
      for _ in 0..<random.below(30) {
        text += words[random.below(words.count)]
        if random.below(2) == 0 { text += " " }
      }
      _ = Walk.parse(text, file: "t.walk")
    }
  }
}
