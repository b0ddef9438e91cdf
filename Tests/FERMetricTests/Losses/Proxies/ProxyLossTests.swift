import FERMetric
import Testing

@Suite struct ProxyLossTests {
  static let names = ["arcFace", "cosFace", "normalizedSoftmax", "proxyNCA", "proxyAnchor", "softTriple"]

  private func loss<Scalar: TensorScalar>(
    _ name: String, _ reduction: BatchReduction = .mean, _ policy: NonFinitePolicy = .strict
  ) -> any ProxyLoss<Scalar> {
    switch name {
    case "arcFace": ArcFaceLoss<Scalar>(scale: 4, reduction: reduction, nonFinite: policy)
    case "cosFace": CosFaceLoss<Scalar>(scale: 4, reduction: reduction, nonFinite: policy)
    case "normalizedSoftmax": NormalizedSoftmaxLoss<Scalar>(temperature: 0.3, reduction: reduction, nonFinite: policy)
    case "proxyNCA": ProxyNCALoss<Scalar>(scale: 2, reduction: reduction, nonFinite: policy)
    case "proxyAnchor": ProxyAnchorLoss<Scalar>(sharpness: 4, nonFinite: policy)
    default: SoftTripleLoss<Scalar>(proxiesPerClass: 2, scale: 4, reduction: reduction, nonFinite: policy)
    }
  }

  private func batch(_ name: String, samples: Int = 7, seed: UInt64 = 2) -> TensorBatch<Double> {
    .random(samples: samples, centers: name == "softTriple" ? 8 : 4, classes: 4, seed: seed)
  }

  @Test(arguments: names) func gradientsEqualDifferenceQuotients(_ name: String) throws {
    for reduction in BatchReduction.allCases {
      for seed in UInt64(1)...3 {
        #expect(try gradientError(of: loss(name, reduction), on: batch(name, seed: seed)) < 1e-7)
      }
    }
  }

  @Test(arguments: names) func lengthsDoNotMatter(_ name: String) throws {
    let loss: any ProxyLoss<Double> = loss(name)
    var scaled = batch(name)
    let value = try loss.value(for: scaled)
    scaled.embeddings *= 37
    scaled.centers! *= 0.01
    #expect((try loss.value(for: scaled).value - value.value).magnitude < 1e-13)
    #expect(value.meanPositiveDistance >= 0 && value.meanNegativeDistance >= 0)
  }

  @Test(arguments: names) func gradientsAreAcrossTheirVectors(_ name: String) throws {
    var loss: any ProxyLoss<Double> = loss(name)
    let batch = batch(name)
    let gradients = try loss(batch).gradients
    func products(_ a: Tensor<Double>, _ b: Tensor<Double>) -> [Double] { (a * b).sum(alongAxis: 1).array }
    #expect(products(gradients.embeddings!, batch.embeddings).allSatisfy { $0.magnitude < 1e-14 })
    #expect(products(gradients.centers!, batch.centers!).allSatisfy { $0.magnitude < 1e-14 })
  }

  @Test(arguments: names) func orderOfSamplesDoesNotMatter(_ name: String) throws {
    var loss: any ProxyLoss<Double> = loss(name)
    let batch = batch(name)
    let order = [3, 0, 5, 1, 6, 4, 2]
    let (value, gradients) = try loss(batch)
    let (permuted, others) = try loss(batch.rows(order))
    #expect((value.value - permuted.value).magnitude < 1e-14)
    #expect(largestDifference(gradients.centers!.array, others.centers!.array) < 1e-14)
    let expected = TensorBatch(embeddings: gradients.embeddings!, labels: batch.labels).rows(order).embeddings
    #expect(largestDifference(expected.array, others.embeddings!.array) < 1e-14)
  }

  /// A mean over samples does not see copies, which share the gradient: of each sample two, and 4,096 in all.
  @Test(arguments: names.filter { $0 != "proxyAnchor" }) func copiesShareTheGradient(_ name: String) throws {
    var loss: any ProxyLoss<Double> = loss(name)
    let sum: any ProxyLoss<Double> = self.loss(name, .sum)
    let batch = batch(name, samples: 64)
    let (value, gradients) = try loss(batch)
    let whole = try sum.value(for: batch).value
    for times in [2, 64] {
      let copies = batch.copied(times)
      let (copied, shared) = try loss(copies)
      #expect(copied.value.isApproximately(value.value, relative: 1e-12) && copied.validCount == 64 * times)
      #expect(largestDifference(shared.centers!.array, gradients.centers!.array) < 1e-12)
      #expect(largestDifference(shared.embeddings!.summedOverCopies(times), gradients.embeddings!.array) < 1e-12)
      #expect(try sum.value(for: copies).value.isApproximately(Double(times) * whole, relative: 1e-12))
    }
  }

