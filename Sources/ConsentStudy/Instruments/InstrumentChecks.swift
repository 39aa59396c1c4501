import ConsentSource

/// What can be wrong with an instrument as a whole: names, right answers, order, and what its scoring needs.
struct InstrumentChecks {
  let instrument: Instrument
  let fields: Reading
  let findings: Findings

  func run() {
    checkNames()
    instrument.items.forEach(checkCorrect)
    checkOrder()
    checkScoring()
  }

  private func checkNames() {
    var seen: [String: Mark] = [:]
    for item in instrument.items {
      let name = item.name
      if let first = seen[name.value] {
        findings.error(
          at: name.mark, "another item is called `\(name.value)`", hint: "the first is in line \(first.line)")
      }
      seen[name.value] = name.mark
      if name.value == "begin" {
        findings.error(
          at: name.mark, "no item may be called `begin`", hint: "the screen before the first has that name")
      }
      var variables = [instrument.answerVariable(of: item), instrument.declinedVariable(of: item)]
      if case .multiple(let options) = item.kind {
        variables += options.map { instrument.answerVariable(of: item, option: $0) }
      }
      if let long = variables.first(where: { !Spelling.isName($0) }) {
        findings.error(at: name.mark, "`\(long)` would be longer than 64 characters", hint: "use shorter names")
      }
    }
  }

  private func checkCorrect(_ item: Instrument.Item) {
    let values = item.values.filter { $0 != Instrument.unset }
    for version in item.versions {
      guard let correct = version.correct, !values.contains(correct.value) else { continue }
      findings.missing("answer", correct, among: values)
    }
    let right = item.versions.compactMap(\.correct?.value)
    if item.isMirrored, !right.isEmpty, right.count != item.versions.count || Set(right).count == 1 {
      findings.error(
        at: item.mark, "the versions of `\(item.name.value)` do not mirror each other",
        hint: "each has a right answer, and not all the same, or none has one")
    }
  }

  private func checkOrder() {
    guard instrument.order == .balanced else { return }
    let mark = fields.mark(of: "order")
    if instrument.source != nil {
      findings.error(at: mark, "a published scale keeps its order", hint: "`order: fixed`")
    }
    if instrument.items.count > BalancedSquare.most {
      findings.error(
        at: mark, "a balanced order is for at most \(BalancedSquare.most) items, not \(instrument.items.count)",
        hint: "make two instruments of it")
    }
  }

  private func checkScoring() {
    let mark = fields.mark(of: "scoring")
    func need(_ holds: Bool, _ what: String) {
      if !holds { findings.error(at: mark, "`scoring: \(instrument.scoring.rawValue)` is for \(what)") }
    }
    func points(_ wanted: Int) -> Bool {
      instrument.items.allSatisfy { item in
        if case .likert(wanted, _, isReversed: false) = item.kind { true } else { false }
      }
    }
    switch instrument.scoring {
    case .none: break
    case .sus: need(instrument.items.count == 10 && points(5), "ten likert items of 5 points, in their order")
    case .umuxLite: need(instrument.items.count == 2 && points(7), "two likert items of 7 points")
    case .rawTLX:
      let isTLX = instrument.items.allSatisfy { item in
        if case .slider(100, 5, _, isReversed: false) = item.kind { true } else { false }
      }
      need(instrument.items.count == 6 && isTLX, "six sliders from 0 to 100 in steps of 5")
    case .mean:
      need(
        Set(instrument.items.map(\.largest)).count == 1 && instrument.items.allSatisfy { $0.largest != nil },
        "likert items or sliders that all have the same range")
    }
    switch instrument.scoring {
    case .sus, .umuxLite, .rawTLX:
      if instrument.source == nil {
        findings.error(at: mark, "a published scale needs `source`", hint: "author, year, title")
      }
    case .none, .mean: break
    }
    if !instrument.translations.isEmpty, instrument.source == nil {
      findings.error(
        at: fields.mark(of: "translations"), "only a published scale has published translations", hint: "add `source`")
    }
  }
}

extension Instrument.Item {
  /// The largest answer of an item that can be averaged, negative for a slider so that the two are never mixed, or nil.
  fileprivate var largest: Int? {
    switch kind {
    case .likert(let points, _, _): points
    case .slider(let maximum, _, _, _): -maximum
    case .confidence, .single, .multiple, .number, .text: nil
    }
  }
}
