import ConsentModel
import ConsentRender

/// A synthetic participant that follows a script with chances drawn from a seed: it stands for nobody.
///
/// What is drawn is a manner and a pace. On a screen that asks for a decision the hasty one presses what has the focus, the careful
/// one sets the switch as it wishes and then accepts, the postponing one puts off as often as it may. On other screens it does what
/// they ask for as far as words on them name it, and otherwise chooses by chance. The numbers are chosen so that all outcomes come
/// up; they are taken from no study, and say nothing about people.
public struct ScriptedParticipant: SyntheticParticipant {
  /// How it meets a screen that asks for a decision.
  public enum Manner: String, CaseIterable, Hashable, Sendable {
    case hasty, careful, postponing
  }

  /// How it meets a screen that asks for a decision.
  public let manner: Manner
  /// What it would choose if it were asked openly.
  public let wantsTraining: Bool
  /// The usual time between two keys, in microseconds.
  public let paceMicroseconds: Int64
  /// The screen, counted from 1, on which it stops taking part; nil for one that goes on to the end.
  public private(set) var stopsAtScreen: Int?

  private var chance: PRNG
  private var screens = 0
  private var lastScreen: [Int32] = []
  private var actsOnScreen = 0
  private var scrolls = 0
  private var goal: Int32?
  private var flips = 0
  /// What it saw of the switch when it decided; nil when it did not look.
  private var sawAllowed: Bool?

  /// A participant drawn from a seed.
  public init(seed: UInt64) {
    var chance = PRNG(seed: seed)
    let draw = chance.below(100)
    manner = draw < 55 ? .hasty : draw < 87 ? .careful : .postponing
    wantsTraining = chance.below(100) < 35
    paceMicroseconds = 180_000 + Int64(chance.below(500_000))
    stopsAtScreen = chance.below(100) < 6 ? 2 + chance.below(22) : nil
    self.chance = chance
  }

  /// What it does about what it sees.
  public mutating func move(on sight: Sight) -> Move {
    note(sight)
    if sight.says("Do you want to stop?") {
      // Whoever stops is still told what it was about, and asked about the data.
      stopsAtScreen = nil
      return reach(sight, isTarget: { $0.words == "Stop" })
    }
    if let stopsAtScreen, screens >= stopsAtScreen { return Move(after: pause(sight), .key(Key.function(10))) }
    if let accept = sight.controls.first(where: { $0.role == .accept }) { return decide(sight, accept) }
    if !sight.options.isEmpty { return choose(sight) }
    if let toggle = sight.controls.first(where: { $0.kind == .toggle }), flips < 2 {
      return reach(sight, isTarget: { $0.id == toggle.id }, pressing: .space)
    }
    return press(sight)
  }

  /// Counts screens: one is new when none of its controls was there before.
  private mutating func note(_ sight: Sight) {
    let ids = sight.controls.map(\.id)
    if lastScreen.isEmpty || !ids.contains(where: lastScreen.contains) {
      screens += 1
      actsOnScreen = 0
      scrolls = 0
      flips = 0
      goal = nil
    }
    if !ids.isEmpty { lastScreen = ids }
    actsOnScreen += 1
  }

  // MARK: Time

  /// How long it takes before the next key: longer where there is something to read.
  private mutating func pause(_ sight: Sight) -> Int64 {
    let own = paceMicroseconds / 2 + Int64(chance.below(Int(paceMicroseconds)))
    guard actsOnScreen == 1 else { return own }
    let words = sight.things.reduce(0) { $0 + $1.words.split(separator: " ").count }
    // The hasty read a tenth of it, the others a third, at 238 words a minute.
    return own + 600_000 + Int64(words) * 60_000_000 / 238 / (manner == .hasty ? 10 : 3)
  }

  // MARK: Ways

  /// Goes on with Tab until the target has the focus, then presses.
  private mutating func reach(_ sight: Sight, isTarget: (Sight.Thing) -> Bool, pressing key: Key = .enter) -> Move {
    guard let target = sight.controls.first(where: isTarget) else { return press(sight) }
    guard target.state.contains(.focused) else { return Move(after: pause(sight), .key(.tab)) }
    if target.kind == .toggle { flips += 1 }
    return Move(after: pause(sight), .key(key))
  }

  private mutating func press(_ sight: Sight) -> Move {
    let buttons = sight.controls.filter { $0.kind == .button || $0.kind == .link }
    guard !buttons.isEmpty else { return Move(after: 0, nil) }
    if goal == nil || !buttons.contains(where: { $0.id == goal }) { goal = pick(buttons, sight).id }
    let wanted = goal
    // A script that is lost takes whatever has the focus.
    if actsOnScreen > 60 { return Move(after: pause(sight), .key(actsOnScreen % 2 == 0 ? .tab : .enter)) }
    return reach(sight, isTarget: { $0.id == wanted })
  }

