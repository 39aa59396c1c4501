import ConsentModel

/// A text with its values filled in: glyphs, and the link that each belongs to.
struct FlatText {
  var glyphs: [Glyph] = []
  /// The element of the link that a glyph belongs to, or −1.
  var links: [Int32] = []
  /// Whether a glyph is one of a link's two mark cells.
  var isMark: [Bool] = []

  /// Fills in the values and the links' labels.
  init(_ text: Text, flow: FlowDefinition, values: [Int32], isVisible: (Int32) -> Bool) {
    for piece in text.pieces {
      switch piece {
      case .literal(let literal):
        for glyph in literal { append(glyph) }
      case .value(let variable, let format):
        for glyph in FlatText.written(values[Int(variable)], format, flow: flow, values: values) { append(glyph) }
      case .link(let element):
        if isVisible(element) { append(link: element, flow: flow, values: values) }
      }
    }
  }

  private mutating func append(_ glyph: Glyph, link: Int32 = -1, mark: Bool = false) {
    glyphs.append(glyph)
    links.append(link)
    isMark.append(mark)
  }

  private mutating func append(link element: Int32, flow: FlowDefinition, values: [Int32]) {
    guard case .link(let label) = flow.elements[Int(element)].kind else { return }
    // The mark cell before the label serves as the space between the words, too.
    if glyphs.last == .space, links.last == -1 {
      glyphs.removeLast()
      links.removeLast()
      isMark.removeLast()
      append(FlatText.breakableMark, link: element, mark: true)
    } else {
      append(.noBreakSpace, link: element, mark: true)
    }
    let flat = FlatText(flow.texts[Int(label)], flow: flow, values: values, isVisible: { _ in false })
    for glyph in flat.glyphs { append(glyph == .space ? .noBreakSpace : glyph, link: element) }
    append(.noBreakSpace, link: element, mark: true)
  }

  /// The mark cell before a label: a line may be broken before it.
  static let breakableMark = Glyph(scalar: 0x2002, columns: 1)

  /// A value as glyphs.
  static func written(_ value: Int32, _ format: ValueFormat, flow: FlowDefinition, values: [Int32]) -> [Glyph] {
    func number(_ value: Int) -> [Glyph] {
      String(value).unicodeScalars.map { Glyph(scalar: $0.value, columns: 1) }
    }
    func literal(_ text: Int32) -> [Glyph] {
      guard flow.texts.indices.contains(Int(text)) else { return [] }
      return flow.texts[Int(text)].pieces.flatMap { piece -> [Glyph] in
        guard case .literal(let glyphs) = piece else { return [] }
        return glyphs
      }
    }
    switch format {
    case .number:
      return number(Int(value))
    case .seconds(let point):
      let tenths = (Int(max(value, 0)) + 50) / 100
      return number(tenths / 10) + [point] + number(tenths % 10)
    case .date(let months, let pattern):
      let (year, month, day) = Day(number: value).civil
      return pattern.parts.flatMap { part -> [Glyph] in
        switch part {
        case .literal(let glyphs): glyphs
        case .day: number(day)
        case .month: months.indices.contains(month - 1) ? literal(months[month - 1]) : number(month)
        case .year: number(year)
        }
      }
    case .choice(let texts):
      return texts.indices.contains(Int(value)) ? literal(texts[Int(value)]) : number(Int(value))
    }
  }

  /// Breaks the text into lines of at most `width` columns: at spaces, before and after wide characters, and inside a
  /// word only when the word alone is too long.
  ///
  /// No line begins with a closing mark, a small kana or a mark of length, and none ends with an opening bracket, where
  /// that can be had (kinsoku, JIS X 4051).
  func lines(width: Int) -> [Range<Int>] {
    var lines: [Range<Int>] = []
    var start = 0
    var columns = 0
    // Where the line may end, and where the next one would begin.
    var lineEnd = -1
    var nextStart = -1
    var index = 0
    while index < glyphs.count {
      let glyph = glyphs[index]
      if glyph == .newline {
        lines.append(start..<index)
        start = index + 1
        columns = 0
        lineEnd = -1
        index += 1
        continue
      }
      if glyph == .space {
        lineEnd = index
        nextStart = index + 1
      } else if glyph == FlatText.breakableMark {
        lineEnd = index
        nextStart = index
      } else if index > start, FlatText.canBreak(between: glyphs[index - 1], and: glyph) {
        lineEnd = index
        nextStart = index
      }
      if columns + glyph.columns > width, index > start, !(glyph == .space) {
        if lineEnd > start {
          lines.append(start..<lineEnd)
          index = nextStart
        } else {
          lines.append(start..<index)
        }
        start = index
        columns = 0
        lineEnd = -1
        continue
      }
      columns += glyph.columns
      index += 1
    }
    lines.append(start..<glyphs.count)
    return lines.map { range in
      var end = range.upperBound
      while end > range.lowerBound, glyphs[end - 1] == .space { end -= 1 }
      return range.lowerBound..<end
    }
  }

  /// Whether a line may be broken between two characters of which one is wide.
  private static func canBreak(between first: Glyph, and second: Glyph) -> Bool {
    guard second.columns == 2 || (first.columns == 2 && second != .noBreakSpace) else { return false }
    return !cannotEnd.contains(first.value) && !cannotBegin.contains(second.value)
  }

  private static let cannotBegin: Set<UInt32> = Set(
    "、。，．・：；？！ヽヾゝゞ々ー）］｝〕〉》」』】〙〗〟’”»,.:;?!)]}%ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶ‐–〜～…‥"
      .unicodeScalars.map(\.value))
  private static let cannotEnd: Set<UInt32> = Set("（［｛〔〈《「『【〘〖〝‘“«([{".unicodeScalars.map(\.value))

  /// Columns of a range of glyphs.
  func columns(_ range: Range<Int>) -> Int {
    range.reduce(0) { $0 + glyphs[$1].columns }
  }

  /// Columns of the longest line when nothing is broken.
  var naturalColumns: Int {
    lines(width: .max).reduce(0) { max($0, columns($1)) }
  }
}
