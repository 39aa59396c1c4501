import ConsentEngine
import ConsentModel
import ConsentRender
import Testing

/// A surface that hands over a list of events and counts the frames.
struct Script: Surface {
  var events: [Event]
  var next = 0
  var presented: [UInt64] = []

  struct Ran: Error {}

  mutating func present(_ frame: borrowing Frame) throws { presented.append(frame.digest) }

  mutating func nextEvent(until: SessionTime?) throws -> Event {
    guard next < events.count else { throw Ran() }
    next += 1
    return events[next - 1]
  }
}

@Suite struct ReplayTests {
  /// The events that mean something on the sample, and some that do not.
  static let alphabet: [Input] = [
    .key(.tab), .key(.backTab), .key(.enter), .key(.space), .key(.escape), .key(.down), .key(Key("a")), .wake,
    .resize(Size(columns: 9, rows: 9)),
    .mouse(Mouse(.press, column: 40, row: 10)),
  ]

  /// Runs events with `run`, then replays what was recorded; both must say the same.
  private func check(
    _ engine: FlowEngine, _ room: inout ReplayRoom, _ inputs: SessionInputs, _ events: [Event], _ hint: String
  ) throws {
    var script = Script(events: events + [Event(at: events.last?.at ?? .zero, .leave(.endOfInput))])
    var recorded: [Recorded] = []
    var records: [[LogRecord]] = []
    var first: UInt64 = 0
    let state = try engine.run(
      inputs, on: &script, began: { first = $0.digest },
      record: {
        recorded.append($0)
        records.append($1)
      })
    var visited = 0
    let replayed = try engine.replay(inputs, firstDigest: first, recorded, in: &room) {
      index, event, state, frame, found in
      if found != records[index] || event != recorded[index] || frame.digest != script.presented[index + 1] {
        Issue.record("\(hint): event \(index) replays otherwise")
      }
      visited += 1
    }
    let isEqual =
      visited == recorded.count && engine.agreement(replayed) == engine.agreement(state) && replayed.view == state.view
      && script.presented.first == first && state.isOver && !records.contains { $0.isEmpty }
    if !isEqual { Issue.record("\(hint): replay and run differ") }
    room.reuse(replayed)
  }

  @Test func allShortSessions() throws {
    let flow = Sample().flow
    let engine = FlowEngine(flow)
    var room = ReplayRoom()
    let inputs = SessionInputs(entry: 1, date: flow.dates.published, inputGuardMicroseconds: 100_000)
    let count = ReplayTests.alphabet.count
    var total = 1
    for length in 0...4 {
      for number in 0..<total {
        var rest = number
        let events = (0..<length).map { index -> Event in
          defer { rest /= count }
          return Event(at: SessionTime(milliseconds: 70 * Int64(index + 1)), ReplayTests.alphabet[rest % count])
        }
        try check(engine, &room, inputs, events, "length \(length), number \(number)")
      }
      total *= count
    }
  }

  /// Any event whatever, from a seed.
  static func anyInput(_ random: inout PRNG, _ flow: FlowDefinition) -> Input {
    func number() -> Int32 { Int32(truncatingIfNeeded: random.next() >> UInt64(random.below(64))) }
    func cell() -> Int16 { Int16(random.below(120) - 10) }
    switch random.below(22) {
    case 0...8: return alphabet[random.below(alphabet.count)]
    case 9: return .key(Key(code: UInt32(random.below(0x20_0300)), modifiers: .init(rawValue: UInt8(random.below(8)))))
    case 10: return .key(Key(code: 0x20_0000 + UInt32(random.below(14))))
    case 11: return .mouse(Mouse(.press, column: cell(), row: cell()))
    case 12: return .mouse(Mouse(Mouse.Action.allCases[random.below(4)], column: cell(), row: cell()))
    case 13: return .paste(characters: number(), lines: number())
    case 14:
      var size = Size(columns: random.below(140), rows: random.below(50))
      if random.below(9) == 0 { size.rows = Int16(truncatingIfNeeded: -random.below(9)) }
      return .resize(size)
    case 15: return .terminalFocus(random.below(2) == 0)
    case 16: return .suspended
    case 17: return .continued(droppedKeys: number())
    case 18: return .fence(replyMicroseconds: Int64(number()))
    case 19: return .choose(control: Int32(random.below(flow.elements.count + 4)) - 2)
    case 20: return .key(Key(Unicode.Scalar(UInt8(0x30 + random.below(10)))))
    default: return random.below(2) == 0 ? .resumed : .unknown(bytes: number())
    }
  }

