import ConsentScreens
import Glibc
import Testing

@Suite("The reference in screens/README.md")
struct SchemaTests {
  @Test("the table is the one that the loader uses; UPDATE_GOLDEN=1 rewrites it")
  func table() throws {
    let path = Repository.root + "/screens/README.md"
    let descriptor = open(path, O_RDONLY)
    try #require(descriptor >= 0, "screens/README.md is missing")
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
      let got = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
      guard got > 0 else { break }
      bytes += buffer[..<got]
    }
    close(descriptor)
    let text = String(decoding: bytes, as: UTF8.self)
    let begin = try #require(text.firstRange(of: "<!-- schema -->\n"), "the marker <!-- schema --> is missing")
    let end = try #require(text.firstRange(of: "<!-- /schema -->"), "the marker <!-- /schema --> is missing")
    try #require(begin.upperBound <= end.lowerBound)
    let expected = "\n" + Schema.markdown() + "\n"
    guard text[begin.upperBound..<end.lowerBound] != expected else { return }
    guard getenv("UPDATE_GOLDEN") != nil else {
      Issue.record("the table in screens/README.md is not that of the loader; run with UPDATE_GOLDEN=1")
      return
    }
    let new = Array((text[..<begin.upperBound] + expected + text[end.lowerBound...]).utf8)
    let out = open(path, O_WRONLY | O_TRUNC)
    try #require(out >= 0)
    let written = new.withUnsafeBytes { write(out, $0.baseAddress, $0.count) }
    close(out)
    #expect(written == new.count)
  }

  @Test("no key stands twice in one place, and every one is explained")
  func keys() {
    var seen: Set<String> = []
    for key in Schema.table {
      #expect(!key.doc.isEmpty && !key.doc.hasSuffix("."), "\(key.name)")
      for place in key.places {
        #expect(seen.insert("\(place.rawValue) \(key.name)").inserted, "\(key.name) in \(place.rawValue)")
      }
    }
  }
}
