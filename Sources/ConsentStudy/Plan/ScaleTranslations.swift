import ConsentScreens
import ConsentSource

/// Whether the published scales of a study may be shown in its language: only a published translation is the scale.
///
/// A scale in words of our own, or in English beside other texts, would be scored as something that it is not.
struct ScaleTranslations {
  let plan: StudyPlan
  let pinned: FlowSource

  /// What is wrong with a scale in the study's language; nothing for questions of our own.
  ///
  /// - Parameters:
  ///   - instrument: a block of the timeline.
  ///   - mark: where the timeline names it.
  func problems(of instrument: Instrument, at mark: Mark) -> [Diagnostic] {
    guard instrument.source != nil, !Self.isEnglish(plan.language) else { return [] }
    let tags = instrument.translations.keys.filter { Self.finds(plan.language, $0) }
    guard let tag = tags.max(by: { $0.count < $1.count }) else {
      let known = instrument.translations.keys.sorted().map { "`\($0)`" }.joined(separator: ", ")
      return [
        Diagnostic(
          at: mark, "the scale `\(instrument.name)` has no published translation into `\(plan.language)`",
          hint: "leave it out, or say in its `translations` where one was published"
            + (known.isEmpty ? "" : "; it has \(known)"))
      ]
    }
    let files = pinned.list("instruments/\(instrument.name)/text").files
    guard !files.contains(where: { $0.lowercased() == tag.lowercased() + ".yaml" }) else { return [] }
    return [
      Diagnostic(
        at: instrument.mark,
        "the scale `\(instrument.name)` names a published translation into `\(tag)` and has no text/\(tag).yaml",
        hint: "its words stand there as they were published")
    ]
  }

  /// Scales are written in English here; the language that only stretches English texts shows nothing else.
  private static func isEnglish(_ language: String) -> Bool { finds(language, "en") }

  /// Whether a language finds this tag: it is the same, or a longer one that begins with it.
  private static func finds(_ language: String, _ tag: String) -> Bool {
    let language = language.lowercased()
    let tag = tag.lowercased()
    return language == tag || language.hasPrefix(tag + "-")
  }
}
