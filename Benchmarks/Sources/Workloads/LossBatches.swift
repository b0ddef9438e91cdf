import FERMetric
import Foundation

/// The numbers that the loss benchmarks run on: batches in rotation, one set of centers.
public struct LossBatches: Sendable {
  /// The sizes.
  public let shape: BatchShape
  /// The embeddings of each batch, [B, D].
  public let embeddings: [Tensor<Float>]
  /// The inclusion weights of each batch, [B, D].
  public let inclusion: [Tensor<Float>]
  /// The labels of each batch.
  public let labels: [[Int]]
  /// What each sample was taken for.
  public let predictions: [[Int]]
  /// The centers, [C, D].
  public let centers: Tensor<Float>

  /// Draws embeddings from N(0, 1), inclusion weights from 0..<1, and predictions of which about a quarter are wrong.
  public init(_ shape: BatchShape = .losses, seed: UInt64) {
    self.shape = shape
    var generator = SeededGenerator(seed: seed)
    func tensor(_ next: (inout SeededGenerator) -> Double) -> Tensor<Float> {
      Tensor(
        (0..<shape.samples * shape.dimension).map { _ in Float(next(&generator)) },
        shape: [shape.samples, shape.dimension])
    }
    let batches = 0..<shape.rotation
    embeddings = batches.map { _ in tensor { $0.nextNormal() } }
    inclusion = batches.map { _ in tensor { $0.nextUniform() } }
    centers = ClassCenters<Float>(classes: shape.classes, dimension: shape.dimension, seed: seed).matrix
    labels = batches.map { _ in (0..<shape.samples).map { _ in generator.next(below: shape.classes) } }
    predictions = labels.map { row in
      row.map { generator.nextUniform() < 0.7 ? $0 : generator.next(below: shape.classes) }
    }
  }

  /// Reads the files that `Peers/compare_losses.py` writes: little-endian 32-bit floats and 64-bit integers.
  public init(folder: URL, _ shape: BatchShape = .losses) throws {
    self.shape = shape
    let files = NumberFiles(folder: folder)
    let (count, rows, width) = (shape.rotation, shape.samples, shape.dimension)
    embeddings = try files.tensors("embeddings", count: count, rows: rows, columns: width)
    inclusion = try files.tensors("inclusion", count: count, rows: rows, columns: width)
    labels = try files.indices("labels", count: count, length: rows)
    predictions = try files.indices("predictions", count: count, length: rows)
    centers = try files.tensors("centers", count: 1, rows: shape.classes, columns: width)[0]
  }
}
