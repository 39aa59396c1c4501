import ConsentModel

/// What decides a screen's layout besides its size: elements with conditions, and variables written into texts.
struct LayoutSignature {
  /// The conditions of all elements that have some, one after the other.
  var conditions: [Condition] = []
  /// For each such element the end of its conditions.
  var ends: [Int] = []
  var variables: [Int32] = []

  /// What decides the layout of a screen.
  init(of screen: Int, in flow: FlowDefinition) {
    var screens = [screen]
    if flow.screens[screen].backdrop >= 0 { screens.append(Int(flow.screens[screen].backdrop)) }
    for index in screens {
      var pending = flow.screens[index].children
      while let element = pending.popLast() {
        collect(flow.elements[Int(element)], in: flow, pending: &pending)
      }
    }
    variables = Array(Set(variables)).sorted()
  }

  private mutating func collect(_ element: Element, in flow: FlowDefinition, pending: inout [Int32]) {
    if !element.when.isEmpty {
      conditions += element.when
      ends.append(conditions.count)
    }
    var texts: [Int32] = []
    switch element.kind {
    case .text(let text), .button(let text), .link(let text), .option(let text): texts = [text]
    case .toggle(_, let words, _): texts = words
    case .list(_, let children), .row(let children), .scroll(let children, _): pending += children
    case .field(_, let label), .number(_, let label), .slider(_, _, let label): if label >= 0 { texts = [label] }
    case .gap, .rule: break
    }
    for text in texts {
      for piece in flow.texts[Int(text)].pieces {
        switch piece {
        case .literal: break
        case .value(let variable, _): variables.append(variable)
        case .link(let link): pending.append(link)
        }
      }
    }
  }
}
