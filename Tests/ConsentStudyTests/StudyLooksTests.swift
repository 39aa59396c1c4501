import ConsentEngine
import ConsentModel
import ConsentRender
import ConsentScreens
import Testing

@Suite("how the screens of a study look") struct StudyLooksTests {
  /// The study's own screens, which no vendor in it would show.
  private static let own = [
    "consent", "declined", "practice", "practice-switch", "practice-list", "practice-scroll", "task-brief", "product",
    "reveal-study", "debriefing", "data-choice", "codes", "study-day", "feed",
  ]

  private func study() throws -> SampleStudy {
    try SampleStudy([("announcement: none ", "announcement: before "), ("days: [1]", "days: [1, 2]")])
  }

  private func index(_ screen: String, _ flow: FlowDefinition) throws -> Int32 {
    Int32(try #require(flow.screens.firstIndex { $0.name == screen }, "\(screen)"))
  }

  @Test func theyFitWithTheStopKeyAndScrollWhereTheyDoNot() throws {
    let study = try study()
    let document = try #require(study.flow.document)
    for language in document.languages {
      let flow = try study.compile(language: language)
      let painter = Painter(flow: flow)
      var values = flow.variables.map(\.initial)
      // Hints make a screen longer.
      for name in ["practice_hint"] { values[flow.variables.firstIndex { $0.name == name } ?? 0] = 1 }
      for name in StudyLooksTests.own + ["chat"] {
        for size in [Size.standard, Size(columns: 60, rows: 20)] {
          var view = ViewState(screen: try index(name, flow), size: size, values: values)
          view.showsStop = true
          let layout = painter.layout(for: view)
          #expect(!layout.isTooSmall && layout.cut.isEmpty, "\(name) in \(language) at \(size)")
          if size == .standard { #expect(!layout.scrollsWhole, "\(name) in \(language)") }
        }
      }
    }
  }

  @Test func nothingIsPresetAndAnswersAreEqual() throws {
    let flow = try study().compile()
    for (name, answers) in [("consent", ["take_part", "decline_part"]), ("data-choice", ["keep", "delete"])] {
      let screen = try index(name, flow)
      var view = ViewState(screen: screen, size: .standard, values: flow.variables.map(\.initial))
      view.showsStop = true
      var frame = Frame()
      Painter(flow: flow).paint(view, into: &frame)
      let buttons = frame.regions.filter { answers.contains(flow.elements[Int($0.element)].name) }
      #expect(buttons.count == 2 && Set(buttons.map { [$0.columns, $0.rows, $0.row] }).count == 1, "\(name)")
      let elements = buttons.map { flow.elements[Int($0.element)] }
      #expect(Set(elements.map(\.style)).count == 1 && elements.allSatisfy { $0.role == .answer }, "\(name)")
    }
    for name in StudyLooksTests.own where name != "practice-list" && name != "product" {
      let screen = flow.screens[Int(try index(name, flow))]
      #expect(screen.initialFocus == -1 && !screen.isPrompt, "\(name)")
    }
    // The cursor of the list in which the plan is recognised stands nowhere until a key sets it.
    #expect(flow.variables.first { $0.name == "product_row" }?.initial == -1)
  }

  @Test func noAuditedRoleStandsOnThem() throws {
    let flow = try study().compile()
    let audited: Set<Element.Role> = [.accept, .decline, .deferral, .choice, .smallPrint]
    for name in StudyLooksTests.own {
      let screen = try index(name, flow)
      for element in flow.elements where element.screen == screen && audited.contains(element.role) {
        guard case .option = element.kind else {
          Issue.record("\(name): \(element.name) is \(element.role)")
          continue
        }
      }
    }
  }

  @Test func practiceSpeaksOfNothingThatIsStudied() throws {
    let flow = try study().compile()
    let words = [
      "accept", "agree", "allow", "consent", "declin", "privacy", "refus", "terms", "fast", "quick", "speed",
    ]
    for name in StudyLooksTests.own where name.hasPrefix("practice") {
      var view = ViewState(
        screen: try index(name, flow), size: Size(columns: 100, rows: 100), values: flow.variables.map(\.initial))
      view.values[flow.variables.firstIndex { $0.name == "practice_hint" } ?? 0] = 1
      var frame = Frame()
      Painter(flow: flow).paint(view, into: &frame)
      let text = frame.text(flow: flow).lowercased()
      for word in words { #expect(!text.contains(word), "\(name) says \(word)") }
    }
  }

  @Test(arguments: ["first", "middle", "last"], ["short", "long"])
  func theNewsStandWhereTheFactorsSay(_ position: String, _ length: String) throws {
    let flow = try study().compile(["feed-position": position, "feed-length": length])
    let screen = try index("feed", flow)
    let news = flow.elements.first { element in
      guard case .scroll = element.kind else { return false }
      return element.screen == screen
    }
    guard case .scroll(let children, _)? = news?.kind else {
      Issue.record("there are no news")
      return
    }
    let heads = children.map { flow.elements[Int($0)].name }.filter { $0.hasSuffix("_head") }
    #expect(heads.count == (length == "long" ? 7 : 3))
    let change = try #require(heads.firstIndex(of: "change_head"))
    let places = ["first": 0, "middle": heads.count / 2, "last": heads.count - 1]
    #expect(change == places[position])
    // What belongs together stays together, and looks like the rest.
    let names = children.map { flow.elements[Int($0)].name }
    let start = try #require(names.firstIndex(of: "change_head"))
    #expect(names[start..<start + 3] == ["change_head", "change_text", "change_gap"])
    #expect(Set(heads.map { name in flow.elements.first { $0.screen == screen && $0.name == name }?.style }).count == 1)
  }

  @Test func theConsentNamesTheDayOfTheStudy() throws {
    let flow = try study().compile()
    let view = ViewState(screen: try index("consent", flow), size: .standard, values: flow.variables.map(\.initial))
    var frame = Frame()
    Painter(flow: flow).paint(view, into: &frame)
    #expect(frame.text(flow: flow).contains("2030-01-01"))
  }

  @Test func textsThatNobodyHasReviewedKeepLiveSessionsBack() throws {
    let study = try study()
    let document = try #require(study.flow.document)
    let said = study.plan.obstaclesToLive(file: "study.yaml", document: document).map(\.message)
    #expect(said.contains("the texts in `en` were reviewed by nobody"))
  }

  @Test func theConsentSaysWhatItHasTo() throws {
    let ends = [
      "none": "only how long it is", "answers": "those in the chat are not",
      "all": "in the chat and in questionnaires",
    ]
    for wording in ["neutral", "privacy"] {
      let flow = try study().compile(["consent-wording": wording])
      for (texts, words) in ends {
        for times in ["seconds", "exact"] {
          let told = "\(wording), \(texts), \(times)"
          let initial = flow.variables.map(\.initial)
          var view = ViewState(screen: try index("consent", flow), size: .standard, values: initial)
          for (name, word) in [("kept_texts", texts), ("typing_times", times)] {
            let variable = try #require(flow.variables.firstIndex { $0.name == name })
            view.values[variable] = Int32(try #require(flow.variables[variable].values.firstIndex(of: word)))
          }
          view.showsStop = true
          let painter = Painter(flow: flow)
          #expect(painter.layout(for: view).maximumScroll == 0, "all of it is in sight at 80x24, \(told)")
          var frame = Frame()
          painter.paint(view, into: &frame)
          let shown = frame.text(flow: flow).split(whereSeparator: \.isWhitespace).joined(separator: " ")
          #expect(shown.contains(words), "\(told)")
          #expect(shown.contains("the moment of each key") == (times == "exact"), "\(told)")
        }
      }
    }
  }
}
