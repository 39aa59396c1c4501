import Benchmark
import ConsentEngine
import ConsentModel
import ConsentRender
import ConsentScreens
import Foundation

/// `swift package --allow-writing-to-package-directory benchmark` in this folder.
let screens = FlowSource.folder(
  #filePath.split(separator: "/").dropLast(4).reduce(into: "") { $0 += "/" + $1 } + "/screens")

/// The baseline of the pop-up, or the reasons why it does not load.
func baseline() -> FlowDefinition {
  let (flow, diagnostics) = FlowLoader.load(flow: "consumer-terms", from: screens)
  guard let flow else { preconditionFailure(diagnostics.map(\.rendered).joined(separator: "\n")) }
  return flow
}

/// A session that begins at the pop-up.
func inputs(_ flow: FlowDefinition) -> SessionInputs {
  let entry = flow.entries.firstIndex { $0.name == "popup" } ?? 0
  return SessionInputs(entry: UInt8(entry), date: flow.dates.published, inputGuardMicroseconds: 0)
}

let benchmarks: @Sendable () -> Void = {
  Benchmark.defaultConfiguration = .init(
    metrics: [.wallClock, .throughput, .mallocCountTotal, .peakMemoryResident], maxDuration: .seconds(2))

  Benchmark("step", configuration: .init(scalingFactor: .kilo)) { benchmark in
    let engine = FlowEngine(baseline())
    var outbox = Outbox()
    var state = engine.start(inputs(engine.flow), into: &outbox)
    var time: Int64 = 0
    benchmark.startMeasurement()
    for _ in benchmark.scaledIterations {
      time += 1000
      engine.step(&state, Event(at: SessionTime(microseconds: time), .key(.tab)), into: &outbox)
    }
  }

  Benchmark("frame, full", configuration: .init(scalingFactor: .kilo)) { benchmark in
    let engine = FlowEngine(baseline())
    var outbox = Outbox()
    let state = engine.start(inputs(engine.flow), into: &outbox)
    benchmark.startMeasurement()
    for _ in benchmark.scaledIterations {
      var frame = Frame()
      engine.render(state, into: &frame)
      blackHole(frame.digest)
    }
  }

  Benchmark("frame, update", configuration: .init(scalingFactor: .kilo)) { benchmark in
    let engine = FlowEngine(baseline())
    var outbox = Outbox()
    var state = engine.start(inputs(engine.flow), into: &outbox)
    var frame = Frame()
    var time: Int64 = 0
    benchmark.startMeasurement()
    for _ in benchmark.scaledIterations {
      time += 1000
      engine.step(&state, Event(at: SessionTime(microseconds: time), .key(.tab)), into: &outbox)
      engine.render(state, into: &frame)
      blackHole(frame.digest)
    }
  }

  Benchmark("replay of a four-key session", configuration: .init(scalingFactor: .kilo)) { benchmark in
    let engine = FlowEngine(baseline())
    let given = inputs(engine.flow)
    let (first, recorded) = fourKeys(engine, given)
    benchmark.startMeasurement()
    for _ in benchmark.scaledIterations {
      do {
        blackHole(try engine.replay(given, firstDigest: first, recorded))
      } catch {
        benchmark.error("\(error)")
      }
    }
  }

  Benchmark("YAML to flow") { benchmark in
    for _ in benchmark.scaledIterations { blackHole(baseline()) }
  }

  Benchmark("flow to first frame") { benchmark in
    let flow = baseline()
    benchmark.startMeasurement()
    for _ in benchmark.scaledIterations {
      let engine = FlowEngine(flow)
      var outbox = Outbox()
      let state = engine.start(inputs(flow), into: &outbox)
      var frame = Frame()
      engine.render(state, into: &frame)
      blackHole(frame.digest)
    }
  }
}

/// Tab, Tab, Space, Tab with the digests of their frames.
func fourKeys(_ engine: FlowEngine, _ inputs: SessionInputs) -> (UInt64, [Recorded]) {
  var outbox = Outbox()
  var frame = Frame()
  var state = engine.start(inputs, into: &outbox)
  engine.render(state, into: &frame)
  let first = frame.digest
  var recorded: [Recorded] = []
  for (index, key) in [Key.tab, .tab, .space, .tab].enumerated() {
    let event = Event(at: SessionTime(milliseconds: Int64(index + 1) * 600), .key(key))
    engine.step(&state, event, into: &outbox)
    engine.render(state, into: &frame)
    recorded.append(Recorded(event: event, frameDigest: frame.digest))
  }
  return (first, recorded)
}
