import ConsentScreens
import ConsentSource

/// Reads `instrument.yaml` and says everything that is wrong with it at once.
public struct InstrumentDecoder {
  private let findings = Findings()

  private init() {}

  /// The instrument in a folder of a source, or nil when any error was found; and all that is wrong.
  ///
  /// - Parameters:
  ///   - name: its name; its file is `instruments/<name>/instrument.yaml`.
  ///   - source: where the files are.
  public static func load(_ name: String, from source: FlowSource) -> (
    instrument: Instrument?, diagnostics: [Diagnostic]
  ) {
    let path = "instruments/\(name)/instrument.yaml"
    var found: [Diagnostic] = []
    do {
      let bytes = try source.read(path)
      guard let node = SourceReader.parse(bytes, file: source.label(of: path), into: &found) else {
        return (nil, found)
      }
      let (instrument, more) = decode(node, name: name)
      let all = (found + more).inReadingOrder()
      return (all.hasErrors ? nil : instrument, all)
    } catch {
      let (message, hint) = error.words
      return (nil, [Diagnostic(at: Mark(file: source.label(of: path)), message, hint: hint)])
    }
  }

  /// The instrument in a file, or nil when any error was found; and all that is wrong.
  ///
  /// - Parameters:
  ///   - node: the root of the file.
  ///   - name: the name that it has to have: its folder.
  public static func decode(_ node: Node, name: String) -> (instrument: Instrument?, diagnostics: [Diagnostic]) {
    let decoder = InstrumentDecoder()
    let instrument = decoder.instrument(node, name: name)
    let found = decoder.findings.diagnostics.inReadingOrder()
    return (found.hasErrors ? nil : instrument, found)
  }

  private func instrument(_ node: Node, name: String) -> Instrument? {
    guard let fields = Reading(node, InstrumentKeys.instrument, findings) else { return nil }
    if let own = fields.name("instrument"), own.value != name {
      findings.error(
        at: own.mark, "the instrument is called `\(own.value)`, its folder `\(name)`", hint: "use one name")
    }
    let items = (fields.items("items") ?? []).compactMap(item)
    if let node = fields.node("items"), node.sequence?.isEmpty == true {
      findings.error(at: node.mark, "an instrument needs at least one item")
    }
    let instrument = Instrument(
      name: name, title: fields.string("title") ?? name, source: fields.string("source"),
      translations: translations(fields.mapping("translations") ?? []),
      scoring: fields.word("scoring", as: Instrument.Scoring.self) ?? .none,
      order: fields.word("order", as: Instrument.Order.self) ?? .fixed, lead: fields.name("lead"), items: items,
      mark: node.mark)
    InstrumentChecks(instrument: instrument, fields: fields, findings: findings).run()
    return instrument
  }

  private func translations(_ entries: [Node.Entry]) -> [String: String] {
    entries.reduce(into: [:]) { result, entry in
      guard let text = entry.value.scalar, !text.isEmpty else {
        findings.error(
          at: entry.value.mark, "the translation `\(entry.key)` needs a source, not \(entry.value.kindWord)")
        return
      }
      result[entry.key] = text
    }
  }

  // MARK: Items

  private func item(_ node: Node) -> Instrument.Item? {
    guard let fields = Reading(node, InstrumentKeys.item, findings) else { return nil }
    guard let name = fields.name("item"), let word = fields.string("kind") else { return nil }
    let own = InstrumentKeys.own(of: word)
    let known = InstrumentKeys.common + own
    for entry in node.mapping ?? [] where fields.has(entry.key) && !known.contains(entry.key) {
      findings.error(
        at: entry.mark, "`\(entry.key)` has no meaning for a \(word) item",
        hint: own.isEmpty ? nil : "its own keys are \(own.joined(separator: ", "))")
    }
    var isWhole = true
    for key in InstrumentKeys.needed(by: word) where !fields.has(key) {
      isWhole = false
      if node[key] == nil { findings.error(at: node.mark, "a \(word) item needs `\(key)`") }
    }
    let versions = versions(fields, hasRight: own.contains("correct"))
    guard isWhole, let kind = kind(word, fields) else { return nil }
    return Instrument.Item(
      name: name, kind: kind, versions: versions, isRequired: fields.flag("required") ?? true,
      offersPreferNot: fields.flag("prefer_not") ?? false, when: fields.node("when"), mark: node.mark)
  }

