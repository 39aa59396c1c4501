import ConsentModel
import ConsentSource

/// What can be wrong with a flow whatever the condition: names, conflicts between levels, and screens and texts that
/// nothing uses.
struct DocumentChecks {
  let spec: FlowSpec
  let packs: [String: LanguagePack]
  let report: Report

  func run() {
    checkVariableNames()
    checkFactors()
    checkConflicts()
    checkReachability()
    checkStop()
    checkPacks()
    checkBlanks()
  }

  private func checkVariableNames() {
    for variable in spec.variables {
      let name = variable.name.name
      if (Compiler.implicitVariables + Compiler.trailingVariables).contains(name) || name == "published"
        || name == "decision"
      {
        report.error(at: variable.name.mark, "`\(name)` is there in every flow", hint: "use another name")
      }
      if spec.names[name] != nil {
        report.error(
          at: variable.name.mark, "`\(name)` is also a name in `names`", hint: "texts could not tell them apart")
      }
    }
    var seen: [String: Mark] = [:]
    for variable in spec.variables {
      if seen.updateValue(variable.name.mark, forKey: variable.name.name) != nil {
        report.error(at: variable.name.mark, "another variable is called `\(variable.name.name)`")
      }
    }
  }

  // MARK: Factors

  private func checkFactors() {
    let names = spec.factors.map(\.name.name)
    for factor in spec.factors {
      // Whatever a level changes has to be declared, whether or not the level is asked for.
      for level in factor.levels {
        var trial = spec
        trial.apply(level.changes, report)
      }
      for entry in factor.impossible {
        guard let other = spec.factors.first(where: { $0.name.name == entry.other.name }) else {
          report.missing("factor", entry.other, among: names)
          continue
        }
        if other.name.name == factor.name.name {
          report.error(at: entry.other.mark, "levels of one factor are never combined", hint: "name another factor")
        }
        for level in entry.otherLevels where !other.levels.contains(where: { $0.name.name == level.name }) {
          report.missing("level", level, "of `\(other.name.name)`", among: other.levels.map(\.name.name))
        }
      }
    }
  }

  /// Two levels that set the same property would make the order of the factors matter.
  private func checkConflicts() {
    struct Owner {
      var factor: String
      var level: String
      var mark: Mark
    }
    var impossible: Set<[String]> = []
    for factor in spec.factors {
      for entry in factor.impossible {
        for level in entry.levels {
          for other in entry.otherLevels {
            impossible.insert([factor.name.name, level.name, entry.other.name, other.name])
            impossible.insert([entry.other.name, other.name, factor.name.name, level.name])
          }
        }
      }
    }
    var owners: [String: [Owner]] = [:]
    for factor in spec.factors {
      for level in factor.levels {
        for change in level.changes {
          let key = "\(change.screen?.name ?? "flow") \(change.target?.name ?? "") \(change.property.name)"
          let own = Owner(factor: factor.name.name, level: level.name.name, mark: change.property.mark)
          for other in owners[key, default: []] where other.factor != own.factor {
            guard !impossible.contains([own.factor, own.level, other.factor, other.level]) else { continue }
            report.error(
              at: own.mark,
              "`\(own.factor)=\(own.level)` and `\(other.factor)=\(other.level)` both set `\(change.property.name)` of "
                + "`\(change.target?.name ?? change.screen?.name ?? "flow")`",
              hint:
                "the other is in \(other.mark.file):\(other.mark.line); declare the pair impossible or change one thing"
            )
          }
          owners[key, default: []].append(own)
        }
      }
    }
  }

  // MARK: Screens

