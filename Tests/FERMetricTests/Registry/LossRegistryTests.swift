import FERMetric
import FERModels
import Foundation
import Testing

/// Walks the registry: every metric loss against its golden file and its differences, and every loss against what the
/// registry says of it. ``ClassificationRegistryTests`` compares the others.
@Suite struct LossRegistryTests {
  private func compare<Scalar: TensorScalar>(_: Scalar.Type, _ name: LossName, within bound: Double) throws {
    let golden = try GoldenFile("Registry/registry.safetensors")
    func numbers(_ part: String) throws -> Tensor<Scalar> { try golden.tensor("batch." + part) }
    let batch = name.parts(
      of: TensorBatch<Scalar>(
        embeddings: try numbers("x"), labels: try golden.integers("batch.y"), centers: try numbers("centers"),
        inclusion: try numbers("inclusion"), predictions: try golden.integers("batch.predictions"),
        identities: try golden.integers("batch.identities"), weights: try numbers("weights").array,
        references: try numbers("references"), referenceLabels: try golden.integers("batch.referenceLabels")),
      proxies: try numbers("members"))
    var loss = try #require(name.loss(classes: 7, dimension: 16, as: Scalar.self))
    let before = try loss.value(for: batch)
    let (report, gradients) = try loss(batch)
    let key = name.rawValue
    let scale: Tensor<Double> = try golden.tensor(key + ".scale")
    let expected: Tensor<Double> = try golden.tensor(key + ".value")
    #expect(before.value == report.value)
    #expect((Double(report.value) - expected[0]).magnitude <= bound * max(scale[0], expected[0].magnitude))

    var compared: Set<String> = [key + ".value", key + ".scale"]
    func check(_ actual: Tensor<Scalar>?, _ part: String) throws {
      guard golden.names.contains(key + part) else { return }
      compared.insert(key + part)
      let expected: Tensor<Double> = try golden.tensor(key + part)
      let actual = try #require(actual, "\(key)\(part)").array.map { Double($0) }
      let largest = expected.array.reduce(scale[1]) { max($0, $1.magnitude) }
      let error = largestDifference(actual, expected.array)
      #expect(error <= bound * largest, "\(key)\(part): \(error) of \(largest)")
    }
    try check(gradients.embeddings, ".embeddings")
    try check(gradients.centers, ".centers")
    try check(gradients.inclusion, ".inclusion")
    try check(gradients.references, ".references")
    try check(gradients.weights, ".weights")
    var slopes: [Scalar] = []
    loss.visitParameters { _, parameter in slopes += parameter.gradient.array }
    try check(Tensor(slopes, shape: [slopes.count]), ".parameters")
    #expect(Set(golden.names.filter { $0.hasPrefix(key + ".") }) == compared)
  }

  @Test(arguments: LossName.metric) func goldenInDouble(_ name: LossName) throws {
    try compare(Double.self, name, within: 1e-9)
  }

  @Test(arguments: LossName.metric) func goldenInFloat(_ name: LossName) throws {
    try compare(Float.self, name, within: 1e-5)
  }

  @Test(arguments: LossName.metric) func gradientsMatchDifferences(_ name: LossName) throws {
    var active = 0
    for seed in 0..<3 as Range<UInt64> {
      let batch = RegistryBatch(seed: seed)(for: name)
      var loss = try #require(
        name.loss(classes: RegistryBatch.classes, dimension: RegistryBatch.dimension, as: Double.self))
      if var tree = loss as? HierarchicalTripletLoss<Double> {
        // The tree follows the batch and is a constant for the gradient: it is held.
        tree.refresh(embeddings: batch.embeddings.matrix, labels: batch.labels.span)
        tree.observes = false
        loss = tree
      }
      if var memory = loss as? CrossBatchMemory<Double> {
        // It compares with what an earlier batch left, too.
        _ = try memory(RegistryBatch(seed: seed + 3)(for: name))
        loss = memory
      }
      let value = try valueHoldingConstants(of: loss, near: batch)
      #expect(try value(batch).isApproximately(loss.value(for: batch).value, relative: 1e-10), "seed \(seed)")
      let gradients = try loss(batch, weight: 0.7).gradients
      func check(_ path: WritableKeyPath<TensorBatch<Double>, Tensor<Double>>, _ gradient: Tensor<Double>) throws {
        let quotients = try centralDifferences(at: batch[keyPath: path]) { moved in
          var other = batch
          other[keyPath: path] = moved
          return 0.7 * (try value(other))
        }
        active += gradient.array.count { $0 != 0 }
        let bound = 1e-6 * max(1, gradient.array.reduce(0) { max($0, $1.magnitude) })
        #expect(largestDifference(gradient.array, quotients) < bound, "seed \(seed), \(path)")
      }
      try check(\.embeddings, try #require(gradients.embeddings))
      if batch.centers != nil { try check(\.centers!, try #require(gradients.centers)) }
    }
    #expect(active > 0)
  }

  @Test func everyLossIsDocumented() throws {
    let folder = #filePath.split(separator: "/").dropLast(4).reduce("") { $0 + "/" + $1 }
    let page = try String(contentsOfFile: folder + "/Docs/Method.md", encoding: .utf8)
    for name in LossName.allCases {
      #expect(page.contains("`\(name.rawValue)`"), "Docs/Method.md does not name \(name.rawValue)")
      #expect(!name.entry.source.isEmpty && !name.entry.reading.isEmpty)
      let metric = name.loss(classes: 7, dimension: 8, as: Float.self).map { "\(Swift.type(of: $0))" }
      let classification = name.classificationLoss(as: Float.self).map { "\(Swift.type(of: $0))" }
      #expect((metric == nil) == (name.family == .classification))
      let type = try #require(metric ?? classification)
      let said = name.entry.type.prefix { $0.isLetter || $0.isNumber }
      #expect(type.hasPrefix(said), "\(name.entry.type) does not make a \(type)")
    }
    #expect(Set(LossName.allCases.map(\.entry.type)).count == LossName.allCases.count)
  }
}
