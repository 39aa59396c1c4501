import ConsentModel
import ConsentSource
import ConsentStudy
import Testing

private let table = KeyTable(
  "a thing",
  [
    .required("thing", .name, "its name"),
    .optional("title", .text, "what it is called"),
    .optional("count", .integer(1...9), "how many"),
    .optional("kind", .word(["round", "square"]), "its shape"),
    .optional("kinds", .words(["round", "square"]), "its shapes"),
    .optional("live", .flag, "whether it is live"),
    .optional("until", .day, "the last day"),
    .optional("tags", .names, "its tags"),
    .optional("keys", .textKeys(1...2), "keys of texts"),
    .optional("key", .textKey, "a key of a text"),
    .optional("notes", .texts, "notes"),
    .optional("parts", .mapping, "its parts"),
    .optional("rest", .mappingOrNo, "the rest"),
    .optional("list", .list, "a list"),
    .optional("anything", .any, "anything"),
  ])

/// Reads a mapping by the table and compares everything that is wrong with it.
private func check(_ yaml: String, _ expected: [String], sourceLocation: SourceLocation = #_sourceLocation) {
  var found: [Diagnostic] = []
  guard let node = SourceReader.parse(Array(yaml.utf8), file: "x", into: &found) else {
    Issue.record("\(found)", sourceLocation: sourceLocation)
    return
  }
  let findings = Findings()
  _ = Reading(node, table, findings)
  let all = findings.diagnostics.inReadingOrder().map(\.rendered)
  #expect(all == expected, sourceLocation: sourceLocation)
}

@Test func everythingWrongWithAMappingIsToldAtOnce() {
  check("{thing: a, count: 9, kind: round, live: no, until: 2025-09-28, tags: [a, b], key: a.b-c, rest: no}", [])
  check("[]", ["x:1:1: error: a thing has to be a mapping, not a list (write `name: value`)"])
  check("{}", ["x:1:1: error: a thing needs `thing` (its name: a name)"])
  check(
    "thing: A\ntitel: b\ncount: 10\nkind: squar\nlive: maybe\nuntil: 2025-02-30\n",
    [
      "x:1:8: error: `thing` has to be a name, not `A` (small letters, digits, `-` and `_`)",
      "x:2:1: error: unknown key `titel` in a thing (did you mean `title`?)",
      "x:3:8: error: `count` has to be a number 1...9, not `10`",
      "x:4:7: error: `kind` has to be `round`, `square`, not `squar` (did you mean `square`?)",
      "x:5:7: error: `live` has to be `yes` or `no`, not `maybe`",
      "x:6:8: error: `until` has to be a day, `YYYY-MM-DD`, not `2025-02-30` (for example 2025-09-28)",
    ])
  check(
    "thing: a\ntags: [a, a, B]\nkeys: [a, b, c]\nkey: .\nnotes: [\"\"]\nparts: 1\nrest: 1\nlist: 1\nkinds: [round, red]\n",
    [
      "x:2:11: error: `a` is in `tags` twice (remove one of the two)",
      "x:2:14: error: `tags` has to be a name, not `B` (small letters, digits, `-` and `_`)",
      "x:3:7: error: `keys` has to have 1...2 keys of texts, not 3",
      "x:4:6: error: `key` has to be key of a text, not `.` (small letters, digits, `.`, `-` and `_`)",
      "x:5:9: error: `notes` has to be text, not nothing",
      "x:6:8: error: `parts` has to be a mapping, not `1`",
      "x:7:7: error: `rest` has to be a mapping, or `no`, not `1`",
      "x:8:7: error: `list` has to be a list, not `1`",
      "x:9:16: error: `kinds` has to be `round`, `square`, not `red`",
    ])
}

@Test func whatPassedIsRead() throws {
  var found: [Diagnostic] = []
  let yaml = "{thing: a, count: 7, live: yes, until: 2025-09-28, tags: [b, c], parts: {d: 1}, list: [1, 2], kind: blue}"
  let node = try #require(SourceReader.parse(Array(yaml.utf8), file: "x", into: &found))
  let findings = Findings()
  let fields = try #require(Reading(node, table, findings))
  #expect(fields.string("thing") == "a" && fields.integer("count") == 7 && fields.flag("live") == true)
  #expect(fields.day("until")?.text == "2025-09-28")
  #expect(fields.names("tags")?.map(\.value) == ["b", "c"] && fields.names("tags")?.first?.mark.column == 59)
  #expect(fields.mapping("parts")?.map(\.key) == ["d"] && fields.items("list")?.count == 2)
  #expect(!fields.has("kind") && fields.string("title") == nil)
  #expect(fields.mark(of: "count").column == 12 && fields.mark(of: "title").column == 1)
  #expect(table.markdown().hasPrefix("| **`thing`** | a name | its name |\n| `title` | text |"))
}
