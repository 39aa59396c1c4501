import ConsentEngine
import ConsentModel
import Testing

@Suite struct FlawTests {
  /// Breaks the sample in one place and expects it to be noticed.
  private func check(
    sourceLocation: SourceLocation = #_sourceLocation, _ breaking: (inout FlowDefinition) -> Void
  ) {
    var flow = Sample().flow
    breaking(&flow)
    #expect(flow.flaw != nil, sourceLocation: sourceLocation)
  }

  @Test func soundFlowsHaveNone() { #expect(Sample().flow.flaw == nil) }

  @Test func everyIndexIsChecked() {
    check { $0.entries = [] }
    check { $0.entries[0].screen = 99 }
    check { $0.styles = [] }
    check { $0.elements[0].screen = -1 }
    check { $0.elements[0].style = 4 }
    check { $0.elements[0].kind = .text(999) }
    check { $0.elements[0].kind = .list(variable: 0, options: [1]) }
    check { $0.elements[0].kind = .toggle(variable: 88, words: [], hitsRow: true) }
    check { $0.elements[0].kind = .row([0]) }
    check { $0.elements[0].when = [Condition(variable: 77, .below(1))] }
    check { $0.elements[0].onActivate = [Branch(steps: [.go(screen: -1)])] }
    check { $0.screens[0].onOpen = [Branch(steps: [.end(outcome: 2)])] }
    check { $0.screens[0].onEscape = [Branch(steps: [.decideFromControl(term: 2)])] }
    check { $0.screens[0].children.append($0.screens[1].children[0]) }
    check { $0.screens[0].focusOrder = [0] }
    check { $0.screens[0].initialFocus = 9999 }
    check { $0.screens[0].backdrop = 5 }
    check { $0.screens[0].timer?.idleMicroseconds = 0 }
    check { $0.variables[0].source = .standing(term: 9) }
    check { $0.variables[0].source = .drawn(bound: 0) }
    check { $0.variables[0].source = .policy(facts: [], effect: 0, isActual: true) }
    check { $0.terms[1].control = 99 }
    check { $0.terms[1].elements = [-2] }
    check { $0.signs.tooSmallText = -1 }
    check { $0.texts[0].pieces = [.link(element: 9999)] }
    check { $0.texts[0].pieces = [.literal([Glyph(cluster: 0, columns: 1)])] }
    check { $0.texts[0].pieces = [.value(variable: 0, format: .choice([9999]))] }
  }
}
