import ConsentEngine
import ConsentModel
import ConsentRender

/// What came of a walk.
public struct WalkResult: Sendable {
  /// What did not come true, in order; empty when the walk passed.
  public var failures: [WalkProblem] = []
  /// The frames that the walk asked for, as text.
  public var frames: [String] = []
  /// The events of the session and the digests of their frames.
  public var recorded: [Recorded] = []
  /// What the session was given.
  public var inputs: SessionInputs
  /// Digest of the first frame.
  public var firstFrame: UInt64 = 0
  /// How the session stood at the end, or nil when it did not begin.
  public var state: FlowState?

  /// What the golden file of the walk should hold; nil when the walk asked for no frame.
  public var golden: String? { frames.isEmpty ? nil : WalkGolden.text(frames) }
}

/// Runs walks: a script is the surface, the machine's own loop does the rest.
public struct WalkRunner {
  /// The machine of the flow that the walk is compiled for.
  public let engine: FlowEngine

  /// A runner on a machine.
  public init(_ engine: FlowEngine) { self.engine = engine }

  /// Walks through the flow and checks every expectation on the way.
  ///
  /// - Parameters:
  ///   - walk: a walk without problems.
  ///   - golden: what the golden file holds, or nil to compare no frame.
  ///   - show: called with every frame and its moment, for people who want to watch.
  public func run(
    _ walk: Walk, golden: String? = nil, show: ((borrowing Frame, SessionTime) throws -> Void)? = nil
  ) -> WalkResult {
    let (inputs, problems) = walk.inputs(for: engine.flow)
    var result = WalkResult(inputs: inputs)
    result.failures = problems + WalkNames(flow: engine.flow).problems(of: walk)
    guard result.failures.isEmpty else { return result }
    let script = WalkScript(walk, engine, inputs, show: show)
    var surface = WalkSurface(script: script)
    do {
      _ = try engine.run(
        inputs, on: &surface, began: { script.began($0) }, record: { script.record($0, $1) })
    } catch is WalkScript.End {
      // Nothing is left to do but to wait.
    } catch {
      script.fail("the session broke off: \(error)")
    }
    script.finish()
    result.failures = script.failures
    result.frames = script.frames
    result.recorded = script.recorded
    result.firstFrame = script.firstFrame
    result.state = script.state
    if let golden, let problem = WalkGolden.problem(result.frames, golden: golden, of: walk) {
      result.failures.append(problem)
    }
    return result
  }
}

/// The surface of a walk: frames go to the script, events come from it.
struct WalkSurface: Surface {
  let script: WalkScript

  mutating func present(_ frame: borrowing Frame) throws { try script.present(frame) }

  mutating func nextEvent(until: SessionTime?) throws -> Event { try script.nextEvent(until: until) }
}

/// A walk on its way.
final class WalkScript {
  /// The walk has no further step.
  struct End: Error {}

  /// More events than any walk needs: a screen that wakes without end.
  static let maximumEvents = 100_000

  private let walk: Walk
  private let engine: FlowEngine
  private let show: ((borrowing Frame, SessionTime) throws -> Void)?
  private var outbox = Outbox()
  private var position = 0
  private var pace: Int64 = 100_000
  /// The moment that the script has reached, and the one that the current line waits for.
  private var clock = SessionTime.zero
  private var target: SessionTime?
  private var frame = Frame()
  private var records: [LogRecord] = []
  private(set) var state: FlowState
  private(set) var failures: [WalkProblem] = []
  private(set) var frames: [String] = []
  private(set) var recorded: [Recorded] = []
  private(set) var firstFrame: UInt64 = 0

  init(
    _ walk: Walk, _ engine: FlowEngine, _ inputs: SessionInputs,
    show: ((borrowing Frame, SessionTime) throws -> Void)?
  ) {
    self.walk = walk
    self.engine = engine
    self.show = show
    // The loop keeps its state to itself; expectations read one that is stepped beside it.
    state = engine.start(inputs, into: &outbox)
  }

  // MARK: What the loop reports

