import ConsentModel
import ConsentSource

extension FlowDocument {
  /// Who read the texts of a language, and when.
  public struct Review: Hashable, Sendable {
    /// Who read them; several are separated by commas.
    public var by: String
    /// When they did; of several days the first.
    public var on: Day
  }

  /// How far a flow is translated into one language, and who vouches for it.
  public struct Translation: Hashable, Sendable {
    /// The tag of the language.
    public var language: String
    /// Who read all of its texts, or nil as long as there is one that nobody has read.
    public var review: Review?
    /// The number of English texts that it has itself; the others are taken from the language that it falls back to.
    public var own: Int
    /// The number of English texts.
    public var all: Int
  }

  /// The language that is made from English by accents and lengthening, so that texts which are cut off or were never
  /// handed to a translator are seen; it is not among `languages`, and only exactly this tag finds it.
  public static let pseudoLanguage = "en-XA"

  /// Languages in which it has texts, English first.
  public var languages: [String] {
    packs.keys.sorted { ($0 == "en" ? "" : $0) < ($1 == "en" ? "" : $1) }
  }

  /// The language that a tag finds, or nil; English is found only by who asks for it.
  ///
  /// Capital and small letters are the same. A tag that finds nothing is shortened from its end, subtag by subtag, so
  /// that `de-AT` finds `de`.
  ///
  /// Algorithm: the lookup of RFC 4647, section 3.4, without its default.
  public func language(for tag: String) -> String? {
    var subtags = tag.lowercased().split(separator: "-", omittingEmptySubsequences: false)
    if tag.lowercased() == FlowDocument.pseudoLanguage.lowercased() { return FlowDocument.pseudoLanguage }
    while !subtags.isEmpty {
      let range = subtags.joined(separator: "-")
      if let found = languages.first(where: { $0.lowercased() == range }) { return found }
      subtags.removeLast()
      // A single letter introduces what comes after it and means nothing alone.
      if subtags.last?.count == 1 { subtags.removeLast() }
    }
    return nil
  }

  /// How far the flow is translated into a language, English first; nil when it has no such language.
  public func translation(_ language: String) -> Translation? {
    guard let pack = packs[language], let english = packs["en"] else { return nil }
    let own = english.texts.keys.count { pack.texts[$0] != nil && pack.taken[$0] == nil }
    return Translation(language: language, review: pack.review, own: own, all: english.texts.count)
  }

  /// Who reviewed the texts of a language and when, or nil when there is no such language or any of its texts was never
  /// reviewed: those of the parts count, and so do those that are taken from another language.
  public func reviewed(_ language: String) -> Review? { packs[language]?.review }

  /// The texts of a language by its tag as `language(for:)` gives it.
  func pack(of language: String) -> LanguagePack? {
    guard language == FlowDocument.pseudoLanguage else { return packs[language] }
    return packs["en"].map { PseudoLanguage(spec: spec).pack(from: $0) }
  }
}

extension LanguagePack {
  /// The review of all of its files together, or nil when there is one that nobody has reviewed.
  var review: FlowDocument.Review? {
    let known = reviews.compactMap { $0 }
    guard known.count == reviews.count, let first = known.map(\.on).min() else { return nil }
    var names: [String] = []
    // The flow's own file was read last and comes first.
    for review in known.reversed() where !names.contains(review.by) { names.append(review.by) }
    return FlowDocument.Review(by: names.joined(separator: ", "), on: first)
  }
}
