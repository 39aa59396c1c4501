import ConsentScreens
import ConsentSource
import ConsentStudy
import Testing

/// The flow of the study that `init` makes, with some changes.
private func study(
  _ changes: [(String, String)] = [], pinned: FlowSource = InstrumentHost.screens,
  sourceLocation: SourceLocation = #_sourceLocation
) throws -> StudyFlow {
  var text = StudyTemplate.text(
    name: "s", flow: "consumer-terms", engineVersion: 2, seed: 7, retainUntil: "2030-01-01")
  for (old, new) in changes {
    #expect(text.contains(old), "the template has no \(old)", sourceLocation: sourceLocation)
    text = text.replacing(old, with: new)
  }
  let (plan, found) = StudyPlan.decode(Array(text.utf8), file: "study.yaml")
  #expect(found.map(\.rendered) == [], sourceLocation: sourceLocation)
  return StudyFlow(try #require(plan, sourceLocation: sourceLocation), pinned: pinned)
}

@Suite("instruments in a study") struct StudyInstrumentsTests {
  @Test func allOfThemFitTogether() throws {
    let flow = try study([("task, recall", "task, recall, nasa-tlx, sus, umux-lite")])
    #expect(flow.diagnostics.map(\.rendered) == [])
    #expect(
      flow.instruments.map(\.name) == [
        "recall", "nasa-tlx", "sus", "umux-lite", "belief", "comprehension", "checks", "control", "realism",
        "suspicion",
        "about", "informed",
      ])
    let (flows, found) = flow.compileAll()
    #expect(found.map(\.rendered) == [] && flows?.count == 3)
    // Every answer is a variable of every arm, and means the same there.
    for compiled in flows ?? [] {
      for instrument in flow.instruments {
        for item in instrument.items {
          let variable = compiled.variables.first { $0.name == instrument.answerVariable(of: item) }
          #expect(variable?.values == item.values, "\(instrument.name) \(item.name.value)")
        }
      }
    }
  }

  @Test func whatWasVariedIsAskedFor() throws {
    let flow = try study([
      ("default-off: {default: off}", "default-off: {default: off, emphasis: normal}")
    ])
    let checks = try #require(flow.instruments.first { $0.name == "checks" })
    #expect(checks.items.map(\.name.value) == ["default", "emphasis"])
    #expect(checks.items[0].values == ["unset", "on", "off", "neither", "none-seen", "dont-know"])
    #expect(checks.items.allSatisfy { $0.values.last == "dont-know" && $0.isRequired })
    #expect(checks.items[1].mark.file.hasSuffix("consumer-terms/factors/emphasis.yaml"))
  }

  @Test func scalesAreShownOnlyInPublishedTranslations() throws {
    /// What is said of a study in a language with UMUX-Lite in this version.
    func check(
      _ language: String, _ translations: String, packs: [String] = [], _ expected: [String],
      sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
      let folder = "instruments/umux-lite"
      var files = files(in: "")
      let text = String(decoding: try #require(files[folder + "/instrument.yaml"]), as: UTF8.self)
      files[folder + "/instrument.yaml"] = Array(text.replacing("scoring:", with: translations + "scoring:").utf8)
      for pack in packs {
        let text = String(decoding: try #require(files[folder + "/text/en.yaml"]), as: UTF8.self)
        let own = text.replacing("language: en", with: "language: \(pack)\nfallback: en")
        files[folder + "/text/\(pack).yaml"] = Array(own.utf8)
      }
      let flow = try study(
        [("language: en", "language: \(language)"), ("task, recall", "task, umux-lite, recall")],
        pinned: .memory(files), sourceLocation: sourceLocation)
      // Texts of the study that are in English only are said apart.
      let said = flow.diagnostics.filter { $0.message.contains("the scale `") }.map(\.rendered)
      #expect(said == expected, sourceLocation: sourceLocation)
    }
    func files(in folder: String) -> [String: [UInt8]] {
      let (names, folders) = InstrumentHost.screens.list(folder)
      let prefix = folder.isEmpty ? "" : folder + "/"
      var all: [String: [UInt8]] = [:]
      for name in names { all[prefix + name] = try? InstrumentHost.screens.read(prefix + name) }
      for name in folders { all.merge(files(in: prefix + name)) { own, _ in own } }
      return all
    }
    let none = "study.yaml:43:29: error: the scale `umux-lite` has no published translation into "
    let hint = "leave it out, or say in its `translations` where one was published"
    try check("en", "", [])
    try check("en-GB", "", [])
    try check("de", "", [none + "`de` (\(hint))"])
    try check(
      "de", "translations: {fr: Quelqu'un 2015, nl: Iemand 2016}\n", [none + "`de` (\(hint); it has `fr`, `nl`)"])
    try check("de", "translations: {de-CH: Jemand 2015}\n", [none + "`de` (\(hint); it has `de-CH`)"])
    let unwritten =
      "instruments/umux-lite/instrument.yaml:1:1: error: the scale `umux-lite` names a published translation into `de` and has no text/de.yaml "
      + "(its words stand there as they were published)"
    try check("de", "translations: {de: Jemand 2015}\n", [unwritten])
    try check("de-AT", "translations: {de: Jemand 2015}\n", [unwritten])
    try check("de", "translations: {de: Jemand 2015}\n", packs: ["de"], [])
    try check("de-AT", "translations: {de: Jemand 2015}\n", packs: ["de"], [])
  }
}
