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
    var decoder = StudyDecoder(node)
    let plan = decoder.plan()
    let all = (found + decoder.found).inReadingOrder()
    return (all.hasErrors ? nil : plan, all)
  }
}

/// Reads study.yaml.
private struct StudyDecoder {
  var found: [Diagnostic] = []
  let root: Section

  init(_ node: Node) {
    root = Section(
      node, "study.yaml",
      required: ["format", "study", "flow", "engine", "retain_until", "target_per_arm", "timeline"],
      optional: [
        "title", "language", "controller", "contact", "approval", "duration", "arms", "factors", "contrasts",
        "presentation", "allocation", "cap_per_arm", "consent", "announcement", "days", "protocol", "resume", "log",
        "unanswered_data",
      ], into: &found)
  }

  mutating func plan() -> StudyPlan? {
    if let format = root.text("format", into: &found), format != "1" {
      error("format", "this is format `\(format)`", "this program reads `format: 1`")
    }
    let name = root.text("study", into: &found) ?? ""
    if !name.isEmpty, !StudyDecoder.isName(name) {
      error("study", "`\(name)` is no name for a study", "small letters, digits and `-`, at most 40")
    }
    let arms = arms()
    let presentation = presentation()
    let allocation = allocation()
    let days = days()
    let timeline = timeline()
    let resume = resume()
    let log = section("log", "`log`", ["texts", "exact_private_times"])
    return StudyPlan(
      name: name, title: root.text("title", into: &found) ?? name, flow: root.text("flow", into: &found) ?? "",
      engineVersion: root.number("engine", in: 1...10_000, into: &found) ?? 0,
      language: root.text("language", into: &found) ?? "en", arms: arms, presentation: presentation,
      allocation: allocation, targetPerArm: root.number("target_per_arm", in: 1...100_000, into: &found) ?? 1,
      capPerArm: cap(), consent: root.word("consent", as: StudyPlan.ConsentPlace.self, into: &found) ?? .screen,
      announcement: root.word("announcement", as: StudyPlan.Announcement.self, into: &found) ?? .none, days: days,
      timeline: timeline,
      thinksAloud: root.word("protocol", among: [("silent", false), ("think-aloud", true)], into: &found) ?? false,
      resume: resume, keepsTexts: log?.flag("texts", into: &found) ?? false,
      keepsExactPrivateTimes: log?.flag("exact_private_times", into: &found) ?? false,
      unansweredData: root.word("unanswered_data", as: StudyPlan.UnansweredData.self, into: &found) ?? .exclude,
      controller: told("controller"), contact: told("contact"), approval: told("approval"), duration: told("duration"),
      retainUntil: root.day("retain_until", into: &found) ?? Day(number: 0), contrasts: contrasts(arms))
  }

  private mutating func error(_ key: String, _ message: String, _ hint: String? = nil) {
    found.append(Diagnostic(at: root.mark(of: key), message, hint: hint))
  }

  private mutating func section(_ key: String, _ what: String, _ keys: [String], required: [String] = []) -> Section? {
    root[key].map { Section($0, what, required: required, optional: keys, into: &found) }
  }

