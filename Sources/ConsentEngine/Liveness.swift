import ConsentModel

/// Which variables can still be read while a screen is in the stack, before something sets them anew.
///
/// States that differ only in variables which nothing will read are one state for an exploration.
struct Liveness {
  /// For every screen and variable (screen × variables + variable) whether it is live.
  private(set) var isLive: [Bool]
  private let variables: Int

  /// What the acts of a screen read, where they lead, and what they set before anybody reads it.
  private struct Effects {
    var reads: [Bool]
    var leads: Set<Int> = []
    var kills: [Bool]
  }

  init(_ tables: FlowTables, screens: Int) {
    variables = tables.bounds.count
    isLive = Array(repeating: false, count: screens * variables)
    var opening: [Effects] = []
    var inside: [Effects] = []
    for screen in 0..<screens {
      let page = tables.pages[screen]
      opening.append(Liveness.effects(of: [page.onOpen], tables))
      var spans = [page.onEscape, page.timer]
      var effects = Effects(reads: [], kills: [])
      var reads = Array(repeating: false, count: variables)
      for control in tables.controls where control.isPresent && Int(control.screen) == screen {
        spans.append(control.acts)
        for condition in tables.conditions[control.when.range] { reads[Int(condition.variable)] = true }
        for index in control.alternatives.range {
          for condition in tables.conditions[tables.alternatives[index].range] {
            reads[Int(condition.variable)] = true
          }
        }
        // What stands in a blank matters only to conditions.
        if control.variable >= 0, !control.isBlank { reads[Int(control.variable)] = true }
      }
      effects = Liveness.effects(of: spans, tables)
      for variable in 0..<variables where reads[variable] { effects.reads[variable] = true }
      inside.append(effects)
    }
    spread(opening, inside)
  }

  /// Whether a variable can still be read while the screen is in the stack.
  func isLive(_ variable: Int, screen: Int) -> Bool { isLive[screen * variables + variable] }

  private static func effects(of spans: [FlowTables.Span], _ tables: FlowTables) -> Effects {
    let none = Array(repeating: false, count: tables.bounds.count)
    var effects = Effects(reads: none, kills: none)
    var kills: [Bool]?
    var isCertain = false
    for span in spans {
      for index in span.range {
        let act = tables.acts[index]
        for condition in tables.conditions[act.when.range] { effects.reads[Int(condition.variable)] = true }
        var set = none
        var isHere = true
        for step in tables.steps[act.steps.range] {
          switch step {
          case .set(let variable, _): if isHere { set[Int(variable)] = true }
          case .add(let variable, _): effects.reads[Int(variable)] = true
          case .decideFromControl(let term), .changeFromControl(let term):
            let control = tables.terms[Int(term)].control
            if control >= 0 { effects.reads[Int(control)] = true }
          case .showStanding(let term):
            let control = tables.terms[Int(term)].control
            if control >= 0, isHere { set[Int(control)] = true }
          case .go(let screen), .open(let screen):
            effects.leads.insert(Int(screen))
            isHere = false
          case .back, .end: isHere = false
          case .decide, .defer_, .reaffirm, .pass: break
          }
        }
        // Only what every branch sets is certainly set, and only when one of them is certain to be taken.
        guard !isCertain else { continue }
        kills = kills.map { old in old.indices.map { old[$0] && set[$0] } } ?? set
        if act.when.count == 0 { isCertain = true }
      }
    }
    if isCertain, let kills { effects.kills = kills }
    return effects
  }

  /// Carries what is read back along every way that leads there, until nothing changes.
  private mutating func spread(_ opening: [Effects], _ inside: [Effects]) {
    let screens = opening.count
    var atEntry = isLive
    var isChanged = true
    func mark(_ place: inout Bool, _ isChanged: inout Bool) {
      if !place {
        place = true
        isChanged = true
      }
    }
    while isChanged {
      isChanged = false
      for screen in 0..<screens {
        let row = screen * variables
        for variable in 0..<variables {
          if inside[screen].reads[variable] { mark(&isLive[row + variable], &isChanged) }
          for next in inside[screen].leads where atEntry[next * variables + variable] {
            mark(&isLive[row + variable], &isChanged)
          }
          if opening[screen].reads[variable] { mark(&atEntry[row + variable], &isChanged) }
          if isLive[row + variable], !opening[screen].kills[variable] { mark(&atEntry[row + variable], &isChanged) }
          for next in opening[screen].leads where atEntry[next * variables + variable] {
            mark(&atEntry[row + variable], &isChanged)
          }
        }
      }
    }
  }
}