  private mutating func pick(_ buttons: [Sight.Thing], _ sight: Sight) -> Sight.Thing {
    if let named = buttons.first(where: { sight.says("says \($0.words).") }) { return named }
    let wishes: [(words: String, percent: Int)] = [("I take part", 97), ("Keep my data", 94), ("Back", 100)]
    for wish in wishes {
      if let button = buttons.first(where: { $0.words == wish.words }) {
        return chance.below(100) < wish.percent ? button : buttons.first { $0.words != wish.words } ?? button
      }
    }
    return buttons[0]
  }

  // MARK: Lists

  private mutating func choose(_ sight: Sight) -> Move {
    // A text that can be scrolled names what is to be chosen at its end.
    if scrolls < 4, sight.things.contains(where: { $0.kind == .scroll }), sight.says("Choose that word") {
      scrolls += 1
      return Move(after: pause(sight), .key(.pageDown))
    }
    if goal == nil || !sight.options.contains(where: { $0.id == goal }) { goal = answer(sight).id }
    guard let target = sight.options.first(where: { $0.id == goal }) else { return press(sight) }
    let list = sight.controls.first { $0.kind == .list }
    guard list == nil || list?.state.contains(.focused) == true else { return Move(after: pause(sight), .key(.tab)) }
    if target.state.contains(.current) {
      goal = nil
      return Move(after: pause(sight), .key(.enter))
    }
    let current = sight.options.first { $0.state.contains(.current) }
    let isBelow = current.map { $0.row < target.row } ?? true
    return Move(after: pause(sight), .key(isBelow ? .down : .up))
  }

  private mutating func answer(_ sight: Sight) -> Sight.Thing {
    let options = sight.options
    if let yes = options.first(where: { $0.words == "Yes, that is allowed" }) { return belief(options, yes) }
    if let allow = options.first(where: { $0.words == "I would allow it" }) {
      let draw = chance.below(100)
      let other = options.first { $0.words == (draw < 85 ? "I would not allow it" : "I don't know") }
      return wantsTraining ? allow : other ?? allow
    }
    if let named = options.first(where: { sight.says("Choose \($0.words).") || sight.ends(with: $0.words) }) {
      return named
    }
    return options[chance.below(options.count)]
  }

  private mutating func belief(_ options: [Sight.Thing], _ yes: Sight.Thing) -> Sight.Thing {
    let no = options.first { $0.words == "No, that is not allowed" } ?? yes
    let unsure = options.first { $0.words == "I don't know" } ?? yes
    let draw = chance.below(100)
    guard let sawAllowed else { return draw < 34 ? yes : draw < 66 ? no : unsure }
    let (right, wrong) = sawAllowed ? (yes, no) : (no, yes)
    return draw < 88 ? right : draw < 93 ? wrong : unsure
  }

  // MARK: Decisions

  private mutating func decide(_ sight: Sight, _ accept: Sight.Thing) -> Move {
    let toggle = sight.controls.first { $0.kind == .toggle }
    let deferral = sight.controls.first { $0.role == .deferral }
    switch manner {
    case .postponing:
      if let deferral, screens < 40 { return reach(sight, isTarget: { $0.id == deferral.id }) }
    case .careful:
      if let toggle {
        let isOn = toggle.state.contains(.on)
        let isSet = toggle.state.contains(.on) || toggle.state.contains(.off)
        sawAllowed = isSet ? isOn : nil
        if !isSet || isOn != wantsTraining { return reach(sight, isTarget: { $0.id == toggle.id }, pressing: .space) }
      }
    case .hasty:
      // It learns that something is missing when pressing led to nothing.
      if let toggle, toggle.state.contains(.unset), actsOnScreen > 2 {
        sawAllowed = chance.below(2) == 0
        return reach(sight, isTarget: { $0.id == toggle.id }, pressing: .space)
      }
    }
    if actsOnScreen == 1, manner == .hasty, chance.below(100) < 9 {
      // A key that was on its way already.
      return Move(after: 510_000 + Int64(chance.below(250_000)), .key(.enter))
    }
    return reach(sight, isTarget: { $0.id == accept.id })
  }
}

extension Sight {
  /// Whether a text on the screen ends with these words.
  func ends(with words: String) -> Bool {
    guard words.count > 3 else { return false }
    return things.contains {
      $0.kind == .text && ($0.words.hasSuffix(" \(words).") || $0.words.hasSuffix(": \(words)."))
    }
  }
}
