import ConsentModel
import ConsentRender
import ConsentSource
import Testing

@testable import ConsentScreens

/// The small flow with further languages, each of which is the English file with some parts replaced.
private func flow(
  _ languages: [String: [(old: String, new: String)]], sourceLocation: SourceLocation = #_sourceLocation
) -> SmallFlow {
  var flow = SmallFlow()
  let english = flow.files["small/text/en.yaml"] ?? ""
  for (language, changes) in languages {
    flow.files["small/text/\(language).yaml"] = english
    flow.replace("language: en", with: "language: \(language)", in: "text/\(language).yaml")
    for (old, new) in changes {
      flow.replace(old, with: new, in: "text/\(language).yaml", sourceLocation: sourceLocation)
    }
  }
  return flow
}

/// Compares everything that is wrong with the small flow in these languages with what is expected, without the folder.
private func check(
  _ languages: [String: [(old: String, new: String)]], _ expected: [String],
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let found = flow(languages, sourceLocation: sourceLocation).problems.map {
    $0.replacingOccurrence(of: "small/", with: "")
  }
  if found != expected {
    Issue.record(
      "found\n\(found.joined(separator: "\n"))\nexpected\n\(expected.joined(separator: "\n"))",
      sourceLocation: sourceLocation)
  }
}

/// What makes a language fall back to another.
private func fallback(_ language: String) -> (old: String, new: String) {
  ("decimal:", "fallback: \(language)\ndecimal:")
}

private let noLater = (old: "  later: Later\n", new: "")
private let noInfo = (old: "  info: Some information\n", new: "")

