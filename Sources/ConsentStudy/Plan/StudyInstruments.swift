import ConsentScreens
import ConsentSource

/// The instruments that a timeline names, read from the pinned files, with the screens that are made of them.
public struct StudyInstruments {
  /// The instruments in the order of the timeline.
  public private(set) var instruments: [Instrument] = []
  /// The folders of the parts that they become.
  private(set) var folders: [String] = []
  /// The files that are made of them.
  private(set) var trees: [String: Node] = [:]
  /// What is wrong with them.
  public private(set) var diagnostics: [Diagnostic] = []

  /// Reads the instruments of a study.
  ///
  /// - Parameters:
  ///   - plan: the study.
  ///   - pinned: the folder `screens` of the study.
  public init(_ plan: StudyPlan, pinned: FlowSource) {
    let known = pinned.list("instruments").folders
    for piece in plan.timeline where !TimelinePieces.own.contains(piece.name) {
      if piece.name == "checks" {
        add(ManipulationChecks(plan, pinned: pinned), at: piece.mark)
        continue
      }
      guard known.contains(piece.name) else {
        diagnostics.append(
          Diagnostic(
            at: piece.mark, "there is no instrument `\(piece.name)`",
            hint: Nearest.hint(for: piece.name, among: known)))
        continue
      }
      let (instrument, found) = InstrumentDecoder.load(piece.name, from: pinned)
      diagnostics += found
      guard let instrument else { continue }
      diagnostics += ScaleTranslations(plan: plan, pinned: pinned).problems(of: instrument, at: piece.mark)
      let folder = "instruments/" + piece.name
      instruments.append(instrument)
      folders.append(folder)
      trees.merge(instrument.trees(folder: folder)) { own, _ in own }
    }
    if !folders.isEmpty { folders.append(Instrument.sharedPart) }
  }

  /// The checks whether people noticed what was varied; none when no factor asks for one.
  private mutating func add(_ checks: ManipulationChecks, at mark: Mark) {
    diagnostics += checks.diagnostics
    guard let instrument = checks.instrument else {
      diagnostics.append(
        Diagnostic(
          .warning, at: mark, "no factor of the study has a question that checks whether people noticed it",
          hint: "leave `checks` out of the timeline, or give the factor a `check`"))
      return
    }
    let folder = "instruments/checks"
    instruments.append(instrument)
    folders.append(folder)
    trees.merge(instrument.trees(folder: folder)) { own, _ in own }
    // The texts are the flow's own.
    let text = "format: 1\nlanguage: en\nreviewed: {by: clickwrap, date: 2025-11-25}\ntext: {}\n"
    trees[folder + "/text/en.yaml"] = SourceReader.parse(Array(text.utf8), file: folder, into: &diagnostics)
  }
}
