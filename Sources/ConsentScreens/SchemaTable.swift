import ConsentModel

extension Schema {
  /// The words for roles, in the order of `Element.Role`.
  static let roles = [
    "heading", "text", "small_print", "notice", "accept", "decline", "deferral", "choice", "link", "other", "message",
    "answer", "legend",
  ]
  static let alignments = ["left", "center", "right", "spread"]
  static let attributes = ["bold", "dim", "underline", "reverse"]
  static let derivations = [
    "account", "entry", "presentation", "date", "phase", "days_left", "prompts", "days_since_prompt", "standing",
    "provenance",
    "choice",
    "on_screen_ms", "focused_ms", "operations", "latency_ms", "possibly_accidental", "policy", "keys",
  ]
  /// Properties of a screen that a patch may set.
  static let screenProperties = ["initial_focus", "focus_order", "on_open", "on_escape", "timer"]

  private static func key(
    _ name: String, _ places: [Place], _ type: ValueType, required: Bool = false, _ doc: String
  ) -> Key {
    Key(name: name, places: places, type: type, isRequired: required, doc: doc)
  }

  /// Every key, in the order of the reference.
  public static let table: [Key] =
    flowKeys + screenKeys + elementKeys + stepKeys + factorKeys + otherKeys + propertyKeys

  private static let flowKeys: [Key] = [
    key(
      "format", [.flow, .part, .screen, .pack, .factor, .policy, .properties], .word(["1"]), required: true,
      "version of these files, first in each"),
    key("flow", [.flow], .name, required: true, "name of the flow: its folder"),
    key("title", [.flow, .part], .string, "what it is called in lists; no participant sees it"),
    key("part", [.part], .flag, required: true, "the folder is a part that flows use"),
    key("uses", [.flow, .part], .any, "list of folders whose screens, variables and texts are added"),
    key("names", [.flow, .part], .mapping, "name in braces → what is written for it in every text"),
    key("accounts", [.flow], .names, required: true, "accounts that a session may be given"),
    key("dates", [.flow], .mapping, required: true, "the two dates that the flow turns on"),
    key("published", [.dates], .date, required: true, "first day on which a session may be prompted"),
    key("decision", [.dates], .date, required: true, "day from which access is blocked until a choice was made"),
    key(
      "input_guard_ms", [.flow, .patchFlow], .integer(0, 10_000),
      "for so long after a prompt's frame keys and clicks are misses"),
    key(
      "entries", [.flow], .mapping, required: true, "entry → screen where a session begins; the first is the default"),
    key("entries", [.part], .mapping, "entries that come before those of the flow"),
    key("replaces", [.part], .names, "screens of others in whose place this part puts its own"),
    key("terms", [.flow], .mapping, "what a session can agree to"),
    key("kind", [.term], .word(["terms", "purpose"]), required: true, "terms of a contract, or an optional purpose"),
    key("control", [.term], .name, "variable of the switch that controls it"),
    key("elements", [.term], .any, "list of `screen.element`: the elements that show the control"),
    key(
      "variables", [.flow, .part], .mapping, "named values; those of a switch have exactly the values unset, off, on"),
    key("values", [.variable], .names, "the values by name, at most 64"),
    key("number", [.variable], .integer(-1_000_000, 1_000_000), "a number, and its first value"),
    key("minimum", [.variable], .integer(-1_000_000, 1_000_000), "smallest value that `add` may reach"),
    key("maximum", [.variable], .integer(-1_000_000, 1_000_000), "largest value that `add` may reach"),
    key("initial", [.variable, .patchVariable], .any, "the first value"),
    key("draw", [.variable], .names, "values by name, one of which is drawn from the session's seed"),
    key("draw_from", [.variable], .integer(0, 1_000_000), "the smallest number that is drawn from the session's seed"),
    key("draw_to", [.variable], .integer(0, 1_000_000), "the largest number that is drawn"),
    key("derive", [.variable], .word(derivations), "the value follows from what happened"),
    key("term", [.variable], .name, "the term that it is derived from"),
    key("effect", [.variable], .name, "the effect of the policy that it shows"),
    key("side", [.variable], .word(["stated", "actual"]), "what the person is told, or what is done"),
    key("facts", [.variable], .mapping, "facts of the case; the others come from variables of the same name"),
    key("from", [.variable], .name, "with `keys`: the screen from which keys are counted"),
    key("to", [.variable], .mapping, "with `keys`: term → standing that is to be reached"),
    key("outcomes", [.flow, .part], .names, "the ends that the flow declares"),
    key("styles", [.flow, .part], .mapping, "looks of cells; the first is the ground"),
    key("foreground", [.style], .colour, required: true, "colour of the letters"),
    key("background", [.style], .colour, required: true, "colour behind them"),
    key("attributes", [.style], .words(attributes), "attributes where there are colours"),
    key("mono", [.style], .words(attributes), "attributes where there are none"),
    key("signs", [.flow], .mapping, required: true, "what the painter draws by itself"),
    key("focus", [.signs], .name, required: true, "style of the focus marks"),
    key("backdrop", [.signs], .name, required: true, "style of a screen behind a card"),
    key("border", [.signs], .name, required: true, "style of a card's frame"),
    key("too_small", [.signs], .textKey, required: true, "text under the smallest size"),
    key("linear", [.flow, .part], .mapping, "what the linear presentation says of its own accord"),
    key(
      "switches", [.linear], .textKeys(3, 3), required: true, "the entry of a switch: unset, off, on"),
    key("ask", [.linear], .textKey, required: true, "asks for a number"),
    key(
      "ask_default", [.linear], .textKey, required: true,
      "asks where Enter alone is an answer; its number follows the text"),
    key("stop", [.linear], .textKey, required: true, "entry 0, which stops, where the stop key is shown"),
    key("characters", [.linear], .textKey, "what follows the number of characters in a field"),
    key("ask_text", [.linear], .textKey, "asks for a line of text; the number of the field's entry follows it"),
    key("ask_number", [.linear], .textKey, "asks for the digits of a number or a slider; the entry's number follows"),
    key(
      "stop", [.flow, .part], .mapping, "the key that stops a session, and the screen that asks whether it is meant"),
    key("key", [.stop], .string, required: true, "the key, the same on every screen, as in a walk"),
    key("screen", [.stop], .name, required: true, "the screen that asks; it can go `back`"),
    key("legend", [.stop], .textKey, required: true, "what every screen says of the key"),
  ]

