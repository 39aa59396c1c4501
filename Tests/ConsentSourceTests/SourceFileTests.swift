import ConsentSource
import Glibc
import Testing

/// A folder that is gone when the body is done.
func withFolder(_ body: (String) throws -> Void) throws {
  var template = Array("/tmp/clickwrap-test-XXXXXX".utf8CString)
  let made = template.withUnsafeMutableBufferPointer { buffer in
    buffer.baseAddress.flatMap { mkdtemp($0) }.map { String(cString: $0) }
  }
  let path = try #require(made)
  defer { removeFolder(path) }
  try body(path)
}

/// Removes a folder and the files in it.
private func removeFolder(_ path: String) {
  if let directory = opendir(path) {
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      if name != ".", name != ".." { unlink(path + "/" + name) }
    }
    closedir(directory)
  }
  rmdir(path)
}

func write(_ bytes: [UInt8], to path: String) {
  let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
  bytes.withUnsafeBytes { _ = Glibc.write(descriptor, $0.baseAddress, $0.count) }
  close(descriptor)
}

@Suite("Reading files")
struct SourceFileTests {
  private func error(_ path: String, limit: Int = 100) -> SourceFileError? {
    do {
      _ = try SourceFile.read(path, limit: limit)
      return nil
    } catch {
      return error
    }
  }

  @Test("sizes up to the limit are read, more is refused before it is read")
  func sizes() throws {
    try withFolder { folder in
      for size in [0, 1, 99, 100] {
        let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0) }
        write(bytes, to: folder + "/a")
        let found = try SourceFile.read(folder + "/a", limit: 100)
        #expect(found == bytes)
      }
      write([UInt8](repeating: 0, count: 101), to: folder + "/a")
      #expect(error(folder + "/a") == .tooLarge)
      // A file of 100 MB without contents: reading it would take long, asking for its size does not.
      truncate(folder + "/a", 100_000_000)
      #expect(error(folder + "/a", limit: SourceLimits().bytes) == .tooLarge)
    }
  }

  @Test("what is no file is refused and never waited for")
  func kinds() throws {
    try withFolder { folder in
      mkfifo(folder + "/pipe", 0o600)
      #expect(error(folder + "/pipe") == .notAFile)
      #expect(error(folder) == .notAFile)
      #expect(error(folder + "/missing") == .missing)
      #expect(error(folder + "/missing/x") == .missing)
      #expect(error("/dev/zero") == .notAFile)
    }
  }
}
