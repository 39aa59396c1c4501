// swift-tools-version: 6.2
import PackageDescription

/// Every room is built the same way: Swift 6, no warnings.
let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]

let package = Package(
  name: "clickwrap",
  dependencies: [
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
  ],
  targets: [
    .target(name: "ConsentModel", dependencies: [], swiftSettings: strict),
    .target(name: "ConsentRender", dependencies: ["ConsentModel"], swiftSettings: strict),
    .target(name: "ConsentPolicy", dependencies: ["ConsentModel"], swiftSettings: strict),
    .target(name: "ConsentEngine", dependencies: ["ConsentModel", "ConsentRender", "ConsentPolicy"], swiftSettings: strict),
    .target(name: "ConsentSource", dependencies: [.product(name: "Yams", package: "Yams")], swiftSettings: strict),
    .target(name: "ConsentScreens", dependencies: ["ConsentModel", "ConsentRender", "ConsentPolicy", "ConsentEngine", "ConsentSource"], swiftSettings: strict),
    .target(name: "ConsentJournal", dependencies: ["ConsentModel", "ConsentRender", "ConsentEngine", .product(name: "Crypto", package: "swift-crypto")], swiftSettings: strict),
    .testTarget(name: "ConsentModelTests", dependencies: ["ConsentModel"], swiftSettings: strict),
    .testTarget(name: "ConsentRenderTests", dependencies: ["ConsentModel", "ConsentRender"], swiftSettings: strict),
    .testTarget(name: "ConsentPolicyTests", dependencies: ["ConsentModel", "ConsentRender", "ConsentPolicy"], swiftSettings: strict),
    .testTarget(name: "ConsentEngineTests", dependencies: ["ConsentModel", "ConsentRender", "ConsentPolicy", "ConsentEngine"], swiftSettings: strict),
    .testTarget(name: "ConsentSourceTests", dependencies: ["ConsentModel", "ConsentRender", "ConsentPolicy", "ConsentEngine", "ConsentSource"], swiftSettings: strict),
    .testTarget(name: "ConsentScreensTests", dependencies: ["ConsentModel", "ConsentRender", "ConsentPolicy", "ConsentEngine", "ConsentSource", "ConsentScreens"], swiftSettings: strict),
    .testTarget(name: "ConsentJournalTests", dependencies: ["ConsentModel", "ConsentRender", "ConsentPolicy", "ConsentEngine", "ConsentSource", "ConsentScreens", "ConsentJournal"], swiftSettings: strict),
    .testTarget(name: "SessionTests", dependencies: ["ConsentModel", "ConsentRender", "ConsentEngine", "ConsentScreens"], swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6]
)

