import ConsentJournal
import ConsentModel
import ConsentSource

extension StudyPlan {
  /// The plan of a study, or nil when study.yaml does not say one; and everything that is wrong with it.
  public static func read(_ folder: StudyFolder) throws(StudyError) -> (plan: StudyPlan?, diagnostics: [Diagnostic]) {
    let bytes: [UInt8]
    do throws(SourceFileError) {
      bytes = try SourceFile.read(folder.planPath)
    } catch {
      throw error == .missing ? .notAStudy(folder.path) : .unreadable(folder.planPath, error)
    }
    return decode(bytes, file: folder.planPath)
  }

  /// The plan that the bytes of a study.yaml say, or nil; and everything that is wrong with them.
  public static func decode(_ bytes: [UInt8], file: String) -> (plan: StudyPlan?, diagnostics: [Diagnostic]) {
    var found: [Diagnostic] = []
    guard let node = SourceReader.parse(bytes, file: file, into: &found) else { return (nil, found) }
    let findings = Findings()
    findings.add(found)
    let plan = StudyDecoder(findings: findings).plan(node)
    let all = findings.diagnostics.inReadingOrder()
    return (all.hasErrors ? nil : plan, all)
  }
}

/// Reads study.yaml.
private struct StudyDecoder {
  let findings: Findings

  func plan(_ node: Node) -> StudyPlan? {
    guard let root = Reading(node, StudyKeys.root, findings) else { return nil }
    let arms = arms(root)
    let factors = factors(root)
    let name = root.string("study") ?? ""
    return StudyPlan(
      name: name, title: root.string("title") ?? name, flow: root.string("flow") ?? "",
      engineVersion: root.integer("engine") ?? 0, language: root.string("language") ?? "en", arms: arms,
      presentation: presentation(root), allocation: allocation(root),
      targetPerArm: root.integer("target_per_arm") ?? 1, capPerArm: number("cap_per_arm", in: 1...100_000, root),
      consent: root.word("consent", as: StudyPlan.ConsentPlace.self) ?? .screen,
      announcement: root.word("announcement", as: StudyPlan.Announcement.self) ?? .none, days: days(root),
      timeline: timeline(root), thinksAloud: root.string("protocol") == "think-aloud", resume: resume(root),
      log: log(root), controller: told("controller", root), contact: told("contact", root),
      approval: told("approval", root),
      duration: told("duration", root), retainUntil: root.day("retain_until") ?? Day(number: 0),
      contrasts: contrasts(root, arms), factors: factors, effects: effects(root, factors),
      test: root.word("test", as: StudyPlan.Test.self) ?? .boschloo)
  }

  /// A text that participants are told; braces would be taken for values.
  private func told(_ key: String, _ root: Reading) -> String {
    guard let node = root.node(key) else { return "" }
    guard let text = node.scalar, !text.contains(where: { "{}\n".contains($0) }) else {
      findings.error(
        at: node.mark, "`\(key)` has to be one line of text without braces",
        hint: "participants are told it as it is")
      return ""
    }
    return text
  }

  /// A whole number in a range, or nil for `none`.
  private func number(_ key: String, in range: ClosedRange<Int>, _ reading: Reading) -> Int? {
    guard let node = reading.node(key), node.scalar != "none" else { return nil }
    if let number = reading.integer(key), range.contains(number) { return number }
    findings.error(at: node.mark, "`\(key)` has to be a number \(range.lowerBound)...\(range.upperBound), or `none`")
    return nil
  }

  /// A list of whole numbers in a range, or nil when it is not there.
  private func numbers(_ key: String, in range: ClosedRange<Int>, _ reading: Reading) -> [Int]? {
    guard let items = reading.items(key) else { return nil }
    let numbers = items.compactMap { $0.scalar.flatMap { Spelling.integer($0) } }.filter(range.contains)
    guard numbers.count == items.count, !numbers.isEmpty else {
      findings.error(
        at: reading.mark(of: key),
        "`\(key)` has to be a list of whole numbers from \(range.lowerBound) to \(range.upperBound)",
        hint: "for example [\(range.lowerBound), \(range.lowerBound + 1)]")
      return nil
    }
    return numbers
  }

  // MARK: Arms

  private func arms(_ root: Reading) -> [StudyPlan.Arm] {
    guard root.has("arms") != root.has("factors") else {
      findings.error(
        at: root.mark(of: "factors"), "study.yaml needs either `arms` or `factors`",
        hint: "arms by name, or factors whose levels are all combined")
      return []
    }
    let key = root.has("arms") ? "arms" : "factors"
    let entries = root.mapping(key) ?? []
    if entries.isEmpty { findings.error(at: root.mark(of: key), "`\(key)` is empty") }
    let arms = key == "arms" ? entries.map(arm) : combined(entries, at: root.mark(of: key))
    if arms.count > 64 {
      findings.error(at: root.mark(of: key), "there are \(arms.count) arms, and 64 are possible")
    }
    for (index, arm) in arms.enumerated() {
      guard let same = arms[..<index].first(where: { $0.levels == arm.levels }) else { continue }
      findings.error(at: arm.mark, "the arms `\(same.name)` and `\(arm.name)` are the same")
    }
    return arms
  }

