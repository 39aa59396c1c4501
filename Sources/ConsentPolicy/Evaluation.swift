import ConsentModel

extension PolicyTable {
  /// The first row that matches the case, an index into `rows`, or nil when none does; allocates nothing.
  ///
  /// - Parameter facts: for every fact the index of its value, in the order of `facts`. A value of 64 or more, and a
  ///   fact that is not given, matches no row.
  @inlinable
  public func evaluate(facts: borrowing [UInt8]) -> Int? {
    for row in rows.indices where rows[row].matches(facts) { return row }
    return nil
  }

  /// The first row that matches the case, an index into `rows`, or nil when none does; allocates nothing.
  ///
  /// - Parameter value: the index of a fact's value, asked for by the index of the fact; anything outside 0...63
  ///   matches no row.
  @inlinable
  public func evaluate(_ value: (_ fact: Int) -> Int32) -> Int? {
    rows: for row in rows.indices {
      for fact in facts.indices {
        let value = value(fact)
        guard value >= 0, value < 64, rows[row].when[fact] >> UInt64(value) & 1 == 1 else { continue rows }
      }
      return row
    }
    return nil
  }

  /// What follows from a row for one effect, an index into the effect's values.
  ///
  /// - Parameters:
  ///   - effect: an index into `effects`.
  ///   - row: an index into `rows`.
  ///   - isActual: what is done (true), or what the person is told (false).
  @inlinable
  public func result(effect: Int, row: Int, isActual: Bool) -> UInt8 {
    isActual ? rows[row].actual[effect] : rows[row].stated[effect]
  }
}

extension PolicyTable.Row {
  @usableFromInline
  func matches(_ facts: borrowing [UInt8]) -> Bool {
    guard facts.count >= when.count else { return false }
    for fact in when.indices {
      guard facts[fact] < 64, when[fact] >> UInt64(facts[fact]) & 1 == 1 else { return false }
    }
    return true
  }
}
