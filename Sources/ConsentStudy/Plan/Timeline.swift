import ConsentSource

/// The part that strings the pieces of a session together: written as screen files, so that it is compiled, explored and
/// met like everything else.
///
/// Every piece ends by going to the screen `timeline`, which has no frame of its own: it leads on to the next piece by the
/// number in `at`. The question of the stop key leads to the debriefing and what comes after it.
struct Timeline {
  /// The folder in which its files seem to lie.
  static let folder = "study/timeline"

  let plan: StudyPlan

  /// Its files by their paths, to be put beside those of the flow.
  func files() -> [String: String] {
    [
      "\(Timeline.folder)/flow.yaml": flow,
      "\(Timeline.folder)/timeline.yaml": hub,
      "\(Timeline.folder)/stopped.yaml": stopped,
      "\(Timeline.folder)/text/en.yaml":
        "format: 1\nlanguage: en\nreviewed: {by: clickwrap, date: 2025-11-25}\ntext: {}\n",
    ]
  }

  // MARK: Stations

  /// What is done at one value of `at`.
  private struct Station {
    var piece: String
    var steps: [String]
  }

  /// The stations in their order; the last one ends the session.
  private var stations: [Station] {
    var stations: [Station] = []
    for piece in plan.timeline.map(\.name) {
      var steps: [String] = []
      switch piece {
      case "consent":
        guard plan.consent == .screen else { continue }
      case "task":
        if plan.announcement != .none { stations.append(Station(piece: "feed", steps: ["{go: feed}"])) }
      case "reveal": steps.append("{set: {answered: yes}}")
      default: break
      }
      steps.append("{go: \(TimelinePieces.firstScreen(of: piece))}")
      stations.append(Station(piece: piece, steps: steps))
      if piece == "task" { stations += laterDays }
    }
    return stations
  }

  /// The days after the first: time passes, a card says so, and the chat is visited again.
  private var laterDays: [Station] {
    zip(plan.days, plan.days.dropFirst()).map { before, day in
      Station(piece: "day", steps: ["{pass: \(day - before)}", "{set: {day_number: \(day)}}", "{go: study-day}"])
    }
  }

  // MARK: Files

  private var flow: String {
    """
    format: 1
    part: true
    title: The order of a session
    replaces: [stopped]
    entries: {study: timeline}
    names:
      controller: \(quoted(plan.controller, or: "(who runs this study is not filled in)"))
      contact: \(quoted(plan.contact, or: "(how to reach them is not filled in)"))
      approval: \(quoted(plan.approval, or: "(none)"))
      duration: \(quoted(plan.duration, or: "15 minutes"))
      retain_until: \(quoted(plan.retainUntil.text, or: ""))
    variables:
      at: {number: 0, minimum: 0, maximum: 63}
      left_early: {values: [no, yes], initial: no}
      answered: {values: [no, yes], initial: no}
    outcomes: [completed, stopped, declined]

    """
  }

  private var hub: String {
    let stations = stations
    var text = """
      format: 1
      screen: timeline
      shape: full
      focus_order: []
      initial_focus: none
      elements: [{gap: 1}]
      on_open:

      """
    for (index, station) in stations.enumerated() {
      var steps = ["{set: {at: \(index + 1)}}"] + station.steps
      if index == 0 {
        var first = [
          "announcement: \(plan.announcement.rawValue)", "kept_texts: \(plan.log.texts.rawValue)",
          "typing_times: \(plan.log.hasExactTypingTimes ? "exact" : "seconds")",
        ]
        if plan.consent == .external { first.append("study_consent: external") }
        steps.insert("{set: {\(first.joined(separator: ", "))}}", at: 0)
      }
      text += "  # \(station.piece)\n  - {when: {at: \(index)}, do: [\(steps.joined(separator: ", "))]}\n"
    }
    text += "  - {when: {left_early: yes}, do: [{end: stopped}]}\n  - {do: [{end: completed}]}\n"
    return text
  }

  /// Where stopping leads: to the debriefing, and then to the question about the data.
  private var stopped: String {
    let stations = stations
    let debriefing = stations.firstIndex { $0.piece == "debriefing" } ?? stations.count
    let end = stations.firstIndex { $0.piece == "codes" } ?? stations.count
    return """
      format: 1
      screen: stopped
      shape: full
      focus_order: []
      initial_focus: none
      elements: [{gap: 1}]
      on_open:
        # Whoever stops when everything was answered has not left early; they may think about their data again.
        - {when: {at: ">= \(end + 1)"}, do: [{set: {at: \(debriefing)}}, {go: timeline}]}
        - {do: [{set: {at: \(debriefing), left_early: yes}}, {go: timeline}]}

      """
  }

  /// A text of study.yaml as a value in another file.
  private func quoted(_ text: String, or empty: String) -> String {
    let text = text.isEmpty ? empty : text
    return "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
  }
}
