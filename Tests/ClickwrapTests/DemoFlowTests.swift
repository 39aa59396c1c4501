import CBuiltInScreens
import ConsentJournal
import ConsentModel
import ConsentScreens
import Glibc
import Testing

/// The compiled flow that the demo starts from is that of the screen files beside it.
///
/// `UPDATE_GOLDEN=1 swift test --filter theDemoFlowIsCurrent` writes it anew; the next build takes it in.
@Test func theDemoFlowIsCurrent() throws {
  let (flow, diagnostics) = FlowLoader.load(flow: "consumer-terms", from: .folder(Repository.root + "/screens"))
  let compiled = try #require(flow, "\(diagnostics.map(\.rendered))")
  let bytes = FlowCodec.encode(compiled)
  if getenv("UPDATE_GOLDEN") != nil {
    let file = try #require(fopen(Repository.root + "/Sources/CBuiltInScreens/consumer-terms.flow", "w"))
    defer { fclose(file) }
    #expect(fwrite(bytes, 1, bytes.count, file) == bytes.count)
    return
  }
  let built = built_in_demo_flow()
  let embedded = [UInt8](UnsafeBufferPointer(start: built.bytes, count: Int(built.length)))
  // The two are long; a failure shows no more than that they differ.
  let isCurrent = embedded == bytes
  #expect(isCurrent, "run: UPDATE_GOLDEN=1 swift test --filter theDemoFlowIsCurrent")
}

@Test func everyBuiltInFlowLoadsFromTheBinary() {
  var files: [String: [UInt8]] = [:]
  for index in 0..<built_in_count() {
    let file = built_in_at(index)
    files[String(cString: file.path)] = [UInt8](UnsafeBufferPointer(start: file.bytes, count: Int(file.length)))
  }
  let source = FlowSource.memory(files)
  let names = FlowLoader.flows(in: source)
  #expect(names.contains("consumer-terms") && names.contains("fair-choice"))
  for name in names {
    let (flow, diagnostics) = FlowLoader.load(flow: name, from: source)
    #expect(flow != nil, "\(name): \(diagnostics.map(\.rendered))")
  }
}

/// Where this package lies.
enum Repository {
  static let root: String = {
    var parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    parts.removeLast(3)
    return parts.joined(separator: "/")
  }()

  /// Names of the files in a folder, in order.
  static func files(_ folder: String) -> [String] { names(folder, kind: UInt8(DT_REG)) }

  /// Names of the folders in a folder, in order.
  static func folders(_ folder: String) -> [String] { names(folder, kind: UInt8(DT_DIR)) }

  private static func names(_ folder: String, kind: UInt8) -> [String] {
    guard let directory = opendir(folder) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      if entry.pointee.d_type == kind, !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted()
  }
}