  /// ProxyAnchor for 4,096 samples that lie on their proxies, eight at right angles.
  @Test func proxyAnchorOfManySamplesIsItsFormula() throws {
    let space = OrthogonalClasses(classes: 8, samples: 4096)
    var batch: TensorBatch<Double> = space.batch()
    batch.centers = .identity(8)
    var loss = ProxyAnchorLoss<Double>(margin: 0.1, sharpness: 4)
    let (value, gradients) = try loss(batch)
    let (pull, push) = (Double.exponential(4 * (0.1 - 1)), Double.exponential(4 * 0.1))
    let expected =
      Double.logarithm(onePlus: space.size * pull) + Double.logarithm(onePlus: space.negatives * push)
    #expect(value.value.isApproximately(expected, relative: 1e-12))
    // By the cosine of a sample and another class's proxy.
    let slope = 4 * push / (1 + space.negatives * push) / 8
    #expect(relativeDifference(gradients.embeddings!, space.gradient(slope: slope), floor: 0) < 1e-12)
    let byProxies = (0..<64).map { $0 % 9 == 0 ? 0 : space.size * slope }
    #expect(relativeDifference(gradients.centers!.array, byProxies) < 1e-12)
  }

  @Test(arguments: names) func lenientEqualsTheBatchWithoutTheRowToTheBit(_ name: String) throws {
    var loss: any ProxyLoss<Double> = loss(name, .mean, .lenient)
    var batch = batch(name, samples: 11)
    let rows = [0, 1, 3, 4, 5, 6, 7, 9, 10]
    let (value, gradients) = try loss(batch.rows(rows))
    batch.embeddings[2, 1] = .infinity
    batch.included = (0..<11).map { $0 != 8 }
    batch.labels[8] = 99
    let (partial, others) = try loss(batch)
    #expect(partial.value == value.value && partial.validCount == 9)
    #expect(others.centers == gradients.centers)
    #expect(
      TensorBatch(embeddings: others.embeddings!, labels: batch.labels).rows(rows).embeddings
        == gradients.embeddings)
    #expect(throws: MetricError.nonFinite(.embeddings, row: 2, column: 1)) {
      let strict: any ProxyLoss<Double> = self.loss(name)
      return try strict.value(for: batch)
    }
  }

  @Test func samplesAreReportedWithoutReduction() throws {
    for name in Self.names where name != "proxyAnchor" {
      var batch = batch(name)
      batch.included = (0..<7).map { $0 != 3 }
      let each = try (loss(name, .none) as any ProxyLoss<Double>).value(for: batch)
      let mean = try (loss(name, .mean) as any ProxyLoss<Double>).value(for: batch)
      #expect(each.samples?.count == 7 && each.samples?[3] == 0)
      #expect((each.samples!.reduce(0, +) / 6 - mean.value).magnitude < 1e-14)
      #expect(each.samples!.allSatisfy { $0 >= 0 } && mean.samples == nil)
    }
  }

  @Test(arguments: names) func extremesStayFinite(_ name: String) throws {
    var generator = SeededGenerator(seed: 4)
    for magnitude in [0.0, 1e-30, 1, 1e4, 1e18] {
      var batch = TensorBatch<Float>(
        embeddings: .uniform([12, 16], in: -magnitude...magnitude, &generator), labels: (0..<12).map { $0 % 4 },
        centers: .uniform([name == "softTriple" ? 8 : 4, 16], in: -1...1, &generator))
      for j in 0..<16 { batch.embeddings[0, j] = 0 }
      var loss: any ProxyLoss<Float> = loss(name)
      let (value, gradients) = try loss(batch)
      #expect(value.value.isFinite && value.value >= 0)
      #expect(gradients.embeddings!.array.allSatisfy { $0.isFinite })
      #expect(gradients.embeddings!.array[..<16].allSatisfy { $0 == 0 })
      #expect(gradients.centers!.array.allSatisfy { $0.isFinite })
    }
  }

  @Test func oneClassAloneCostsNothing() throws {
    for name in Self.names where name != "proxyAnchor" {
      var loss: any ProxyLoss<Double> = loss(name)
      let (value, gradients) = try loss(
        TensorBatch.random(samples: 3, centers: name == "softTriple" ? 2 : 1, classes: 1))
      #expect(value.value == 0)
      #expect(gradients.embeddings!.array.allSatisfy { $0 == 0 })
    }
  }

  @Test func noSamplesCostNothing() throws {
    for name in Self.names {
      var batch = batch(name)
      batch.included = Array(repeating: false, count: 7)
      let value = try (loss(name) as any ProxyLoss<Double>).value(for: batch)
      #expect(value == LossValue())
    }
  }

  @Test func trapsNameWhatDoesNotFit() async {
    await #expect(processExitsWith: .failure) {
      let batch = TensorBatch<Float>(embeddings: Tensor(zeros: [1, 2]), labels: [3], centers: Tensor(zeros: [6, 2]))
      _ = try SoftTripleLoss<Float>(proxiesPerClass: 2).value(for: batch)
    }
    await #expect(processExitsWith: .failure) {
      let batch = TensorBatch<Float>(embeddings: Tensor(zeros: [1, 2]), labels: [0], centers: Tensor(zeros: [5, 2]))
      _ = try SoftTripleLoss<Float>(proxiesPerClass: 2).value(for: batch)
    }
    await #expect(processExitsWith: .failure) { _ = ArcFaceLoss<Float>(degrees: 200) }
  }
}
