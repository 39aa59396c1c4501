import ConsentModel
import ConsentSource

/// Reads all the files of a flow and of the parts that it uses.
struct DocumentReader {
  let source: FlowSource
  let report = Report()
  /// Files that could not be read at all.
  private let broken = Broken()

  private final class Broken {
    var count = 0
  }

  /// Whether the texts of other languages are left unread.
  private let isOnlyEnglish: Bool

  /// The only entry that is wanted, or nil for all.
  private let entry: String?
  /// Screens that stay although no entry leads to them.
  private let kept: [String]

  init(source: FlowSource, isOnlyEnglish: Bool = false, entry: String? = nil, kept: [String] = []) {
    self.source = source
    self.isOnlyEnglish = isOnlyEnglish
    self.entry = entry
    self.kept = kept
  }

  func read(_ flow: String) -> FlowDocument? {
    guard let (own, uses) = header(flow) else { return nil }
    var spec = own
    var parts: [(folder: String, spec: FlowSpec)] = []
    var seen: Set<String> = [flow]
    var pending = uses
    while !pending.isEmpty {
      let use = pending.removeFirst()
      guard seen.insert(use.name).inserted else { continue }
      guard let (part, more) = header(use.name, asPartAt: use.mark) else { continue }
      parts.append((use.name, part))
      pending += more
    }
    for (folder, part) in parts { merge(part, of: folder, into: &spec) }
    // What a part begins with comes before the flow's own beginnings, so that it is the default.
    spec.entries = parts.flatMap(\.spec.entries) + spec.entries
    for (index, entry) in spec.entries.enumerated()
    where spec.entries[..<index].contains(where: { $0.name.name == entry.name.name }) {
      report.error(at: entry.name.mark, "another entry is called `\(entry.name.name)`")
    }
    (spec.screens, spec.replaced) = screens(of: flow, parts: parts)
    spec.policy = file(flow + "/policy.yaml", isOptional: true).flatMap { PolicyDecoder(report: report).policy($0) }
    spec.properties =
      file(flow + "/properties.yaml", isOptional: true).map { PropertyDecoder(report: report).properties($0) } ?? []
    spec.factors = ([flow] + parts.map(\.folder)).flatMap(factors).sorted { $0.name.name < $1.name.name }
    for (index, factor) in spec.factors.enumerated().dropFirst()
    where factor.name.name == spec.factors[index - 1].name.name {
      report.error(at: factor.name.mark, "another factor is called `\(factor.name.name)`")
    }
    if let entry { spec.prune(to: entry, keeping: kept) }
    var packs = packs(flow, parts: parts.map(\.folder), names: spec.names)
    // Where a file is missing as a whole, everything that refers to it would only repeat that.
    let isWhole = broken.count == 0
    if isWhole {
      LanguageChecks(read: packs, report: report).run(on: &packs)
      DocumentChecks(spec: spec, packs: packs, report: report).run()
    }
    return FlowDocument(
      spec: spec, packs: packs, isWhole: isWhole, diagnostics: report.diagnostics.inReadingOrder())
  }

  /// Reads a part by itself: only what can be said without the flows that use it.
  func readPart(_ folder: String) {
    guard let (spec, _) = header(folder, asPartAt: Mark(file: source.label(of: folder))) else { return }
    _ = screens(in: folder)
    _ = factors(in: folder)
    _ = packs(folder, parts: [], names: spec.names, isPart: true)
  }

  // MARK: Files

  /// A file's root, or nil; what is wrong is reported.
  private func file(_ path: String, isOptional: Bool = false) -> Node? {
    let label = source.label(of: path)
    if let tree = source.tree(path) { return tree }
    do {
      var found: [Diagnostic] = []
      let node = SourceReader.parse(try source.read(path), file: label, into: &found)
      report.add(found)
      if node == nil { broken.count += 1 }
      return node
    } catch {
      if error == .missing, isOptional { return nil }
      broken.count += 1
      let (message, hint) = error.words
      report.error(at: Mark(file: label), message, hint: hint)
      return nil
    }
  }

  private func isThere(_ path: String) -> Bool {
    if source.tree(path) != nil { return true }
    do {
      _ = try source.read(path)
      return true
    } catch {
      return error != .missing
    }
  }

  /// Names of the YAML files in a folder, in ascending order.
  private func names(in folder: String) -> [String] {
    source.list(folder).files.compactMap { name in
      if name.hasSuffix(".yml") {
        report.error(
          at: Mark(file: source.label(of: folder + "/" + name)), "screen files end in `.yaml`", hint: "rename it")
      }
      guard name.hasSuffix(".yaml") else { return nil }
      let base = String(name.dropLast(5))
      guard isName(base) || folder.hasSuffix("/text") else {
        report.error(
          at: Mark(file: source.label(of: folder + "/" + name)), "`\(base)` is no name",
          hint: "small letters, digits, `-` and `_`")
        return nil
      }
      return base
    }
  }

