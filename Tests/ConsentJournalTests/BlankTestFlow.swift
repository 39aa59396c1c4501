import ConsentModel

@testable import ConsentJournal

/// A page with a field, a number and a slider, and Continue, which asks for all three; then a second page with a field.
enum BlankTestFlow {
  static func make(rows: Int16 = 2, maximum: Int32 = 40) -> FlowDefinition {
    var flow = FlowDefinition(name: "blanks")
    flow.accounts = ["free"]
    flow.entries = [FlowDefinition.Entry(name: "page", screen: 0)]
    flow.styles = [Style(name: "ground", foreground: 0, background: 0xFFFFFF)]
    let texts = [
      "Too small", "What did you see?", "Continue", "Your words", "Age", "Effort", "characters", "Text, number",
      "Digits, number", "Off", "Number:", "Enter alone:", "Stop", "Anything else?", "Done",
    ]
    flow.texts = texts.map { TestFlow.text($0) }
    flow.variables = [
      Variable(name: "said", bounds: 0...maximum), Variable(name: "age", initial: -1, bounds: -1...120),
      Variable(name: "effort", initial: -1, bounds: -1...100), Variable(name: "more", bounds: 0...maximum),
    ]
    flow.outcomes = ["done"]
    func element(_ name: String, _ screen: Int32, _ kind: Element.Kind) -> Element {
      var element = Element(name: name, screen: screen, kind: kind)
      if case .field = kind {
        element.isPrivate = true
        element.rows = rows
      }
      return element
    }
    flow.elements = [
      element("question", 0, .text(1)), element("said", 0, .field(variable: 0, label: 3)),
      element("age", 0, .number(variable: 1, label: 4)), element("effort", 0, .slider(variable: 2, step: 5, label: 5)),
      element("next", 0, .button(label: 2)), element("last", 1, .text(13)),
      element("more", 1, .field(variable: 3, label: -1)), element("done", 1, .button(label: 14)),
    ]
    let isFilled = [
      Condition(variable: 0, .atLeast(1)), Condition(variable: 1, .atLeast(18)), Condition(variable: 2, .atLeast(0)),
    ]
    flow.elements[4].onActivate = [Branch(when: isFilled, steps: [.go(screen: 1)])]
    flow.elements[7].onActivate = [Branch(steps: [.end(outcome: 0)])]
    var page = Screen(name: "page")
    page.children = [0, 1, 2, 3, 4]
    page.focusOrder = [1, 2, 3, 4]
    page.initialFocus = 1
    page.maximumColumns = 40
    page.keys = [Screen.KeyBinding(key: Key("n"), element: 4)]
    var last = Screen(name: "last")
    last.children = [5, 6, 7]
    last.focusOrder = [6, 7]
    last.initialFocus = 6
    last.maximumColumns = 40
    flow.screens = [page, last]
    flow.linear = LinearTexts(switches: [9, 9, 9], ask: 10, askDefault: 11, stop: 12)
    flow.linear?.blanks = BlankTexts(characters: 6, askText: 7, askNumber: 8)
    return flow
  }
}

extension FlowFaultCase {
  /// What can be wrong with a field, a number or a slider.
  static let blanks: [FlowFaultCase] = [
    FlowFaultCase(name: "field that is not private") { $0.elements[1].isPrivate = false },
    FlowFaultCase(name: "no rows") { $0.elements[1].rows = 0 },
    FlowFaultCase(name: "too many characters") { $0.variables[0].bounds = 0...501 },
    FlowFaultCase(name: "no characters") { $0.variables[0].bounds = 0...0 },
    FlowFaultCase(name: "field with something in it") { $0.variables[0].initial = 1 },
    FlowFaultCase(name: "field from -1") { $0.variables[0].bounds = -1...40 },
    FlowFaultCase(name: "number from 0") { $0.variables[1].bounds = 0...120 },
    FlowFaultCase(name: "number with names") { $0.variables[1].values = ["a", "b"] },
    FlowFaultCase(name: "slider without steps") { $0.elements[3].kind = .slider(variable: 2, step: 0, label: 5) },
    FlowFaultCase(name: "derived") { $0.variables[2].source = .prompts },
    FlowFaultCase(name: "label") { $0.elements[2].kind = .number(variable: 1, label: 99) },
    FlowFaultCase(name: "words among lines") { $0.linear?.blanks?.askText = 99 },
    FlowFaultCase(name: "two fields, one variable") { $0.elements[6].kind = .field(variable: 0, label: -1) },
    FlowFaultCase(name: "field that a step fills") {
      $0.elements[7].onActivate = [Branch(steps: [.set(variable: 0, value: 3)])]
    },
    FlowFaultCase(name: "field that a step adds to") {
      $0.screens[0].onEscape = [Branch(steps: [.add(variable: 0, amount: 1)])]
    },
    FlowFaultCase(name: "field and number") { $0.elements[2].kind = .number(variable: 0, label: 4) },
    FlowFaultCase(name: "field of a term") { $0.terms = [Term(name: "t", kind: .purpose, control: 0)] },
  ]
}
