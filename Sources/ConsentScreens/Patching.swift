import ConsentModel
import ConsentSource

/// Applies what a level changes.
extension FlowSpec {
  /// The flow with these changes; what cannot be changed is reported.
  mutating func apply(_ changes: [Change], _ report: Report) {
    for change in changes {
      if change.screen != nil { applyToScreen(change, report) } else { applyToFlow(change, report) }
    }
  }

  private mutating func applyToFlow(_ change: Change, _ report: Report) {
    switch (change.property.name, change.value) {
    case ("input_guard_ms", .number(let number)): inputGuardMilliseconds = number
    case ("published", .day(let day)): published = day
    case ("decision", .day(let day)): decision = day
    case ("initial", .ref(let value)):
      guard let target = change.target else { return }
      guard let index = variables.firstIndex(where: { $0.name.name == target.name }) else {
        report.missing("variable", target, among: variables.map(\.name.name))
        return
      }
      guard variables[index].derive == nil, !variables[index].isDrawn, let value else {
        report.error(at: target.mark, "`\(target.name)` follows from something and has no first value")
        return
      }
      if variables[index].values.isEmpty {
        guard let number = wholeNumber(value.name), variables[index].bounds.contains(Int32(number)) else {
          report.error(at: value.mark, "`\(value.name)` is no value of the number `\(target.name)`")
          return
        }
        variables[index].number = Int32(number)
      } else {
        variables[index].initial = value
      }
    case ("entry", .ref(let screen)):
      guard let target = change.target, let screen else { return }
      guard let index = entries.firstIndex(where: { $0.name.name == target.name }) else {
        report.missing("entry", target, among: entries.map(\.name.name))
        return
      }
      entries[index].screen = screen
    default: report.error(at: change.property.mark, "`\(change.property.name)` cannot be changed")
    }
  }

  private mutating func applyToScreen(_ change: Change, _ report: Report) {
    guard let name = change.screen else { return }
    guard let index = screens.firstIndex(where: { $0.name.name == name.name }) else {
      report.missing("screen", name, among: screens.map(\.name.name))
      return
    }
    guard let target = change.target else {
      screens[index].apply(change)
      return
    }
    guard screens[index].names.contains(target.name) else {
      report.missing("element", target, "on `\(name.name)`", among: screens[index].names)
      return
    }
    if case .place(let isBefore, let anchor) = change.value {
      screens[index].move(target, isBefore: isBefore, anchor, report)
      return
    }
    screens[index].change(target.name) { element in
      if let problem = element.apply(change) {
        report.error(at: change.property.mark, problem, hint: "the element is a \(element.kind.rawValue)")
      }
    }
  }
}

extension ScreenSpec {
  /// Names of its elements and links.
  var names: [String] {
    var names: [String] = []
    func visit(_ element: ElementSpec) {
      if let name = element.name { names.append(name.name) }
      element.children.forEach(visit)
    }
    elements.forEach(visit)
    links.forEach(visit)
    return names
  }

  fileprivate mutating func apply(_ change: Change) {
    switch (change.property.name, change.value) {
    case ("initial_focus", .ref(let ref)): initialFocus = ref
    case ("focus_order", .refs(let refs)):
      focusOrder = refs
      focusOrderMark = change.property.mark
    case ("on_open", .branches(let branches)): onOpen = branches
    case ("on_escape", .branches(let branches)): onEscape = branches
    case ("timer", .timer(let value)): timer = value
    default: break
    }
  }

  fileprivate mutating func change(_ name: String, _ body: (inout ElementSpec) -> Void) {
    func visit(_ elements: inout [ElementSpec]) -> Bool {
      for index in elements.indices {
        if elements[index].name?.name == name {
          body(&elements[index])
          return true
        }
        if visit(&elements[index].children) { return true }
      }
      return false
    }
    if !visit(&elements) { _ = visit(&links) }
  }

  /// Takes an element out and puts it before or after another one.
  fileprivate mutating func move(_ target: Ref, isBefore: Bool, _ anchor: Ref, _ report: Report) {
    func take(_ name: String, from elements: inout [ElementSpec]) -> ElementSpec? {
      for index in elements.indices {
        if elements[index].name?.name == name { return elements.remove(at: index) }
        if let found = take(name, from: &elements[index].children) { return found }
      }
      return nil
    }
    func put(_ element: ElementSpec, into elements: inout [ElementSpec]) -> Bool {
      for index in elements.indices {
        if elements[index].name?.name == anchor.name {
          elements.insert(element, at: isBefore ? index : index + 1)
          return true
        }
        if put(element, into: &elements[index].children) { return true }
      }
      return false
    }
    var trial = elements
    guard let element = take(target.name, from: &trial) else {
      report.error(at: target.mark, "`\(target.name)` is a link inside a text and cannot be moved")
      return
    }
    guard put(element, into: &trial) else {
      report.missing("element", anchor, "on `\(name.name)`", among: names.filter { $0 != target.name })
      return
    }
    elements = trial
  }
}

extension ElementSpec {
  /// Sets one property; returns what is wrong with that, or nil.
  fileprivate mutating func apply(_ change: Change) -> String? {
    let key = change.property.name
    switch (key, change.value) {
    case ("present", .flag(let value)): isPresent = value
    case ("style", .ref(let ref)): style = ref
    case ("align", .alignment(let value)): alignment = value
    case ("scale", .scale(let value)): scale = value
    case ("when", .conditions(let conditions)): when = conditions
    case ("discloses", .disclosures(let value)): discloses = value
    case ("text", .ref(let ref)) where hasText:
      if let ref { main = ref }
    case ("rows", .number(let value)) where kind == .button || kind == .field: rows = value
    case ("columns", .number(let value)) where kind == .button || kind == .slider: columns = value
    case ("on_activate", .branches(let branches)) where (isControl && !isBlank) || kind == .option:
      onActivate = branches
    case ("words", .refs(let refs)) where kind == .switch: words = refs
    case ("hits", .flag(let value)) where kind == .switch: hitsRow = value
    default: return "`\(key)` has no meaning for `\(name?.name ?? "")`"
    }
    return nil
  }
}

extension FlowDocument {
  /// What is said to differ between two conditions: `screen.element`, `screen`, the name of a variable, or a property of
  /// the flow.
  ///
  /// - Parameters:
  ///   - levels: factor → level of the one; factors that are left out keep their baseline.
  ///   - others: the same of the other.
  public func declared(from levels: [String: String], to others: [String: String]) -> Set<String> {
    var declared: Set<String> = []
    for factor in spec.factors {
      let chosen = [levels, others].map { $0[factor.name.name] ?? factor.baseline.name }
      guard chosen[0] != chosen[1] else { continue }
      for level in factor.levels where chosen.contains(level.name.name) {
        for change in level.changes {
          switch (change.screen, change.target) {
          case (let screen?, let target?): declared.insert("\(screen.name).\(target.name)")
          case (let screen?, nil): declared.insert(screen.name)
          case (nil, let target?): declared.insert(target.name)
          case (nil, nil): declared.insert(change.property.name)
          }
        }
      }
    }
    return declared
  }
}
