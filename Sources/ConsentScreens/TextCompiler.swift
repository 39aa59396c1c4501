import ConsentModel
import ConsentSource

extension Compiler {
  /// The index of a text; texts without links are kept once, those with links once a screen.
  ///
  /// - Parameter screen: the screen whose links the text may hold, or nil where it may hold none.
  func text(_ ref: Ref, screen: Int?) -> Int32 {
    guard let parsed = pack.texts[ref.name] else {
      if pack.language == "en" || !pack.texts.isEmpty {
        report.error(
          at: ref.mark, "there is no text `\(ref.name)` in \(pack.language)",
          hint: Nearest.name(to: ref.name, among: pack.texts.keys.sorted()).map { "did you mean `\($0)`?" }
            ?? "add it to text/\(pack.language).yaml")
      }
      return 0
    }
    let hasLinks = !parsed.links.isEmpty
    let kept = hasLinks ? "\(ref.name) \(screen ?? -1)" : ref.name
    if let index = textIndex[kept] { return index }
    guard openTexts.insert(ref.name).inserted else {
      report.error(at: parsed.mark, "the text `\(ref.name)` is filled into itself")
      return 0
    }
    defer { openTexts.remove(ref.name) }
    let pieces = parsed.pieces.compactMap { piece(of: $0, key: ref, screen: screen) }
    flow.texts.append(Text(pieces: pieces))
    let index = Int32(flow.texts.count - 1)
    textIndex[kept] = index
    return index
  }

  private func piece(of piece: ParsedText.Piece, key: Ref, screen: Int?) -> Text.Piece? {
    switch piece {
    case .literal(let glyphs): return .literal(glyphs)
    case .link(let ref):
      guard let screen else {
        report.error(at: ref.mark, "the text `\(key.name)` holds a link and stands where none can be")
        return nil
      }
      let links = spec.screens[screen].links.compactMap { $0.name?.name }
      guard links.contains(ref.name) else {
        report.error(
          at: key.mark, "the text `\(key.name)` needs the link `\(ref.name)`, which the screen does not declare",
          hint: Nearest.name(to: ref.name, among: links).map { "did you mean `\($0)`?" } ?? "add it to `links`")
        return nil
      }
      return element(ref, on: screen).map { .link(element: $0) }
    case .value(let ref):
      switch ref.name {
      case "published": return .literal(written(flow.dates.published))
      case "decision": return .literal(written(flow.dates.decision))
      default:
        guard let index = variables[ref.name] else {
          let known = variables.keys.sorted() + spec.names.keys.sorted() + ["published", "decision"]
          report.missing("variable or name", ref, among: known)
          return nil
        }
        return .value(variable: index, format: format(of: index, ref))
      }
    }
  }

  private func format(of index: Int32, _ ref: Ref) -> ValueFormat {
    let variable = flow.variables[Int(index)]
    if !variable.values.isEmpty {
      let texts = variable.values.map { value -> Int32 in
        let key = Ref("\(variable.name).\(value)", at: ref.mark)
        if let parsed = pack.texts[key.name] {
          let isPlain = parsed.pieces.allSatisfy { piece in
            switch piece {
            case .literal: true
            case .link: false
            case .value(let inner): inner.name == "published" || inner.name == "decision"
            }
          }
          if !isPlain {
            report.error(
              at: parsed.mark, "the text `\(key.name)` stands for a value and holds another one",
              hint: "only names and dates can be filled into it")
            return 0
          }
        }
        return text(key, screen: nil)
      }
      return .choice(texts)
    }
    if variable.source == .date { return .date(months: months(), pattern: pack.datePattern) }
    if variable.name.hasSuffix("_ms") { return .seconds(point: pack.decimal) }
    return .number
  }

  private func months() -> [Int32] {
    if monthTexts.isEmpty {
      for month in pack.months {
        flow.texts.append(Text(pieces: [.literal(month)]))
        monthTexts.append(Int32(flow.texts.count - 1))
      }
    }
    return monthTexts
  }

  /// A date that is known when the flow is compiled.
  private func written(_ day: Day) -> [Glyph] {
    let (year, month, number) = day.civil
    func digits(_ value: Int) -> [Glyph] {
      String(value).unicodeScalars.map { Glyph(scalar: $0.value, columns: 1) }
    }
    return pack.datePattern.parts.flatMap { part -> [Glyph] in
      switch part {
      case .literal(let glyphs): glyphs
      case .day: digits(number)
      case .month: pack.months.indices.contains(month - 1) ? pack.months[month - 1] : digits(month)
      case .year: digits(year)
      }
    }
  }
}
