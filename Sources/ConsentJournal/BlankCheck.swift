import ConsentModel

// What has to be true of fields, numbers and sliders so that machine and painter need to check nothing.
extension FlowCheck {
  func check(blank element: Element) throws(FlowFault) {
    let (variable, label, lowest): (Int32, Int32, Int32)
    switch element.kind {
    case .field(let index, let name):
      (variable, label, lowest) = (index, name, 0)
      try needs(element.isPrivate, "a field is not private")
      try range(element.rows, 1...FieldRoom.maximumRows, "a field's rows")
    case .number(let index, let name): (variable, label, lowest) = (index, name, -1)
    case .slider(let index, let step, let name):
      (variable, label, lowest) = (index, name, -1)
      try range(step, 1...FlowCheck.numbers.upperBound, "a slider's step of")
    case .text, .gap, .rule, .button, .toggle, .link, .list, .option, .row, .scroll: return
    }
    try ownVariable(variable)
    if label != -1 { try text(label) }
    let bounds = flow.variables[Int(variable)].bounds
    try needs(bounds.lowerBound == lowest, "a blank begins at \(bounds.lowerBound), not at \(lowest)")
    try needs(flow.variables[Int(variable)].values.isEmpty, "a blank is no number")
    try needs(bounds.contains(flow.variables[Int(variable)].initial), "a blank begins outside its bounds")
    guard case .field = element.kind else { return }
    try range(bounds.upperBound, 1...FieldRoom.maximumCharacters, "the characters of a field,")
    try needs(flow.variables[Int(variable)].initial == 0, "a field is not empty at first")
  }

  /// The variable of a field counts the characters of that field and of nothing else; steps can only empty it.
  func checkFields() throws(FlowFault) {
    var fields: Set<Int32> = []
    for element in flow.elements {
      guard case .field(let variable, _) = element.kind else { continue }
      try needs(fields.insert(variable).inserted, "two fields have one variable")
    }
    guard !fields.isEmpty else { return }
    for element in flow.elements {
      switch element.kind {
      case .number(let variable, _), .slider(let variable, _, _), .toggle(let variable, _, _), .list(let variable, _):
        try needs(!fields.contains(variable), "a field shares variable \(variable) with another control")
      case .text, .gap, .rule, .button, .link, .option, .row, .scroll, .field: break
      }
    }
    for term in flow.terms { try needs(!fields.contains(term.control), "a field is the control of a term") }
    var branches = flow.elements.flatMap(\.onActivate)
    for screen in flow.screens { branches += screen.onOpen + screen.onEscape + (screen.timer?.branches ?? []) }
    for step in branches.lazy.flatMap(\.steps) {
      switch step {
      case .set(let variable, let value):
        try needs(value == 0 || !fields.contains(variable), "a step fills a field")
      case .add(let variable, _): try needs(!fields.contains(variable), "a step fills a field")
      case .decide, .decideFromControl, .defer_, .reaffirm, .changeFromControl, .showStanding, .go, .open, .back, .pass,
        .end:
        break
      }
    }
  }
}
