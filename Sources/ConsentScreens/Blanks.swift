import ConsentModel
import ConsentSource

// Fields, numbers and sliders: what their variables have to be, and what else may be done with them.

extension Compiler {
  /// What a blank is, or a gap when its variable does not fit.
  func blank(_ source: ElementSpec, screen: Int) -> Element.Kind {
    guard let index = variable(source.main) else { return .gap }
    let variable = flow.variables[Int(index)]
    guard variable.values.isEmpty, variable.source == .steps else {
      report.error(
        at: source.main.mark, "`\(source.main.name)` is no number that can be set",
        hint:
          "a \(source.kind.rawValue) needs `{number: \(source.kind == .field ? "0" : "-1, minimum: -1"), maximum: …}`")
      return .gap
    }
    let label = source.label.map { text($0, screen: nil) } ?? -1
    func needs(_ isSo: Bool, _ message: String, _ hint: String) {
      if !isSo { report.error(at: source.main.mark, "`\(source.main.name)` \(message)", hint: hint) }
    }
    let bounds = variable.bounds
    guard source.kind == .field else {
      needs(
        bounds.lowerBound == -1 && variable.initial == -1, "has to begin at -1, which is none",
        "`{number: -1, minimum: -1, maximum: …}`")
      needs(bounds.upperBound > 0, "has to have a `maximum` of 1 or more", "what can be entered is 0 to `maximum`")
      guard source.kind == .slider else { return .number(variable: index, label: label) }
      needs(
        Int(bounds.upperBound) % source.step == 0, "has a `maximum` that is no whole number of steps",
        "a step divides \(bounds.upperBound)")
      return .slider(variable: index, step: Int32(source.step), label: label)
    }
    needs(
      bounds.lowerBound == 0 && variable.initial == 0, "counts the characters of a field and begins at 0",
      "`{number: 0, maximum: 500}`")
    needs(
      (1...FieldRoom.maximumCharacters).contains(bounds.upperBound),
      "counts at most \(FieldRoom.maximumCharacters) characters", "`{number: 0, maximum: 500}`")
    return .field(variable: index, label: label)
  }

  /// What is said of blanks among lines; a flow without any has no words for them.
  func compileBlankTexts() {
    guard let linear = spec.linear, flow.elements.contains(where: \.kind.isBlank) else { return }
    guard linear.blanks.count == 3 else {
      report.error(
        at: linear.ask.mark, "nothing says what fields, numbers and sliders are among lines",
        hint: "`linear` needs `characters`, `ask_text` and `ask_number`")
      return
    }
    let texts = linear.blanks.map { text($0, screen: nil) }
    flow.linear?.blanks = BlankTexts(characters: texts[0], askText: texts[1], askNumber: texts[2])
  }
}

extension DocumentChecks {
  /// What is entered is entered by the person: steps can only take it away again.
  func checkBlanks() {
    var blanks: [String: ElementSpec] = [:]
    var others: [String: Mark] = [:]
    func visit(_ element: ElementSpec) {
      if element.isBlank {
        let first = blanks[element.main.name] ?? element
        if first.mark != element.mark, element.kind == .field || first.kind == .field {
          report.error(
            at: element.main.mark, "`\(element.main.name)` already counts the characters of a field",
            hint: "the other is in \(first.mark.file):\(first.mark.line)")
        }
        blanks[element.main.name] = first
      } else if element.kind == .list || element.kind == .switch {
        others[element.main.name] = element.main.mark
      }
      element.children.forEach(visit)
    }
    for screen in spec.screens { screen.elements.forEach(visit) }
    for (name, mark) in others.sorted(by: { $0.key < $1.key }) where blanks[name] != nil {
      report.error(
        at: mark, "`\(name)` is what is entered into a \(blanks[name]?.kind.rawValue ?? "")",
        hint: "a control has a variable of its own")
    }
    guard !blanks.isEmpty else { return }
    for branch in branches {
      for step in branch.steps {
        switch step.act {
        case .set(let ref, let value):
          guard let blank = blanks[ref.name] else { continue }
          let none = blank.kind == .field ? "0" : "-1"
          guard value.name != none else { continue }
          report.error(
            at: ref.mark, "a step can only empty the \(blank.kind.rawValue) of `\(ref.name)`", hint: "set it to \(none)"
          )
        case .add(let ref, _):
          guard blanks[ref.name] != nil else { continue }
          report.error(at: ref.mark, "nothing can be added to `\(ref.name)`, which a person enters", hint: "use `set`")
        case .decide, .defer_, .reaffirm, .change, .show, .go, .open, .back, .pass, .end: break
        }
      }
    }
  }

  /// Everything that can happen, in the screens and in the levels of factors.
  private var branches: [BranchSpec] {
    var all: [BranchSpec] = []
    func visit(_ element: ElementSpec) {
      all += element.onActivate
      element.children.forEach(visit)
    }
    for screen in spec.screens {
      all += screen.onOpen + screen.onEscape + (screen.timer?.branches ?? [])
      screen.elements.forEach(visit)
      screen.links.forEach(visit)
    }
    for change in spec.factors.flatMap(\.levels).flatMap(\.changes) {
      switch change.value {
      case .branches(let branches): all += branches
      case .timer(let timer): all += timer.branches
      case .flag, .number, .ref, .refs, .alignment, .scale, .conditions, .disclosures, .place, .day: break
      }
    }
    return all
  }
}
