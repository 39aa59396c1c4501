// swift-tools-version: 6.1
import PackageDescription

// A package of its own, so that nobody who builds clickwrap builds the benchmark library.
let package = Package(
  name: "ClickwrapBenchmarks",
  platforms: [.macOS(.v15)],
  dependencies: [
    .package(name: "clickwrap", path: ".."),
    .package(url: "https://github.com/ordo-one/benchmark", from: "1.38.1", traits: []),
  ],
  targets: [
    .executableTarget(
      name: "Clickwrap",
      dependencies: [
        .product(name: "ConsentRooms", package: "clickwrap"),
        .product(name: "Benchmark", package: "benchmark"),
      ],
      path: "Benchmarks/Clickwrap",
      plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")])
  ],
  swiftLanguageModes: [.v6]
)