  /// Every screen has to be reachable in some condition: by a step, or as what is seen behind a card.
  private func checkReachability() {
    var targets: [String: Set<String>] = [:]
    var starts = Set(spec.entries.map(\.screen.name))
    if let stop = spec.stop { starts.insert(stop.screen.name) }
    starts.formUnion(spec.shownBySelf)
    for screen in spec.screens {
      var found: Set<String> = []
      collect(screen, into: &found)
      targets[screen.name.name] = found
    }
    for change in spec.factors.flatMap(\.levels).flatMap(\.changes) {
      if case .ref(let ref?) = change.value, change.property.name == "entry" { starts.insert(ref.name) }
      guard let screen = change.screen else { continue }
      var found: Set<String> = []
      switch change.value {
      case .branches(let branches): collect(branches, into: &found)
      case .timer(let timer): collect(timer.branches, into: &found)
      case .flag, .number, .ref, .refs, .alignment, .scale, .conditions, .disclosures, .place, .day: break
      }
      targets[screen.name, default: []].formUnion(found)
    }
    var reached = starts
    var pending = Array(starts)
    while let screen = pending.popLast() {
      for target in targets[screen] ?? [] where reached.insert(target).inserted { pending.append(target) }
    }
    for screen in spec.screens where !reached.contains(screen.name.name) {
      report.error(
        at: screen.name.mark, "no screen leads to `\(screen.name.name)`",
        hint: "add a `go` or `open` to it, make it an entry, or remove the file")
    }
  }

  /// Stopping is never an answer: no screen may use its key, and the question has nothing preset.
  private func checkStop() {
    guard let stop = spec.stop else { return }
    for screen in spec.screens {
      for (key, control) in screen.keys where key == stop.key {
        report.error(
          at: control.mark, "`\(screen.name.name)` uses the stop key", hint: "another key, the stop key answers nothing"
        )
      }
      guard screen.name.name == stop.screen.name, let focus = screen.initialFocus else { continue }
      report.error(at: focus.mark, "the question whether to stop has something preset", hint: "`initial_focus: none`")
    }
  }

  private func collect(_ screen: ScreenSpec, into found: inout Set<String>) {
    if let backdrop = screen.backdrop { found.insert(backdrop.name) }
    collect(screen.onOpen, into: &found)
    collect(screen.onEscape, into: &found)
    collect(screen.timer?.branches ?? [], into: &found)
    func visit(_ element: ElementSpec) {
      collect(element.onActivate, into: &found)
      element.children.forEach(visit)
    }
    screen.elements.forEach(visit)
    screen.links.forEach(visit)
  }

  private func collect(_ branches: [BranchSpec], into found: inout Set<String>) {
    for step in branches.flatMap(\.steps) {
      switch step.act {
      case .go(let ref), .open(let ref): found.insert(ref.name)
      case .set, .add, .decide, .defer_, .reaffirm, .change, .show, .back, .pass, .end: break
      }
    }
  }

  // MARK: Texts

  /// Keys of all texts that anything refers to, with where.
  private func usedTexts() -> [Ref] {
    var used: [Ref] = []
    func visit(_ element: ElementSpec) {
      if element.hasText { used.append(element.main) }
      used += element.words
      if let label = element.label { used.append(label) }
      element.children.forEach(visit)
    }
    for screen in spec.screens + spec.replaced {
      screen.elements.forEach(visit)
      screen.links.forEach(visit)
    }
    for factor in spec.factors {
      if let question = factor.question { used.append(question) }
      used += factor.answers
      for change in factor.levels.flatMap(\.changes) {
        switch (change.property.name, change.value) {
        case ("text", .ref(let ref?)): used.append(ref)
        case ("words", .refs(let refs)): used += refs
        default: break
        }
      }
    }
    if let signs = spec.signs { used.append(signs.tooSmall) }
    used += spec.linear?.texts ?? []
    if let stop = spec.stop { used.append(stop.legend) }
    return used
  }

  private func checkPacks() {
    let used = usedTexts()
    let names = Set(used.map(\.name))
    guard let english = packs["en"] else { return }
    for factor in spec.factors {
      for key in [factor.question].compactMap({ $0 }) + factor.answers where english.texts[key.name] == nil {
        report.error(
          at: key.mark, "there is no text `\(key.name)` in en",
          hint: Nearest.name(to: key.name, among: english.texts.keys.sorted()).map { "did you mean `\($0)`?" })
      }
    }
    let variables = Set(spec.variables.map(\.name.name))
    let own = english.mark.file
    for (key, text) in english.texts.sorted(by: { $0.key < $1.key }) {
      guard !names.contains(key), text.mark.file == own else { continue }
      // `<variable>.<value>` is written for a variable in braces.
      if let dot = key.lastIndex(of: "."), variables.contains(String(key[..<dot])) { continue }
      report.warning(at: text.mark, "nothing uses the text `\(key)`", hint: "remove it, or refer to it")
    }
  }
}
