import ConsentModel

extension Frame {
  /// The frame as one line of JSON: what a participant sees and what means something in it, with names in place of
  /// indices.
  ///
  /// The keys stand in a fixed order, there is no space between the parts, and numbers are whole: equal frames of a
  /// flow give equal bytes. Rows are texts without the spaces at their ends; `runs` holds every stretch of a style;
  /// `share` is 1...255, where 255 is all of the element.
  ///
  /// - Parameters:
  ///   - painter: the painter that painted it.
  ///   - view: what it was painted from; the labels are written out for it.
  public func json(painter: Painter, view: borrowing ViewState) -> String {
    let flow = painter.flow
    var json = JSONText()
    json.object { json in
      json.field("format", 1)
      json.field("flow", flow.name)
      json.field("language", flow.language)
      json.field("screen", flow.screens[Int(view.screen)].name)
      json.field("columns", Int(size.columns))
      json.field("rows", Int(size.rows))
      json.field("digest", JSONText.hexadecimal(digest))
      json.key("cursor")
      json.object { json in
        json.field("column", Int(cursor.column))
        json.field("row", Int(cursor.row))
        json.field("visible", cursor.isVisible)
      }
      json.key("text")
      json.array(0..<Int(size.rows)) { json, row in json.value(text(row: row, flow: flow)) }
      json.key("runs")
      let runs = (0..<Int(size.rows)).flatMap { row in styleRuns(row: row).map { (row, $0) } }
      json.array(runs) { json, item in
        json.object { json in
          json.field("row", item.0)
          json.field("column", item.1.column)
          json.field("columns", item.1.columns)
          json.field("style", flow.styleName(item.1.style))
        }
      }
      json.key("regions")
      let labels = regions.map { painter.label(of: $0.element, in: view) }
      json.array(Array(zip(regions, labels))) { json, item in
        json.object { json in item.0.write(into: &json, label: item.1, flow: flow) }
      }
    }
    return json.text
  }
}

extension Region {
  fileprivate func write(into json: inout JSONText, label: String, flow: FlowDefinition) {
    json.field("element", flow.elements[Int(element)].name)
    json.field("index", Int(element))
    json.field("kind", kind.word)
    json.field("role", role.word)
    json.field("column", Int(column))
    json.field("row", Int(row))
    json.field("columns", Int(columns))
    json.field("rows", Int(rows))
    json.field("share", Int(share))
    json.key("state")
    json.array(state.words) { json, word in json.value(word) }
    json.field("label", label)
    json.field("private", isPrivate)
    switch kind {
    case .field, .number, .slider: json.field("value", Int(value))
    case .text, .button, .toggle, .link, .list, .option, .scroll: break
    }
  }
}

extension Region.Kind {
  /// The word in files.
  public var word: String {
    switch self {
    case .text: "text"
    case .button: "button"
    case .toggle: "toggle"
    case .link: "link"
    case .list: "list"
    case .option: "option"
    case .scroll: "scroll"
    case .field: "field"
    case .number: "number"
    case .slider: "slider"
    }
  }
}

extension Region.State {
  /// The words in files, in bit order.
  public var words: [String] {
    let names = ["focused", "on", "off", "unset", "current", "control"]
    return names.indices.filter { rawValue >> UInt8($0) & 1 == 1 }.map { names[$0] }
  }
}

extension Element.Role {
  /// The word in files.
  public var word: String {
    switch self {
    case .heading: "heading"
    case .text: "text"
    case .smallPrint: "small_print"
    case .notice: "notice"
    case .accept: "accept"
    case .decline: "decline"
    case .deferral: "deferral"
    case .choice: "choice"
    case .link: "link"
    case .other: "other"
    case .message: "message"
    case .answer: "answer"
    case .legend: "legend"
    }
  }
}

/// Writes JSON without spaces, part after part, in the order in which it is told.
struct JSONText {
  private(set) var text = ""
  private var needsComma = false

  mutating func object(_ body: (inout JSONText) -> Void) {
    open("{")
    body(&self)
    close("}")
  }

  mutating func array<S: Sequence>(_ items: S, _ body: (inout JSONText, S.Element) -> Void) {
    open("[")
    for item in items { body(&self, item) }
    close("]")
  }

  mutating func key(_ name: String) {
    separate()
    text.append(quoted: name)
    text += ":"
    needsComma = false
  }

  mutating func value(_ string: String) {
    separate()
    text.append(quoted: string)
  }

  mutating func field(_ name: String, _ string: String) {
    key(name)
    value(string)
  }

  mutating func field(_ name: String, _ number: Int) {
    key(name)
    separate()
    text += String(number)
  }

  mutating func field(_ name: String, _ truth: Bool) {
    key(name)
    separate()
    text += truth ? "true" : "false"
  }

  /// A number as sixteen hexadecimal digits, because JSON numbers of other programs end at 53 bits.
  static func hexadecimal(_ number: UInt64) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  private mutating func open(_ bracket: String) {
    separate()
    text += bracket
    needsComma = false
  }

  private mutating func close(_ bracket: String) {
    text += bracket
    needsComma = true
  }

  private mutating func separate() {
    if needsComma { text += "," }
    needsComma = true
  }
}
