import ConsentModel

extension Painter {
  /// The full text of an element, as a person would read it, spaces for line breaks.
  public func label(of element: Int32, in view: borrowing ViewState) -> String {
    let values = view.values
    let text: Int32
    switch flow.elements[Int(element)].kind {
    case .text(let index), .button(let index), .link(let index), .option(let index): text = index
    case .toggle(let variable, let words, _):
      guard !words.isEmpty else { return "" }
      text = words[Int(min(max(values[Int(variable)], 0), 2))]
    case .field(_, let label), .number(_, let label), .slider(_, _, let label):
      guard label >= 0 else { return "" }
      text = label
    case .gap, .rule, .list, .row, .scroll: return ""
    }
    let flat = FlatText(flow.texts[Int(text)], flow: flow, values: values) { index in
      self.flow.elements[Int(index)].when.allSatisfy { $0.holds(values) }
    }
    var string = ""
    for glyph in flat.glyphs {
      if glyph == .newline || glyph == .noBreakSpace || glyph == FlatText.breakableMark {
        string += " "
      } else if glyph.isCluster {
        string += flow.clusters[Int(glyph.value)].text
      } else if let scalar = Unicode.Scalar(glyph.value) {
        string.unicodeScalars.append(scalar)
      }
    }
    return string
  }
}
