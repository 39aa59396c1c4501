import CBuiltInScreens
import ConsentEngine
import ConsentJournal
import ConsentModel
import ConsentScreens
import Testing

/// The walks that are built in, by their paths.
private let walks: [String] = (0..<built_in_count()).map { String(cString: built_in_at($0).path) }
  .filter { $0.hasSuffix(".walk") }

@Test(arguments: walks)
func everyWalkComesTrue(_ path: String) throws {
  let file = Repository.root + "/screens/" + path
  let (walk, problems) = try Walk.load(file)
  try #require(problems.isEmpty, "\(problems)")
  var levels: [String: String] = [:]
  for setting in walk.settings { levels[setting.factor] = setting.level }
  let (flow, diagnostics) = FlowLoader.load(
    flow: walk.flow, from: .folder(Repository.root + "/screens"), set: levels)
  let compiled = try #require(flow, "\(diagnostics.map(\.rendered))")
  let result = WalkRunner(FlowEngine(compiled)).run(walk, golden: try WalkGolden.load(ofWalk: file))
  #expect(result.failures.isEmpty, "\(result.failures.map { "\($0)\n\($0.frame ?? "")" }.joined(separator: "\n"))")
}

/// What happens must not depend on how long the texts are.
@Test func everyWalkComesTrueInThePseudoLanguage() throws {
  let source = FlowSource.folder(Repository.root + "/screens")
  var documents: [String: FlowDocument] = [:]
  for path in walks {
    let (walk, _) = try Walk.load(Repository.root + "/screens/" + path)
    let document = try #require(documents[walk.flow] ?? FlowLoader.document(walk.flow, from: source).document)
    documents[walk.flow] = document
    let levels = Dictionary(uniqueKeysWithValues: walk.settings.map { ($0.factor, $0.level) })
    let (flow, diagnostics) = document.compile(set: levels, language: FlowDocument.pseudoLanguage)
    let compiled = try #require(flow, "\(path): \(diagnostics.map(\.rendered))")
    let result = WalkRunner(FlowEngine(compiled)).run(walk.withoutTexts, golden: nil)
    #expect(result.failures.isEmpty, "\(result.failures.map { "\($0)" }.joined(separator: "\n"))")
  }
}

@Test func everyFlowHasWalks() {
  let flows = Set(walks.compactMap { $0.split(separator: "/").first.map(String.init) })
  #expect(flows.isSuperset(of: ["chat-delete", "consumer-terms", "fair-choice"]), "\(flows)")
}
