import ConsentScreens
import ConsentSource

/// The questions whether people noticed what was varied: one for every factor in which the arms differ.
struct ManipulationChecks {
  /// The block, or nil when no factor has a question.
  private(set) var instrument: Instrument?
  /// What is wrong with the files of the factors.
  private(set) var diagnostics: [Diagnostic] = []

  init(_ plan: StudyPlan, pinned: FlowSource) {
    let factors = Set(plan.arms.flatMap(\.levels.keys)).sorted()
    var items: [Instrument.Item] = []
    for factor in factors where Spelling.isName(factor) {
      let folders = [plan.flow, plan.flow + "/study"]
      for folder in folders {
        let path = "\(folder)/factors/\(factor).yaml"
        guard let bytes = try? pinned.read(path),
          let node = SourceReader.parse(bytes, file: pinned.label(of: path), into: &diagnostics),
          let check = node["check"], let question = check["question"], let answers = check["answers"]?.sequence
        else { continue }
        items.append(ManipulationChecks.item(factor, question, answers, at: check.mark))
      }
    }
    guard !items.isEmpty else { return }
    instrument = Instrument(
      name: "checks", title: "Whether people noticed what was varied", source: nil, translations: [:], scoring: .none,
      order: .fixed, lead: nil, items: items, mark: items[0].mark)
  }

  private static func item(_ factor: String, _ question: Node, _ answers: [Node], at mark: Mark) -> Instrument.Item {
    let options = answers.map { answer in
      let key = answer.scalar ?? ""
      let value = key.split(separator: ".").last.map(String.init) ?? key
      // Keys are written with either sign; values are names of one spelling.
      return Instrument.Option(
        value: value.replacing("_", with: "-"), text: Marked(key, at: answer.mark))
    }
    return Instrument.Item(
      name: Marked(factor, at: mark), kind: .single(options),
      versions: [.init(name: "", text: Marked(question.scalar ?? "", at: question.mark), correct: nil)],
      isRequired: true, offersPreferNot: false, when: nil, mark: mark)
  }
}
