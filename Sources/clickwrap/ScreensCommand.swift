import ArgumentParser
import ConsentEngine
import ConsentModel
import ConsentRender
import ConsentScreens
import Glibc

struct ScreensCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "screens", abstract: "List the flows and look at their screens.",
    subcommands: [ListCommand.self, ShowCommand.self], defaultSubcommand: ListCommand.self)
}

struct ListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the flows with their entries, factors, levels and screens.")

  @Option(help: "Take the flows from this folder instead of the built-in ones.")
  var screens: String?

  @Flag(help: "Print one JSON object a flow.")
  var json = false

  func run() throws {
    let source = screens.map { FlowSource.folder($0) } ?? BuiltIn.source
    let names = FlowLoader.flows(in: source)
    if names.isEmpty { throw CommandFailure(.screens, "clickwrap: there is no flow in \(screens ?? "the program")") }
    for name in names {
      let (document, diagnostics) = FlowLoader.document(name, from: source)
      guard let document else { throw CommandFailure(.screens, lines: diagnostics.map(\.rendered)) }
      let walks = source.list(name + "/walks").files.filter { $0.hasSuffix(".walk") }
      if json {
        Console.out(object(document, walks).line + "\n")
      } else {
        for line in lines(document, walks) { Console.line(line) }
      }
    }
  }

  private func lines(_ flow: FlowDocument, _ walks: [String]) -> [String] {
    var lines = ["\(flow.name): \(flow.title)"]
    lines.append("  entries: \(flow.entries.joined(separator: ", "))")
    lines.append("  accounts: \(flow.accounts.joined(separator: ", "))")
    let languages = flow.languages.compactMap { flow.translation($0) }.map(words)
    lines.append("  languages: \(languages.joined(separator: ", "))")
    lines.append("  screens: \(flow.screens.joined(separator: ", "))")
    for factor in flow.factors {
      let levels = factor.levels.map { $0 == factor.baseline ? "\($0)*" : $0 }.joined(separator: ", ")
      let assumed = factor.isAssumed ? " (baseline assumed)" : ""
      lines.append("  factor \(factor.name): \(levels)\(assumed)")
    }
    for walk in walks { lines.append("  walk \(flow.name)/walks/\(walk)") }
    return lines
  }

  private func words(_ translation: FlowDocument.Translation) -> String {
    var words = translation.review.map { "reviewed by \($0.by), \($0.on.text)" } ?? "not reviewed"
    if translation.own < translation.all { words += ", \(translation.own) of \(translation.all) texts" }
    return "\(translation.language) (\(words))"
  }

  private func object(_ flow: FlowDocument, _ walks: [String]) -> JSON {
    func texts(_ texts: [String]) -> JSON { .array(texts.map { .text($0) }) }
    let factors = flow.factors.map { factor in
      JSON.object([
        ("factor", .text(factor.name)), ("levels", texts(factor.levels)), ("baseline", .text(factor.baseline)),
        ("assumed", .bool(factor.isAssumed)), ("tags", texts(factor.tags)),
      ])
    }
    let languages = flow.languages.compactMap { flow.translation($0) }.map { translation in
      JSON.object([
        ("language", .text(translation.language)), ("reviewed_by", JSON(translation.review?.by)),
        ("reviewed_on", JSON(translation.review?.on.text)),
        ("coverage", .array([.number(Int64(translation.own)), .number(Int64(translation.all))])),
      ])
    }
    return .object([
      ("flow", .text(flow.name)), ("title", .text(flow.title)), ("entries", texts(flow.entries)),
      ("accounts", texts(flow.accounts)), ("languages", .array(languages)), ("screens", texts(flow.screens)),
      ("factors", .array(factors)), ("walks", texts(walks.map { "\(flow.name)/walks/\($0)" })),
    ])
  }
}

/// How a frame is written.
enum FrameFormat: String, ExpressibleByArgument, CaseIterable {
  case text, ansi, svg, json
}

struct ShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Print one screen of a flow as a session would first see it.",
    discussion: """
      Without --screen and --entry it shows the pop-up where a flow has an entry of that name.

      Examples:
        clickwrap screens show consumer-terms --size 80x24
        clickwrap screens show consumer-terms --set order=reversed --format ansi
        clickwrap screens show fair-choice --format svg > fair.svg
      """)

  @OptionGroup var options: FlowOptions

  @Option(help: "The screen; without it, the one on which the session begins.")
  var screen: String?

  @Option(help: "Columns and rows.")
  var size = Size.standard

  @Option(help: "text, ansi, svg or json.")
  var format = FrameFormat.text

  @Flag(help: "Show it in the linear presentation: lines with numbered choices.")
  var linear = false

  func run() throws {
    var flow = try options.load().flow
    var inputs = try options.inputs(for: flow, defaultEntry: "popup")
    inputs.size = size
    if linear {
      guard flow.linear != nil else { throw CommandFailure.noLinear(flow) }
      inputs.presentation = .linear
    }
    if let screen {
      guard let index = flow.screens.firstIndex(where: { $0.name == screen }) else {
        throw CommandFailure(
          .usage, "clickwrap: there is no screen '\(screen)': \(flow.screens.map(\.name).joined(separator: ", "))")
      }
      // The session begins on it, so that what its opening does is done.
      flow.entries[Int(inputs.entry)].screen = Int32(index)
    }
    let engine = FlowEngine(flow)
    var outbox = Outbox()
    let state = engine.start(inputs, into: &outbox)
    var frame = Frame()
    engine.render(state, into: &frame)
    let title = flow.screens[Int(state.view.screen)].name
    switch format {
    case .text: Console.out(frame.text(flow: flow))
    case .ansi: Console.out(frame.ansi(flow: flow, depth: .palette))
    case .svg: Console.out(frame.svg(flow: flow, title: "\(flow.name): \(title)"))
    case .json: Console.out(frame.json(painter: engine.painter, view: state.view))
    }
    Console.out("\n")
  }
}
