import ConsentModel
import ConsentStudy
import Testing

@Suite("ways to the first answer") struct DecisionWayTests {
  private static let prompt: [LogRecord] = [.shown(screen: 1, isFallback: false), .prompted(number: 1)]
  private static let decision: [LogRecord] = [
    .decided(term: 0, standing: .agreed, provenance: .presetUntouched), .shown(screen: 0, isFallback: false),
  ]

  /// What a session does, an input and its records each.
  private func way(_ events: [(Input?, [LogRecord])]) -> DecisionWay {
    var way = DecisionWay()
    for (input, records) in events { way.note(input, records) }
    return way
  }

  @Test func everyKindOfWayIsTold() {
    let enter = Input.key(.enter)
    let tab = Input.key(.tab)
    let click = Input.mouse(Mouse(.press, column: 1, row: 1))
    let release = Input.mouse(Mouse(.release, column: 1, row: 1))
    let start: [(Input?, [LogRecord])] = [(nil, []), (enter, [.missed(.noMeaning)]), (.wake, Self.prompt)]
    let cases: [(String, [(Input?, [LogRecord])], Int?, WayKind)] = [
      ("the fewest keys", [(enter, Self.decision)], 1, .direct),
      ("more keys", [(tab, [.focused(element: 2)]), (enter, Self.decision)], 1, .longer),
      ("fewest unknown", [(enter, Self.decision)], nil, .longer),
      ("a click", [(click, Self.decision), (release, [])], 1, .longer),
      ("a miss first", [(tab, [.missed(.noMeaning)]), (enter, Self.decision)], 1, .offTarget),
      (
        "by a link",
        [(enter, [.shown(screen: 2, isFallback: false)]), (tab, [.missed(.noMeaning)]), (enter, Self.decision)], 1,
        .detour
      ),
      ("put off", [(enter, [.deferred(term: 0)])], 1, .direct),
      ("gone", [(tab, [.focused(element: 2)]), (.leave(.hangup), [.left(.hangup)])], 1, .givenUp),
      ("waiting is no key", [(.wake, []), (enter, Self.decision)], 1, .direct),
      ("what comes after does not count", [(enter, Self.decision), (tab, [.missed(.noMeaning)])], 1, .direct),
    ]
    for (name, events, fewest, kind) in cases {
      #expect(way(start + events).kind(fewest: fewest) == kind, "\(name)")
    }
    #expect(!way([(nil, []), (enter, [])]).isMet && way(start).isMet)
    #expect(way(start + [(enter, [.deferred(term: 0)])]).isDeferral)
  }

  @Test func everyPromptHasItsFirstAnswer() {
    func decided(_ term: Int32, _ standing: Standing) -> LogRecord {
      .decided(term: term, standing: standing, provenance: .changed)
    }
    let cases: [([[LogRecord]], [FirstAnswer?])] = [
      ([], []), ([[decided(1, .agreed)]], []), ([[.prompted(number: 1)]], [nil]),
      (
        [
          [.prompted(number: 1)], [.deferred(term: 1)], [.prompted(number: 2)], [.missed(.noMeaning)],
          [decided(0, .agreed), decided(1, .declined)],
        ], [.deferred, .refused]
      ),
      ([[.prompted(number: 1)], [decided(0, .agreed)]], [nil]),
      ([[.prompted(number: 1)], [decided(1, .agreed)], [decided(1, .declined)]], [.allowed]),
      ([[.prompted(number: 1)], [.prompted(number: 2), decided(1, .agreed)]], [nil, .allowed]),
    ]
    for (events, expected) in cases {
      var answers = PromptAnswers(term: 1)
      for records in events { answers.note(records) }
      #expect(answers.answers == expected, "\(events)")
    }
  }

  @Test func aFocusUnderAQuarterOfASecondOnlyPassesThrough() {
    let cases: [(focused: Int64, longest: Int64, passed: Bool)] = [
      (0, 0, false), (100_000, 100_000, true), (400_000, 200_000, true), (400_000, 249_999, true),
      (250_000, 250_000, false),
    ]
    for (focused, longest, passed) in cases {
      var exposure = Exposure()
      exposure.focusedMicroseconds = focused
      exposure.longestFocusMicroseconds = longest
      let seen = SeenElement(screen: "s", element: "e", role: "text", words: nil, exposure: exposure)
      #expect(seen.wasOnlyPassedThrough == passed, "\(focused) \(longest)")
    }
  }
}
