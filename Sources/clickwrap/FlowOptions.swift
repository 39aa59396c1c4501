import ArgumentParser
import ConsentModel
import ConsentScreens
import Glibc

/// Which flow, under which condition.
struct FlowOptions: ParsableArguments {
  @Argument(help: "A built-in flow (see `clickwrap screens list`), the folder of one, or a study.")
  var flow: String

  @Option(name: .customLong("set"), help: "A factor and its level, factor=level; may be given more than once.")
  var settings: [String] = []

  @Option(
    help: """
      The language of the texts. A tag that the flow does not have is shortened from its end (de-AT finds de); en-XA \
      is English with accents, longer and in brackets, to find texts that do not fit.
      """)
  var language = "en"

  @Option(help: "Take the flows from this folder instead of the built-in ones.")
  var screens: String?

  @Option(help: "The account of the session; the flow's first is the default.")
  var account: String?

  @Option(help: "The simulated date at the start, YYYY-MM-DD; the day of publication is the default.")
  var date: String?

  @Option(help: "Where the session begins; the flow's first entry is the default.")
  var entry: String?

  @Option(help: "Seed of the session's draws; random unless given.")
  var seed: UInt64?

  /// Whether nothing but the flow was named.
  var isPlain: Bool {
    settings.isEmpty && language == "en" && screens == nil && account == nil && date == nil && entry == nil
      && seed == nil
  }

  /// Where the files are, and the flow's name there.
  var place: (source: FlowSource, name: String) { FlowPlace.find(flow, screens: screens) }

  /// Levels by factor.
  func levels() throws -> [String: String] { try FlowOptions.levels(settings) }

  /// Levels by factor, of options that are written as factor=level.
  static func levels(_ settings: [String]) throws -> [String: String] {
    var levels: [String: String] = [:]
    for setting in settings {
      let parts = setting.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
        throw ValidationError("--set takes factor=level, not '\(setting)'")
      }
      guard levels.updateValue(String(parts[1]), forKey: String(parts[0])) == nil else {
        throw ValidationError("--set gives '\(parts[0])' twice")
      }
    }
    return levels
  }

  /// The compiled flow.
  func load() throws -> LoadedFlow {
    let (source, name) = place
    return try LoadedFlow.load(name, from: source, set: levels(), language: language)
  }

  /// What a session of the flow is given.
  func inputs(for flow: FlowDefinition, defaultEntry: String? = nil) throws -> SessionInputs {
    func index(_ name: String?, _ names: [String], _ what: String) throws -> UInt8 {
      guard let name else { return 0 }
      guard let index = names.firstIndex(of: name) else {
        throw ValidationError("there is no \(what) '\(name)': \(names.joined(separator: ", "))")
      }
      return UInt8(clamping: index)
    }
    var day = flow.dates.published
    if let date {
      guard let given = Day(date) else { throw ValidationError("--date takes YYYY-MM-DD, not '\(date)'") }
      day = given
    }
    let entries = flow.entries.map(\.name)
    let fallback = defaultEntry.flatMap { entries.contains($0) ? $0 : nil }
    return SessionInputs(
      account: try index(account, flow.accounts, "account"), entry: try index(entry ?? fallback, entries, "entry"),
      date: day, seed: seed ?? Session.freshSeed(), inputGuardMicroseconds: flow.inputGuardMicroseconds)
  }
}

/// Finds flows on the disk and in the binary; a folder that is named wins.
enum FlowPlace {
  static func find(_ flow: String, screens: String?) -> (source: FlowSource, name: String) {
    if let screens { return (.folder(screens), flow) }
    guard access(flow + "/flow.yaml", R_OK) == 0 else { return (BuiltIn.source, flow) }
    var path = Substring(flow)
    while path.count > 1, path.hasSuffix("/") { path = path.dropLast() }
    // A path such as "." has no name in it; the system knows the name.
    if path.hasSuffix("."), let real = realpath(String(path), nil) {
      defer { free(real) }
      path = Substring(String(cString: real))
    }
    guard let slash = path.lastIndex(of: "/") else { return (.folder("."), String(path)) }
    let parent = slash == path.startIndex ? "/" : String(path[..<slash])
    return (.folder(parent), String(path[path.index(after: slash)...]))
  }
}

extension Size: ExpressibleByArgument {
  /// Columns and rows, for example `80x24`; each 1...1000.
  public init?(argument: String) {
    let parts = argument.split(separator: "x", omittingEmptySubsequences: false)
    guard parts.count == 2, let columns = Int(parts[0]), let rows = Int(parts[1]), (1...1000).contains(columns),
      (1...1000).contains(rows)
    else { return nil }
    self.init(columns: columns, rows: rows)
  }
}
