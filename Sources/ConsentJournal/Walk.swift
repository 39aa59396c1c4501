import ConsentModel

/// A script of keys, waits and expectations: a test of a flow, and its documentation.
public struct Walk: Hashable, Sendable {
  /// The file, for messages.
  public var file: String
  /// Name of the flow it walks through.
  public var flow = ""
  /// Levels of factors that are not their baselines.
  public var settings: [FlowDefinition.FactorLevel] = []
  /// Name of the entry, or nil for the flow's first.
  public var entry: String?
  /// Name of the account, or nil for the flow's first.
  public var account: String?
  /// Simulated date at the start, or nil for the day of publication.
  public var date: Day?
  /// The terminal's size.
  public var size = Size.standard
  /// How the session is presented.
  public var presentation = Presentation.screen
  /// Whether the stop key leads to the flow's own question, as in a study.
  public var asksBeforeStopping = false
  /// Seed of the session's draws.
  public var seed: UInt64 = 0
  /// The input guard in microseconds, or nil for the flow's.
  public var inputGuardMicroseconds: Int32?
  /// What is done and expected, in order.
  public var steps: [Step] = []

  /// A line of a walk.
  public struct Step: Hashable, Sendable {
    /// Number of the line, from 1.
    public var line: Int
    /// What it says.
    public var command: Command
  }

  /// What a line of a walk says.
  public enum Command: Hashable, Sendable {
    /// A key is pressed.
    case key(Key)
    /// So many microseconds pass without input.
    case wait(Int64)
    /// From here on every input comes so many microseconds after the one before it.
    case pace(Int64)
    /// A click on a control, in the middle of what can be seen of it.
    case clickElement(String)
    /// A click on the first character of a text on the screen.
    case clickText(String)
    /// A click on a cell.
    case clickCell(column: Int16, row: Int16)
    /// A turn of the wheel in the middle of the screen.
    case wheel(Mouse.Action)
    /// The terminal gets another size.
    case resize(Size)
    /// So many characters are pasted.
    case paste(Int32)
    /// A control is chosen by number, as in the linear presentation.
    case choose(String)
    /// The session is left.
    case leave(LeaveReason)
    /// The text is on the screen, or is not.
    case expectText(String, isThere: Bool)
    /// The screen has this name.
    case expectScreen(String)
    /// The control with this name has the focus; nil for none.
    case expectFocus(String?)
    /// A term stands so, and came to stand so.
    case expectTerm(String, Standing, Provenance?)
    /// A variable has this value, by name or number.
    case expectValue(variable: String, value: String)
    /// The flow ended like this; nil when it did not end.
    case expectOutcome(String?)
    /// The last event changed nothing; the reason when one is named.
    case expectMiss(MissReason?)
    /// The frame is compared with the golden file.
    case frame
  }

  /// An empty walk.
  init(file: String) { self.file = file }

  /// What a session on this flow is given, or what in the head of the walk does not fit the flow.
  public func inputs(for flow: FlowDefinition) -> (SessionInputs, [WalkProblem]) {
    var problems: [WalkProblem] = []
    func index(_ name: String?, _ names: [String], _ what: String) -> UInt8 {
      guard let name else { return 0 }
      if let index = names.firstIndex(of: name), index < 256 { return UInt8(index) }
      problems.append(WalkProblem(file, 1, "no \(what) `\(name)`", hint: NearestName.hint(name, names)))
      return 0
    }
    let inputs = SessionInputs(
      size: size, presentation: presentation, account: index(account, flow.accounts, "account"),
      entry: index(entry, flow.entries.map(\.name), "entry"), date: date ?? flow.dates.published, seed: seed,
      inputGuardMicroseconds: inputGuardMicroseconds ?? flow.inputGuardMicroseconds,
      asksBeforeStopping: asksBeforeStopping)
    if presentation == .linear, flow.linear == nil {
      problems.append(WalkProblem(file, 1, "the flow `\(flow.name)` has no linear presentation"))
    }
    if asksBeforeStopping, flow.stop == nil {
      problems.append(WalkProblem(file, 1, "the flow `\(flow.name)` has no stop key"))
    }
    return (inputs, problems)
  }

  /// The walk without what it expects to read, so that it can be gone in another language than it was written for.
  public var withoutTexts: Walk {
    var walk = self
    walk.steps.removeAll { step in
      switch step.command {
      case .expectText, .frame: true
      case .key, .wait, .pace, .clickElement, .clickText, .clickCell, .wheel, .resize, .paste, .choose, .leave,
        .expectScreen, .expectFocus, .expectTerm, .expectValue, .expectOutcome, .expectMiss:
        false
      }
    }
    return walk
  }
}

/// Something in a walk that cannot be meant, or that did not come true.
public struct WalkProblem: Hashable, Sendable, CustomStringConvertible {
  /// The file.
  public var file: String
  /// The line, from 1.
  public var line: Int
  /// What is wrong.
  public var message: String
  /// The frame at that moment, or nil.
  public var frame: String?

  init(_ file: String, _ line: Int, _ message: String, hint: String? = nil, frame: String? = nil) {
    self.file = file
    self.line = line
    self.message = hint.map { "\(message); \($0)" } ?? message
    self.frame = frame
  }

  /// The problem as one line: file:line: message.
  public var description: String { "\(file):\(line): \(message)" }
}

/// Finds the name that was probably meant.
enum NearestName {
  /// "did you mean …?", or nil when nothing comes near.
  static func hint(_ name: String, _ names: [String]) -> String? {
    let limit = max(1, name.unicodeScalars.count / 3)
    let best = names.map { ($0, distance(name, $0)) }.min { $0.1 < $1.1 }
    guard let best, best.1 <= limit else { return nil }
    return "did you mean `\(best.0)`?"
  }

  /// Edit distance with neighbours exchanged counted as one.
  static func distance(_ first: String, _ second: String) -> Int {
    let a = Array(first.unicodeScalars)
    let b = Array(second.unicodeScalars)
    var rows = [Array(0...b.count)]
    for i in a.indices {
      var row = [i + 1]
      for j in b.indices {
        var cost = min(row[j] + 1, rows[i][j + 1] + 1, rows[i][j] + (a[i] == b[j] ? 0 : 1))
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, rows[i - 1][j - 1] + 1) }
        row.append(cost)
      }
      rows.append(row)
    }
    return rows[a.count][b.count]
  }
}

/// Names as words of walks: `camelCase` becomes `camel-case`.
extension MissReason {
  /// The word in walks and columns.
  public var word: String {
    switch self {
    case .noMeaning: "no-meaning"
    case .guarded: "guarded"
    case .noControl: "no-control"
    case .atLimit: "at-limit"
    case .pasted: "pasted"
    case .unknown: "unknown"
    case .over: "over"
    case .tooSmall: "too-small"
    case .early: "early"
    }
  }
}

extension Standing {
  /// The word in walks and columns.
  public var word: String {
    switch self {
    case .undecided: "undecided"
    case .deferred: "deferred"
    case .agreed: "agreed"
    case .declined: "declined"
    }
  }
}
