import FERMetric
import Foundation

/// The numbers that all losses are compared on: batches in rotation, and what the batches share.
public struct FamilyBatches: Sendable {
  /// The number of proxies of a class, for losses that have several.
  static let members = 10
  /// The number of people in the pictures.
  static let people = 32

  /// The sizes.
  public let shape: BatchShape
  /// The embeddings of each batch, [B, D], and a teacher's.
  let embeddings, references: [Tensor<Float>]
  /// The inclusion weights of each batch, [B, D].
  let inclusion: [Tensor<Float>]
  /// The attention weights of each batch's samples, [1, B].
  let weights: [Tensor<Float>]
  /// The logits of each batch, [B, C], for classification losses.
  let logits: [Tensor<Float>]
  /// The labels of each batch, what its samples were taken for, whom they show, and the labels of the references.
  let labels, predictions, identities, referenceLabels: [[Int]]
  /// The centers, [C, D], and the proxies of losses with several for each class, [10 · C, D].
  let centers, proxies: Tensor<Float>

  /// Draws what `Peers/compare_family.py` draws: embeddings lie about a direction of their class, as in the middle of a
  /// training, so that hinges are on and off.
  public init(_ shape: BatchShape, seed: UInt64) {
    self.shape = shape
    var generator = SeededGenerator(seed: seed)
    func tensor(_ rows: Int, _ columns: Int, _ next: (inout SeededGenerator) -> Double) -> Tensor<Float> {
      Tensor((0..<rows * columns).map { _ in Float(next(&generator)) }, shape: [rows, columns])
    }
    func indices(below bound: Int) -> [[Int]] {
      (0..<shape.rotation).map { _ in (0..<shape.samples).map { _ in generator.next(below: bound) } }
    }
    let (samples, dimension, classes) = (shape.samples, shape.dimension, shape.classes)
    let directions = tensor(classes, dimension) { 0.4 * $0.nextNormal() }.array
    func embeddings(of labels: [[Int]]) -> [Tensor<Float>] {
      labels.map { row in
        var values = tensor(samples, dimension) { $0.nextNormal() }.array
        for index in values.indices {
          values[index] += directions[row[index / dimension] * dimension + index % dimension]
        }
        return Tensor(values, shape: [samples, dimension])
      }
    }
    labels = indices(below: classes)
    referenceLabels = indices(below: classes)
    identities = indices(below: Self.people)
    predictions = labels.map { row in
      row.map { generator.nextUniform() < 0.7 ? $0 : generator.next(below: classes) }
    }
    self.embeddings = embeddings(of: labels)
    references = embeddings(of: referenceLabels)
    inclusion = (0..<shape.rotation).map { _ in tensor(samples, dimension) { $0.nextUniform() } }
    weights = (0..<shape.rotation).map { _ in tensor(1, samples) { $0.nextUniform() } }
    logits = (0..<shape.rotation).map { _ in tensor(samples, classes) { $0.nextNormal() } }
    let spread = (2 / Double(classes)).squareRoot()
    centers = tensor(classes, dimension) { spread * $0.nextNormal() }
    proxies = tensor(classes * Self.members, dimension) { $0.nextNormal() }
  }

  /// Reads the files that `Peers/compare_family.py` wrote, and keeps the first samples of each batch.
  public init(folder: URL, samples: Int = BatchShape.family.samples) throws {
    let whole = BatchShape.family
    precondition((1...whole.samples).contains(samples), "\(samples) samples are no part of a batch")
    let files = NumberFiles(folder: folder)
    func tensors(_ name: String) throws -> [Tensor<Float>] {
      try files.tensors(name, count: whole.rotation, rows: whole.samples, columns: whole.dimension).map {
        Tensor($0.array.prefix(samples * whole.dimension), shape: [samples, whole.dimension])
      }
    }
    func indices(_ name: String) throws -> [[Int]] {
      try files.indices(name, count: whole.rotation, length: whole.samples).map { Array($0.prefix(samples)) }
    }
    shape = BatchShape(
      samples: samples, dimension: whole.dimension, classes: whole.classes, rotation: whole.rotation)
    embeddings = try tensors("embeddings")
    references = try tensors("references")
    inclusion = try tensors("inclusion")
    weights = try files.tensors("weights", count: whole.rotation, rows: 1, columns: whole.samples).map {
      Tensor($0.array.prefix(samples), shape: [1, samples])
    }
    logits = try files.tensors("logits", count: whole.rotation, rows: whole.samples, columns: whole.classes).map {
      Tensor($0.array.prefix(samples * whole.classes), shape: [samples, whole.classes])
    }
    labels = try indices("labels")
    predictions = try indices("predictions")
    identities = try indices("identities")
    referenceLabels = try indices("reference-labels")
    centers = try files.tensors("centers", count: 1, rows: whole.classes, columns: whole.dimension)[0]
    proxies = try files.tensors("members", count: 1, rows: whole.classes * Self.members, columns: whole.dimension)[0]
  }
}
