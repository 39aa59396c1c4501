import ConsentModel
import Testing

@testable import ConsentTerminal

/// When sizes that come at these milliseconds are let through, until nothing waits any more.
private func check(_ milliseconds: [Int64], _ expected: [Int64]) {
  var gate = ResizeGate()
  var through: [Int64] = []
  func open(before time: SessionTime?) {
    while let deadline = gate.deadline, deadline <= time ?? deadline, gate.opens(at: deadline) {
      through.append(deadline.microseconds / 1000)
    }
  }
  for moment in milliseconds {
    let time = SessionTime(milliseconds: moment)
    open(before: time)
    if gate.admits(at: time) { through.append(moment) }
  }
  open(before: nil)
  #expect(through == expected, "\(milliseconds)")
}

@Test func theFirstSizeIsFollowedAtOnceAndOfAStormTheLast() {
  check([], [])
  check([5], [5])
  check([5, 21, 37], [5, 21, 37])
  check([0, 1, 2, 3, 15], [0, 16])
  check([0, 15, 17, 31, 40], [0, 16, 32, 48])
  check([0, 1, 100, 101, 102], [0, 16, 100, 116])
  check([0, 10, 500], [0, 16, 500])
}

@Test func nothingWaitsWhenNothingCame() {
  var gate = ResizeGate()
  let isOpened = gate.opens(at: SessionTime(milliseconds: 50))
  #expect(!isOpened)
  #expect(gate.deadline == nil)
}
