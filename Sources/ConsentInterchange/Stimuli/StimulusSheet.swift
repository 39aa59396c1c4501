import ConsentEngine
import ConsentJournal
import ConsentModel
import ConsentRender
import ConsentStudy

/// Every screen of every arm as participants meet it: as text, as a picture and as a table of its regions, and what differs
/// between the arms.
///
/// A screen is shown as the fewest keys lead to it, in the session that they make; what nothing leads to is named.
public struct StimulusSheet: Sendable {
  /// One arm, or one condition of a flow.
  public struct Arm: Sendable {
    /// Its name.
    public var name: String
    /// Its flow.
    public var flow: FlowDefinition
    /// What its sessions are given.
    public var inputs: SessionInputs

    /// An arm.
    public init(name: String, flow: FlowDefinition, inputs: SessionInputs) {
      self.name = name
      self.flow = flow
      self.inputs = inputs
    }
  }

  /// A file of the sheet: its path below the folder, and its bytes.
  public typealias File = (path: String, bytes: [UInt8])

  private let title: String
  private let arms: [Arm]

  /// A sheet of arms, of which the first is compared with each other one.
  ///
  /// - Precondition: there is at least one arm, and no two have the same name.
  public init(title: String, arms: [Arm]) {
    precondition(!arms.isEmpty && Set(arms.map(\.name)).count == arms.count, "a sheet has arms of different names")
    self.title = title
    self.arms = arms
  }

  /// The screens of one arm.
  public struct Screens: Sendable {
    var arm: Arm
    var ways: [Exploration.Path]
    var shown: [Shown]
    var unreached: [String]

    struct Shown: Sendable {
      var screen: Int32
      var keys: [String]
      var text: String
      var picture: String
      /// Its rows of `regions.csv`.
      var regions: [UInt8]
    }
  }

  /// Finds the screens of an arm and shows them.
  public static func screens(of arm: Arm) -> Screens {
    let engine = FlowEngine(arm.flow)
    let names = FlowNames(arm.flow)
    let found = engine.explore(arm.inputs)
    var shown: [Screens.Shown] = []
    var unreached: [String] = []
    for (index, way) in found.screens.enumerated() {
      guard let way else {
        unreached.append(arm.flow.screens[index].name)
        continue
      }
      let state = go(way, engine, arm.inputs)
      var frame = Frame()
      engine.render(state, into: &frame)
      let screen = arm.flow.screens[index].name
      var writer = RowWriter(table)
      for region in frame.regions {
        writer.region(
          region, label: engine.painter.label(of: region.element, in: state.view), of: frame.digest, arm.name, screen,
          names)
      }
      shown.append(
        Screens.Shown(
          screen: Int32(index), keys: way.inputs.map(word), text: frame.text(flow: arm.flow) + "\n",
          picture: frame.svg(flow: arm.flow, title: "\(arm.name): \(screen)".inert), regions: writer.separated))
    }
    shown.sort { ($0.keys.count, $0.screen) < ($1.keys.count, $1.screen) }
    return Screens(arm: arm, ways: found.screens.compactMap { $0 }, shown: shown, unreached: unreached)
  }

  private static func word(_ input: Input) -> String {
    switch input {
    case .key(let key): key.spelling
    case .choose: "a number"
    case .wake: "waiting"
    default: InputWords.kind(input)
    }
  }

  /// Goes a way as a person would, a second a key, and after every timer that it waits for.
  private static func go(_ way: Exploration.Path, _ engine: FlowEngine, _ inputs: SessionInputs) -> FlowState {
    var inputs = inputs
    inputs.date = way.date
    var outbox = Outbox()
    var state = engine.start(inputs, into: &outbox)
    for input in way.inputs {
      let now = state.now.microseconds
      let at = SessionTime(microseconds: input == .wake ? max(now, state.wakeAt?.microseconds ?? 0) : now + 1_000_000)
      engine.step(&state, Event(at: at, input), into: &outbox)
    }
    return state
  }

  // MARK: Files

  /// All files of the sheet.
  ///
  /// - Parameter screens: what `screens(of:)` gave for every arm, in their order.
  public func files(_ screens: [Screens]) -> [File] {
    var files: [File] = [
      ("README.md", Array(index(screens).utf8)),
      ("regions.csv", RowWriter.header(StimulusSheet.table, RowWriter.Dialect())),
    ]
    for arm in screens {
      for shown in arm.shown { files[1].bytes += shown.regions }
      for shown in arm.shown {
        let path = "\(arm.arm.name)/\(arm.arm.flow.screens[Int(shown.screen)].name)"
        files += [(path + ".txt", Array(shown.text.utf8)), (path + ".svg", Array(shown.picture.utf8))]
      }
    }
    return files
  }

