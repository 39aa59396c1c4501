import ConsentModel

/// Makes a language from English in which every text can be told from one that nobody translated.
///
/// Letters get accents, texts grow by about two fifths, short ones up to double, and stand in brackets, so that a text
/// that is cut off shows it. A text that is filled into another one, the value of a variable or the words of a link,
/// grows and has no brackets of its own: those of the text around it are enough. Months get accents and nothing else.
/// What is filled in stays as it is, and so does the name of a key that is to be pressed: a word such as Tab, or a
/// letter that stands alone.
struct PseudoLanguage {
  /// Variables whose values have texts.
  private let variables: Set<String>
  /// Texts of links that stand inside other texts.
  private let labels: Set<String>

  init(spec: FlowSpec) {
    variables = Set(spec.variables.map(\.name.name))
    let links = spec.screens.flatMap(\.links)
    let names = Set(links.compactMap(\.name?.name))
    let changes = spec.factors.flatMap(\.levels).flatMap(\.changes)
    let others = changes.compactMap { change -> String? in
      guard case .ref(let ref?) = change.value, change.property.name == "text", let target = change.target,
        names.contains(target.name)
      else { return nil }
      return ref.name
    }
    labels = Set(links.map(\.main.name) + others)
  }

  /// The pack that is made from the English one.
  func pack(from english: LanguagePack) -> LanguagePack {
    var pack = english
    pack.language = FlowDocument.pseudoLanguage
    // Nobody reads it as a text.
    pack.reviews = [nil]
    pack.months = english.months.map(PseudoLanguage.accented)
    for (key, text) in english.texts { pack.texts[key] = changed(text, isInside: isFilledIn(key)) }
    return pack
  }

  private func isFilledIn(_ key: String) -> Bool {
    if labels.contains(key) { return true }
    guard let dot = key.lastIndex(of: ".") else { return false }
    return variables.contains(String(key[..<dot]))
  }

  private func changed(_ text: ParsedText, isInside: Bool) -> ParsedText {
    guard !text.pieces.isEmpty else { return text }
    var columns = 0
    var changed = text
    changed.pieces = text.pieces.map { piece in
      guard case .literal(let glyphs) = piece else { return piece }
      columns += glyphs.reduce(0) { $0 + $1.columns }
      return .literal(PseudoLanguage.accented(glyphs))
    }
    let padding = PseudoLanguage.padding(for: columns)
    if isInside {
      if !padding.isEmpty { changed.pieces.append(.literal(padding)) }
    } else {
      changed.pieces.insert(.literal(PseudoLanguage.glyphs("[")), at: 0)
      changed.pieces.append(.literal(padding + PseudoLanguage.glyphs("]")))
    }
    return changed
  }

  // MARK: Letters

  private static let plain = "AaCcDdEeGgHhIiJjKkLlNnOoPpRrSsTtUuWwYyZz"
  /// One column each, all in Latin-1 or Latin Extended-A. The letters that are left out have no such form.
  private static let accents = "ÅåÇçĐđÉéĜĝĤĥÎîĴĵĶķĻļÑñÖöÞþŔŕŠšŢţÛûŴŵÝýŽž"
  private static let table = Dictionary(
    uniqueKeysWithValues: zip(plain.unicodeScalars.map(\.value), accents.unicodeScalars.map(\.value)))

  /// Words that name a key of the keyboard.
  private static let keys: Set<String> = [
    "Tab", "Shift", "Ctrl", "Enter", "Space", "Esc", "Up", "Down", "Left", "Right", "Page",
  ]

  /// The same letters with accents, word by word.
  private static func accented(_ glyphs: [Glyph]) -> [Glyph] {
    var result = glyphs
    var word = ""
    func end(at index: Int) {
      defer { word = "" }
      guard word.count > 1, !keys.contains(word) else { return }
      for place in (index - word.unicodeScalars.count)..<index {
        guard let accent = table[glyphs[place].value] else { continue }
        result[place] = Glyph(scalar: accent, columns: 1)
      }
    }
    for (index, glyph) in glyphs.enumerated() {
      if !glyph.isCluster, let scalar = Unicode.Scalar(glyph.value), isLetter(scalar) {
        word.unicodeScalars.append(scalar)
      } else {
        end(at: index)
      }
    }
    end(at: glyphs.count)
    return result
  }

  private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
    ("A"..."Z").contains(scalar) || ("a"..."z").contains(scalar)
  }

  private static func glyphs(_ text: String) -> [Glyph] {
    text.unicodeScalars.map { Glyph(scalar: $0.value, columns: 1) }
  }

  // MARK: Length

  private static let words = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]

  /// Words that make a text of so many columns longer: as long again up to 10 columns, then more slowly, two fifths of
  /// it from 25 on.
  private static func padding(for columns: Int) -> [Glyph] {
    let wanted = max(columns * 2 / 5, min(columns, 10))
    var text = ""
    var index = 0
    while text.utf8.count < wanted {
      text += " " + words[index % words.count]
      index += 1
    }
    return glyphs(text)
  }
}