  func began(_ frame: borrowing Frame) {
    firstFrame = frame.digest
    state.lastFrameDigest = frame.digest
    self.frame = copy frame
  }

  func record(_ event: Recorded, _ records: [LogRecord]) {
    engine.step(&state, event.event, into: &outbox)
    state.lastFrameDigest = event.frameDigest
    recorded.append(event)
    self.records = records
  }

  func present(_ frame: borrowing Frame) throws {
    self.frame = copy frame
    try show?(frame, clock)
  }

  // MARK: Events

  func nextEvent(until: SessionTime?) throws -> Event {
    guard recorded.count < WalkScript.maximumEvents else {
      fail("more than \(WalkScript.maximumEvents) events")
      throw End()
    }
    while position < walk.steps.count {
      let command = walk.steps[position].command
      if let length = duration(of: command) {
        let moment = target ?? clock.advanced(byMicroseconds: length)
        if let until, until <= moment {
          target = moment
          clock = max(clock, until)
          return Event(at: clock, .wake)
        }
        clock = moment
        target = nil
        guard let input = try input(of: command) else {
          position += 1
          continue
        }
        position += 1
        return Event(at: clock, input)
      }
      check(command)
      position += 1
    }
    throw End()
  }

  /// How long a line takes, or nil when it takes no time.
  private func duration(of command: Walk.Command) -> Int64? {
    switch command {
    case .wait(let microseconds): microseconds
    case .key, .clickElement, .clickText, .clickCell, .wheel, .resize, .paste, .choose, .leave: pace
    case .pace, .expectText, .expectScreen, .expectFocus, .expectTerm, .expectValue, .expectOutcome, .expectMiss,
      .frame:
      nil
    }
  }

  private func input(of command: Walk.Command) throws -> Input? {
    switch command {
    case .key(let key): return .key(key)
    case .clickElement(let name): return try press(place(of: name), "no control `\(name)` can be seen")
    case .clickText(let text): return try press(place(ofText: text), "\"\(text)\" is not on the screen")
    case .clickCell(let column, let row): return .mouse(Mouse(.press, column: column, row: row))
    case .wheel(let action):
      return .mouse(Mouse(action, column: frame.size.columns / 2, row: frame.size.rows / 2))
    case .resize(let size): return .resize(size)
    case .paste(let characters): return .paste(characters: characters, lines: characters > 0 ? 1 : 0)
    case .choose(let name):
      guard let control = frame.regions.first(where: { engine.flow.elements[Int($0.element)].name == name }) else {
        fail("no control `\(name)` can be seen")
        throw End()
      }
      return .choose(control: control.element)
    case .leave(let reason): return .leave(reason)
    case .wait, .pace, .expectText, .expectScreen, .expectFocus, .expectTerm, .expectValue, .expectOutcome,
      .expectMiss, .frame:
      return nil
    }
  }

  private func press(_ cell: (column: Int16, row: Int16)?, _ failure: String) throws -> Input {
    guard let cell else {
      fail(failure)
      throw End()
    }
    return .mouse(Mouse(.press, column: cell.column, row: cell.row))
  }

  private func place(of name: String) -> (column: Int16, row: Int16)? {
    let region = frame.regions.first { engine.flow.elements[Int($0.element)].name == name }
    guard let region else { return nil }
    return (region.column + region.columns / 2, region.row + region.rows / 2)
  }

  private func place(ofText text: String) -> (column: Int16, row: Int16)? {
    let columns = Int(frame.size.columns)
    for row in 0..<Int(frame.size.rows) where frame.text(row: row, flow: engine.flow).contains(text) {
      let first = (0..<columns).last { frame.text(row: row, columns: $0..<columns, flow: engine.flow).contains(text) }
      if let first { return (Int16(first), Int16(row)) }
    }
    return nil
  }

  // MARK: Expectations

  /// Checks what is left when the session is over.
  func finish() {
    while position < walk.steps.count, failures.isEmpty || state.isOver {
      let command = walk.steps[position].command
      switch command {
      case .wait, .pace: break
      default:
        guard duration(of: command) == nil else {
          if state.isOver { fail("the session is over before this line") }
          return
        }
        check(command)
      }
      position += 1
    }
  }

