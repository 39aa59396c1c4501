import ConsentScreens
import ConsentSource
import Glibc
import Testing

@Suite("Where screen files come from")
struct FlowSourceTests {
  private func error(_ source: FlowSource, _ path: String) -> SourceFileError? {
    do {
      _ = try source.read(path)
      return nil
    } catch {
      return error
    }
  }

  @Test("no path leads out of the folder")
  func rooted() throws {
    var template = Array("/tmp/clickwrap-test-XXXXXX".utf8CString)
    let made = template.withUnsafeMutableBufferPointer { buffer in
      buffer.baseAddress.flatMap { mkdtemp($0) }.map { String(cString: $0) }
    }
    let folder = try #require(made)
    mkdir(folder + "/inside", 0o700)
    symlink("/etc/hostname", folder + "/inside/link.yaml")
    symlink("/etc", folder + "/inside/etc")
    defer {
      unlink(folder + "/inside/link.yaml")
      unlink(folder + "/inside/etc")
      rmdir(folder + "/inside")
      rmdir(folder)
    }
    let source = FlowSource.folder(folder + "/inside")
    for path in ["../x", "a/../../x", "/etc/passwd", "", "a//b", ".", "link.yaml", "etc/passwd"] {
      #expect(error(source, path) == .outside, "\(path)")
    }
    #expect(error(source, "none.yaml") == .missing)
  }

  @Test("files in memory are listed like files in a folder")
  func memory() {
    let source = FlowSource.memory(["a/flow.yaml": [1], "a/text/en.yaml": [2], "b/flow.yaml": [3], "x": [4]])
    #expect(source.list("").folders == ["a", "b"])
    #expect(source.list("").files == ["x"])
    #expect(source.list("a").files == ["flow.yaml"])
    #expect(source.list("a").folders == ["text"])
    #expect(source.list("none").files == [])
  }
}
