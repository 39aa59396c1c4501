import Testing

@testable import ConsentModel

@Suite("vocabulary")
struct VocabularyTests {
  @Test("a key's spelling parses back to the same key")
  func keys() {
    func check(_ key: Key, _ spelling: String) {
      #expect(key.spelling == spelling)
      #expect(Key(spelling: spelling) == key)
    }
    check(.tab, "tab")
    check(.backTab, "shift+tab")
    check(Key("c", modifiers: .control), "ctrl+c")
    check(Key("x", modifiers: [.control, .alt]), "ctrl+alt+x")
    check(.space, "space")
    check(Key("+"), "plus")
    check(Key("#"), "hash")
    check(Key("é"), "é")
    check(Key("字"), "字")
    check(.function(12), "f12")
    check(.typed, "typed")
    check(.typedWide, "typed-wide")
    check(Key(code: 0x1B), "u+1b")
    check(Key(code: 0x301), "u+301")
    for name in Key.specialNames {
      for prefix in ["", "shift+", "ctrl+alt+"] {
        let key = Key(spelling: prefix + name)
        #expect(key != nil && key?.spelling == prefix + name, "\(prefix + name)")
      }
    }
  }

  @Test(
    "what is not the spelling of a key is none",
    arguments: ["", "ctrl+", "tabb", "ab", "u+61", "u+110000", "u+1B", "+", "#", " ", "alt+ctrl+a"])
  func notKeys(_ text: String) {
    #expect(Key(spelling: text) == nil)
  }

  @Test("days and dates convert both ways over four centuries")
  func days() {
    var expected = Day("1970-01-01")!.number
    #expect(expected == 0)
    for year in 1970...2370 {
      for month in 1...12 {
        for day in 1...31 {
          guard let date = Day(year: year, month: month, day: day) else { continue }
          #expect(date.number == expected)
          #expect(date.civil == (year, month, day))
          expected += 1
        }
      }
    }
    #expect(Day("2025-09-28")!.text == "2025-09-28")
    #expect(Day("2024-02-29") != nil)
    for text in ["2025-02-29", "2025-13-01", "2025-00-01", "2025-1-01", "20250101", "2025-01-0a", "-025-01-01"] {
      #expect(Day(text) == nil, "\(text)")
    }
  }

  @Test("the generator gives the published sequence of SplitMix64 and fair, repeatable draws")
  func generator() {
    var generator = PRNG(seed: 1_234_567)
    let published: [UInt64] = [
      6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423, 4_593_380_528_125_082_431,
      16_408_922_859_458_223_821,
    ]
    #expect((0..<5).map { _ in generator.next() } == published)
    var counts = [Int](repeating: 0, count: 6)
    for _ in 0..<60_000 { counts[generator.below(6)] += 1 }
    #expect(counts.allSatisfy { abs($0 - 10_000) < 500 })
    var deck = Array(0..<52)
    generator.shuffle(&deck)
    #expect(deck.sorted() == Array(0..<52) && deck != Array(0..<52))
  }

  @Test("a glyph keeps its scalar, its width and whether it is a cluster")
  func glyphs() {
    let wide = Glyph(scalar: 0x5B57, columns: 2)
    #expect(wide.value == 0x5B57 && wide.columns == 2 && !wide.isCluster && wide.cellScalar == 0x5B57)
    let cluster = Glyph(cluster: 3, columns: 2)
    #expect(cluster.value == 3 && cluster.columns == 2 && cluster.isCluster && cluster.cellScalar == 0x8000_0003)
  }

  @Test("a condition compares the value of its variable and nothing else")
  func conditions() {
    let values: [Int32] = [2, -1, 64]
    #expect(Condition(variable: 0, .isIn(0b100)).holds(values))
    #expect(!Condition(variable: 0, .isIn(0b011)).holds(values))
    #expect(!Condition(variable: 1, .isIn(.max)).holds(values))
    #expect(!Condition(variable: 2, .isIn(.max)).holds(values))
    #expect(Condition(variable: 0, .atLeast(2)).holds(values) && !Condition(variable: 0, .atLeast(3)).holds(values))
    #expect(Condition(variable: 0, .below(3)).holds(values) && !Condition(variable: 0, .below(2)).holds(values))
  }

  @Test("sizes are brought into what a terminal can have")
  func sizes() {
    #expect(Size(columns: 0, rows: -3) == Size(columns: 1, rows: 1))
    #expect(Size(columns: 5000, rows: 1001) == Size(columns: 1000, rows: 1000))
  }
}
