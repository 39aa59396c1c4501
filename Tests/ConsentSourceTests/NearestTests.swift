import ConsentSource
import Testing

@Suite("Nearest names")
struct NearestTests {
  @Test("distance counts insertions, removals, replacements and swaps")
  func distance() {
    let cases: [(String, String, Int)] = [
      ("", "", 0), ("a", "", 1), ("", "ab", 2), ("abc", "abc", 0), ("abc", "acb", 1), ("focus", "fcous", 1),
      ("kitten", "sitting", 3), ("colour", "color", 1), ("ca", "abc", 3),
    ]
    for (a, b, expected) in cases {
      #expect(Nearest.distance(a, b) == expected, "\(a) \(b)")
      #expect(Nearest.distance(b, a) == expected, "\(b) \(a)")
    }
  }

  @Test("only what is near is named")
  func nearest() {
    let keys = ["focus_order", "initial_focus", "on_open", "on_escape", "style", "scale"]
    let cases: [(String, String?)] = [
      ("focus_oder", "focus_order"), ("onopen", "on_open"), ("stile", "style"), ("scael", "scale"), ("zebra", nil),
      ("", nil), ("on_opne", "on_open"),
    ]
    for (name, expected) in cases { #expect(Nearest.name(to: name, among: keys) == expected, "\(name)") }
    #expect(Nearest.hint(for: "x", among: ["one", "two"]) == "there is one, two")
    #expect(Nearest.hint(for: "tow", among: ["one", "two"]) == "did you mean `two`?")
    #expect(Nearest.hint(for: "x", among: (0..<20).map { "name\($0)" }) == nil)
  }
}