  private func versions(_ fields: Reading, hasRight: Bool) -> [Instrument.Version] {
    guard let node = fields.node("versions") else {
      guard let text = fields.name("text") else {
        findings.error(at: fields.mark, "an item needs `text`, or `versions`", hint: "the key of the question's text")
        return []
      }
      return [Instrument.Version(name: "", text: text, correct: hasRight ? fields.name("correct") : nil)]
    }
    for key in ["text", "correct"] where fields.has(key) {
      findings.error(
        at: fields.mark(of: key), "an item with `versions` has no `\(key)` of its own", hint: "each version has one")
    }
    let entries = node.mapping ?? []
    if entries.count < 2 { findings.error(at: node.mark, "there have to be at least two versions", hint: "use `text`") }
    return entries.compactMap { entry in
      guard Spelling.isName(entry.key) else {
        findings.error(at: entry.mark, "`\(entry.key)` is no name for a version")
        return nil
      }
      guard let parts = Reading(entry.value, InstrumentKeys.version, findings), let text = parts.name("text") else {
        return nil
      }
      return Instrument.Version(name: entry.key, text: text, correct: parts.name("correct"))
    }
  }

  private func kind(_ word: String, _ fields: Reading) -> Instrument.Kind? {
    let anchors = fields.names("anchors") ?? []
    let isReversed = fields.flag("reverse") ?? false
    switch word {
    case "likert":
      let points = fields.integer("points") ?? 5
      if anchors.count != 2, anchors.count != points {
        findings.error(at: fields.mark(of: "anchors"), "`anchors` are 2 or \(points), not \(anchors.count)")
      }
      return .likert(points: points, anchors: anchors, isReversed: isReversed)
    case "confidence":
      if fields.has("anchors"), anchors.count != 5 {
        findings.error(at: fields.mark(of: "anchors"), "`anchors` are 5, not \(anchors.count)")
      }
      let ready = (1...5).map { Marked("question.confidence_\($0)", at: fields.mark) }
      return .confidence(anchors: anchors.isEmpty ? ready : anchors)
    case "single": return .single(options(fields))
    case "multiple": return .multiple(options(fields))
    case "number":
      let low = fields.integer("minimum") ?? 0
      let high = fields.integer("maximum") ?? low
      if low >= high {
        findings.error(at: fields.mark(of: "maximum"), "`maximum` has to be more than `minimum`")
      }
      return .number(low...max(low, high))
    case "slider":
      let maximum = fields.integer("maximum") ?? 1
      let step = fields.integer("step") ?? 1
      if maximum % step != 0 {
        findings.error(at: fields.mark(of: "step"), "`maximum` has to be a whole number of steps")
      }
      if anchors.count != 2 {
        findings.error(at: fields.mark(of: "anchors"), "`anchors` are 2, not \(anchors.count)")
      }
      return .slider(maximum: maximum, step: step, anchors: anchors, isReversed: isReversed)
    default:
      let maximum = fields.integer("maximum") ?? 500
      if maximum > 500 {
        findings.error(at: fields.mark(of: "maximum"), "a text has at most 500 characters")
      }
      return .text(maximum: maximum, rows: fields.integer("rows") ?? 3, isKept: fields.flag("keep_text") ?? false)
    }
  }

  private func options(_ fields: Reading) -> [Instrument.Option] {
    var seen: Set<String> = []
    let reserved = [Instrument.unset, Instrument.skipped, Instrument.preferNot]
    return (fields.names("options") ?? []).map { key in
      let value = Instrument.value(ofKey: key.value)
      if reserved.contains(value) {
        findings.error(at: key.mark, "no option may have the value `\(value)`", hint: "it has a meaning in every item")
      } else if !seen.insert(value).inserted {
        findings.error(at: key.mark, "another option has the value `\(value)`", hint: "the last part of the key")
      }
      return Instrument.Option(value: value, text: key)
    }
  }
}

extension Instrument {
  /// The value that an option with this text has in the data: the last part of the key, with `-` for `_`.
  static func value(ofKey key: String) -> String {
    String((key.split(separator: ".").last ?? "").map { $0 == "_" ? "-" : $0 })
  }
}
