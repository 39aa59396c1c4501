import ConsentEngine
import ConsentModel
import ConsentRender
import ConsentScreens
import Glibc
import Testing

/// A screen of a built-in flow as it can be met.
private struct Shown {
  var engine: FlowEngine
  var view: ViewState
}

/// What can be wrong with a frame at one size.
private enum SizeChecker {
  /// The first thing that is wrong, or nil.
  static func problem(_ shown: Shown, _ size: Size) -> String? {
    var view = shown.view
    view.size = size
    let painter = shown.engine.painter
    var frame = Frame()
    let layout = painter.layout(for: view)
    guard !layout.isTooSmall else { return problemOfNotice(view, painter, layout) }
    if !layout.cut.isEmpty { return "the text of \(shown.engine.flow.elements[Int(layout.cut[0])].name) is cut" }
    let maximum = layout.maximumScroll
    var lines: [Int32] = [0, maximum / 2, maximum]
    for focus in shown.engine.flow.screens[Int(view.screen)].focusOrder where layout.contains(focus) {
      view.focus = focus
      view.scroll = layout.scroll(toShow: focus, from: 0)
      painter.paint(view, into: &frame)
      if let problem = problemOfFrame(frame, size) { return problem }
      guard frame.regions.contains(where: { $0.element == focus && $0.share > 0 }) else {
        return "\(shown.engine.flow.elements[Int(focus)].name) cannot be brought into sight"
      }
      // The cursor stands on the control that has the focus, for readers and magnifiers that follow it.
      guard frame.cursor.isVisible else { return "the focus has no cursor" }
      guard frame.regions.contains(where: { $0.element == focus && $0.contains(frame.cursor) }) else {
        return "the cursor is not on \(shown.engine.flow.elements[Int(focus)].name)"
      }
    }
    view.focus = -1
    if maximum > 0, maximum < 40 { lines = Array(0...maximum) }
    var seen: Set<Int32> = []
    for scroll in lines {
      view.scroll = scroll
      painter.paint(view, into: &frame)
      if let problem = problemOfFrame(frame, size) { return problem }
      seen.formUnion(frame.regions.map(\.element))
    }
    return nil
  }

  private static func problemOfFrame(_ frame: borrowing Frame, _ size: Size) -> String? {
    guard frame.size == size, frame.cells.count == Int(size.columns) * Int(size.rows) else { return "another size" }
    for region in frame.regions {
      guard region.column >= 0, region.row >= 0, region.columns > 0, region.rows > 0,
        region.column + region.columns <= size.columns, region.row + region.rows <= size.rows
      else { return "a region outside the frame" }
    }
    for row in 0..<Int(size.rows) {
      for column in 0..<Int(size.columns) where frame[column, row].columns == 2 {
        guard column + 1 < Int(size.columns), frame[column + 1, row].columns == 0 else { return "half a character" }
      }
    }
    return nil
  }

  /// Under the smallest size there is a notice that says what is needed and what there is.
  private static func problemOfNotice(_ view: ViewState, _ painter: Painter, _ layout: ScreenLayout) -> String? {
    var frame = Frame()
    painter.paint(view, into: &frame)
    guard view.size.columns < Painter.smallest.columns || view.size.rows < Painter.smallest.rows else {
      return "a notice at \(view.size.columns)x\(view.size.rows)"
    }
    guard frame.regions.isEmpty else { return "the notice has regions" }
    guard view.size.columns >= 20, view.size.rows >= 5, painter.flow.language == "en" else { return nil }
    let text = (0..<Int(view.size.rows)).map { row in
      frame.text(row: row, flow: painter.flow)
    }.joined(separator: " ")
    let have = "have \(view.size.columns)×\(view.size.rows)"
    return text.contains("needs 30×8") && text.contains(have) ? nil : "the notice says \(text)"
  }
}

extension Region {
  fileprivate func contains(_ cursor: Cursor) -> Bool {
    (column..<column + columns).contains(cursor.column) && (row..<row + rows).contains(cursor.row)
  }
}

