import ArgumentParser
import ConsentInterchange
import ConsentJournal
import ConsentModel
import ConsentScreens
import ConsentStudy

struct StimuliCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stimuli", abstract: "Write down every screen of every arm, and what differs between the arms.",
    discussion: """
      The sheet is a folder: a README.md that lists the screens of every arm, the keys that lead to each, and the cells in which \
      the arms differ; each screen as text and as an SVG picture; and regions.csv, which says what stands where. It goes with a \
      preregistration or an appendix.

      Of a study the arms are those of study.yaml. Of a flow there is the one condition that --set names, or with --factor one \
      for every level of that factor. Screens are shown as the fewest keys lead to them; what nothing leads to is named.

      Examples:
        clickwrap stimuli defaults --to sheet
        clickwrap stimuli consumer-terms --factor default --entry popup --to sheet
      """)

  @OptionGroup var options: FlowOptions

  @Option(help: "The folder to make; it must not be there, or be empty.")
  var to: String

  @Option(help: "Of a flow: the factor whose levels are the arms.")
  var factor: String?

  @Option(help: "Columns and rows.")
  var size = Size.standard

  func run() throws {
    let (title, arms) = try StudyFolder(options.flow).isStudy ? study() : flow()
    let sheet = StimulusSheet(title: title, arms: arms)
    let lanes = Lanes<Int, StimulusSheet.Arm, StimulusSheet.Screens>(
      making: { 0 }, work: { StimulusSheet.screens(of: $1) })
    let files = sheet.files(lanes.run(arms))
    try NewFolder.write(files, to: to)
    Console.line("\(to): \(files.count) files")
  }

  private func study() throws -> (String, [StimulusSheet.Arm]) {
    guard options.isPlain, factor == nil else {
      throw ValidationError("the arms of a study are those of study.yaml; --set, --factor and the like are for flows")
    }
    let open = try OpenStudy(options.flow)
    let flows = try ArmFlows(open)
    let arms = try open.plan.arms.indices.map { index in
      let flow = try flows.flow(index)
      return StimulusSheet.Arm(
        name: open.plan.arms[index].name, flow: flow, inputs: open.plan.inputs(for: flow, seed: 0, size: size))
    }
    return (open.plan.name, arms)
  }

  private func flow() throws -> (String, [StimulusSheet.Arm]) {
    let (source, name) = options.place
    let levels = try options.levels()
    var names = [(name: "condition", levels: levels)]
    if let factor {
      let (document, diagnostics) = FlowLoader.document(name, from: source)
      guard let document else { throw CommandFailure(.screens, lines: diagnostics.map(\.rendered)) }
      guard let found = document.factors.first(where: { $0.name == factor }) else {
        throw ValidationError(
          "there is no factor '\(factor)': \(document.factors.map(\.name).joined(separator: ", "))")
      }
      guard levels[factor] == nil else { throw ValidationError("--set and --factor both name \(factor)") }
      let others = found.levels.filter { $0 != found.baseline }
      names = ([found.baseline] + others).map { ($0, levels.merging([factor: $0]) { first, _ in first }) }
    }
    let arms = try names.map { arm in
      let loaded = try LoadedFlow.load(name, from: source, set: arm.levels, language: options.language)
      var inputs = try options.inputs(for: loaded.flow)
      inputs.seed = options.seed ?? 0
      inputs.size = size
      return StimulusSheet.Arm(name: arm.name, flow: loaded.flow, inputs: inputs)
    }
    return (name, arms)
  }
}
