// swift-tools-version: 6.2
import PackageDescription

let ours: [Target.Dependency] = [
  .product(name: "FERMetric", package: "FERMetric"),
  .product(name: "FERMetricBLAS", package: "FERMetric"),
  .product(name: "FERMetricDNN", package: "FERMetric"),
  .product(name: "FERModels", package: "FERMetric"),
]

func suite(_ name: String) -> Target {
  .executableTarget(
    name: name,
    dependencies: ["Workloads", .product(name: "Benchmark", package: "benchmark")] + ours,
    path: "Benchmarks/\(name)",
    plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")])
}

let package = Package(
  name: "Benchmarks",
  platforms: [.macOS(.v15)],
  dependencies: [
    .package(name: "FERMetric", path: ".."),
    .package(url: "https://github.com/ordo-one/benchmark", from: "1.38.1", traits: []),
  ],
  targets: [
    suite("Family"),
    suite("Kernels"),
    suite("Loading"),
    suite("Losses"),
    suite("Samplers"),
    suite("Training"),
    .target(name: "CPeaks"),
    .target(name: "Workloads", dependencies: ["CPeaks"] + ours),
    .executableTarget(name: "peer-probe", dependencies: ["Workloads"] + ours),
    .executableTarget(name: "roofline", dependencies: ["Workloads"]),
  ],
  swiftLanguageModes: [.v6]
)