@Suite("Languages")
struct LanguageTests {
  @Test("a tag finds a language from its end on, and never English by itself")
  func lookup() throws {
    let document = try #require(
      FlowLoader.document("small", from: flow(["de": [], "zh-Hant": [], "pt-BR": []]).source).document)
    #expect(document.languages == ["en", "de", "pt-BR", "zh-Hant"])
    let table: [(String, String?)] = [
      ("en", "en"), ("EN", "en"), ("en-GB", "en"), ("de", "de"), ("de-AT", "de"), ("DE-at", "de"),
      ("de-Latn-AT-1996", "de"), ("de-AT-x-home", "de"), ("zh-hant-tw", "zh-Hant"), ("zh", nil), ("zh-Hans", nil),
      ("pt-br", "pt-BR"), ("pt", nil), ("fr", nil), ("d", nil), ("", nil), ("-", nil), ("-de", nil), ("de_AT", nil),
      ("en-XA", "en-XA"), ("en-xa", "en-XA"), ("en-XA-x", "en"), ("en-XB", "en"), ("de-XA", "de"),
    ]
    for (tag, expected) in table {
      #expect(document.language(for: tag) == expected, "\(tag)")
      let (definition, problems) = document.compile(language: tag)
      #expect(definition?.language == expected, "\(tag)")
      #expect(problems.isEmpty == (expected != nil), "\(tag)")
      #expect((document.text("accept", language: tag) == nil) == (expected == nil), "\(tag)")
    }
    let words = document.compile(language: "dr").diagnostics.map(\.rendered)
    #expect(words == ["small/flow.yaml:1:1: error: there is no language `dr` (did you mean `de`?)"])
    let list = document.compile(language: "fr-FR").diagnostics.map(\.rendered)
    #expect(
      list == ["small/flow.yaml:1:1: error: there is no language `fr-FR` (there is en, de, pt-BR, zh-Hant)"])
  }

  @Test("texts that are missing come from another language, and are named and counted")
  func fallbacks() {
    check(
      ["de": [noLater]],
      ["text/de.yaml:1:1: error: the text `later` is missing in de (translate it, or write `fallback: en`)"])
    check(
      ["de": [fallback("en"), noLater, noInfo]],
      [
        "text/de.yaml:1:1: warning: `de` has 14 of 16 texts; 2 are taken from `en`",
        "text/de.yaml:1:1: warning: the text `info` is missing in de and taken from en (translate it)",
        "text/de.yaml:1:1: warning: the text `later` is missing in de and taken from en (translate it)",
      ])
    // A language that has every text may still fall back.
    check(["de": [fallback("en")]], [])
    check(
      ["de-AT": [fallback("de"), noLater, noInfo], "de": [fallback("en"), noInfo]],
      [
        "text/de-AT.yaml:1:1: warning: `de-AT` has 14 of 16 texts; 1 is taken from `de`, 1 is taken from `en`",
        "text/de-AT.yaml:1:1: warning: the text `info` is missing in de-AT and taken from en (translate it)",
        "text/de-AT.yaml:1:1: warning: the text `later` is missing in de-AT and taken from de (translate it)",
        "text/de.yaml:1:1: warning: `de` has 15 of 16 texts; 1 is taken from `en`",
        "text/de.yaml:1:1: warning: the text `info` is missing in de and taken from en (translate it)",
      ])
    // What the other language lacks, too, is told in both.
    check(
      ["de-AT": [fallback("de"), noLater], "de": [noLater]],
      [
        "text/de-AT.yaml:1:1: error: the text `later` is missing in de-AT (translate it)",
        "text/de.yaml:1:1: error: the text `later` is missing in de (translate it, or write `fallback: en`)",
      ])
  }

  @Test("fallbacks that lead nowhere")
  func deadEnds() {
    check(
      ["de": [fallback("fr"), noLater]],
      ["text/de.yaml:6:11: error: there is no language `fr` (there is en)"])
    check(
      ["de": [fallback("en-XA"), noLater]],
      ["text/de.yaml:6:11: error: there is no language `en-XA` (there is en)"])
    check(
      ["de": [fallback("de")]],
      [
        "text/de.yaml:6:11: error: `de` falls back to itself "
          + "(one has to fall back to a language that has every text, for example `en`)"
      ])
    check(
      ["de": [fallback("nl"), noLater], "nl": [fallback("de")], "fy": [fallback("nl"), noLater]],
      [
        "text/de.yaml:6:11: error: `de`, `nl` fall back to each other in a circle "
          + "(one has to fall back to a language that has every text, for example `en`)"
      ])
    check(["en-XA": []], ["text/en-XA.yaml:1:1: error: `en-XA` is made from English by itself (remove the file)"])
    check(
      ["de": [], "DE": []],
      ["text/de.yaml:1:1: error: `de` and `DE` are the same language (remove one of them)"])
    var flow = SmallFlow()
    flow.replace("decimal:", with: "fallback: de\ndecimal:", in: "text/en.yaml")
    #expect(
      flow.problems == [
        "small/text/en.yaml:6:11: error: English has every text and falls back to nothing (remove `fallback`)"
      ])
  }

  @Test("a text that is taken is shown, and so are its characters of several scalars")
  func taken() throws {
    var flow = flow([
      "de": [
        fallback("en"), noInfo, ("accept: Accept", "accept: \"Ja 👍🏽\""),
        ("later: Later", "later: \"Nein e\u{302}\u{323}\""),
      ]
    ])
    flow.replace("info: Some information", with: "info: \"Some 👩‍🚀 information\"", in: "text/en.yaml")
    let document = try #require(FlowLoader.document("small", from: flow.source).document)
    #expect(document.text("info", language: "de") == "Some 👩‍🚀 information")
    #expect(document.text("accept", language: "de") == "Ja 👍🏽")
    #expect(document.text("info", language: "en") == "Some 👩‍🚀 information")
    #expect(document.compile(language: "de").flow?.language == "de")
  }

  @Test("what is filled into a text is the same in every language")
  func placeholders() {
    check(["de": [("{vendor} asks", "Man fragt")]], [])
    check(["de": [("{vendor} asks you until {decision}, asked {asked}.", "{asked}, {asked}, {decision}!")]], [])
    check(
      ["de": [(" {link:more}", "")]],
      [
        "text/de.yaml:8:10: error: the text `title` lacks `{link:more}`, which it has in en "
          + "(links stand in the same texts in every language)"
      ])
    check(
      ["de": [("{link:more}", "{link:mor}")]],
      [
        "ask.yaml:8:12: error: the text `title` needs the link `mor`, which the screen does not declare "
          + "(did you mean `more`?)",
        "text/de.yaml:8:10: error: the text `title` lacks `{link:more}`, which it has in en "
          + "(it has `{link:mor}` instead)",
      ])
    check(
      ["de": [("{told} {stands}", "{told} {stands} {link:more}")]],
      [
        "text/de.yaml:11:9: error: the text `line` has `{link:more}`, which it has not in en "
          + "(links stand in the same texts in every language)"
      ])
    check(
      ["de": [(", asked {asked}", "")]],
      ["text/de.yaml:8:10: warning: the text `title` lacks `{asked}`, which it has in en"])
    check(
      ["de": [("info: Some information", "info: \"{asked}\"")]],
      ["text/de.yaml:13:9: warning: the text `info` has `{asked}`, which it has not in en"])
    check(
      ["de": [("{told} {stands}", "{told}")]],
      ["text/de.yaml:11:9: warning: the text `line` lacks `{stands}`, which it has in en"])
    check(
      ["de": [("{asked}", "{askd}")]],
      [
        "text/de.yaml:8:10: warning: the text `title` lacks `{asked}`, which it has in en (it has `{askd}` instead)",
        "text/de.yaml:8:10: error: there is no variable or name `askd` (did you mean `asked`?)",
      ])
  }

  @Test("a language is reviewed when all of its texts are")
  func reviews() throws {
    let own = "reviewed: {by: the authors, date: 2025-09-01}"
    let part = "part/text/de.yaml"
    let table: [(own: String, part: String?, by: String?, on: String?)] = [
      (own, own, "the authors", "2025-09-01"),
      ("reviewed: {by: Ada, date: 2025-10-02}", own, "Ada, the authors", "2025-09-01"),
      (own, "reviewed: {by: Ada, date: 2025-10-02}", "the authors, Ada", "2025-09-01"),
      ("reviewed: no", own, nil, nil), (own, "reviewed: no", nil, nil), ("reviewed: no", "reviewed: no", nil, nil),
    ]
    for row in table {
      var flow = flow(["de": [(own, row.own)]])
      flow.files["part/flow.yaml"] = "format: 1\npart: yes"
      flow.replace("title: A small flow", with: "title: A small flow\nuses: [part]", in: "flow.yaml")
      flow.files["part/text/en.yaml"] = "format: 1\nlanguage: en\n\(own)\ntext:\n  extra: Extra"
      flow.files[part] = row.part.map { "format: 1\nlanguage: de\n\($0)\ntext:\n  extra: Dazu" }
      let document = try #require(FlowLoader.document("small", from: flow.source).document)
      #expect(document.reviewed("de")?.by == row.by, "\(row)")
      #expect(document.reviewed("de")?.on.text == row.on, "\(row)")
      #expect(document.reviewed("en")?.by == "the authors")
      #expect(document.reviewed("fr") == nil)
      #expect(document.reviewed(FlowDocument.pseudoLanguage) == nil)
      #expect(document.diagnostics.isEmpty)
    }
    // Texts that are taken from a language that nobody reviewed are not reviewed either.
    let unread = flow(["de-AT": [fallback("de"), noInfo], "de": [(own, "reviewed: no")]])
    let document = try #require(FlowLoader.document("small", from: unread.source).document)
    #expect(document.reviewed("de-AT") == nil)
    #expect(document.translation("de-AT").map { [$0.own, $0.all] } == [15, 16])
    check(
      ["de": [(own, "reviewed: yes")]],
      ["text/de.yaml:3:11: error: `reviewed` has to be a mapping, or `no`, not `yes`"])
    check(
      ["de": [(own + "\n", "")]],
      [
        "text/de.yaml:1:1: error: a language pack needs `reviewed` "
          + "(who reviewed the texts, and when; `no`: nobody has: a mapping, or `no`)"
      ])
  }

  @Test("a part without a language keeps none of the others from being used")
  func parts() throws {
    func problems(_ changes: [(old: String, new: String)]) throws -> (document: FlowDocument, found: [String]) {
      var flow = flow(["de": changes])
      flow.files["part/flow.yaml"] = "format: 1\npart: yes"
      flow.replace("title: A small flow", with: "title: A small flow\nuses: [part]", in: "flow.yaml")
      flow.files["part/text/en.yaml"] =
        "format: 1\nlanguage: en\nreviewed: no\ntext:\n  extra.a: Extra\n  extra.b: Extra"
      return (try #require(FlowLoader.document("small", from: flow.source).document), flow.problems)
    }
    let without = try problems([])
    #expect(
      without.found == [
        "small/text/de.yaml:1:1: error: the texts of part/text/en.yaml are missing in de "
          + "(translate that file, or write `fallback: en`)"
      ])
    #expect(without.document.compile().flow != nil)
    let with = try problems([fallback("en")])
    #expect(
      with.found == [
        "small/text/de.yaml:1:1: warning: `de` has 16 of 18 texts; 2 are taken from `en`",
        "small/text/de.yaml:1:1: warning: the text `extra.a` is missing in de and taken from en (translate it)",
        "small/text/de.yaml:1:1: warning: the text `extra.b` is missing in de and taken from en (translate it)",
      ])
    #expect(with.document.compile(language: "de").flow != nil)
    #expect(with.document.reviewed("de") == nil)
  }
}

