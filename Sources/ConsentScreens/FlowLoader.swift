import ConsentModel
import ConsentSource

/// Loads flows from screen files and says everything that is wrong with them at once.
public enum FlowLoader {
  /// A flow read from its files, or nil when not even its `flow.yaml` can be read; and what is wrong whatever the
  /// condition.
  ///
  /// - Parameters:
  ///   - isOnlyEnglish: whether the texts of other languages are left unread.
  ///   - entry: the only entry that is wanted, or nil for all; screens that it does not lead to are left out.
  ///   - kept: screens that stay all the same, because a program shows them by itself.
  public static func document(
    _ flow: String, from source: FlowSource, isOnlyEnglish: Bool = false, entry: String? = nil,
    keeping kept: [String] = []
  ) -> (document: FlowDocument?, diagnostics: [Diagnostic]) {
    let reader = DocumentReader(source: source, isOnlyEnglish: isOnlyEnglish, entry: entry, kept: kept)
    let document = reader.read(flow)
    return (document, document?.diagnostics ?? reader.report.diagnostics.inReadingOrder())
  }

  /// One condition of a flow in one language, or nil when any error was found; and all diagnostics.
  ///
  /// - Parameters:
  ///   - flow: its folder below the source, for example `consumer-terms`.
  ///   - source: where the files are.
  ///   - levels: factor → level; the others keep their baseline.
  ///   - language: the language of the texts, as `FlowDocument.language(for:)` finds it.
  public static func load(
    flow: String, from source: FlowSource, set levels: [String: String] = [:], language: String = "en"
  ) -> (flow: FlowDefinition?, diagnostics: [Diagnostic]) {
    // English needs no other language's files; what is wrong with them is for those who ask for them, or for a check.
    let reader = DocumentReader(source: source, isOnlyEnglish: language == "en")
    guard let document = reader.read(flow) else { return (nil, reader.report.diagnostics.inReadingOrder()) }
    let found = document.diagnostics
    let (definition, more) = document.compile(set: levels, language: language)
    let all = (found + more).inReadingOrder()
    return (all.hasErrors ? nil : definition, all)
  }

  /// The names of the flows below a source, in ascending order; parts are none.
  public static func flows(in source: FlowSource) -> [String] {
    source.list("").folders.filter { name in
      source.tree(name + "/flow.yaml") != nil || (try? source.read(name + "/flow.yaml")) != nil
    }.filter { !isPart($0, in: source) }
  }

  /// Whether a folder is a part of flows; one that cannot be read may be a flow.
  static func isPart(_ folder: String, in source: FlowSource) -> Bool {
    if let tree = source.tree(folder + "/flow.yaml") { return FlowDecoder.isPart(tree) }
    guard let bytes = try? source.read(folder + "/flow.yaml") else { return false }
    var ignored: [Diagnostic] = []
    return SourceReader.parse(bytes, file: folder, into: &ignored).map { FlowDecoder.isPart($0) } ?? false
  }
}

extension FlowDocument {
  /// The flow under one condition, or nil when that cannot be; and what is wrong with it under this condition.
  ///
  /// - Parameters:
  ///   - levels: factor → level; factors that are left out keep their baseline.
  ///   - tag: the language of the texts, as `language(for:)` finds it; the flow names the one that was found.
  ///   - countsKeys: whether the variables that count keys are filled in, which explores the flow; otherwise they
  ///     are 0.
  public func compile(set levels: [String: String] = [:], language tag: String = "en", countsKeys: Bool = true) -> (
    flow: FlowDefinition?, diagnostics: [Diagnostic]
  ) {
    let (condition, problems) = condition(levels)
    guard problems.isEmpty else { return (nil, problems) }
    guard isWhole else { return (nil, diagnostics.filter { $0.severity == .error }) }
    guard let language = language(for: tag), let pack = pack(of: language) else {
      let ref = Ref(tag, at: Mark(file: spec.mark.file))
      let report = Report()
      report.missing("language", ref, among: languages)
      return (nil, report.diagnostics)
    }
    let report = Report()
    var patched = spec
    for (factor, level) in zip(spec.factors, condition) {
      guard let chosen = factor.levels.first(where: { $0.name.name == level.level }) else { continue }
      patched.apply(chosen.changes, report)
    }
    var flow = Compiler(spec: patched, pack: pack, condition: condition, report: report).compile()
    if !report.diagnostics.hasErrors { FlowChecks(flow: flow, spec: patched, report: report).run() }
    if countsKeys, !report.diagnostics.hasErrors { KeyCounts(spec: patched, report: report).fill(&flow) }
    let found = report.diagnostics.inReadingOrder()
    return (found.hasErrors ? nil : flow, found)
  }
}
