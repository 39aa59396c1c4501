import ConsentModel

/// A flow of one card over one full screen, made in code: enough to see every kind of element.
enum SampleFlow {
  static func glyphs(_ text: String) -> [Glyph] {
    text.unicodeScalars.map { Glyph(scalar: $0.value, columns: $0 == "\n" ? 0 : $0.value >= 0x1100 ? 2 : 1) }
  }

  static func make(paragraph: String = "A line of text that is long enough to be broken into several lines.")
    -> FlowDefinition
  {
    var flow = FlowDefinition(name: "sample")
    flow.styles = ["ground", "card", "accept", "dim", "focus", "backdrop", "border"].enumerated().map { index, name in
      Style(name: name, foreground: UInt32(index), background: 0xFFFFFF)
    }
    flow.signs = Signs(focusStyle: 4, backdropStyle: 5, borderStyle: 6, tooSmallText: 0)
    flow.variables = [
      Variable(name: "needed_columns", source: .compiled), Variable(name: "needed_rows", source: .compiled),
      Variable(name: "switch", values: ["unset", "off", "on"], initial: 2), Variable(name: "row"),
    ]
    func text(_ string: String) -> Int32 {
      flow.texts.append(Text(pieces: [.literal(glyphs(string))]))
      return Int32(flow.texts.count - 1)
    }
    flow.texts.append(
      Text(pieces: [
        .literal(glyphs("needs ")), .value(variable: 0, format: .number), .literal(glyphs("x")),
        .value(variable: 1, format: .number),
      ]))
    var back = Screen(name: "back")
    var card = Screen(name: "card", shape: .card)
    func add(_ kind: Element.Kind, to screen: Int32, _ change: (inout Element) -> Void = { _ in }) -> Int32 {
      var element = Element(screen: screen, kind: kind)
      change(&element)
      flow.elements.append(element)
      return Int32(flow.elements.count - 1)
    }
    let lines = (1...60).map { add(.text(text("chat line \($0)")), to: 0) }
    let scroll = add(.scroll(lines, fromEnd: true), to: 0)
    let options = ["first", "second", "third"].map { add(.option(label: text($0)), to: 0) }
    let list = add(.list(variable: 3, options: options), to: 0)
    back.children = [scroll, list]
    back.focusOrder = [list]
    back.initialFocus = list
    card.backdrop = 0
    card.style = 1
    card.maximumColumns = 68
    let link = add(.link(label: text("Learn more")), to: 1)
    flow.texts.append(Text(pieces: [.literal(glyphs(paragraph + " ")), .link(element: link)]))
    let paragraphText = Int32(flow.texts.count - 1)
    card.children = [
      add(.text(text("Big title")), to: 1) { $0.scale = .large },
      add(.text(paragraphText), to: 1),
      add(.button(label: text("Accept")), to: 1) {
        $0.rows = 3
        $0.columns = -1
        $0.style = 2
        $0.name = "accept"
      },
      add(.rule, to: 1),
      add(
        .row([
          add(.text(text("Small print beside it")), to: 1) { $0.style = 3 },
          add(.toggle(variable: 2, words: [], hitsRow: true), to: 1) { $0.name = "switch" },
        ]), to: 1
      ) { $0.alignment = .spread },
    ]
    card.focusOrder = flow.elements.indices.map { Int32($0) }.filter {
      flow.elements[Int($0)].screen == 1 && flow.elements[Int($0)].isControl
    }
    flow.screens = [back, card]
    flow.entries = [.init(name: "card", screen: 1)]
    return flow
  }

  static func element(_ name: String, in flow: FlowDefinition) -> Int32 {
    Int32(flow.elements.firstIndex { $0.name == name } ?? -1)
  }
}