  private func arm(_ entry: Node.Entry) -> StudyPlan.Arm {
    if !Spelling.isName(entry.key) {
      findings.error(at: entry.mark, "`\(entry.key)` is no name for an arm", hint: "small letters, digits and `-`")
    }
    var levels: [String: String] = [:]
    if entry.value.mapping == nil {
      findings.error(
        at: entry.value.mark, "an arm has to be a mapping of factors to levels", hint: "write {} for the baseline")
    }
    for part in entry.value.mapping ?? [] {
      levels[part.key] = part.value.scalar
      if part.value.scalar == nil { findings.error(at: part.value.mark, "the level of `\(part.key)` has to be a name") }
    }
    return StudyPlan.Arm(name: entry.key, levels: levels, mark: entry.mark)
  }

  /// All combinations of the levels, the last factor changing fastest.
  private func combined(_ entries: [Node.Entry], at mark: Mark) -> [StudyPlan.Arm] {
    var arms = [StudyPlan.Arm(name: "", levels: [:], mark: mark)]
    for entry in entries {
      let levels = entry.value.sequence?.compactMap(\.scalar) ?? []
      if levels.isEmpty || Set(levels).count != levels.count {
        findings.error(
          at: entry.value.mark, "`\(entry.key)` needs a list of different levels", hint: "for example [on, off]")
      }
      arms = arms.flatMap { arm in
        levels.map { level in
          StudyPlan.Arm(
            name: (arm.name.isEmpty ? "" : arm.name + "-") + "\(entry.key)-\(level)",
            levels: arm.levels.merging([entry.key: level]) { $1 }, mark: entry.mark)
        }
      }
      if arms.count > 1000 { break }
    }
    return arms
  }

  private func contrasts(_ root: Reading, _ arms: [StudyPlan.Arm]) -> [StudyPlan.Contrast] {
    (root.items("contrasts") ?? []).compactMap { item in
      let names = item.sequence?.compactMap { $0.scalar.map { text in Marked(text, at: item.mark) } } ?? []
      let known = names.map { name in arms.firstIndex { $0.name == name.value } }
      for (name, index) in zip(names, known) where index == nil {
        findings.missing("arm", name, among: arms.map(\.name))
      }
      let found = known.compactMap { $0 }
      guard found.count == 2, names.count == 2, found[0] != found[1] else {
        if found.count == names.count {
          findings.error(at: item.mark, "a contrast is a pair of two different arms", hint: "write [[off, on]]")
        }
        return nil
      }
      return StudyPlan.Contrast(base: found[0], other: found[1])
    }
  }

  /// The factors whose levels are combined; those with one level only are none.
  private func factors(_ root: Reading) -> [StudyPlan.DesignFactor] {
    (root.mapping("factors") ?? []).map { entry in
      StudyPlan.DesignFactor(name: entry.key, levels: entry.value.sequence?.compactMap(\.scalar) ?? [])
    }.filter { $0.levels.count > 1 }
  }

  private func effects(_ root: Reading, _ factors: [StudyPlan.DesignFactor]) -> [[Int]] {
    guard root.has("effects") else { return [] }
    guard factors.count > 1 else {
      findings.error(
        at: root.mark(of: "effects"), "`effects` need `factors`, two or more with two levels or more",
        hint: "arms that are written one by one are compared by `contrasts`")
      return []
    }
    var known: [[Int]] = []
    for item in root.items("effects") ?? [] {
      let names = item.sequence?.compactMap { $0.scalar.map { text in Marked(text, at: item.mark) } } ?? []
      let found = names.compactMap { name in
        let index = factors.firstIndex { $0.name == name.value }
        if index == nil { findings.missing("factor", name, among: factors.map(\.name)) }
        return index
      }
      guard found.count == names.count else { continue }
      let isEffect = (1...2).contains(found.count) && Set(found).count == found.count
      if !isEffect || known.contains(found.sorted()) {
        findings.error(
          at: item.mark, "an effect is a factor, or two different ones, each named once",
          hint: "write [[\(factors[0].name)], [\(factors[0].name), \(factors[1].name)]]")
      }
      known.append(found.sorted())
    }
    return known
  }

  // MARK: Rules