  func fail(_ message: String) {
    let line = position < walk.steps.count ? walk.steps[position].line : walk.steps.last?.line ?? 1
    failures.append(WalkProblem(walk.file, line, message, frame: frame.text(flow: engine.flow)))
  }

  private func check(_ command: Walk.Command) {
    switch command {
    case .pace(let microseconds): pace = microseconds
    case .expectText(let text, let isThere):
      if FrameSearch.contains(text, in: frame, flow: engine.flow) != isThere {
        fail(isThere ? "\"\(text)\" is not on the screen" : "\"\(text)\" is on the screen")
      }
    case .expectScreen(let name):
      let found = engine.flow.screens[Int(state.view.screen)].name
      if found != name { fail("expected the screen `\(name)`, found `\(found)`") }
    case .expectFocus(let name):
      let focus = state.view.focus
      let found = focus < 0 ? nil : engine.flow.elements[Int(focus)].name
      if found != name { fail("expected the focus on \(quoted(name)), found \(quoted(found))") }
    case .expectTerm(let name, let standing, let provenance): checkTerm(name, standing, provenance)
    case .expectValue(let variable, let value): checkValue(variable, value)
    case .expectOutcome(let name):
      let found = state.outcome.map { engine.flow.outcomes[Int($0)] }
      if found != name { fail("expected the outcome \(quoted(name)), found \(quoted(found))") }
    case .expectMiss(let reason):
      let found = records.lazy.compactMap { if case .missed(let reason) = $0 { reason } else { nil } }.first
      if found == nil { return fail("the last event was no miss") }
      if let reason, reason != found { fail("expected a miss `\(reason.word)`, found \(quoted(found?.word))") }
    case .frame: frames.append(frame.text(flow: engine.flow))
    case .key, .wait, .clickElement, .clickText, .clickCell, .wheel, .resize, .paste, .choose, .leave: break
    }
  }

  private func quoted(_ name: String?) -> String { name.map { "`\($0)`" } ?? "none" }

  private func checkTerm(_ name: String, _ standing: Standing, _ provenance: Provenance?) {
    guard let index = engine.flow.terms.firstIndex(where: { $0.name == name }) else { return }
    let term = engine.agreement(state).terms[index]
    if term.standing != standing || (provenance != nil && provenance != term.provenance) {
      let expected = provenance.map { "\(standing.word), \($0.word)" } ?? standing.word
      fail("expected `\(name)` \(expected); found \(term.standing.word), \(term.provenance.word)")
    }
  }

  private func checkValue(_ name: String, _ value: String) {
    guard let index = engine.flow.variables.firstIndex(where: { $0.name == name }) else { return }
    let found = state.view.values[index]
    let names = engine.flow.variables[index].values
    let word = names.indices.contains(Int(found)) ? names[Int(found)] : nil
    if word != value, String(found) != value {
      fail("expected `\(name)` to be `\(value)`, found \(word.map { "`\($0)`" } ?? String(found))")
    }
  }
}

/// Whether the names in a walk are names of its flow.
struct WalkNames {
  let flow: FlowDefinition

  func problems(of walk: Walk) -> [WalkProblem] {
    var problems: [WalkProblem] = []
    if walk.flow != flow.name {
      problems.append(WalkProblem(walk.file, 1, "the walk is of the flow `\(walk.flow)`, not of `\(flow.name)`"))
    }
    for step in walk.steps {
      guard let (what, name, names) = reference(step.command), !names.contains(name) else { continue }
      let hint = NearestName.hint(name, names)
      problems.append(WalkProblem(walk.file, step.line, "the flow has no \(what) `\(name)`", hint: hint))
    }
    return problems
  }

