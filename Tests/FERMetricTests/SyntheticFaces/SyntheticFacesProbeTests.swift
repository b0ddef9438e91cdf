import FERMetric
import FERModels
import Testing

/// Expressions cannot be read off single pixels: a linear classifier on the drawn faces stays far behind a network.
@Suite(.serialized) struct SyntheticFacesProbeTests {
  /// Whether 3,500 pictures and a matrix of order 2,800 take seconds and not minutes.
  private static let isFast: Bool = {
    #if DEBUG
      false
    #else
      Backend.compiled.count > 1
    #endif
  }()

  /// Regularized least squares on ±1 targets, solved exactly in its dual form.
  ///
  /// Classes count alike or each picture does, over four decades of regularization; the best of all counts.
  @Test(.enabled(if: isFast, "needs a release build with a library of matrix products"))
  func aLinearClassifierStaysBelow45Percent() throws {
    let faces = SyntheticFaces(trainCount: 2800, testCount: 700)
    let labels = faces.samples(in: .train).map(\.label)
    let classCounts = faces.classCounts(in: .train)
    let backend = try #require(Backend.compiled.last)
    let best = try withBackend(backend) {
      let train = standardizedPixels(faces, .train)
      let test = standardizedPixels(faces, .test)
      let gram = train.product(train, transposeRight: true)
      let cross = test.product(train, transposeRight: true)
      var targets = Tensor<Float>(zeros: [labels.count, 7])
      for row in labels.indices {
        for column in 0..<7 { targets[row, column] = labels[row] == column ? 1 : -1 }
      }
      var best = 0.0
      for balanced in [false, true] {
        for regularization: Float in [0.01, 0.1, 1, 10] {
          var system = gram
          for row in labels.indices {
            let weight = balanced ? Float(labels.count) / Float(7 * classCounts[labels[row]]) : 1
            system[row, row] += regularization * Float(train.shape[1]) / weight
          }
          let kernels = backend.single
          let solution = kernels.choleskySolve(factor: try kernels.choleskyFactor(system), targets)
          let predictions = cross.product(solution).argmax(alongAxis: 1)
          best = max(best, meanClassAccuracy(predictions, faces.samples(in: .test).map(\.label)))
        }
      }
      return best
    }
    #expect(best < 0.45)
    #expect(best > 1.0 / 7)
  }

  /// Pictures as rows, each pixel with the mean 0 and deviation 1 that the split has.
  private func standardizedPixels(_ faces: SyntheticFaces, _ split: Split) -> Tensor<Float> {
    let count = faces.count(in: split)
    let width = 3 * faces.size * faces.size
    var values = [Float]()
    values.reserveCapacity(count * width)
    for index in 0..<count {
      values += faces.image(at: index, in: split).pixels.map(Float.init)
    }
    for column in 0..<width {
      let cells = stride(from: column, to: values.count, by: width)
      let mean = cells.reduce(0) { $0 + values[$1] } / Float(count)
      let variance = cells.reduce(0) { $0 + (values[$1] - mean) * (values[$1] - mean) } / Float(count)
      for cell in cells { values[cell] = (values[cell] - mean) / max(variance.squareRoot(), 1e-3) }
    }
    return Tensor(values, shape: [count, width])
  }

  private func meanClassAccuracy(_ predictions: [Int], _ labels: [Int]) -> Double {
    let recalls = (0..<7).map { label in
      let own = labels.indices.filter { labels[$0] == label }
      return Double(own.count { predictions[$0] == label }) / Double(own.count)
    }
    return recalls.reduce(0, +) / 7
  }
}