  private static let screenKeys: [Key] = [
    key("screen", [.screen], .name, required: true, "name of the screen: its file"),
    key("shape", [.screen], .word(["full", "card"]), "fills the terminal (default), or lies on a card"),
    key("columns", [.screen], .integer(20, 300), "widest width, border included"),
    key("backdrop", [.screen], .name, "screen that is seen, dimmed, behind a card"),
    key("style", [.screen, .patchElement] + Place.elements, .name, "style; default: that of what it lies in"),
    key("prompt", [.screen], .flag, "opening it asks for a decision"),
    key("focus_order", [.screen, .patchScreen], .names, "all controls in the order of Tab; absent ones are skipped"),
    key("initial_focus", [.screen, .patchScreen], .name, "control with the focus at first, or `none` (default)"),
    key("on_open", [.screen, .patchScreen], .branches, "what happens when it is opened, not when one comes back"),
    key("on_escape", [.screen, .patchScreen], .branches, "what the escape key does"),
    key("keys", [.screen], .mapping, "further keys → control that they activate, or a list: the first that is visible"),
    key("timer", [.screen, .patchScreen], .mapping, "an act of the screen after an idle time"),
    key("idle_ms", [.timer], .integer(1, 3_600_000), required: true, "idle time, from the opening and every key"),
    key("do", [.timer], .branches, required: true, "what happens then"),
    key("elements", [.screen], .list, required: true, "elements from top to bottom"),
    key("links", [.screen], .list, "the links inside texts: `{link:name}`"),
  ]

