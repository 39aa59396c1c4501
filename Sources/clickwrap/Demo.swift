import ConsentEngine
import ConsentJournal
import ConsentModel
import ConsentTerminal
import Glibc

/// The demo: the chat, the pop-up, the question, the reveal, and again or the fair screen as long as somebody likes.
enum Demo {
  /// Runs it; nothing is kept unless a journal is named. What goes wrong is said on standard error.
  static func run(_ choices: TerminalChoices, journal: String?, language: String = "en") -> Ending {
    do {
      return try play(choices, journal: journal, language: language)
    } catch {
      return Clickwrap.report(error)
    }
  }

  private static func play(_ choices: TerminalChoices, journal: String?, language: String) throws -> Ending {
    // The terminal comes last, so that nothing has to be undone when something else is missing.
    let demo = try BuiltIn.demo(language: language)
    let sitting = DemoSitting(demo: demo, journal: journal, language: language, isKiosk: choices.isKiosk)
    let (written, signal) = try choices.sit(sitting, demo.flow)
    for path in written where !choices.isKiosk { Console.line("The session is in \(path)") }
    return signal == 0 ? .exit(.ok) : .signal(signal)
  }

  /// The path itself, or with -2, -3 … before its extension while there is such a file.
  static func unused(_ path: String) -> String {
    if access(path, F_OK) != 0 { return path }
    let name = path.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
    let dot = name.lastIndex(of: ".").flatMap { $0 == name.startIndex ? nil : $0 }
    let stem = dot.map { path[..<$0] } ?? path[...]
    let ending = dot.map { path[$0...] } ?? ""
    var number = 2
    while access("\(stem)-\(number)\(ending)", F_OK) == 0 { number += 1 }
    return "\(stem)-\(number)\(ending)"
  }
}

/// Sessions one after the other, until somebody has had enough.
private struct DemoSitting: Sitting {
  let demo: LoadedFlow
  let journal: String?
  let language: String
  let isKiosk: Bool

  /// The journals that were written.
  func hold<S: InteractiveSurface & ~Copyable>(on surface: inout S, as presentation: Presentation) throws -> [String] {
    let engine = FlowEngine(demo.flow)
    var fair: LoadedFlow?
    var isFair = false
    var written: [String] = []
    while true {
      let loaded: LoadedFlow
      if isFair {
        let other = try fair ?? BuiltIn.fair(language: language)
        fair = other
        loaded = other
      } else {
        loaded = demo
      }
      let path = journal.map(Demo.unused)
      let machine = isFair ? FlowEngine(loaded.flow) : engine
      let session = Session(engine: machine, bytes: loaded.bytes, journal: path.map { .new($0) } ?? .none)
      let state = try session.run(inputs(for: loaded.flow), on: &surface, as: presentation)
      if let path { written.append(path) }
      guard let outcome = state.outcome else { return written }
      switch loaded.flow.outcomes[Int(outcome)] {
      case "again": isFair = false
      case "fair": isFair = true
      default: return written
      }
    }
  }

  /// What a session of the demo is given: the entry `demo` where there is one, and the day on which it all began.
  private func inputs(for flow: FlowDefinition) -> SessionInputs {
    let entry = flow.entries.firstIndex { $0.name == "demo" } ?? 0
    return SessionInputs(
      entry: UInt8(clamping: entry), date: flow.dates.published, seed: Session.freshSeed(),
      inputGuardMicroseconds: flow.inputGuardMicroseconds, asksBeforeStopping: isKiosk)
  }
}
