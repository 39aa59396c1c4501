import ConsentModel
import ConsentRender
import Testing

@testable import ConsentAgents

@Suite("scripted participants") struct ScriptedParticipantTests {
  /// A button or a row of a list.
  private func thing(
    _ id: Int32, _ kind: Region.Kind, _ words: String, _ state: Region.State = [], role: Element.Role = .other
  ) -> Sight.Thing {
    Sight.Thing(
      id: id, kind: kind, role: role, state: state, row: Int(id), column: 0, share: 255, words: Sight.plain(words))
  }

  @Test func marksAndNumbersOfRowsAreNoWords() {
    let cases = [
      ("> 1. Monday", "Monday"), ("  2. Tuesday ", "Tuesday"), ("[ Accept ]", "Accept"), ("Not now", "Not now"),
      ("3. 28 August", "28 August"), ("", ""), (">", ""),
    ]
    for (cells, words) in cases { #expect(Sight.plain(cells) == words) }
  }

  @Test func theSameSeedDoesTheSame() {
    let sight = Sight(things: [
      thing(0, .text, "Press the button that says Green."), thing(1, .button, "Blue", .control),
      thing(2, .button, "Green", [.control, .focused]),
    ])
    for seed in 0..<50 as Range<UInt64> {
      var (first, second) = (ScriptedParticipant(seed: seed), ScriptedParticipant(seed: seed))
      #expect(first.move(on: sight) == second.move(on: sight))
      #expect(first.manner == second.manner && first.stopsAtScreen == second.stopsAtScreen)
    }
  }

  @Test func itDoesWhatWordsOnTheScreenName() {
    let green = Sight(things: [
      thing(0, .text, "Press the button that says Green."), thing(1, .button, "Blue", [.control, .focused]),
      thing(2, .button, "Green", .control),
    ])
    let thursday = Sight(things: [
      thing(10, .text, "Choose Thursday."), thing(11, .list, "", [.control, .focused]),
      thing(12, .option, "> 1. Monday", .current), thing(13, .option, "  2. Thursday"),
    ])
    for seed in 0..<50 as Range<UInt64> {
      var one = ScriptedParticipant(seed: seed)
      #expect(one.move(on: green).input == .key(.tab), "seed \(seed)")
      #expect(one.move(on: thursday).input == .key(.down), "seed \(seed)")
    }
  }

  @Test func whoStopsPressesTheStopKeyOnceAndConfirms() throws {
    let seed = try #require((0..<500 as Range<UInt64>).first { ScriptedParticipant(seed: $0).stopsAtScreen == 2 })
    var one = ScriptedParticipant(seed: seed)
    let page = { (id: Int32) in Sight(things: [self.thing(id, .button, "Continue", [.control, .focused])]) }
    #expect(one.move(on: page(1)).input == .key(.enter))
    #expect(one.move(on: page(2)).input == .key(.function(10)))
    let asked = Sight(things: [
      thing(0, .text, "Do you want to stop?"), thing(3, .button, "Stop", [.control, .focused]),
      thing(4, .button, "Go on", .control),
    ])
    #expect(one.move(on: asked).input == .key(.enter))
    #expect(one.move(on: page(5)).input == .key(.enter), "afterwards it goes on to the end")
  }

  @Test func allMannersComeUpAboutAsOftenAsTheyShould() {
    var counts: [ScriptedParticipant.Manner: Int] = [:]
    for seed in 0..<2000 as Range<UInt64> { counts[ScriptedParticipant(seed: seed).manner, default: 0] += 1 }
    // The seeds are fixed, so this fails only where the chances change.
    for (manner, share) in [(ScriptedParticipant.Manner.hasty, 0.55), (.careful, 0.32), (.postponing, 0.13)] {
      let found = Double(counts[manner] ?? 0) / 2000
      #expect(abs(found - share) < 0.03, "\(manner): \(found)")
    }
  }

  @Test func nobodyIsInAHurryBeforeTheFrameWasThere() {
    let sight = Sight(things: [thing(1, .button, "Accept", [.control, .focused], role: .accept)])
    for seed in 0..<200 as Range<UInt64> {
      var one = ScriptedParticipant(seed: seed)
      #expect(one.move(on: sight).afterMicroseconds >= 510_000, "seed \(seed)")
    }
  }
}