  private static let elementKeys: [Key] = [
    key("text", [.text, .patchElement], .textKey, "a paragraph; in a patch: another text for the element"),
    key("gap", [.gap], .integer(1, 20), "empty lines"),
    key("rule", [.rule], .flag, "a line across"),
    key("button", [.button], .textKey, "a button with this label"),
    key("switch", [.switch], .name, "a switch for this variable"),
    key("link", [.link], .textKey, "a control inside a text, or in a line of its own"),
    key("list", [.list], .name, "a numbered list; the variable is the row of its cursor, from 0"),
    key("option", [.option], .textKey, "a row of a list"),
    key("row", [.row], .list, "elements side by side"),
    key("scroll", [.scroll], .list, "texts, gaps and rules that scroll when they are too tall"),
    key("field", [.field], .name, "a field for private text; the variable counts its characters, at most 500"),
    key("number", [.number], .name, "a number that is typed, 0 to the variable's `maximum`; -1 is none"),
    key("slider", [.slider], .name, "a point on a track, 0 to the variable's `maximum`; -1 is none"),
    key("step", [.slider], .integer(1, 1_000_000), "how far Left and Right move it (1)"),
    key("label", Place.blanks, .textKey, "what it is called among lines, where its question stands elsewhere"),
    key("name", Place.elements, .name, "name of the element, unique on its screen"),
    key("role", Place.elements, .word(roles), "what it means to the person"),
    key("align", Place.elements + [.patchElement], .word(alignments), "where it sits in its line; rows: `spread`"),
    key("scale", Place.elements + [.patchElement], .word(["normal", "large"]), "height of its letters"),
    key("when", Place.elements + [.patchElement], .mapping, "it is there only while all of these hold"),
    key("discloses", Place.elements + [.patchElement], .words(Disclosures.names), "disclosures that it makes"),
    key("present", Place.elements + [.patchElement], .flag, "`no`: only there when a level of a factor says so"),
    key("private", Place.elements, .flag, "what is chosen in it is private"),
    key("rows", [.button, .patchElement], .integer(1, 5), "rows of a button"),
    key("rows", [.field], .integer(1, Int(FieldRoom.maximumRows)), "rows of a field (1)"),
    key(
      "columns", [.button, .slider, .patchElement], .any,
      "width of a button: `fill`, `auto` (default) or a number 1...300; a slider fills its line by itself"),
    key(
      "on_activate", [.button, .switch, .link, .list, .option, .patchElement], .branches,
      "what operating it does: the first branch that holds"),
    key("words", [.switch, .patchElement], .any, "`none` (default) or three texts beside a switch: unset, off, on"),
    key("hits", [.switch, .patchElement], .word(["glyph", "row"]), "where a click operates a switch"),
    key("options", [.list], .list, required: true, "the rows of a list"),
    key("from", [.scroll], .word(["start", "end"]), "which end is shown first"),
    key("place", [.patchElement], .mapping, "moves the element within its screen"),
    key("before", [.place], .name, "right before this element"),
    key("after", [.place], .name, "right after this element"),
  ]

  private static let stepKeys: [Key] = [
    key("when", [.branch], .mapping, "variable → value, list of values, `\">= 3\"` or `\"< 3\"`; all hold"),
    key("do", [.branch], .list, required: true, "steps in order"),
    key("set", [.step], .mapping, "variable → value that it gets"),
    key("add", [.step], .mapping, "variable → number that is added"),
    key("decide", [.step], .mapping, "term → `agreed`, `declined` or `control` (what its switch shows)"),
    key("defer", [.step], .name, "the decision on this term is put off"),
    key("reaffirm", [.step], .name, "a separate question confirms the preset of this term"),
    key("change", [.step], .name, "this term, decided before, becomes what its switch shows"),
    key("show", [.step], .name, "the switch of this term shows how the term stands"),
    key("go", [.step], .name, "another screen takes the place of this one"),
    key("open", [.step], .name, "another screen lies on top of this one"),
    key("back", [.step], .flag, "the screen below comes back"),
    key("pass", [.step], .integer(1, 366), "so many simulated days go by"),
    key("end", [.step], .name, "the session ends with this outcome"),
  ]

