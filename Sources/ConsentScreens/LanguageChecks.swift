import ConsentModel
import ConsentSource

/// Compares the languages of a flow with English, and takes what one lacks from the language that it falls back to.
struct LanguageChecks {
  /// The texts as they were read.
  private let read: [String: LanguagePack]
  private let report: Report

  init(read: [String: LanguagePack], report: Report) {
    self.read = read
    self.report = report
  }

  func run(on packs: inout [String: LanguagePack]) {
    checkTags()
    guard let english = read["en"] else { return }
    if let fallback = english.fallback {
      report.error(at: fallback.mark, "English has every text and falls back to nothing", hint: "remove `fallback`")
    }
    for (language, pack) in read.sorted(by: { $0.key < $1.key }) where language != "en" {
      compare(pack, with: english)
      packs[language] = fill(pack, from: english)
    }
  }

  /// A tag has to find one language, whatever its capital letters.
  private func checkTags() {
    var seen: [String: String] = [FlowDocument.pseudoLanguage.lowercased(): FlowDocument.pseudoLanguage]
    for (language, pack) in read.sorted(by: { $0.key < $1.key }) {
      guard let other = seen.updateValue(language, forKey: language.lowercased()) else { continue }
      if other == FlowDocument.pseudoLanguage {
        report.error(at: pack.mark, "`\(other)` is made from English by itself", hint: "remove the file")
      } else {
        report.error(at: pack.mark, "`\(language)` and `\(other)` are the same language", hint: "remove one of them")
      }
    }
  }

  // MARK: What is missing

  /// The pack with what it lacks, as far as the languages that it falls back to have it.
  private func fill(_ own: LanguagePack, from english: LanguagePack) -> LanguagePack {
    var pack = own
    let missing = english.texts.keys.filter { own.texts[$0] == nil }.sorted()
    guard let chain = chain(from: own) else {
      // Why nothing can be taken has been told; every missing text would only repeat it.
      pack.isComplete = missing.isEmpty
      return pack
    }
    var counts: [String: Int] = [:]
    for key in missing {
      guard let source = chain.first(where: { $0.texts[key] != nil }), let text = source.texts[key] else {
        pack.isComplete = false
        tellMissing(key, in: own, isFallingBack: !chain.isEmpty, english)
        continue
      }
      report.warning(
        at: own.mark, "the text `\(key)` is missing in \(own.language) and taken from \(source.language)",
        hint: "translate it")
      pack.texts[key] = pack.take(text, from: source)
      pack.taken[key] = source.language
      counts[source.language, default: 0] += 1
    }
    if own.fallback == nil {
      for file in own.missingParts.sorted() {
        pack.isComplete = false
        report.error(
          at: own.mark, "the texts of \(file) are missing in \(own.language)",
          hint: "translate that file, or write `fallback: en`")
      }
    }
    let sources = chain.filter { counts[$0.language] != nil }
    if !sources.isEmpty {
      let taken = sources.map { source in
        let count = counts[source.language] ?? 0
        return "\(count) \(count == 1 ? "is" : "are") taken from `\(source.language)`"
      }
      let own = "`\(own.language)` has \(english.texts.count - missing.count) of \(english.texts.count) texts"
      report.warning(at: pack.mark, "\(own); \(taken.joined(separator: ", "))")
    }
    // Texts that nobody has read are not better for standing in for others.
    for source in sources where source.review == nil { pack.reviews.append(nil) }
    return pack
  }

  private func tellMissing(_ key: String, in pack: LanguagePack, isFallingBack: Bool, _ english: LanguagePack) {
    // A file that is missing as a whole is told once.
    if !isFallingBack, let file = english.texts[key]?.mark.file, pack.missingParts.contains(file) { return }
    let hint = isFallingBack ? "translate it" : "translate it, or write `fallback: en`"
    report.error(at: pack.mark, "the text `\(key)` is missing in \(pack.language)", hint: hint)
  }

  /// The packs that stand in for one, the nearest first; nil when they lead nowhere.
  private func chain(from pack: LanguagePack) -> [LanguagePack]? {
    var chain: [LanguagePack] = []
    var last = pack
    while let fallback = last.fallback, last.language != "en" {
      guard let next = read[fallback.name] else {
        if last.language == pack.language {
          report.missing("language", fallback, among: read.keys.sorted().filter { $0 != pack.language })
        }
        return nil
      }
      if next.language == pack.language {
        tellCircle([pack] + chain)
        return nil
      }
      // A circle further on is told where it lies.
      if chain.contains(where: { $0.language == next.language }) { return nil }
      chain.append(next)
      last = next
    }
    return chain
  }

  /// Every language of a circle comes upon it; the first of them tells it.
  private func tellCircle(_ circle: [LanguagePack]) {
    guard let first = circle.first, let fallback = first.fallback,
      circle.allSatisfy({ $0.language >= first.language })
    else { return }
    let names = circle.map { "`\($0.language)`" }.joined(separator: ", ")
    report.error(
      at: fallback.mark,
      circle.count == 1 ? "\(names) falls back to itself" : "\(names) fall back to each other in a circle",
      hint: "one has to fall back to a language that has every text, for example `en`")
  }

  // MARK: What is different

  private func compare(_ pack: LanguagePack, with english: LanguagePack) {
    for (key, text) in pack.texts.sorted(by: { $0.key < $1.key }) {
      guard let original = english.texts[key] else {
        let hint = Nearest.name(to: key, among: english.texts.keys.sorted()).map { "did you mean `\($0)`?" }
        report.error(at: text.mark, "the text `\(key)` is not in en", hint: hint)
        continue
      }
      // Without its link a control cannot be reached, and one that is added would stand in two places.
      for (message, hint) in differences(text.links, original.links, key, "link:") {
        report.error(at: text.mark, message, hint: hint ?? "links stand in the same texts in every language")
      }
      for (message, hint) in differences(text.values, original.values, key, "") {
        report.warning(at: text.mark, message, hint: hint)
      }
    }
  }

  /// What is filled into a text in only one of two languages. What was added is named as a hint where something lacks,
  /// since it is mostly that, misspelt.
  private func differences(_ own: [Ref], _ english: [Ref], _ key: String, _ prefix: String) -> [(String, String?)] {
    let added = Set(own.map(\.name)).subtracting(english.map(\.name)).sorted()
    let lacking = Set(english.map(\.name)).subtracting(own.map(\.name)).sorted()
    func words(_ names: [String]) -> String { names.map { "`{\(prefix)\($0)}`" }.joined(separator: ", ") }
    if lacking.isEmpty {
      return added.map { ("the text `\(key)` has `{\(prefix)\($0)}`, which it has not in en", nil) }
    }
    let hint = added.isEmpty ? nil : "it has \(words(added)) instead"
    return lacking.map { ("the text `\(key)` lacks `{\(prefix)\($0)}`, which it has in en", hint) }
  }
}
