import Testing

@testable import FERMetric

/// Kernels of selection and checking, against plain loops, over lengths around the block size.
@Suite struct SelectionKernelTests {
  @Test(arguments: [1, 2, 3, 7, 20, 300], [1, 5, 31, 32, 33, 130])
  func nearestCoordinates(classes: Int, dimension: Int) {
    var generator = SeededGenerator(seed: UInt64(classes * 1000 + dimension))
    // Few distinct values, so that ties happen.
    let x = Tensor(
      (0..<classes * dimension).map { _ in Float(generator.next(below: 7)) }, shape: [classes, dimension])
    let centers = Tensor(
      (0..<classes * dimension).map { _ in Float(generator.next(below: 7)) }, shape: [classes, dimension])
    let eligible = (0..<classes).map { _ in generator.nextUniform() < 0.7 }
    let labels = Array(0..<classes)
    let wanted = labels.map { $0 % 4 != 2 }
    var selection = NegativeSelection()
    selection.reset(.perCoordinate, samples: classes, dimension: dimension)
    Float.metricKernels.chooseNearestCoordinates(
      of: x.matrix, labels: labels.span, centers: centers.matrix, eligible: eligible.span, wanted: wanted.span,
      into: &selection)
    for label in labels {
      for j in 0..<dimension {
        var best = -1
        for k in 0..<classes where wanted[label] && k != label && eligible[k] {
          let gap = (x[label, j] - centers[k, j]).magnitude
          if best < 0 || gap < (x[label, j] - centers[best, j]).magnitude { best = k }
        }
        #expect(selection.negativeClass(ofSample: label, coordinate: j) == best)
      }
    }
  }

  @Test func overflowingDifferencesStillChoose() {
    let x = Tensor<Float>([.greatestFiniteMagnitude], shape: [1, 1])
    let centers = Tensor<Float>([0, -.greatestFiniteMagnitude, -.greatestFiniteMagnitude], shape: [3, 1])
    var selection = NegativeSelection()
    selection.reset(.perCoordinate, samples: 1, dimension: 1)
    Float.metricKernels.chooseNearestCoordinates(
      of: x.matrix, labels: [0].span, centers: centers.matrix, eligible: nil, wanted: [true].span, into: &selection)
    #expect(selection.negativeClass(ofSample: 0) == 1)
  }

  @Test(arguments: [1, 255, 256, 257, 1000]) func firstNonfinite(count: Int) {
    var x = [Double](repeating: .greatestFiniteMagnitude, count: count)
    #expect(Double.metricKernels.firstNonfinite(in: x.span) == nil)
    for bad in [Double.nan, .infinity, -.infinity] {
      for place in [0, count / 2, count - 1] {
        x[place] = bad
        #expect(Double.metricKernels.firstNonfinite(in: x.span) == place)
        x[place] = -0.0
      }
    }
  }

  @Test func weightedDistances() {
    let (x, weights) = ([Double](arrayLiteral: 1, 2, 3), [Double](arrayLiteral: 1, 0.5, 0))
    let centers = Tensor<Double>([0, 0, 0, 1, 4, 9], shape: [2, 3])
    var distances = Tensor<Double>(zeros: [2])
    var span = distances.mutableSpan
    Double.metricKernels.centerDistances(of: x.span, centers: centers.matrix, weights: nil, into: &span)
    #expect(distances.array == [14, 40])
    span = distances.mutableSpan
    Double.metricKernels.centerDistances(of: x.span, centers: centers.matrix, weights: weights.span, into: &span)
    #expect(distances.array == [3, 2])
  }
}
