import FERMetric
import Foundation

/// The numbers that all metric losses are compared on: batches in rotation, and what the batches share.
public struct FamilyBatches: Sendable {
  /// 4 batches of 256 embeddings of 512 dimensions, 7 classes and 10 proxies for each of these.
  public static let (rotation, batchSize, dimension, classes, members) = (4, 256, 512, 7, 10)

  /// The number of samples of each batch that take part.
  public let samples: Int
  /// The embeddings of each batch, [B, 512], and a teacher's.
  let embeddings, references: [Tensor<Float>]
  /// The inclusion weights of each batch, [B, 512].
  let inclusion: [Tensor<Float>]
  /// The attention weights of each batch's samples, [1, B].
  let weights: [Tensor<Float>]
  /// The labels of each batch, what its samples were taken for, whom they show, and the labels of the references.
  let labels, predictions, identities, referenceLabels: [[Int]]
  /// The centers, [7, 512], and the proxies of losses with several for each class, [70, 512].
  let centers, proxies: Tensor<Float>

  /// Reads the files that `Peers/compare_family.py` wrote, and keeps the first samples of each batch.
  public init(folder: URL, samples: Int = Self.batchSize) throws {
    precondition((1...Self.batchSize).contains(samples), "\(samples) samples are no part of a batch")
    let files = NumberFiles(folder: folder)
    func tensors(_ name: String) throws -> [Tensor<Float>] {
      try files.tensors(name, count: Self.rotation, rows: Self.batchSize, columns: Self.dimension).map {
        Tensor($0.array.prefix(samples * Self.dimension), shape: [samples, Self.dimension])
      }
    }
    func indices(_ name: String) throws -> [[Int]] {
      try files.indices(name, count: Self.rotation, length: Self.batchSize).map { Array($0.prefix(samples)) }
    }
    self.samples = samples
    embeddings = try tensors("embeddings")
    references = try tensors("references")
    inclusion = try tensors("inclusion")
    weights = try files.tensors("weights", count: Self.rotation, rows: 1, columns: Self.batchSize).map {
      Tensor($0.array.prefix(samples), shape: [1, samples])
    }
    labels = try indices("labels")
    predictions = try indices("predictions")
    identities = try indices("identities")
    referenceLabels = try indices("reference-labels")
    centers = try files.tensors("centers", count: 1, rows: Self.classes, columns: Self.dimension)[0]
    proxies = try files.tensors("members", count: 1, rows: Self.classes * Self.members, columns: Self.dimension)[0]
  }
}
