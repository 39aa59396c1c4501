// swift-tools-version:6.1
import PackageDescription

let package = Package(
  name: "clickwrap",
  targets: [
    .target(name: "ConsentModel")
  ],
  swiftLanguageModes: [.v6]
)