@Suite("The pseudo-language")
struct PseudoLanguageTests {
  @Test("accents, length and brackets")
  func texts() throws {
    var flow = SmallFlow()
    for (old, new) in [
      ("accept: Accept", "accept: Accept (a)"), ("more: Learn more", "more: Learn"),
      ("info: Some information", "info: \"\""),
      ("later: Later", "later: Tab moves, Page Up too, Escape not"),
      ("check.yes: \"yes\"", "check.yes: \"Zażółć {{x}}\""),
    ] {
      flow.replace(old, with: new, in: "text/en.yaml")
    }
    let document = try #require(FlowLoader.document("small", from: flow.source).document)
    let table = [
      "accept": "[Åççéþţ (a) one two three]",
      // The words of a link and the value of a variable stand inside other texts.
      "more": "Ļéåŕñ one two", "told.no": "ñöţ ûšéđ one two",
      "title":
        "[Ñöŕţĥŵîñđ åšķš ýöû ûñţîļ {decision}, åšķéđ {asked}. {link:more} one two three]",
      "line": "[Ţŕåîñîñĝ: {told} {stands} one two three]",
      "small": "[Ţĥîš ñééđš {needed_columns} bý {needed_rows}. one two three]",
      "info": "",
      // Keys of the keyboard are named as they are printed on it.
      "later": "[Tab mövéš, Page Up ţöö, Éšçåþé ñöţ one two three]",
      "check.yes": "[Žåżółć {x} one two three]",
    ]
    for (key, expected) in table {
      #expect(document.text(key, language: "en-XA") == expected, "\(key)")
    }
    #expect(document.languages == ["en"])
    #expect(document.translation("en-XA") == nil)
  }