  private static let factorKeys: [Key] = [
    key("factor", [.factor], .name, required: true, "name of the factor: its file"),
    key("tags", [.factor], .any, "list of rules and patterns that it stands for"),
    key("baseline", [.factor], .name, required: true, "the level of the screens as they are written"),
    key("assumed", [.factor], .flag, "no report describes the baseline"),
    key("check", [.factor], .mapping, "the question that checks whether people noticed"),
    key("question", [.check], .textKey, required: true, "the question"),
    key("answers", [.check], .textKeys(2, 12), required: true, "its answers"),
    key("levels", [.factor], .mapping, required: true, "level → what it changes; nothing for the baseline: `{}`"),
    key("patch", [.level], .mapping, "screen → properties and elements, or `flow` → properties"),
    key("impossible", [.factor], .list, "levels that cannot be combined with levels of another factor"),
    key("with", [.impossible], .mapping, required: true, "the other factor → its level or levels"),
    key("levels", [.impossible], .names, required: true, "own levels"),
    key("why", [.impossible], .string, required: true, "the reason, for the person who asks for the pair"),
    key("variables", [.patchFlow], .mapping, "variable → `initial`"),
    key("dates", [.patchFlow], .mapping, "other dates"),
    key("published", [.patchDates], .date, "first day on which a session may be prompted"),
    key("decision", [.patchDates], .date, "day from which access is blocked until a choice was made"),
    key("entries", [.patchFlow], .mapping, "entry → another screen"),
  ]

  private static let propertyKeys: [Key] = [
    key("properties", [.properties], .list, required: true, "what the flow is meant to keep to; `explore` proves it"),
    key("property", [.property], .string, required: true, "what it says, in a sentence"),
    key("entries", [.property], .names, "entries from which it has to hold; all unless given"),
    key(
      "never", [.property], .mapping,
      "no state is like this: variables as in `when`, and `screen`, `outcome` (a name or a list), `seen` (a term, or "
        + "`screen.element`: on the screen, now or before), `unseen` (not on the screen before the key that led here), "
        + "`can_end` (`yes`, `no`)"),
    key("always", [.property], .mapping, "every state is like this"),
    key("reachable", [.property], .mapping, "some state is like this"),
    key("within_keys", [.property], .integer(0, 1000), "with `reachable`: after at most so many keys"),
    key(
      "as_soon_as", [.property], .mapping, "with `reachable`: after at most as many keys as the nearest state like this"
    ),
    key("only", [.property], .mapping, "no state is like this unless `after` holds, or has held before"),
    key("after", [.property], .mapping, "with `only`: what has to have been so"),
  ]

  private static let otherKeys: [Key] = [
    key("language", [.pack], .string, required: true, "BCP 47 tag: the name of the file"),
    key("reviewed", [.pack], .mappingOrNo, required: true, "who reviewed the texts, and when; `no`: nobody has"),
    key("by", [.reviewed], .string, required: true, "who reviewed them"),
    key("date", [.reviewed], .date, required: true, "when"),
    key("fallback", [.pack], .string, "another language of the flow, whose texts stand in for those that are missing"),
    key("months", [.pack], .any, "list of the twelve months (a part leaves it out)"),
    key("date", [.pack], .string, "pattern of a date with `{d}`, `{m}` and `{y}` (a part leaves it out)"),
    key("decimal", [.pack], .string, "decimal sign, one character (a part leaves it out)"),
    key("text", [.pack], .mapping, required: true, "key → text; a line break ends a paragraph"),
    key("facts", [.policy], .mapping, required: true, "fact → its values"),
    key("effects", [.policy], .mapping, required: true, "effect → its values"),
    key("rows", [.policy], .list, required: true, "cases, tried from the first"),
    key("row", [.policyRow], .string, required: true, "name of the case"),
    key("when", [.policyRow], .mapping, "fact → value or values; a fact that is left out may be anything"),
    key("stated", [.policyRow], .mapping, required: true, "effect → value: what the person is told"),
    key("actual", [.policyRow], .mapping, "effect → value: what is done, where it differs"),
  ]
}
