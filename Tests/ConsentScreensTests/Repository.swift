import ConsentModel
import ConsentScreens
import Glibc

/// The screens of this repository.
enum Repository {
  /// The folder that holds `Sources` and `Tests`.
  static let root: String = {
    var parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    parts.removeLast(3)
    return parts.joined(separator: "/")
  }()

  static let screens = FlowSource.folder(root + "/screens")

  /// A number from the environment, or what is used without it.
  static func number(_ name: String, otherwise: Int) -> Int {
    getenv(name).flatMap { Int(String(cString: $0)) } ?? otherwise
  }

  /// Every file of the screens by path.
  static func files() throws -> [String: [UInt8]] {
    var files: [String: [UInt8]] = [:]
    var pending = [""]
    while let folder = pending.popLast() {
      let (names, folders) = screens.list(folder)
      for name in names where name.hasSuffix(".yaml") {
        let path = folder.isEmpty ? name : folder + "/" + name
        files[path] = try screens.read(path)
      }
      pending += folders.map { folder.isEmpty ? $0 : folder + "/" + $0 }
    }
    return files
  }
}

extension [FlowDefinition.FactorLevel] {
  /// `factor=level` with spaces between, as on the command line.
  var words: String { map { "\($0.factor)=\($0.level)" }.joined(separator: " ") }

  var byFactor: [String: String] { Dictionary(uniqueKeysWithValues: map { ($0.factor, $0.level) }) }
}