  private func reference(_ command: Walk.Command) -> (String, String, [String])? {
    switch command {
    case .clickElement(let name), .choose(let name), .expectFocus(let name?):
      ("control", name, flow.elements.map(\.name).filter { !$0.isEmpty })
    case .expectScreen(let name): ("screen", name, flow.screens.map(\.name))
    case .expectTerm(let name, _, _): ("term", name, flow.terms.map(\.name))
    case .expectValue(let name, _): ("variable", name, flow.variables.map(\.name))
    case .expectOutcome(let name?): ("outcome", name, flow.outcomes)
    case .key, .wait, .pace, .clickText, .clickCell, .wheel, .resize, .paste, .leave, .expectText, .expectFocus(nil),
      .expectOutcome(nil), .expectMiss, .frame:
      nil
    }
  }
}

/// Looks for texts on frames.
enum FrameSearch {
  /// Whether the text stands in a row, or, broken into lines, in a region or on the whole frame.
  static func contains(_ text: String, in frame: borrowing Frame, flow: FlowDefinition) -> Bool {
    let rows = (0..<Int(frame.size.rows)).map { frame.text(row: $0, flow: flow) }
    if rows.contains(where: { $0.contains(text) }) { return true }
    let wanted = collapsed([text])
    guard !wanted.isEmpty else { return false }
    if collapsed(rows).contains(wanted) { return true }
    for region in frame.regions where region.rows > 1 {
      let columns = Int(region.column)..<Int(region.column) + Int(region.columns)
      let lines = (0..<Int(region.rows)).map { frame.text(row: Int(region.row) + $0, columns: columns, flow: flow) }
      if collapsed(lines).contains(wanted) { return true }
    }
    return false
  }

  /// The words of some rows, one space apart, without the lines of boxes.
  private static func collapsed(_ rows: [String]) -> String {
    let words = rows.flatMap { row in
      row.unicodeScalars.split {
        $0 == " " || $0 == "\u{2002}" || $0 == "\u{A0}" || (0x2500...0x257F).contains($0.value)
      }
    }
    return words.map(String.init).joined(separator: " ")
  }
}

/// The golden file of a walk: the frames that it asks for, numbered, every row behind a bar.
public enum WalkGolden {
  /// Where the golden file of a walk lies.
  public static func path(ofWalk path: String) -> String { path + ".golden" }

  /// What the golden file should hold.
  public static func text(_ frames: [String]) -> String {
    var text = ""
    for (index, frame) in frames.enumerated() {
      text += "frame \(index + 1)\n"
      for row in frame.split(separator: "\n", omittingEmptySubsequences: false) { text += "|\(row)\n" }
    }
    return text
  }

  /// The first difference, or nil when there is none.
  static func problem(_ frames: [String], golden: String, of walk: Walk) -> WalkProblem? {
    let found = text(frames)
    guard found != golden else { return nil }
    let lines = walk.steps.compactMap { $0.command == .frame ? $0.line : nil }
    let foundRows = found.split(separator: "\n", omittingEmptySubsequences: false)
    let goldenRows = golden.split(separator: "\n", omittingEmptySubsequences: false)
    let same = zip(foundRows, goldenRows).prefix { $0 == $1 }.count
    let number = max(1, foundRows.prefix(same + 1).count { $0.hasPrefix("frame ") })
    let expected = same < goldenRows.count ? goldenRows[same] : "nothing more"
    let actual = same < foundRows.count ? foundRows[same] : "nothing more"
    return WalkProblem(
      walk.file, number <= lines.count ? lines[number - 1] : 1,
      "frame \(number) differs from the golden file at its line \(same + 1): expected \(expected), found \(actual)",
      frame: number <= frames.count ? frames[number - 1] : nil)
  }

  /// What the golden file of a walk holds, or nil when there is none.
  public static func load(ofWalk path: String) throws(JournalError) -> String? {
    guard let bytes = try FileAccess.contents(of: WalkGolden.path(ofWalk: path), limit: 16 << 20) else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Writes the golden file of a walk anew.
  public static func update(ofWalk path: String, _ text: String) throws(JournalError) {
    try FileAccess.replace(WalkGolden.path(ofWalk: path), Array(text.utf8))
  }
}
