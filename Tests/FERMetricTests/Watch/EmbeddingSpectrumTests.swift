import FERMetric
import Testing

@Suite(.serialized) struct EmbeddingSpectrumTests {
  @Test func rankOfKnownSpectra() throws {
    for backend in Backend.compiled {
      try withBackend(backend) {
        // Four points on two axes: variances 4 and 1, shares 0.8 and 0.2.
        let cross = Tensor<Double>([2, 0, 0, -2, 0, 0, 0, 1, 0, 0, -1, 0], shape: [4, 3])
        let spectrum = try EmbeddingSpectrum(cross.matrix)
        #expect(largestDifference(spectrum.shares, [0, 0.2, 0.8]) < 1e-15)
        let entropy = -0.8 * Double.logarithm(0.8) - 0.2 * Double.logarithm(0.2)
        #expect((spectrum.effectiveRank - Double.exponential(entropy)).magnitude < 1e-14)
        #expect((spectrum.deviation - (10.0 / 12).squareRoot()).magnitude < 1e-15)
        let single = try EmbeddingSpectrum(cross.converted(to: Float.self).matrix)
        #expect((single.effectiveRank - spectrum.effectiveRank).magnitude < 1e-6)
      }
    }
  }

  @Test func gramAndCovarianceAgree() throws {
    var generator = SeededGenerator(seed: 1)
    for (rows, columns) in [(5, 9), (9, 5), (6, 6)] {
      let x = Tensor<Double>.normal([rows, columns], &generator)
      let once = try EmbeddingSpectrum(x.matrix)
      // The same rows four times have the same covariance, which is then decomposed itself.
      let more = try EmbeddingSpectrum(Tensor(concatenating: [x, x, x, x]).matrix)
      #expect(once.shares.count == min(rows, columns))
      #expect((once.effectiveRank - more.effectiveRank).magnitude < 1e-12)
      #expect((once.deviation - more.deviation).magnitude < 1e-14)
      #expect((once.shares.reduce(0, +) - 1).magnitude < 1e-14)
    }
  }

  @Test func edges() throws {
    let marks = [true, false, true]
    let x = Tensor<Double>([1, 2, 100, -50, 1, 4], shape: [3, 2])
    let part = try EmbeddingSpectrum(x.matrix, included: marks.span)
    #expect((part.effectiveRank - 1).magnitude < 1e-14 && part.deviation == 0.5.squareRoot())
    #expect(try EmbeddingSpectrum(Tensor<Double>(repeating: 3, shape: [4, 5]).matrix).effectiveRank == 0)
    #expect(try EmbeddingSpectrum(Tensor<Float>(zeros: [0, 5]).matrix).effectiveRank == 0)
    #expect(try EmbeddingSpectrum(Tensor<Float>([1, 2], shape: [1, 2]).matrix).effectiveRank == 0)
    let wide = Tensor<Float>([1e18, -1e18, 3e17, 2e18, 1, 1], shape: [3, 2])
    #expect(try EmbeddingSpectrum(wide.matrix).effectiveRank.isFinite)
    #expect(throws: LinearAlgebraError.self) {
      try EmbeddingSpectrum(Tensor<Double>([1, .nan, 0, 2], shape: [2, 2]).matrix)
    }
  }
}
