import ConsentModel

/// The literal words of a flow's texts.
struct FlowWords {
  private let flow: FlowDefinition

  init(_ flow: FlowDefinition) { self.flow = flow }

  /// A text in its words; a value that only a session fills in is `[…]`.
  func text(_ index: Int32) -> String {
    var words = ""
    for piece in flow.texts[Int(index)].pieces {
      switch piece {
      case .literal(let glyphs):
        for glyph in glyphs {
          if glyph.isCluster {
            words += flow.clusters[Int(glyph.value)].text
          } else if let scalar = Unicode.Scalar(glyph.value) {
            words.unicodeScalars.append(scalar)
          }
        }
      case .value: words += "[…]"
      case .link(let element): words += label(element) ?? ""
      }
    }
    return words
  }

  /// What is written on a control, or nil when nothing is.
  func label(_ element: Int32) -> String? {
    switch flow.elements[Int(element)].kind {
    case .button(let label), .link(let label), .option(let label): text(label)
    case .text, .gap, .rule, .toggle, .list, .row, .scroll, .field, .number, .slider: nil
    }
  }

  /// The paragraphs of a screen, one a line; empty when the flow has no such screen.
  func notice(of name: String) -> String {
    guard let screen = flow.screens.firstIndex(where: { $0.name == name }) else { return "" }
    var lines: [String] = []
    for element in flow.elements where element.screen == Int32(screen) && element.role != .legend {
      guard case .text(let text) = element.kind else { continue }
      lines.append(self.text(text))
    }
    return lines.joined(separator: "\n")
  }

  /// How many words a text has; nil in languages that do not put spaces between them.
  func count(_ index: Int32) -> Int? {
    let tag = flow.language.prefix { $0 != "-" }
    guard !["ja", "zh", "th", "lo", "km", "my"].contains(tag) else { return nil }
    return text(index).split(whereSeparator: \.isWhitespace).count
  }
}