  private func header(_ folder: String, asPartAt use: Mark? = nil) -> (FlowSpec, [Ref])? {
    if let use, !isThere(folder + "/flow.yaml") {
      report.error(at: use, "there is no part `\(folder)`", hint: "a part is a folder with a flow.yaml")
      return nil
    }
    guard let node = file(folder + "/flow.yaml") else { return nil }
    if use != nil, !FlowDecoder.isPart(node) {
      report.error(at: node.mark, "`\(folder)` is no part", hint: "add `part: true`")
      return nil
    }
    if use == nil, FlowDecoder.isPart(node) {
      report.error(at: node.mark, "`\(folder)` is a part and has no entries", hint: "name a flow that uses it")
      return nil
    }
    return FlowDecoder(report: report).flow(node, name: folder)
  }

  private func screens(in folder: String) -> [ScreenSpec] {
    // An instrument is read by those who make screens of it.
    names(in: folder).filter { !["flow", "policy", "properties", "instrument"].contains($0) }.compactMap { name in
      file("\(folder)/\(name).yaml").flatMap { ScreenDecoder(report: report).screen($0, fileName: name) }
    }
  }

  /// The screens of a flow and of its parts, and apart from them those in whose place a part puts its own.
  private func screens(
    of flow: String, parts: [(folder: String, spec: FlowSpec)]
  ) -> (used: [ScreenSpec], replaced: [ScreenSpec]) {
    let read = ([flow] + parts.map(\.folder)).map { (folder: $0, screens: screens(in: $0)) }
    let owners = replacing(parts, read)
    var used: [ScreenSpec] = []
    var replaced: [ScreenSpec] = []
    for (folder, screens) in read {
      for screen in screens {
        let name = screen.name.name
        if let owner = owners[name], owner != folder {
          replaced.append(screen)
        } else if let other = used.first(where: { $0.name.name == name }) {
          report.error(
            at: screen.name.mark, "another screen is called `\(name)`", hint: "it is in \(other.name.mark.file)")
        } else {
          used.append(screen)
        }
      }
    }
    return (used, replaced)
  }

  /// Which part's screen stands for a name; what a part replaces has to be there twice, in the part and elsewhere.
  private func replacing(
    _ parts: [(folder: String, spec: FlowSpec)], _ read: [(folder: String, screens: [ScreenSpec])]
  ) -> [String: String] {
    var owners: [String: String] = [:]
    for (folder, spec) in parts {
      let own = read.filter { $0.folder == folder }.flatMap(\.screens).map(\.name.name)
      let others = read.filter { $0.folder != folder }.flatMap(\.screens).map(\.name.name)
      for ref in spec.replaces {
        if !others.contains(ref.name) {
          report.missing("screen", ref, among: others)
        } else if !own.contains(ref.name) {
          report.error(
            at: ref.mark, "`\(folder)` has no screen `\(ref.name)` to put in the place of the other",
            hint: Nearest.name(to: ref.name, among: own).map { "did you mean `\($0)`?" } ?? "add \(ref.name).yaml")
        } else if let other = owners[ref.name], other != folder {
          report.error(at: ref.mark, "`\(other)` replaces `\(ref.name)`, too", hint: "one of the two has to go")
        } else {
          owners[ref.name] = folder
        }
      }
    }
    return owners
  }

  private func factors(in folder: String) -> [FactorSpec] {
    names(in: folder + "/factors").compactMap { name in
      file("\(folder)/factors/\(name).yaml").flatMap { FactorDecoder(report: report).factor($0, fileName: name) }
    }
  }

  private func merge(_ part: FlowSpec, of folder: String, into spec: inout FlowSpec) {
    spec.names.merge(part.names) { own, _ in own }
    for variable in part.variables {
      if let own = spec.variables.first(where: { $0.name.name == variable.name.name }) {
        report.error(
          at: variable.name.mark, "another variable is called `\(variable.name.name)`",
          hint: "it is in \(own.name.mark.file):\(own.name.mark.line)")
        continue
      }
      spec.variables.append(variable)
    }
    spec.linear = spec.linear ?? part.linear
    spec.stop = spec.stop ?? part.stop
    for style in part.styles where !spec.styles.contains(where: { $0.name.name == style.name.name }) {
      spec.styles.append(style)
    }
    for outcome in part.outcomes where !spec.outcomes.contains(where: { $0.name == outcome.name }) {
      spec.outcomes.append(outcome)
    }
  }

  private func packs(
    _ flow: String, parts: [String], names: [String: String], isPart: Bool = false
  ) -> [String: LanguagePack] {
    let decoder = PackDecoder(report: report)
    var packs: [String: LanguagePack] = [:]
    let languages = self.names(in: flow + "/text")
    if !languages.contains("en") {
      report.error(at: Mark(file: source.label(of: flow + "/text/en.yaml")), "there are no English texts")
    }
    for language in languages where language == "en" || !isOnlyEnglish {
      let path = "\(flow)/text/\(language).yaml"
      var pack = LanguagePack(language: language, mark: Mark(file: source.label(of: path)))
      for part in parts {
        // A part may be without this language; what is then missing is told together.
        if language != "en", !isThere("\(part)/text/\(language).yaml") {
          pack.missingParts.insert(source.label(of: "\(part)/text/en.yaml"))
          continue
        }
        // The parts come first, so that the flow's own texts win.
        if let node = file("\(part)/text/\(language).yaml") {
          decoder.read(node, fileName: language, isPart: true, names: names, into: &pack)
        }
      }
      if let node = file(path) {
        decoder.read(node, fileName: language, isPart: isPart, names: names, into: &pack)
      }
      packs[language] = pack
    }
    return packs
  }
}
