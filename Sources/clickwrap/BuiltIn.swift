import CBuiltInScreens
import ConsentJournal
import ConsentModel
import ConsentScreens

/// What is compiled into the binary.
enum BuiltIn {
  /// The screen files.
  static let source: FlowSource = .memory(files)

  /// The screen files by their paths below `screens/`.
  static var files: [String: [UInt8]] {
    var files: [String: [UInt8]] = [:]
    for index in 0..<built_in_count() {
      let file = built_in_at(index)
      files[String(cString: file.path)] = bytes(of: file)
    }
    return files
  }

  /// The canonical bytes of the baseline of `consumer-terms`; empty when they were never generated.
  static var demoBytes: [UInt8] { bytes(of: built_in_demo_flow()) }

  /// The baseline of `consumer-terms` and its canonical bytes, in English without reading YAML where that is possible.
  static func demo(language: String = "en") throws -> LoadedFlow {
    if language == "en" {
      let bytes = demoBytes
      if !bytes.isEmpty, let flow = try? FlowCodec.decode(bytes) { return LoadedFlow(flow: flow, bytes: bytes) }
    }
    return try LoadedFlow.load("consumer-terms", from: source, set: [:], language: language)
  }

  /// The fair screen after the demo, in English where it has no other language.
  static func fair(language: String = "en") throws -> LoadedFlow {
    let name = "fair-choice"
    let found = language == "en" ? nil : FlowLoader.document(name, from: source).document?.language(for: language)
    return try LoadedFlow.load(name, from: source, set: [:], language: found ?? "en")
  }

  private static func bytes(of file: built_in_file) -> [UInt8] {
    [UInt8](UnsafeBufferPointer(start: file.bytes, count: Int(file.length)))
  }
}

/// A compiled flow, and its canonical bytes when they are known already.
struct LoadedFlow {
  /// The flow.
  var flow: FlowDefinition
  /// Its canonical bytes, or nil when nobody needed them yet.
  var bytes: [UInt8]?

  /// Compiles a flow; what is wrong with its files is said on standard error.
  static func load(
    _ name: String, from source: FlowSource, set levels: [String: String], language: String
  ) throws -> LoadedFlow {
    let (flow, diagnostics) = FlowLoader.load(flow: name, from: source, set: levels, language: language)
    guard let flow else { throw CommandFailure(.screens, lines: diagnostics.map(\.rendered)) }
    return LoadedFlow(flow: flow, bytes: nil)
  }
}
