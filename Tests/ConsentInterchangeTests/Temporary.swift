import Foundation

/// Folders for tests, below the system's own for such.
enum Temporary {
  /// A new folder; the system removes it some day.
  static func folder() -> String {
    let path = NSTemporaryDirectory() + "clickwrap-test-" + UUID().uuidString
    try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    return path
  }
}