  private func presentation(_ root: Reading) -> StudyPlan.PresentationRule {
    let part = root.node("presentation").flatMap { Reading($0, StudyKeys.presentation, findings) }
    let rule = StudyPlan.PresentationRule(
      mode: part?.string("mode") == "linear" ? .linear : .screen, minimum: size("minimum", part) ?? .standard,
      maximum: size("maximum", part) ?? Size(columns: 300, rows: 100), colours: part?.integer("colours") ?? 0,
      usesMouse: part?.flag("mouse") ?? true, inputGuardMilliseconds: part?.integer("input_guard_ms"))
    if rule.minimum.columns > rule.maximum.columns || rule.minimum.rows > rule.maximum.rows {
      findings.error(at: root.mark(of: "presentation"), "the smallest size is larger than the largest")
    }
    return rule
  }

  private func size(_ key: String, _ reading: Reading?) -> Size? {
    guard let reading, let text = reading.string(key) else { return nil }
    let parts = text.split(separator: "x", omittingEmptySubsequences: false).compactMap { Spelling.integer($0) }
    if parts.count == 2, parts.allSatisfy((1...1000).contains) { return Size(columns: parts[0], rows: parts[1]) }
    findings.error(at: reading.mark(of: key), "`\(key)` has to be a size, not `\(text)`", hint: "for example 80x24")
    return nil
  }

  private func allocation(_ root: Reading) -> StudyPlan.AllocationRule {
    let part = root.node("allocation").flatMap { Reading($0, StudyKeys.allocation, findings) }
    let seed = part?.string("seed").flatMap { UInt64($0) }
    if let part, let text = part.string("seed"), seed == nil {
      findings.error(at: part.mark(of: "seed"), "`seed` has to be a whole number from 0, not `\(text)`")
    }
    return StudyPlan.AllocationRule(
      method: part?.word("method", as: StudyPlan.AllocationRule.Method.self) ?? .blocks,
      blockSets: part.flatMap { numbers("block_sets", in: 1...20, $0) } ?? [1, 2, 3], seed: seed ?? 0,
      strata: part?.names("strata")?.map(\.value) ?? [])
  }

  private func resume(_ root: Reading) -> ResumePolicy {
    let part = root.node("resume").flatMap { Reading($0, StudyKeys.resume, findings) }
    let minutes = part.flatMap { number("maximum_minutes", in: 1...1_000_000, $0) }
    return ResumePolicy(
      part?.word("rule", as: ResumePolicy.Rule.self) ?? .resume, maximumSeconds: minutes.map { $0 * 60 })
  }

  private func log(_ root: Reading) -> StudyPlan.LogRule {
    let part = root.node("log").flatMap { Reading($0, StudyKeys.log, findings) }
    return StudyPlan.LogRule(
      texts: part?.word("texts", as: StudyPlan.LogRule.Texts.self) ?? .none,
      hasExactTypingTimes: part?.string("typing_times") == "exact")
  }

  private func days(_ root: Reading) -> [Int] {
    guard let days = numbers("days", in: 1...400, root) else { return [1] }
    guard days[0] == 1, zip(days, days.dropFirst()).allSatisfy({ $0 < $1 }), days.count <= 10 else {
      findings.error(
        at: root.mark(of: "days"), "`days` has to begin with 1 and to rise, at most ten of them",
        hint: "for example [1, 2, 8]")
      return [1]
    }
    return days
  }

  // MARK: The timeline

  private func timeline(_ root: Reading) -> [StudyPlan.Piece] {
    let pieces = (root.names("timeline") ?? []).map { StudyPlan.Piece(name: $0.value, mark: $0.mark) }
    if root.has("timeline") { checkOrder(pieces, at: root.mark(of: "timeline")) }
    return pieces
  }

  /// Pieces that have a fixed place must keep it; there is no going back, and nothing is asked after it was told.
  private func checkOrder(_ pieces: [StudyPlan.Piece], at mark: Mark) {
    for name in TimelinePieces.required where !pieces.contains(where: { $0.name == name }) {
      findings.error(
        at: mark, "the timeline has no `\(name)`", hint: "the order is \(TimelinePieces.order.joined(separator: ", "))")
    }
    var last = -1
    for piece in pieces {
      guard let place = TimelinePieces.order.firstIndex(of: piece.name) else { continue }
      if place < last {
        findings.error(
          at: piece.mark, "`\(piece.name)` comes too late",
          hint: "it has to come before `\(TimelinePieces.order[last])`")
      }
      last = max(last, place)
    }
    if pieces.count > 50 { findings.error(at: mark, "a session has at most 50 pieces") }
    let names = pieces.map(\.name)
    guard let task = names.firstIndex(of: "task"), let debriefing = names.firstIndex(of: "debriefing") else { return }
    for (index, piece) in pieces.enumerated() where !TimelinePieces.order.contains(piece.name) {
      guard index < task || index > debriefing else { continue }
      findings.error(
        at: piece.mark, "`\(piece.name)` has to stand between the task and the debriefing",
        hint: "questions about the pop-up come after it")
    }
  }
}
