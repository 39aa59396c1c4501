import Glibc
import Testing

/// A file that holds what the code gives, so that a change is read in the diff; UPDATE_GOLDEN=1 rewrites it.
enum GoldenText {
  /// The folder that holds `Sources` and `Tests`.
  static let root: String = {
    var parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    parts.removeLast(3)
    return parts.joined(separator: "/")
  }()

  /// Compares a whole file with a text.
  ///
  /// - Parameter path: below the root of the repository.
  static func check(_ path: String, _ text: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let found = read(path)
    guard found != text else { return }
    guard getenv("UPDATE_GOLDEN") != nil else {
      let old = (found ?? "").split(separator: "\n", omittingEmptySubsequences: false)
      let new = text.split(separator: "\n", omittingEmptySubsequences: false)
      let row = zip(old, new).enumerated().first { $1.0 != $1.1 }?.offset ?? min(old.count, new.count)
      Issue.record(
        """
        \(path) is not current from line \(row + 1): \(row < old.count ? old[row] : "(its end)")
        and now: \(row < new.count ? new[row] : "(the end)"); read the diff after UPDATE_GOLDEN=1
        """, sourceLocation: sourceLocation)
      return
    }
    try write(path, text, sourceLocation: sourceLocation)
  }

  /// Compares what stands between `<!-- name -->` and `<!-- /name -->` in a file with a text.
  static func check(
    _ path: String, between name: String, _ text: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let whole = try #require(read(path), "\(path) is missing", sourceLocation: sourceLocation)
    let begin = try #require(whole.firstRange(of: "<!-- \(name) -->\n"), sourceLocation: sourceLocation)
    let end = try #require(whole.firstRange(of: "<!-- /\(name) -->"), sourceLocation: sourceLocation)
    try #require(begin.upperBound <= end.lowerBound, sourceLocation: sourceLocation)
    try check(
      path, whole[..<begin.upperBound] + "\n" + text + "\n" + whole[end.lowerBound...], sourceLocation: sourceLocation)
  }

  private static func read(_ path: String) -> String? {
    let descriptor = open(root + "/" + path, O_RDONLY)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
      let got = buffer.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
      guard got > 0 else { break }
      bytes += buffer[..<got]
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func write(_ path: String, _ text: String, sourceLocation: SourceLocation) throws {
    let out = open(root + "/" + path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    try #require(out >= 0, sourceLocation: sourceLocation)
    defer { close(out) }
    let bytes = Array(text.utf8)
    let written = bytes.withUnsafeBytes { Glibc.write(out, $0.baseAddress, $0.count) }
    #expect(written == bytes.count, sourceLocation: sourceLocation)
  }
}
