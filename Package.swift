// swift-tools-version: 6.2
import PackageDescription

/// Every room is built the same way: Swift 6, no warnings.
let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]

/// A room of the program, with the rooms below it that it may import.
func room(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

/// The tests of a room.
func tests(_ name: String, _ dependencies: [Target.Dependency], goldens: [String] = []) -> Target {
  .testTarget(name: name, dependencies: dependencies, exclude: goldens, swiftSettings: strict)
}

let package = Package(
  name: "clickwrap",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "clickwrap", targets: ["clickwrap"]),
    .library(
      name: "ConsentRooms",
      targets: [
        "ConsentModel", "ConsentRender", "ConsentPolicy", "ConsentSource", "ConsentEngine", "ConsentScreens",
        "ConsentJournal", "CBuiltInScreens",
      ]),
  ],
  dependencies: [
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
  ],
  targets: [
    room("ConsentModel"),
    .target(name: "CBoostMath"),
    room("Statistics", ["CBoostMath"]),
    room("ConsentRender", ["ConsentModel"]),
    room("ConsentPolicy", ["ConsentModel"]),
    room("ConsentSource", [.product(name: "Yams", package: "Yams")]),
    room("ConsentEngine", ["ConsentModel", "ConsentRender", "ConsentPolicy"]),
    room("ConsentScreens", ["ConsentModel", "ConsentRender", "ConsentPolicy", "ConsentEngine", "ConsentSource"]),
    room(
      "ConsentJournal",
      ["ConsentModel", "ConsentRender", "ConsentEngine", .product(name: "Crypto", package: "swift-crypto")]),
    room("ConsentAgents", ["ConsentModel", "ConsentRender"]),
    room("ConsentAudit", ["ConsentModel", "ConsentRender", "ConsentPolicy", "ConsentEngine"]),
    room(
      "ConsentStudy",
      [
        "ConsentModel", "ConsentRender", "ConsentPolicy", "ConsentEngine", "ConsentSource", "ConsentScreens",
        "ConsentJournal",
      ]),
    room("ConsentAnalysis", ["ConsentModel", "ConsentJournal", "ConsentStudy", "Statistics"]),
    room("ConsentLedger", ["ConsentModel", "ConsentStudy", .product(name: "GRDB", package: "GRDB.swift")]),
    room(
      "ConsentInterchange",
      [
        "ConsentModel", "ConsentRender", "ConsentPolicy", "ConsentInput", "ConsentEngine", "ConsentJournal",
        "ConsentStudy", "CExportScripts",
      ]),
    room(
      "ConsentReport",
      [
        "ConsentModel", "ConsentAnalysis", "ConsentAudit", "ConsentInterchange", "ConsentJournal", "ConsentStudy",
        "Statistics", "CReportTemplates", .product(name: "Mustache", package: "swift-mustache"),
      ]),
    room("ConsentInput", ["ConsentModel"]),
    room("ConsentTerminal", ["ConsentModel", "ConsentRender", "ConsentInput", "CNcurses"]),
    .target(name: "CNcurses", linkerSettings: [.linkedLibrary("ncursesw"), .linkedLibrary("tinfo")]),
    // The files under screens/ come in through #embed, which is C23.
    .target(name: "CExportScripts", exclude: ["read_export.R", "read_export.py"]),
    .target(
      name: "CReportTemplates",
      exclude: [
        "style.css", "page.mustache", "mark.mustache", "flow.mustache", "hypothesis.mustache", "forest.mustache",
        "provenance.mustache", "belief.mustache", "times.mustache", "ways.mustache", "others.mustache",
        "screens.mustache", "rules.mustache", "recordings.mustache", "texts.mustache",
      ]),
    .target(name: "CBuiltInScreens", exclude: ["generate.sh", "consumer-terms.flow"]),
    .executableTarget(
      name: "clickwrap",
      dependencies: [
        "ConsentModel", "ConsentRender", "ConsentPolicy", "ConsentSource", "ConsentEngine", "ConsentScreens",
        "ConsentJournal", "ConsentStudy", "ConsentLedger", "ConsentInterchange", "ConsentTerminal", "CBuiltInScreens",
        "ConsentAudit", "ConsentAnalysis", "ConsentAgents", "ConsentReport", "Statistics",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),
    tests("ConsentModelTests", ["ConsentModel"]),
    tests("ConsentRenderTests", ["ConsentModel", "ConsentRender"]),
    tests("ConsentPolicyTests", ["ConsentModel", "ConsentPolicy"]),
    tests("ConsentSourceTests", ["ConsentSource"]),
    tests("ConsentEngineTests", ["ConsentModel", "ConsentRender", "ConsentPolicy", "ConsentEngine"]),
    tests(
      "ConsentScreensTests",
      ["ConsentModel", "ConsentRender", "ConsentPolicy", "ConsentEngine", "ConsentSource", "ConsentScreens"]),
    tests(
      "ConsentJournalTests",
      [
        "ConsentModel", "ConsentRender", "ConsentPolicy", "ConsentEngine", "ConsentSource", "ConsentScreens",
        "ConsentJournal",
      ]),
    tests(
      "ConsentStudyTests",
      [
        "ConsentModel", "ConsentRender", "ConsentPolicy", "ConsentEngine", "ConsentSource", "ConsentScreens",
        "ConsentJournal", "ConsentStudy", "ConsentAudit", "CBuiltInScreens",
      ], goldens: ["Goldens"]),
    tests(
      "ConsentAuditTests",
      ["ConsentModel", "ConsentRender", "ConsentEngine", "ConsentSource", "ConsentScreens", "ConsentAudit"]),
    tests("StatisticsTests", ["Statistics"]),
    tests("ConsentAnalysisTests", ["ConsentModel", "ConsentJournal", "ConsentStudy", "ConsentAnalysis", "Statistics"]),
    tests(
      "ConsentReportTests",
      ["ConsentModel", "ConsentAnalysis", "ConsentJournal", "ConsentStudy", "ConsentReport", "Statistics"]),
    tests("ConsentLedgerTests", ["ConsentModel", "ConsentStudy", "ConsentLedger"]),
    tests(
      "ConsentInterchangeTests",
      [
        "ConsentModel", "ConsentRender", "ConsentPolicy", "ConsentEngine", "ConsentScreens", "ConsentJournal",
        "ConsentStudy", "ConsentInterchange", "CBuiltInScreens",
      ], goldens: ["Receipts/Goldens", "Tables/Goldens"]),
    tests("ConsentAgentsTests", ["ConsentModel", "ConsentRender", "ConsentAgents"]),
    tests("ConsentInputTests", ["ConsentModel", "ConsentInput"]),
    tests("ConsentTerminalTests", ["ConsentModel", "ConsentRender", "ConsentInput", "ConsentTerminal"]),
    tests(
      "ClickwrapTests",
      [
        "ConsentModel", "ConsentRender", "ConsentPolicy", "ConsentEngine", "ConsentScreens", "ConsentJournal",
        "ConsentStudy", "ConsentLedger", "ConsentTerminal", "CBuiltInScreens", "clickwrap",
      ]),
    tests("SessionTests", ["ConsentModel", "ConsentRender", "ConsentEngine", "ConsentScreens", "ConsentJournal"]),
    tests("TidyTests", []),
  ],
  swiftLanguageModes: [.v6],
  cLanguageStandard: .c2x
)
