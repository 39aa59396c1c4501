import ConsentModel

extension FlowSpec {
  /// Leaves only one entry and the screens that can be reached from it, whatever the level of any factor; what speaks of
  /// the others goes with them.
  ///
  /// - Parameters:
  ///   - entry: the entry that stays.
  ///   - kept: screens that stay although nothing leads to them, because a program shows them by itself.
  mutating func prune(to entry: String, keeping kept: [String]) {
    entries = entries.filter { $0.name.name == entry }
    var found: Set<String> = []
    var pending = entries.map(\.screen.name) + kept + [stop?.screen.name].compactMap { $0 }
    while let name = pending.popLast() {
      guard found.insert(name).inserted, let screen = screens.first(where: { $0.name.name == name }) else { continue }
      pending += screen.branches.flatMap(FlowSpec.targets)
      if let backdrop = screen.backdrop { pending.append(backdrop.name) }
      pending += patched(name)
    }
    shownBySelf = kept
    replaced += screens.filter { !found.contains($0.name.name) }
    screens.removeAll { !found.contains($0.name.name) }
    for index in terms.indices {
      terms[index].elements.removeAll { ref in
        guard let screen = ref.name.split(separator: ".").first else { return false }
        return !found.contains(String(screen))
      }
    }
    for index in variables.indices {
      // Keys that are counted from a screen that is not met are said to nobody.
      guard let from = variables[index].from, !found.contains(from.name) else { continue }
      variables[index].derive = nil
      variables[index].from = nil
    }
    for factor in factors.indices {
      for level in factors[factor].levels.indices {
        factors[factor].levels[level].changes.removeAll { change in
          if let screen = change.screen { return !found.contains(screen.name) }
          return change.property.name == "entry" && change.target?.name != entry
        }
      }
    }
  }

  /// Where the levels of factors let a screen lead besides.
  private func patched(_ screen: String) -> [String] {
    let changes = factors.flatMap(\.levels).flatMap(\.changes).filter { $0.screen?.name == screen }
    return changes.flatMap { change -> [String] in
      switch change.value {
      case .branches(let branches): branches.flatMap(FlowSpec.targets)
      case .timer(let timer): timer.branches.flatMap(FlowSpec.targets)
      case .flag, .number, .ref, .refs, .alignment, .scale, .conditions, .disclosures, .place, .day: []
      }
    }
  }

  private static func targets(_ branch: BranchSpec) -> [String] {
    branch.steps.compactMap { step in
      switch step.act {
      case .go(let ref), .open(let ref): ref.name
      case .set, .add, .decide, .defer_, .reaffirm, .change, .show, .back, .pass, .end: nil
      }
    }
  }
}

extension ScreenSpec {
  /// Everything that can happen on it.
  fileprivate var branches: [BranchSpec] {
    var all = onOpen + onEscape + (timer?.branches ?? [])
    func visit(_ element: ElementSpec) {
      all += element.onActivate
      element.children.forEach(visit)
    }
    elements.forEach(visit)
    links.forEach(visit)
    return all
  }
}
