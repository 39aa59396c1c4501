import ConsentModel
import ConsentScreens
import ConsentSource
import Testing

@Suite("Damaged screen files")
struct MutationTests {
  /// The damage that is tried; each is one change of bytes.
  private enum Damage: Int, CaseIterable {
    case flipBit, replaceByte, removeByte, insertByte, removeStretch, doubleStretch, cutOff, swapLines, hostile
  }

  private static let hostile: [String] = [
    "&a ", "*a", "{", "}", "[", "]", ": ", "- ", "\n", "\t", "\u{1B}[2J", "\0", "!!x ", "? ", "| ", "> ", "\"", "'",
    "{{",
    "{link:", "<<: ", "99999999999999999999", "-1", "\u{202E}", "e\u{301}\u{301}", "👩‍👩‍👧‍👦", "null", "~",
  ]

  @Test("damage never crashes the loader, and whatever is not loaded is explained")
  func mutations() throws {
    let files = try Repository.files()
    let paths = files.keys.sorted()
    // Only the damaged file is read again in each round.
    var trees: [String: Node] = [:]
    for path in paths {
      var found: [Diagnostic] = []
      trees[path] = SourceReader.parse(files[path] ?? [], file: path, into: &found)
    }
    let seed: UInt64 = 0x5C_4EE5
    var random = PRNG(seed: seed)
    for round in 0..<Repository.number("CLICKWRAP_MUTATIONS", otherwise: 200) {
      let path = paths[random.below(paths.count)]
      var damaged = files
      damaged[path] = MutationTests.damage(files[path] ?? [], &random)
      var others = trees
      others[path] = nil
      let top = path.split(separator: "/").first.map(String.init) ?? ""
      let flow = top == "parts" ? "fair-choice" : top
      let (document, found) = FlowLoader.document(flow, from: FlowSource.memory(damaged).keeping(others))
      guard let document else {
        if !found.hasErrors { Issue.record("seed \(seed), round \(round), \(path): refused without a word") }
        continue
      }
      let (definition, more) = document.compile(countsKeys: false)
      if definition == nil, !more.hasErrors {
        Issue.record("seed \(seed), round \(round), \(path): no flow and no error")
      }
      for diagnostic in found + more where diagnostic.line < 1 || diagnostic.column < 1 || diagnostic.file.isEmpty {
        Issue.record("seed \(seed), round \(round), \(path): a diagnostic without a place: \(diagnostic.rendered)")
      }
    }
  }

  private static func damage(_ bytes: [UInt8], _ random: inout PRNG) -> [UInt8] {
    guard bytes.count > 4 else { return bytes }
    var bytes = bytes
    let at = random.below(bytes.count)
    let length = min(1 + random.below(40), bytes.count - at)
    switch Damage.allCases[random.below(Damage.allCases.count)] {
    case .flipBit: bytes[at] ^= 1 << UInt8(random.below(8))
    case .replaceByte: bytes[at] = UInt8(random.below(256))
    case .removeByte: bytes.remove(at: at)
    case .insertByte: bytes.insert(UInt8(random.below(256)), at: at)
    case .removeStretch: bytes.removeSubrange(at..<at + length)
    case .doubleStretch: bytes.insert(contentsOf: Array(bytes[at..<at + length]), at: at)
    case .cutOff: bytes.removeSubrange(at...)
    case .swapLines:
      var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map(Array.init)
      lines.swapAt(random.below(lines.count), random.below(lines.count))
      bytes = Array(lines.joined(separator: [0x0A]))
    case .hostile: bytes.insert(contentsOf: Array(hostile[random.below(hostile.count)].utf8), at: at)
    }
    return bytes
  }
}