/// Every screen of a flow at the values with which a session first meets it.
private func screensOf(_ name: String, language: String, levels: [String: String] = [:]) throws -> [Shown] {
  let (flow, diagnostics) = FlowLoader.load(flow: name, from: screens, set: levels, language: language)
  let engine = FlowEngine(try #require(flow, "\(diagnostics.map(\.rendered))"))
  var shown: [Shown] = []
  var outbox = Outbox()
  for entry in engine.flow.entries.indices {
    let inputs = SessionInputs(
      entry: UInt8(entry), date: engine.flow.dates.published, inputGuardMicroseconds: 0)
    for path in engine.explore(inputs, limit: 20_000).screens {
      guard let path else { continue }
      var given = inputs
      given.date = path.date
      var state = engine.start(given, into: &outbox)
      for (number, input) in path.inputs.enumerated() {
        let at = input == .wake ? state.wakeAt ?? state.now : SessionTime(milliseconds: Int64(number + 1) * 3_600_000)
        engine.step(&state, Event(at: max(at, state.now), input), into: &outbox)
      }
      shown.append(Shown(engine: engine, view: state.view))
    }
  }
  return shown
}

private func count(_ name: String, otherwise: Int) -> Int {
  guard let text = getenv(name), let number = Int(String(cString: text)) else { return otherwise }
  return number
}

@Suite("sizes")
struct SizeTests {
  /// All sizes from 20×5 to 300×100 when CLICKWRAP_SIZES is 1, otherwise one of so many, and always the edges.
  @Test(arguments: builtInFlows)
  func everyScreenFitsEverySize(_ name: String) throws {
    let every = count("CLICKWRAP_SIZES", otherwise: 2999)
    let shown = try screensOf(name, language: "en")
    var sizes: [Size] = []
    for columns in 20...300 {
      for rows in 5...100 {
        let isEdge = [20, 29, 30, 31, 300].contains(columns) && [5, 7, 8, 9, 100].contains(rows)
        if isEdge || (columns * 96 + rows) % every == 0 { sizes.append(Size(columns: columns, rows: rows)) }
      }
    }
    var frames = 0
    for size in sizes {
      for screen in shown {
        frames += 1
        guard let problem = SizeChecker.problem(screen, size) else { continue }
        let flow = screen.engine.flow
        Issue.record(
          "\(name), \(flow.screens[Int(screen.view.screen)].name) at \(size.columns)x\(size.rows): \(problem)")
        if frames > 20 { return }
      }
    }
    print("\(name): \(frames) screens at \(sizes.count) sizes")
  }

  @Test(arguments: [(Size.standard, 255), (Size(columns: 40, rows: 12), 0), (Size(columns: 60, rows: 20), 255)])
  func theFoldIsInTheExposure(_ size: Size, _ share: Int) throws {
    let engine = FlowEngine(try #require(FlowLoader.load(flow: "consumer-terms", from: screens).flow))
    let flow = engine.flow
    let inputs = SessionInputs(
      size: size, entry: UInt8(flow.entries.firstIndex { $0.name == "popup" } ?? 0), date: flow.dates.published,
      inputGuardMicroseconds: 0)
    var outbox = Outbox()
    var state = engine.start(inputs, into: &outbox)
    let toggle = try #require(flow.elements.firstIndex { $0.name == "training_switch" })
    let term = try #require(flow.terms.firstIndex { $0.name == "training" })
    #expect(engine.agreement(state).exposures[toggle].shareAtOpening == UInt8(share))
    // Scrolling to it later changes what was seen, and not what was in sight at first.
    engine.step(&state, Event(at: SessionTime(milliseconds: 900), .key(.end)), into: &outbox)
    engine.step(&state, Event(at: SessionTime(milliseconds: 1900), .key(.enter)), into: &outbox)
    let agreement = engine.agreement(state)
    #expect(agreement.terms[term].standing == .agreed)
    #expect(agreement.terms[term].controlShareAtPrompt == Int16(share))
    #expect(agreement.exposures[toggle].largestShare == 255)
  }

  @Test func theStopLineNeedsARowOfItsOwn() throws {
    let engine = FlowEngine(try #require(FlowLoader.load(flow: "consumer-terms", from: screens).flow))
    var view = ViewState(screen: 0, size: Painter.smallest, values: engine.flow.variables.map(\.initial))
    #expect(!engine.painter.layout(for: view).isTooSmall)
    view.showsStop = true
    let layout = engine.painter.layout(for: view)
    #expect(layout.isTooSmall)
    #expect(layout.needed == Size(columns: 30, rows: 9))
    view.size = layout.needed
    #expect(!engine.painter.layout(for: view).isTooSmall)
    var frame = Frame()
    engine.painter.paint(view, into: &frame)
    #expect(frame.text(row: 8, flow: engine.flow).contains("F10 stop"))
  }

  /// Nothing is cut and nothing out of reach; the baseline, or every level of every factor when CLICKWRAP_LEVELS is 1.
  @Test(arguments: ["en", "de", "ja"])
  func everyLanguageIsWhole(_ language: String) throws {
    let document = try #require(FlowLoader.document("consumer-terms", from: screens).document)
    var conditions: [[String: String]] = [[:]]
    for factor in document.factors where count("CLICKWRAP_LEVELS", otherwise: 0) == 1 {
      for level in factor.levels where level != factor.baseline { conditions.append([factor.name: level]) }
    }
    for levels in conditions {
      let shown = try screensOf("consumer-terms", language: language, levels: levels)
      for (screen, size) in shown.flatMap({ screen in
        [Size.standard, Size(columns: 60, rows: 20)].map { (screen, $0) }
      }) {
        guard let problem = SizeChecker.problem(screen, size) else { continue }
        let name = screen.engine.flow.screens[Int(screen.view.screen)].name
        Issue.record("\(language), \(levels), \(name) at \(size.columns)x\(size.rows): \(problem)")
      }
    }
  }
}
