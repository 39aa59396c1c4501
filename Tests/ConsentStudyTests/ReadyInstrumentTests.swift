import ConsentEngine
import ConsentModel
import ConsentScreens
import ConsentStudy
import Testing

private let ready = InstrumentHost.screens.list("instruments").folders

@Suite("the ready instruments") struct ReadyInstrumentTests {
  @Test func thereAreThoseThatTheTimelineNames() {
    let known: Set = [
      "about", "belief", "comprehension", "control", "informed", "nasa-tlx", "realism", "recall", "suspicion", "sus",
      "umux-lite",
    ]
    #expect(known.isSubset(of: ready))
  }

  /// What has to hold of an exploration from any start: no trap, no question that cannot be stopped at, an end.
  private func check(_ host: InstrumentHost, _ inputs: SessionInputs) {
    let found = FlowEngine(host.flow).explore(inputs)
    let name = "\(host.instrument.name) \(inputs.size) \(inputs.presentation) \(inputs.seed)"
    #expect(found.isComplete && found.traps == 0 && found.unstoppable == 0, "\(name)")
    for (index, outcome) in host.flow.outcomes.enumerated() where ["completed", "stopped"].contains(outcome) {
      #expect(found.outcomes[index] != nil, "\(name): \(outcome)")
    }
    for (index, screen) in host.flow.screens.enumerated() {
      let isAsked = host.instrument.items.contains { host.instrument.screen(of: $0) == screen.name }
      if isAsked { #expect(found.screens[index] != nil, "\(name): \(screen.name)") }
    }
  }

  @Test(arguments: ready) func everyQuestionIsReachedAndLeadsOn(_ name: String) throws {
    let host = try InstrumentHost(ready: name)
    for seed in 1...(host.instrument.order == .balanced ? 12 : 2) {
      check(host, host.inputs(seed: UInt64(seed)))
    }
    check(host, host.inputs(size: Size(columns: 60, rows: 20)))
    check(host, host.inputs(presentation: .linear))
  }

  @Test(arguments: ready) func everyAnswerCanBeGiven(_ name: String) throws {
    let host = try InstrumentHost(ready: name)
    for item in host.instrument.items {
      let name = host.instrument.answerVariable(of: item)
      let variable = try #require(host.variable(name))
      let properties = item.values.dropFirst().enumerated().map { position, value in
        Exploration.Property("never \(value)", reading: [variable]) { $0.view.values[Int(variable)] != position + 1 }
      }
      for presentation in Presentation.allCases {
        let found = FlowEngine(host.flow).explore(
          host.inputs(presentation: presentation), properties: properties)
        for (property, violation) in zip(properties, found.violations) {
          #expect(violation != nil, "\(name) is \(property.name)")
        }
      }
    }
  }

  @Test(arguments: ready) func nothingIsAnsweredByWhatIsHeldDown(_ name: String) throws {
    let host = try InstrumentHost(ready: name)
    var person = Respondent(host)
    let first = person.screen
    person.press("enter enter enter space esc enter 9 esc")
    #expect(person.screen == first, "\(first) is answered by Enter alone")
    // What an answer is made of is held down, and gives none by itself.
    let key = host.instrument.items[0].answeringKey
    person.goToAnswer()
    person.press("\(key) \(key) \(key) \(key)")
    #expect(person.screen == first)
    person.press("enter enter enter")
    #expect(person.shown.count == 2 || person.outcome == "completed", "a second Enter answers nothing")
  }

  @Test(arguments: ready) func nothingLeadsBack(_ name: String) throws {
    let host = try InstrumentHost(ready: name)
    for seed in 1...4 {
      var person = Respondent(host, seed: UInt64(seed))
      let count = host.instrument.items.count
      for _ in 0..<count { person.press("esc f10 g \(person.item?.answeringKey ?? "1") esc enter enter") }
      #expect(person.outcome == "completed")
      let asked = person.shown.filter { $0 != "stop" }
      // Going on after the question whether to stop shows an item again; it is never asked again.
      #expect(Set(asked).count == count)
      let firsts = asked.reduce(into: [String]()) { if $0.last != $1 { $0.append($1) } }
      #expect(firsts.count == count, "\(firsts)")
    }
  }

  @Test func everyOrderAndEveryWordingIsDrawn() throws {
    let host = try InstrumentHost(ready: "comprehension")
    let instrument = host.instrument
    var orders: Set<String> = []
    var wordings: [String: Int] = [:]
    let seeds = 400
    for seed in 1...seeds {
      let person = Respondent(host, seed: UInt64(seed))
      let order = try #require(person.answers.word(instrument.orderVariable))
      orders.insert(order)
      let first = try #require(instrument.orders.first { $0.name == order }?.items[0])
      #expect(person.screen == instrument.screen(of: instrument.items[first]))
      for item in instrument.items {
        let version = try #require(person.answers.word(instrument.versionVariable(of: item)))
        wordings["\(item.name.value) \(version)", default: 0] += 1
      }
    }
    #expect(orders == Set(instrument.orders.map(\.name)))
    #expect(wordings.count == instrument.items.count * 2)
    // 400 tosses of a coin: four standard deviations are 40.
    for (name, count) in wordings { #expect((seeds / 2 - 40...seeds / 2 + 40).contains(count), "\(name): \(count)") }
  }

  @Test func rightAnswersFollowTheWording() throws {
    let host = try InstrumentHost(ready: "comprehension")
    var seen: Set<String> = []
    for seed in 1...20 {
      var person = Respondent(host, seed: UInt64(seed))
      for _ in host.instrument.items { person.press("1 enter") }
      for item in host.instrument.items {
        let version = person.answers.word(host.instrument.versionVariable(of: item)) ?? ""
        let isTrue = item.versions.first { $0.name == version }?.correct?.value == "true"
        let expected: Correctness = isTrue ? .right : .wrong
        #expect(host.instrument.correctness(of: item, in: person.answers) == expected)
        seen.insert(expected.rawValue)
      }
    }
    #expect(seen == ["right", "wrong"])
    var person = Respondent(host)
    let items = host.instrument.items
    #expect(host.instrument.correctness(of: items[0], in: person.answers) == .missing)
    for _ in items { person.press("3 enter") }
    #expect(items.allSatisfy { host.instrument.correctness(of: $0, in: person.answers) == .dontKnow })
  }

  @Test func theInstructedItemComesLastInItsBlock() throws {
    let host = try InstrumentHost(ready: "belief")
    #expect(host.instrument.order == .fixed && host.instrument.items.last?.name.value == "instructed")
    #expect(host.instrument.items.first.map { host.instrument.screen(of: $0) } == ConsentGap.questionScreen)
    var person = Respondent(host)
    person.press("1 enter 1 enter 1 enter 1 enter 4 enter")
    let last = try #require(host.instrument.items.last)
    #expect(host.instrument.correctness(of: last, in: person.answers) == .right && person.outcome == "completed")
  }

  @Test func publishedScalesAreScored() throws {
    var person = Respondent(try InstrumentHost(ready: "sus"))
    // Every item is answered by the best point: odd ones 5, even ones 1.
    for _ in 0..<5 { person.press("5 enter 1 enter") }
    #expect(person.host.instrument.scores(in: person.answers).map(\.score) == [Score(100)])
    #expect(person.host.instrument.scores(in: person.answers).map(\.name) == ["score_sus"])
    person = Respondent(try InstrumentHost(ready: "umux-lite"))
    person.press("7 enter")
    #expect(person.host.instrument.scores(in: person.answers).map(\.score) == [nil, nil])
    person.press("7 enter")
    let scores = person.host.instrument.scores(in: person.answers)
    #expect(scores.map(\.name) == ["score_umux-lite_raw", "score_umux-lite_sus"])
    #expect(scores.map(\.score) == [Score(100), Score(879, over: 10)])
    #expect(scores.allSatisfy { $0.score == $0.largest })
  }
}
