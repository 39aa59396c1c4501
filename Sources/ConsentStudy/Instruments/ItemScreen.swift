import ConsentSource

/// The screen of one item.
///
/// Nothing is preset. A list has no cursor until an arrow or a digit sets it, so that neither a second Enter nor a key
/// that is held down answers what has only just appeared; Enter alone decides. Other kinds are left by Continue. Without
/// an answer it goes nowhere, and shows another button that does where none is required, so that an Enter that is held
/// down does not pass over a question either. Esc does nothing.
struct ItemScreen {
  let instrument: Instrument
  let item: Instrument.Item

  private var make: NodeMaker { NodeMaker(item.mark) }
  private var variable: String { instrument.answerVariable(of: item) }
  private var leaving: [Node] { instrument.leaving(make) }

  var node: Node {
    let body: (elements: [Node], controls: [String])
    switch item.kind {
    case .likert(let points, let anchors, _): body = list(likert(points, anchors))
    case .confidence(let anchors): body = list(likert(anchors.count, anchors))
    case .single(let options): body = list(options.map { ($0.value, $0.text) })
    case .multiple(let options): body = switches(options)
    case .number(let range):
      body = entry("number", [], "question.legend_number", isAnswered: number(range), isTried: ">= 0")
    case .slider(_, let step, let anchors, _):
      body = entry("slider", [("step", make.number(step))], "question.legend_slider", anchors: anchors)
    case .text(_, let rows, _):
      body = entry("field", [("rows", make.number(rows))], "question.legend_text", isAnswered: ">= 1")
    }
    var reset = [make.set("question_hint", "none")]
    if isList { reset.append(make.set("question_row", "-1")) }
    return make.map([
      "format": make.text("1"), "screen": make.text(instrument.screen(of: item)), "shape": make.text("full"),
      "columns": make.number(74), "focus_order": make.texts(body.controls),
      "initial_focus": make.text(startsFocused ? "answer" : "none"), "on_open": make.list(reset),
      "elements": make.list(head + body.elements),
    ])
  }

  /// Whether it is answered by a row of a list.
  private var isList: Bool {
    switch item.kind {
    case .likert, .confidence, .single: true
    case .multiple, .number, .slider, .text: false
    }
  }

  /// Whether keys go to the answer at once: where none of them can answer by itself.
  private var startsFocused: Bool {
    switch item.kind {
    case .likert, .confidence, .single, .number, .slider, .text: true
    case .multiple: false
    }
  }

  // MARK: What is asked

  private var head: [Node] {
    var elements = [gap]
    if let lead = instrument.lead {
      elements += [text(lead.value, "lead", at: lead.mark), gap]
    }
    for version in item.versions {
      var parts = [
        ("text", NodeMaker(version.text.mark).text(version.text.value)),
        ("name", make.text(item.isMirrored ? "question_\(version.name)" : "question")), ("role", make.text("heading")),
        ("style", make.text("head")),
      ]
      if item.isMirrored {
        parts.append(("when", make.one(instrument.versionVariable(of: item), make.text(version.name))))
      }
      elements.append(make.map(parts))
    }
    return elements + [gap]
  }

  private var gap: Node { make.one("gap", make.number(1)) }

  private func text(_ key: String, _ name: String, at mark: Mark) -> Node {
    make.map(["text": NodeMaker(mark).text(key), "name": make.text(name)])
  }

  private func legend(_ key: String) -> Node {
    make.map([
      "text": make.text(key), "name": make.text("legend"), "role": make.text("legend"), "style": make.text("muted"),
    ])
  }

  // MARK: Lists

  private func likert(_ points: Int, _ anchors: [Marked<String>]) -> [(String, Marked<String>)] {
    (1...points).map { point in
      if anchors.count == points { return (String(point), anchors[point - 1]) }
      if point == 1, let first = anchors.first { return ("1", first) }
      if point == points, let last = anchors.last { return (String(points), last) }
      return (String(point), Marked("question.point", at: item.mark))
    }
  }

  private func list(_ given: [(value: String, text: Marked<String>)]) -> ([Node], [String]) {
    var rows = given
    if !item.isRequired { rows.append((Instrument.skipped, Marked("question.skip", at: item.mark))) }
    if item.offersPreferNot { rows.append((Instrument.preferNot, Marked("question.prefer_not", at: item.mark))) }
    let options = rows.map { row in
      make.map([
        "option": NodeMaker(row.text.mark).text(row.text.value), "name": make.text("answer_" + row.value),
        "role": make.text("answer"), "on_activate": make.list([make.set(variable, row.value)] + leaving),
      ])
    }
    let list = make.map([
      "list": make.text("question_row"), "name": make.text("answer"), "role": make.text("answer"),
      "options": make.list(options),
    ])
    return ([list, gap, legend("question.legend_list")], ["answer"])
  }

