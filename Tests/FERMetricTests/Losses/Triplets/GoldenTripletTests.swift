import FERMetric
import FERModels
import Testing

/// A batch of Fixtures/Triplets with what every loss is worth on it by PyTorch.
struct TripletFixture {
  static let names = ["skewed", "single", "oneClass", "duplicates", "empty", "odd", "line", "large"]

  let file: SafetensorsFile

  init(_ name: String) throws {
    let folder = #filePath.split(separator: "/").dropLast(4).reduce("") { $0 + "/" + $1 } + "/Fixtures/Triplets/"
    file = try SafetensorsFile(contentsOf: folder + name + ".safetensors")
  }

  func numbers(_ name: String) throws -> Tensor<Double> { try file.tensor(name) }

  func integers(_ name: String) throws -> [Int] { try file.integers(name).map { Int($0) } }

  func batch<Scalar: TensorScalar>(_: Scalar.Type = Scalar.self) throws -> TensorBatch<Scalar> {
    TensorBatch(
      embeddings: try numbers("batch.x").converted(), labels: try integers("batch.y"),
      identities: try integers("batch.identities"), references: try numbers("batch.references").converted(),
      referenceLabels: try integers("batch.referenceLabels"))
  }
}

/// Values and gradients against PyTorch's automatic differentiation in double precision.
@Suite struct GoldenTripletTests {
  /// Compares every loss on one batch; bounds are relative to the largest term.
  private func compare<Scalar: TensorScalar>(_: Scalar.Type, _ batchName: String, within bound: Double) throws {
    let fixture = try TripletFixture(batchName)
    let batch: TensorBatch<Scalar> = try fixture.batch()
    for name in TripletCases.names {
      let dimension = batch.embeddings.shape[1]
      var loss = try #require(TripletCases.loss(name, Scalar.self, dimension: dimension))
      let before = try loss.value(for: batch)
      let (report, gradients) = try loss(batch)
      let value = try fixture.numbers(name + ".value").scalar
      let terms = try fixture.numbers(name + ".terms").array
      #expect(before.value == report.value, "\(batchName), \(name)")
      #expect(
        (Double(report.value) - value).magnitude <= bound * max(terms[0], value.magnitude),
        "\(batchName), \(name): \(report.value) is not \(value)")

      func check(_ actual: Tensor<Scalar>?, _ part: String) throws {
        let expected = try fixture.numbers(name + part)
        let actual = try #require(actual).array.map { Double($0) }
        let largest = expected.array.reduce(terms[1]) { max($0, $1.magnitude) }
        let error = largestDifference(actual, expected.array)
        #expect(error <= bound * largest, "\(batchName), \(name)\(part): \(error) of \(largest)")
      }
      try check(gradients.embeddings, ".embeddings")
      if name == "distillation" { try check(gradients.references, ".references") }
    }
  }

  @Test(arguments: TripletFixture.names) func inDouble(_ batch: String) throws {
    try compare(Double.self, batch, within: 1e-9)
  }

  @Test(arguments: TripletFixture.names) func inFloat(_ batch: String) throws {
    try compare(Float.self, batch, within: 1e-5)
  }

  @Test func everyGoldenValueIsCompared() throws {
    let names = Set(try TripletFixture("skewed").file.entries.map(\.name).filter { $0.hasSuffix(".value") })
    #expect(names == Set(TripletCases.names.map { $0 + ".value" }))
  }
}
