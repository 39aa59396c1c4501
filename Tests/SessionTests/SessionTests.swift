import ConsentEngine
import ConsentModel
import ConsentRender
import ConsentScreens
import Glibc
import Testing

/// Counts come from the environment, so that the large runs use the same code as the small ones in every test run.
private func count(_ name: String, otherwise: Int) -> Int {
  guard let text = getenv(name), let number = Int(String(cString: text)) else { return otherwise }
  return number
}

let screens = FlowSource.folder(
  #filePath.split(separator: "/").dropLast(3).reduce(into: "") { $0 += "/" + $1 } + "/screens")

/// What came of a session: enough to tell whether a second run of the same events was the same session.
private struct Trace: Hashable {
  var firstDigest: UInt64 = 0
  var events: [Recorded] = []
  var records: [LogRecord] = []
}

private let meaningful: [Key] = [
  .tab, .backTab, .enter, .space, .escape, .up, .down, .left, .right, .home, .end, .pageUp, .pageDown, Key("1"),
]

@Suite("whole sessions")
struct SessionTests {
  /// Every session of so many events replays to the same records and frames, and none traps.
  ///
  /// Every prefix is a session of its own; a session is replayed where it ends.
  @Test("all short sessions of the baseline replay as they ran", arguments: ["popup", "journey"])
  func allShort(entry: String) throws {
    let depth = count("CLICKWRAP_DEPTH", otherwise: 2)
    let flow = try #require(FlowLoader.load(flow: "consumer-terms", from: screens).flow)
    var checker = PrefixChecker(flow: flow, entry: entry)
    checker.descend(depth)
    print("\(entry): \(checker.sessions) sessions of \(depth) events or fewer, \(checker.differences) differences")
    #expect(checker.differences == 0)
    #expect(checker.sessions > 1)
  }

  @Test("random long sessions over random conditions replay as they ran")
  func random() throws {
    let sessions = count("CLICKWRAP_SESSIONS", otherwise: 400)
    let seed = UInt64(count("CLICKWRAP_SEED", otherwise: 20_250_928))
    let document = try #require(FlowLoader.document("consumer-terms", from: screens).document)
    var random = PRNG(seed: seed)
    var differences = 0
    var engine: FlowEngine?
    for number in 0..<sessions {
      // A condition is kept for a few sessions: compiling one takes longer than a session.
      if number % 20 == 0 {
        let levels = try #require(document.drawCondition(&random))
        let names = Dictionary(uniqueKeysWithValues: levels.map { ($0.factor, $0.level) })
        let (flow, problems) = document.compile(set: names)
        engine = FlowEngine(try #require(flow, "seed \(seed): \(names): \(problems)"))
      }
      guard let engine else { continue }
      var inputs = SessionInputs(
        size: random.below(4) == 0 ? Size(columns: 20 + random.below(120), rows: 5 + random.below(50)) : .standard,
        account: UInt8(random.below(engine.flow.accounts.count)), entry: UInt8(random.below(engine.flow.entries.count)),
        date: Day(number: engine.flow.dates.published.number + Int32(random.below(60))), seed: random.next(),
        inputGuardMicroseconds: engine.flow.inputGuardMicroseconds)
      if random.below(3) == 0 { inputs.account = 0 }
      let trace = run(engine, inputs, events: 40, &random)
      if !replays(engine.flow, inputs, trace) {
        differences += 1
        Issue.record("session \(number) of seed \(seed) differs on replay, condition \(engine.flow.condition)")
        if differences > 5 { break }
      }
    }
    print("\(sessions) random sessions of 40 events, seed \(seed): \(differences) differences")
  }

  /// Any event that there is, most of them likely to mean something.
  private func event(_ frame: borrowing Frame, _ state: borrowing FlowState, _ random: inout PRNG) -> Input {
    switch random.below(20) {
    case 0...10: return .key(meaningful[random.below(meaningful.count)])
    case 11: return .key(Key(code: UInt32(0x20 + random.below(0x60))))
    case 12, 13, 14:
      guard !frame.regions.isEmpty else { return .wake }
      let region = frame.regions[random.below(frame.regions.count)]
      return .mouse(Mouse(.press, column: region.column, row: region.row))
    case 15: return .resize(Size(columns: 1 + random.below(130), rows: 1 + random.below(60)))
    case 16, 17: return .wake
    case 18:
      let actions = Mouse.Action.allCases
      return .mouse(
        Mouse(
          actions[random.below(actions.count)], column: Int16(random.below(200)) - 50, row: Int16(random.below(90)) - 20
        ))
    default:
      let rare: [Input] = [
        .paste(characters: 12, lines: 1), .terminalFocus(false), .suspended, .continued(droppedKeys: 1),
        .fence(replyMicroseconds: 900), .unknown(bytes: 5), .choose(control: Int32(random.below(60)) - 5), .resumed,
      ]
      return rare[random.below(rare.count)]
    }
  }

  private func run(_ engine: FlowEngine, _ inputs: SessionInputs, events: Int, _ random: inout PRNG) -> Trace {
    var trace = Trace()
    var outbox = Outbox()
    var frame = Frame()
    var state = engine.start(inputs, into: &outbox)
    engine.render(state, into: &frame)
    state.lastFrameDigest = frame.digest
    trace.firstDigest = frame.digest
    while trace.events.count < events, !state.isOver {
      let pause = Int64(random.below(2) == 0 ? random.below(1_000_000) : 600_000)
      let event = Event(at: state.now.advanced(byMicroseconds: pause), event(frame, state, &random))
      engine.step(&state, event, into: &outbox)
      engine.render(state, into: &frame)
      state.lastFrameDigest = frame.digest
      trace.events.append(Recorded(event: event, frameDigest: frame.digest))
      trace.records += outbox.records
    }
    return trace
  }

  /// Whether an engine that knows nothing of the first run comes to the same frames and records.
  private func replays(_ flow: FlowDefinition, _ inputs: SessionInputs, _ trace: Trace) -> Bool {
    var records: [LogRecord] = []
    do {
      _ = try FlowEngine(flow).replay(inputs, firstDigest: trace.firstDigest, trace.events) { _, _, _, _, found in
        records += found
      }
    } catch {
      return false
    }
    return records == trace.records
  }
}

/// Walks through all sessions up to a length, sharing what they begin with, and replays each from the start.
private struct PrefixChecker {
  let engine: FlowEngine
  let inputs: SessionInputs
  var sessions = 0
  var differences = 0
  private var events: [Recorded] = []
  private var records: [[LogRecord]] = []
  private var room = ReplayRoom()
  private var outbox = Outbox()
  private var firstDigest: UInt64 = 0
  private let second: FlowEngine

  init(flow: FlowDefinition, entry: String) {
    engine = FlowEngine(flow)
    second = FlowEngine(flow)
    let index = flow.entries.firstIndex { $0.name == entry } ?? 0
    inputs = SessionInputs(
      entry: UInt8(index), date: flow.dates.published, inputGuardMicroseconds: flow.inputGuardMicroseconds)
  }

  mutating func descend(_ depth: Int) {
    var frame = Frame()
    var state = engine.start(inputs, into: &outbox)
    engine.render(state, into: &frame)
    state.lastFrameDigest = frame.digest
    firstDigest = frame.digest
    descend(state, frame, depth)
  }

  private mutating func descend(_ state: FlowState, _ frame: Frame, _ depth: Int) {
    guard depth > 0, !state.isOver else {
      check(state)
      return
    }
    sessions += 1
    for input in alphabet(frame) {
      var next = state
      var shown = frame
      // Past the guard, and past every timer that may be waited for.
      let event = Event(at: state.now.advanced(byMicroseconds: 600_000), input)
      engine.step(&next, event, into: &outbox)
      engine.render(next, into: &shown)
      next.lastFrameDigest = shown.digest
      events.append(Recorded(event: event, frameDigest: shown.digest))
      records.append(outbox.records)
      descend(next, shown, depth - 1)
      events.removeLast()
      records.removeLast()
    }
  }

  /// The keys that mean something, a click on every region, a resize and a wake.
  private func alphabet(_ frame: Frame) -> [Input] {
    var inputs = meaningful.map(Input.key)
    for region in frame.regions where region.state.contains(.control) || region.kind == .option {
      inputs.append(.mouse(Mouse(.press, column: region.column, row: region.row)))
    }
    inputs.append(.resize(frame.size == .standard ? Size(columns: 60, rows: 18) : .standard))
    inputs.append(.wake)
    return inputs
  }

  private mutating func check(_ ran: FlowState) {
    sessions += 1
    var index = 0
    do {
      let replayed = try second.replay(inputs, firstDigest: firstDigest, events, in: &room) {
        at, _, _, _, found in
        if found != records[at] { differences += 1 }
        index = at
      }
      if second.agreement(replayed) != engine.agreement(ran) { differences += 1 }
      room.reuse(replayed)
    } catch {
      differences += 1
      if differences < 5 { Issue.record("event \(index): \(error): \(events.map(\.event.input))") }
    }
  }
}