  static func isName(_ text: String) -> Bool {
    (1...40).contains(text.utf8.count) && text.utf8.first != 0x2D
      && text.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }
  }

  /// A text that participants are told; braces would be taken for values.
  private mutating func told(_ key: String) -> String {
    let text = root.text(key, into: &found) ?? ""
    if text.contains(where: { "{}\n".contains($0) }) {
      error(key, "`\(key)` holds a brace or a line break", "participants are told it as it is, in one line")
    }
    return text
  }

  // MARK: Arms

  private mutating func arms() -> [StudyPlan.Arm] {
    guard (root["arms"] == nil) != (root["factors"] == nil) else {
      found.append(
        Diagnostic(
          at: root.mark(of: "factors"), "study.yaml needs either `arms` or `factors`",
          hint: "arms by name, or factors whose levels are all combined"))
      return []
    }
    let arms = root["arms"] != nil ? listedArms() : combinedArms()
    if arms.count > 64 {
      error(root["arms"] != nil ? "arms" : "factors", "there are \(arms.count) arms; 64 are possible")
    }
    for (index, arm) in arms.enumerated() {
      if let same = arms[..<index].first(where: { $0.levels == arm.levels }) {
        found.append(Diagnostic(at: arm.mark, "the arms `\(same.name)` and `\(arm.name)` are the same"))
      }
    }
    return arms
  }

  private mutating func listedArms() -> [StudyPlan.Arm] {
    guard let node = root["arms"] else { return [] }
    guard let entries = node.mapping, !entries.isEmpty else {
      error("arms", "`arms` has to be a mapping of names to levels", "write `my-arm: {default: on}`")
      return []
    }
    return entries.map { entry in
      if !StudyDecoder.isName(entry.key) {
        found.append(
          Diagnostic(at: entry.mark, "`\(entry.key)` is no name for an arm", hint: "small letters, digits and `-`"))
      }
      return StudyPlan.Arm(name: entry.key, levels: levels(entry.value), mark: entry.mark)
    }
  }

  private mutating func levels(_ node: Node) -> [String: String] {
    guard let entries = node.mapping else {
      found.append(
        Diagnostic(at: node.mark, "an arm has to be a mapping of factors to levels", hint: "write {} for none"))
      return [:]
    }
    var levels: [String: String] = [:]
    for entry in entries {
      guard let level = entry.value.scalar else {
        found.append(Diagnostic(at: entry.value.mark, "the level of `\(entry.key)` has to be a name"))
        continue
      }
      levels[entry.key] = level
    }
    return levels
  }

  /// All combinations of the levels, the last factor changing fastest.
  private mutating func combinedArms() -> [StudyPlan.Arm] {
    guard let node = root["factors"] else { return [] }
    var arms = [StudyPlan.Arm(name: "", levels: [:], mark: node.mark)]
    for entry in node.mapping ?? [] {
      let levels = entry.value.sequence?.compactMap(\.scalar) ?? []
      if levels.isEmpty || Set(levels).count != levels.count {
        found.append(
          Diagnostic(at: entry.value.mark, "`\(entry.key)` needs a list of different levels", hint: "write [on, off]"))
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
    if node.mapping?.isEmpty ?? true { error("factors", "`factors` has to be a mapping of factors to lists of levels") }
    return arms
  }

  private mutating func contrasts(_ arms: [StudyPlan.Arm]) -> [StudyPlan.Contrast] {
    guard let node = root["contrasts"] else { return [] }
    guard let items = node.sequence else {
      error("contrasts", "`contrasts` has to be a list of pairs of arms", "write [[default-off, default-on]]")
      return []
    }
    return items.compactMap { item in
      let names = item.sequence?.compactMap(\.scalar) ?? []
      let indices = names.map { name in arms.firstIndex { $0.name == name } }
      for (name, index) in zip(names, indices) where index == nil {
        found.append(
          Diagnostic(
            at: item.mark, "there is no arm `\(name)`", hint: Nearest.hint(for: name, among: arms.map(\.name))))
      }
      guard names.count == 2, let base = indices[0], let other = indices[1], base != other else {
        if !indices.contains(nil) {
          found.append(Diagnostic(at: item.mark, "a contrast is a pair of two different arms"))
        }
        return nil
      }
      return StudyPlan.Contrast(base: base, other: other)
    }
  }

  // MARK: Rules

  private mutating func presentation() -> StudyPlan.PresentationRule {
    let part = section(
      "presentation", "`presentation`", ["mode", "minimum", "maximum", "colours", "mouse", "input_guard_ms"])
    let words = [("screen", Presentation.screen), ("linear", .linear)]
    var rule = StudyPlan.PresentationRule(
      mode: part?.word("mode", among: words, into: &found) ?? .screen,
      minimum: part?.size("minimum", into: &found) ?? .standard,
      maximum: part?.size("maximum", into: &found) ?? Size(columns: 300, rows: 100), colours: 0,
      usesMouse: part?.flag("mouse", into: &found) ?? true,
      inputGuardMilliseconds: part?.number("input_guard_ms", in: 0...10_000, into: &found))
    rule.colours =
      part?.word("colours", among: ["0", "8", "16", "256"].map { ($0, Int($0) ?? 0) }, into: &found) ?? rule.colours
    if rule.minimum.columns > rule.maximum.columns || rule.minimum.rows > rule.maximum.rows {
      found.append(Diagnostic(at: root.mark(of: "presentation"), "the smallest size is larger than the largest"))
    }
    return rule
  }

  private mutating func allocation() -> StudyPlan.AllocationRule {
    let part = section("allocation", "`allocation`", ["method", "block_sets", "seed", "strata"])
    var rule = StudyPlan.AllocationRule(
      method: part?.word("method", as: StudyPlan.AllocationRule.Method.self, into: &found) ?? .blocks,
      blockSets: part?.numbers("block_sets", in: 1...20, into: &found) ?? [1, 2, 3], seed: 0, strata: [])
    if let text = part?.text("seed", into: &found) {
      if let seed = UInt64(text) {
        rule.seed = seed
      } else {
        found.append(Diagnostic(at: root.mark(of: "allocation"), "`seed` has to be a whole number from 0", hint: text))
      }
    } else {
      found.append(Diagnostic(at: root.mark(of: "allocation"), "`allocation` needs `seed`", hint: "a whole number"))
    }
    for item in part?.list("strata", into: &found) ?? [] {
      if !StudyDecoder.isName(item.text) || rule.strata.contains(item.text) {
        found.append(
          Diagnostic(
            at: item.mark, "`\(item.text)` is no name for a stratum, or is there twice",
            hint: "small letters, digits and `-`"))
      }
      rule.strata.append(item.text)
    }
    return rule
  }

  private mutating func cap() -> Int? {
    guard let text = root.text("cap_per_arm", into: &found), text != "none" else { return nil }
    return root.number("cap_per_arm", in: 1...100_000, into: &found)
  }

  private mutating func resume() -> ResumePolicy {
    let part = section("resume", "`resume`", ["rule", "maximum_minutes"])
    var policy = ResumePolicy(part?.word("rule", as: ResumePolicy.Rule.self, into: &found) ?? .resume)
    if let text = part?.text("maximum_minutes", into: &found), text != "none" {
      policy.maximumSeconds = part?.number("maximum_minutes", in: 1...1_000_000, into: &found).map { $0 * 60 }
    }
    return policy
  }

  private mutating func days() -> [Int] {
    guard let days = root.numbers("days", in: 1...400, into: &found) else { return [1] }
    guard days[0] == 1, zip(days, days.dropFirst()).allSatisfy({ $0 < $1 }), days.count <= 10 else {
      error("days", "`days` has to begin with 1 and to rise, at most ten of them", "for example [1, 2, 8]")
      return [1]
    }
    return days
  }

  // MARK: The timeline

  private mutating func timeline() -> [StudyPlan.Piece] {
    let items = root.list("timeline", into: &found) ?? []
    var pieces: [StudyPlan.Piece] = []
    for item in items {
      if pieces.contains(where: { $0.name == item.text }) {
        found.append(Diagnostic(at: item.mark, "`\(item.text)` is in the timeline twice"))
        continue
      }
      if !StudyDecoder.isName(item.text) {
        found.append(Diagnostic(at: item.mark, "`\(item.text)` is no piece of a session"))
        continue
      }
      pieces.append(.init(name: item.text, mark: item.mark))
    }
    if root["timeline"] != nil { order(pieces) }
    return pieces
  }

  /// Pieces that have a fixed place must keep it; there is no going back, and nothing is asked after it was told.
  private mutating func order(_ pieces: [StudyPlan.Piece]) {
    for name in TimelinePieces.required where !pieces.contains(where: { $0.name == name }) {
      error("timeline", "the timeline has no `\(name)`", "the order is \(TimelinePieces.order.joined(separator: ", "))")
    }
    var last = -1
    for piece in pieces {
      guard let place = TimelinePieces.order.firstIndex(of: piece.name) else { continue }
      if place < last {
        found.append(
          Diagnostic(
            at: piece.mark, "`\(piece.name)` comes too late",
            hint: "it has to come before `\(TimelinePieces.order[last])`"))
      }
      last = max(last, place)
    }
    let names = pieces.map(\.name)
    guard let task = names.firstIndex(of: "task"), let debriefing = names.firstIndex(of: "debriefing") else { return }
    for (index, piece) in pieces.enumerated() where !TimelinePieces.order.contains(piece.name) {
      if index < task || index > debriefing {
        found.append(
          Diagnostic(
            at: piece.mark, "`\(piece.name)` has to stand between the task and the debriefing",
            hint: "questions about the pop-up come after it"))
      }
    }
    if pieces.count > 50 { error("timeline", "a session has at most 50 pieces") }
  }
}
