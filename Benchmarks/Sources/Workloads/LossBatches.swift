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
    func elements<Element: BitwiseCopyable>(_ name: String, _ type: Element.Type, count: Int) throws -> [Element] {
      let data = try Data(contentsOf: folder.appending(path: name))
      precondition(data.count == count * MemoryLayout<Element>.stride, "\(name) has \(data.count) bytes")
      return [Element](unsafeUninitializedCapacity: count) { buffer, initialized in
        data.copyBytes(to: UnsafeMutableRawBufferPointer(buffer))
        initialized = count
      }
    }
    let (rows, width) = (Self.batchSize, Self.dimension)
    func tensors(_ name: String) throws -> [Tensor<Float>] {
      let all = try elements(name, Float.self, count: Self.rotation * rows * width)
      return (0..<Self.rotation).map {
        Tensor(all[($0 * rows * width)..<(($0 + 1) * rows * width)], shape: [rows, width])
      }
    }
    func indices(_ name: String) throws -> [[Int]] {
      let all = try elements(name, Int64.self, count: Self.rotation * rows)
      return (0..<Self.rotation).map { all[($0 * rows)..<(($0 + 1) * rows)].map { Int($0) } }
    }
    embeddings = try tensors("embeddings")
    inclusion = try tensors("inclusion")
    labels = try indices("labels")
    predictions = try indices("predictions")
    centers = Tensor(
      try elements("centers", Float.self, count: Self.classes * width), shape: [Self.classes, width])
  }
}
