import FERMetric
import FERModels
import Testing

/// Golden values of losses over centers or proxies, written by the make.py beside them.
struct CenterFixture {
  static let cases = ["skewed", "single", "oneClass", "duplicates", "odd", "line", "large"]

  let file: SafetensorsFile

  /// Opens a fixture such as `Centers/centers.safetensors`.
  init(_ path: String) throws {
    let root = #filePath.split(separator: "/").dropLast(4).reduce("") { $0 + "/" + $1 }
    file = try SafetensorsFile(contentsOf: root + "/Fixtures/" + path)
  }

  func tensor<Scalar: TensorScalar>(_ name: String, as _: Scalar.Type = Scalar.self) throws -> Tensor<Scalar> {
    try file.tensor(name)
  }

  /// The batch of a case.
  func batch<Scalar: TensorScalar>(
    _ name: String, centers: String = "c", weighted: Bool = false
  ) throws -> TensorBatch<Scalar> {
    TensorBatch(
      embeddings: try tensor("\(name).x"), labels: try file.integers("\(name).y"),
      centers: try tensor("\(name).\(centers)"), inclusion: weighted ? try tensor("\(name).a") : nil)
  }

  /// Expects every element to lie within `bound` × the largest term, which is the largest element expected or `term`.
  func expect<Scalar: TensorScalar>(
    _ measured: Tensor<Scalar>?, equals name: String, within bound: Double, term: Double = 0,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let expected: Tensor<Double> = try tensor(name)
    let measured = try #require(measured, sourceLocation: sourceLocation)
    try #require(measured.count == expected.count, sourceLocation: sourceLocation)
    #expect(measured.array.allSatisfy { $0.isFinite }, "\(name)", sourceLocation: sourceLocation)
    let largest = expected.array.reduce(term) { max($0, $1.magnitude) }
    let error = largestDifference(measured.array.map { Double($0) }, expected.array)
    #expect(error <= bound * largest, "\(name): error \(error) of \(largest)", sourceLocation: sourceLocation)
  }
}

/// The largest error of a loss's gradients by embeddings, centers and inclusion weights against difference quotients of
/// its value, relative to the largest of them or 1.
func gradientError(
  of loss: some MetricLoss<Double>, on batch: TensorBatch<Double>, step: Double = 1e-6
) throws -> Double {
  var trained = loss
  let weight = 0.7
  let gradients = try trained(batch, weight: weight).gradients
  func error(_ gradient: Tensor<Double>, _ place: WritableKeyPath<TensorBatch<Double>, Tensor<Double>>) throws -> Double
  {
    let quotients = try centralDifferences(at: batch[keyPath: place], step: step) { point in
      var moved = batch
      moved[keyPath: place] = point
      return weight * (try loss.value(for: moved).value)
    }
    let scale = quotients.reduce(1) { max($0, $1.magnitude) }
    return largestDifference(gradient.array, quotients) / scale
  }
  var largest = try error(gradients.embeddings!, \.embeddings)
  largest = max(largest, try error(gradients.centers!, \.centers!))
  if let inclusion = gradients.inclusion { largest = max(largest, try error(inclusion, \.inclusion!)) }
  return largest
}

extension TensorBatch where Scalar == Double {
  /// A random batch with centers.
  static func random(
    samples: Int = 6, dimension: Int = 5, centers: Int = 4, classes: Int = 4, weighted: Bool = false, seed: UInt64 = 1
  ) -> TensorBatch {
    var generator = SeededGenerator(seed: seed)
    return TensorBatch(
      embeddings: .normal([samples, dimension], &generator),
      labels: (0..<samples).map { _ in generator.next(below: classes) },
      centers: .normal([centers, dimension], &generator),
      inclusion: weighted ? .uniform([samples, dimension], in: 0...1, &generator) : nil)
  }
}

extension TensorBatch {
  /// The batch's samples in another order, or some of them.
  func rows(_ order: [Int]) -> TensorBatch {
    func pick(_ matrix: Tensor<Scalar>) -> Tensor<Scalar> {
      let width = matrix.shape[1]
      let elements = matrix.array
      return Tensor(order.flatMap { elements[$0 * width..<($0 + 1) * width] }, shape: [order.count, width])
    }
    var result = self
    result.embeddings = pick(embeddings)
    result.labels = order.map { labels[$0] }
    result.inclusion = inclusion.map(pick)
    return result
  }
}
