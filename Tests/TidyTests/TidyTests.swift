import Foundation
import Testing

/// The whole repository, read as text. What a reviewer would have to look for each time is looked for here.
private enum Repository {
  static let root: String = {
    // Tests/TidyTests/TidyTests.swift
    var parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    parts.removeLast(3)
    return parts.joined(separator: "/")
  }()

  /// Paths of all files under a folder, relative to the root, in order.
  static func files(under folder: String) -> [String] {
    // An enumerator does not follow a link at its own root.
    let start = URL(fileURLWithPath: root + "/" + folder).resolvingSymlinksInPath().path
    guard let walker = FileManager.default.enumerator(atPath: start) else { return [] }
    var paths: [String] = []
    for case let path as String in walker {
      let whole = folder + "/" + path
      if path.contains(".build/") || path.hasPrefix(".") { continue }
      var isFolder: ObjCBool = false
      if FileManager.default.fileExists(atPath: root + "/" + whole, isDirectory: &isFolder), !isFolder.boolValue {
        paths.append(whole)
      }
    }
    return paths.sorted()
  }

  static func text(_ path: String) -> String {
    (try? String(contentsOfFile: root + "/" + path, encoding: .utf8)) ?? ""
  }

  static let swift: [String] = (files(under: "Sources") + files(under: "Tests")).filter { $0.hasSuffix(".swift") }
  static let sources: [String] = swift.filter { $0.hasPrefix("Sources/") }
}

private let allowedImports: [String: Set<String>] = [
  "ConsentModel": [],
  "Statistics": ["CBoostMath", "Glibc"],
  "ConsentRender": ["ConsentModel"],
  "ConsentPolicy": ["ConsentModel"],
  "ConsentSource": ["Yams", "Glibc"],
  "ConsentEngine": ["ConsentModel", "ConsentRender", "ConsentPolicy"],
  "ConsentScreens": ["ConsentModel", "ConsentRender", "ConsentPolicy", "ConsentEngine", "ConsentSource", "Glibc"],
  "ConsentJournal": ["ConsentModel", "ConsentRender", "ConsentEngine", "Crypto", "Glibc", "Synchronization"],
  "ConsentInput": ["ConsentModel"],
  "ConsentTerminal": ["ConsentModel", "ConsentRender", "ConsentInput", "CNcurses", "Glibc"],
  "ConsentAgents": ["ConsentModel", "ConsentRender"],
  "ConsentAudit": ["ConsentModel", "ConsentRender", "ConsentPolicy", "ConsentEngine", "Glibc"],
  "ConsentStudy": [
    "ConsentModel", "ConsentRender", "ConsentPolicy", "ConsentEngine", "ConsentSource", "ConsentScreens",
    "ConsentJournal", "Glibc",
  ],
  "ConsentAnalysis": ["ConsentModel", "ConsentJournal", "ConsentStudy", "Statistics"],
  "ConsentLedger": ["ConsentModel", "ConsentStudy", "GRDB", "Glibc"],
  "ConsentInterchange": [
    "ConsentModel", "ConsentRender", "ConsentPolicy", "ConsentInput", "ConsentEngine", "ConsentJournal",
    "ConsentStudy", "CExportScripts", "Glibc",
  ],
  "ConsentReport": [
    "ConsentModel", "ConsentAnalysis", "ConsentAudit", "ConsentInterchange", "ConsentJournal", "ConsentStudy",
    "Statistics", "CReportTemplates", "Mustache", "FoundationEssentials",
  ],
  "clickwrap": [
    "ConsentModel", "ConsentRender", "ConsentPolicy", "ConsentSource", "ConsentEngine", "ConsentScreens",
    "ConsentJournal", "ConsentStudy", "ConsentLedger", "ConsentInterchange", "ConsentTerminal", "CBuiltInScreens",
    "ConsentAudit", "ConsentAnalysis", "ConsentAgents", "ConsentReport", "Statistics", "ArgumentParser", "Glibc",
  ],
]

@Test func roomsImportOnlyTheRoomsBelowThem() {
  #expect(!Repository.sources.isEmpty)
  for path in Repository.sources {
    let room = String(path.split(separator: "/")[1])
    guard let allowed = allowedImports[room] else {
      Issue.record("\(path): there is no row for \(room) in the table of imports")
      continue
    }
    for line in Repository.text(path).split(separator: "\n") {
      let words = line.split(separator: " ").filter { !$0.hasPrefix("@") && $0 != "public" && $0 != "internal" }
      guard words.count >= 2, words[0] == "import" else { continue }
      let name =
        words[1] == "struct" || words[1] == "func" ? String(words[2].split(separator: ".")[0]) : String(words[1])
      #expect(allowed.contains(name), "\(path) imports \(name)")
    }
  }
}

