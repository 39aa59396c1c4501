import ConsentJournal
import ConsentModel
import ConsentRender
import ConsentStudy

// The tables of an export. A row function of the same name writes what is declared here.

extension Column {
  /// What stands at the beginning of every row: which study and version, which stage and arm, who, and which session.
  static let common: [Column] = [
    Column("study", .word([]), "name of the study"),
    Column("config_hash", .hex(digits: 64), "SHA-256 over study.yaml and all pinned files"),
    Column("stage", .word(["pilot", "live", "simulated"]), "what the session was for; simulated means no person"),
    Column("arm", .word([]), "arm to which the participant was assigned"),
    Column("participant", .hex(digits: 16), "random name of the session's participant, used only in exports"),
    Column("session", .integer, "number of the session; its journal is journals/s<number, six digits>.jsonl"),
  ]
}

extension Table {
  static let standings = Standing.allCases.map(\.word)
  static let provenances = Provenance.allCases.map(\.word)

  static let events = Table(
    "events", row: "one event of a session: a key, a click, a resize, a wake or an ending",
    Column.common + [
      Column("event", .integer, "number of the event in the session, from 0; line event + 2 of its journal"),
      .milliseconds("t_ms", "time since the session's start"),
      Column("sim_day", .day, "simulated date at the event"),
      Column("screen", .word([]), "screen that was shown when the event came"),
      Column("input", .word(InputWords.all), "kind of the event"),
      Column(
        "value", .word([]), "the key, the cell, the size or the reason; of private fields only that something was typed"
      ),
      Column("anticipatory", .boolean, "whether it had been typed before the frame that it acts on was there"),
      Column("miss", .word(MissReason.allCases.map(\.word)), "why it changed nothing; missing where it did something"),
      Column("operated", .word([]), "control that was operated"),
      Column("operated_value", .integer, "new value of that switch, list or blank"),
      Column("focus", .word([]), "control that has the focus after the event"),
      Column("decided", .word([]), "terms that were decided: name=standing:provenance, separated by spaces"),
      Column("deferred", .word([]), "terms whose decision was put off, separated by spaces"),
      Column("prompt", .integer, "number of the prompt that the event opened"),
      Column("outcome", .word([]), "end that the flow came to"),
      Column("frame", .hex(digits: 16), "digest of the frame that followed"),
    ])

  static let agreements = Table(
    "agreements", row: "one term or optional purpose of a session, as it stood at its end",
    Column.common + [
      Column("term", .word([]), "name of the term or purpose"),
      Column("kind", .word(["terms", "purpose"]), "terms of a contract, or an optional purpose"),
      Column("standing", .word(standings), "how it stands at the end"),
      Column("decided_standing", .word(standings), "how it stood right after the decision"),
      Column("provenance", .word(provenances), "how it came to stand so"),
      Column("preset", .word(["unset", "off", "on"]), "value of its switch when the last prompt opened"),
      Column("operations", .integer, "times its switch was operated between the last prompt and the decision"),
      Column("reaffirmed", .boolean, "whether a question of its own confirmed it"),
      Column("withdrawn", .boolean, "whether it was agreed once and then switched off"),
      Column("event", .integer, "number of the deciding event"),
      Column("frame", .hex(digits: 16), "digest of the frame that was shown when the deciding event came"),
      .milliseconds("decided_t_ms", "time of the decision since the session's start"),
      Column("decided_day", .day, "simulated date of the decision"),
      .milliseconds("rt_ms", "from the first frame of the last prompt to the decision"),
      Column("possibly_accidental", .boolean, "decided less than 300 ms after the input guard"),
      Column("anticipatory", .boolean, "whether the deciding key had been typed before the frame that it answers"),
      .share("control_share_at_prompt", "part of its switch that was visible in the first frame of the last prompt"),
      .milliseconds("control_on_screen_ms", "time for which its switch was on screen before the decision"),
      .milliseconds("control_focused_ms", "time for which its switch had the focus before the decision"),
    ])

  static let exposure = Table(
    "exposure",
    row: "one region that was on screen in a session: for how long it could have been seen, not whether it was",
    Column.common + [
      Column("screen", .word([]), "screen of the region"),
      Column("element", .word([]), "name of the region's element; # and its number where it has none"),
      Column("role", .word(Element.Role.allCases.map(\.word)), "what it means to a participant"),
      .milliseconds("on_screen_ms", "time for which any part of it was on screen"),
      .milliseconds("focused_ms", "time for which it had the focus"),
      .milliseconds("longest_focus_ms", "longest single stretch of focus"),
      Column("passed_through", .boolean, "whether the focus never stayed for 250 ms"),
      Column("operated", .integer, "times it was operated"),
      .share("largest_share", "largest part of it that was on screen at once"),
      .share("share_at_opening", "part of it that was visible when its screen was last opened"),
      Column("words", .integer, "words of its text; missing in languages without spaces"),
      .share("max_readable_share", "upper bound of the part that can have been read, at 238 words a minute"),
      .share("max_readable_share_175", "the same at 175 words a minute"),
      .share("max_readable_share_400", "the same at 400 words a minute"),
    ])

  static let answers = Table(
    "answers", row: "one item of an instrument that was shown in a session",
    Column.common + [
      Column("instrument", .word([]), "name of the instrument"),
      Column("item", .word([]), "name of the item; with several answers, of one of them after a point"),
      Column("version", .word([]), "wording that was drawn, where there are several"),
      Column("answer", .word([]), "the answer; skipped or prefer-not where it was declined"),
      Column("number", .integer, "the answer as a number: a point of a scale, a count, a length of text in characters"),
      Column("correctness", .word(Correctness.allCases.map(\.rawValue)), "how it compares with the right answer"),
      .milliseconds("shown_t_ms", "when the item was first shown, since the session's start"),
      .milliseconds("rt_ms", "from then until it was last left"),
    ])

  static let texts = Table(
    "texts", row: "one text that a participant typed, where the study keeps them",
    Column.common + [
      Column("event", .integer, "number of the last event before it was given out; −1 for none"),
      Column("frame", .hex(digits: 16), "digest of the frame that followed that event"),
      Column("screen", .word([]), "screen of its field"), Column("element", .word([]), "name of its field"),
      Column("characters", .integer, "its length in Unicode scalars"),
      Column("text", .text, "what was typed"),
    ])

  static let markers = Table(
    "markers", row: "one marker or note of a moderator on a session",
    Column.common + [
      Column("event", .integer, "number of the last event before it; −1 at the first frame"),
      Column("frame", .hex(digits: 16), "digest of the frame that was shown"),
      Column("marker", .word(Note.Marker.allCases.map(\.rawValue)), "what it marks"),
      Column("at", .time, "when it was made"),
      Column("text", .text, "what was written"),
    ])
}