  private func index(_ screens: [Screens]) -> String {
    let size = arms[0].inputs.size
    var lines = [
      "# Stimuli of \(title.inert)", "",
      "At \(size.columns)×\(size.rows), as the fewest keys from the start lead to each screen, a second a key. `regions.csv` says",
      "what stands where.", "",
    ]
    for arm in screens {
      lines += ["## \(arm.arm.name)", ""]
      lines += arm.arm.flow.condition.map { "- \($0.factor): \($0.level)" }
      lines += ["", "| screen | keys | how | text | picture |", "|---|---|---|---|---|"]
      for shown in arm.shown {
        let name = arm.arm.flow.screens[Int(shown.screen)].name
        let how = shown.keys.isEmpty ? "at the start" : StimulusSheet.short(shown.keys)
        lines.append(
          "| \(name) | \(shown.keys.count) | \(how) | [text](\(arm.arm.name)/\(name).txt) | "
            + "[picture](\(arm.arm.name)/\(name).svg) |")
      }
      if !arm.unreached.isEmpty {
        lines += ["", "Nothing leads to \(arm.unreached.joined(separator: ", ")) in this arm."]
      }
      lines.append("")
    }
    for other in screens.dropFirst() { lines += differences(screens[0], other) }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Many keys in few words.
  private static func short(_ keys: [String]) -> String {
    let words = keys.count > 12 ? ["…"] + keys.suffix(12) : keys[...].map { $0 }
    return words.map { $0 == "|" ? "\\|" : $0 == "`" ? "backtick" : "`\($0)`" }.joined(separator: " ")
  }

  private func differences(_ first: Screens, _ other: Screens) -> [String] {
    let comparison = ArmComparison(
      FlowEngine(first.arm.flow), FlowEngine(other.arm.flow), ways: first.ways, inputs: first.arm.inputs)
    var lines = [
      "## \(first.arm.name) and \(other.arm.name)", "",
      "\(comparison.frames) pairs of frames, after the same keys in both; cells were compared one by one.", "",
    ]
    for difference in comparison.differences {
      lines.append("- \(difference.screen): up to \(difference.cells) cells differ")
      for row in difference.rows {
        lines += ["", "  ```", "  row \(row.row)", "  \(row.first)", "  \(row.other)", "  ```", ""]
      }
    }
    if comparison.differences.isEmpty { lines.append("No cell differs.") }
    if !comparison.divergences.isEmpty {
      lines += ["", "The same keys lead elsewhere after \(comparison.divergences.joined(separator: ", "))."]
    }
    return lines + [""]
  }

  private static let table = Table(
    "regions", row: "one region of one screen of one arm",
    [
      Column("arm", .word([]), "name of the arm"), Column("screen", .word([]), "name of the screen"),
      Column("element", .word([]), "name of the region's element"),
      Column("kind", .word([]), "what kind of thing it is"),
      Column("role", .word([]), "what it means to a participant"), Column("text", .text, "all of its text"),
      Column("state", .word([]), "what can be said of it"), Column("column", .integer, "of its visible part, from 0"),
      Column("row", .integer, "of its visible part, from 0"), Column("columns", .integer, "of its visible part"),
      Column("rows", .integer, "of its visible part"), .share("visible_share", "how much of it is visible"),
      Column("style", .word([]), "style of its element"), Column("foreground", .hex(digits: 6), "RGB"),
      Column("background", .hex(digits: 6), "RGB"), Column("digest", .hex(digits: 16), "of the frame"),
    ])
}

extension RowWriter {
  /// A row of `regions.csv`.
  fileprivate mutating func region(
    _ region: Region, label: String, of digest: UInt64, _ arm: String, _ screen: String, _ names: FlowNames
  ) {
    let style = names.flow.styles[Int(names.flow.elements[Int(region.element)].style)]
    word("arm", arm)
    word("screen", screen)
    word("element", names.element(region.element))
    word("kind", region.kind.word)
    word("role", region.role.word)
    text("text", label)
    word("state", region.state.words.isEmpty ? nil : region.state.words.joined(separator: " "))
    integer("column", Int(region.column))
    integer("row", Int(region.row))
    integer("columns", Int(region.columns))
    integer("rows", Int(region.rows))
    share("visible_share", of255: Int(region.share))
    word("style", style.name)
    hex("foreground", RowWriter.hex(style.foreground))
    hex("background", RowWriter.hex(style.background))
    self.digest("digest", digest)
    endRow()
  }

  private static func hex(_ rgb: UInt32) -> String {
    let digits = String(rgb & 0xFF_FFFF, radix: 16)
    return String(repeating: "0", count: 6 - digits.count) + digits
  }
}
