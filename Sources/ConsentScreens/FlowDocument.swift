import ConsentModel
import ConsentSource

/// A flow read from its files: every screen, text and factor, ready to be compiled for many conditions.
public struct FlowDocument: Sendable {
  /// A factor: levels that each change something declared on the screens.
  public struct Factor: Hashable, Sendable {
    /// Its name.
    public var name: String
    /// The rules and patterns that it stands for.
    public var tags: [String]
    /// The level of the screens as they are written.
    public var baseline: String
    /// Whether no report describes the baseline.
    public var isAssumed: Bool
    /// Its levels in the order of the file.
    public var levels: [String]
    /// The question that checks whether people noticed, and its answers, keys of texts; nil when there is none.
    public var question: String?
    /// Keys of the answers' texts.
    public var answers: [String]
  }

  /// Levels of two factors that cannot be combined.
  public struct ImpossiblePair: Hashable, Sendable {
    /// One of them.
    public var first: FlowDefinition.FactorLevel
    /// The other one.
    public var second: FlowDefinition.FactorLevel
    /// The reason.
    public var why: String
  }

  /// Name of the flow: its folder.
  public var name: String { spec.name }
  /// What it is called in lists; no participant sees it.
  public var title: String { spec.title }
  /// The accounts that a session may be given.
  public var accounts: [String] { spec.accounts.map(\.name) }
  /// Where a session may begin; the first is the default.
  public var entries: [String] { spec.entries.map(\.name.name) }
  /// Names of the screens, those of the parts after its own.
  public var screens: [String] { spec.screens.map(\.name.name) }
  /// Its factors in the order of their names.
  public let factors: [Factor]
  /// Levels that cannot be combined.
  public let impossible: [ImpossiblePair]
  /// What is wrong with the files as far as it does not depend on a condition.
  public let diagnostics: [Diagnostic]

  let spec: FlowSpec
  let packs: [String: LanguagePack]
  /// Whether every file could be read, so that it can be compiled.
  let isWhole: Bool

  init(spec: FlowSpec, packs: [String: LanguagePack], isWhole: Bool, diagnostics: [Diagnostic]) {
    self.spec = spec
    self.packs = packs
    self.isWhole = isWhole
    self.diagnostics = diagnostics
    factors = spec.factors.map { factor in
      Factor(
        name: factor.name.name, tags: factor.tags, baseline: factor.baseline.name, isAssumed: factor.isAssumed,
        levels: factor.levels.map(\.name.name), question: factor.question?.name, answers: factor.answers.map(\.name))
    }
    var pairs: [ImpossiblePair] = []
    for factor in spec.factors {
      for entry in factor.impossible {
        for other in entry.otherLevels {
          for level in entry.levels {
            pairs.append(
              ImpossiblePair(
                first: .init(factor: factor.name.name, level: level.name),
                second: .init(factor: entry.other.name, level: other.name), why: entry.why))
          }
        }
      }
    }
    impossible = pairs
  }

  /// The text of a key as it stands in the language that a tag finds, with names filled in and variables in braces, or
  /// nil.
  public func text(_ key: String, language tag: String = "en") -> String? {
    guard let language = language(for: tag), let pack = pack(of: language), let text = pack.texts[key] else {
      return nil
    }
    return text.pieces.reduce(into: "") { result, piece in
      switch piece {
      case .literal(let glyphs):
        for glyph in glyphs {
          if glyph.isCluster {
            result += pack.clusters[Int(glyph.value)].text
          } else if let scalar = Unicode.Scalar(glyph.value) {
            result.unicodeScalars.append(scalar)
          }
        }
      case .value(let ref): result += "{\(ref.name)}"
      case .link(let ref): result += "{link:\(ref.name)}"
      }
    }
  }

  /// The level of every factor when some are set, or what is wrong with them; all of it at once.
  ///
  /// - Parameter levels: factor → level; factors that are left out keep their baseline.
  public func condition(_ levels: [String: String]) -> (levels: [FlowDefinition.FactorLevel], problems: [Diagnostic]) {
    let report = Report()
    let mark = Mark(file: spec.mark.file)
    for (name, level) in levels.sorted(by: { $0.key < $1.key }) {
      guard let factor = factors.first(where: { $0.name == name }) else {
        report.missing("factor", Ref(name, at: mark), among: factors.map(\.name))
        continue
      }
      if !factor.levels.contains(level) {
        report.missing("level", Ref(level, at: mark), "of `\(name)`", among: factor.levels)
      }
    }
    let chosen = factors.map { factor in
      FlowDefinition.FactorLevel(factor: factor.name, level: levels[factor.name] ?? factor.baseline)
    }
    let asked = Set(chosen)
    for pair in impossible where asked.contains(pair.first) && asked.contains(pair.second) {
      report.error(
        at: mark,
        "`\(pair.first.factor)=\(pair.first.level)` cannot be combined with "
          + "`\(pair.second.factor)=\(pair.second.level)`", hint: pair.why)
    }
    return (chosen, report.diagnostics)
  }
}
