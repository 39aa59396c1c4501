import ConsentEngine
import ConsentModel
import ConsentRender
import ConsentScreens
import Testing

/// An entry of a built-in flow with an account.
struct Place: CustomStringConvertible {
  var flow: String
  var entry: Int
  var account: Int
  var levels: [String: String] = [:]

  var description: String { "\(flow) entry \(entry) account \(account) \(levels)" }
}

/// The flows of the folder `screens`.
let builtInFlows = FlowLoader.flows(in: screens)

/// Every entry of every flow with the accounts that make a difference, and the levels that change what can be chosen.
private let places: [Place] = {
  var places: [Place] = []
  for name in builtInFlows {
    guard let document = FlowLoader.document(name, from: screens).document else { continue }
    let accounts = name == "consumer-terms" ? [0, 4] : Array(document.accounts.indices)
    for entry in document.entries.indices {
      for account in accounts where name != "consumer-terms" || account == 0 || entry == 1 {
        places.append(Place(flow: name, entry: entry, account: account))
      }
    }
  }
  for levels in [
    ["default": "unset"], ["architecture": "explicit-pair"], ["friction": "confirm-shaming"], ["esc": "defers"],
    ["esc": "accepts"], ["decline-button": "present"], ["initial-focus": "none"], ["not-now": "absent"],
  ] {
    places.append(Place(flow: "consumer-terms", entry: 1, account: 0, levels: levels))
  }
  return places
}()

@Suite("the linear presentation")
struct LinearTests {
  @Test(arguments: places)
  func reachesEveryStateOfTheScreens(_ place: Place) throws {
    let (flow, diagnostics) = FlowLoader.load(flow: place.flow, from: screens, set: place.levels)
    let engine = FlowEngine(try #require(flow, "\(diagnostics.map(\.rendered))"))
    var inputs = SessionInputs(
      account: UInt8(place.account), entry: UInt8(place.entry), date: engine.flow.dates.published,
      inputGuardMicroseconds: 0)
    let onScreen = engine.explore(inputs, keepsContents: true)
    inputs.presentation = .linear
    let inLines = engine.explore(inputs, keepsContents: true)
    #expect(onScreen.isComplete && inLines.isComplete)
    #expect(onScreen.contents.count > 1)
    // What only one of them shows, such as the counts of keys, tells states apart only there.
    let dropped = onScreen.dropped + inLines.dropped
    let screens = onScreen.contents(without: dropped, of: engine.flow)
    let lines = inLines.contents(without: dropped, of: engine.flow)
    #expect(screens.count > 1)
    #expect(screens.subtracting(lines).count == 0, "states that are not reached in lines")
    #expect(lines.subtracting(screens).count == 0, "states that are reached only in lines")
    #expect(onScreen.screens.map { $0 != nil } == inLines.screens.map { $0 != nil })
    #expect(onScreen.outcomes.map { $0 != nil } == inLines.outcomes.map { $0 != nil })
    #expect(Set(onScreen.decisions.map(\.standings)) == Set(inLines.decisions.map(\.standings)))
    #expect(inLines.traps == onScreen.traps)
  }

  @Test(arguments: builtInFlows, [Presentation.screen, .linear])
  func canBeStoppedWithTwoKeysFromEveryState(_ name: String, _ presentation: Presentation) throws {
    let engine = FlowEngine(try #require(FlowLoader.load(flow: name, from: screens).flow))
    for entry in engine.flow.entries.indices {
      let found = engine.explore(
        SessionInputs(
          presentation: presentation, entry: UInt8(entry), date: engine.flow.dates.published,
          inputGuardMicroseconds: 0, asksBeforeStopping: true))
      #expect(found.isComplete && found.states > 1)
      #expect(found.unstoppable == 0, "\(name), entry \(engine.flow.entries[entry].name)")
    }
  }
}
