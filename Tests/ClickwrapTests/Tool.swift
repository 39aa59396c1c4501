import Glibc
import Testing

/// Programs of the system that some tests need, and a folder for what they make.
enum Tool {
  /// Whether a program is there.
  static func isThere(_ path: String) -> Bool { access(path, X_OK) == 0 }

  /// Runs a program and gives its status.
  static func run(_ words: [String]) throws -> Int32 {
    var process = pid_t()
    let arguments = words.map { strdup($0) } + [nil]
    defer { for pointer in arguments { free(pointer) } }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    defer { posix_spawn_file_actions_destroy(&actions) }
    let failure = posix_spawn(&process, words[0], &actions, nil, arguments, nil)
    guard failure == 0 else { throw PtyError.system(words[0], failure) }
    var status: Int32 = 0
    waitpid(process, &status, 0)
    return status >> 8 & 0xFF
  }
}

/// A folder of its own, gone with everything in it at the end of a test.
final class Folder {
  let path: String

  init() throws {
    var template = Array("/tmp/clickwrap-test-XXXXXX".utf8CString)
    try #require(mkdtemp(&template) != nil)
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit { _ = try? Tool.run(["/bin/rm", "-rf", path]) }

  /// Writes a file, making the folders on its way.
  func write(_ text: String, to name: String) throws {
    var folder = path
    for part in name.split(separator: "/").dropLast() {
      folder += "/" + part
      mkdir(folder, 0o755)
    }
    let file = try #require(fopen(path + "/" + name, "w"))
    defer { fclose(file) }
    let bytes = Array(text.utf8)
    #expect(fwrite(bytes, 1, bytes.count, file) == bytes.count)
  }
}
