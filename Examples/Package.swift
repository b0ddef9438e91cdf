// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "Examples",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "FERMetric", path: "..")],
  targets: [
    .executableTarget(name: "losses", dependencies: [.product(name: "FERMetric", package: "FERMetric")])
  ],
  swiftLanguageModes: [.v6]
)