  // MARK: Switches

  private func switches(_ options: [Instrument.Option]) -> ([Node], [String]) {
    let names = options.map { "answer_" + $0.value }
    let rows = zip(options, names).map { option, name in
      let control = make.map([
        "switch": make.text(instrument.answerVariable(of: item, option: option)), "name": make.text(name),
        "role": make.text("answer"), "hits": make.text("row"),
      ])
      let label = make.map(["text": NodeMaker(option.text.mark).text(option.text.value)])
      return make.map(["row": make.list([control, label]), "align": make.text("left")])
    }
    let answered = options.map { option in
      make.map([
        "when": make.one(instrument.answerVariable(of: item, option: option), make.text("on")),
        "do": make.list(leaving),
      ])
    }
    let declined = options.map { make.set(instrument.answerVariable(of: item, option: $0), "unset") }
    let end = ending(answered: answered, clearing: declined, legend: "question.legend_switches")
    return (rows + end.elements, names + end.controls)
  }

  // MARK: Numbers, sliders, texts

  private func number(_ range: ClosedRange<Int>) -> String { ">= \(range.lowerBound)" }

  /// - Parameters:
  ///   - isAnswered: what the variable has to be for an answer.
  ///   - isTried: what it is when something was entered that is none, or nil when there is no such thing.
  private func entry(
    _ kind: String, _ parts: [(String, Node)], _ legend: String, anchors: [Marked<String>] = [],
    isAnswered: String = ">= 0", isTried: String? = nil
  ) -> ([Node], [String]) {
    var elements = [
      make.map(
        [(kind, make.text(variable)), ("name", make.text("answer")), ("role", make.text("answer"))] + parts)
    ]
    if anchors.count == 2 {
      elements.append(
        make.map([
          "row": make.list([
            text(anchors[0].value, "low", at: anchors[0].mark), text(anchors[1].value, "high", at: anchors[1].mark),
          ]),
          "align": make.text("spread"),
        ]))
    }
    func branch(_ test: String, _ steps: [Node]) -> Node {
      make.map(["when": make.one(variable, make.text(test)), "do": make.list(steps)])
    }
    var answered = [branch(isAnswered, leaving)]
    if let isTried, isTried != isAnswered {
      answered.append(branch(isTried, [make.set("question_hint", "range")]))
    }
    var start = "-1"
    if case .text = item.kind { start = "0" }
    let end = ending(answered: answered, clearing: [make.set(variable, start)], legend: legend)
    return (elements + end.elements, ["answer"] + end.controls)
  }

  // MARK: Continue

  /// Continue, "I prefer not to say" where it is offered, and what is said to those who go on without an answer.
  private func ending(
    answered: [Node], clearing: [Node], legend: String
  ) -> (elements: [Node], controls: [String]) {
    var branches = answered
    let hint = item.isRequired ? "required" : "optional"
    branches.append(make.one("do", make.list([make.set("question_hint", hint)])))
    var controls = ["go_on"]
    var buttons = [button("question.go_on", "go_on", branches)]
    if !item.isRequired {
      controls.append("skip")
      let asked = make.one("question_hint", make.text("optional"))
      buttons.append(button("question.skip", "skip", clearing + leaving, when: asked))
    }
    if item.offersPreferNot {
      controls.append("prefer_not")
      let steps = clearing + [make.set(instrument.declinedVariable(of: item), "yes")] + leaving
      buttons.append(button("question.prefer_not", "prefer_not", steps))
    }
    var elements = [gap, make.map(["row": make.list(buttons), "align": make.text("left")]), gap]
    elements += ["required", "optional", "range"].filter(canRemind).map { hint in
      make.map([
        "text": make.text("question.hint_\(hint)"), "name": make.text("hint_\(hint)"), "role": make.text("notice"),
        "style": make.text("page_notice"), "when": make.one("question_hint", make.text(hint)),
      ])
    }
    return (elements + [self.legend(legend)], controls)
  }

  private func canRemind(_ hint: String) -> Bool {
    switch hint {
    case "required": return item.isRequired
    case "optional": return !item.isRequired
    default:
      if case .number(let range) = item.kind { return range.lowerBound > 0 }
      return false
    }
  }

  private func button(_ key: String, _ name: String, _ steps: [Node], when condition: Node? = nil) -> Node {
    var parts = [
      ("button", make.text(key)), ("name", make.text(name)), ("role", make.text("other")),
      ("style", make.text("page_button")), ("on_activate", make.list(steps)),
    ]
    if let condition { parts.append(("when", condition)) }
    return make.map(parts)
  }
}
