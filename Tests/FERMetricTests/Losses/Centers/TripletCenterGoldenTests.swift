import FERModels
import Testing

@testable import FERMetric

/// TC3L and AMTC3L with the paper's three samplers against PyTorch's automatic differentiation in double precision, by the
/// fused pass and by the general one.
@Suite struct TripletCenterGoldenTests {
  static let cases = ["skewed", "single", "oneClass", "duplicates", "empty", "partly", "odd", "line", "large"]

  private func batch<Scalar: TensorScalar>(
    _ name: String, in golden: CenterFixture, weighted: Bool
  ) throws -> TensorBatch<Scalar> {
    var batch: TensorBatch<Scalar> = try golden.batch(name, weighted: weighted)
    batch.predictions = try golden.file.integers("\(name).predictions").map { Int($0) }
    if golden.file["\(name).eligible"] != nil {
      batch.eligible = try golden.file.integers("\(name).eligible").map { $0 != 0 }
    }
    return batch
  }

  private func compare<Scalar: TensorScalar>(
    _: Scalar.Type, _ name: String, general: Bool, within bound: Double
  ) throws {
    let golden = try CenterFixture("TripletCenter/tripletCenter.safetensors")
    let validCount = Int(try golden.file.integers("\(name).valid")[0])
    let hasRecord = golden.file["\(name).record"] != nil
    let record: Tensor<Scalar>? = hasRecord ? try golden.tensor("\(name).record") : nil
    let recordAfter: Tensor<Scalar> = try golden.tensor("\(name).recordAfter")
    // The order of the samplers in the file.
    let samplers: [any NegativeSampler<Scalar>] = [.mathSynth(), .networkSemantic(), .mixed()]
    for key in ["tc3l", "amtc3l"] {
      let batch: TensorBatch<Scalar> = try self.batch(name, in: golden, weighted: key == "amtc3l")
      var values: [Scalar] = []
      var byEmbeddings: [Tensor<Scalar>] = []
      var byCenters: [Tensor<Scalar>] = []
      var byInclusion: [Tensor<Scalar>] = []
      for sampler in samplers {
        var loss: TripletCenterLoss<Scalar> = key == "tc3l" ? .tc3l(sampler: sampler) : .amtc3l(sampler: sampler)
        loss.forcesGeneralPass = general
        if let record {
          loss.visitState { part, state in
            if part == "sampler.record" { state = .tensor(record) }
          }
        }
        let alone = try loss.value(for: batch)
        let (value, gradients) = try loss(batch)
        #expect(alone.value == value.value, "\(name).\(key)")
        #expect(value.validCount == validCount, "\(name).\(key)")
        if let semantic = loss.sampler as? NetworkSemanticSampler<Scalar> {
          #expect(semantic.record == recordAfter, "\(name).\(key)")
        }
        values.append(value.value)
        byEmbeddings.append(try #require(gradients.embeddings))
        byCenters.append(try #require(gradients.centers))
        if let inclusion = gradients.inclusion { byInclusion.append(inclusion) }
      }
      try golden.expect(Tensor(values), equals: "\(name).\(key)", within: bound)
      try golden.expect(Tensor(concatenating: byEmbeddings), equals: "\(name).\(key).dx", within: bound)
      try golden.expect(Tensor(concatenating: byCenters), equals: "\(name).\(key).dc", within: bound)
      if key == "amtc3l" {
        try golden.expect(Tensor(concatenating: byInclusion), equals: "\(name).\(key).da", within: bound)
      }
    }
  }

  @Test(arguments: cases, [false, true]) func valuesAndGradientsInDouble(_ name: String, general: Bool) throws {
    try compare(Double.self, name, general: general, within: 1e-9)
  }

  @Test(arguments: cases, [false, true]) func valuesAndGradientsInFloat(_ name: String, general: Bool) throws {
    try compare(Float.self, name, general: general, within: 1e-5)
  }
}
