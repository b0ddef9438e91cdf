import Testing

@testable import FERMetric

/// The vectorised logistic function, against the C library's exponential in double precision.
@Suite struct SquashKernelTests {
  private func squash<Scalar: TensorScalar>(_ x: [Scalar]) -> (values: [Scalar], slopes: [Scalar]) {
    var values = Tensor<Scalar>(zeros: [x.count])
    var slopes = Tensor<Scalar>(zeros: [x.count])
    var valueSpan = values.mutableSpan
    var slopeSpan = slopes.mutableSpan
    Scalar.metricKernels.squash(x.span, into: &valueSpan, slopes: &slopeSpan)
    return (values.array, slopes.array)
  }

  /// The largest errors in units of the last place, over a grid of 200,001 points.
  private func largestErrors<Scalar: TensorScalar>(_: Scalar.Type, limit: Double) -> (value: Double, slope: Double) {
    let x = (-100_000...100_000).map { Scalar(Double($0) / 100_000 * limit) }
    let (values, slopes) = squash(x)
    var errors = (0.0, 0.0)
    for i in x.indices {
      let e = Double.exponential(-Double(x[i]).magnitude)
      let value = x[i] < 0 ? e / (1 + e) : 1 / (1 + e)
      let slope = e / ((1 + e) * (1 + e))
      errors.0 = max(errors.0, (Double(values[i]) - value).magnitude / Double(Scalar(value).ulp))
      errors.1 = max(errors.1, (Double(slopes[i]) - slope).magnitude / Double(Scalar(slope).ulp))
    }
    return errors
  }

  @Test func errorInFloatIsAFewUlp() {
    let (value, slope) = largestErrors(Float.self, limit: 85)
    print("logistic function in Float: \(value) ulp, its slope: \(slope) ulp")
    #expect(value < 3 && slope < 4)
  }

  @Test func errorInDoubleIsAFewUlp() {
    let (value, slope) = largestErrors(Double.self, limit: 700)
    print("logistic function in Double: \(value) ulp, its slope: \(slope) ulp")
    // The reference has an error of its own of 2 ulp here.
    #expect(value < 4 && slope < 6)
  }

  @Test func extremesAreExact() {
    let single = squash([Float.infinity, -.infinity, 1e4, -1e4, .greatestFiniteMagnitude])
    #expect(single.values == [1, 0, 1, 0, 1])
    #expect(single.slopes == [0, 0, 0, 0, 0])
    let double = squash([Double.infinity, -.infinity, 1e4, -1e4, .greatestFiniteMagnitude])
    #expect(double.values == [1, 0, 1, 0, 1])
    #expect(double.slopes == [0, 0, 0, 0, 0])
    #expect(squash([Float(0), -0.0]).values == [0.5, 0.5])
    #expect(squash([Float(0), -0.0]).slopes == [0.25, 0.25])
  }

  @Test func logisticOfTheGeneralPassAgrees() {
    let x = (-200...200).map { Double($0) / 5 }
    let (values, slopes) = squash(x)
    for i in x.indices {
      #expect(values[i].isApproximately(Logistic(x[i]).value, relative: 1e-15))
      #expect(slopes[i].isApproximately(Logistic(x[i]).slope, relative: 2e-15))
    }
  }
}
