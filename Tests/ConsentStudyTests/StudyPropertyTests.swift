import ConsentEngine
import ConsentStudy
import Foundation
import Testing

@Suite("what a study says that it keeps to") struct StudyPropertyTests {
  /// Writes `properties.yaml` beside a study and proves it for the first arm.
  private func check(_ text: String?, problems expected: [String], failures: [String] = []) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("properties-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = StudyFolder(folder.path)
    try text?.write(toFile: file.propertiesPath, atomically: true, encoding: .utf8)
    let sample = try SampleStudy()
    let flow = try sample.compile(sample.plan.arms[0].levels)
    let (claims, found) = sample.flow.claims(of: file, for: [flow])
    #expect(found.map { String($0.rendered.dropFirst(file.propertiesPath.count + 1)) } == expected)
    let proofs = StudyProofs(sample.plan, arms: [flow], claims: claims, everyDraw: false)
    #expect(proofs.failures.map(\.words) == failures)
    #expect(proofs.failures.allSatisfy { !$0.keys.isEmpty })
  }

  @Test func isProvedOrRefutedInEveryArm() throws {
    try check(nil, problems: [])
    try check(
      """
      format: 1
      properties:
        - {property: the pop-up comes after the instructions, only: {screen: popup}, after: {screen: task-brief}}
        - {property: nobody refuses, never: {stands_training: declined}}

      """, problems: [], failures: ["does not hold: nobody refuses"])
    try check(
      "format: 1\nproperties:\n  - {property: a, never: {screen: popop}}\n",
      problems: ["3:35: error: there is no screen `popop` (did you mean `popup`?)"])
  }
}
