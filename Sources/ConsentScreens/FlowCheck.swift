import ConsentEngine
import ConsentModel
import ConsentSource
import Glibc

extension FlowLoader {
  /// Everything that is wrong with a flow: its files, its baseline in every language and in the pseudo-language, and
  /// every level of every factor. Of a part that by which it would be wrong in any flow.
  ///
  /// - Parameters:
  ///   - flow: its folder below the source.
  ///   - source: where the files are.
  ///   - pairs: whether every pair of levels is tried, too.
  public static func check(flow: String, from source: FlowSource, pairs: Bool = false) -> [Diagnostic] {
    guard !isPart(flow, in: source) else {
      let reader = DocumentReader(source: source)
      reader.readPart(flow)
      return reader.report.diagnostics.inReadingOrder()
    }
    let (document, found) = document(flow, from: source)
    guard let document else { return found }
    var all = found
    var known = Set(found)
    // A problem that the baseline has, too, is told once and without a condition.
    func add(_ diagnostics: [Diagnostic], _ condition: String) {
      for diagnostic in diagnostics where known.insert(diagnostic).inserted {
        var named = diagnostic
        if !condition.isEmpty { named.message += ", with \(condition)" }
        all.append(named)
      }
    }
    let (english, problems) = document.compile()
    add(problems, "")
    if let english {
      add(traps(in: english, of: document), "")
      add(document.properties(of: english).diagnostics, "")
    }
    for language in document.languages where language != "en" {
      // Texts that are missing were told with their files.
      guard let pack = document.packs[language], pack.isComplete else { continue }
      add(document.compile(language: language).diagnostics, "")
    }
    // It is made from English and has the same mistakes.
    if english != nil { add(document.compile(language: FlowDocument.pseudoLanguage).diagnostics, "") }
    for condition in document.conditions(of: 1) + (pairs ? document.conditions(of: 2) : []) {
      let words = condition.map { "\($0.factor)=\($0.level)" }.joined(separator: " ")
      let levels = Dictionary(uniqueKeysWithValues: condition.map { ($0.factor, $0.level) })
      add(document.compile(set: levels).diagnostics, words)
    }
    return all.inReadingOrder()
  }

  /// States that cannot end although their screen can, found by exploring every entry as far as that is quickly done.
  private static func traps(in flow: FlowDefinition, of document: FlowDocument) -> [Diagnostic] {
    let engine = FlowEngine(flow)
    var screens: Set<Int32> = []
    for entry in flow.entries.indices {
      let inputs = SessionInputs(
        entry: UInt8(entry), date: flow.dates.published, inputGuardMicroseconds: flow.inputGuardMicroseconds)
      let found = engine.explore(inputs, limit: 1000)
      // A search that was cut off knows nothing of what lies beyond.
      if found.isComplete { screens.formUnion(found.trappedScreens) }
    }
    return screens.sorted().map { screen in
      Diagnostic(
        at: document.spec.screens[Int(screen)].name.mark,
        "`\(flow.screens[Int(screen)].name)` can be in a state from which no keys lead to an outcome",
        hint: "look at the conditions of the ways out of it")
    }
  }

  /// Everything that is wrong with what lies at a path: a folder of flows, a flow, a part, or a file of one of them.
  public static func check(path: String) -> [Diagnostic] {
    var folder = path
    while folder.count > 1, folder.hasSuffix("/") { folder.removeLast() }
    guard let isFolder = FlowLoader.isFolder(folder) else {
      return [
        Diagnostic(at: Mark(file: path), "there is no such file or folder", hint: "check the spelling of the path")
      ]
    }
    if !isFolder {
      guard folder.hasSuffix(".yaml") else {
        return [Diagnostic(at: Mark(file: path), "this is no screen file", hint: "screen files end in `.yaml`")]
      }
      folder = parent(folder)
      if ["text", "factors"].contains(last(folder)) { folder = parent(folder) }
    }
    guard FlowLoader.isFolder(folder + "/flow.yaml") == false else {
      return check(flow: last(folder), from: .folder(parent(folder)))
    }
    let source = FlowSource.folder(folder)
    let flows = flows(in: source)
    guard !flows.isEmpty else {
      return [
        Diagnostic(at: Mark(file: folder), "there is no flow here", hint: "a flow is a folder with a flow.yaml")
      ]
    }
    return flows.flatMap { check(flow: $0, from: source) }.inReadingOrder()
  }

  private static func parent(_ path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return path == "." ? ".." : "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  private static func last(_ path: String) -> String {
    path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
  }

  /// Whether a path is a folder, or nil when there is nothing.
  private static func isFolder(_ path: String) -> Bool? {
    var facts = stat()
    guard stat(path, &facts) == 0 else { return nil }
    return facts.st_mode & S_IFMT == S_IFDIR
  }
}

extension FlowDocument {
  /// Every combination of so many levels off the baseline, one or two, without the impossible ones.
  public func conditions(of count: Int) -> [[FlowDefinition.FactorLevel]] {
    precondition((1...2).contains(count), "conditions of one or two levels can be listed")
    let singles = factors.flatMap { factor in
      factor.levels.filter { $0 != factor.baseline }.map { FlowDefinition.FactorLevel(factor: factor.name, level: $0) }
    }
    func isPossible(_ levels: [FlowDefinition.FactorLevel]) -> Bool {
      condition(Dictionary(uniqueKeysWithValues: levels.map { ($0.factor, $0.level) })).problems.isEmpty
    }
    guard count == 2 else { return singles.map { [$0] }.filter(isPossible) }
    var pairs: [[FlowDefinition.FactorLevel]] = []
    for (index, first) in singles.enumerated() {
      for second in singles[(index + 1)...] where second.factor != first.factor {
        if isPossible([first, second]) { pairs.append([first, second]) }
      }
    }
    return pairs
  }

  /// A condition drawn at random, equally often for every possible one; nil when none was found in 1,000 draws.
  public func drawCondition(_ random: inout PRNG) -> [FlowDefinition.FactorLevel]? {
    for _ in 0..<1000 {
      let levels = factors.map { factor in
        FlowDefinition.FactorLevel(factor: factor.name, level: factor.levels[random.below(factor.levels.count)])
      }
      if condition(Dictionary(uniqueKeysWithValues: levels.map { ($0.factor, $0.level) })).problems.isEmpty {
        return levels
      }
    }
    return nil
  }
}
