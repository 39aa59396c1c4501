import ConsentJournal
import ConsentModel
import ConsentSource
import ConsentStudy

/// The compiled flow of every arm of a study, kept in the folder so that a session does not wait for YAML.
///
/// What is kept is named after the digest of the study's files and the engine, so that a change of any file is a change of
/// names; it is derived, and made again when it is gone.
final class ArmFlows {
  /// The digest of the study's files, in hexadecimal.
  let study: String
  /// The same as a number.
  var digest: Digest256 { Digest256(hex: study) ?? Digest256(of: []) }
  private let open: OpenStudy
  private var flows: [Int: FlowDefinition] = [:]
  private var source: StudyFlow?

  init(_ open: OpenStudy) throws {
    self.open = open
    study = try open.folder.digest()
  }

  /// The flow of an arm; what is wrong with its screens is said, all of it.
  func flow(_ arm: Int) throws -> FlowDefinition {
    if let flow = flows[arm] { return flow }
    let flow = try kept(arm) ?? compile(arm)
    flows[arm] = flow
    return flow
  }

  /// Makes the flows of all arms that are not kept yet; what is wrong with one is said before anybody is given it.
  func prepare() throws {
    for arm in open.plan.arms.indices where flows[arm] == nil && !DurableFile.isThere(path(arm)) {
      flows[arm] = try compile(arm)
    }
  }

  private func path(_ arm: Int) -> String {
    "\(open.folder.compiledPath)/\(study.prefix(32))-\(JournalFormat.engineVersion)-\(arm).flow"
  }

  private func kept(_ arm: Int) throws -> FlowDefinition? {
    guard let bytes = try DurableFile.contents(of: path(arm), limit: FlowCodec.maximumBytes) else { return nil }
    // A file that was cut off or meddled with is made again.
    guard let flow = try? FlowCodec.decode(bytes), FlowCodec.problem(in: flow) == nil else {
      try DurableFile.remove(path(arm))
      return nil
    }
    return flow
  }

  private func compile(_ arm: Int) throws -> FlowDefinition {
    let source = try self.source ?? open.flow()
    self.source = source
    let (flow, diagnostics) = source.compile(arm: arm)
    guard let flow, !diagnostics.hasErrors else {
      throw CommandFailure(.screens, lines: diagnostics.map(\.rendered))
    }
    try DurableFile.makeFolder(open.folder.compiledPath)
    // Somebody else may have made it meanwhile.
    if !DurableFile.isThere(path(arm)) { try DurableFile.replace(path(arm), FlowCodec.encode(flow)) }
    return flow
  }
}