  @Test func randomSessions() throws {
    for preset in 0...2 as ClosedRange<Int32> {
      let flow = Sample(preset: preset).flow
      let engine = FlowEngine(flow)
      var room = ReplayRoom()
      for seed in 0..<400 as Range<UInt64> {
        var random = PRNG(seed: seed)
        var at: Int64 = 0
        let events = (0..<40).map { _ -> Event in
          at += Int64(random.below(900)) - 40
          return Event(at: SessionTime(milliseconds: at), ReplayTests.anyInput(&random, flow))
        }
        let inputs = SessionInputs(
          size: Size(columns: 20 + random.below(100), rows: 5 + random.below(40)), account: UInt8(random.below(9)),
          entry: UInt8(random.below(3)), date: Day(number: Int32(95 + random.below(20))), seed: random.next(),
          inputGuardMicroseconds: 500_000)
        try check(engine, &room, inputs, events, "preset \(preset), seed \(seed)")
      }
    }
  }

  @Test func differencesAreNamed() throws {
    let flow = Sample().flow
    let engine = FlowEngine(flow)
    let inputs = SessionInputs(entry: 1, date: flow.dates.published, inputGuardMicroseconds: 0)
    var script = Script(
      events: ["tab", "a", "enter"].enumerated().map {
        Event(at: SessionTime(milliseconds: Int64($0.offset + 1) * 100), .key(Key(spelling: $0.element)!))
      })
    var recorded: [Recorded] = []
    var first: UInt64 = 0
    _ = try engine.run(
      inputs, on: &script, began: { first = $0.digest }, record: { event, _ in recorded.append(event) })
    func failure(_ first: UInt64, _ events: [Recorded]) -> String {
      do {
        _ = try engine.replay(inputs, firstDigest: first, events)
        return "none"
      } catch {
        switch error {
        case .frameDiffers(let index, _, _): return "frame \(index)"
        case .timeRunsBack(let index): return "time \(index)"
        case .eventAfterEnd(let index): return "end \(index)"
        case .stopped(let index, _): return "stopped \(index)"
        }
      }
    }
    #expect(failure(first, recorded) == "none")
    #expect(failure(first &+ 1, recorded) == "frame -1")
    var changed = recorded
    changed[1].frameDigest ^= 1
    #expect(failure(first, changed) == "frame 1")
    changed = recorded
    changed[1].event.at = SessionTime(milliseconds: 50)
    #expect(failure(first, changed) == "time 1")
    #expect(failure(first, recorded + [recorded[2]]) == "end 3")
    changed = recorded
    changed.removeFirst()
    #expect(failure(first, changed) == "none" || failure(first, changed).hasPrefix("frame"))
    #expect(throws: ReplayError.self) {
      try engine.replay(inputs, firstDigest: first, recorded) { _, _, _, _, _ in throw Script.Ran() }
    }
  }

  @Test func surfacesWhoseTimeRunsBackAreRecordedForward() throws {
    let flow = Sample().flow
    let engine = FlowEngine(flow)
    let inputs = SessionInputs(entry: 1, date: flow.dates.published, inputGuardMicroseconds: 0)
    var room = ReplayRoom()
    try check(
      engine, &room, inputs,
      [Event(at: SessionTime(milliseconds: 80), .key(.tab)), Event(at: SessionTime(milliseconds: -5), .key(.tab))],
      "running back")
  }
}