@Test func everyScreenFileIsBuiltIn() {
  let listing = Repository.text("Sources/CBuiltInScreens/builtin_screens.c")
  var listed: Set<String> = []
  for line in listing.split(separator: "\n") where line.hasPrefix("#embed \"../../screens/") {
    listed.insert(String(line.split(separator: "\"")[1].dropFirst("../../screens/".count)))
  }
  var found: Set<String> = []
  for path in Repository.files(under: "screens") {
    let name = String(path.dropFirst("screens/".count))
    if name.hasPrefix("golden/") || !(name.hasSuffix(".yaml") || name.hasSuffix(".walk")) { continue }
    found.insert(name)
  }
  #expect(!found.isEmpty)
  let missing = found.subtracting(listed).sorted()
  let gone = listed.subtracting(found).sorted()
  #expect(missing.isEmpty && gone.isEmpty, "run Sources/CBuiltInScreens/generate.sh: missing \(missing), gone \(gone)")
}

/// The words that begin a declaration which the documentation has to name.
private let declarations: Set<String> = [
  "func", "var", "let", "struct", "enum", "protocol", "class", "init", "typealias", "actor", "subscript",
]

@Test func publicDeclarationsSayWhatTheyAre() {
  var bare: [String] = []
  for path in Repository.sources {
    let lines = Repository.text(path).split(separator: "\n", omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      let trimmed = line.drop(while: { $0 == " " })
      let words = trimmed.split(whereSeparator: { " (<:?".contains($0) })
      guard let place = words.firstIndex(of: "public"), place <= 1, !words.contains("extension") else { continue }
      guard let kind = words.dropFirst(place + 1).first(where: { declarations.contains(String($0)) }) else { continue }
      // What a protocol of the language asks for says nothing new.
      if trimmed.contains("rawValue") || trimmed.contains("static func <") || trimmed.contains("static func ==") {
        continue
      }
      if kind == "var" && trimmed.contains("var description") { continue }
      var above = index - 1
      while above >= 0, lines[above].drop(while: { $0 == " " }).hasPrefix("@") { above -= 1 }
      if above < 0 || !lines[above].drop(while: { $0 == " " }).hasPrefix("///") { bare.append("\(path):\(index + 1)") }
    }
  }
  #expect(bare.isEmpty, "without a documentation comment: \(bare.joined(separator: " "))")
}

@Test func filesHaveOneSubject() {
  for path in Repository.swift {
    let count = Repository.text(path).split(separator: "\n", omittingEmptySubsequences: false).count
    #expect(count <= 501, "\(path) has \(count) lines")
  }
}

@Test func nothingForbiddenIsWritten() {
  // Put together here, so that this file does not contain them.
  let forbidden = [
    "try" + "!", "nonisolated" + "(unsafe)", "@unchecked" + " Sendable", "String" + "(format:", "TO" + "DO",
    "FIX" + "ME",
    "fatal" + "Error(", "MainActor" + ".assumeIsolated",
  ]
  let places = ["/wor" + "k/", "/ro" + "ot/", "/ho" + "me/", "/far" + "m/"]
  let texts =
    Repository.swift + Repository.files(under: "screens") + Repository.files(under: "Benchmarks")
    + Repository.files(under: "Sources").filter { $0.hasSuffix(".c") || $0.hasSuffix(".h") || $0.hasSuffix(".sh") }
    + ["README.md", "CHANGELOG.md", "Package.swift", ".ci/run", "setup"]
  var found: [String] = []
  for path in texts {
    let text = Repository.text(path)
    for word in path.hasSuffix(".swift") ? forbidden + places : places where text.contains(word) {
      found.append("\(path): \(word)")
    }
  }
  #expect(found.isEmpty)
}

@Test func onlyTheCommandLinePrintsAndExits() {
  for path in Repository.sources where !path.hasPrefix("Sources/clickwrap/") {
    for (index, line) in Repository.text(path).split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let trimmed = line.drop(while: { $0 == " " })
      if trimmed.hasPrefix("//") { continue }
      #expect(!trimmed.hasPrefix("print(") && !trimmed.contains(" exit("), "\(path):\(index + 1)")
    }
  }
}

@Test func linesHaveNoTabsAndNoTrailingSpaces() {
  for path in Repository.swift + Repository.files(under: "screens").filter({ $0.hasSuffix(".yaml") }) {
    for (index, line) in Repository.text(path).split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      #expect(!line.contains("\t") && !line.hasSuffix(" "), "\(path):\(index + 1)")
    }
  }
}

@Test func everyCommandCanBeCalled() {
  let all = Repository.sources.filter { $0.hasPrefix("Sources/clickwrap/") }.map(Repository.text).joined()
  var commands = 0
  for path in Repository.sources where path.hasPrefix("Sources/clickwrap/") {
    for line in Repository.text(path).split(separator: "\n") {
      let words = line.split(whereSeparator: { " :".contains($0) })
      guard line.first != " ", words.first == "struct", words.count >= 2, line.contains("ParsableCommand"),
        words[1].hasSuffix("Command")
      else {
        continue
      }
      commands += 1
      #expect(all.contains("\(words[1]).self"), "\(path): \(words[1]) is no subcommand")
    }
  }
  #expect(commands > 10)
}
