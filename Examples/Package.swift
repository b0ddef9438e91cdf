// swift-tools-version: 6.2
import PackageDescription

let pipeline: [Target.Dependency] = [
  .product(name: "FERMetric", package: "FERMetric"),
  .product(name: "FERMetricDNN", package: "FERMetric"),
  .product(name: "FERModels", package: "FERMetric"),
]

let package = Package(
  name: "Examples",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "FERMetric", path: "..")],
  targets: [
    .executableTarget(name: "losses", dependencies: [.product(name: "FERMetric", package: "FERMetric")]),
    .executableTarget(name: "embed", dependencies: pipeline),
    .executableTarget(name: "own-trainer", dependencies: pipeline),
    .executableTarget(name: "occluded-student", dependencies: pipeline),
  ],
  swiftLanguageModes: [.v6]
)
