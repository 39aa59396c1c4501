// swift-tools-version: 6.2
import PackageDescription

/// Every room is built the same way: Swift 6, no warnings.
let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]

let package = Package(
  name: "clickwrap",
  targets: [
    .target(name: "ConsentModel", dependencies: [], swiftSettings: strict),
    .target(name: "ConsentRender", dependencies: ["ConsentModel"], swiftSettings: strict),
    .target(name: "ConsentPolicy", dependencies: ["ConsentModel"], swiftSettings: strict),
    .target(name: "ConsentEngine", dependencies: ["ConsentModel", "ConsentRender", "ConsentPolicy"], swiftSettings: strict),
    .testTarget(name: "ConsentModelTests", dependencies: ["ConsentModel"], swiftSettings: strict),
    .testTarget(name: "ConsentRenderTests", dependencies: ["ConsentModel", "ConsentRender"], swiftSettings: strict),
    .testTarget(name: "ConsentPolicyTests", dependencies: ["ConsentModel", "ConsentRender", "ConsentPolicy"], swiftSettings: strict),
    .testTarget(name: "ConsentEngineTests", dependencies: ["ConsentModel", "ConsentRender", "ConsentPolicy", "ConsentEngine"], swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6]
)

