/// The tables of `instrument.yaml`: what may stand in it, and what it means.
public enum InstrumentKeys {
  /// The kinds of items by their words.
  static let kinds = ["likert", "confidence", "single", "multiple", "number", "slider", "text"]

  /// The top of the file.
  public static let instrument = KeyTable(
    "an instrument",
    [
      .required("format", .word(["1"]), "version of these files, first in each"),
      .required("instrument", .name, "its name: its folder"),
      .required("title", .text, "what it is called in lists; no participant sees it"),
      .optional("source", .text, "where a published scale was published"),
      .optional("translations", .mapping, "language → where that translation of a published scale was published"),
      .required(
        "scoring", .word(Instrument.Scoring.allCases.map(\.rawValue)), "how its items make one number"),
      .required(
        "order", .word(Instrument.Order.allCases.map(\.rawValue)),
        "as written, or a row of a balanced square drawn from the seed (our own questions, at most 8)"),
      .optional("lead", .textKey, "a text above every item"),
      .required("items", .list, "the questions"),
    ])

  /// One item; which keys it may have besides depends on its kind.
  public static let item = KeyTable(
    "an item",
    [
      .required("item", .name, "its name, unique in the instrument"),
      .required("kind", .word(kinds), "how it is answered"),
      .optional("text", .textKey, "the question"),
      .optional("versions", .mapping, "name → mirrored wording, of which one is drawn for each session"),
      .optional("options", .textKeys(2...8), "answers; the value in the data is the last part of a key"),
      .optional("points", .word(["5", "7"]), "number of points"),
      .optional("anchors", .textKeys(2...7), "texts of both ends, or of every point"),
      .optional("reverse", .flag, "a high answer counts low in the score"),
      .optional("minimum", .integer(0...1_000_000), "smallest number"),
      .optional("maximum", .integer(1...1_000_000), "largest number, or most characters (500)"),
      .optional("step", .integer(1...1_000_000), "how far a slider moves"),
      .optional("rows", .integer(1...8), "rows of a text field"),
      .optional("required", .flag, "whether one cannot go on without an answer (yes)"),
      .optional("prefer_not", .flag, "whether \"I prefer not to say\" is offered (no)"),
      .optional("correct", .name, "the answer that is right"),
      .optional("when", .mapping, "conditions on variables of the flow; all have to hold"),
      .optional(
        "keep_text", .flag, "whether the text may be kept, apart from the journal, where the study keeps texts (no)"),
    ])

  /// One of several wordings.
  public static let version = KeyTable(
    "a version",
    [
      .required("text", .textKey, "the question in this wording"),
      .optional("correct", .name, "the answer that is right in this wording"),
    ])

  /// The keys that have a meaning for a kind besides those that all have.
  static func own(of kind: String) -> [String] {
    switch kind {
    case "likert": ["points", "anchors", "reverse", "correct"]
    case "confidence": ["anchors"]
    case "single": ["options", "correct"]
    case "multiple": ["options"]
    case "number": ["minimum", "maximum"]
    case "slider": ["maximum", "step", "anchors", "reverse"]
    case "text": ["maximum", "rows", "keep_text"]
    default: []
    }
  }

  /// The keys that a kind cannot be without.
  static func needed(by kind: String) -> [String] {
    switch kind {
    case "likert": ["points", "anchors"]
    case "single", "multiple": ["options"]
    case "number": ["minimum", "maximum"]
    case "slider": ["maximum", "step", "anchors"]
    default: []
    }
  }

  /// The keys that every item may have.
  static let common = ["item", "kind", "text", "versions", "required", "prefer_not", "when"]
}
