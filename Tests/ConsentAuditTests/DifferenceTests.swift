import ConsentEngine
import ConsentModel
import ConsentScreens
import ConsentSource
import Testing

@testable import ConsentAudit

@Suite("what differs between two conditions") struct DifferenceTests {
  private let source = FlowSource.folder(GoldenText.root + "/screens")

  /// Compares the baseline with a level, or with what a change makes of it, and lists what differs on the pop-up.
  private func check(
    _ levels: [String: String], _ expected: [String], sourceLocation: SourceLocation = #_sourceLocation,
    _ change: (inout FlowDefinition) -> Void = { _ in }
  ) throws {
    let document = try #require(FlowLoader.document("consumer-terms", from: source).document)
    let first = try #require(document.compile(countsKeys: false).flow)
    var other = try #require(document.compile(set: levels, countsKeys: false).flow)
    change(&other)
    let entry = try #require(first.entries.firstIndex { $0.name == "popup" })
    let inputs = SessionInputs(entry: UInt8(entry), date: first.dates.published, inputGuardMicroseconds: 0)
    // The start alone: the way of no keys.
    let way = Exploration.Path(inputs: [], keys: 0, date: inputs.date)
    let found = ConditionDifference(
      FlowEngine(first), FlowEngine(other), ways: [way], inputs, declared: document.declared(from: [:], to: levels))
    let said = found.items.map { "\($0.element) \($0.cells): \($0.reason)" }
    #expect(said == expected, sourceLocation: sourceLocation)
    #expect(found.isDeclared == !expected.contains { $0.hasSuffix("undeclared") }, sourceLocation: sourceLocation)
  }

  @Test func isDeclaredByALevelOrFollowsFromOne() throws {
    try check([:], [])
    try check(["default": "off"], ["training_switch 2: follows([\"training\"])"])
    try check(["weight": "equal"], ["accept 184: declared"])
  }

  @Test func isFoundWhereNothingSaysWhy() throws {
    func element(_ name: String, _ flow: FlowDefinition) -> Int {
      flow.elements.firstIndex { $0.name == name && flow.screens[Int($0.screen)].name == "popup" } ?? 0
    }
    try check([:], ["title 98: undeclared"]) { flow in
      guard case .text(let text) = flow.elements[element("title", flow)].kind,
        case .literal(var glyphs) = flow.texts[Int(text)].pieces[0]
      else { return }
      glyphs[0] = Glyph(scalar: 0x58, columns: 1)
      flow.texts[Int(text)].pieces[0] = .literal(glyphs)
    }
    try check([:], ["not_now 11: undeclared"]) { flow in
      let later = element("not_now", flow)
      flow.styles.append(flow.styles[Int(flow.elements[later].style)])
      flow.styles[flow.styles.count - 1].background = 0
      flow.elements[later].style = Int32(flow.styles.count - 1)
    }
  }
}
