import ConsentEngine
import ConsentModel
import ConsentScreens
import ConsentSource
import ConsentStudy
import Testing

/// A study without questionnaires: what is asked about the pop-up is tested with the instruments.
struct SampleStudy {
  let plan: StudyPlan
  let flow: StudyFlow

  /// The study that `init` makes, with some changes.
  ///
  /// - Parameter expecting: everything that is said of its screens and arms.
  init(
    _ changes: [(String, String)] = [], expecting: [String] = [], sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    var text = StudyTemplate.text(
      name: "s", flow: "consumer-terms", engineVersion: 2, seed: 7, retainUntil: "2030-01-01")
    let blocks = "recall, belief, comprehension, checks, control, realism, suspicion, about, reveal,\n   informed,"
    for (old, new) in [(blocks, "reveal,")] + changes {
      #expect(text.contains(old), "the template has no \(old)", sourceLocation: sourceLocation)
      text = text.split(separator: old, omittingEmptySubsequences: false).joined(separator: new)
    }
    let (plan, found) = StudyPlan.decode(Array(text.utf8), file: "study.yaml")
    #expect(found.map(\.rendered) == [], sourceLocation: sourceLocation)
    self.plan = try #require(plan, sourceLocation: sourceLocation)
    flow = StudyFlow(self.plan, pinned: .folder(SampleStudy.root + "/screens"))
    #expect(flow.diagnostics.map(\.rendered) == expecting, sourceLocation: sourceLocation)
  }

  /// The folder that holds `Sources` and `Tests`.
  private static let root: String = {
    var parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    parts.removeLast(3)
    return parts.joined(separator: "/")
  }()

  /// The compiled flow under some levels.
  func compile(_ levels: [String: String] = [:], language: String = "en") throws -> FlowDefinition {
    let document = try #require(flow.document)
    let (compiled, found) = document.compile(set: levels, language: language, countsKeys: false)
    #expect(found.filter { $0.severity == .error }.map(\.rendered) == [], "\(levels)")
    return try #require(compiled, "\(levels)")
  }
}
