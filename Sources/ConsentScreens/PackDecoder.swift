import ConsentModel
import ConsentRender
import ConsentSource

/// A text taken apart: characters, and what is filled in.
struct ParsedText: Sendable {
  var mark: Mark
  var pieces: [Piece] = []

  enum Piece: Sendable {
    case literal([Glyph])
    case value(Ref)
    case link(Ref)
  }

  /// Names of links in it.
  var links: [Ref] { pieces.compactMap { if case .link(let ref) = $0 { ref } else { nil } } }

  /// Names of variables and dates that are filled in.
  var values: [Ref] { pieces.compactMap { if case .value(let ref) = $0 { ref } else { nil } } }
}

/// The texts of a flow in one language.
struct LanguagePack: Sendable {
  var language: String
  var mark: Mark
  var texts: [String: ParsedText] = [:]
  var clusters: [Cluster] = []
  var clusterIndex: [String: Int] = [:]
  var months: [[Glyph]] = []
  var datePattern = DatePattern(parts: [])
  var decimal = Glyph(scalar: 0x2E, columns: 1)
  /// Who read each of its files, those of the parts first; nil for a file that nobody has reviewed.
  var reviews: [FlowDocument.Review?] = []
  /// The language that stands in for texts that are missing.
  var fallback: Ref?
  /// English files of parts that have none in this language.
  var missingParts: Set<String> = []
  /// Keys of texts that are not its own, with the language that they were taken from.
  var taken: [String: String] = [:]
  /// Whether every English text is there, its own or taken.
  var isComplete = true

  init(language: String, mark: Mark) {
    self.language = language
    self.mark = mark
  }

  /// Characters as glyphs; what cannot be painted is reported.
  mutating func glyphs(_ text: some StringProtocol, at mark: Mark, _ report: Report) -> [Glyph] {
    var glyphs: [Glyph] = []
    for character in text {
      let scalars = character.unicodeScalars
      if let scalar = scalars.first, scalars.count == 1 {
        if scalar == "\n" {
          glyphs.append(.newline)
        } else if GlyphTable.isPrintable(scalar.value), !ForbiddenScalars.contains(scalar) {
          glyphs.append(Glyph(scalar: scalar.value, columns: GlyphTable.columns(of: scalar)))
        } else {
          let hint = scalar == "\t" ? "write spaces" : "remove it"
          report.error(at: mark, "a text must not hold \(LanguagePack.name(of: scalar))", hint: hint)
        }
        continue
      }
      let string = String(character)
      let columns = GlyphTable.columns(ofCluster: string)
      guard columns > 0, scalars.count <= 32 else {
        report.error(at: mark, "a text holds a character that takes no column", hint: "remove it")
        continue
      }
      glyphs.append(Glyph(cluster: intern(string, columns), columns: columns))
    }
    return glyphs
  }

  /// A text of another pack, with its clusters among those of this one.
  mutating func take(_ text: ParsedText, from other: LanguagePack) -> ParsedText {
    var text = text
    text.pieces = text.pieces.map { piece in
      guard case .literal(let glyphs) = piece else { return piece }
      return .literal(
        glyphs.map { glyph in
          guard glyph.isCluster else { return glyph }
          let cluster = other.clusters[Int(glyph.value)]
          return Glyph(cluster: intern(cluster.text, Int(cluster.columns)), columns: Int(cluster.columns))
        })
    }
    return text
  }

  private static func name(of scalar: Unicode.Scalar) -> String {
    if ForbiddenScalars.contains(scalar) { return ForbiddenScalars.name(of: scalar) }
    if scalar == "\t" { return "a tab" }
    return "U+\(String(scalar.value, radix: 16, uppercase: true)), which takes no column"
  }

  private mutating func intern(_ text: String, _ columns: Int) -> Int {
    if let index = clusterIndex[text] { return index }
    clusters.append(Cluster(text: text, columns: UInt8(columns)))
    clusterIndex[text] = clusters.count - 1
    return clusters.count - 1
  }
}

/// Reads the texts of one language.
struct PackDecoder {
  let report: Report

  /// Reads a file of texts into a pack. The flow's own file is read last and wins over those of its parts.
  func read(_ node: Node, fileName: String, isPart: Bool, names: [String: String], into pack: inout LanguagePack) {
    guard let fields = Fields(node, .pack, what: "a language pack", report) else { return }
    if let language = fields.ref("language"), language.name != fileName {
      report.error(
        at: language.mark, "the language is `\(language.name)`, the file `\(fileName)`", hint: "use one tag for both")
    }
    pack.reviews.append(review(fields))
    pack.fallback = fields.ref("fallback") ?? pack.fallback
    readDates(fields, isPart: isPart, into: &pack)
    for entry in fields.entries("text") ?? [] {
      guard isTextKey(entry.key) else {
        report.error(at: entry.mark, "`\(entry.key)` is no key of a text", hint: "small letters, digits, `.`, `-`, `_`")
        continue
      }
      guard let text = entry.value.scalar else {
        report.error(at: entry.value.mark, "the text `\(entry.key)` is \(entry.value.kindWord)", hint: "write text")
        continue
      }
      pack.texts[entry.key] = parse(text, key: entry, names: names, into: &pack)
    }
  }