  @Test("every text of the repository is longer, fills in the same, and takes one column a letter")
  func repository() throws {
    for name in FlowLoader.flows(in: Repository.screens) {
      let document = try #require(FlowLoader.document(name, from: Repository.screens).document)
      let english = try #require(document.pack(of: "en"))
      let pseudo = try #require(document.pack(of: FlowDocument.pseudoLanguage))
      #expect(pseudo.texts.count == english.texts.count)
      for (key, text) in english.texts {
        let other = try #require(pseudo.texts[key], "\(name) \(key)")
        #expect(other.links == text.links && other.values == text.values, "\(name) \(key)")
        let (before, after) = (columns(text), columns(other))
        #expect(text.pieces.isEmpty ? after == 0 : after > before, "\(name) \(key)")
        #expect(after <= max(before * 3 / 2 + 8, before * 2 + 7), "\(name) \(key): \(before) to \(after)")
        for glyph in literals(other) where glyph != .newline && !glyph.isCluster {
          let scalar = try #require(Unicode.Scalar(glyph.value))
          #expect(glyph.columns == 1 && GlyphTable.columns(of: scalar) == 1, "\(name) \(key): \(scalar)")
        }
      }
      #expect(zip(english.months, pseudo.months).allSatisfy { $0.count == $1.count && $0 != $1 })
      let (definition, problems) = document.compile(language: FlowDocument.pseudoLanguage)
      #expect(definition?.language == "en-XA" && !problems.hasErrors, "\(name): \(problems.map(\.rendered))")
    }
  }

  @Test("no two letters get the same accent, and all are Latin-1 or Latin Extended-A")
  func letters() throws {
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    var flow = SmallFlow()
    flow.replace("info: Some information", with: "info: \(letters)", in: "text/en.yaml")
    let document = try #require(FlowLoader.document("small", from: flow.source).document)
    let text = try #require(document.text("info", language: "en-XA"))
    let accents = Array(text.unicodeScalars.dropFirst().prefix(52))
    #expect(Set(accents).count == 52)
    #expect(accents.allSatisfy { $0.value < 0x180 && GlyphTable.columns(of: $0) == 1 })
    #expect(zip(accents, letters.unicodeScalars).count { $0 == $1 } == 12)
  }

  private func literals(_ text: ParsedText) -> [Glyph] {
    text.pieces.flatMap { piece -> [Glyph] in
      switch piece {
      case .literal(let glyphs): glyphs
      case .value, .link: []
      }
    }
  }

  private func columns(_ text: ParsedText) -> Int { literals(text).reduce(0) { $0 + $1.columns } }
}
