import ConsentModel
import ConsentPolicy
import Testing

@Suite struct PolicyTests {
  private func check(
    _ account: String, _ phase: String, _ choice: String, _ data: String, _ training: String, _ retention: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let names = [account, phase, choice, data]
    let facts = zip(Golden.facts, names).map { UInt8($0.values.firstIndex(of: $1)!) }
    guard let row = Golden.table.evaluate(facts: facts) else {
      Issue.record("no row for \(names)", sourceLocation: sourceLocation)
      return
    }
    for isActual in [false, true] {
      let found = Golden.effects.indices.map {
        Golden.effects[$0].values[Int(Golden.table.result(effect: $0, row: row, isActual: isActual))]
      }
      #expect(found == [training, retention], "\(names)", sourceLocation: sourceLocation)
    }
    #expect(Golden.table.evaluate { Int32(facts[$0]) } == row, sourceLocation: sourceLocation)
  }

  @Test func goldenTable() {
    for account in ["free", "pro", "max", "coding"] {
      check(account, "before", "none", "new", "no", "30d")
      check(account, "before", "deferred", "new", "no", "30d")
      check(account, "before", "deferred", "resumed", "no", "30d")
      for phase in ["before", "after"] {
        check(account, phase, "on", "new", "yes", "5y")
        check(account, phase, "on", "resumed", "yes", "5y")
        check(account, phase, "off", "new", "no", "30d")
        check(account, phase, "on", "untouched", "no", "30d")
        check(account, phase, "on", "deleted", "no-future", "gone-30d")
        check(account, phase, "on-then-off", "new", "no", "30d")
        check(account, phase, "on-then-off", "before-switch", "finished-keeps", "5y")
        check(account, phase, "off", "flagged", "safety", "2y-7y")
        check(account, phase, "on", "feedback", "unlinked", "5y")
        check(account, phase, "on", "incognito", "never", "30d")
        check(account, phase, "on", "connector", "no", "none")
      }
      check(account, "after", "none", "new", "blocked", "30d")
      check(account, "after", "deferred", "resumed", "blocked", "30d")
    }
    for account in Golden.commercial { check(account, "after", "on", "new", "no", "contract") }
  }

  @Test func deletionIsNotWhatIsShown() {
    for account in 0..<6 as Range<UInt8> {
      for order in 0..<2 as Range<UInt8> {
        let row = Golden.deletion.evaluate(facts: [account, order])
        let isHeld = account < 4 && order == 1
        #expect(row == (isHeld ? 0 : 1))
        #expect(Golden.deletion.result(effect: 0, row: row ?? 0, isActual: false) == 0)
        #expect(Golden.deletion.result(effect: 0, row: row ?? 0, isActual: true) == (isHeld ? 2 : 1))
      }
    }
  }

  @Test func goldenTablesAreTotal() {
    #expect(Golden.table.totality().isSound, "\(Golden.table.totality())")
    #expect(Golden.deletion.totality().isSound)
  }

  @Test func holesAndDeadRowsAreFound() {
    var table = Golden.table
    table.rows.removeLast()
    let holes = table.totality().uncovered
    #expect(!holes.isEmpty)
    for cases in holes { #expect(table.evaluate(facts: cases.first) == nil) }
    table = Golden.table
    table.rows.insert(table.rows[7], at: 9)
    #expect(table.totality().unreachableRows == [9])
    #expect(table.totality().uncovered.isEmpty)
    #expect(PolicyTable(facts: [], effects: [], rows: []).totality().uncovered.count == 1)
  }

  @Test func strangeFactsMatchNothing() {
    #expect(Golden.table.evaluate(facts: []) == nil)
    #expect(Golden.table.evaluate(facts: [255, 0, 0, 0]) == nil)
    #expect(Golden.table.evaluate { _ in -1 } == nil)
    #expect(Golden.table.evaluate { _ in 64 } == nil)
  }

  /// Random tables: the sets of the check against counting the cases one by one.
  @Test func totalityAgreesWithCounting() {
    for seed in 0..<300 as Range<UInt64> {
      var random = PRNG(seed: seed)
      let sizes = (0..<random.below(4)).map { _ in 1 + random.below(4) }
      let table = PolicyTable(
        facts: sizes.map { .init(name: "f", values: (0..<$0).map { "\($0)" }) }, effects: [],
        rows: (0..<random.below(7)).map { _ in
          .init(
            name: "r", when: sizes.map { _ in random.next() & random.next() | random.next() & 3 }, stated: [],
            actual: [])
        })
      var reached: Set<Int> = []
      var holes = 0
      for number in 0..<sizes.reduce(1, *) {
        var rest = number
        let facts = sizes.map { size -> UInt8 in
          defer { rest /= size }
          return UInt8(rest % size)
        }
        if let row = table.evaluate(facts: facts) { reached.insert(row) } else { holes += 1 }
      }
      let found = table.totality()
      #expect(found.uncovered.reduce(0) { $0 + ($1.count ?? 0) } == holes, "seed \(seed)")
      #expect(found.unreachableRows == table.rows.indices.filter { !reached.contains($0) }, "seed \(seed)")
    }
  }
}