  private func review(_ fields: Fields) -> FlowDocument.Review? {
    guard let reviewed = fields.node("reviewed"), reviewed.mapping != nil,
      let parts = Fields(reviewed, .reviewed, what: "`reviewed`", report), let by = parts.string("by"),
      let date = parts.date("date")
    else { return nil }
    return FlowDocument.Review(by: by, on: date)
  }

  private func readDates(_ fields: Fields, isPart: Bool, into pack: inout LanguagePack) {
    if let months = fields.node("months") {
      let words = months.sequence?.compactMap(\.scalar) ?? []
      if words.count == 12 {
        pack.months = words.map { pack.glyphs($0, at: months.mark, report) }
      } else {
        report.error(at: months.mark, "`months` has to be a list of twelve names")
      }
    } else if !isPart {
      report.error(at: fields.mark, "a language pack needs `months`", hint: "a list of twelve names")
    }
    if let date = fields.ref("date") {
      pack.datePattern = pattern(date, into: &pack)
    } else if !isPart {
      report.error(at: fields.mark, "a language pack needs `date`", hint: "for example \"{d} {m} {y}\"")
    }
    if let decimal = fields.ref("decimal") {
      let glyphs = pack.glyphs(decimal.name, at: decimal.mark, report)
      if glyphs.count == 1, let glyph = glyphs.first, glyph.columns == 1 {
        pack.decimal = glyph
      } else {
        report.error(at: decimal.mark, "`decimal` has to be one character")
      }
    }
  }

  private func pattern(_ ref: Ref, into pack: inout LanguagePack) -> DatePattern {
    var parts: [DatePattern.Part] = []
    var rest = ref.name[...]
    var seen: Set<Character> = []
    while let open = rest.firstIndex(of: "{") {
      if open > rest.startIndex { parts.append(.literal(pack.glyphs(rest[..<open], at: ref.mark, report))) }
      guard let close = rest[open...].firstIndex(of: "}") else { break }
      switch rest[rest.index(after: open)..<close] {
      case "d": parts.append(.day)
      case "m": parts.append(.month)
      case "y": parts.append(.year)
      default: report.error(at: ref.mark, "a date has only {d}, {m} and {y}")
      }
      seen.formUnion(rest[open..<close])
      rest = rest[rest.index(after: close)...]
    }
    if !rest.isEmpty { parts.append(.literal(pack.glyphs(rest, at: ref.mark, report))) }
    if !seen.isSuperset(of: ["d", "m", "y"]) { report.error(at: ref.mark, "a date needs {d}, {m} and {y}") }
    return DatePattern(parts: parts)
  }

  /// Takes a text apart at its braces; names are written in at once.
  private func parse(
    _ text: String, key: Node.Entry, names: [String: String], into pack: inout LanguagePack
  ) -> ParsedText {
    let mark = key.value.mark
    var parsed = ParsedText(mark: mark)
    var literal = ""
    func flush(_ pack: inout LanguagePack) {
      guard !literal.isEmpty else { return }
      parsed.pieces.append(.literal(pack.glyphs(literal, at: mark, report)))
      literal = ""
    }
    var rest = text.hasSuffix("\n") ? text.dropLast() : text[...]
    while let brace = rest.firstIndex(where: { $0 == "{" || $0 == "}" }) {
      literal += rest[..<brace]
      let after = rest.index(after: brace)
      if after < rest.endIndex, rest[after] == rest[brace] {
        literal.append(rest[brace])
        rest = rest[rest.index(after: after)...]
        continue
      }
      guard rest[brace] == "{", let close = rest[after...].firstIndex(of: "}") else {
        report.error(at: mark, "`\(key.key)` has a lone brace", hint: "a brace that is meant as text is written twice")
        rest = rest[after...]
        continue
      }
      let inside = String(rest[after..<close])
      rest = rest[rest.index(after: close)...]
      if let name = names[inside] {
        literal += name
      } else if inside.hasPrefix("link:"), isName(inside.dropFirst(5)) {
        flush(&pack)
        parsed.pieces.append(.link(Ref(String(inside.dropFirst(5)), at: mark)))
      } else if isName(inside) {
        flush(&pack)
        parsed.pieces.append(.value(Ref(inside, at: mark)))
      } else {
        report.error(
          at: mark, "`{\(inside.prefix(40))}` is neither a name, a variable nor a link",
          hint: "a brace that is meant as text is written twice")
      }
    }
    literal += rest
    flush(&pack)
    return parsed
  }
}
