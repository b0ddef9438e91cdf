import FERMetric
import Foundation

/// The numbers that the loss benchmarks run on: batches in rotation, one set of centers.
public struct LossBatches: Sendable {
  /// 16 batches of 64 embeddings of 512 dimensions, and 7 centers.
  public static let (rotation, batchSize, dimension, classes) = (16, 64, 512, 7)

  /// The embeddings of each batch, [64, 512].
  public let embeddings: [Tensor<Float>]
  /// The inclusion weights of each batch, [64, 512].
  public let inclusion: [Tensor<Float>]
  /// The labels of each batch.
  public let labels: [[Int]]
  /// What each sample was taken for.
  public let predictions: [[Int]]
  /// The centers, [7, 512].
  public let centers: Tensor<Float>

  /// Draws embeddings from N(0, 1), inclusion weights from 0..<1, and predictions of which about a quarter are wrong.
  public init(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    func tensor(_ rows: Int, _ next: (inout SeededGenerator) -> Double) -> Tensor<Float> {
      Tensor((0..<rows * Self.dimension).map { _ in Float(next(&generator)) }, shape: [rows, Self.dimension])
    }
    let batches = 0..<Self.rotation
    embeddings = batches.map { _ in tensor(Self.batchSize) { $0.nextNormal() } }
    inclusion = batches.map { _ in tensor(Self.batchSize) { $0.nextUniform() } }
    centers = ClassCenters<Float>(classes: Self.classes, dimension: Self.dimension, seed: seed).matrix
    labels = batches.map { _ in (0..<Self.batchSize).map { _ in generator.next(below: Self.classes) } }
    predictions = labels.map { row in
      row.map { generator.nextUniform() < 0.7 ? $0 : generator.next(below: Self.classes) }
    }
  }

  /// Reads the files that `Peers/compare_losses.py` wrote: little-endian 32-bit floats and 64-bit integers.
  public init(folder: URL) throws {
    let files = NumberFiles(folder: folder)
    let (count, rows, width) = (Self.rotation, Self.batchSize, Self.dimension)
    embeddings = try files.tensors("embeddings", count: count, rows: rows, columns: width)
    inclusion = try files.tensors("inclusion", count: count, rows: rows, columns: width)
    labels = try files.indices("labels", count: count, length: rows)
    predictions = try files.indices("predictions", count: count, length: rows)
    centers = try files.tensors("centers", count: 1, rows: Self.classes, columns: width)[0]
  }
}
