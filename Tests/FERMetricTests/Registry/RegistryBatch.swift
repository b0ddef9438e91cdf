import FERMetric
import FERModels

extension LossName {
  /// Losses that are a metric loss beside cross-entropy.
  static let metric = allCases.filter { $0.family != .classification }

  /// Losses that take the place of cross-entropy, and it itself.
  static let classification = allCases.filter { $0.family == .classification }

  /// The parts of `batch` that the loss reads: centers or proxies, inclusion weights.
  func parts<Scalar>(of batch: TensorBatch<Scalar>, proxies: Tensor<Scalar>) -> TensorBatch<Scalar> {
    var own = batch
    if centersPerClass == 0 { own.centers = nil }
    if centersPerClass > 1 { own.centers = proxies }
    if !readsInclusion { own.inclusion = nil }
    if self != .tan { own.weights = nil }
    if !readsTeacher { (own.references, own.referenceLabels) = (nil, nil) }
    return own
  }
}

/// A batch of 12 samples in 16 dimensions with everything that any loss reads.
struct RegistryBatch {
  static let (classes, dimension) = (3, 16)

  let batch: TensorBatch<Double>
  let proxies: Tensor<Double>

  init(seed: UInt64) {
    var generator = SeededGenerator(seed: 73, stream: seed)
    let (classes, dimension) = (Self.classes, Self.dimension)
    func uniform(_ count: Int) -> [Double] { (0..<count).map { _ in 0.05 + 0.9 * generator.nextUniform() } }
    let embeddings = Tensor<Double>.normal([12, dimension], &generator)
    let centers = Tensor<Double>.normal([classes, dimension], &generator)
    proxies = .normal([classes * LossName.softTriple.centersPerClass, dimension], &generator)
    let references = Tensor<Double>.normal([9, dimension], &generator)
    batch = TensorBatch(
      embeddings: embeddings, labels: (0..<12).map { $0 % classes }, centers: centers,
      inclusion: Tensor(uniform(12 * dimension), shape: [12, dimension]),
      predictions: (0..<12).map { _ in generator.next(below: classes) },
      identities: (0..<12).map { $0 / 3 % 2 }, weights: uniform(12), references: references,
      referenceLabels: (0..<9).map { $0 % classes })
  }

  func callAsFunction(for name: LossName) -> TensorBatch<Double> { name.parts(of: batch, proxies: proxies) }
}
